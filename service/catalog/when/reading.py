"""Plain English words about a meeting to a rule: all that they can mean, or which of them were not understood. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from service.catalog.when.heard import Heard
from service.catalog.when.hearing import hear
from service.catalog.when.plan import ALL_MONTHS, RESTS, NotRead, Plan, Rhythm, write

LONGEST = 1000  # characters
MOST_READINGS = 8  # more are a question, not a choice
_ALIKE = str.maketrans(
    {"–": "-", "—": "-", "−": "-", "‑": "-", "’": "'", "\u00a0": " ", "\t": " ", "\n": " ", "\r": " "}
)


def read(text: str, *, today: date, anchor: date | None = None) -> tuple[Plan, ...]:
    """Return every meaning that words may have, the likeliest first.

    Parameters
    ----------
    text : str
        English, like "every 2nd Tuesday 10-12 except August".
    today : date
        A day without a year is the next such day.
    anchor : date, optional
        A first day that is known already: it counts where the words name none.

    Raises
    ------
    NotRead
        `too_long`, `not_understood`, `no_day`, `no_time`, `no_such_day`, `no_such_time`, `second_time`,
        `weekday_differs`, `which_week`, `which_first`, `days_and_weekdays`, `ends_before`, with the place of the words
        in the text without spare blanks, where there is one.

    Examples
    --------
    >>> [plan.rule for plan in read("Mon, Wed & Fri 9.30am-11am", today=date(2026, 1, 1))]
    ['FREQ=WEEKLY;BYDAY=MO,WE,FR']
    """
    if len(text) > LONGEST:
        raise NotRead("too_long")
    words, heard = " ".join(text.split()), Heard(today=today)
    try:
        hear(_plain(words), heard)
    except NotRead as error:
        raise NotRead(error.code, error.start, error.end, words[error.start : error.end]) from None
    found = tuple(dict.fromkeys(_meant(heard, anchor)))
    if len(found) > MOST_READINGS:
        raise NotRead("which_first")
    return found


def _plain(text: str) -> str:
    """Make signs alike without moving any: a place in the answer is a place in what was typed."""
    return "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text.translate(_ALIKE))


def _meant(heard: Heard, anchor: date | None) -> Iterator[Plan]:
    _complete(heard)
    for rhythm, first in _rhythms(heard, anchor):
        for one in heard.hours:
            starts = datetime.combine(first, one.starts)
            yield Plan(
                rule=write(rhythm) if rhythm else None,
                starts_at=starts,
                minutes=one.minutes or heard.minutes,
                exceptions=_exceptions(heard, rhythm),
                rests=tuple(rest for rest in RESTS if rest in heard.rests),
            )


def _complete(heard: Heard) -> None:
    """Refuse what leaves open when it meets."""
    if not heard.days and not heard.weekdays:
        raise NotRead("no_day")
    if heard.days and (len(heard.days) > 1 or heard.weekdays or heard.nths or heard.every or heard.monthly):
        raise NotRead("days_and_weekdays")
    if not heard.hours:
        raise NotRead("no_time")
    if heard.monthly and not heard.nths:
        raise NotRead("which_week")
    if heard.until and heard.until < (heard.first or heard.until):
        raise NotRead("ends_before")


def _rhythms(heard: Heard, anchor: date | None) -> Iterator[tuple[Rhythm | None, date]]:
    if heard.days:
        yield None, heard.days[0]
        return
    base = Rhythm(weekdays=_weekdays(heard), months_off=_months_off(heard), until=heard.until)
    known = heard.first or anchor
    if not heard.nths:
        yield from _phases(replace(base, every=heard.every or 1), known, heard.today)
        return
    if known is None and (heard.every or 1) > 1:
        raise NotRead("which_first")
    nths = tuple(sorted(set(heard.nths), key=lambda nth: nth if nth > 0 else 9 - nth))
    yield replace(base, nths=nths, every=heard.every or 1), known or heard.today
    if _may_be_weeks(heard):
        yield from _phases(replace(base, every=heard.nths[0]), known, heard.today)


def _weekdays(heard: Heard) -> tuple[int, ...]:
    """Return the days of the week; a day is only taken out of many, and not for some months alone."""
    off = set(heard.weekdays_off)
    left = set(heard.weekdays) - off
    if not left or (off and (len(left) < 3 or heard.months_off or heard.days_off)):
        raise NotRead("no_day")
    return tuple(sorted(left))


def _may_be_weeks(heard: Heard) -> bool:
    """Tell whether "every 2nd Tuesday" may mean every two weeks."""
    one = len(heard.nths) == 1 and heard.nths[0] > 1
    return one and not heard.monthly and heard.every is None and (heard.said_every or heard.nths[0] == 2)


def _phases(rhythm: Rhythm, known: date | None, today: date) -> Iterator[tuple[Rhythm, date]]:
    """Give a rhythm of weeks with each week it may begin in, where no first day is known."""
    if known is not None or rhythm.every == 1:
        yield rhythm, known or today
        return
    coming = [today + timedelta(days=step) for step in range(7)]
    first = next(found for found in coming if found.weekday() in rhythm.weekdays)
    for week in range(rhythm.every):
        yield rhythm, first + timedelta(weeks=week)


def _months_off(heard: Heard) -> tuple[int, ...]:
    off = set(heard.months_off) | (ALL_MONTHS - set(heard.months_on) if heard.months_on else set())
    if off == ALL_MONTHS:
        raise NotRead("no_day")
    return tuple(sorted(off))


def _exceptions(heard: Heard, rhythm: Rhythm | None) -> tuple[date, ...]:
    days = set(heard.days_off)
    return tuple(sorted(found for found in days if rhythm is None or found.weekday() in rhythm.weekdays))
