"""What an editor may change of a group, how it is checked, and what differs afterwards. Pure.

A group is compared as a *snapshot*: one flat mapping of plain JSON values, `name`, `door.leaving`, `facts.step_free`,
`sessions.<id>`. The page that asks "is this what you want?" and the revision that is kept are both made from it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from service.catalog.facts import CODES, Value
from service.catalog.freshness import CAPACITY_DAYS
from service.catalog.schedule import validate_rule, validate_zone
from service.catalog.views import GroupView, SessionView
from service.errors import Invalid, Problem

FieldValue = str | int | date | None  # a bool is an int
Snapshot = Mapping[str, object]
Difference = dict[str, list[object]]  # field -> [before, after]

LINES = {"name": 200, "also_known_as": 300, "url": 500, "email": 254, "phone": 40, "host": 100}
TEXTS = {
    "description": 4000,
    "what_happens": 4000,
    "who_for": 2000,
    "eligibility": 2000,
    "restriction_reason": 1000,
    "how_to_join": 2000,
    "price_note": 1000,
    "required_documents": 1000,
    "alert": 500,
    **{f"door.{part}": 500 for part in ("getting_in", "who_meets_you", "where_you_sit", "leaving")},
}
NUMBERS = {
    "age_min": (0, 120),
    "age_max": (0, 120),
    "price_pence": (0, 1_000_000),
    "group_size": (1, 100_000),
    "capacity_available": (0, 100_000),
    "minutes": (5, 1440),
    "level": (0, 6),
}
CHOICES: dict[str, tuple[str, ...]] = {
    "mode": ("in_person", "online", "hybrid", "phone"),
    "restriction": ("women_only", "men_only"),
    "capacity_state": ("open", "waiting_list", "full"),
}
FLAGS = ("joinable", "nationwide")
DAYS = ("capacity_until",)
NEEDED = ("name", "mode", *FLAGS)
FIELDS = (
    *LINES,
    *TEXTS,
    *(name for name in NUMBERS if name not in ("minutes", "level")),
    *CHOICES,
    *FLAGS,
    *DAYS,
)
MOST_SESSIONS = 30
MOST_EXCEPTIONS = 200
LONGEST_WORDS = 500
YEARS = range(1970, 2200)
# Control characters other than line feed and tab; some databases cannot store them, and no page should show them.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionChange:
    """One session as it shall be; an id that the group does not have yet makes a new one."""

    location_id: UUID | None = None
    words: str | None = None
    rule: str | None = None
    starts_at: datetime | None = None
    minutes: int | None = None
    time_zone: str = "Europe/London"
    exceptions: tuple[date, ...] = ()
    level: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupChanges:
    """What shall be different; whatever is not named stays as it is.

    Attributes
    ----------
    fields : mapping of str to value
        Keys of `FIELDS`; None empties a field.
    facts : mapping of str to Value
        Facts stated of the group itself.
    sessions : mapping of UUID to SessionChange or None
        None takes the session away.
    terms, languages : tuple of str or None
        The whole list; None leaves it.
    confirm : bool
        The editor asked, and all that is stated is still right today.
    """

    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    facts: Mapping[str, Value] = field(default_factory=dict)
    sessions: Mapping[UUID, SessionChange | None] = field(default_factory=dict)
    terms: tuple[str, ...] | None = None
    languages: tuple[str, ...] | None = None
    confirm: bool = False


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
    tidy = {name: _tidy(value) for name, value in changes.fields.items()}
    if "capacity_state" in tidy:
        tidy["capacity_until"] = _capacity_end(tidy, today)
    tidy = {name: value for name, value in tidy.items() if name not in FIELDS or as_json(value) != _was(before, name)}
    sessions = {key: change and _tidy_session(change) for key, change in changes.sessions.items()}
    sessions = {key: change for key, change in sessions.items() if _differs(before, key, change)}
    cleaned = replace(changes, fields=tidy, sessions=sessions)
    problems = _problems(cleaned)
    if not problems:
        problems = _whole_problems(preview(before, cleaned, today=today))
    if problems:
        raise Invalid("invalid", fields=problems)
    return cleaned


def _was(before: Snapshot, name: str) -> object:
    value = before.get(name)
    return _tidy(value) if isinstance(value, str) else value


def _differs(before: Snapshot, key: UUID, change: SessionChange | None) -> bool:
    return (change and session_json(change)) != before.get(f"sessions.{key}")


def _problems(changes: GroupChanges) -> dict[str, Problem]:
    found = {name: _problem(name, value) for name, value in changes.fields.items()}
    problems = {name: problem for name, problem in found.items() if problem is not None}
    problems |= {f"facts.{code}": Problem("unknown_fact") for code in changes.facts if code not in CODES}
    if len(changes.sessions) > MOST_SESSIONS:
        problems["sessions"] = Problem("too_many", {"limit": MOST_SESSIONS})
    for key, change in changes.sessions.items():
        problems |= {f"sessions.{key}.{name}": problem for name, problem in _session_problems(change).items()}
    return problems | _language_problems(changes.languages)


def _whole_problems(after: Snapshot) -> dict[str, Problem]:
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


def _tidy(value: FieldValue) -> FieldValue:
    if not isinstance(value, str):
        return value
    return value.replace("\r\n", "\n").replace("\r", "\n").strip() or None


def _tidy_session(change: SessionChange) -> SessionChange:
    words, note, rule = (_tidy(text) for text in (change.words, change.note, change.rule))
    return replace(
        change,
        words=str(words) if words else None,
        note=str(note) if note else None,
        rule=str(rule) if rule else None,
        exceptions=tuple(sorted(set(change.exceptions))),
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
    return _text_problem(name, value)


def _number_problem(name: str, value: FieldValue) -> Problem | None:
    low, high = NUMBERS[name]
    if not isinstance(value, int) or isinstance(value, bool):
        return Problem("unreadable")
    return None if low <= value <= high else Problem("out_of_range", {"low": low, "high": high})


def _text_problem(name: str, value: str) -> Problem | None:
    limit = LINES.get(name) or TEXTS[name]
    if len(value) > limit:
        return Problem("too_long", {"limit": limit, "length": len(value)})
    if _CONTROL.search(value) or (name in LINES and "\n" in value):
        return Problem("unreadable")
    looks_right = SHAPES.get(name)
    return None if looks_right is None or looks_right(value) else Problem(f"not_{name}")


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "." in (parts.hostname or "") and not re.search(r"\s", text)


def _is_email(text: str) -> bool:
    name, _, host = text.partition("@")
    return bool(name) and "." in host.strip(".") and "@" not in host and not re.search(r"[\s<>,;]", text)


def _is_phone(text: str) -> bool:
    return sum(sign.isdigit() for sign in text) >= 3 and not re.search(r"[^\d +()/.x-]", text)


SHAPES: Mapping[str, Callable[[str], bool]] = {"url": _is_url, "email": _is_email, "phone": _is_phone}


def _session_problems(change: SessionChange | None) -> dict[str, Problem]:
    if change is None:
        return {}
    found: dict[str, Problem] = {}
    for name, value in (("minutes", change.minutes), ("level", change.level)):
        problem = None if value is None else _number_problem(name, value)
        if problem is not None:
            found[name] = problem
    for name, text in (("words", change.words), ("note", change.note)):
        if text and (len(text) > LONGEST_WORDS or _CONTROL.search(text)):
            found[name] = Problem("too_long", {"limit": LONGEST_WORDS, "length": len(text)})
    if len(change.exceptions) > MOST_EXCEPTIONS:
        found["exceptions"] = Problem("too_many", {"limit": MOST_EXCEPTIONS})
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


def _language_problems(languages: tuple[str, ...] | None) -> dict[str, Problem]:
    wrong = any(not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?", code) for code in languages or ())
    return {"languages": Problem("unknown_language")} if wrong else {}


_SESSION_FIELDS = [each.name for each in fields(SessionChange)]


def snapshot(group: GroupView) -> dict[str, object]:
    """Return what an editor can change of a group, and its status, as plain JSON values; what is empty is left out."""
    plain = {name: getattr(group, name) for name in (*FIELDS, "status") if "." not in name}
    plain |= {f"door.{part}": text for part, text in group.door.items()}
    plain |= {f"facts.{fact.code}": fact.stated.value for fact in group.facts if fact.stated is not Value.NOT_CONFIRMED}
    plain |= {f"sessions.{each.id}": session_json(as_change(each)) for each in group.sessions}
    plain |= {"terms": sorted(term.code for term in group.terms), "languages": sorted(group.languages)}
    plain["last_confirmed_on"] = group.last_confirmed_on
    if group.capacity_state is None:  # what has run out is as good as not said
        plain["capacity_until"] = None
    return {name: as_json(value) for name, value in plain.items() if value not in (None, [])}


def as_change(session: SessionView) -> SessionChange:
    """Return a session as a change that leaves it as it is."""
    meeting = session.meeting
    return SessionChange(
        location_id=session.location_id,
        words=session.words,
        rule=meeting.rule,
        starts_at=meeting.starts_at,
        minutes=meeting.minutes,
        time_zone=meeting.time_zone,
        exceptions=meeting.exceptions,
        level=meeting.level,
        note=session.note,
    )


def session_json(change: SessionChange) -> dict[str, object]:
    """Return a session as plain JSON values; what is empty is left out."""
    plain = {name: getattr(change, name) for name in _SESSION_FIELDS}
    return {name: as_json(value) for name, value in plain.items() if value not in (None, ())}


def as_json(value: object) -> object:
    """Return one value as JSON has it."""
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, tuple):
        return [as_json(each) for each in value]
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, UUID) else value


def preview(before: Snapshot, changes: GroupChanges, *, today: date) -> dict[str, object]:
    """Return the snapshot as it will be once these (clean) changes are saved."""
    after = dict(before) | {name: as_json(value) for name, value in changes.fields.items()}
    after |= {f"facts.{code}": value.value for code, value in changes.facts.items()}
    after |= {f"sessions.{key}": change and session_json(change) for key, change in changes.sessions.items()}
    for name, codes in (("terms", changes.terms), ("languages", changes.languages)):
        if codes is not None:
            after[name] = sorted(set(codes))
    if changes.confirm:
        after["last_confirmed_on"] = today.isoformat()
    return {name: value for name, value in after.items() if value not in (None, [], Value.NOT_CONFIRMED.value)}


def difference(before: Snapshot, after: Snapshot) -> Difference:
    """Return what differs: field -> [before, after]; what is not there is None, a fact not there is not confirmed.

    Examples
    --------
    >>> difference({"name": "Tea"}, {"name": "Tea table", "facts.lift": "yes"})
    {'facts.lift': ['not_confirmed', 'yes'], 'name': ['Tea', 'Tea table']}
    """
    found: Difference = {}
    for name in sorted(before.keys() | after.keys()):
        empty = Value.NOT_CONFIRMED.value if name.startswith("facts.") else None
        pair = [before.get(name, empty), after.get(name, empty)]
        if pair[0] != pair[1]:
            found[name] = pair
    return found


def undo(changed: Difference) -> GroupChanges:
    """Return the changes that take a difference back; a status and a confirmation stay as they are."""
    old = {name: before for name, (before, _) in changed.items()}
    return GroupChanges(
        fields={name: _field(name, value) for name, value in old.items() if name in FIELDS},
        facts={name[6:]: Value(str(value)) for name, value in old.items() if name.startswith("facts.")},
        sessions={UUID(name[9:]): read_session(value) for name, value in old.items() if name.startswith("sessions.")},
        terms=_codes(old["terms"]) if "terms" in old else None,
        languages=_codes(old["languages"]) if "languages" in old else None,
    )


def _field(name: str, value: object) -> FieldValue:
    if name in DAYS and value is not None:
        return date.fromisoformat(str(value))
    return value if isinstance(value, str | int) else None


def _codes(value: object) -> tuple[str, ...]:
    return tuple(str(code) for code in value) if isinstance(value, list) else ()


def read_session(value: object) -> SessionChange | None:
    """Return a session of a snapshot as a change; None for none."""
    if not isinstance(value, dict):
        return None
    made = dict(value)
    made["starts_at"] = datetime.fromisoformat(made["starts_at"]) if made.get("starts_at") else None
    made["location_id"] = UUID(made["location_id"]) if made.get("location_id") else None
    made["exceptions"] = tuple(date.fromisoformat(day) for day in made.get("exceptions", ()))
    return SessionChange(**made)
