"""What a person agreed to share with one recipient, and whether it holds at this moment. Pure.

Asked at every disclosure, never once at sign-in. One consent names one recipient; there is no "all partners".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dateutil.relativedelta import relativedelta

ITEMS = ("name", "contact", "needs", "access_needs", "measures", "outcome")
GIVEN_BY = ("self", "representative")
METHODS = ("spoken", "written", "online")
PURPOSES = ("introduction", "link_work", "tell_referrer", "measures")
FOR_GROUPS = ("introduction",)  # the others are for an organisation
MAX_MONTHS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One consent as it was given.

    Attributes
    ----------
    recipient : UUID
        The one group or organisation it is for.
    items : frozenset of str
        Which of `ITEMS` may be shared.
    purpose : str
        One of `PURPOSES`.
    given_at, expires_at : datetime
        It holds from the first instant up to, and without, the second.
    withdrawn_at : datetime or None
    """

    recipient: UUID
    items: frozenset[str]
    given_at: datetime
    expires_at: datetime
    withdrawn_at: datetime | None = None
    purpose: str = "introduction"


def latest_expiry(given_at: datetime) -> datetime:
    """Return the last instant a consent given then may reach: twelve months on."""
    return given_at + relativedelta(months=MAX_MONTHS)


def holds(agreement: Agreement, now: datetime) -> bool:
    """Whether the consent is given, not yet run out and not withdrawn."""
    if agreement.withdrawn_at is not None and agreement.withdrawn_at <= now:
        return False
    return agreement.given_at <= now < min(agreement.expires_at, latest_expiry(agreement.given_at))


def check(
    consents: Iterable[Agreement],
    recipient: UUID,
    items: Iterable[str],
    now: datetime,
    *,
    purpose: str = "introduction",
) -> frozenset[str]:
    """Return those of `items` that may be shared with this recipient now; nothing when nobody agreed.

    Examples
    --------
    >>> check([], UUID(int=1), ["name"], datetime(2026, 1, 1))
    frozenset()
    """
    theirs = (one for one in consents if one.recipient == recipient and one.purpose == purpose)
    agreed = (one.items for one in theirs if holds(one, now))
    return frozenset(items) & frozenset().union(*agreed)
