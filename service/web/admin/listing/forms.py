"""The edit form as text: what stands in its fields, and what an editor meant by it. Pure.

A form is a flat mapping of names to what is typed. It is written from a snapshot of a group and read against one; two
forms of the same group can be laid over each other when somebody else saved in between.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from uuid import UUID

from service.catalog.changes import FieldValue, GroupChanges, SessionChange, Snapshot, read_session
from service.catalog.facts import CODES, Value
from service.catalog.schedule import describe, rule_from_form
from service.catalog.when.plan import RESTS
from service.errors import Invalid, Problem
from service.web.admin.listing import lists

Typed = Mapping[str, str]
Problems = dict[str, Problem]

TEXTS = (
    ("name", "description", "what_happens", "who_for", "eligibility", "price_note", "how_to_join", "phone", "email")
    + ("url", "host", "alert")
    + ("door.getting_in", "door.who_meets_you", "door.where_you_sit", "door.leaving")
)
NUMBERS = ("age_min", "age_max", "group_size", "new_people_a_week")
PRICE = "price"  # typed in whole money, kept in pence
SESSION = ("freq", "day", "week", "start", "from", "until", "minutes", "level", "words", "off", "place", "rests") + (
    "rule",
)
LOOKED_UP = ("find_term", "find_place", "new_place_name", "new_place_street", "new_place_where")
EVERY = {"weekly": 1, "fortnightly": 2}
MOST_SESSIONS = 40  # read from one form
# What a check calls a field, and what the form calls it.
RENAMED = {
    "price_pence": PRICE,
    "terms": "find_term",
    "places": "find_place",
    "languages": lists.MORE_LANGUAGES,
    "prices": "price-0-option",
}
RENAMED_IN_SESSION = {
    "rule": "freq",
    "weekdays": "day",
    "nth": "week",
    "every": "freq",
    "starts_at": "from",
    "exceptions": "off",
    "moved": "off",
    "rests": "rests",
    "time_zone": "freq",
    "location_id": "place",
    "id": "freq",
    "note": "words",
}
_SESSION_NAME = re.compile(r"session-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-freq")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a reader of the form needs besides: the day, the time zone of a new meeting, names of languages by code."""

    today: date
    time_zone: str
    languages: Mapping[str, str] = field(default_factory=dict)


def field_name(name: str) -> str:
    """Return what the form calls a field of a snapshot or a problem."""
    if name.startswith("facts."):
        return f"fact_{name[6:]}"
    if name.startswith("sessions."):
        _, key, *rest = name.split(".")
        return f"session-{key}-{RENAMED_IN_SESSION.get(rest[0], rest[0]) if rest else 'freq'}"
    return RENAMED.get(name, name).replace(".", "-")  # of a price too: prices.0.amount is price-0-amount


def written(snapshot: Snapshot, new_session: UUID | None = None) -> dict[str, str]:
    """Fill the form in as the group is; `new_session` adds the empty fields of one more meeting."""
    form = {field_name(name): _text(snapshot.get(name)) for name in (*TEXTS, *NUMBERS)}
    pence = snapshot.get("price_pence")
    form[PRICE] = lists.money(pence) if isinstance(pence, int) else ""
    form |= {f"fact_{code}": _text(snapshot.get(f"facts.{code}", Value.NOT_CONFIRMED)) for code in CODES}
    form |= lists.written(snapshot) | dict.fromkeys(LOOKED_UP, "")
    for name, value in snapshot.items():
        if name.startswith("sessions."):
            form |= _session_form(name[9:], read_session(value))
    return form | (_session_form(str(new_session), None) if new_session else {})


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _session_form(key: str, session: SessionChange | None) -> dict[str, str]:
    told = dict.fromkeys(SESSION, "") if session is None else _told(session)
    return {f"session-{key}-{name}": text for name, text in told.items()}


def _told(session: SessionChange) -> dict[str, str]:
    freq, day, week, until = _pattern(session)
    start = session.starts_at
    return {
        "freq": freq,
        "day": day,
        "week": week,
        "until": until,
        "start": f"{start:%H:%M}" if start else "",
        "from": start.date().isoformat() if start else "",
        "minutes": _text(session.minutes),
        "level": _text(session.level),
        "words": session.words or "",
        "off": ", ".join(day.isoformat() for day in session.exceptions),
        "place": _text(session.location_id),
        "rests": " ".join(session.rests),
        "rule": session.rule or "" if freq == "other" else "",  # a rhythm that no other field can hold
    }


def _pattern(session: SessionChange) -> tuple[str, str, str, str]:
    """Return how often, which day, which week of the month and until when, as the form says it."""
    parts = describe(session.rule, session.starts_at)
    until = parts.until.isoformat() if parts.until else ""
    if session.rule is None:
        return "once" if session.starts_at else "words", "", "", ""
    if len(parts.weekdays) == 1:
        day = str(parts.weekdays[0])
        if parts.repeat == "weekly" and parts.every in EVERY.values():
            return "weekly" if parts.every == 1 else "fortnightly", day, "", until
        if parts.repeat == "monthly" and parts.every == 1:
            return "monthly", day, str(parts.nth), until
    return "other", "", "", ""


def filled(typed: Typed, key: str, session: SessionChange) -> dict[str, str]:
    """Fill in when one meeting is; how big a step it is, and its words, stay as typed."""
    told = {name: text for name, text in _told(session).items() if name not in ("level", "words", "place")}
    return {**typed, **{f"session-{key}-{name}": text for name, text in told.items()}}


def merged(mine: Typed, base: Typed, theirs: Typed) -> dict[str, str]:
    """Lay what I changed since `base` over what is saved now."""
    own = {name: text for name, text in mine.items() if tidy(text) != tidy(base[name] if name in base else _new(name))}
    return {**theirs, **own}


def _new(name: str) -> str:
    """Return what stood in a field that a listing did not have: nothing in a tick; of another, no text is that."""
    return "" if name.startswith(lists.TICKED) else "\0"


def tidy(text: str) -> str:
    """Make texts alike that only a browser made differ: line ends, blanks around, signs that no page can show."""
    return _UNSEEN.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def read(typed: Typed, before: Snapshot, around: Around, new_places: Collection[UUID] = ()) -> GroupChanges:
    """Return what the editor meant; `new_places` are made in the same save.

    Raises
    ------
    Invalid
        With a problem for each field of the form that could not be read: `not_a_number`, `not_money`, `not_a_time`,
        `not_a_day`, `not_days`, `not_a_choice`, `needed`, `choose_weekday`, `choose_nth`, `too_many`,
        `unknown_language`, `until_needed`.
    """
    problems: Problems = {}
    fields: dict[str, FieldValue] = {name: typed[field_name(name)] for name in TEXTS if field_name(name) in typed}
    for name in NUMBERS:
        if name in typed:
            fields[name] = _number(typed[name], name, problems)
    if PRICE in typed:
        fields["price_pence"] = lists.pence(typed[PRICE], PRICE, problems)
    facts = {code: _value(typed[f"fact_{code}"], f"fact_{code}", problems) for code in CODES if f"fact_{code}" in typed}
    if typed.get("mode"):
        fields["mode"] = typed["mode"]
    fields |= lists.capacity(typed, before, around.today, problems)
    meant = GroupChanges(
        fields=fields,
        facts=facts,
        sessions=_sessions(typed, before, around, problems),
        terms=lists.terms(typed, problems),
        languages=lists.languages(typed, around.languages, problems),
        places=lists.places(typed, new_places),
        prices=lists.prices(typed, before, problems),
        confirm=typed.get("confirm") == "yes",
    )
    if problems:
        raise Invalid("invalid", fields=problems)
    return meant


def _number(text: str, name: str, problems: Problems) -> int | None:
    plain = text.strip()
    if not plain:
        return None
    if re.fullmatch(r"\d{1,6}", plain, re.ASCII):
        return int(plain)
    problems[name] = Problem("not_a_number")
    return None


def _value(text: str, name: str, problems: Problems) -> Value:
    if text in tuple(Value):
        return Value(text)
    problems[name] = Problem("not_a_choice")
    return Value.NOT_CONFIRMED


def session_keys(typed: Typed) -> list[str]:
    """Return the ids of the meetings that a form has."""
    return [match[1] for match in map(_SESSION_NAME.fullmatch, typed) if match][:MOST_SESSIONS]


def _sessions(typed: Typed, before: Snapshot, around: Around, problems: Problems) -> dict[UUID, SessionChange | None]:
    found: dict[UUID, SessionChange | None] = {}
    for key in session_keys(typed):
        old = read_session(before.get(f"sessions.{key}"))
        fields = {name: typed.get(f"session-{key}-{name}", "").strip() for name in SESSION}
        if not fields["freq"]:
            if old is not None:
                found[UUID(key)] = None
            continue
        wrong: Problems = {}
        found[UUID(key)] = _session(fields, old, around, wrong)
        problems |= {f"session-{key}-{name}": problem for name, problem in wrong.items()}
    return found


def _session(fields: Typed, old: SessionChange | None, around: Around, wrong: Problems) -> SessionChange:
    if old is not None and fields == {name: tidy(text) for name, text in _told(old).items()}:
        return old
    return replace(
        old or SessionChange(time_zone=around.time_zone),
        rule=_rule(fields, old, wrong),
        starts_at=_starts(fields, around.today, wrong),
        minutes=_number(fields["minutes"], "minutes", wrong),
        level=_number(fields["level"], "level", wrong),
        words=fields["words"] or None,
        exceptions=_days(fields["off"], wrong),
        location_id=_place(fields["place"], wrong),
        rests=_rests(fields["rests"], wrong),
    )


def _place(text: str, wrong: Problems) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        wrong["place"] = Problem("not_a_choice")
        return None


def _rests(text: str, wrong: Problems) -> tuple[str, ...]:
    found = tuple(text.split())
    if not set(found) <= set(RESTS):
        wrong["rests"] = Problem("not_a_choice")
    return found


def _rule(fields: Typed, old: SessionChange | None, wrong: Problems) -> str | None:
    freq = fields["freq"]
    if freq in ("once", "words"):
        return None
    if freq == "other" and (fields["rule"] or old):
        return fields["rule"] or (old.rule if old else None)
    if old is not None and (freq, fields["day"], fields["week"], fields["until"]) == _pattern(old):
        return old.rule
    if freq not in (*EVERY, "monthly"):
        wrong["freq"] = Problem("not_a_choice")
        return None
    until = _day(fields["until"], "until", wrong)
    weekdays = [int(fields["day"])] if re.fullmatch("[0-6]", fields["day"]) else []
    nth = int(fields["week"]) if re.fullmatch("-1|[1-5]", fields["week"]) else None
    try:
        if freq == "monthly":
            return rule_from_form(repeat="monthly", weekdays=weekdays, nth=nth, until=until)
        return rule_from_form(repeat="weekly", weekdays=weekdays, every=EVERY[freq], until=until)
    except Invalid as refused:
        wrong |= {RENAMED_IN_SESSION[name]: problem for name, problem in refused.fields.items()}
        return None


def _starts(fields: Typed, today: date, wrong: Problems) -> datetime | None:
    """A meeting that goes on may leave its first day open: it begins today."""
    if fields["freq"] == "words":
        return None
    if fields["freq"] == "once" and not fields["from"]:
        wrong["from"] = Problem("needed")
    day = _day(fields["from"], "from", wrong) or today
    match = _TIME.fullmatch(fields["start"])
    if match and int(match[1]) < 24 and int(match[2]) < 60:
        return datetime.combine(day, time(int(match[1]), int(match[2])))
    wrong["start"] = Problem("not_a_time" if fields["start"] else "needed")
    return None


def _day(text: str, name: str, wrong: Problems) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        wrong[name] = Problem("not_a_day")
        return None


def _days(text: str, wrong: Problems) -> tuple[date, ...]:
    days = []
    for part in re.split(r"[,;\s]+", text)[:500]:
        try:
            days += [date.fromisoformat(part)] if part else []
        except ValueError:
            wrong["off"] = Problem("not_days", {"text": part[:20]})
    return tuple(days)
