"""What a change does to the rows of a group. Only operations call it; it neither checks rights nor keeps a record."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Role
from service.catalog import models as m
from service.catalog.changes import GroupChanges, PriceChange, SessionChange
from service.catalog.facts import Source, Value
from service.catalog.snapshots import moved_json
from service.errors import Invalid, Problem


def apply(session: Session, group: m.Group, changes: GroupChanges, actor: Actor, today: date) -> None:
    """Change a group's row and all that hangs on it, as was said; what cannot be kept is `Invalid`."""
    for name, value in changes.fields.items():
        if name.startswith("door."):
            group.door = {key: str(text) for key, text in {**group.door, name[5:]: value}.items() if text}
        else:
            setattr(group, name, value)
    for code, said in changes.facts.items():
        state(group, code, said, actor, today)
    if changes.confirm:
        _confirm(group, actor, today)
    if changes.places is not None:
        _set_places(session, group, changes)
    known = {place.location_id for place in group.places}
    for key, change in changes.sessions.items():
        _set_session(session, group, key, change, known)
    _set_lists(session, group, changes)


def _set_lists(session: Session, group: m.Group, changes: GroupChanges) -> None:
    if changes.terms is not None:
        _set_terms(session, group, changes.terms)
    if changes.prices is not None:
        _set_prices(group, changes.prices)
    if changes.languages is not None:
        spoken = {language.code: language for language in group.languages}
        wanted = dict.fromkeys(changes.languages)
        group.languages = [spoken.get(code) or m.GroupLanguage(code=code) for code in wanted]


def state(group: m.Group | m.Location, code: str, said: Value, actor: Actor, today: date) -> None:
    """Set one fact as the editor was told it today; what is not confirmed has no row."""
    row = next((fact for fact in group.facts if fact.code == code), None)
    if said is Value.NOT_CONFIRMED:
        if row is not None:
            group.facts.remove(row)
        return
    if row is None:
        row = m.Fact(code=code)
        group.facts.append(row)
    elif row.value == said.value:
        return
    row.value, row.amount, row.note = said.value, None, None
    _told(row, actor, today)


def _told(row: m.Fact, actor: Actor, today: date) -> None:
    said_by = Source.LEADER if actor.role is Role.GROUP_LEADER else Source.EDITOR_CALL
    row.source, row.confirmed_on, row.confirmed_by_role = said_by.value, today, actor.role.value


def _confirm(group: m.Group, actor: Actor, today: date) -> None:
    """Everything stated of the group is still right today."""
    group.last_confirmed_on, group.confirmed_precision, group.confirmed_by = today, "day", actor.role.value
    for row in group.facts:
        if row.value != Value.NOT_CONFIRMED.value:
            _told(row, actor, today)


def _set_session(
    session: Session, group: m.Group, key: UUID, change: SessionChange | None, known_places: Collection[UUID]
) -> None:
    row = next((each for each in group.sessions if each.id == key), None)
    if change is None:
        if row is not None:
            group.sessions.remove(row)
        return
    if change.location_id is not None and change.location_id not in known_places:
        raise Invalid("invalid", fields={f"sessions.{key}.location_id": Problem("unknown_place")})
    if row is None:
        if session.get(m.Session, key) is not None:  # an id of another group's
            raise Invalid("invalid", fields={f"sessions.{key}.id": Problem("unknown_session")})
        row = m.Session(id=key, position=max((each.position for each in group.sessions), default=-1) + 1)
        group.sessions.append(row)
    for name in ("location_id", "words", "rule", "starts_at", "minutes", "time_zone", "level", "note"):
        setattr(row, name, getattr(change, name))
    row.exceptions, row.rests = [day.isoformat() for day in change.exceptions], list(change.rests)
    row.moved = moved_json(change)


def _set_terms(session: Session, group: m.Group, codes: Sequence[str]) -> None:
    found = select(m.Term.code, m.Term.replaced_by).where(m.Term.code.in_(dict.fromkeys(codes)))
    standing = {code: replaced_by or code for code, replaced_by in session.execute(found)}
    if strange := sorted(set(codes) - set(standing)):
        raise Invalid("invalid", fields={"terms": Problem("unknown_term", {"codes": strange})})
    wanted = dict.fromkeys(standing[code] for code in codes)
    here = {term.code: term for term in group.terms}
    group.terms = [here.get(code) or m.GroupTerm(code=code, source="editor", weight=1.0) for code in wanted]


def _set_places(session: Session, group: m.Group, changes: GroupChanges) -> None:
    """Set where a group meets; a place that a meeting still names stays."""
    wanted = dict.fromkeys(changes.places or ())
    known = set(session.scalars(select(m.Location.id).where(m.Location.id.in_(wanted))))
    if set(wanted) - known:
        raise Invalid("invalid", fields={"places": Problem("unknown_place")})
    meets = {each.id: each.location_id for each in group.sessions}
    meets |= {key: change.location_id if change else None for key, change in changes.sessions.items()}
    here = {place.location_id: place for place in group.places}
    if (set(here) - set(wanted)) & {place for place in meets.values() if place}:
        raise Invalid("invalid", fields={"places": Problem("place_met_at")})
    group.places = [here.get(place) or m.GroupLocation(location_id=place) for place in wanted]


def _set_prices(group: m.Group, prices: Sequence[PriceChange]) -> None:
    """Set the ways to pay; one that is called the same stays the same row, with what else is known of it."""
    known = {price.option: price for price in group.prices}
    kept = []
    for change in prices:
        row = known.pop(change.option, None) or m.Price(option=change.option, currency=group.currency)
        row.amount_pence, row.note = change.amount_pence, change.note
        kept.append(row)
    group.prices = kept
