"""One HSDS or Open Referral UK service, with what is nested in it, to one incoming group. Pure; drops people."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from service.catalog.changes import FieldValue
from service.catalog.facts import CODES, Value
from service.catalog.importing.files import values
from service.catalog.importing.files.hsds_times import session_of, weekday_sessions
from service.catalog.importing.files.incoming import (
    LONGEST_ID,
    MOST_PARTS,
    Incoming,
    IncomingBody,
    IncomingGroup,
    IncomingPlace,
    IncomingPrice,
    IncomingSession,
    Remark,
    State,
    refuse,
)

T = TypeVar("T")
Json = Mapping[str, Any]
STATES: Mapping[str, State] = {
    "active": "active",
    "temporarily closed": "paused",
    "inactive": "closed",
    "defunct": "closed",
}
TEXTS = {"description": "description", "eligibility_description": "eligibility", "application_process": "how_to_join"}
LINES = {"alternate_name": "also_known_as", "url": "url", "email": "email"}


class Seen:
    """One record, and what was left out of it."""

    def __init__(self, record: Json, row: int) -> None:
        self.record = record
        self.row = row
        self.remarks: list[Remark] = []

    def remark(self, column: str, code: str, **params: object) -> None:
        """Note what was left out."""
        if len(self.remarks) < MOST_PARTS:
            self.remarks.append(Remark(row=self.row, column=column, code=code, params=params))

    def read(self, column: str, cell: object, reader: Callable[[object], T], unsaid: T) -> T:
        """Return what a value says."""
        try:
            return reader(cell)
        except values.UnreadableError as error:
            self.remark(column, error.code, **error.params)
            return unsaid

    def parts(self, record: Json, name: str) -> Iterator[Json]:
        """Give the records of a list, at most so many; what is no record is left out."""
        listed = record.get(name)
        if listed in (None, "", [], {}):
            return
        if not isinstance(listed, list):
            self.remark(name, "not_a_list")
            return
        if len(listed) > MOST_PARTS:
            self.remark(name, "too_many", limit=MOST_PARTS)
        for part in listed[:MOST_PARTS]:
            if isinstance(part, dict):
                yield part
            else:
                self.remark(name, "not_a_record")


def incoming(record: object, row: int, *, zone: str, year: int) -> Incoming:
    """Return the group that one service record tells of."""
    if not isinstance(record, dict):
        return refuse(row, "", "not_a_record")
    source_id = values.line(record.get("id"))
    if source_id is None:
        return refuse(row, "id", "id_needed")
    if len(source_id) > LONGEST_ID:
        return refuse(row, "id", "too_long", limit=LONGEST_ID)
    name = values.line(record.get("name"))
    if name is None:
        return refuse(row, "name", "name_needed", source_id=source_id)
    seen = Seen(record, row)
    places, sessions, prices = _places(seen), tuple(_sessions(seen, zone, year)), tuple(_prices(seen))
    return IncomingGroup(
        source_id=source_id,
        row=row,
        organisation=_body(seen, name),
        fields={"name": name, **_fields(seen, prices)},
        facts=dict(_facts(seen)),
        sessions=sessions[:30],
        places=places,
        prices=prices,
        terms=tuple(dict.fromkeys(_terms(seen))),
        languages=tuple(dict.fromkeys(filter(None, (values.line(one.get("code")) for one in _languages(seen))))),
        state=_state(seen),
        confirmed_on=seen.read("assured_date", record.get("assured_date"), values.day, None),
        complete=True,
        remarks=tuple(seen.remarks),
    )


def _languages(seen: Seen) -> Iterator[Json]:
    return seen.parts(seen.record, "languages")


def _body(seen: Seen, name: str) -> IncomingBody:
    said = seen.record.get("organization")
    known: Json = said if isinstance(said, dict) else {}
    own = values.line(known.get("name")) or name
    key = values.line(known.get("id")) or values.line(seen.record.get("organization_id")) or own
    return IncomingBody(
        key=key[:LONGEST_ID],
        name=own[:300],
        summary=values.prose(known.get("description")),
        website=_short(known.get("website") or known.get("url"), 500),
        email=_short(known.get("email"), 254),
    )


def _short(value: object, most: int) -> str | None:
    said = values.line(value)
    return said if said and len(said) <= most else None


def _state(seen: Seen) -> State:
    said = (values.line(seen.record.get("status")) or "").casefold()
    if said not in STATES:
        seen.remark("status", "status_missing" if not said else "not_a_choice")
    return STATES.get(said, "active")


def _fields(seen: Seen, prices: tuple[IncomingPrice, ...]) -> dict[str, FieldValue]:
    record = seen.record
    said: dict[str, FieldValue] = {ours: values.prose(record.get(theirs)) for theirs, ours in TEXTS.items()}
    said |= {ours: values.line(record.get(theirs)) for theirs, ours in LINES.items()}
    said["alert"] = values.prose(record.get("alert"))
    said["price_note"] = values.prose(record.get("fees_description") or record.get("fees"))
    numbers = (values.line(one.get("number")) for one in seen.parts(record, "phones"))
    said["phone"] = next((number.strip("\"' ") for number in numbers if number), None)
    said["age_min"] = seen.read("minimum_age", record.get("minimum_age"), values.age, None) or None
    most = seen.read("maximum_age", record.get("maximum_age"), values.age, None)
    said["age_max"] = most if most is not None and most < 99 else None
    for dropped in ("contacts", "programs", "program"):
        if record.get(dropped):
            seen.remark(dropped, "not_taken")
    said["price_pence"] = prices[0].amount_pence if len(prices) == 1 else None  # of several, none is the ordinary one
    return said


def _prices(seen: Seen) -> Iterator[IncomingPrice]:
    for one in seen.parts(seen.record, "cost_options"):
        amount = seen.read("cost_options.amount", one.get("amount"), values.pence, None)
        if amount is not None:
            option = values.line(one.get("option")) or "everyone"
            currency = (values.line(one.get("currency")) or "").upper() or None
            note = values.prose(one.get("amount_description"))
            known = currency if currency is None or (len(currency) == 3 and currency.isalpha()) else None
            yield IncomingPrice(option=option[:300], amount_pence=amount, currency=known, note=note)


def _terms(seen: Seen) -> Iterator[str]:
    for one in seen.parts(seen.record, "attributes"):
        term = one.get("taxonomy_term")
        if isinstance(term, dict) and one.get("link_type") != "fact":
            said = values.line(term.get("code")) or values.line(term.get("name"))
            if said:
                yield said


def _facts(seen: Seen) -> Iterator[tuple[str, Value]]:
    for one in seen.parts(seen.record, "attributes"):
        term = one.get("taxonomy_term")
        code = values.line(term.get("code")) if isinstance(term, dict) else None
        if code in CODES and one.get("link_type") == "fact":
            said = seen.read(f"attributes.{code}", one.get("value"), values.yes_or_no, Value.NOT_CONFIRMED)
            yield code, said


def _locations(seen: Seen) -> Iterator[tuple[Json, Json]]:
    """Give each place with the record that joins it to the service."""
    for at in seen.parts(seen.record, "service_at_locations"):
        place = at.get("location")
        if isinstance(place, dict) and values.line(place.get("id") or at.get("location_id") or at.get("id")):
            yield at, place


def _key(at: Json, place: Json) -> str:
    return (values.line(place.get("id") or at.get("location_id") or at.get("id")) or "")[:LONGEST_ID]


def _places(seen: Seen) -> tuple[IncomingPlace, ...]:
    found = {_key(at, place): _place(seen, _key(at, place), place) for at, place in _locations(seen)}
    return tuple(found.values())


def _place(seen: Seen, key: str, place: Json) -> IncomingPlace:
    address: Json = next(seen.parts(place, "addresses"), {})
    kind = (values.line(place.get("location_type")) or "physical").casefold()
    country = (values.line(address.get("country")) or "").upper()
    return IncomingPlace(
        key=key,
        kind=kind if kind in ("physical", "postal", "virtual") else "physical",
        name=_short(place.get("name"), 300),
        description=values.prose(place.get("description")),
        address_1=_short(address.get("address_1"), 300),
        address_2=_short(address.get("address_2"), 300),
        city=_short(address.get("city"), 120),
        region=_short(address.get("state_province") or address.get("region"), 120),
        postal_code=_short(address.get("postal_code"), 20),
        country=country if len(country) == 2 and country.isalpha() else None,
        latitude=seen.read("latitude", place.get("latitude"), lambda cell: values.degrees(cell, 90), None),
        longitude=seen.read("longitude", place.get("longitude"), lambda cell: values.degrees(cell, 180), None),
        transportation=values.prose(place.get("transportation")),
    )


def _sessions(seen: Seen, zone: str, year: int) -> Iterator[IncomingSession]:
    """Give the meetings at each place, and those of the service that are not said again there."""
    told: set[object] = set()
    homes = [(at, _key(at, place)) for at, place in _locations(seen)]
    only = homes[0][1] if len(homes) == 1 else None
    for record, place in [*homes, (seen.record, only)]:
        for number, one in enumerate(seen.parts(record, "schedules")):
            made = session_of(one, seen, place=place, key=f"{place or ''}/{number}", zone=zone, year=year)
            same = made and (made.place, made.words, made.rule, made.starts_at, made.minutes)
            if made is not None and same is not None and same not in told:
                told.add(same)
                yield made
        yield from weekday_sessions(seen, record, place=place, zone=zone, year=year)
