"""An incoming group as plain values that can be weighed; what may not be kept is left out, and said. Pure."""

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from service.catalog.changes import TEXTS, GroupChanges, SessionChange, as_json, clean, session_json
from service.catalog.facts import Value
from service.catalog.importing.files.incoming import (
    IncomingArea,
    IncomingGroup,
    IncomingIdentifier,
    IncomingPlace,
    Remark,
)
from service.catalog.words.taxonomy import Taxonomy
from service.errors import Invalid

NAMESPACE = UUID("0f6f0a7e-4d53-5d0e-8a35-9c1f2b7d6e10")  # of imported rows; never changes
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
STATUS = {"active": "published", "paused": "paused", "closed": "archived"}
FAR_DEGREES = 0.5  # a position farther from its own postcode is mistaken
NOT_OF_A_PLACE = ("key", "facts", "identifier")
PLACE_FIELDS = tuple(one.name for one in fields(IncomingPlace) if one.name not in NOT_OF_A_PLACE)
# Columns of a group that no page changes, and what stands there when nothing is said.
MORE = {"funding": None, "capacity_maximum": None, "removes": (), "confirmed_precision": "day", "currency": None}
Spot = tuple[float, float, str]  # latitude, longitude, precision
Locate = Callable[[str], Spot | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is the same for every row of a run.

    Attributes
    ----------
    source : str
        Its name.
    trusted : bool
    country, zone, currency : str
        Where a row does not say.
    terms : mapping
        Code or plain label -> code.
    locate : callable
        Where a postcode is.
    taxonomy : Taxonomy or None
        What else people call a term.
    """

    source: str
    trusted: bool
    country: str
    zone: str
    currency: str
    today: date
    terms: Mapping[str, str] = field(default_factory=dict)
    locate: Locate = lambda _code: None
    taxonomy: Taxonomy | None = None

    def term(self, words: str) -> str | None:
        """Return the term of a code, a label or an everyday word; None for words that nobody knows."""
        known = self.terms.get(" ".join(words.casefold().split()))
        if known is None and self.taxonomy is not None:
            return next(iter(self.taxonomy.spot_exact(words)), None)
        return known


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What a row says, ready to be weighed."""

    values: dict[str, object]
    remarks: tuple[Remark, ...]
    refused: bool = False
    numbers: Mapping[UUID, IncomingIdentifier] = field(default_factory=dict)  # of its places, in registers


def made_id(*parts: str) -> UUID:
    """Return the id of an imported row: always the same for the same thing.

    >>> made_id("group", "council", "1") == made_id("group", "council", "1")
    True
    """
    return uuid5(NAMESPACE, json.dumps(parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """Which ids of a source may be ours: those of nobody else's places, meetings and areas."""

    places: Collection[str] = ()
    parts: Collection[str] = ()
    before: Mapping[str, object] = field(default_factory=dict)  # what was said: what has an id keeps it

    def place(self, key: str) -> UUID | None:
        """Return the id of a place."""
        return own_id(key) if key in self.places else None

    def part(self, key: str | None) -> UUID | None:
        """Return the id of a meeting or an area."""
        return own_id(key) if key and key in self.parts else None


def own_id(identifier: str) -> UUID | None:
    """Return an id that is one as it stands."""
    try:
        made = UUID(identifier)
    except ValueError:
        return None
    return made if str(made) == identifier else None


def spoken(group: IncomingGroup, group_id: UUID, setting: Setting, own: Own = Own()) -> Spoken:  # frozen
    """Return what a group says, checked as an editor's own words are."""
    remarks = list(group.remarks)

    def remark(column: str, code: str, said: str = "", **params: object) -> None:
        remarks.append(Remark(row=group.row, column=column, code=code, params=params, said=said))

    ids = _place_ids(group, setting.source, own)
    places = _places(group, ids, setting, remark)
    changes = _clean(group, _sessions(group, group_id, ids, setting, own), setting.today, remark)
    if changes is None:
        refusal = replace(remarks.pop(), refused=True)
        return Spoken(values={}, remarks=(*remarks, refusal), refused=True)
    said: dict[str, object] = {name: as_json(changes.fields.get(name)) for name in group.fields}
    said |= {f"facts.{c}": v.value if v is not Value.NOT_CONFIRMED else None for c, v in group.facts.items()}
    said |= {f"sessions.{key}": session_json(each) for key, each in changes.sessions.items() if each}
    if group.places is not None:
        said["places"] = [{"id": str(key), **known} for key, known in sorted(places.items())] or None
    if group.prices is not None:
        said["prices"] = _prices(group, setting) or None
    said |= _lists(group, setting, remark) | _beside(group, group_id, ids, setting, own)
    if group.confirmed_on is not None:
        said["last_confirmed_on"] = _dated(group.confirmed_on, setting.today, remark)
    if setting.trusted:
        said["status"] = STATUS[group.state]
    elif group.state != "active":
        remark("status", "source_says_closed")
    numbers = {ids[place.key]: place.identifier for place in group.places or () if place.identifier is not None}
    return Spoken(values=said, remarks=tuple(remarks), numbers=numbers)


Remarking = Callable[..., None]


def _dated(day: date, today: date, remark: Remarking) -> str | None:
    if day > today:
        remark("confirmed_on", "in_future")
        return None
    return day.isoformat()


def _lists(group: IncomingGroup, setting: Setting, remark: Remarking) -> dict[str, object]:
    said: dict[str, object] = {}
    if group.terms is not None:
        found = {term: setting.term(term) for term in group.terms}
        said["terms"] = sorted({code for code in found.values() if code}) or None
        unknown = [term for term, code in found.items() if code is None]
        if unknown:
            remark("terms", "unknown_terms", said=", ".join(unknown)[:80], count=len(unknown))
    if group.languages is not None:
        good = {each for each in group.languages if LANGUAGE.fullmatch(each)}
        said["languages"] = sorted(good) or None
        if len(good) < len(set(group.languages)):
            remark("languages", "unknown_language")
    return said


def _prices(group: IncomingGroup, setting: Setting) -> list[dict[str, object]]:
    made = [
        {"option": one.option, "amount_pence": one.amount_pence, "currency": one.currency or setting.currency}
        | ({"note": one.note} if one.note else {})
        for one in group.prices or ()
    ]
    return sorted(made, key=ordered)


def ordered(one: Any) -> str:
    """Return by what the parts of a list are ordered, whatever a database thinks of letters."""
    return json.dumps(one, sort_keys=True)


def _beside(
    group: IncomingGroup, group_id: UUID, ids: Mapping[str, UUID], setting: Setting, own: Own
) -> dict[str, object]:
    """Return what no page of an editor changes: the organisation, areas, days of facts, facts of places."""
    said: dict[str, object] = {
        f"organisation.{name}": getattr(group.organisation, name) for name in group.organisation.told
    }
    said |= {f"facts_on.{code}": day.isoformat() for code, day in group.fact_days.items() if day <= setting.today}
    said |= {name: as_json(value) for name, value in group.more.items()}
    if group.complete:
        said["currency"] = group.more.get("currency") or setting.currency
    if group.areas is not None:
        said["areas"] = sorted((_area(one, group_id, own) for one in group.areas), key=ordered) or None
    stated = {str(ids[place.key]): _stated(place, setting.today) for place in group.places or () if place.facts}
    return said | ({"place_facts": stated} if stated else {})


def _stated(place: IncomingPlace, today: date) -> dict[str, list[str]]:
    return {
        code: [value.value, min(day or today, today).isoformat()] for code, (value, day) in sorted(place.facts.items())
    }


def _area(one: IncomingArea, group_id: UUID, own: Own) -> dict[str, object]:
    made = own.part(one.key) or made_id("area", str(group_id), one.key)
    known = {name: getattr(one, name) for name in ("name", "code", "latitude", "longitude", "radius_km")}
    return {"id": str(made), **{name: value for name, value in known.items() if value is not None}}


def _place_ids(group: IncomingGroup, source: str, own: Own) -> dict[str, UUID]:
    """Return the id of each place: the one it had, the source's own, or one made from it."""
    listed = own.before.get("places")
    had = {str(one["id"]) for one in listed} if isinstance(listed, list) else set()
    found = {}
    for place in group.places or ():
        made = place_id(group, place.key, source)
        found[place.key] = made if str(made) in had else own.place(place.key) or made
    return found


def _places(
    group: IncomingGroup, ids: Mapping[str, UUID], setting: Setting, remark: Remarking
) -> dict[UUID, dict[str, Any]]:
    found: dict[UUID, dict[str, Any]] = {}
    for place in group.places or ():
        known = {name: getattr(place, name) for name in PLACE_FIELDS}
        known["country"] = place.country or setting.country
        known |= _position(place, setting, remark)
        found[ids[place.key]] = {name: value for name, value in known.items() if value is not None}
    return found


def place_id(group: IncomingGroup, key: str, source: str) -> UUID:
    """Return the id that is made for a place: a list's own place of each row, or one that several records share."""
    shared = () if group.complete else (group.source_id,)
    return made_id("location", source, *shared, key)


def _position(place: IncomingPlace, setting: Setting, remark: Remarking) -> dict[str, Any]:
    """Return where a place is: as said, unless that is nowhere or far from its own postcode."""
    at = (place.latitude, place.longitude)
    by_code = setting.locate(place.postal_code) if place.postal_code else None
    stated = None if at[0] is None or at[1] is None else (at[0], at[1])
    if stated == (0.0, 0.0):
        remark("latitude", "nowhere")
        stated = None
    if stated and by_code and max(abs(stated[0] - by_code[0]), abs(stated[1] - by_code[1])) > FAR_DEGREES:
        remark("latitude", "far_from_postcode")
        stated = None
    if stated is not None:
        return {"latitude": stated[0], "longitude": stated[1], "precision": place.precision}
    if place.postal_code and not by_code:
        remark("postal_code", "place_unknown", place=place.postal_code)
    if by_code is not None:
        return {"latitude": by_code[0], "longitude": by_code[1], "precision": by_code[2]}
    return {"latitude": None, "longitude": None, "precision": place.precision}


def _sessions(
    group: IncomingGroup, group_id: UUID, ids: Mapping[str, UUID], setting: Setting, own: Own
) -> dict[UUID, SessionChange]:
    made = {}
    for one in group.sessions or ():
        key = made_id("session", str(group_id), one.key)
        if f"sessions.{key}" not in own.before:
            key = own.part(one.own) or key
        made[key] = SessionChange(
            location_id=ids.get(one.place) if one.place else one.location,
            words=one.words,
            rule=one.rule,
            starts_at=one.starts_at,
            minutes=one.minutes,
            time_zone=one.time_zone or setting.zone,
            exceptions=one.exceptions,
            moved=one.moved,
            rests=one.rests,
            level=one.level,
            note=one.note,
        )
    return made


def _clean(
    group: IncomingGroup, sessions: dict[UUID, SessionChange], today: date, remark: Remarking
) -> GroupChanges | None:
    """Return what may be kept; None where not even the name may: the last remark says why."""
    said = dict(group.fields)
    for name, limit in TEXTS.items():
        value = said.get(name)
        if isinstance(value, str) and len(value) > limit:
            remark(name, "cut", limit=limit, length=len(value))
            said[name] = value[: limit - 1].rstrip() + "…"
    wanted = GroupChanges(fields=said, sessions=dict(sessions))
    for _ in range(3):
        try:
            return clean(wanted, before={}, today=today)
        except Invalid as refused:
            wanted = _without(wanted, refused, remark)
        if "name" not in wanted.fields:
            return None
    remark("name", "unreadable")
    return None


def _without(wanted: GroupChanges, refused: Invalid, remark: Remarking) -> GroupChanges:
    """Leave out what was refused: a field, or of a session all but its words."""
    kept, sessions = dict(wanted.fields), dict(wanted.sessions)
    name_last = sorted(refused.fields.items(), key=lambda item: item[0] == "name")
    for name, problem in name_last:
        remark(name.split(".")[-1] if name.startswith("sessions.") else name, problem.code, **problem.params)
        if not name.startswith("sessions."):
            kept.pop(name, None)
            continue
        key = UUID(name.split(".")[1]) if "." in name else None
        change = sessions.pop(key, None) if key else None
        if key and change and change.words and not name.endswith(".words"):
            sessions[key] = SessionChange(
                location_id=change.location_id, words=change.words, time_zone=change.time_zone
            )
    return replace(wanted, fields=kept, sessions=sessions)
