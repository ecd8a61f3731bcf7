"""When a leader is asked whether a listing is still right, and when an editor rings instead. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from service.catalog.freshness import CHASE_MONTHS, chases_due

BETWEEN = timedelta(days=28)  # between two mails about one listing, whatever is due (proposed)
AFTER_ANSWER = timedelta(weeks=26)  # no mail for so long after any answer (proposed)
PATIENCE = timedelta(days=14)  # after the last mail, before somebody rings (proposed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One mail that was sent: for the confirmation of which day, as which step in months, and when it was answered."""

    since: date
    step: int
    on: date
    answered_on: date | None = None


def next_step(since: date, asked: Collection[Asked], today: date) -> int | None:
    """Return the step (in months) to be sent today for a listing last confirmed on `since`; None: none.

    Each step is sent once; what is long overdue is asked one step at a time. An answer ends the steps until somebody
    confirms the listing anew: whoever said that something changed is not asked again before an editor put it right.
    """
    this = [one for one in asked if one.since == since]
    if any(one.answered_on is not None for one in this) or _rests(asked, today):
        return None
    done = {one.step for one in this}
    return next((step for step in chases_due(since, today) if step not in done), None)


def _rests(asked: Collection[Asked], today: date) -> bool:
    return any(
        today < one.on + BETWEEN or (one.answered_on is not None and today < one.answered_on + AFTER_ANSWER)
        for one in asked
    )


def to_ring(since: date, asked: Collection[Asked], today: date, *, has_address: bool, bounced: bool) -> bool:
    """Tell whether somebody should ring: the mails came to nothing, or there is nowhere to send them."""
    this = [one for one in asked if one.since == since]
    if any(one.answered_on is not None for one in this) or not chases_due(since, today):
        return False
    if bounced or not has_address:
        return True
    last = [one.on for one in this if one.step == CHASE_MONTHS[-1]]
    return any(today >= on + PATIENCE for on in last)
