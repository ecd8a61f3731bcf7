"""What stands on a list besides groups: a small change, a question to copy, a path in small steps, and plain words."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.test_find import ask, names

pytestmark = pytest.mark.browser


def ask_with(page: Page, text: str, **barriers: str) -> None:
    """Fill in the form and say what would make it easier to go."""
    page.goto("/en/")
    page.get_by_label("In your own words").fill(text)
    page.get_by_label("Where are you?").fill("Sale")
    page.get_by_text("What would make it easier to go?").click()
    for code, strength in barriers.items():
        page.locator(f"[name=barrier_{code}][value={strength}]").check(force=True)
    page.get_by_role("button", name="Show me groups").first.click()


def test_one_press_changes_one_answer_and_brings_what_was_said(visit: Visit) -> None:
    visitor = visit(javascript=False)
    page = visitor.page
    ask(page, text="singing", place="M33 4ND", cost_max="0", max_distance="2")
    found = names(page)
    offer = page.get_by_role("link", name=re.compile("If you could travel 2.km more: .* more group"))
    expect(page.get_by_role("link", name=re.compile("Up to 2.km"))).to_be_visible()
    visitor.look()
    offer.click()
    expect(page.get_by_role("link", name=re.compile("Up to 4.km"))).to_be_visible()
    expect(page.get_by_role("link", name="Free only")).to_be_visible()
    visitor.look()
    page.go_back()
    assert names(page) == found


def test_the_whole_sum_is_one_press_away(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    ask(page, text="singing", place="M33 4ND")
    first = page.locator("article").first
    expect(first.get_by_role("table")).to_be_hidden()
    first.get_by_text("How this was worked out").click()
    expect(first.get_by_role("table")).to_contain_text("What you like")
    visitor.look()


def test_where_nothing_fits_somebody_to_talk_to_comes_before_what_is_weak(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    ask(page, text="xqzv wqpt", place="Sale")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing quite like that yet")
    headings = page.locator("main h2").all_inner_texts()
    assert headings.index("Would a person help?") < headings.index("What comes nearest")
    assert page.locator(".kith-link-list").get_by_text("Weak match").count() == len(names(page))
    visitor.look()


def test_what_nobody_confirmed_comes_with_the_words_to_ask(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    ask_with(page, "singing or crafts", wheelchair="must", transport="helps")
    expect(page.get_by_role("heading", name="Not confirmed: ask first")).to_be_visible()
    message = page.locator(".kith-say").first
    expect(message).to_contain_text(
        "I would like to come. Is there an accessible toilet? Is there a way in without steps?"
    )
    visitor.look()
    message.click()
    assert page.evaluate("() => String(getSelection())") == message.inner_text(), "one press takes all of it"


def test_somebody_nervous_is_shown_a_path_in_small_steps(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    ask_with(page, "I like making things and gardening", social_anxiety="helps", alone="helps")
    path = page.get_by_role("region", name="A path in small steps")
    assert path.get_by_role("listitem").count() in (2, 3)
    expect(path).to_contain_text("Your first visit to")
    visitor.look()
    path.get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Your first visit, from door to chair")).to_be_visible()
