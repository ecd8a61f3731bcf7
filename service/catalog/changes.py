"""How a change of a group is checked before it is kept. What can be changed at all, `snapshots` says. Pure."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from service.catalog.checks import SHAPES, has_control, text_problem, tidy_value
from service.catalog.facts import CODES
from service.catalog.freshness import CAPACITY_DAYS
from service.catalog.schedule import validate_rule, validate_zone
from service.catalog.snapshots import (
    CHOICES,
    DAYS,
    FIELDS,
    FLAGS,
    LINES,
    LISTS,
    LONGEST_WORDS,
    MOST_EXCEPTIONS,
    MOST_MOVED,
    MOST_PLACES,
    MOST_PRICES,
    MOST_SESSIONS,
    NEEDED,
    NUMBERS,
    TEXTS,
    YEARS,
    Difference,
    FieldValue,
    GroupChanges,
    PriceChange,
    SessionChange,
    Snapshot,
    as_change,
    as_json,
    difference,
    preview,
    prices_json,
    read_prices,
    read_session,
    session_json,
    snapshot,
    undo,
)
from service.catalog.when.plan import RESTS
from service.errors import Invalid, Problem

__all__ = [
    "CHOICES",
    "DAYS",
    "Difference",
    "FIELDS",
    "FLAGS",
    "FieldValue",
    "GroupChanges",
    "LINES",
    "LISTS",
    "LONGEST_WORDS",
    "MOST_EXCEPTIONS",
    "MOST_PLACES",
    "MOST_PRICES",
    "MOST_SESSIONS",
    "NEEDED",
    "NUMBERS",
    "PriceChange",
    "SHAPES",
    "SessionChange",
    "Snapshot",
    "TEXTS",
    "YEARS",
    "as_change",
    "as_json",
    "clean",
    "difference",
    "preview",
    "prices_json",
    "read_prices",
    "read_session",
    "session_json",
    "snapshot",
    "undo",
]

LONGEST_OPTION = 200
WHOLE = ("name", "age_min", "age_max")  # what is checked together, as it will stand


def clean(changes: GroupChanges, *, before: Snapshot, today: date) -> GroupChanges:
    """Return what really changes, tidied: no blank ends, an empty text is none, a capacity has an end.

    Only what differs from `before` is checked: a listing that came in with an odd address can still be put right
    elsewhere.

    Raises
    ------
    Invalid
        With a problem for each field that cannot be kept: `needed`, `too_long`, `too_many`, `out_of_range`,
        `not_a_choice`, `unreadable`, `not_url`, `not_email`, `not_phone`, `unknown_field`, `unknown_fact`,
        `unknown_language`, `ages_crossed`, `time_zone_unknown`, or a code of `recurrence.parse`. A session's fields are
        called `sessions.<id>.<field>`.
    """
    tidy = {name: tidy_value(value) for name, value in changes.fields.items()}
    if "capacity_state" in tidy:
        tidy["capacity_until"] = _capacity_end(tidy, today)
    tidy = {name: value for name, value in tidy.items() if name not in FIELDS or as_json(value) != _was(before, name)}
    sessions = {key: change and _tidy_session(change) for key, change in changes.sessions.items()}
    sessions = {key: change for key, change in sessions.items() if _differs(before, key, change)}
    cleaned = _only_new_lists(replace(changes, fields=tidy, sessions=sessions), before, today)
    problems = _problems(cleaned)
    if not problems:
        problems = _whole_problems(before, cleaned, today)
    if problems:
        raise Invalid("invalid", fields=problems)
    return cleaned


def _only_new_lists(changes: GroupChanges, before: Snapshot, today: date) -> GroupChanges:
    """Leave out the lists that are as they were."""
    if all(getattr(changes, name) is None for name in LISTS):
        return changes
    prices = changes.prices and tuple(_tidy_price(price) for price in changes.prices)
    tidy = replace(changes, prices=prices)
    after = preview({}, replace(tidy, fields={}, facts={}, sessions={}), today=today)
    new = {name for name in LISTS if getattr(tidy, name) is not None and after.get(name) != before.get(name)}
    return replace(
        tidy,
        terms=tidy.terms if "terms" in new else None,
        languages=tidy.languages if "languages" in new else None,
        places=tidy.places if "places" in new else None,
        prices=tidy.prices if "prices" in new else None,
    )


def _tidy_price(price: PriceChange) -> PriceChange:
    return replace(price, option=tidy_value(price.option) or "", note=tidy_value(price.note))


def _was(before: Snapshot, name: str) -> object:
    value = before.get(name)
    return tidy_value(value) if isinstance(value, str) else value


def _differs(before: Snapshot, key: UUID, change: SessionChange | None) -> bool:
    was = before.get(f"sessions.{key}")
    return change is not None if was is None else (change and session_json(change)) != was


def _problems(changes: GroupChanges) -> dict[str, Problem]:
    found = {name: _problem(name, value) for name, value in changes.fields.items()}
    problems = {name: problem for name, problem in found.items() if problem is not None}
    problems |= {f"facts.{code}": Problem("unknown_fact") for code in changes.facts if code not in CODES}
    if len(changes.sessions) > MOST_SESSIONS:
        problems["sessions"] = Problem("too_many", {"limit": MOST_SESSIONS})
    for key, change in changes.sessions.items():
        problems |= {f"sessions.{key}.{name}": problem for name, problem in _session_problems(change).items()}
    return problems | _language_problems(changes.languages) | _list_problems(changes)


def _whole_problems(before: Snapshot, changes: GroupChanges, today: date) -> dict[str, Problem]:
    stood = {name: before[name] for name in WHOLE if name in before}
    said = {name: value for name, value in changes.fields.items() if name in WHOLE}
    after = preview(stood, GroupChanges(fields=said), today=today)
    low, high = after.get("age_min"), after.get("age_max")
    crossed = isinstance(low, int) and isinstance(high, int) and low > high
    problems = {"age_max": Problem("ages_crossed", {"low": low, "high": high})} if crossed else {}
    return problems if after.get("name") else problems | {"name": Problem("needed")}


def _capacity_end(said: Mapping[str, FieldValue], today: date) -> date | None:
    """A capacity holds until the day that was said, or for two weeks where none, or one that has passed, was said."""
    until = said.get("capacity_until")
    if said["capacity_state"] is None:
        return None
    return until if isinstance(until, date) and until >= today else today + timedelta(days=CAPACITY_DAYS)


def _tidy_session(change: SessionChange) -> SessionChange:
    words, note, rule = (tidy_value(text) for text in (change.words, change.note, change.rule))
    return replace(
        change,
        words=str(words) if words else None,
        note=str(note) if note else None,
        rule=str(rule) if rule else None,
        exceptions=tuple(sorted(set(change.exceptions))),
        rests=tuple(rest for rest in RESTS if rest in change.rests),
        moved=tuple(sorted(dict(change.moved).items())),
    )


def _problem(name: str, value: FieldValue) -> Problem | None:
    if name not in FIELDS:
        return Problem("unknown_field")
    if value is None:
        return Problem("needed") if name in NEEDED else None
    return _value_problem(name, value)


def _value_problem(name: str, value: FieldValue) -> Problem | None:
    if name in NUMBERS:
        return _number_problem(name, value)
    if name in FLAGS or name in DAYS:
        wanted = bool if name in FLAGS else date
        return None if isinstance(value, wanted) else Problem("unreadable")
    if not isinstance(value, str):
        return Problem("unreadable")
    if name in CHOICES:
        return None if value in CHOICES[name] else Problem("not_a_choice")
    return text_problem(value, LINES.get(name) or TEXTS[name], line=name in LINES, shape=name)


def _number_problem(name: str, value: FieldValue) -> Problem | None:
    low, high = NUMBERS[name]
    if not isinstance(value, int) or isinstance(value, bool):
        return Problem("unreadable")
    return None if low <= value <= high else Problem("out_of_range", {"low": low, "high": high})


def _session_problems(change: SessionChange | None) -> dict[str, Problem]:
    if change is None:
        return {}
    found: dict[str, Problem] = {}
    for name, value in (("minutes", change.minutes), ("level", change.level)):
        problem = None if value is None else _number_problem(name, value)
        if problem is not None:
            found[name] = problem
    for name, text in (("words", change.words), ("note", change.note)):
        if text and (len(text) > LONGEST_WORDS or has_control(text)):
            found[name] = Problem("too_long", {"limit": LONGEST_WORDS, "length": len(text)})
    if len(change.exceptions) > MOST_EXCEPTIONS:
        found["exceptions"] = Problem("too_many", {"limit": MOST_EXCEPTIONS})
    if len(change.moved) > MOST_MOVED:
        found["moved"] = Problem("too_many", {"limit": MOST_MOVED})
    return found | _start_problems(change) | _rule_problems(change)


def _start_problems(change: SessionChange) -> dict[str, Problem]:
    if change.starts_at is not None and change.starts_at.year not in YEARS:
        return {"starts_at": Problem("out_of_range", {"low": YEARS.start, "high": YEARS.stop - 1})}
    if change.rule and change.starts_at is None:
        return {"starts_at": Problem("needed")}
    return {} if change.starts_at or change.words else {"words": Problem("needed")}


def _rule_problems(change: SessionChange) -> dict[str, Problem]:
    found: dict[str, Problem] = {}
    try:
        validate_zone(change.time_zone)
        if change.rule:
            validate_rule(change.rule)
    except Invalid as refused:
        found = refused.fields
    return found


def _list_problems(changes: GroupChanges) -> dict[str, Problem]:
    """Return what is wrong with the lists that a save says anew."""
    limits = {"places": (changes.places, MOST_PLACES), "prices": (changes.prices, MOST_PRICES)}
    found = {
        name: Problem("too_many", {"limit": most}) for name, (said, most) in limits.items() if len(said or ()) > most
    }
    for number, price in enumerate(changes.prices or ()):
        found |= {f"prices.{number}.{name}": problem for name, problem in _price_problems(price).items()}
    return found


def _price_problems(price: PriceChange) -> dict[str, Problem]:
    named = Problem("needed") if not price.option else text_problem(price.option, LONGEST_OPTION)
    asked = {"option": named, "amount": _number_problem("price_pence", price.amount_pence)}
    if price.note:
        asked["option"] = asked["option"] or text_problem(price.note, LONGEST_WORDS, line=False)
    return {name: problem for name, problem in asked.items() if problem is not None}


def _language_problems(languages: tuple[str, ...] | None) -> dict[str, Problem]:
    wrong = any(not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?", code) for code in languages or ())
    return {"languages": Problem("unknown_language")} if wrong else {}
