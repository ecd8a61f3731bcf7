"""A group is asked by mail whether its page is still right and answers in two presses; whom no mail reaches is rung."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from service.accounts.record.telling import Post
from service.catalog import models as m
from service.catalog.fresh import chase, renewing
from service.catalog.operations import touch
from service.clock import now
from service.db.sealing import Sealer
from service.notifications import outbox
from tests import stores
from tests.catalog.making import unit_of
from tests.journeys.conftest import Visit
from tests.journeys.serving import Demo, eventually
from tests.journeys.visitors import PHONE, Visitor

pytestmark = pytest.mark.browser

SENT_WITHIN = 20  # seconds; the sender looks every two
SignedIn = Callable[[str], Any]


@contextmanager
def store(demo: Demo) -> Iterator[Session]:
    with (
        stores.opened(f"sqlite:///{demo.folder / 'kith.sqlite'}") as engine,
        Session(engine.execution_options(writes=True)) as session,
    ):
        yield session
        session.commit()


def add(demo: Demo, name: str, **more: Any) -> str:
    """Add a group that somebody confirmed eleven months ago; return its word in addresses."""
    with store(demo) as session:
        body = m.Organisation(id=uuid4(), name=f"{name} Friends")
        group = m.Group(
            id=uuid4(),
            organisation_id=body.id,
            name=name,
            slug=name.lower().replace(" ", "-"),
            status="published",
            how_to_join="Ring the bell",
            price_pence=150,
            last_confirmed_on=now().date() - timedelta(days=340),
            created_at=now(),
            changed_at=now(),
            sessions=[m.Session(words="Every Friday at 3")],
            **more,
        )
        session.add(body)
        session.flush()
        session.add(group)
        session.flush()
        touch(session, [group.id], now=now())
        return group.slug


def ask(demo: Demo, address: str) -> str:
    """Ask as the job of each day does, and return the link in the mail."""
    sealer = Sealer((demo.folder / "secret").read_text().strip(), outbox.PURPOSE)
    post = Post(channel="console", sealer=sealer, public_url=demo.url)
    chase.ask_all(lambda: store(demo), post, now=now())
    log = demo.folder / "outbox.log"
    letter = rf"To: {re.escape(address)}\nSubject: A question from Kith for your group\n.*?(http\S+)"
    link = re.compile(letter, re.DOTALL)
    found = eventually(lambda: link.search(log.read_text()) if log.exists() else None, SENT_WITHIN)
    return found[1]


def open_link(leader: Visitor, link: str) -> Page:
    page = leader.page
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("Is this still right?")
    expect(page.locator("main")).to_contain_text("Every Friday at 3")
    expect(page.locator("main")).to_contain_text("£1.50")
    leader.look()
    return page


@pytest.mark.parametrize("javascript", [True, False])
def test_a_leader_confirms_by_the_link_in_a_mail(visit: Visit, demo: Demo, javascript: bool) -> None:  # noqa: FBT001
    name = "Kettlewick Club" if javascript else "Kettlemoor Club"
    slug = add(demo, name, email=f"{name[:8].lower()}@example.org")
    leader = visit(javascript=javascript)
    page = open_link(leader, ask(demo, f"{name[:8].lower()}@example.org"))
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    link = page.url
    page.get_by_role("button", name="Still right").click()
    expect(page.locator("main")).to_contain_text("Your page now says that it is right as of today.")
    leader.look()
    page.goto(link)
    expect(page.locator("main")).to_contain_text("You answered on")
    page.goto(f"/en/groups/{slug}")
    expect(page.locator("main")).to_contain_text("The group told us itself.")


def test_what_changed_is_told_in_plain_fields(visit: Visit, signed_in: SignedIn, demo: Demo) -> None:
    add(demo, "Kettlebrook Club", email="kettlebr@example.org")
    leader = visit()
    page = open_link(leader, ask(demo, "kettlebr@example.org"))
    page.get_by_role("button", name="Something changed").click()
    leader.look()
    page.get_by_role("button", name="Yes, send it").click()
    expect(page.get_by_role("alert")).to_contain_text("Tell us a little more")
    leader.look()
    page.get_by_label("When").fill("Fridays at 4 from now on")
    page.get_by_role("button", name="Yes, send it").click()
    expect(page.locator("main")).to_contain_text("One of our editors puts it right.")

    editor = visit(state=signed_in("Ada"))
    editor.page.goto("/en/admin/reports")
    editor.page.get_by_role("link", name="Kettlebrook Club").first.click()
    expect(editor.page.locator("main")).to_contain_text("When: Fridays at 4 from now on")


def test_a_group_that_closed_is_asked_once_more_and_then_rests(visit: Visit, demo: Demo) -> None:
    slug = add(demo, "Kettlestone Club", email="kettlest@example.org")
    leader = visit()
    page = open_link(leader, ask(demo, "kettlest@example.org"))
    page.get_by_role("button", name="It has closed").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Has it closed for good?")
    leader.look()
    page.get_by_role("button", name="Yes, it has closed").click()
    expect(page.locator("main")).to_contain_text("Nobody finds it on our lists any more.")
    assert demo.ask(f"/api/v1/groups/{slug}").status in (404, 410)


def test_an_editor_rings_whom_no_mail_reaches(visit: Visit, signed_in: SignedIn, demo: Demo) -> None:
    add(demo, "Kettledale Club", phone="01632 960777")
    with store(demo) as session:
        renewing.refresh(unit_of(session), unit_of(session), referrals={}, now=now())
    editor = visit(state=signed_in("Ada"))
    page = editor.page
    page.goto("/en/admin/to-confirm")
    editor.look()
    while not page.get_by_role("link", name=re.compile("Ring ?: Kettledale Club")).count():
        page.get_by_role("link", name="More").click()
    page.get_by_role("link", name=re.compile("Ring ?: Kettledale Club")).click()
    expect(page.get_by_role("link", name="01632 960777")).to_have_attribute("href", "tel:+441632960777")
    editor.look()
    right = page.get_by_role("button", name="Still right")
    expect(right).to_have_attribute("accesskey", "1")  # no key of a browser's own can be pressed from here
    right.click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Kettledale Club")
    page.goto("/en/groups/kettledale-club")
    expect(page.locator("main")).to_contain_text("One of our editors asked them.")
