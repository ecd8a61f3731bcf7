"""An editor signs in by a link, puts a listing right, and everybody finds it at once; two editors lose nothing."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.serving import Demo

pytestmark = pytest.mark.browser

WORD = "zindlewick"  # no listing has it
CONNECTIONS = 12  # at once, each new: both workers take some
SignedIn = Callable[[str], Any]


def open_listing(page: Page, name: str) -> None:
    """Look a listing up as an editor does."""
    page.goto("/en/admin")
    page.get_by_label("Find a listing").fill(name)
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name=re.compile(f"Edit ?: {re.escape(name)}")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def check_changes(page: Page) -> None:
    page.get_by_role("button", name="Check my changes").first.click()


def found_everywhere(demo: Demo, name: str) -> None:
    """Ask for the word on many connections at once, once each: no first answer misses it."""
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        answers = list(pool.map(lambda _: demo.match(text=WORD, limit=1), range(CONNECTIONS)))
    assert [found[0]["name"] for found in answers] == [name] * CONNECTIONS


def test_an_edit_is_found_by_everybody_at_once(visit: Visit, signed_in: SignedIn, demo: Demo) -> None:
    name = "Needle Drop Listening Room (example)"
    editor = visit(state=signed_in("Ada"))
    page = editor.page
    page.goto("/en/admin")
    editor.look()
    open_listing(page, name)
    page.get_by_label("What it is, in two sentences").fill(f"We put on a record and say nothing. Bring a {WORD}.")
    page.locator("input[name=fact_taster][value=no]").check()
    page.get_by_label("Starts at, like 10:30").first.fill("18:45")
    page.get_by_label("Why you change it").fill("Rang the leader")
    editor.look()

    check_changes(page)
    changes = page.locator("main")
    expect(changes).to_contain_text("You are about to change")
    expect(changes).to_contain_text(WORD)
    expect(changes).to_contain_text("18:45")
    editor.look()
    assert WORD not in str(demo.match(text=WORD, limit=1)), "looking at the changes saves nothing"

    page.get_by_role("button", name="Save", exact=True).click()
    expect(changes).to_contain_text("Saved. Visitors see it now.")
    found_everywhere(demo, name)
    editor.look()

    visitor = visit()
    visitor.page.goto("/en/")
    visitor.page.get_by_label("In your own words").fill(WORD)
    visitor.page.get_by_role("button", name="Show me groups").first.click()
    visitor.page.get_by_role("main").get_by_role("link", name=re.compile("Needle Drop")).first.click()
    expect(visitor.page.locator("main")).to_contain_text(WORD)
    expect(visitor.page.locator("main")).to_contain_text("18:45")
    visitor.look()

    page.goto(page.url.split("/saved/")[0])
    page.get_by_role("link", name="What changed before").click()
    expect(page.locator("main")).to_contain_text("Rang the leader")
    editor.look()


def test_the_second_of_two_editors_sees_both_texts_and_loses_none(visit: Visit, signed_in: SignedIn) -> None:
    name = "Meeple Monday (example)"
    editor = visit(state=signed_in("Ada"))
    first, second = editor.page, editor.tab()
    for page in (first, second):
        open_listing(page, name)
    first.get_by_label("What it is, in two sentences").fill("Board games for grown-ups, upstairs.")
    check_changes(first)
    first.get_by_role("button", name="Save", exact=True).click()
    expect(first.locator("main")).to_contain_text("Saved. Visitors see it now.")

    second.get_by_label("What it is, in two sentences").fill("Board games and biscuits.")
    check_changes(second)
    expect(second.get_by_role("heading", level=1)).to_have_text("Somebody else changed this first")
    assert editor.status(second) == 409
    expect(second.locator("main")).to_contain_text("Board games for grown-ups, upstairs.")
    expect(second.locator("main")).to_contain_text("Board games and biscuits.")
    assert second.get_by_role("radio", name=re.compile("^Yours")).is_checked()
    editor.look(second)

    second.get_by_role("button", name="Go on with what I chose").click()
    expect(second.get_by_label("What it is, in two sentences")).to_have_value("Board games and biscuits.")
    check_changes(second)
    second.get_by_role("button", name="Save", exact=True).click()
    expect(second.locator("main")).to_contain_text("Saved. Visitors see it now.")
    expect(second.locator("main")).to_contain_text("Board games for grown-ups, upstairs.")


def test_what_an_editor_mistyped_is_named_and_kept(visit: Visit, signed_in: SignedIn) -> None:
    editor = visit(state=signed_in("Ada"))
    page = editor.page
    open_listing(page, "Queen Takes Pawn (example)")
    page.get_by_label("Price of one visit").fill("a fiver")
    page.get_by_label("Starts at, like 10:30").first.fill("half past")
    check_changes(page)
    assert editor.status() == 422
    expect(page.get_by_label("Price of one visit")).to_have_value("a fiver")
    expect(page.get_by_label("Starts at, like 10:30").first).to_have_value("half past")
    assert page.locator(".govuk-error-summary__list a").count() == 2
    editor.look()


@pytest.mark.asvs("V6.5.1")
def test_a_sign_in_link_works_once(visit: Visit, demo: Demo) -> None:
    link = demo.sign_in_link("Ada")
    first, second = visit(), visit()
    for visitor in (first, second):
        visitor.page.goto(link)
    first.page.get_by_role("button", name="Sign me in").click()
    expect(first.page.get_by_role("button", name="Sign out")).to_be_visible()
    second.page.get_by_role("button", name="Sign me in").click()
    assert second.status() in (404, 410)
    expect(second.page.get_by_role("button", name="Sign out")).to_have_count(0)
    second.look()
