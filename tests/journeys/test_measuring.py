"""Somebody is asked how it goes: on the phone, by a link of their own, on paper; a manager enters licences."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from service.accounts.permissions import Role
from tests.journeys.conftest import Visit
from tests.journeys.managing import make_account
from tests.journeys.serving import Demo
from tests.journeys.test_refer import refer

pytestmark = pytest.mark.browser

SignedIn = Callable[[str], Any]


def test_somebody_is_asked_how_it_goes_on_the_phone_and_by_their_own_link(
    visit: Visit, signed_in: SignedIn, demo: Demo
) -> None:
    referral, _ = refer(demo, "Nell", "knitting")
    make_account(demo, "Lotte", Role.LINK_WORKER)
    worker = visit(state=signed_in("Lotte"))
    page, where = worker.page, f"/en/people/{referral}/measures"
    page.goto(where)
    worker.look()
    for sheet in ("Life as it is", "Groups that matter to you", "Who is around you"):
        page.get_by_role("link", name=sheet).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(sheet)
        worker.look()
        page.goto(where)
    page.get_by_role("link", name="How it feels").click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("Answer at least one question.")
    worker.look()
    for question in page.get_by_role("group").all()[:4]:
        question.get_by_role("radio").nth(2).check()
    page.get_by_label("They agree").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("9 of 9")
    expect(page.locator("main")).to_contain_text("This sounds hard.")
    worker.look()

    page.get_by_role("button", name="Make a link for them").click()
    link = page.get_by_label("Copy this link").input_value()
    worker.look()
    nell = visit()
    nell.page.goto(re.sub(r"^https?://[^/]+", "", link.strip()))
    nell.look()
    nell.page.get_by_role("group", name="Are you short of company?").get_by_label("Often").check()
    nell.page.get_by_label("Yes", exact=True).last.check()
    nell.page.get_by_role("button", name="Save my answers").click()
    expect(nell.page.get_by_role("heading", level=1)).to_have_text("Thank you")
    nell.look()
    page.goto(where)
    expect(page.locator("main")).to_contain_text("By themselves")
    worker.look()
    page.goto("/en/people/paper-form")
    worker.look()


def test_whoever_runs_an_organisation_says_which_licences_it_holds(
    visit: Visit, signed_in: SignedIn, demo: Demo
) -> None:
    make_account(demo, "Mags", Role.ORG_MANAGER)
    manager = visit(state=signed_in("Mags"))
    manager.page.goto("/en/organisation/licences")
    manager.look()
    manager.page.get_by_label("Licence number: WHO-5").fill("W 77")
    manager.page.get_by_role("button", name=re.compile("Save ?: WHO-5")).click()
    expect(manager.page.get_by_label("Licence number: WHO-5")).to_have_value("W 77")
