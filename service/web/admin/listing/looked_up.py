"""What the edit form looks up in the catalogue: names of places and interests, what was searched, and a new place."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from service.catalog.editing.keeping import Save
from service.catalog.editing.places import PlaceChanges, PlaceLine, create_place, place_lines, search_places
from service.catalog.views import GroupView
from service.db import db
from service.errors import Invalid, Problem
from service.web.admin.listing import edit_parts, lists, placing
from service.web.admin.listing.edit_parts import NEW_PLACE, Found
from service.web.admin.listing.forms import Typed
from service.web.rendering import services
from service.web.term_words import label_of

NEW_ID = "new_place_id"
MOST_NAMES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlace:
    """A place that is made in the same save."""

    id: UUID
    changes: PlaceChanges


def found(group: GroupView, typed: Typed) -> Found:
    """Look up what was asked for in the form, and the names of all places in it."""
    searched = search_places(db.session(), typed.get("find_place", ""))
    ids = {str(place.id) for place in group.places} | {code for name in typed if (code := _place_of(name))}
    known = {str(line.id): line for line in (*place_lines(db.session(), [*_uuids(ids)]), *searched)}
    terms = edit_parts.terms_found(typed.get("find_term", ""))
    return Found(terms=terms, places=searched, known=known)


def new_place(typed: Typed) -> NewPlace | None:
    """Return the place that shall be made; None where nothing of one was written. Raises as `placing.located`."""
    name, street, where = (typed.get(field, "").strip() for field in NEW_PLACE)
    if not (name or street or where):
        return None
    if not where:
        raise Invalid("invalid", fields={NEW_PLACE[2]: Problem("needed")})
    given = next(_uuids([typed.get(NEW_ID, "")]), None)
    return NewPlace(id=given or uuid4(), changes=placing.new_place(name, street, where, NEW_PLACE[2]))


def make(new: NewPlace, save: Save) -> None:
    """Add the new place; what is wrong with it is told at the form's own fields."""
    try:
        create_place(db.session(), changes=new.changes, save=save, place_id=new.id)
    except Invalid as refused:
        named = {"name": NEW_PLACE[0], "address_1": NEW_PLACE[1]}
        fields = {named.get(name, NEW_PLACE[2]): problem for name, problem in refused.fields.items()}
        raise Invalid("invalid", fields=fields) from None


def names(changes: Iterable[Mapping[str, Any]], *forms: Typed) -> dict[str, str]:
    """Name the interests and places of these differences and forms, by code and id."""
    said = [side for changed in changes for pair in changed.values() for side in pair]
    codes = {code for side in said for code in _codes(side)}
    codes |= {code for typed in forms for name in typed for code in _named(name, typed)}
    taxonomy = services().matching.taxonomy
    known = {code: label_of(taxonomy, code) for code in codes if taxonomy.get(code)}
    lines: tuple[PlaceLine, ...] = place_lines(db.session(), list(_uuids(codes))[:MOST_NAMES])
    known |= {str(line.id): edit_parts.place_name(line) for line in lines}
    for typed in forms:
        if typed.get(NEW_ID):
            said_of = [typed.get(field, "") for field in NEW_PLACE]
            known.setdefault(typed[NEW_ID], ", ".join(filter(None, said_of)))
    return known


def _codes(side: object) -> Iterator[str]:
    """Give the codes inside one side of a difference."""
    if isinstance(side, list):
        yield from (each for each in side if isinstance(each, str))
    elif isinstance(side, dict) and isinstance(side.get("location_id"), str):
        yield side["location_id"]


def _named(name: str, typed: Typed) -> Iterator[str]:
    yield from (name.removeprefix(kind) for kind in lists.TICKED if name.startswith(kind))
    if name.startswith("session-") and name.endswith("-place"):
        yield typed[name]


def _place_of(name: str) -> str:
    return name.removeprefix(lists.PLACE) if name.startswith(lists.PLACE) else ""


def _uuids(texts: Iterable[str]) -> Iterator[UUID]:
    for text in texts:
        try:
            yield UUID(text)
        except ValueError:
            continue
