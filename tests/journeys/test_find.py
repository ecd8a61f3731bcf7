"""Somebody looks for a group: words, place, list, group, back, again; with and without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit

pytestmark = pytest.mark.browser

WORDS = "lonely since I retired, like singing, no car"


def ask(page: Page, **answers: str) -> None:
    """Fill in the form on the first page and send it. `cost_max` and the like stand behind one press."""
    page.goto("/en/")
    page.get_by_label("In your own words").fill(answers.pop("text", ""))
    page.get_by_label("Where are you?").fill(answers.pop("place", ""))
    if answers:
        page.get_by_text("When, how far and how much?").click()
    for name, value in answers.items():
        page.locator(f"[name={name}]").fill(value)
    page.get_by_role("button", name="Show me groups").first.click()


def names(page: Page) -> list[str]:
    """Return the groups of the list in their order."""
    return page.locator("main :is(.kith-notice__title, .kith-link-list) bdi:not(.kith-soft)").all_inner_texts()


@pytest.mark.asvs("V14.2.3")
@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_somebody_who_likes_singing_finds_a_choir_and_comes_back_to_the_same_list(
    visit: Visit,
    javascript: bool,  # noqa: FBT001
) -> None:
    visitor = visit(javascript=javascript)
    page = visitor.page
    ask(page, text=WORDS, place="M33 4ND", cost_max="0")

    expect(page).to_have_url(re.compile("/en/find/[^/?]+$"))
    first = page.locator("article").first
    expect(first).to_contain_text(re.compile("sing", re.IGNORECASE))
    found = names(page)
    assert len(found) >= 3
    expect(first).to_contain_text("Sale")
    expect(first).to_contain_text("Free")
    assert first.locator(".kith-why li:not(.is-not)").count() >= 2, "the first says why it was shown"
    assert page.locator(".kith-why li.is-not").count() >= 1, "what does not fit is said"
    assert WORDS not in page.url
    visitor.look()

    first.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(found[0].removesuffix(" (example)"))
    expect(page.get_by_role("heading", name="Why we showed you this")).to_be_visible()
    visitor.look()

    page.go_back()
    assert names(page) == found
    page.reload()
    assert names(page) == found
    assert visitor.context.cookies() == [], "looking for a group leaves no cookie"


def test_answers_can_be_changed_and_are_all_still_there(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    ask(page, text=WORDS, place="Sale", cost_max="2.50")
    page.get_by_role("link", name="Change my answers").first.click()
    expect(page.get_by_label("In your own words")).to_have_value(WORDS)
    expect(page.get_by_label("Where are you?")).to_have_value("Sale")
    expect(page.locator("[name=cost_max]")).to_have_value("2.50")
    visitor.look()
    page.get_by_label("In your own words").fill("a book club")
    page.get_by_role("button", name="Show me groups").first.click()
    expect(page.locator("article").first).to_contain_text(re.compile("book|read", re.IGNORECASE))


def test_the_first_page_and_the_pages_at_its_foot_are_sound(visit: Visit) -> None:
    visitor = visit()
    visitor.page.goto("/en/")
    visitor.look()
    for name in ("How we choose", "Your privacy", "Where it comes from", "For developers"):
        visitor.page.get_by_role("contentinfo").get_by_role("link", name=name).click()
        visitor.page.get_by_role("heading", level=1).wait_for()
        assert visitor.status() == 200
        visitor.look()
