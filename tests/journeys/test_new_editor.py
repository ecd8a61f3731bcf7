"""From an empty installation to listings that people find: a bureau's spreadsheet as it is, in a dozen presses."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from service.accounts.signing_in import second_factor
from service.clock import now
from tests.catalog.imports import bureau
from tests.journeys.beginning import behind_proxy, codes_printed, empty
from tests.journeys.serving import Demo
from tests.journeys.test_accounts import give_code, secret_on
from tests.journeys.test_find import ask, names
from tests.journeys.visitors import Visitor

pytestmark = pytest.mark.browser

LACKS = ("Larch Runners",)  # whom to ask
NOWHERE = "Larch Singers"


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Demo]:
    """A server with nothing in its database."""
    with empty(tmp_path) as made:
        yield made


def begin(page: Page, code: str) -> None:
    """Become the first administrator."""
    page.goto("/en/sign-in")
    page.get_by_label("Code").fill(code)
    page.get_by_label("Your name").fill("Nan")
    page.get_by_label("E-mail address").fill("nan@example.org")
    page.get_by_label("Choose a password").fill("seven quiet otters")
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("button", name="Set it up").click()
    give_code(page, second_factor.code_at(secret_on(page), now()))
    page.get_by_role("link", name="I have kept them, go on").click()


def test_a_new_editor_shows_a_whole_spreadsheet(browser: Browser, new: Demo) -> None:
    editor = Visitor(browser, new.url)
    editor.context.set_extra_http_headers(behind_proxy(new))
    page = editor.page
    begin(page, codes_printed(new)[0])
    editor.look()

    page.get_by_role("link", name="The first listings").click()
    page.get_by_label("Whose list is it?").fill("Larch Bureau")
    page.get_by_label("The file").set_input_files(
        {"name": "GROUPS (2).xlsx", "mimeType": "application/octet-stream", "buffer": bureau.workbook()}
    )
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What would change")
    for number, heading in enumerate(bureau.HEADINGS):
        expect(page.get_by_label(heading, exact=True)).not_to_have_value("")
        assert page.get_by_label(heading, exact=True).get_attribute("name") == f"column-{number}"
    expect(page.locator("main")).to_contain_text("We don’t know “WA15 9ZZZ”")
    editor.look()
    page.get_by_role("button", name="Take it in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("It is taken in")
    editor.look()

    page.get_by_role("button", name="Look over all that are ready").click()
    ready = len(bureau.ROWS) - len(LACKS)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{ready} listings will change")
    for name in LACKS:
        expect(page.locator("main")).to_contain_text(re.compile(rf"{name}.*How to join, or whom to ask", re.S))
    editor.look()
    page.get_by_role("checkbox", name=NOWHERE).check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text(f"{ready - 1} listings were changed")
    editor.look()

    seeker = Visitor(browser, new.url)
    seeker.context.set_extra_http_headers(behind_proxy(new))
    ask(seeker.page, text="knitting", place="M33 2LT")
    assert names(seeker.page)[0] == "Larch Knitters"
    seeker.page.get_by_role("link", name="Larch Knitters", exact=True).click()
    seeker.page.get_by_role("button", name="Show the phone number").click()
    expect(seeker.page.locator("main")).to_contain_text("01632 960302")
    assert "Jean" not in seeker.page.content()
    seeker.look()
    ask(seeker.page, text="choir", place="M33 2LT")
    assert NOWHERE not in names(seeker.page)

    page.get_by_role("button", name="Undo").click()
    expect(page.locator("main")).to_contain_text(f"{ready - 1} listings are as they were")
    for visitor in (editor, seeker):
        visitor.leave()
