"""Somebody lets a record system in, changes its key and ends it; each time the system feels it at once."""

import pytest
from playwright.sync_api import Browser, expect

from service.accounts.permissions import Role
from tests.journeys.managing import PLACE, make_account
from tests.journeys.serving import Demo
from tests.journeys.visitors import Visitor

pytestmark = pytest.mark.browser


def works(demo: Demo, key: str) -> bool:
    return demo.ask("/api/v1/referrals", headers={"Authorization": f"Bearer {key}"}).status == 200


def test_a_program_is_let_in_gets_another_key_and_is_ended(browser: Browser, demo: Demo) -> None:
    make_account(demo, "Kim", Role.ORG_MANAGER)
    kim = Visitor(browser, demo.url)
    page = kim.page
    page.goto(demo.sign_in_link("Kim"))
    page.get_by_role("button", name="Sign me in").click()
    page.get_by_role("link", name="Programs").click()
    expect(page.locator("main")).to_contain_text(PLACE)
    kim.look()

    page.get_by_role("link", name="Let a program in").click()
    page.get_by_label("Refer people").uncheck()
    page.get_by_label("Read what became of them").uncheck()
    page.get_by_role("button", name="Let it in").click()
    assert kim.status() == 422
    kim.look()
    page.get_by_label("What program is it?").fill("Front desk system")
    page.get_by_label("Refer people").check()
    page.get_by_label("Read what became of them").check()
    page.get_by_role("button", name="Let it in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Copy this key now")
    kim.look()
    first = page.locator("pre code").inner_text()
    assert works(demo, first)

    page.get_by_role("link", name="I have kept it, go on").click()
    expect(page.locator("main")).not_to_contain_text(first)
    kim.look()
    page.get_by_label("How long does the old key work on?").select_option("0")
    page.get_by_role("button", name="Make a new key").click()
    second = page.locator("pre code").inner_text()
    assert [works(demo, key) for key in (first, second)] == [False, True]

    page.get_by_role("link", name="I have kept it, go on").click()
    page.get_by_role("button", name="End it now").click()
    expect(page.locator("main")).to_contain_text("This program is let in no more.")
    assert not works(demo, second)
    kim.leave()
