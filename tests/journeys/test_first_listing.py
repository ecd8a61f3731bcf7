"""A new editor makes a listing from nothing, sees what it lacks, and shows it; no script is needed for any of it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.serving import Demo

pytestmark = pytest.mark.browser

SignedIn = Callable[[str], Any]
NAME, WORD = "Quince Lane Menders", "quincelane"  # no other listing has them


def save_changes(page: Page) -> None:
    page.get_by_role("button", name="Check my changes").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("You are about to change")
    page.get_by_role("button", name="Save", exact=True).click()


def test_a_new_editor_makes_a_listing_from_nothing_and_shows_it(visit: Visit, signed_in: SignedIn, demo: Demo) -> None:
    editor = visit(state=signed_in("Ada"), javascript=False)
    page = editor.page
    page.goto("/en/admin")
    page.get_by_role("link", name="Add a listing").click()
    page.get_by_label("Name", exact=True).fill(NAME)
    page.get_by_label("What it is, in two sentences").fill(f"We mend clothes and chat. Ask for {WORD}.")
    page.get_by_label("Find an organisation").fill(WORD)
    page.get_by_label("Find a place we know").fill("Sale Town Hall")
    page.keyboard.press("Enter")  # looks both up
    expect(page.get_by_label("Name", exact=True)).to_have_value(NAME)
    expect(page.locator("main")).to_contain_text("We found nothing by those words.")
    expect(page.get_by_role("radio", name=re.compile("Sale Town Hall")).first).to_be_visible()
    page.get_by_label("Name of a new organisation").fill("Quince Lane Club")
    page.get_by_label("Name of the place").fill("Quince House")
    page.get_by_label("Postcode or town").fill("Nowhereville")
    page.get_by_role("button", name="Make the draft").click()
    assert editor.status() == 422
    expect(page.get_by_label("Name of the place")).to_have_value("Quince House")
    page.get_by_label("Postcode or town").fill("M33 4ND")
    page.get_by_role("button", name="Make the draft").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text(NAME)
    expect(page.locator("main")).to_contain_text("Before it can be shown")
    page.get_by_label("Find an interest").fill("sewing")
    page.keyboard.press("Enter")
    page.get_by_role("checkbox", name=re.compile("Sewing")).first.check()
    page.get_by_label("How to join", exact=True).fill("Just come.")
    page.get_by_text("Add a meeting").click()
    meeting = page.locator("fieldset", has=page.get_by_label("Write it as you would say it")).last
    meeting.get_by_label("Write it as you would say it").fill("Mondays, 2 to 4")
    meeting.get_by_label("How often").select_option("weekly")
    meeting.get_by_label("Day", exact=True).select_option("0")
    meeting.get_by_label("Starts at, like 10:30").fill("14:00")
    meeting.get_by_label("How many minutes").fill("120")
    meeting.get_by_label("Where", exact=True).select_option(index=1)
    save_changes(page)
    expect(page.locator("main")).to_contain_text("Saved. Nobody sees it yet.")
    assert WORD not in str(demo.match(text=WORD, limit=1))

    page.get_by_role("link", name="How people find it").click()
    expect(page.locator("main")).to_contain_text("Everything it needs is there.")
    page.get_by_role("link", name="See it as a visitor").click()
    expect(page.locator("main")).to_contain_text("Only editors see this page.")
    page.get_by_role("link", name="Back to the listing").first.click()
    page.get_by_role("link", name="How people find it").click()
    page.get_by_role("button", name="Show it on the list").click()
    expect(page.locator("main")).to_contain_text("Published")
    assert [found["name"] for found in demo.match(text=WORD, limit=1)] == [NAME]


def test_what_groups_share_is_put_right_and_each_page_is_fit_to_use(visit: Visit, signed_in: SignedIn) -> None:
    editor = visit(state=signed_in("Ada"))
    page = editor.page
    page.goto("/en/admin/new")
    editor.look()
    page.goto("/en/admin/organisations?q=scout")
    editor.look()
    page.locator("main").get_by_role("link", name=re.compile("Scout")).first.click()
    page.get_by_label("What it is, in two sentences").fill("Games, camps and badges.")
    page.get_by_label("E-mail address").fill("nobody")
    page.get_by_role("button", name="Save").click()
    assert editor.status() == 422
    expect(page.get_by_label("What it is, in two sentences")).to_have_value("Games, camps and badges.")
    editor.look()
    page.get_by_label("E-mail address").fill("hello@example.org")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Saved.")

    page.goto("/en/admin?q=Queen Takes Pawn")
    page.locator("main").get_by_role("link", name=re.compile("Edit")).first.click()
    page.get_by_label("Find an interest").fill("chess")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Find an interest")).to_have_value("chess")
    editor.look()
    page.get_by_role("link", name=re.compile("Change this place")).first.click()
    page.get_by_label("More of the address").fill("Round the back")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Saved.")
    editor.look()
