"""Somebody with an account: signs in in two steps, sets the second up, looks where they are signed in, stays longer."""

import base64
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from service.accounts import operations
from service.accounts.credentials import standard_hasher
from service.accounts.permissions import Role
from service.accounts.signing_in import second_factor
from service.clock import now
from tests import stores
from tests.journeys.conftest import Visit
from tests.journeys.serving import Demo, eventually
from tests.journeys.visitors import Visitor

pytestmark = pytest.mark.browser

PASSWORD, NEW = "seven quiet otters", "three loud herons"
STEP = timedelta(seconds=second_factor.STEP_SECONDS)
Open = Callable[..., Visitor]


def account(demo: Demo, name: str) -> str:
    """Give somebody who edits listings an account with a password."""
    email, kept = f"{name}@example.org", standard_hasher().hash(PASSWORD)
    with (
        stores.opened(f"sqlite:///{demo.folder / 'kith.sqlite'}") as engine,
        Session(engine.execution_options(writes=True)) as session,
    ):
        operations.make_user(
            session,
            email=email,
            name=name.title(),
            role=Role.EDITOR,
            organisation_id=None,
            password_hash=kept,
            now=now(),
        )
        session.commit()
    return email


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.goto("/en/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def give_code(page: Page, code: str) -> None:
    page.get_by_label("Code from your app").fill(code)
    page.get_by_role("button", name="Go on").click()


def secret_on(page: Page) -> bytes:
    return base64.b32decode(page.locator("code.kith-letters").inner_text().replace(" ", ""))


def set_up(visitor: Visitor, email: str) -> tuple[bytes, list[str]]:
    """Sign in for the first time: the second step is set up on the way."""
    page = visitor.page
    sign_in(page, email)
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")
    visitor.look()
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_role("img", name="Square code for your app")).to_be_visible()
    visitor.look()
    secret = secret_on(page)
    give_code(page, "000000")
    expect(page.locator("#code-error")).to_be_visible()
    visitor.look()
    give_code(page, second_factor.code_at(secret, now()))
    expect(page.get_by_role("heading", level=1)).to_have_text("Keep these codes")
    visitor.look()
    codes = page.locator("ol.kith-codes code").all_inner_texts()
    assert len(codes) == 10
    page.get_by_role("link", name="I have kept them, go on").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    assert "/en/admin" in page.url
    return secret, codes


@pytest.mark.parametrize("how", ["script", "no script"])
def test_two_steps_lead_in_and_what_is_signed_in_elsewhere_can_be_ended(visit: Visit, demo: Demo, how: str) -> None:
    javascript = how == "script"
    visitor = visit(javascript=javascript)
    page, email = visitor.page, account(demo, "gil" if javascript else "hal")
    secret, codes = set_up(visitor, email)
    page.get_by_role("button", name="Sign out").click()

    sign_in(page, email)
    expect(page.get_by_label("Code from your app")).to_be_visible()
    visitor.look()
    give_code(page, second_factor.code_at(secret, now() + STEP))  # the one used before works no more
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()

    other = visit(javascript=javascript)
    sign_in(other.page, email)
    give_code(other.page, codes[0].lower())
    expect(other.page.get_by_role("button", name="Sign out")).to_be_visible()

    page.goto("/en/account")
    visitor.look()
    page.get_by_role("button", name=re.compile("^End this one")).click()
    expect(page.locator("main")).to_contain_text("Nowhere else.")
    other.page.goto("/en/admin")
    expect(other.page.get_by_role("heading", level=1)).to_have_text("Sign in")

    page.goto("/en/account/second-factor")
    expect(page.locator("main")).to_contain_text("9 codes are left")
    visitor.look()


@pytest.mark.parametrize("how", ["script", "no script"])
def test_a_password_is_changed_and_a_forgotten_one_chosen_anew(visit: Visit, demo: Demo, how: str) -> None:
    javascript = how == "script"
    visitor = visit(javascript=javascript)
    page, email = visitor.page, account(demo, "ivy" if javascript else "jon")
    secret, _ = set_up(visitor, email)
    page.goto("/en/account/password")
    visitor.look()
    shown = page.get_by_role("button", name="Show the password")
    assert shown.count() == (2 if javascript else 0)
    page.get_by_label("Password you have now").fill(PASSWORD)
    page.get_by_label("New password").fill("password1234")
    if javascript:
        shown.last.click()
        expect(page.get_by_label("New password")).to_have_attribute("type", "text")
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator("#password-error")).to_be_visible()
    visitor.look()
    page.get_by_label("Password you have now").fill(PASSWORD)
    page.get_by_label("New password").fill(NEW)
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("status").filter(has_text="Your new password is kept")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()

    page.goto("/en/sign-in")
    page.get_by_role("link", name="No password, or forgotten? Mail me a link").click()
    visitor.look()
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Let me choose a new password").check()
    page.get_by_role("button", name="Mail me a link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look at your mail")
    visitor.look()
    page.goto(eventually(lambda: mailed_to(demo, email), 20))
    visitor.look()
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    sign_in(page, email)
    give_code(page, second_factor.code_at(secret, now() + STEP))
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def mailed_to(demo: Demo, email: str) -> str | None:
    """Return the newest link to choose a password that was mailed to somebody."""
    log = demo.folder / "outbox.log"
    sent = log.read_text().split("--- <") if log.exists() else []
    found = [re.search(r"http\S+/sign-in/password/\S+", text) for text in sent if f"To: {email}" in text]
    return next((link[0] for link in reversed(found) if link), None)


def test_two_minutes_before_the_end_somebody_is_told_and_stays(visit: Visit, demo: Demo) -> None:
    visitor = visit()
    page = visitor.page
    page.goto(demo.sign_in_link("Ada"))
    page.get_by_role("button", name="Sign me in").click()
    page.clock.install()
    page.goto("/en/account")
    told = page.get_by_role("status").filter(has_text="In two minutes you will be signed out.")
    expect(told).to_have_count(0)
    page.clock.fast_forward("28:30")
    expect(told).to_be_visible()
    page.get_by_role("button", name="Stay signed in").click()
    expect(told).to_have_count(0)
    page.clock.fast_forward("29:00")
    expect(told).to_be_visible()
