"""Whatever somebody types, the page names the question, says the way out, and keeps every word."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.test_find import ask

pytestmark = pytest.mark.browser

STORY = "I like singing and company. " * 358  # more than 10,000 characters


def test_an_unknown_place_keeps_what_was_typed_and_offers_places(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    ask(page, text="singing", place="Altrinchm")
    assert visitor.status() == 422
    expect(page.get_by_label("In your own words")).to_have_value("singing")
    expect(page.get_by_label("Where are you?")).to_have_value("Altrinchm")
    expect(page.locator(".govuk-error-summary a[href='#place']")).to_contain_text("Altrincham")
    visitor.look()
    page.get_by_label("Altrincham", exact=True).check()
    page.get_by_role("button", name="Show me groups").first.click()
    expect(page.locator("article").first).to_be_visible()
    assert visitor.status() == 200


def test_an_unknown_postcode_is_named_at_its_question(visit: Visit) -> None:
    visitor = visit()
    ask(visitor.page, text="singing", place="ZZ99 9ZZ")
    assert visitor.status() == 422
    expect(visitor.page.locator("#place-error")).to_contain_text("ZZ99 9ZZ")
    expect(visitor.page.get_by_label("Where are you?")).to_have_value("ZZ99 9ZZ")
    visitor.look()


def test_ten_thousand_letters_are_kept_and_counted(visit: Visit) -> None:
    visitor = visit()
    ask(visitor.page, text=STORY, place="Sale")
    assert visitor.status() == 422
    expect(visitor.page.get_by_label("In your own words")).to_have_value(STORY)
    expect(visitor.page.locator(".govuk-error-summary a[href='#text']")).to_contain_text("10,024")
    visitor.look()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_numbers_out_of_range_are_named_and_kept(visit: Visit, javascript: bool) -> None:  # noqa: FBT001
    visitor = visit(javascript=javascript)
    page = visitor.page
    wrong = {"age": "180", "max_distance": "-3", "cost_max": "cheap"}
    page.goto("/en/")
    page.get_by_label("In your own words").fill("singing")
    for part in ("When, how far and how much?", "A little about you"):
        page.get_by_text(part).click()
    for name, value in wrong.items():
        page.locator(f"[name={name}]").fill(value)
    page.get_by_role("button", name="Show me groups").first.click()
    assert visitor.status() == 422
    for name, value in wrong.items():
        expect(page.locator(f".govuk-error-summary a[href='#{name}']")).to_be_visible()
        expect(page.locator(f"#{name}-error")).to_be_visible()
        expect(page.locator(f"[name={name}]")).to_have_value(value)
    expect(page.get_by_label("In your own words")).to_have_value("singing")
    visitor.look()


def test_a_damaged_address_says_so_and_leads_to_a_new_search(visit: Visit) -> None:
    visitor = visit()
    visitor.page.goto("/en/find/AQEOtwFUp7cYficKC")
    assert visitor.status() in (404, 410)
    visitor.look()
    visitor.page.goto("/en/groups/no-such-group")
    assert visitor.status() == 404
    visitor.look()
