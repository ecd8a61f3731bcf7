"""Only what was agreed, only with whom, only while it holds."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from service.referrals.consent import ITEMS, Agreement, check, holds, latest_expiry

GROUP, OTHER = UUID(int=1), UUID(int=2)
GIVEN = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
NOW = GIVEN + timedelta(days=30)


def agreed(
    *items: str,
    recipient: UUID = GROUP,
    given_at: datetime = GIVEN,
    days: int = 90,
    withdrawn_at: datetime | None = None,
) -> Agreement:
    return Agreement(
        recipient=recipient,
        items=frozenset(items),
        given_at=given_at,
        expires_at=given_at + timedelta(days=days),
        withdrawn_at=withdrawn_at,
    )


def test_nothing_is_shared_without_consent() -> None:
    assert check([], GROUP, ITEMS, NOW) == frozenset()


def test_only_the_agreed_items_are_shared() -> None:
    assert check([agreed("name", "contact")], GROUP, ITEMS, NOW) == {"name", "contact"}
    assert check([agreed("name", "contact")], GROUP, ["needs"], NOW) == frozenset()


def test_two_consents_to_one_group_add_up_and_those_to_another_do_not() -> None:
    consents = [agreed("name"), agreed("access_needs"), agreed("contact", recipient=OTHER)]
    assert check(consents, GROUP, ITEMS, NOW) == {"name", "access_needs"}


@pytest.mark.asvs("V2.2.3")
@pytest.mark.parametrize(
    ("moment", "shared"),
    [
        (GIVEN - timedelta(seconds=1), False),
        (GIVEN, True),
        (GIVEN + timedelta(days=90, seconds=-1), True),
        (GIVEN + timedelta(days=90), False),
    ],
)
def test_consent_holds_from_when_it_was_given_until_it_ends(moment: datetime, shared: bool) -> None:  # noqa: FBT001
    assert bool(check([agreed("name")], GROUP, ["name"], moment)) is shared


def test_withdrawal_stops_sharing_at_once() -> None:
    consent = agreed("name", withdrawn_at=NOW)
    assert holds(consent, NOW - timedelta(seconds=1))
    assert check([consent], GROUP, ["name"], NOW) == frozenset()


def test_no_consent_outlives_twelve_months_whatever_was_written() -> None:
    forever = agreed("name", days=5000)
    assert check([forever], GROUP, ["name"], latest_expiry(GIVEN) - timedelta(seconds=1))
    assert not check([forever], GROUP, ["name"], latest_expiry(GIVEN))
    assert latest_expiry(datetime(2028, 2, 29, tzinfo=UTC)) == datetime(2029, 2, 28, tzinfo=UTC)
