"""A manager gives somebody all that is kept about them, then erases it; everybody reads what is kept of themselves."""

import pytest
from playwright.sync_api import Browser, expect

from service.accounts.permissions import Role
from tests.journeys.managing import PLACE, make_account
from tests.journeys.serving import Demo
from tests.journeys.test_refer import keyed, refer
from tests.journeys.visitors import Visitor

pytestmark = pytest.mark.browser


def test_what_is_kept_is_given_and_then_erased(browser: Browser, demo: Demo) -> None:
    number, _link = refer(demo, "Cai", "board games")
    make_account(demo, "Lee", Role.ORG_MANAGER)
    lee = Visitor(browser, demo.url)
    page = lee.page
    page.goto(demo.sign_in_link("Lee"))
    page.get_by_role("button", name="Sign me in").click()
    page.get_by_role("link", name="Privacy", exact=True).click()
    lee.look()

    page.get_by_label("Number of their referral").fill("Cai")
    page.get_by_role("button", name="Go on").click()
    assert lee.status() == 422
    lee.look()
    page.get_by_label("Number of their referral").fill(number)
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("main")).not_to_contain_text("Cai")
    lee.look()

    page.get_by_role("link", name="Read or print all of it").click()
    for words in ("Cai", "01632 960123", "Sits by the door", PLACE):
        expect(page.locator("main")).to_contain_text(words)
    lee.look()
    page.get_by_role("link", name="Back", exact=True).click()

    page.get_by_role("button", name="Erase for good").click()
    assert lee.status() == 422
    lee.look()
    page.get_by_label("They asked for it, and I am sure who they are").check()
    page.get_by_role("button", name="Erase for good").click()
    expect(page.locator("main")).to_contain_text("All of it is erased.")
    assert demo.ask(f"/api/v1/referrals/{number}", headers=keyed(demo)).status == 404

    page.goto(f"{demo.url}/en/account/data")
    expect(page.locator("main")).to_contain_text("lee@example.org")
    lee.look()
    lee.leave()
