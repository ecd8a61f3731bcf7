"""Meetings as lines of text, one each, and back: of a rule nothing is lost, and nothing is guessed. Pure."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from service.catalog.recurrence import parse
from service.catalog.when.plan import RESTS, NotRead, Plan
from service.catalog.when.reading import read
from service.catalog.when.saying import say
from service.errors import Invalid

Told = tuple[Plan | None, str | None]  # when exactly, and how the leader says it
MOST_LINES = 100
_QUOTED = re.compile(r"(?P<exact>[^“]*)“(?P<words>.*)”")
_RULE = re.compile(r"FREQ=[A-Z0-9=;,+-]{1,300}")
_MINUTES = re.compile(r"([1-9]\d{0,4}) minutes")


def write_lines(meetings: Iterable[Told]) -> str:
    """Write each meeting as a line: exactly where that is known, then the leader's own words in quotation marks.

    Examples
    --------
    >>> tuesdays = Plan(rule="FREQ=WEEKLY;BYDAY=TU", starts_at=datetime(2026, 1, 6, 10), minutes=120)
    >>> print(write_lines([(tuesdays, "Tuesdays, not in floods"), (None, "One evening a month")]))
    Every Tuesday, 10:00 to 12:00, from 6 January 2026 “Tuesdays, not in floods”
    “One evening a month”
    """
    return "\n".join(filter(None, (_line(plan, words) for plan, words in meetings)))


def _line(plan: Plan | None, words: str | None) -> str:
    exact, own = _exactly(plan) if plan else "", " ".join((words or "").split())
    same = plan is not None and own in (exact, say(plan, first_day=False))
    return " ".join(filter(None, (exact, f"“{own}”" if own and not same else "")))


def _exactly(plan: Plan) -> str:
    """Return words that are read back as they were; where there are none, the rule itself."""
    words = say(plan)
    if words and _read(words, plan.starts_at.date()) == plan:
        return words
    parts = [plan.rule or "", f"{plan.starts_at:%Y-%m-%d %H:%M}", f"{plan.minutes} minutes" if plan.minutes else ""]
    parts += [*(day.isoformat() for day in plan.exceptions), *plan.rests]
    return " | ".join(filter(None, parts))


def _read(words: str, today: date) -> Plan | None:
    try:
        found = read(words, today=today)
    except NotRead:
        return None
    return found[0] if len(found) == 1 else None


def read_lines(text: str, *, today: date) -> Iterator[Told]:
    """Give the meeting of each line; a line that may mean two things, or nothing that is known, stays words.

    Examples
    --------
    >>> told = read_lines("Every Tuesday at 10:00\\nAsk us", today=date(2026, 1, 1))
    >>> [(plan and plan.rule, words) for plan, words in told]
    [('FREQ=WEEKLY;BYDAY=TU', None), (None, 'Ask us')]
    """
    for line in text.splitlines()[:MOST_LINES]:
        said = " ".join(line.split())
        quoted = _QUOTED.fullmatch(said)
        exact, words = (quoted["exact"].strip(), quoted["words"]) if quoted else (said, None)
        plan = _of_parts(exact) or _read(exact, today) if exact else None
        if plan is not None:
            yield plan, words
        elif said:
            yield None, words if quoted and not exact else said


def _of_parts(text: str) -> Plan | None:
    """Return the meeting of a rule that was written out."""
    rule, *rest = text.split(" | ")
    once = _RULE.fullmatch(rule) is None
    try:
        if not once:
            parse(rule)
        starts = datetime.strptime(rule if once else rest.pop(0), "%Y-%m-%d %H:%M")  # noqa: DTZ007  # local wall time
        minutes = _MINUTES.fullmatch(rest[0]) if rest else None
        rest = rest[1:] if minutes else rest
        days = tuple(date.fromisoformat(part) for part in rest if part not in RESTS)
    except (Invalid, ValueError, IndexError):
        return None
    return Plan(
        rule=None if once else rule, starts_at=starts, minutes=int(minutes[1]) if minutes else None, exceptions=days,
        rests=tuple(part for part in RESTS if part in rest),
    )  # fmt: skip
