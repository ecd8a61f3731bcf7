"""The catalogue as one table, a row a listing, in columns that our import knows by name. Tells of no person. Pure."""

from service.catalog.changes import TEXTS
from service.catalog.facts import CODES, CONFIDENTIAL
from service.catalog.shared_views import EXACT, SharedGroup
from service.catalog.views import PlaceView, SessionView
from service.catalog.when.lines import write_lines
from service.catalog.when.plan import Plan
from service.interop.hsds.groups import EXAMPLE, number
from service.interop.hsds.shape import Writer, role_address, web_address

FACTS = tuple(code for code in CODES if code != CONFIDENTIAL)
COLUMNS = (
    *("id", "name", "also_known_as", "organisation", "organisation_id", "description", "what_happens", "who_for"),
    *("eligibility", "age_min", "age_max", "restriction", "mode", "meets", "place", "address_1", "address_2"),
    *("city", "region", "postal_code", "country", "latitude", "longitude", "nationwide", "how_to_join", "price"),
    *("currency", "price_note", "required_documents", "url", "email", "phone", "languages", "terms", "removes"),
    *("group_size", "alert", "status", "confirmed_on", "facts_on"),
    *(f"facts.{code}" for code in FACTS),
)
LONG = frozenset((*TEXTS, "meets"))  # what may have more than one line
STATUS = {"published": "open", "paused": "paused"}
DECIMALS = 6  # of a degree: about 10 cm
PENCE = 100


def row(shared: SharedGroup, writer: Writer) -> list[str]:
    """Return the cells of a listing; what is not known is empty."""
    said = _own(shared, writer) | _place(shared) | _facts(shared)
    return [_text(name, said.get(name)) for name in COLUMNS]


def _text(name: str, value: object) -> str:
    said = "" if value is None else str(value)
    return said if name in LONG else " ".join(said.split())


def _own(shared: SharedGroup, writer: Writer) -> dict[str, object]:
    view = shared.view
    same = {name: getattr(view, name) for name in COLUMNS if hasattr(view, name)}
    return same | {
        "organisation": shared.organisation.name,
        "organisation_id": shared.organisation.id,
        "age_min": view.age_min or None,  # from 0 on says nothing
        "meets": write_lines((_plan(one), one.words) for one in sorted(view.sessions, key=_first)),
        "nationwide": "yes" if view.nationwide else None,
        "price": None if view.price_pence is None else f"{view.price_pence / PENCE:.2f}",
        "currency": None if view.price_pence is None else view.currency,
        "url": web_address(view.url),
        "email": role_address(view.email, view.name, shared.organisation.name),
        "phone": number(view, writer),
        "languages": ", ".join(view.languages),
        "terms": ", ".join(sorted(term.code for term in view.terms)),
        "removes": ", ".join(sorted(view.removes)),
        "alert": " ".join(text for text in (view.alert, EXAMPLE if view.is_example else None) if text) or None,
        "status": STATUS[view.status],
        "confirmed_on": view.last_confirmed_on,
    }


def _first(session: SessionView) -> tuple[bool, str, str, str]:
    """Order meetings by when they first were; those of words alone come last."""
    starts = session.meeting.starts_at
    return starts is None, f"{starts}", session.meeting.rule or "", session.words or ""


def _plan(session: SessionView) -> Plan | None:
    meeting = session.meeting
    if meeting.starts_at is None:
        return None
    return Plan(
        rule=meeting.rule, starts_at=meeting.starts_at, minutes=meeting.minutes,
        exceptions=tuple(sorted(meeting.exceptions)), rests=meeting.rests,
    )  # fmt: skip


def _place(shared: SharedGroup) -> dict[str, object]:
    """Return the first place; its position only where it is exact, for a cell has no room to say that it is not."""
    place = next(iter(shared.view.places), None)
    if place is None:
        return dict.fromkeys(("place", "city", "region", "postal_code"))
    lines = (*place.address, None, None)
    exact = place.precision == EXACT and place.latitude is not None and place.longitude is not None
    return {
        "place": place.name,
        "address_1": lines[0],
        "address_2": lines[1],
        "city": place.city,
        "region": place.region,
        "postal_code": place.postal_code,
        "country": place.country,
        "latitude": round(place.latitude or 0, DECIMALS) if exact else None,
        "longitude": round(place.longitude or 0, DECIMALS) if exact else None,
    }


def _facts(shared: SharedGroup) -> dict[str, object]:
    """Return what is known of the group and of the place it is told with, and since when where that differs."""
    place: PlaceView | None = next(iter(shared.view.places), None)
    known = [(code, fact) for code in FACTS if (fact := shared.view.fact(code, place)) is not None]
    usual = shared.view.last_confirmed_on
    days = (f"{code} {fact.confirmed_on}" for code, fact in known if fact.confirmed_on != usual)
    return {"facts_on": ", ".join(days), **{f"facts.{code}": fact.value.value for code, fact in known}}
