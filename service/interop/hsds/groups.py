"""A group as a service of HSDS, alone or with everything of it, and at each of its places. Pure."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from babel import Locale

from service.catalog.freshness import CAPACITY_DAYS
from service.catalog.shared_views import CLOSED, SharedGroup, SharedPrice
from service.catalog.telephone import is_own
from service.catalog.views import GroupView, SessionView
from service.interop.hsds import places
from service.interop.hsds.attributes import of_service
from service.interop.hsds.organisations import organization
from service.interop.hsds.shape import Thing, Writer, at_location_id, derived, instant, role_address, told, web_address
from service.interop.hsds.times import schedules

STATUS = {"published": "active", "paused": "temporarily closed", CLOSED: "defunct"}
PENCE = 100
EXAMPLE = "This is an invented example, not a real group."
EVERYONE = "everyone"
ONLINE = ("online", "hybrid")
ENGLISH = Locale("en")


def briefly(group_id: UUID, name: str, status: str, changed_at: datetime) -> Thing:
    """Return what a reader needs who only asks what changed."""
    moment = instant(changed_at)
    return {
        "id": str(group_id),
        "name": name,
        "status": STATUS[status],
        "last_modified": moment,
        "modified_date": moment,
    }


def service(shared: SharedGroup, writer: Writer, *, full: bool) -> Thing:
    """Return a service; `full` with all that belongs to it. Of a closed one, that it has closed."""
    view = shared.view
    owner = {
        "organization_id": str(shared.organisation.id),
        "organization": organization(shared.organisation, writer, full=full),
    }
    if shared.closed:
        plain = {"id": shared.organisation.id, "name": shared.organisation.name}
        owner["organization"] = {"id": str(plain["id"]), "name": plain["name"], "description": plain["name"]}
        gone = briefly(view.id, view.name, view.status, shared.changed_at)
        return {
            "id": gone["id"],
            **owner,
            "name": view.name,
            "status": gone["status"],
            "last_modified": gone["last_modified"],
        }
    return told({"id": str(view.id), **owner, **_own(shared, writer), **(_parts(shared, writer) if full else {})})


def _own(shared: SharedGroup, writer: Writer) -> Thing:
    view, free = shared.view, _fees(shared)
    confirmed = view.last_confirmed_on
    return {
        "name": view.name,
        "alternate_name": view.also_known_as,
        "description": _description(shared, writer),
        "url": web_address(view.url) or f"{writer.base}/en/groups/{view.slug}",
        "email": role_address(view.email, view.name, shared.organisation.name),
        "status": STATUS[view.status],
        "application_process": view.how_to_join,
        "eligibility_description": " ".join(text for text in (view.who_for, view.eligibility) if text),
        "minimum_age": view.age_min or None,  # from 0 on says nothing
        "maximum_age": view.age_max,
        "fees": free,
        "fees_description": free,
        "alert": " ".join(text for text in (view.alert, EXAMPLE if view.is_example else None) if text),
        "assured_date": confirmed.isoformat() if confirmed else None,
        "last_modified": instant(shared.changed_at),
    }


def _description(shared: SharedGroup, writer: Writer) -> str:
    """Return what it is; Open Referral UK has no field for who may come and how to join, so it stands here."""
    view, more = shared.view, []
    if writer.uk:
        more = [view.who_for, view.eligibility, view.how_to_join, number(view, writer)]
    return "\n".join(text for text in (view.description, *more) if text)


def _fees(shared: SharedGroup) -> str | None:
    view = shared.view
    if view.price_note or view.price_pence is None:
        return view.price_note
    return "Free" if view.price_pence == 0 else f"{Decimal(view.price_pence) / PENCE:.2f} {view.currency}"


def _parts(shared: SharedGroup, writer: Writer) -> Thing:
    view, group_id = shared.view, str(shared.view.id)
    return {
        "phones": _phones(view, writer),
        "schedules": schedules(view, view.sessions, writer),
        "service_areas": places.areas(shared, writer),
        "service_at_locations": list(at_locations(shared, writer)),
        "languages": [
            {"id": derived("language", group_id, code), "service_id": group_id, "name": _language(code), "code": code}
            for code in view.languages
        ],
        "cost_options": _costs(shared),
        "capacities": _capacities(shared),
        "funding": _text("funding", "source", group_id, shared.funding),
        "required_documents": _text("required_document", "document", group_id, view.required_documents),
        "attributes": of_service(shared, writer),
    }


def at_locations(shared: SharedGroup, writer: Writer) -> Iterator[Thing]:
    """Give a service at each of its places, and online."""
    for place in shared.view.places:
        yield at_location(shared, place.id, writer)
    if shared.view.mode in ONLINE:
        yield at_location(shared, None, writer)


def at_location(shared: SharedGroup, location_id: UUID | None, writer: Writer) -> Thing:
    """Return a service at one place; None for online."""
    view = shared.view
    made = at_location_id(view.id, location_id)
    place = next((one for one in view.places if one.id == location_id), None)
    where = places.location(place, shared.places[place.id], writer) if place else places.online(shared)
    return told(
        {
            "id": made,
            "service_id": str(view.id),
            "location_id": where["id"],
            "location": where,
            "schedules": schedules(view, _here(view, location_id), writer, at=made),
        }
    )


def _here(view: GroupView, location_id: UUID | None) -> list[SessionView]:
    """Return the meetings at a place; one without a place is at the only one there is."""
    ways = len(view.places) + (view.mode in ONLINE)
    return [one for one in view.sessions if one.location_id == location_id or (one.location_id is None and ways == 1)]


def _language(code: str) -> str:
    """Return the English name of a language."""
    return str(ENGLISH.languages.get(code.partition("-")[0], code))


def number(view: GroupView, writer: Writer) -> str | None:
    """Return the telephone number, but for one that is a person's own."""
    own = view.phone and writer.telephone is not None and is_own(view.phone, writer.telephone)
    return None if own else view.phone


def _phones(view: GroupView, writer: Writer) -> list[Thing]:
    known = number(view, writer)
    if known is None:
        return []
    plain, _, more = known.partition(" x")
    extension = {"number": plain, "extension": int(more)} if more.isascii() and more.isdigit() else {"number": known}
    return [{"id": derived("phone", view.id), "service_id": str(view.id), **extension, "type": "voice"}]


def _costs(shared: SharedGroup) -> list[Thing]:
    view = shared.view
    if view.price_pence is not None and EVERYONE not in {price.option for price in shared.prices}:
        usual = SharedPrice(
            id=UUID(derived("cost_option", view.id, EVERYONE)),
            option=EVERYONE,
            amount_pence=view.price_pence,
            currency=view.currency,
            note=view.price_note,
            valid_from=None,
        )
        return [_cost(price, str(view.id)) for price in (usual, *shared.prices)]
    return [_cost(price, str(view.id)) for price in shared.prices]


def _cost(price: SharedPrice, group_id: str) -> Thing:
    whole, pence = divmod(price.amount_pence, PENCE)
    return told(
        {
            "id": str(price.id),
            "service_id": group_id,
            "option": price.option,
            "amount": whole if pence == 0 else price.amount_pence / PENCE,
            "currency": price.currency,
            "amount_description": price.note,
            "valid_from": price.valid_from.isoformat() if price.valid_from else None,
        }
    )


def _capacities(shared: SharedGroup) -> list[Thing]:
    """Return how many places are left, as long as that is known to hold."""
    view = shared.view
    left = 0 if view.capacity_state in ("full", "waiting_list") else view.capacity_available
    if view.capacity_state is None or left is None or view.capacity_until is None:
        return []
    said = datetime.combine(view.capacity_until - timedelta(days=CAPACITY_DAYS), datetime.min.time(), UTC)
    unit = derived("unit", "places")
    return [
        told(
            {
                "id": derived("capacity", view.id),
                "service_id": str(view.id),
                "unit_id": unit,
                "unit": {"id": unit, "name": "Places"},
                "available": left,
                "maximum": shared.capacity_maximum,
                "updated": instant(min(said, shared.changed_at)),
            }
        )
    ]


def _text(kind: str, name: str, group_id: str, text: str | None) -> list[Thing]:
    return [{"id": derived(kind, group_id), "service_id": group_id, name: text}] if text else []
