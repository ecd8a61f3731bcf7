"""When a group meets, in its own time zone. Pure.

A meeting keeps its wall time all year. Where a summer-time change skips that time, the meeting starts as much later as
the clocks jump; where the clocks show it twice, it is the first of the two (RFC 5545, section 3.3.5).
"""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A repeating meeting.

    Attributes
    ----------
    rule : str or None
        RRULE value (RFC 5545) without the name. None with a start: it meets once. None without: only words are known.
    starts_at : datetime or None
        Local wall time of the first meeting, without zone.
    minutes : int or None
        How long it lasts; None is not confirmed.
    time_zone : str
        IANA name.
    exceptions : tuple of date
        Local days on which it does not meet.
    level : int or None
        0 to 6: what it asks of a newcomer.
    """

    rule: str | None
    starts_at: datetime | None
    minutes: int | None
    time_zone: str
    exceptions: tuple[date, ...] = ()
    level: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One dated meeting, with its zone; `ends` is None where its length is not confirmed."""

    starts: datetime
    ends: datetime | None
