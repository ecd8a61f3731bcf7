"""Everything wrong with a referral is told at once, by field, and never repeats what was typed of a person."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from service.referrals.intake import Request, Standing, problems
from tests.referrals.cast import CONTACT, NAME, NEEDS, NOW, consent, person, request

GROUP = UUID(int=7)
BEGINNING = datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))
OPEN = Standing(published=True, joinable=True, full=False, checked=True)
UNCHECKED = replace(OPEN, checked=False)


def codes(asked: Request, group: Standing | None = OPEN) -> dict[str, str]:
    return {name: found.code for name, found in problems(asked, group, NOW).items()}


def test_a_complete_referral_has_no_problems() -> None:
    assert codes(request(GROUP)) == {}


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"given": False}, "consent.given", "consent_needed"),
        ({"items": frozenset({"name"})}, "consent.items", "consent_items_missing"),
        ({"items": frozenset()}, "consent.items", "consent_items_missing"),
        ({"given_at": NOW + timedelta(hours=1)}, "consent.given_at", "in_the_future"),
        ({"given_at": NOW - timedelta(days=366)}, "consent.expires_at", "consent_expired"),
        ({"expires_at": NOW}, "consent.expires_at", "consent_expired"),
        ({"expires_at": NOW + timedelta(days=367)}, "consent.expires_at", "out_of_range"),
        ({"expires_at": datetime.max.replace(tzinfo=UTC)}, "consent.expires_at", "out_of_range"),
        ({"given_at": datetime.max.replace(tzinfo=UTC)}, "consent.given_at", "in_the_future"),
        (
            {"given_at": datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))},
            "consent.expires_at",
            "consent_expired",
        ),
        ({"group_id": UUID(int=8)}, "consent.group_id", "consent_for_another_group"),
        ({"given_by": "representative"}, "consent.representative", "representative_needed"),
        ({"representative": "his sister"}, "consent.representative", "representative_needed"),
    ],
)
def test_without_a_consent_that_holds_nobody_is_referred(values: dict[str, object], field: str, code: str) -> None:
    assert codes(request(GROUP, said=consent(**values))) == {field: code}


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"preferred_name": "  "}, "person.preferred_name", "missing"),
        ({"preferred_name": "x" * 101}, "person.preferred_name", "too_long"),
        ({"preferred_name": "Cai\x00"}, "person.preferred_name", "wrong_form"),
        ({"contact": None}, "person.contact", "contact_needed"),
        ({"contact": " "}, "person.contact", "contact_needed"),
        ({"contact": "0" * 201}, "person.contact", "too_long"),
        ({"needs": "x" * 1001}, "person.needs", "too_long"),
        ({"contact_rule": "pigeon"}, "person.contact_rule", "unknown_choice"),
    ],
)
def test_a_person_s_texts_are_needed_and_capped(values: dict[str, object], field: str, code: str) -> None:
    assert codes(request(GROUP, who=person(**values))) == {field: code}


def test_somebody_who_must_not_be_contacted_needs_no_contact_and_no_consent_to_share_it() -> None:
    said = consent(items=frozenset({"name"}))
    assert codes(request(GROUP, who=person(contact=None, contact_rule="none"), said=said)) == {}


@pytest.mark.parametrize(
    ("group", "code"),
    [
        (None, "unknown_group"),
        (replace(OPEN, published=False), "unknown_group"),
        (replace(OPEN, joinable=False), "group_not_joinable"),
        (replace(OPEN, full=True), "group_full"),
    ],
)
def test_only_a_group_that_takes_people_can_be_named(group: Standing | None, code: str) -> None:
    assert codes(request(GROUP), group) == {"group_id": code}


def test_a_group_nobody_checked_takes_an_explicit_tick_with_a_reason() -> None:
    assert codes(request(GROUP), UNCHECKED) == {"acknowledge_unvetted": "tick_needed"}
    assert codes(request(GROUP, tick="  "), UNCHECKED) == {"acknowledge_unvetted": "tick_needed"}
    assert codes(request(GROUP, tick="x" * 501), UNCHECKED) == {"acknowledge_unvetted": "too_long"}
    assert codes(request(GROUP, tick="I know the leader well"), UNCHECKED) == {}


@pytest.mark.parametrize("flag", ["under_18", "safety"])
def test_children_and_people_at_risk_go_to_checked_organisations_only_whatever_is_ticked(flag: str) -> None:
    asked = request(GROUP, who=person(**{flag: True}), tick="I know the leader well")
    assert codes(asked, UNCHECKED) == {"group_id": "group_not_checked"}
    assert codes(asked, OPEN) == {}


def test_all_problems_come_at_once_and_none_repeats_the_person() -> None:
    said = consent(items=frozenset(), expires_at=NOW - timedelta(days=1), group_id=UUID(int=9))
    found = problems(request(GROUP, who=person(contact=None, needs=NEEDS + "\x00"), said=said), None, NOW)
    assert set(found) == {
        "person.contact",
        "person.needs",
        "consent.items",
        "consent.expires_at",
        "consent.group_id",
        "group_id",
    }
    words = repr(found)
    assert not [text for text in (NAME, CONTACT, NEEDS) if text in words]
