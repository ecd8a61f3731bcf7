"""An editor finds listings by what they lack, changes them together, looks at each before, and takes all of it back."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit

pytestmark = pytest.mark.browser

SignedIn = Callable[[str], Any]


def test_many_listings_are_changed_together_and_all_of_it_is_taken_back(visit: Visit, signed_in: SignedIn) -> None:
    editor = visit(state=signed_in("Ada"))
    page = editor.page
    page.goto("/en/admin")
    expect(page.get_by_role("heading", name="What needs you today")).to_be_visible()
    page.get_by_text("Choose which listings").click()
    page.get_by_label("Organisation").fill("Kith Example Neighbours")
    page.get_by_label("Town or postcode").fill("Stretford")
    page.get_by_role("button", name="Show them").click()
    expect(page.get_by_role("link", name="Take away: Town or postcode: Stretford")).to_be_visible()
    editor.look()
    page.get_by_label("Keep this choice under a name").fill("Stretford examples")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("navigation", name="Filters you keep")).to_contain_text("Stretford examples")

    page.get_by_role("link", name="Change them all").click()
    editor.look()
    page.get_by_role("link", name="Say what is true of them").click()
    page.get_by_label("Say what is true of them").select_option("door_width_cm")
    page.get_by_label("Yes", exact=True).check(force=True)
    page.get_by_role("button", name="Check my changes").click()
    expect(page.get_by_role("link", name="This is needed")).to_be_visible()  # where is it known from?
    editor.look()
    page.get_by_label("Why you change it").fill("Measured on a visit")
    page.get_by_role("button", name="Check my changes").click()
    many = page.get_by_role("heading", level=1).inner_text().split(" ")[0]
    expect(page.locator(".kith-changes")).to_have_count(int(many))
    editor.look()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("main")).to_contain_text(f"{many} listing")
    expect(page.get_by_role("button", name="Undo")).to_be_visible(timeout=30_000)
    editor.look()

    page.get_by_role("button", name="Undo").click()
    expect(page.locator("main")).to_contain_text("as the")
    editor.look()
    page.goto("/en/admin/together/done")
    expect(page.locator("main")).to_contain_text("Measured on a visit")
    editor.look()
