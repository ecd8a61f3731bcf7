"""An editor says in words when a group meets; its leader calls one meeting off by the mailed link; visitors see it."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.serving import Demo, eventually
from tests.journeys.test_edit import SignedIn, check_changes, open_listing

pytestmark = pytest.mark.browser

NAME = "Strum and Hum (example)"


def off_link(demo: Demo) -> str | None:
    """The newest link to a group's dates that was mailed."""
    sent = demo.folder / "outbox.log"
    found = re.findall(rf"{demo.url}/en/off/[\w-]+", sent.read_text()) if sent.exists() else []
    return found[-1] if found else None


def test_a_schedule_said_in_words_and_a_meeting_called_off_by_its_leader(
    visit: Visit, signed_in: SignedIn, demo: Demo
) -> None:
    editor = visit(state=signed_in("Ada"))
    page = editor.page
    open_listing(page, NAME)
    words = page.get_by_label("Write it as you would say it").first
    words.fill("every 2nd Wednesday 7-9pm from 6 January 2027 except August")
    expect(page.get_by_text("It can mean more than one thing. Which is right?").first).to_be_visible()
    editor.look()
    page.get_by_role("button", name="Fill in from these words").first.click()
    editor.look()
    page.get_by_role("button", name="Take this one").nth(1).click()
    expect(page.get_by_text("We understood:").first).to_be_visible()
    words = page.get_by_label("Write it as you would say it").first
    words.fill("Wednesdays 7-9pm, not on bank holidays")
    page.get_by_role("button", name="Fill in from these words").first.click()
    expect(page.get_by_label("How often").first).to_have_value("weekly")
    expect(page.get_by_label("Also no meeting").first).to_have_value("public_holidays")
    page.get_by_label("First day, like 2026-12-29").first.fill("2026-01-07")
    page.get_by_label("I asked today, and everything on this page is right").check()
    editor.look()
    check_changes(page)
    expect(page.locator("main")).to_contain_text("not on public holidays")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("main")).to_contain_text("Saved. Visitors see it now.")

    page.goto(page.url.split("/saved/")[0])
    page.get_by_role("link", name="Its public page").click()
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_text("Sent.")).to_be_visible()
    editor.look()

    leader = visit()
    leader.page.goto(eventually(lambda: off_link(demo), 30))
    leader.look()
    leader.page.get_by_role("button", name="Not this time").first.click()
    expect(leader.page.locator("main")).to_contain_text("Called off. Your page says so.")
    leader.page.get_by_text("Move it to another time").first.click()
    leader.look()

    visitor = visit()
    leader.page.get_by_role("link", name="See it as a visitor").click()
    visitor.page.goto(leader.page.url)
    expect(visitor.page.locator("main")).to_contain_text("Not on ")
    visitor.look()
