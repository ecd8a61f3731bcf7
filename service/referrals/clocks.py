"""What is needed next of whoever helps somebody, how it stands in their caseload, and by which day. Pure.

One table of needs; every open referral has exactly one next need, so that nobody is forgotten. Days are working days,
Monday to Friday without the public holidays that are passed in. The numbers are proposed: no source sets any.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from service.referrals.lifecycle import TERMINAL, Machine

SAFETY, MISSED, PROMISE, SILENCE, REST = range(5)  # the order of a caseload
SATURDAY = 5  # date.weekday()
CHECK_INS = (1, 4, 12)  # weeks after the first visit


@dataclass(frozen=True, slots=True)
class Need:
    """One line of the table: how it stands in the caseload, and within how many working days it is due."""

    rank: int
    days: int


RING = "ring_group"  # a group was asked that cannot be written to: whoever helps rings it
NEEDS: Mapping[str, Need] = {
    # raised by somebody, out of turn
    "safety": Need(SAFETY, 0),
    "asks_for_call": Need(PROMISE, 0),
    "question": Need(PROMISE, 1),  # the group asked something
    "not_for_me": Need(PROMISE, 2),  # the person would like another group
    "remind": Need(PROMISE, 0),  # a date is near, and no message may go: somebody rings
    RING: Need(PROMISE, 0),
    "way": Need(PROMISE, 1),  # a message came back: another way to reach them is needed
    # of a referral
    "finish_draft": Need(REST, 5),
    "take_on": Need(PROMISE, 2),
    "review_hold": Need(REST, 10),
    "first_call": Need(PROMISE, 5),
    "make_plan": Need(PROMISE, 15),
    "introduce": Need(PROMISE, 5),
    "next_group": Need(PROMISE, 1),  # a group said no, or nothing: look again
    "check_in": Need(REST, 0),
    "measure": Need(REST, 5),  # ask the same questions again, to see how it went
    "close_or_keep": Need(REST, 10),
    # of an introduction
    "send_introduction": Need(PROMISE, 5),
    "await_answer": Need(SILENCE, 5),
    "asked_later": Need(REST, 0),  # the group has no room this week: it is asked by itself on that day
    "agree_date": Need(PROMISE, 5),
    "first_visit": Need(REST, 0),
    "ask_outcome": Need(PROMISE, 2),
    "kind_call": Need(MISSED, 2),
    "offer_date": Need(PROMISE, 0),
    "still_waiting": Need(SILENCE, 20),
}
RAISED = ("safety", "asks_for_call", "question", "not_for_me", "remind", RING, "way", "check_in", "measure")
_OF_REFERRAL: Mapping[str, str] = {
    "draft": "finish_draft",
    "sent": "take_on",
    "on_hold": "review_hold",
    "accepted": "first_call",
    "in_contact": "make_plan",
    "planned": "introduce",
    "introduced": "next_group",
    "attending": "check_in",
    "settled": "close_or_keep",
}
_OF_INTRODUCTION: Mapping[str, str] = {
    "proposed": "send_introduction",
    "sent": "await_answer",
    "accepted": "agree_date",
    "booked": "first_visit",
    "no_show": "kind_call",
    "session_cancelled": "offer_date",
    "waitlisted": "still_waiting",
}
FAILED = frozenset({"declined", "expired", "stopped", "withdrawn"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One introduction, as far as the clocks need it; days are of whoever helps."""

    state: str
    since: date  # the day of its last move
    first_date: date | None = None  # the meeting they are expected at
    attended: int = 0
    first_attended_on: date | None = None
    asks_on: date | None = None  # held back until then


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Next:
    """What is needed next, in the order of a caseload: by rank, then by the day, then by the name of the need."""

    rank: int
    due_on: date
    need: str


def working_day(start: date, days: int, off: Collection[date] = ()) -> date:
    """Return the day that lies so many working days after another; 0 gives the first working day from it on.

    Examples
    --------
    >>> working_day(date(2026, 11, 20), 1)  # from a Friday
    datetime.date(2026, 11, 23)
    >>> working_day(date(2026, 11, 21), 0)
    datetime.date(2026, 11, 23)
    >>> working_day(date(2026, 12, 24), 1, {date(2026, 12, 25)})
    datetime.date(2026, 12, 28)
    """
    found, left = start, days
    while left or not _works(found, off):
        found += timedelta(days=1)
        left -= bool(left) and _works(found, off)
    return found


def next_step(
    state: str,
    since: date,
    asked: Iterable[Asked] = (),
    *,
    raised: tuple[str, date] | None = None,
    today: date,
    off: Collection[date] = (),
) -> Next | None:
    """Return what is needed next of a referral, or None: it has ended.

    What was raised or has to be looked at now comes first, by rank; else whatever is due soonest. Nothing that is due
    hides behind what has more time: then its day counts.

    Parameters
    ----------
    state : str
        Of the referral.
    since : date
        The day it came to that state.
    asked : iterable of Asked
        Its introductions.
    raised : (need, day) or None
        What somebody asked for out of turn; one of `RAISED`.
    today : date
    off : collection of date
        Public holidays.

    Examples
    --------
    >>> next_step("sent", date(2026, 11, 20), today=date(2026, 11, 20))
    Next(rank=2, due_on=datetime.date(2026, 11, 24), need='take_on')
    >>> one = Asked(state="no_show", since=date(2026, 11, 23))
    >>> next_step("introduced", date(2026, 11, 16), [one], today=date(2026, 11, 23)).need
    'kind_call'
    """
    if state in TERMINAL[Machine.REFERRAL]:
        return None
    those = tuple(asked)
    found = [_made(need, day, off) for need, day in _wanted(state, since, those, today)]
    if raised is not None:
        found.append(_made(*raised, off))
    first = min(found, key=lambda one: _urgency(one, today))
    overdue = [one.due_on for one in found if one.due_on <= today]
    return replace(first, due_on=min(overdue)) if overdue and today < first.due_on else first


def _urgency(one: Next, today: date) -> tuple[bool, int, Next]:
    asked_for = one.need in RAISED and one.rank <= PROMISE
    now = asked_for or one.rank <= MISSED or one.due_on <= today
    return (False, 0, one) if now else (True, one.due_on.toordinal(), one)


def _wanted(state: str, since: date, asked: tuple[Asked, ...], today: date) -> list[tuple[str, date]]:
    """Say what the referral and each of its open introductions want, and from which day that counts."""
    wanted = [pair for one in asked if (pair := _of_introduction(one, today)) is not None]
    if wanted and (state == "introduced" or (state == "planned" and any(one.asks_on for one in asked))):
        return wanted
    if state == "planned" and any(one.state in FAILED for one in asked):
        return [*wanted, ("next_group", since)]
    if state == "attending":
        return [*wanted, ("check_in", _next_check_in(asked, since, today))]
    return [*wanted, (_OF_REFERRAL[state], since)]


def _of_introduction(one: Asked, today: date) -> tuple[str, date] | None:
    need = _OF_INTRODUCTION.get(one.state)
    if need is None:
        return None
    if one.state == "proposed" and one.asks_on is not None:
        return "asked_later", one.asks_on
    if one.state != "booked":
        return need, one.since
    if one.first_date is None:
        return "agree_date", one.since
    return (need, one.first_date) if one.first_date >= today else ("ask_outcome", one.first_date)


def _next_check_in(asked: Iterable[Asked], since: date, today: date) -> date:
    """Return the day of the next check-in, counted from the first visit; after the last one, the last."""
    first = min((one.first_attended_on for one in asked if one.first_attended_on is not None), default=since)
    days = [first + timedelta(weeks=weeks) for weeks in CHECK_INS]
    return next((day for day in days if day >= today), days[-1])


def _made(need: str, since: date, off: Collection[date]) -> Next:
    line = NEEDS[need]
    return Next(rank=line.rank, due_on=working_day(since, line.days, off), need=need)


def _works(day: date, off: Collection[date]) -> bool:
    return day.weekday() < SATURDAY and day not in off
