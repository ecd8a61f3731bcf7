"""What is known of a service or a place and has no field of its own in HSDS, as attributes with a term each. Pure."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from service.catalog.facts import CONFIDENTIAL, Value
from service.catalog.shared_views import EXACT, SharedArea, SharedGroup
from service.catalog.views import FactView, PlaceView, SessionView
from service.interop.hsds.labels import name_of
from service.interop.hsds.shape import Thing, Writer, derived, told
from service.interop.hsds.terms import FACT


def attribute(
    writer: Writer,
    entity: str,
    link_id: object,
    code: str,
    *,
    value: object = None,
    label: str | None = None,
    of: str = "",
) -> Thing | None:
    """Return one attribute; None for a code that is on none of our lists. `of` tells two of one code apart."""
    term = writer.vocabulary.term(code)
    if term is None:
        return None
    return told(
        {
            "id": derived("attribute", entity, link_id, code, of),
            "link_id": str(link_id),
            "link_entity": entity,
            "link_type": term["taxonomy"],
            "taxonomy_term_id": term["id"],
            "value": None if value is None else str(value),
            "label": label,
            "taxonomy_term": term,
        }
    )


def of_service(shared: SharedGroup, writer: Writer) -> list[Thing]:
    """Return the attributes of a service: its terms, its facts, and what else is known."""
    found = [*_terms(shared, writer), *_facts(shared, writer), *_more(shared, writer)]
    return [one for one in found if one is not None]


def of_place(place: PlaceView, writer: Writer) -> list[Thing]:
    """Return the attributes of a place: its facts, and how exactly it is known."""
    stated = [fact for fact in place.facts if is_told(fact)]
    found = [one for fact in stated for one in _fact(writer, "location", place.id, fact, month(fact))]
    if place.precision != EXACT and place.latitude is not None:
        found += _plain("location", place.id, {"precision": place.precision}, writer)
    return [one for one in found if one is not None]


def of_area(area: SharedArea, writer: Writer) -> list[Thing]:
    """Return the attributes of an area: the circle itself, for the shape that is told of it is an approximation."""
    if area.latitude is None or area.longitude is None or area.radius_km is None:
        return []
    return _plain("service_area", area.id, {"circle": f"{area.latitude} {area.longitude} {area.radius_km}"}, writer)


def of_schedule(session: SessionView, link_id: str, writer: Writer, *, rule: str | None) -> list[Thing]:
    """Return the attributes of a schedule: its time zone, what it asks of one, and what HSDS has no way to say."""
    meeting = session.meeting
    zone = meeting.time_zone if meeting.starts_at is not None else None
    coming = ",".join(day.isoformat() for day in sorted(meeting.exceptions) if day >= writer.today)
    return _plain(
        "schedule", link_id, {"timezone": zone, "level": meeting.level, "rule": rule, "not_on": coming or None}, writer
    )


def _plain(entity: str, link_id: object, known: Mapping[str, object], writer: Writer) -> list[Thing]:
    found = [
        attribute(writer, entity, link_id, f"{FACT}.{code}", value=value, label=name_of(code))
        for code, value in known.items()
        if value is not None
    ]
    return [one for one in found if one is not None]


def is_told(fact: FactView) -> bool:
    """Whether it is known today; what is not confirmed is not told."""
    return fact.code != CONFIDENTIAL and fact.value is not Value.NOT_CONFIRMED


def month(fact: FactView, *, year_only: bool = False) -> str:
    """Return when a fact was confirmed, as exactly as others are told."""
    return f"{fact.confirmed_on:%Y}" if year_only else f"{fact.confirmed_on:%Y-%m}"


def in_words(fact: FactView) -> str:
    """Return a fact in a few words."""
    return name_of(fact.code) if fact.value is Value.YES else f"{name_of(fact.code)}: no"


def _terms(shared: SharedGroup, writer: Writer) -> Iterator[Thing | None]:
    view = shared.view
    for code in dict.fromkeys((*(term.code for term in view.terms), f"format.{view.mode}")):
        term = writer.vocabulary.term(code)
        if term is not None:
            yield attribute(writer, "service", view.id, code, value=term["code"], label=term["name"])


def _facts(shared: SharedGroup, writer: Writer) -> Iterator[Thing | None]:
    view = shared.view
    for fact in view.facts:
        if is_told(fact):
            yield from _fact(writer, "service", view.id, fact, month(fact, year_only=view.dates_by_year(fact)))


def _fact(writer: Writer, entity: str, link_id: UUID, fact: FactView, when: str) -> Iterator[Thing | None]:
    made = attribute(writer, entity, link_id, f"{FACT}.{fact.code}", value=fact.value.value, label=in_words(fact))
    yield made
    if made is not None:
        on = when if len(when) == len("2026") else fact.confirmed_on.isoformat()
        yield attribute(writer, "attribute", made["id"], f"{FACT}.confirmed_on", value=on, label=f"confirmed {when}")


def _more(shared: SharedGroup, writer: Writer) -> Iterator[Thing | None]:
    view = shared.view
    stated = {fact.code for fact in view.facts if is_told(fact)}
    known: list[tuple[str, object]] = [("group_size", view.group_size), ("vetting_level", shared.organisation.vetting)]
    if view.restriction is not None and view.restriction not in stated:
        known.append((view.restriction, Value.YES.value))
    if view.capacity_state == "waiting_list" and "waiting_list" not in stated:
        known.append(("waiting_list", Value.YES.value))
    for code, value in known:
        if value is not None:
            yield attribute(writer, "service", view.id, f"{FACT}.{code}", value=value, label=name_of(code))
    for barrier in view.removes:
        yield attribute(
            writer, "service", view.id, f"{FACT}.removes", value=barrier, label=name_of("removes"), of=barrier
        )
