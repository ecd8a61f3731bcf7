"""What it would cost people if a listing were wrong: the order in which editors ring. Pure."""

from datetime import date

VIEWS_A_VISIT = 20  # proposed: one reader of twenty sets out
REFERRAL_VISITS = 4.0  # proposed: somebody who was promised a place is worth four who only read
HALF_LIFE_MONTHS = 24.0  # proposed: after two years half of all listings are wrong somewhere
NEVER_MONTHS = 60.0  # what nobody ever confirmed counts as five years old
# How bad it is to be sent wrong: a journey for nothing, or a call for nothing (proposed).
WASTED = {"in_person": 1.0, "hybrid": 0.8, "phone": 0.5, "online": 0.4}
DAYS_A_MONTH = 30.436875  # the Gregorian mean


def harm(*, views: int, referrals: int, months: float | None, reports: int, bounces: int, mode: str) -> float:
    """Return the expected number of wasted journeys: who sets out, times how likely it is wrong, times how bad that is.

    ``harm = (1 + views / 20 + 4 · referrals) · (1 − ½^(months / 24 + reports + bounces)) · wasted(mode)``

    Each open report, and each mail that came back, halves what is left of trust, as two years do. It never falls when
    any of the five figures rises, and is 0 only for a listing that was confirmed today and that nobody doubts.

    Parameters
    ----------
    views, referrals : int
        Of the last months; 0 where nobody counts them.
    months : float or None
        Since anybody confirmed it; None: never.
    reports : int
        Open ones.
    bounces : int
        Mails to its address that could not be delivered.
    mode : str
        in_person, hybrid, phone or online; any other counts as in_person.

    Returns
    -------
    float
        In [0, ∞). Ties are broken by whoever orders, by id.

    Examples
    --------
    >>> round(harm(views=0, referrals=0, months=24, reports=0, bounces=0, mode="in_person"), 3)
    0.5
    >>> round(harm(views=40, referrals=1, months=24, reports=1, bounces=0, mode="online"), 3)
    2.1
    """
    people = 1 + max(0, views) / VIEWS_A_VISIT + REFERRAL_VISITS * max(0, referrals)
    halvings = max(0.0, NEVER_MONTHS if months is None else months) / HALF_LIFE_MONTHS + reports + bounces
    return float(people * (1 - 0.5**halvings) * WASTED.get(mode, 1.0))


def months_since(day: date | None, today: date) -> float | None:
    """Return how many months ago a day was; None for no day.

    >>> round(months_since(date(2025, 11, 20), date(2026, 11, 20)), 1)
    12.0
    """
    return None if day is None else max(0.0, (today - day).days / DAYS_A_MONTH)
