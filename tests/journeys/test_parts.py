"""Every part in every state, the statement, asking for a call, and what whoever rings sees: looked at and sound."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", ["/en/style", "/ur/style", "/en/accessibility", "/ur/accessibility", "/en/privacy"])
def test_a_page_is_sound_wide_and_narrow_light_and_dark(visit: Visit, path: str) -> None:
    visitor = visit()
    visitor.page.goto(path)
    visitor.look()
    language = path.split("/")[1]
    assert visitor.status() == 200
    assert visitor.page.locator("html").get_attribute("lang") == language
    assert visitor.page.locator("html").get_attribute("dir") == ("rtl" if language == "ur" else "ltr")
    expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_somebody_asks_for_a_call_and_is_rung(
    visit: Visit,
    signed_in: Callable[[str], Any],
    javascript: bool,  # noqa: FBT001
) -> None:
    visitor = visit(javascript=javascript)
    page = visitor.page
    page.goto("/en/")
    page.get_by_role("contentinfo").get_by_role("link", name="Ask us to ring you").click()
    visitor.look()
    page.get_by_role("button", name="Please ring me").click()
    expect(page.get_by_role("heading", name="One more thing before we ring")).to_be_visible()
    visitor.look()
    name = "Robin" if javascript else "Kim"  # nobody else who is looked at asks by these
    page.get_by_label("What shall we call you?").fill(name)
    page.get_by_label("Your phone number").fill("01632 960131" if javascript else "01632 960132")
    page.get_by_label("Is there anything").fill("I can't go on")
    page.get_by_role("button", name="Please ring me").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. We will ring you.")
    expect(page.get_by_role("heading", level=2).first).to_have_text("You matter. Please talk to someone now.")
    visitor.look()
    assert visitor.context.cookies() == []

    ada = visit(state=signed_in("Ada"))
    ada.page.goto("/en/admin")
    ada.page.get_by_role("navigation", name="In this part").get_by_role("link", name="To ring").click()
    ada.look()
    ada.page.get_by_role("button", name=re.compile(rf"No answer\s*: {name}")).click()
    expect(ada.page.get_by_text("Tried 1 time")).to_be_visible()
    ada.page.get_by_role("button", name=re.compile(rf"Reached\s*: {name}")).click()
    expect(ada.page.get_by_text(name, exact=True)).to_have_count(0)
    ada.page.get_by_role("link", name="What is known", exact=True).click()
    for room in ("Asked for, not found", "On other sites"):
        ada.page.get_by_role("link", name=room).click()
        expect(ada.page.get_by_role("heading", level=1)).to_have_text(room)
        ada.look()
