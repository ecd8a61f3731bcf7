"""An organisation lets its people sign in with its own service, and they do: a real provider, a real browser."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Request, expect

from service.accounts.permissions import Role
from tests.journeys.managing import make_account
from tests.journeys.serving import Demo
from tests.journeys.visitors import Visitor
from tests.providing import Provider, provider

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def there() -> Iterator[Provider]:
    with provider() as made:
        yield made


@pytest.fixture(scope="module")
def manager(demo: Demo) -> str:
    """Somebody who runs Bo's surgery."""
    make_account(demo, "Mo", Role.ORG_MANAGER)
    return "Mo"


class Traveller(Visitor):
    """A visitor who may be sent to one other place, and back."""

    def __init__(self, browser: Browser, demo: Demo, there: Provider, **how: Any) -> None:
        self.there = there
        super().__init__(browser, demo.url, **how)

    def _asked(self, request: Request) -> None:
        of_theirs = not request.is_navigation_request() and request.frame.url.startswith(self.there.issuer)
        if not of_theirs and not request.url.startswith(f"{self.there.issuer}/"):
            super()._asked(request)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.page is None or not message.page.url.startswith(
            self.there.issuer
        ):  # what their page lacks is theirs
            super()._heard(message)

    def sign_in_there(self, who: str) -> None:
        """Leave for the service, and say there who one is."""
        self.page.goto("/en/sign-in")
        self.page.get_by_role("link", name="Sign in with Willow Login").click()
        self.page.wait_for_url(re.compile(re.escape(self.there.issuer)))
        self.page.get_by_role("button", name=who, exact=True).first.click()


def test_people_sign_in_with_the_service_of_their_organisation(
    browser: Browser, demo: Demo, there: Provider, manager: str
) -> None:
    mo = Traveller(browser, demo, there)
    mo.page.goto(demo.sign_in_link(manager))
    mo.page.get_by_role("button", name="Sign me in").click()
    mo.page.get_by_role("link", name="Own sign-in").click()
    mo.look()
    mo.page.get_by_role("link", name="Add a service").click()
    expect(mo.page.locator("main")).to_contain_text(f"{demo.url}/en/sign-in/back")
    mo.page.get_by_label("Name on the button").fill("Willow Login")
    mo.page.get_by_label("Address of the service").fill("https://127.0.0.1:9")
    mo.page.get_by_label("Client id").fill("kith")
    mo.page.get_by_label("Client secret").fill("only-for-tests")
    mo.page.get_by_label("What does a newcomer become?").select_option("referrer")
    mo.page.get_by_label("do not ask again").check()
    mo.page.get_by_role("button", name="Save").click()
    expect(mo.page.locator("main")).to_contain_text("does not answer as it should")
    mo.look()
    mo.page.get_by_label("Address of the service").fill(there.issuer)
    mo.page.get_by_label("Client secret").fill("only-for-tests")
    mo.page.get_by_role("button", name="Save").click()
    expect(mo.page.locator("main")).to_contain_text("Saved.")
    mo.look()
    mo.leave()

    mia = Traveller(browser, demo, there)  # her service says that she showed a second factor
    mia.sign_in_there("mia")
    expect(mia.page.get_by_role("button", name="Sign out")).to_be_visible()
    assert "Mia" in (mia.page.locator("header").text_content() or "")
    mia.page.goto("/en/referrals")
    assert mia.status() == 200
    expect(mia.page).to_have_url(f"{demo.url}/en/referrals")
    mia.leave()

    lin = Traveller(browser, demo, there)  # hers does not: she sets one up here first
    lin.sign_in_there("lin")
    expect(lin.page.get_by_role("heading", level=1)).to_have_text("Second step")
    lin.leave()

    una = Traveller(browser, demo, there)  # nobody checked her address
    una.sign_in_there("una")
    expect(una.page.locator("main")).to_contain_text("did not say which e-mail address is yours")
    una.look()
    una.leave()


def test_without_a_script_one_presses_a_button_on_the_way_back(
    browser: Browser, demo: Demo, there: Provider, manager: str
) -> None:
    assert manager
    mia = Traveller(browser, demo, there, javascript=False)
    mia.sign_in_there("mia")
    expect(mia.page.get_by_role("heading", level=1)).to_have_text("One press, and you are in")
    mia.look()
    mia.page.get_by_role("button", name="Go on").click()
    expect(mia.page.get_by_role("button", name="Sign out")).to_be_visible()
    mia.page.go_back()
    mia.page.reload()
    mia.page.get_by_role("button", name="Go on").click()
    expect(mia.page.locator("main")).to_contain_text("Try again")
    mia.leave()
