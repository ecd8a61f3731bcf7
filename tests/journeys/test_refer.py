"""A professional's program refers somebody, the group's leader answers by a link, the professional reads the answer."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from service.clock import now
from tests.journeys.conftest import Visit
from tests.journeys.managing import links_of
from tests.journeys.serving import Demo, eventually
from tests.journeys.visitors import Visitor

pytestmark = pytest.mark.browser

SENT_WITHIN = 20  # seconds; the sender looks every two
SignedIn = Callable[[str], Any]


def refer(demo: Demo, name: str, wish: str) -> tuple[str, str]:
    """Refer somebody as a record system does; return the referral's id and the link that the leader was sent."""
    group = demo.match(text=wish, place="Sale", limit=1)[0]
    body = {
        "group_id": group["group_id"],
        "person": {
            "preferred_name": name,
            "contact": "01632 960123",
            "contact_rule": "phone",
            "needs": "Sits by the door",
        },
        "consent": {
            "given": True,
            "items": ["name", "contact", "access_needs"],
            "words_version": "2026-01",
            "method": "spoken",
            "given_at": (now() - timedelta(hours=1)).isoformat(),
        },
    }
    sent = demo.ask("/api/v1/referrals", body, {**keyed(demo), "Idempotency-Key": uuid4().hex})
    assert sent.status == 201, sent
    made: str = sent.body["id"]
    return made, eventually(lambda: links_of(demo, made) or None, SENT_WITHIN)[-1]


def keyed(demo: Demo) -> dict[str, str]:
    return {"Authorization": f"Bearer {demo.key}", "X-Acting-For": "Bo"}


def open_link(leader: Visitor, link: str, name: str) -> Page:
    """Open the link as its leader: it shows nobody's name until a button is pressed."""
    page = leader.page
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("Someone would like to come")
    assert not re.search(rf"\b{name}\b", page.content()), "whoever only opens the link learns nothing"
    leader.look()
    page.get_by_role("button", name="See who it is").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{name} would like to come")
    expect(page.locator("main")).to_contain_text("Sits by the door")
    leader.look()
    return page


def standing(demo: Demo, referral: str) -> dict[str, Any]:
    """Return what the professional's program reads of the one introduction."""
    answer = demo.ask(f"/api/v1/referrals/{referral}", headers=keyed(demo))
    assert answer.status == 200, answer
    (introduction,) = answer.body["introductions"]
    found: dict[str, Any] = introduction
    return found


def test_a_leader_says_yes_and_the_professional_sees_it(visit: Visit, signed_in: SignedIn, demo: Demo) -> None:
    referral, link = refer(demo, "Cai", "knitting")
    assert standing(demo, referral)["state"] == "sent"
    leader = visit()
    page = open_link(leader, link, "Cai")
    page.get_by_role("button", name="Yes, Cai can come").click()
    expect(page.locator("main")).to_contain_text("Cai can come.")
    expect(page.locator("main")).to_contain_text("01632 960123")
    leader.look()

    assert standing(demo, referral)["state"] == "accepted"
    professional = visit(state=signed_in("Bo"))
    professional.page.goto("/en/referrals")
    professional.look()
    line = professional.page.get_by_role("listitem").filter(has_text="Cai")
    expect(line).to_contain_text("The group said yes")
    line.get_by_role("link", name=re.compile("Open ?: Cai")).click()
    expect(professional.page.locator("main")).to_contain_text("The group said yes")
    professional.look()

    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("This link was used already")
    assert leader.status() in (404, 410)
    leader.look()


def test_a_leader_says_why_it_does_not_fit_and_the_professional_reads_why(
    visit: Visit, signed_in: SignedIn, demo: Demo
) -> None:
    referral, link = refer(demo, "Mo", "chess")
    leader = visit()
    page = open_link(leader, link, "Mo")
    page.get_by_text("This is not the right group").click()
    page.get_by_role("button", name="Say it does not fit").click()
    assert leader.status() == 422
    expect(page.locator(".govuk-error-summary")).to_contain_text("Choose why it does not fit")
    leader.look()
    page.get_by_text("The time does not fit").click()
    page.get_by_label("Anything to add?").fill("We start at nine now")
    page.get_by_role("button", name="Say it does not fit").click()
    expect(page.locator("main")).to_contain_text("We look for another group for Mo.")
    assert "960123" not in page.content(), "nobody learns how to reach a person they said no to"
    leader.look()

    told = standing(demo, referral)
    assert (told["state"], told["reason"], told["note"]) == ("declined", "wrong_time", "We start at nine now")
    professional = visit(state=signed_in("Bo"))
    professional.page.goto(f"/en/referrals/{referral}")
    expect(professional.page.locator("main")).to_contain_text("The group said no")
    expect(professional.page.locator("main")).to_contain_text("The time does not fit.")
    expect(professional.page.locator("main")).to_contain_text("We start at nine now")
    professional.look()


def test_a_leader_without_javascript_can_answer(visit: Visit, demo: Demo) -> None:
    referral, link = refer(demo, "Sam", "bingo")
    page = open_link(visit(javascript=False), link, "Sam")
    page.get_by_role("button", name="Yes, Sam can come").click()
    expect(page.locator("main")).to_contain_text("Sam can come.")
    assert standing(demo, referral)["state"] == "accepted"


def test_a_link_that_nobody_was_sent_says_so(visit: Visit) -> None:
    leader = visit()
    leader.page.goto("/en/answer/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
    assert leader.status() == 404
    expect(leader.page.get_by_role("heading", level=1)).to_have_text("This link does not work")
    leader.look()
