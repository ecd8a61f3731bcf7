"""Whoever referred reads how it went under four headings, ready to paste, and only while the person agrees."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from service.accounts.models import AuditEntry
from service.clock import now
from service.db import committing
from service.referrals.models import Consent
from tests.people import signed_in
from tests.referrals.cast import World
from tests.web.test_by_link import acting

DAY = timedelta(days=1)
HEADINGS = ["Who it is", "Needs and concerns", "Support offered", "How it went"]


@pytest.fixture
def visited(app: Flask) -> tuple[UUID, World]:
    """Somebody went once, and agreed that it is told."""
    with acting(app) as hands:
        row = hands.booked(now() - 6 * DAY)
        hands.now = now() - 6 * DAY
        hands.mark(row, "attended")
        told = Consent(
            person_id=hands.person(row).id,
            organisation_id=hands.world.clinic,
            items=["outcome"],
            purpose="tell_referrer",
            words_version="2026-01",
            given_by="self",
            method="spoken",
            given_at=now() - 14 * DAY,
            expires_at=now() + 100 * DAY,
        )
        hands.session.add(told)
        return row.referral_id, hands.world


def bo(app: Flask, world: World) -> FlaskClient:
    assert world.bo.user_id
    return signed_in(app, world.bo.user_id)


def test_it_stands_under_the_four_headings_and_once_more_to_copy(app: Flask, visited: tuple[UUID, World]) -> None:
    referral, world = visited
    page = bo(app, world).get(f"/en/referrals/{referral}/news").text
    assert re.findall(r"<h2[^>]*>(.*?)</h2>", page)[:4] == HEADINGS
    copied = re.findall(r"<textarea[^>]*readonly>(.*?)</textarea>", page, re.DOTALL)[0]
    assert [line for line in copied.splitlines() if line in HEADINGS] == HEADINGS
    assert "zqaxname" in copied
    assert "Evening Singers: first visit" in copied
    assert "visits we know of: 1" in copied
    assert "zqaxcai@" not in page
    assert "zqaxneeds" not in page
    with app.app_context(), committing() as unit:
        last = unit.scalars(select(AuditEntry).order_by(AuditEntry.sequence.desc()).limit(1)).one()
        assert (last.action, last.subject_id, last.purpose) == ("read_referrals", referral, "follow_up")


def test_without_their_yes_it_says_nothing(app: Flask, visited: tuple[UUID, World]) -> None:
    referral, world = visited
    with app.app_context(), committing() as unit:
        unit.scalars(select(Consent).where(Consent.purpose == "tell_referrer")).one().withdrawn_at = now()
    page = bo(app, world).get(f"/en/referrals/{referral}/news").text
    assert "They did not agree" in page
    assert "zqax" not in page
    assert "Singers" not in page


def test_what_is_not_theirs_does_not_exist(app: Flask, visited: tuple[UUID, World]) -> None:
    referral, world = visited
    assert world.dee.user_id
    assert signed_in(app, world.dee.user_id).get(f"/en/referrals/{referral}/news").status_code == 404
