"""One HSDS or Open Referral UK service, with what is nested in it, to one incoming group. Pure; drops people."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from service.catalog.barriers import CODES as BARRIERS
from service.catalog.changes import FieldValue
from service.catalog.facts import Value
from service.catalog.freshness import CAPACITY_DAYS
from service.catalog.importing.files import hsds_places, values
from service.catalog.importing.files.hsds_facts import FORMAT, Stated, number, stated
from service.catalog.importing.files.hsds_reading import Json, Seen, short
from service.catalog.importing.files.hsds_times import sessions_of
from service.catalog.importing.files.incoming import (
    LONGEST_ID,
    Incoming,
    IncomingBody,
    IncomingGroup,
    IncomingIdentifier,
    IncomingPrice,
    State,
    refuse,
)

STATES: Mapping[str, State] = {
    "active": "active",
    "temporarily closed": "paused",
    "inactive": "closed",
    "defunct": "closed",
}
TEXTS = {"description": "description", "eligibility_description": "eligibility", "application_process": "how_to_join"}
LINES = {"alternate_name": "also_known_as", "email": "email"}
# Texts without a field of their own here, and behind which of ours they are kept.
BEHIND = {"interpretation_services": "description", "accreditations": "description"}
BODY = ("name", "summary", "website", "email", "logo_url", "legal_form")
EVERYONE = "everyone"
RESTRICTIONS = ("women_only", "men_only")
WAITING = "waiting_list"
_OF_SOME = re.compile(
    r"\b(?:under|over|aged?|child(?:ren)?|juniors?|students?|concessions?|seniors?|members?|unwaged|carers?|famil)",
    re.I,
)
PLACES = frozenset(("place", "places", "people", "person", "persons", "seat", "seats", "space", "spaces"))
DROPPED = ("contacts", "programs", "program")


def incoming(record: object, row: int, *, zone: str, today: date) -> Incoming:
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
    return _group(Seen(record, row, today), source_id, name, zone)


def _group(seen: Seen, source_id: str, name: str, zone: str) -> IncomingGroup:
    record, known = seen.record, stated(seen, seen.record)
    prices, (areas, nationwide) = tuple(_prices(seen)), hsds_places.areas(seen)
    places, sessions = hsds_places.places(seen), tuple(sessions_of(seen, zone=zone, year=seen.today.year))
    confirmed = seen.read("assured_date", record.get("assured_date"), values.day, None)
    mode = hsds_places.mode(seen, known)
    usual, rest = _usual(prices, values.prose(record.get("fees_description") or record.get("fees")))
    return IncomingGroup(
        source_id=source_id,
        row=seen.row,
        organisation=_body(seen, name, known),
        fields={
            "name": name,
            **_fields(seen),
            **usual,
            "mode": mode,
            "nationwide": nationwide,
            **_numbers(seen, known),
        },
        facts={
            code: value
            for code, value in known.facts.items()
            if code != WAITING or code in known.days or not seen.record.get("capacities")
        },
        fact_days=_days(known, confirmed),
        sessions=sessions[:30],
        places=places,
        prices=rest,
        terms=tuple(dict.fromkeys(term for term in known.terms if term != f"{FORMAT}.{mode}")),
        languages=tuple(
            dict.fromkeys(filter(None, (values.line(one.get("code")) for one in seen.parts(record, "languages"))))
        ),
        areas=areas,
        more=_more(seen, known),
        state=_state(seen),
        confirmed_on=confirmed,
        complete=True,
        remarks=tuple(seen.remarks),
    )


def _days(known: Stated, confirmed: date | None) -> dict[str, date]:
    """Return when each fact was confirmed; where only a year is told, it is the day of the whole listing."""
    found = {code: day for code in known.facts if (day := known.day(code)) is not None}
    return found | (dict.fromkeys(known.by_year(), confirmed) if confirmed else {})


def _more(seen: Seen, known: Stated) -> dict[str, object]:
    removes = [code for code in known.more.get("removes", ()) if code in BARRIERS]
    funding = next((values.prose(one.get("source")) for one in seen.parts(seen.record, "funding")), None)
    counted = (one for one in seen.parts(seen.record, "capacities") if _is_of_places(one))
    most = next((values.line(one.get("maximum")) for one in counted), None)
    found: dict[str, object] = {
        "removes": sorted(dict.fromkeys(removes)),
        "funding": funding[:1000] if funding else None,
        "capacity_maximum": number((most or "").removesuffix(".0"), 0, 100_000),
        "confirmed_precision": "year" if known.by_year() else None,
    }
    return {name: value for name, value in found.items() if value}


def _body(seen: Seen, name: str, stated_of: Stated) -> IncomingBody:
    said = seen.record.get("organization")
    known: Json = said if isinstance(said, dict) else {}
    own = values.line(known.get("name")) or name
    key = values.line(known.get("id")) or values.line(seen.record.get("organization_id")) or own
    summary = values.prose(known.get("description"))
    numbers = (
        IncomingIdentifier(scheme=scheme, identifier=identifier, key=values.line(one.get("id")))
        for one in seen.parts(known, "organization_identifiers")
        if (scheme := short(one.get("identifier_scheme") or one.get("identifier_type"), 100))
        and (identifier := short(one.get("identifier"), 300))
    )
    return IncomingBody(
        key=key[:LONGEST_ID],
        name=own[:300],
        summary=None if summary == own else summary,
        website=_address(known.get("website") or known.get("url")),
        email=short(known.get("email"), 254),
        logo_url=_address(known.get("logo")),
        legal_form=short(known.get("legal_status"), 100),
        vetting=stated_of.one("vetting_level"),
        identifiers=tuple(numbers),
        told=BODY if values.line(known.get("name")) and len(known) > 2 else (),
    )


def _address(value: object) -> str | None:
    said = short(value, 500)
    return said if said and said.startswith(("https://", "http://")) else None


def _state(seen: Seen) -> State:
    said = (values.line(seen.record.get("status")) or "").casefold()
    if said not in STATES:
        seen.remark("status", "status_missing" if not said else "not_a_choice")
    return STATES.get(said, "active")


def _fields(seen: Seen) -> dict[str, FieldValue]:
    record = seen.record
    said: dict[str, FieldValue] = {ours: values.prose(record.get(theirs)) for theirs, ours in TEXTS.items()}
    said |= {ours: values.line(record.get(theirs)) for theirs, ours in LINES.items()}
    said["alert"] = values.prose(record.get("alert"))
    for theirs, ours in BEHIND.items():
        said[ours] = _behind(said[ours], record.get(theirs))
    for area in seen.parts(record, "service_areas"):
        said["eligibility"] = _behind(said["eligibility"], area.get("description"))
    said["url"] = values.line(record.get("url")) or next(
        (url for one in seen.parts(record, "additional_urls") if (url := values.line(one.get("url")))), None
    )
    said["phone"] = next(_telephones(seen), None)
    said["age_min"] = seen.read("minimum_age", record.get("minimum_age"), values.age, None) or None
    most = seen.read("maximum_age", record.get("maximum_age"), values.age, None)
    said["age_max"] = most if most is not None and most < 99 else None
    papers = (values.prose(one.get("document")) for one in seen.parts(record, "required_documents"))
    said["required_documents"] = "\n".join(each for each in papers if each) or None
    for dropped in DROPPED:
        if record.get(dropped):
            seen.remark(dropped, "not_taken")
    return said


def _behind(text: FieldValue, more: object) -> str | None:
    """Return a text with another behind it that it does not hold already."""
    said, also = str(text or ""), values.prose(more) or ""
    return said or also or None if also in said or not said else f"{said}\n{also}"


def _telephones(seen: Seen) -> Iterator[str]:
    """Give the numbers to ring: of the service, else of its place, else of who runs it; never somebody's."""
    here = hsds_places.homes(seen)
    body = seen.record.get("organization")
    for holder in (seen.record, *(at for at, _, _ in here), *(place for _, place, _ in here), body):
        for one in seen.parts(holder, "phones") if isinstance(holder, Mapping) else ():
            number_said = (values.line(one.get("number")) or "").strip("\"' ")
            more = number(values.line(one.get("extension")), 1, 9_999_999)
            if number_said:
                yield f"{number_said} x{more}" if more else number_said


def _numbers(seen: Seen, known: Stated) -> dict[str, FieldValue]:
    """Return what is told by numbers and choices, where it is told at all."""
    found: dict[str, FieldValue] = {}
    if (size := number(known.one("group_size"), 1, 100_000)) is not None:
        found["group_size"] = size
    only = [code for code in RESTRICTIONS if known.facts.get(code) is Value.YES]
    if len(only) == 1:
        found["restriction"] = only[0]
    return found | _capacity(seen, known)


def _capacity(seen: Seen, known: Stated) -> dict[str, FieldValue]:
    for one in seen.parts(seen.record, "capacities"):
        left = number((values.line(one.get("available")) or "").removesuffix(".0"), 0, 100_000)
        told = seen.read("capacities.updated", one.get("updated"), values.day, None)
        if left is None or told is None:
            continue
        until = told + timedelta(days=CAPACITY_DAYS)
        if not _is_of_places(one) or until < seen.today:
            seen.remark("capacities", "not_a_choice" if until >= seen.today else "passed")
            continue
        full = WAITING if known.facts.get(WAITING) is Value.YES else "full"
        found: dict[str, FieldValue] = {"capacity_state": "open" if left else full, "capacity_until": until}
        return found | ({"capacity_available": left} if left else {})
    return {}


def _is_of_places(one: Json) -> bool:
    """Tell whether people are counted, and not beds or kilograms."""
    unit = one.get("unit")
    said = values.line(unit.get("name")) if isinstance(unit, Mapping) else None
    return said is None or said.casefold() in PLACES


def _prices(seen: Seen) -> Iterator[IncomingPrice]:
    for one in seen.parts(seen.record, "cost_options"):
        ends = seen.read("cost_options.valid_to", one.get("valid_to"), values.day, None)
        if ends is not None and ends < seen.today:
            seen.remark("cost_options", "passed")
            continue
        amount = seen.read("cost_options.amount", one.get("amount"), values.pence, None)
        if amount is not None:
            option = values.line(one.get("option")) or EVERYONE
            currency = (values.line(one.get("currency")) or "").upper() or None
            note = values.prose(one.get("amount_description"))
            known = currency if currency is None or (len(currency) == 3 and currency.isalpha()) else None
            yield IncomingPrice(option=option[:300], amount_pence=amount, currency=known, note=note)


def _usual(
    prices: tuple[IncomingPrice, ...], words: str | None
) -> tuple[dict[str, FieldValue], tuple[IncomingPrice, ...]]:
    """Return what one visit costs, in pence and in words, and the other ways to pay; of several, none is the usual."""
    of_all = [one for one in prices if one.option == EVERYONE]
    only = prices[0] if len(prices) == 1 and not _OF_SOME.search(prices[0].option) else None
    usual = of_all[0] if len(of_all) == 1 else only
    if usual is None:
        return {"price_pence": None, "price_note": words}, prices
    amount = "Free" if usual.amount_pence == 0 else f"{usual.amount_pence / 100:.2f} {usual.currency}"
    note = None if words == amount and usual.note is None else words
    rest = tuple(
        one for one in prices if one is not usual or usual.option != EVERYONE or usual.note not in (None, note)
    )
    return {"price_pence": usual.amount_pence, "price_note": note}, rest
