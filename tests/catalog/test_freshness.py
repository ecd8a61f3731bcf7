"""What a visitor is promised about age: what nobody confirmed lately is never shown as sure."""

from datetime import date

import pytest

from service.catalog.freshness import Freshness, capacity, chases_due, freshness, referable, vetting

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("confirmed_on", "wanted"),
    [
        (date(2026, 11, 20), Freshness.FRESH),
        (date(2026, 5, 20), Freshness.FRESH),
        (date(2026, 5, 19), Freshness.AGEING),
        (date(2025, 11, 20), Freshness.AGEING),
        (date(2025, 11, 19), Freshness.STALE),
        (date(2018, 1, 1), Freshness.STALE),
        (None, Freshness.STALE),
    ],
)
def test_a_listing_ages_at_six_and_twelve_months(confirmed_on: date | None, wanted: Freshness) -> None:
    assert freshness(confirmed_on, TODAY) is wanted


def test_professionals_refer_to_nothing_older_than_eighteen_months() -> None:
    assert referable(date(2025, 5, 20), TODAY)
    assert not referable(date(2025, 5, 19), TODAY)
    assert not referable(None, TODAY)


def test_a_leader_is_asked_at_ten_eleven_and_twelve_months() -> None:
    assert chases_due(date(2026, 3, 1), TODAY) == ()
    assert chases_due(date(2026, 1, 20), TODAY) == (10,)
    assert chases_due(date(2025, 11, 20), TODAY) == (10, 11, 12)
    assert chases_due(None, TODAY) == ()


def test_capacity_holds_only_until_its_day() -> None:
    assert capacity("full", TODAY, TODAY) == "full"
    assert capacity("full", date(2026, 11, 19), TODAY) is None
    assert capacity("open", None, TODAY) is None
    assert capacity(None, TODAY, TODAY) is None


def test_vetting_falls_by_itself_when_papers_run_out() -> None:
    assert vetting("checked", TODAY, TODAY) == "checked"
    assert vetting("trusted", date(2026, 11, 19), TODAY) == "contacted"
    assert vetting("listed", date(2026, 11, 19), TODAY) == "listed"
    assert vetting("checked", None, TODAY) == "checked"
