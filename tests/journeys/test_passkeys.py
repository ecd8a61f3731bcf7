"""Somebody makes a passkey, signs in with nothing else, calls it otherwise; a copy of it is found out."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, expect

from tests.journeys.serving import Demo, running
from tests.journeys.visitors import Visitor

pytestmark = pytest.mark.browser

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def named(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demonstration where it has a name: passkeys are made for names, never for numbers."""
    with running(tmp_path_factory.mktemp("named") / "instance", host="localhost") as made:
        yield made


class Holder:
    """A visitor whose device keeps passkeys."""

    def __init__(self, browser: Browser, demo: Demo) -> None:
        self.visitor = Visitor(browser, demo.url)
        self.page = self.visitor.page
        self.wire: CDPSession = self.visitor.context.new_cdp_session(self.page)
        self.wire.send("WebAuthn.enable")
        self.device: str = self.wire.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]

    def kept(self) -> list[dict[str, Any]]:
        """Return the passkeys in the device."""
        found: list[dict[str, Any]] = self.wire.send("WebAuthn.getCredentials", {"authenticatorId": self.device})[
            "credentials"
        ]
        return found

    def put_back(self, credential: dict[str, Any]) -> None:
        """Put an older copy of a passkey in the place of the one that went on counting."""
        where = {"authenticatorId": self.device}
        self.wire.send("WebAuthn.removeCredential", {**where, "credentialId": credential["credentialId"]})
        self.wire.send("WebAuthn.addCredential", {**where, "credential": credential})

    def sign_out(self) -> None:
        self.page.get_by_role("button", name="Sign out").click()
        expect(self.page.get_by_role("button", name="Sign out")).to_have_count(0)

    def use(self) -> None:
        """Sign in with the passkey alone."""
        self.page.goto("/en/sign-in/passkey")
        self.page.get_by_role("button", name="Use my passkey").click()

    def is_in(self) -> None:
        expect(self.page.get_by_role("button", name="Sign out")).to_be_visible()


def test_a_passkey_is_made_used_renamed_and_its_copy_found_out(browser: Browser, named: Demo) -> None:
    ada = Holder(browser, named)
    page, look = ada.page, ada.visitor.look
    page.goto(named.sign_in_link("Ada"))
    page.get_by_role("button", name="Sign me in").click()
    ada.is_in()

    page.goto("/en/account/passkeys")
    look()
    page.get_by_role("link", name="Make a passkey").click()
    look()
    page.get_by_label("Name").fill("My phone")
    page.get_by_role("button", name="Make it now").click()
    expect(page.get_by_role("link", name="My phone", exact=True)).to_be_visible()
    look()
    first = ada.kept()
    assert [one["isResidentCredential"] for one in first] == [True]

    ada.sign_out()
    page.goto("/en/sign-in/passkey")
    look()
    page.get_by_role("button", name="Use my passkey").click()
    ada.is_in()
    page.goto("/en/admin")
    expect(page.get_by_role("heading", level=1)).to_have_text("Listings")
    assert ada.visitor.status() == 200, "one passkey is two factors"

    page.goto("/en/account/passkeys")
    page.get_by_role("link", name="My phone", exact=True).click()
    expect(page.locator("main")).to_contain_text("your only second step")
    look()
    page.get_by_label("Name").fill("Old phone")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Old phone", exact=True)).to_be_visible()

    ada.sign_out()
    ada.put_back(first[0])
    ada.use()
    expect(page.locator("main")).to_contain_text("This passkey was not taken")
    assert ada.visitor.status() == 422
    look()
    expect(page.get_by_role("button", name="Sign out")).to_have_count(0)
    ada.visitor.leave()


def test_whoever_holds_no_passkey_is_told_and_shown_the_other_ways(browser: Browser, named: Demo) -> None:
    nobody = Holder(browser, named)
    nobody.wire.send("WebAuthn.setUserVerified", {"authenticatorId": nobody.device, "isUserVerified": False})
    nobody.use()
    expect(nobody.page.get_by_role("status").filter(has_text="That did not work")).to_be_visible()
    nobody.page.get_by_role("link", name="Other ways to sign in").click()
    expect(nobody.page.get_by_label("Password", exact=True)).to_be_visible()
    nobody.visitor.leave()


def test_without_a_script_the_page_says_so_and_leads_to_the_other_ways(browser: Browser, named: Demo) -> None:
    plain = Visitor(browser, named.url, javascript=False)
    plain.page.goto("/en/sign-in/passkey")
    expect(plain.page.locator("main")).to_contain_text("Passkeys need JavaScript")
    expect(plain.page.get_by_role("button", name="Use my passkey")).to_have_count(0)
    plain.look()
    plain.page.get_by_role("link", name="Other ways to sign in").click()
    expect(plain.page.get_by_label("Password", exact=True)).to_be_visible()
    plain.leave()
