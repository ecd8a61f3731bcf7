"""A referrer adds somebody and asks them; they open their own page from the mail and take a yes back: two presses."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.db.sealing import Sealer
from service.notifications import outbox
from service.notifications.models import OutboxMessage
from tests import stores
from tests.journeys.conftest import Visit
from tests.journeys.serving import Demo, eventually

pytestmark = pytest.mark.browser

SENT_WITHIN = 20  # seconds; the sender looks every two


def own_link(demo: Demo) -> str | None:
    """Return the newest link: from the mails that were sent, or by night from the one that waits for the morning."""
    sent, sealer = demo.folder / "outbox.log", Sealer((demo.folder / "secret").read_text().strip(), outbox.PURPOSE)
    with stores.opened(f"sqlite:///{demo.folder / 'kith.sqlite'}") as engine, Session(engine) as session:
        rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at)).all()
        waiting = [
            sealer.open(f"outbox_message:{row.id}:params", row.params_sealed).decode()
            for row in rows
            if row.params_sealed and row.state == "queued"
        ]
    told = "".join([sent.read_text() if sent.exists() else "", *waiting])
    found = re.findall(rf"{demo.url}/en/my/[\w-]+", told)
    return found[-1] if found else None


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_yes_is_asked_for_in_plain_words_and_taken_back_in_two_presses(
    visit: Visit,
    demo: Demo,
    signed_in: Callable[[str], Any],
    javascript: bool,  # noqa: FBT001
) -> None:
    name = "Ottilie" if javascript else "Ludmila"  # nobody else who is looked at is called so
    bo = visit(state=signed_in("Bo"), javascript=javascript)
    page = bo.page
    page.goto("/en/people/add")
    bo.look()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="That did not work")).to_be_visible()
    bo.look()
    page.get_by_label("First name").fill(name)
    page.get_by_label("By e-mail").check()
    page.get_by_label("One safe number, e-mail or address").fill(f"{name.lower()}@example.org")
    page.get_by_label("What helps them").fill("A seat near the door")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    bo.look()
    question = page.locator("details").filter(has_text="To look together")
    question.locator("summary").click()
    question.get_by_role("button", name="They said yes").click()
    expect(page.get_by_role("heading", name="That did not work")).to_be_visible()
    bo.look()
    for answer in ("First name", "They said it", "They decided themselves"):
        question.get_by_label(answer).check()
    question.get_by_role("button", name="They said yes").click()
    expect(page.get_by_text("Kept. They can take it back at any time.")).to_be_visible()
    bo.look()
    before = own_link(demo)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_text("Their own page is on its way to them.")).to_be_visible()

    def new() -> str | None:
        found = own_link(demo)
        return found if found != before else None

    theirs = visit(javascript=javascript)
    theirs.page.goto(eventually(new, SENT_WITHIN))  # the first press: the link
    expect(theirs.page.get_by_role("heading", level=1)).to_have_text(f"Hello {name}.")
    theirs.look()
    theirs.page.get_by_role("button", name=re.compile("Take it back")).click()  # the second
    expect(theirs.page.get_by_role("button", name=re.compile("Take it back"))).to_have_count(0)
    theirs.look()
    page.reload()
    expect(page.get_by_role("button", name=re.compile("Take it back"))).to_have_count(0)


def test_where_a_birthday_is_kept_it_comes_first(visit: Visit, demo: Demo, signed_in: Callable[[str], Any]) -> None:
    bo = visit(state=signed_in("Bo"))
    page = bo.page
    page.goto("/en/people/add")
    page.get_by_label("First name").fill("Wendelin")
    page.get_by_label("By e-mail").check()
    page.get_by_label("One safe number, e-mail or address").fill("wendelin@example.org")
    page.get_by_label("Date of birth").fill("1948-02-29")
    page.get_by_role("button", name="Save").click()
    before = own_link(demo)
    page.get_by_role("button", name="Send the link").click()

    def new() -> str | None:
        found = own_link(demo)
        return found if found != before else None

    theirs = visit()
    theirs.page.goto(eventually(new, SENT_WITHIN))
    expect(theirs.page.get_by_role("heading", level=1)).to_have_text("When were you born?")
    theirs.look()
    for label, said in (("Day", "29"), ("Month", "3"), ("Year", "1948")):
        theirs.page.get_by_label(label).fill(said)
    theirs.page.get_by_role("button", name="Open my page").click()
    expect(theirs.page.get_by_role("heading", name="That did not work")).to_be_visible()
    theirs.look()
    theirs.page.get_by_label("Month").fill("2")
    theirs.page.get_by_role("button", name="Open my page").click()
    expect(theirs.page.get_by_role("heading", level=1)).to_have_text("Hello Wendelin.")
    theirs.look()
    page.goto("/en/people/add")  # the same person again: who is known here is shown first
    page.get_by_label("First name").fill("wendelin")
    page.get_by_label("By e-mail").check()
    page.get_by_label("One safe number, e-mail or address").fill("wendelin@example.org")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Is it the same person?")).to_be_visible()
    bo.look()
