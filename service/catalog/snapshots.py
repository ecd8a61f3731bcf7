"""What can be changed of a group, as one flat mapping of plain values, and what differs between two of them. Pure.

A group is compared as a *snapshot*: `name`, `door.leaving`, `facts.step_free`, `sessions.<id>`. The page that asks "is
this what you want?" and the revision that is kept are both made from it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime
from uuid import UUID

from service.catalog.facts import Value
from service.catalog.views import GroupView, SessionView

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
    "new_people_a_week": (1, 1000),
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
MOST_MOVED = 60
LISTS = ("terms", "languages", "places", "prices")
MOST_PLACES = 20
MOST_PRICES = 8
LONGEST_WORDS = 500
YEARS = range(1970, 2200)


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
    rests: tuple[str, ...] = ()
    moved: tuple[tuple[date, datetime], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceChange:
    """One way to pay as it shall be, in the group's own currency."""

    option: str
    amount_pence: int
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
    terms, languages, places, prices : tuple or None
        The whole list; None leaves it. Places are ids.
    confirm : bool
        The editor asked, and all that is stated is still right today.
    """

    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    facts: Mapping[str, Value] = field(default_factory=dict)
    sessions: Mapping[UUID, SessionChange | None] = field(default_factory=dict)
    terms: tuple[str, ...] | None = None
    languages: tuple[str, ...] | None = None
    places: tuple[UUID, ...] | None = None
    prices: tuple[PriceChange, ...] | None = None
    confirm: bool = False


_PLAIN = (str, int, float, type(None))
_SESSION_FIELDS = [each.name for each in fields(SessionChange)]


def snapshot(group: GroupView) -> dict[str, object]:
    """Return what an editor can change of a group, and its status, as plain JSON values; what is empty is left out."""
    plain = {name: getattr(group, name) for name in (*FIELDS, "status") if "." not in name}
    plain |= {f"door.{part}": text for part, text in group.door.items()}
    plain |= {f"facts.{fact.code}": fact.stated.value for fact in group.facts if fact.stated is not Value.NOT_CONFIRMED}
    plain |= {f"sessions.{each.id}": session_json(as_change(each)) for each in group.sessions}
    plain |= {"terms": sorted(term.code for term in group.terms), "languages": sorted(group.languages)}
    plain["places"] = sorted(str(place.id) for place in group.places)
    prices = (PriceChange(option=one.option, amount_pence=one.amount_pence, note=one.note) for one in group.prices)
    plain["prices"] = prices_json(prices)
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
        rests=meeting.rests,
        moved=meeting.moved,
    )


def session_json(change: SessionChange) -> dict[str, object]:
    """Return a session as plain JSON values; what is empty is left out."""
    said = ((name, getattr(change, name)) for name in _SESSION_FIELDS)
    return {name: as_json(value) for name, value in said if value not in (None, ())}


def moved_json(change: SessionChange) -> list[list[str]]:
    """Return the meetings that were moved as they are stored."""
    return [[day.isoformat(), at.isoformat(timespec="minutes")] for day, at in change.moved]


def prices_json(prices: Iterable[PriceChange]) -> list[dict[str, object]]:
    """Return ways to pay as plain JSON values, in the order in which they are shown."""
    ordered = sorted(prices, key=lambda one: (one.option, one.amount_pence, one.note or ""))
    return [{name: value for name, value in asdict(one).items() if value is not None} for one in ordered]


def as_json(value: object) -> object:
    """Return one value as JSON has it."""
    if isinstance(value, _PLAIN):
        return value
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
    if changes.places is not None:
        after["places"] = sorted(str(place) for place in set(changes.places))
    if changes.prices is not None:
        after["prices"] = prices_json(changes.prices)
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
        places=tuple(UUID(place) for place in _codes(old["places"])) if "places" in old else None,
        prices=read_prices(old["prices"]) if "prices" in old else None,
    )


def _field(name: str, value: object) -> FieldValue:
    if name in DAYS and value is not None:
        return date.fromisoformat(str(value))
    return value if isinstance(value, str | int) else None


def _codes(value: object) -> tuple[str, ...]:
    return tuple(str(code) for code in value) if isinstance(value, list) else ()


def read_prices(value: object) -> tuple[PriceChange, ...]:
    """Return the ways to pay of a snapshot."""
    return tuple(PriceChange(**one) for one in value) if isinstance(value, list) else ()


def read_session(value: object) -> SessionChange | None:
    """Return a session of a snapshot as a change; None for none."""
    if not isinstance(value, dict):
        return None
    made = dict(value)
    made["starts_at"] = datetime.fromisoformat(made["starts_at"]) if made.get("starts_at") else None
    made["location_id"] = UUID(made["location_id"]) if made.get("location_id") else None
    made["exceptions"] = tuple(date.fromisoformat(day) for day in made.get("exceptions", ()))
    made["rests"] = tuple(made.get("rests", ()))
    moved = made.get("moved", ())
    made["moved"] = tuple((date.fromisoformat(day), datetime.fromisoformat(at)) for day, at in moved)
    return SessionChange(**made)
