"""An editor adds a word that people say and sees first what it would do; a search finds by it; it is taken back."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.serving import Demo, eventually

pytestmark = pytest.mark.browser

WORD = "quibblefolding"  # no listing and no other test has it


def test_a_word_is_added_found_by_a_search_and_taken_back(
    visit: Visit, signed_in: Callable[[str], Any], demo: Demo
) -> None:
    editor = visit(state=signed_in("Ada"))
    page = editor.page
    page.goto("/en/admin")
    page.get_by_role("link", name="What is known", exact=True).click()
    page.get_by_role("link", name="Words", exact=True).click()
    editor.look()
    page.get_by_label("Find a word").fill("wordle")
    page.get_by_role("button", name="Search").click()
    editor.look()
    page.locator("main").get_by_role("link", name="Jigsaws and puzzles").click()
    editor.look()
    page.get_by_label("Word or phrase").fill(WORD)
    page.get_by_role("button", name="Check it").first.click()
    expect(page.locator("main")).to_contain_text(f"Add the word “{WORD}” (English)")
    editor.look()
    page.get_by_label("Why you change it").fill("People ask for it")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Searches know it within seconds")
    expect(page.locator("main")).to_contain_text("People ask for it")
    editor.look()

    def found() -> bool | None:
        answers = [demo.ask("/api/v1/match", {"text": WORD, "limit": 1}).body for _ in range(4)]
        known = [[wish["code"] for wish in answer["understood"]] for answer in answers]
        return True if known == [["activity.games.puzzles"]] * 4 else None

    eventually(found, 20)
    page.get_by_role("button", name="Undo").first.click()
    expect(page.locator("main")).to_contain_text("Taken back")
    editor.look()
