"""A clinician refers somebody on one page: few pages, little typed. Times are those of a hand, and are printed."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
from playwright.sync_api import Locator, expect
from sqlalchemy.orm import Session

from service.referrals.models import Referral
from tests import stores
from tests.journeys.conftest import Visit
from tests.journeys.serving import Demo
from tests.journeys.visitors import Visitor

pytestmark = pytest.mark.browser

# The keystroke-level model (Card, Moran and Newell, 1980), in seconds: a key, a pointing, a thought before either.
KEY, POINT, THINK = 0.28, 1.1, 1.35
NEW_NAME, NEW_NUMBER = "Wilma Quickly", "01632 960 177"


@dataclass
class Hand:
    """Somebody who types and points, and what that costs them."""

    visitor: Visitor
    began: float
    seconds: float = 0.0
    pages: int = 0

    def write(self, field: Locator, text: str) -> None:
        field.fill(text)
        self.seconds += THINK + POINT + KEY * len(text)

    def press(self, what: Locator) -> None:
        what.click()
        self.seconds += THINK + POINT

    def arrive(self) -> None:
        self.visitor.look()
        self.pages += 1


def refer(hand: Hand, fill: Callable[[Hand], None]) -> str:
    """From signing in to a referral that is sent; returns its address."""
    page = hand.visitor.page
    hand.press(page.get_by_role("button", name="Sign me in"))
    page.get_by_role("button", name="Sign out").wait_for()
    hand.pages += 1
    hand.press(page.get_by_role("link", name="Refer somebody", exact=True))
    hand.arrive()
    fill(hand)
    hand.press(page.get_by_label("You may share my name"))
    hand.press(page.get_by_role("button", name="Send referral").last)
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. It is sent.")
    hand.arrive()
    return page.url


def signing_in(visit: Visit, demo: Demo, *, javascript: bool = True) -> Hand:
    visitor = visit(javascript=javascript)
    visitor.page.goto(demo.sign_in_link("Bo"))
    return Hand(visitor, began=time.monotonic(), pages=1)


def somebody_new(hand: Hand) -> None:
    page = hand.visitor.page
    hand.write(page.get_by_label("What shall we call them?"), NEW_NAME)
    hand.write(page.get_by_label("Number or address"), NEW_NUMBER)
    hand.press(page.get_by_label("Lonely or cut off"))


def somebody_known(hand: Hand) -> None:
    hand.visitor.page.get_by_label("Somebody you know already").select_option(label=NEW_NAME)
    hand.seconds += THINK + 2 * POINT
    hand.press(hand.visitor.page.get_by_label("Lonely or cut off"))


def close(demo: Demo, referral: UUID) -> None:
    """Let a referral have ended, so that the same person may be referred anew."""
    with (
        stores.opened(f"sqlite:///{demo.folder / 'kith.sqlite'}") as engine,
        Session(engine.execution_options(writes=True)) as session,
    ):
        session.get_one(Referral, referral).state = "closed"
        session.commit()


def test_from_signing_in_to_sent_for_somebody_new_and_somebody_known(visit: Visit, demo: Demo) -> None:
    for what, fill, javascript in (("new", somebody_new, False), ("known", somebody_known, True)):
        hand = signing_in(visit, demo, javascript=javascript)
        sent = refer(hand, fill)
        close(demo, UUID(sent.rpartition("/")[2]))
        whole = time.monotonic() - hand.began
        print(f"{what}: {hand.pages} pages, {hand.seconds:.1f} s by hand, {whole:.1f} s by this script with its looks")
        assert hand.pages <= 4
