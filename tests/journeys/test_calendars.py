"""An editor sends a hall's calendar as a list, then has one group's times follow its own calendar, and lets it go."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.catalog.imports.calendars import HALL, WEEKLY, calendar, event
from tests.catalog.imports.test_feeds import Server
from tests.catalog.imports.test_feeds import server as server
from tests.journeys.conftest import Visit

pytestmark = pytest.mark.browser

SignedIn = Callable[[str], Any]


def coming(weeks: int) -> str:
    """Return a Tuesday to come, as calendars write days."""
    today = date.today()  # noqa: DTZ011  # the demonstration runs by the clock of this machine
    return f"{today + timedelta(days=(1 - today.weekday()) % 7 + 7 * weeks):%Y%m%d}"


def test_a_calendar_comes_as_a_list_and_as_the_times_of_a_group(
    visit: Visit, signed_in: SignedIn, server: Server
) -> None:
    editor = visit(state=signed_in("Ada"))
    page = editor.page
    dates = [event(f"w{n}@x", summary="Slow walk (example)", at=f"{coming(n)}T140000") for n in (1, 2, 3)]
    party = event("p@x", summary="Party", at=f"{coming(4)}T190000")
    hall = calendar(
        event("a@x", WEEKLY, HALL, summary="Tea (example)"), *dates, party, event("b@x", "RRULE:FREQ=SECONDLY")
    )
    page.goto("/en/admin/lists")
    page.get_by_label("Whose list is it?").fill("hall")
    page.get_by_label("The file").set_input_files(
        {"name": "hall.ics", "mimeType": "text/calendar", "buffer": hall.encode()}
    )
    page.get_by_role("button", name="Look at it").click()
    expect(page.locator("main")).to_contain_text("It happens once")
    expect(page.locator("main")).to_contain_text("These dates look like a habit")
    editor.look()

    page.goto("/en/admin?q=table")
    page.locator("main .kith-queue a, main table a").first.click()
    page.get_by_role("link", name="Its public page").first.click()
    page.get_by_role("link", name="Its own calendar").click()
    editor.look()
    rest = event("r@x", f"DTSTART;VALUE=DATE:{coming(3)}", summary="No table: holiday")
    server.pages["/tea.ics"] = calendar(event("a@x", WEEKLY, "DURATION:PT1H", at="20260106T161500"), rest, party)
    page.get_by_label("Address of the calendar").fill(f"{server.url}/tea.ics")
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("heading", name="What would change")).to_be_visible()
    expect(page.locator("main")).to_contain_text("16:15")
    editor.look()
    page.get_by_role("button", name="Follow this calendar").click()
    expect(page.get_by_role("heading", name="What it changed last")).to_be_visible()
    editor.look()
    page.get_by_role("button", name="Follow it no more").click()
    expect(page.get_by_role("heading", name="Let its times follow a calendar")).to_be_visible()
