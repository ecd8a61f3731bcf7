"""The five lists of the open data: which rows somebody asks for, and each row as HSDS has it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from service.api.doors import services
from service.api.hsds.parameters import Asked
from service.api.reading import Unreadable
from service.catalog import sharing, taking
from service.catalog.shared_views import SharedGroup
from service.catalog.taking import Around, Pair, Wanted
from service.catalog.where.place_index import Place
from service.clock import now
from service.db import db
from service.errors import Invalid, NotFound, Problem
from service.interop import hsds
from service.interop.hsds import Writer

Thing = dict[str, Any]
Rows = Callable[[Sequence[Any], Asked, Writer], Iterator[Thing]]
BATCH = 200  # rows read at once when all are sent


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """One list: the keys of what is asked for in order of ids, the rows of some keys, and one row by its id."""

    keys: Callable[[Asked, Writer], Sequence[Any]]
    rows: Rows
    one: Callable[[UUID, Asked, Writer], Thing]


def every(found: List, keys: Sequence[Any], asked: Asked, writer: Writer) -> Iterator[Thing]:
    """Give every row, some at a time."""
    for start in range(0, len(keys), BATCH):
        yield from found.rows(keys[start : start + BATCH], asked, writer)


# ---- services --------------------------------------------------------------------------------------------------------


def _service_keys(asked: Asked, writer: Writer) -> Sequence[UUID]:
    return taking.group_ids(db.session(), _wanted(asked, writer), now=now())


def _service_rows(keys: Sequence[UUID], asked: Asked, writer: Writer) -> Iterator[Thing]:
    if asked.get("minimal"):
        known = taking.changed_at(db.session(), keys)
        yield from (hsds.briefly(key, *known[key]) for key in keys)
        return
    for shared in sharing.load_shared(db.session(), keys, now=now()):
        yield hsds.service(shared, writer, full=bool(asked.get("full")))


def _one_service(key: UUID, _asked: Asked, writer: Writer) -> Thing:
    return hsds.service(_shared(key), writer, full=True)


def _shared(key: UUID) -> SharedGroup:
    if not taking.is_taken(db.session(), key, now=now()):
        raise NotFound("row")
    for shared in sharing.load_shared(db.session(), [key], now=now()):
        return shared
    raise NotFound("row")


def _wanted(asked: Asked, writer: Writer) -> Wanted:
    words, codes = writer.vocabulary, []
    if term := asked.get("taxonomy_term_id"):
        codes.append(words.below.get(term, frozenset()))
    if of_list := asked.get("taxonomy_id"):
        codes.append(words.of_list(of_list))
    return Wanted(
        search=asked.get("search", ""),
        codes=tuple(codes),
        organisation_id=asked.get("organization_id"),
        changed_since=asked.get("modified_after"),
        age_from=asked.get("minimum_age"),
        age_to=asked.get("maximum_age"),
        weekday=asked.get("day"),
        starts_from=asked.get("start_time"),
        ends_by=asked.get("end_time"),
    )


# ---- services at locations -------------------------------------------------------------------------------------------


def _pair_keys(asked: Asked, writer: Writer) -> Sequence[Pair]:
    found = taking.pairs(db.session(), _wanted(asked, writer), around=_around(asked), now=now())
    return sorted(found, key=_pair_id)


def _pair_id(pair: Pair) -> str:
    return hsds.at_location_id(pair.group_id, pair.location_id)


def _around(asked: Asked) -> Around | None:
    """Return the point of a postcode; it is looked up here, and no network is asked."""
    text = asked.get("postcode")
    if not text:
        return None
    try:
        place = services().gazetteer.look_up(text, country=services().settings.country)
    except Invalid:
        place = None
    if not isinstance(place, Place):
        raise Unreadable("parameters", fields={"postcode": Problem("place_unknown")})
    return Around(latitude=place.latitude, longitude=place.longitude, metres=asked.get("proximity"))


def _pair_rows(keys: Sequence[Pair], asked: Asked, writer: Writer) -> Iterator[Thing]:
    groups = {pair.group_id for pair in keys}
    found = {one.view.id: one for one in sharing.load_shared(db.session(), groups, now=now())}
    for pair in keys:
        if pair.group_id in found:
            yield _pair(found[pair.group_id], pair, writer, full=bool(asked.get("full")))


def _pair(shared: SharedGroup, pair: Pair, writer: Writer, *, full: bool) -> Thing:
    made = hsds.at_location(shared, pair.location_id, writer)
    made["service"] = hsds.service(shared, writer, full=full)
    if full:
        made["service"].pop("service_at_locations", None)
        return made
    for name in ("attributes", "accessibility"):
        made["location"].pop(name, None)
    return {name: value for name, value in made.items() if name != "schedules"}


def _one_pair(key: UUID, asked: Asked, writer: Writer) -> Thing:
    wanted = str(key)
    for pair in taking.pairs(db.session(), Wanted(), around=None, now=now()):
        if _pair_id(pair) == wanted:
            return _pair(_shared(pair.group_id), pair, writer, full=True)
    raise NotFound("row")


# ---- organizations ---------------------------------------------------------------------------------------------------


def _organisation_keys(asked: Asked, writer: Writer) -> Sequence[UUID]:
    return taking.organisation_ids(db.session(), _wanted(asked, writer), now=now())


def _organisation_rows(keys: Sequence[UUID], asked: Asked, writer: Writer) -> Iterator[Thing]:
    groups = taking.groups_of(db.session(), keys, now=now())
    every_service = bool(asked.get("full") or asked.get("full_service"))
    wanted = [one for ids in groups.values() for one in (ids if every_service else ids[:1])]
    found = {one.view.id: one for one in sharing.load_shared(db.session(), wanted, now=now())}
    for key in keys:
        own = [found[one] for one in groups.get(key, ()) if one in found]
        if own:
            yield _organisation(own, writer, nested=every_service, full=bool(asked.get("full_service")))


def _organisation(own: Sequence[SharedGroup], writer: Writer, *, nested: bool, full: bool) -> Thing:
    made = hsds.organization(own[0].organisation, writer, full=nested)
    if nested:
        made["services"] = [hsds.service(one, writer, full=full) for one in own]
        for one in made["services"]:
            one.pop("organization")
    return made


def _one_organisation(key: UUID, asked: Asked, writer: Writer) -> Thing:
    values = {"full": True, "full_service": asked.get("full_service", False)}
    for made in _organisation_rows([key], Asked(values=values, ignored=()), writer):
        return made
    raise NotFound("row")


# ---- taxonomies and terms --------------------------------------------------------------------------------------------


def _of_words(found: Mapping[UUID, Thing], keep: Callable[[Thing], bool]) -> Sequence[UUID]:
    return [key for key, thing in found.items() if keep(thing)]


def _said(thing: Thing, asked: Asked) -> bool:
    text = f"{thing['name']} {thing['description']} {thing.get('code', '')}".casefold()
    return all(word in text for word in asked.get("search", "").casefold().split())


def _list_keys(asked: Asked, writer: Writer) -> Sequence[UUID]:
    return _of_words(writer.vocabulary.lists, lambda thing: _said(thing, asked))


def _term_keys(asked: Asked, writer: Writer) -> Sequence[UUID]:
    of_list, parent = asked.get("taxonomy_id"), asked.get("parent_id")

    def keep(thing: Thing) -> bool:
        return (
            _said(thing, asked)
            and (of_list is None or thing["taxonomy_id"] == str(of_list))
            and (parent is None or thing.get("parent_id") == str(parent))
            and not (asked.get("top_only") and "parent_id" in thing)
        )

    return _of_words(writer.vocabulary.terms, keep)


def _one_word(found: Mapping[UUID, Thing], key: UUID) -> Thing:
    if key not in found:
        raise NotFound("row")
    return found[key]


LISTS: Mapping[str, List] = {
    "services": List(keys=_service_keys, rows=_service_rows, one=_one_service),
    "service_at_locations": List(keys=_pair_keys, rows=_pair_rows, one=_one_pair),
    "organizations": List(keys=_organisation_keys, rows=_organisation_rows, one=_one_organisation),
    "taxonomies": List(
        keys=_list_keys,
        rows=lambda keys, _asked, writer: (writer.vocabulary.lists[key] for key in keys),
        one=lambda key, _asked, writer: _one_word(writer.vocabulary.lists, key),
    ),
    "taxonomy_terms": List(
        keys=_term_keys,
        rows=lambda keys, _asked, writer: (writer.vocabulary.terms[key] for key in keys),
        one=lambda key, _asked, writer: _one_word(writer.vocabulary.terms, key),
    ),
}
