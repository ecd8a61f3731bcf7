"""A stranger says what is right, without a script; an editor takes a part of it; everybody sees that part at once."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.serving import Demo

pytestmark = pytest.mark.browser

SignedIn = Callable[[str], Any]
NAME, ADDRESS = "Song Swap Saturdays", "song-swap-saturdays"


def group_address(demo: Demo, name: str) -> str:
    """Return the address of a listing's page."""
    found = demo.match(text=name, limit=1)[0]
    assert found["name"].startswith(name)
    return f"/en/groups/{found['slug']}"


def suggest(page: Page, there: str) -> None:
    page.goto(there)
    page.get_by_role("link", name="Something is wrong").first.click()
    page.get_by_role("link", name="Tell us what is right").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tell us what is right")


def test_a_stranger_suggests_and_an_editor_takes_a_part(visit: Visit, signed_in: SignedIn, demo: Demo) -> None:
    there = group_address(demo, NAME)
    stranger = visit(javascript=False)
    page = stranger.page
    suggest(page, there)
    stranger.look()
    page.get_by_role("button", name="Tell the editors").click()
    expect(page.locator("main")).to_contain_text("Write at least one thing")
    stranger.look()
    page.get_by_label("How to join").fill("Ring the zindlebell twice")
    page.get_by_label("Name", exact=True).fill("Song Swap Sundays")
    page.get_by_label("What it costs").fill("£1.50")
    page.get_by_label("The place").fill("The room upstairs")
    page.get_by_role("button", name="Tell the editors").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. We have it.")
    stranger.look()

    editor = visit(state=signed_in("Ada"))
    page = editor.page
    page.goto("/en/admin/suggestions")
    editor.look()
    page.get_by_role("link", name=re.compile(NAME)).first.click()
    expect(page.locator("main")).to_contain_text("The room upstairs")
    editor.look()
    page.get_by_role("button", name="Put in what is ticked").click()
    expect(page.locator("main")).to_contain_text("This is needed")
    editor.look()
    page.get_by_label("Take this: How to join").check()
    page.get_by_label("Take this: Price of one visit").check()
    page.locator("[name=value-how_to_join]").fill("Ring the zindlebell once")
    page.get_by_role("button", name="Put in what is ticked").click()
    page.wait_for_url("**/admin/suggestions")

    visitor = visit()
    visitor.page.goto(there)
    main = visitor.page.locator("main")
    expect(main).to_contain_text("Ring the zindlebell once")
    expect(main).to_contain_text("£1.50")
    expect(main).to_contain_text(NAME)


def test_a_new_group_becomes_a_draft_and_whoever_runs_one_says_so(
    visit: Visit, signed_in: SignedIn, demo: Demo
) -> None:
    stranger = visit()
    page = stranger.page
    page.goto("/en/")
    page.locator("footer").get_by_role("link", name="Add a group").click()
    stranger.look()
    page.get_by_label("Name", exact=True).fill("Zindle Knitters")
    page.get_by_label("What it is, in two sentences").fill("We knit, and talk.")
    page.get_by_label("The place").fill("Lantern Hall, Sale")
    page.get_by_label("Who runs it").fill("Zindle Trust")
    page.get_by_role("button", name="Tell the editors").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. We have it.")
    page.goto(group_address(demo, "Brass for the Nervous"))
    page.get_by_role("link", name="I run this group").click()
    stranger.look()
    page.get_by_label("Your name").fill("Zed")
    page.get_by_label("E-mail address", exact=True).fill("zed@example.org")
    page.locator("[name=proof]").last.check()
    page.get_by_role("button", name="Tell the editors").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. We have it.")

    editor = visit(state=signed_in("Ada"))
    page = editor.page
    page.goto("/en/admin/suggestions")
    page.get_by_role("link", name=re.compile("Brass for the Nervous")).first.click()
    expect(page.locator("main")).to_contain_text("zed@example.org")
    editor.look()
    page.goto("/en/admin/suggestions")
    page.get_by_role("link", name=re.compile("A new group")).last.click()
    expect(page.locator("[name=value-name]")).to_have_value("Zindle Knitters")
    editor.look()
    for label in ("Name", "What it is, in two sentences", "Who runs it"):
        page.get_by_label(f"Take this: {label}").check()
    page.get_by_role("button", name="Make a draft of it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Zindle Knitters")
    page.get_by_role("link", name=re.compile("Its public page")).click()
    page.get_by_role("link", name=re.compile("How far we know them")).click()
    page.get_by_label("What did you see?").select_option("insurance")
    page.get_by_label("The day you saw it").fill("2026-01-12")
    page.get_by_role("button", name="Note what you saw").click()
    page.get_by_label("Checked: we saw papers").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Seen on 12 January 2026")
    editor.look()
