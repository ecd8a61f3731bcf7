"""A leader answers in two presses without an account: with a date, a question, a day until which it is full."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from service.accounts.permissions import Role
from tests.journeys.conftest import Visit
from tests.journeys.managing import links_of, make_account, runs
from tests.journeys.serving import Demo, eventually
from tests.journeys.test_refer import SENT_WITHIN, open_link, refer, standing

pytestmark = pytest.mark.browser

SignedIn = Callable[[str], Any]


def test_from_the_mail_to_a_first_date_in_two_presses(visit: Visit, demo: Demo) -> None:
    referral, link = refer(demo, "Ivo", "singing")
    leader = visit(javascript=False)
    presses = 0
    page = leader.page
    page.goto(link)
    page.get_by_role("button", name="See who it is").click()
    presses += 1
    yes = page.get_by_role("group", name="Yes, Ivo can come on").get_by_role("button")
    expect(yes).to_have_count(2)
    yes.first.click()
    presses += 1
    expect(page.locator("main")).to_contain_text(re.compile(r"Ivo comes on \w+, "))
    assert presses <= 2
    leader.look()
    assert standing(demo, referral)["state"] == "booked"


def test_a_meeting_that_is_off_is_offered_to_nobody_and_the_link_still_answers(visit: Visit, demo: Demo) -> None:
    referral, link = refer(demo, "Una", "singing")
    leader = visit()
    page = open_link(leader, link, "Una")
    first = dates(page)
    page.get_by_role("button", name=re.compile("We don’t meet on ")).click()
    expect(page.get_by_role("status")).to_contain_text("Called off. Your page says so.")
    assert dates(page)[0] == first[1]
    leader.look()
    page.get_by_role("button", name="Put Una on the waiting list").click()
    expect(page.locator("main")).to_contain_text("Una is number 1 on your waiting list.")
    leader.look()
    assert standing(demo, referral)["state"] == "waitlisted"


def dates(page: Page) -> list[str]:
    return page.get_by_role("group", name=re.compile("can come on")).get_by_role("button").all_inner_texts()


def test_a_question_is_answered_and_comes_back_with_a_new_link(visit: Visit, signed_in: SignedIn, demo: Demo) -> None:
    referral, link = refer(demo, "Wim", "gardening")
    leader = visit()
    page = open_link(leader, link, "Wim")
    page.get_by_text("I have a question first").click()
    page.get_by_role("button", name="Send the question").click()
    assert leader.status() == 422
    leader.look()
    page.get_by_label("Your question").fill("Can Wim manage two steps?")
    page.get_by_role("button", name="Send the question").click()
    expect(page.locator("main")).to_contain_text("We pass your question on.")
    leader.look()

    professional = visit(state=signed_in("Bo"))
    professional.page.goto(f"/en/referrals/{referral}")
    expect(professional.page.locator("main")).to_contain_text("Can Wim manage two steps?")
    professional.page.get_by_role("button", name="Send the answer").click()
    assert professional.status() == 422
    professional.look()
    professional.page.get_by_label("Your answer").fill("Yes, with a rail.")
    professional.page.get_by_role("button", name="Send the answer").click()
    expect(professional.page.get_by_label("Your answer")).to_have_count(0)
    expect(professional.page.locator("main")).to_contain_text("Yes, with a rail.")

    new = eventually(lambda: [one for one in links_of(demo, referral) if one != link] or None, SENT_WITHIN)
    again = visit().page
    again.goto(new[-1])
    again.get_by_role("button", name="See who it is").click()
    expect(again.locator("main")).to_contain_text("Yes, with a rail.")
    again.get_by_role("button", name=re.compile("We are full until ")).first.click()
    expect(again.locator("main")).to_contain_text("Your page says that you are full until")
    assert standing(demo, referral)["reason"] == "full"

    professional.page.goto(f"/en/referrals/{referral}")
    nearest = professional.page.get_by_role("heading", name="What comes nearest").locator("..")
    assert nearest.get_by_role("link").count() in (1, 2, 3)
    professional.look()
    nearest.get_by_role("link").first.click()
    expect(professional.page.get_by_role("heading", level=1)).to_be_visible()


def test_a_leader_with_an_account_answers_without_the_mail(visit: Visit, signed_in: SignedIn, demo: Demo) -> None:
    referral, link = refer(demo, "Pia", "chess")
    make_account(demo, "Gus", Role.GROUP_LEADER, runs(demo, standing(demo, referral)["group_id"]))
    leader = visit(state=signed_in("Gus"))
    page = leader.page
    page.goto("/en/inbox")
    expect(page.get_by_role("heading", level=1)).to_have_text("Waiting for an answer")
    leader.look()
    page.locator("main").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(" would like to come"))
    leader.look()
    page.get_by_text("This is not the right group").click()
    page.get_by_text("Our group is for other people").click()
    page.get_by_label("If it is for other people: who is it for?").fill("For beginners only")
    page.get_by_role("button", name="Say it does not fit").click()
    expect(page.locator("main")).to_contain_text("We look for another group for ")
    leader.look()


def test_a_question_about_a_listing_becomes_a_fact_for_everybody(visit: Visit, demo: Demo) -> None:
    visitor = visit(javascript=False)
    page = visitor.page
    found = demo.match(text="singing", place="Sale", limit=5)
    for one in found:
        page.goto(f"/en/groups/{one['slug']}")
        if page.get_by_text("Ask the group for me").count():
            break
    home = page.url
    page.get_by_text("Ask the group for me").click()
    visitor.look()
    asked = page.get_by_label("What would you like to know?")
    thing = asked.locator("option").first.inner_text()
    page.get_by_role("button", name="Ask them").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We asked the group")
    visitor.look()

    link = eventually(lambda: next(iter(re.findall(rf"{demo.url}/en/asked/[\w-]+", log(demo))), None), SENT_WITHIN)
    leader = visit()
    leader.page.goto(link)
    expect(leader.page.locator("main")).to_contain_text(thing)
    leader.look()
    leader.page.get_by_role("button", name="Yes").click()
    expect(leader.page.get_by_role("heading", level=1)).to_have_text("Thank you")
    leader.look()
    page.goto(home)
    expect(page.locator("#facts")).to_contain_text("The group told us")


def log(demo: Demo) -> str:
    return (demo.folder / "outbox.log").read_text(encoding="utf-8")
