"""What words about a meeting come to: a rule, its first day, its length, and when it rests. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from service.catalog.recurrence import DAYS, Rule, parse
from service.errors import Invalid

PUBLIC_HOLIDAYS, OUTSIDE_TERMS = "public_holidays", "outside_terms"
RESTS = (PUBLIC_HOLIDAYS, OUTSIDE_TERMS)
ALL_MONTHS = frozenset(range(1, 13))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A meeting as words say it.

    Attributes
    ----------
    rule : str or None
        RRULE value; None: it meets once.
    starts_at : datetime
        Local wall time of the first meeting, without zone.
    minutes : int or None
        None where no end was said.
    exceptions : tuple of date
    rests : tuple of str
        Of `RESTS`: the kinds of days on which it does not meet.
    """

    rule: str | None
    starts_at: datetime
    minutes: int | None = None
    exceptions: tuple[date, ...] = ()
    rests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """A rule taken apart, months off among its parts; `nths` is empty for weeks."""

    weekdays: tuple[int, ...]
    every: int = 1
    nths: tuple[int, ...] = ()
    months_off: tuple[int, ...] = ()
    until: date | None = None


class NotRead(Exception):
    """Some words were not understood: `code` says why, `start` and `end` where they stand, `words` which they are."""

    def __init__(self, code: str, start: int = 0, end: int = 0, words: str = "") -> None:
        super().__init__(code)
        self.code, self.start, self.end, self.words = code, start, end, words


def write(rhythm: Rhythm) -> str:
    """Write a rule.

    Examples
    --------
    >>> write(Rhythm(weekdays=(1,), nths=(1, 3), months_off=(8,)))
    'FREQ=MONTHLY;BYDAY=1TU,3TU;BYMONTH=1,2,3,4,5,6,7,9,10,11,12'
    """
    ordinals: Sequence[int | str] = rhythm.nths or ("",)
    days = ",".join(f"{nth}{DAYS[day]}" for nth in ordinals for day in rhythm.weekdays)
    parts = [f"FREQ={'MONTHLY' if rhythm.nths else 'WEEKLY'}"]
    parts += [f"INTERVAL={rhythm.every}"] if rhythm.every > 1 else []
    parts.append(f"BYDAY={days}")
    if rhythm.months_off:
        parts.append("BYMONTH=" + ",".join(map(str, sorted(ALL_MONTHS - set(rhythm.months_off)))))
    parts += [f"UNTIL={rhythm.until:%Y%m%d}"] if rhythm.until else []
    return ";".join(parts)


def take_apart(rule: str) -> Rhythm | None:
    """Return the parts of a rule that words can say; None for any other."""
    try:
        read = parse(rule)
    except Invalid:
        return None
    if read.count or read.month_days or read.positions or read.week_start or not read.weekdays:
        return None
    if read.frequency not in ("WEEKLY", "MONTHLY") or (read.until and len(read.until) > 8):
        return None
    return _rhythm(read)


def _rhythm(read: Rule) -> Rhythm | None:
    nths = tuple(dict.fromkeys(nth for nth, _ in read.weekdays if nth is not None))
    days = tuple(sorted({day for _, day in read.weekdays}))
    crossed = len(set(read.weekdays)) == max(1, len(nths)) * len(days)
    if (read.frequency == "MONTHLY") != bool(nths) or not crossed or (nths and None in dict(read.weekdays)):
        return None
    return Rhythm(
        weekdays=days,
        every=read.interval,
        nths=tuple(sorted(nths, key=lambda nth: nth if nth > 0 else 9 - nth)),
        months_off=tuple(sorted(ALL_MONTHS - set(read.months))) if read.months else (),
        until=date.fromisoformat(read.until) if read.until else None,
    )
