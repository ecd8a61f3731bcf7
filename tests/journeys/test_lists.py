"""An editor sends a spreadsheet, puts a column right, sees what would change, takes it in, and takes it back."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit

pytestmark = pytest.mark.browser

SignedIn = Callable[[str], Any]
LIST = (
    "Ref,Label,Town,Day,Start,Finish,Cost,Step free,Updated\n"
    "1,Harbour knitters (example),Sale,Tuesday,10:00,12:00,free,yes,2026-05-01\n"
    "2,Harbour walkers (example),Sale,Thursday,2pm,3pm,two goats,maybe,2019-01-01\n"
    "3,,Sale,Friday,10:00,11:00,free,no,2026-05-01\n"
)


def test_a_spreadsheet_is_looked_at_put_right_taken_in_and_taken_back(visit: Visit, signed_in: SignedIn) -> None:
    editor = visit(state=signed_in("Ada"))
    page = editor.page
    page.goto("/en/admin/lists")
    editor.look()
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("link", name="Use small letters")).to_be_visible()
    editor.look()
    page.get_by_label("Whose list is it?").fill("harbour")
    page.get_by_label("The file").set_input_files(
        {"name": "harbour.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
    )
    page.get_by_role("button", name="Look at it").click()

    expect(page.get_by_role("heading", name="We cannot read it yet")).to_be_visible()
    editor.look()
    page.get_by_label("Label", exact=True).select_option("name")
    page.get_by_role("button", name="Read it again like this").click()
    expect(page.get_by_role("heading", name="What would change")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Write an amount, like 2.50")
    editor.look()
    page.get_by_role("button", name="Take it in").click()
    expect(page.get_by_role("heading", name="It is taken in")).to_be_visible()
    editor.look()

    page.get_by_role("link", name="Its history, or take it back").click()
    expect(page.locator("main")).to_contain_text("New: 2")
    editor.look()
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator("main")).to_contain_text("Taken back")
    editor.look()
    page.goto("/en/admin?q=Harbour+knitters")
    expect(page.locator("main")).to_contain_text("Harbour knitters")
