"""Somebody changes the address they sign in with: asks, reads the mail at the new one, presses one button."""

import re

import pytest
from playwright.sync_api import expect

from service.accounts.signing_in import second_factor as codes
from service.clock import now
from tests.journeys.conftest import Visit
from tests.journeys.serving import Demo, eventually
from tests.journeys.test_accounts import STEP, account, give_code, set_up, sign_in

pytestmark = pytest.mark.browser


def mailed_to(demo: Demo, email: str) -> str | None:
    """Return the link that was mailed to a new address."""
    log = demo.folder / "outbox.log"
    sent = log.read_text().split("--- <") if log.exists() else []
    found = [re.search(r"http\S+/account/email/\S+", text) for text in sent if f"To: {email}" in text]
    return next((link[0] for link in reversed(found) if link), None)


@pytest.mark.parametrize("how", ["script", "no script"])
def test_an_address_is_changed_and_the_old_one_opens_nothing(visit: Visit, demo: Demo, how: str) -> None:
    javascript = how == "script"
    visitor = visit(javascript=javascript)
    page, old = visitor.page, account(demo, "uma" if javascript else "vic")
    new = f"new.{old}"
    secret, _ = set_up(visitor, old)
    page.goto("/en/account/email")
    visitor.look()
    page.get_by_label("New e-mail address").fill("no address")
    page.get_by_role("button", name="Mail me a link").click()
    expect(page.locator("#email-error")).to_be_visible()
    expect(page.get_by_label("New e-mail address")).to_have_value("no address")
    visitor.look()
    page.get_by_label("New e-mail address").fill(new)
    page.get_by_role("button", name="Mail me a link").click()
    expect(page.get_by_role("status").filter(has_text="on its way")).to_be_visible()
    visitor.look()
    page.goto(eventually(lambda: mailed_to(demo, new), 20))
    expect(page.locator("main")).to_contain_text(new)
    visitor.look()
    page.get_by_role("button", name="Sign in with this address").click()
    expect(page.get_by_role("status").filter(has_text="Your new address is kept")).to_be_visible()
    visitor.look()
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, old)
    expect(page.locator("#email-error")).to_be_visible()
    sign_in(page, new)
    give_code(page, codes.code_at(secret, now() + STEP))
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
