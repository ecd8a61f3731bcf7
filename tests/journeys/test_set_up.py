"""An operator starts Kith on an empty database, reads the code off the console and becomes its administrator."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.beginning import behind_proxy, codes_printed, empty
from tests.journeys.serving import Demo
from tests.journeys.visitors import Visitor

pytestmark = pytest.mark.browser


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Demo]:
    """A server with nothing in its database."""
    with empty(tmp_path) as made:
        yield made


def test_the_first_administrator(browser: Browser, new: Demo) -> None:
    printed = codes_printed(new)
    assert len(printed) == 1, "the start tells the code once"
    operator = Visitor(browser, new.url)
    operator.context.set_extra_http_headers(behind_proxy(new))
    page = operator.page
    page.goto("/en/sign-in")
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up Kith")
    operator.look()
    page.get_by_label("Code").fill("AAAA-BBBB-CCCC-DDDD-EEEE-FFFF")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("E-mail address").fill("ada@example.org")
    page.get_by_label("Choose a password").fill("seven quiet otters")
    page.get_by_role("button", name="Begin").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("This is not the code")
    operator.look()
    page.get_by_label("Code").fill(printed[0].lower())
    page.get_by_label("Choose a password").fill("seven quiet otters")
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/account/second-factor**")
    page.goto("/en/set-up")
    assert operator.status() == 404
    operator.leave()
