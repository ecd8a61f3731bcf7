"""Times of the day as they are written in notices: "7.30 - 9pm", "10 to noon", "9 - 4". Pure."""

from dataclasses import dataclass

NOON_HOURS, DAY_HOURS = 12, 24
LATE = {"afternoon", "evening", "night"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """What is written: `half` is am, pm, 24 (told from its figures) or empty."""

    hour: int
    minute: int
    half: str

    @property
    def minutes(self) -> int:
        """Minutes since midnight, as the half of the day says."""
        hour = self.hour % NOON_HOURS if self.half in ("am", "pm") else self.hour
        return (hour + NOON_HOURS * (self.half == "pm")) * 60 + self.minute


def read_clock(hour: str | None, minute: str | None, half: str | None) -> Clock | None:
    """Read one time; None where there is no such time."""
    mark = (half or "").lower().replace(".", "").replace(" ", "")
    if mark in ("noon", "midday") or (mark == "midnight"):
        return Clock(hour=0 if mark == "midnight" else NOON_HOURS, minute=0, half="24")
    if hour is None:
        return None
    number, past = int(hour), int(minute or 0)
    if number > DAY_HOURS or past > 59:
        return None
    if number > NOON_HOURS or (hour.startswith("0") and minute):
        mark = "24"
    return Clock(hour=number, minute=past, half=mark if mark in ("am", "pm", "24") else "")


def written(minutes: int | None) -> str | None:
    """Return minutes since midnight as `HH:MM`."""
    return None if minutes is None else f"{minutes // 60:02}:{minutes % 60:02}"


def opens(at: Clock, part: str, *, full_day: bool) -> int:
    """Return the likely start, in minutes, of what is only said to begin at a time."""
    if at.half:
        return at.minutes
    if part in LATE:
        return _pm(at)
    early = 7 if full_day or part == "morning" else 9  # a group that begins at 7 or 8 does so in the evening
    return _pm(at) if at.hour < (early if part != "morning" else 1) else at.hour * 60 + at.minute


def span(first: Clock, last: Clock, part: str, *, full_day: bool) -> tuple[int, int]:
    """Return the likely start and end, in minutes; the end may be 24:00 and is else after the start.

    Examples
    --------
    >>> def read(text): return read_clock(*text)
    >>> [written(m) for m in span(read(("9", None, "")), read(("4", None, "")), "", full_day=False)]
    ['09:00', '16:00']
    >>> [written(m) for m in span(read(("10", None, "")), read(("12", None, "pm")), "", full_day=False)]
    ['10:00', '12:00']
    """
    start = _start(first, last, part, full_day=full_day)
    end = last.minutes
    if not last.half or (last.half == "am" and last.hour == NOON_HOURS and 8 * 60 <= start < 12 * 60):
        end = (last.hour % NOON_HOURS) * 60 + last.minute
        while end <= start and end < DAY_HOURS * 60:
            end += NOON_HOURS * 60
    if end == 0:
        end = DAY_HOURS * 60
    return start, min(end, DAY_HOURS * 60)


def _start(first: Clock, last: Clock, part: str, *, full_day: bool) -> int:
    if first.half:
        return first.minutes
    plain, late = first.hour * 60 + first.minute, _pm(first)
    if last.half in ("pm", "24") and last.minutes > 0:
        return late if late < last.minutes and not (last.half == "24" and full_day) else plain
    if last.half == "24":
        return late  # until midnight
    if last.half == "am":
        return plain
    if part == "morning":
        return plain
    return late if part in LATE else _unmarked(first, last, full_day=full_day)


def _unmarked(first: Clock, last: Clock, *, full_day: bool) -> int:
    """Guess the start where neither time says which half of the day it is in."""
    plain, late = first.hour * 60 + first.minute, _pm(first)
    if first.hour < 7 or first.hour >= 9:
        return late if first.hour < 7 else plain
    evening = first.hour < last.hour <= first.hour + 4 and last.hour < NOON_HOURS
    return late if evening and not full_day else plain


def _pm(at: Clock) -> int:
    return (at.hour % NOON_HOURS + NOON_HOURS) * 60 + at.minute
