"""How far a listing can be trusted: how old its statements are, and which of them no longer hold. Pure."""

from datetime import date, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta

# Ages in months at which a statement stops counting (proposed defaults; see docs/house.md).
FRESH_MONTHS = 6
STALE_MONTHS = 12
REFERABLE_MONTHS = 18
TIMES_MONTHS = 6
PRICE_MONTHS = 12
CHASE_MONTHS = (10, 11, 12)  # a leader is asked once at each of these, never more often
CAPACITY_DAYS = 14


class Freshness(StrEnum):
    """How long ago anybody confirmed the listing."""

    FRESH = "fresh"
    AGEING = "ageing"
    STALE = "stale"


def within(confirmed_on: date | None, months: int, today: date) -> bool:
    """Tell whether something confirmed on that day is at most `months` old; never confirmed is not.

    Examples
    --------
    >>> within(date(2026, 1, 31), 1, date(2026, 2, 28))
    True
    """
    return confirmed_on is not None and today <= confirmed_on + relativedelta(months=months)


def freshness(confirmed_on: date | None, today: date) -> Freshness:
    """Fresh up to 6 months after the last confirmation, ageing up to 12, then stale."""
    if within(confirmed_on, FRESH_MONTHS, today):
        return Freshness.FRESH
    return Freshness.AGEING if within(confirmed_on, STALE_MONTHS, today) else Freshness.STALE


def referable(confirmed_on: date | None, today: date) -> bool:
    """Tell whether professionals may still be shown the listing for a referral."""
    return within(confirmed_on, REFERABLE_MONTHS, today)


def chases_due(confirmed_on: date | None, today: date) -> tuple[int, ...]:
    """Return the chase steps (in months) whose day has come; whoever sends one remembers that it was sent."""
    if confirmed_on is None:
        return ()
    return tuple(months for months in CHASE_MONTHS if today >= confirmed_on + relativedelta(months=months))


def not_younger(months: int, today: date) -> date:
    """Return a day after which nothing was confirmed that is `months` old today: a first sieve for a whole catalogue.

    A few days too late at the ends of short months, so ask `within` of what it lets through.

    >>> not_younger(2, date(2026, 2, 28)) >= date(2025, 12, 31)
    True
    """
    return today - relativedelta(months=months) + timedelta(days=3)


def capacity(state: str | None, until: date | None, today: date) -> str | None:
    """Return the capacity that still holds today; None is not confirmed. A capacity without an end never holds."""
    return state if until is not None and today <= until else None


def vetting(level: str, until: date | None, today: date) -> str:
    """Return the vetting level that holds today: when papers run out, checked and trusted fall to contacted."""
    expired = until is not None and today > until
    return "contacted" if expired and level in ("checked", "trusted") else level
