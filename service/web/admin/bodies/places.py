"""One place where groups meet: its address, what is known of it, where it lies. Changes show at all groups there."""

from uuid import UUID

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from service.accounts.permissions import Permission
from service.catalog.changes import Snapshot
from service.catalog.editing import places
from service.catalog.editing.keeping import Shared
from service.catalog.editing.places import PlaceChanges, PlaceValue
from service.catalog.facts import CODES, FAMILIES, Value
from service.db import committing, db
from service.errors import Conflict, Invalid, Problem
from service.web import fact_words
from service.web.access import allow
from service.web.admin import rooms, words
from service.web.admin.listing import placing, shared
from service.web.admin.listing.forms import Problems, Typed
from service.web.admin.listing.shared import Kind

LABELS = {
    "name": _l("Name of the place"),
    "address_1": _l("Street and number"),
    "address_2": _l("More of the address"),
    "city": _l("Town"),
    "region": _l("County or region"),
    "postal_code": _l("Postcode"),
    "country": _l("Country, two letters"),
    "transportation": _l("How to get there"),
}
MORE = {
    "confidential": _l("Keep this place private"),
    "position": _l("Where it is on the map"),
    "latitude": _l("Latitude"),
    "longitude": _l("Longitude"),
}
PRECISION = {
    "exact": _l("the exact spot"),
    "sector": _l("about the street"),
    "district": _l("about the part of town"),
    "town": _l("about the town"),
    "named": _l("read from the name"),
}
OF_PLACES = ("building", "getting_there", "seeing_and_hearing")  # families of facts that a building has
POSITIONS = ("keep", "code", "pin", "none")


def written(values: Snapshot) -> dict[str, str]:
    """Fill the form in."""
    form = {name: str(values.get(name) or "") for name in LABELS}
    form |= {name: _degrees(values.get(name)) for name in ("latitude", "longitude")}
    form |= {"confidential": "yes" if values.get("confidential") else "", "position": _default(values)}
    return form | {f"fact_{code}": str(values.get(f"facts.{code}", Value.NOT_CONFIRMED.value)) for code in _codes()}


def _codes() -> list[str]:
    return [code for family in OF_PLACES for code in FAMILIES[family] if code in CODES]


def _degrees(value: object) -> str:
    return f"{value:.5f}" if isinstance(value, float) else ""


def _default(values: Snapshot) -> str:
    """Keep an exact spot; read a rough one anew from what the address then says."""
    return "keep" if values.get("latitude") is not None and values.get("precision") == "exact" else "code"


KIND = Kind(entity=places.ENTITY, write=written, labels={**LABELS, **MORE})


@allow(Permission.EDIT_CATALOG)
def show(place_id: UUID) -> Response:
    """Show the form of one place."""
    found = _found(place_id)
    return _form(found, written(found.values))


@allow(Permission.EDIT_CATALOG)
def save(place_id: UUID) -> ResponseReturnValue:
    """Save what was changed, or show it again with what is wrong or what somebody else saved."""
    typed, found = {"confidential": "", **shared.typed_now()}, _found(place_id)
    here = url_for(".admin_place", place_id=place_id)
    if typed.get("step") == "again":
        return _form(found, shared.again(KIND, found, typed))
    if shared.version_of(typed) != found.version:
        return shared.conflict(KIND, found, typed, here, here)
    try:
        changes = _meant(typed, found.values)
        with committing() as unit:
            places.edit_place(
                unit,
                place_id=place_id,
                changes=changes,
                expected_version=shared.version_of(typed),
                save=shared.saving(typed),
            )
    except Conflict:
        return shared.conflict(KIND, _found(place_id), typed, here, here)
    except Invalid as refused:
        return _form(found, typed, refused.fields)
    return redirect(url_for(".admin_place", place_id=place_id, done="saved"), 303)


def _found(place_id: UUID) -> Shared:
    return places.place_by_id(db.session(), place_id)


def _meant(typed: Typed, before: Snapshot) -> PlaceChanges:
    """Return what the editor meant; Invalid with the problem of each field that could not be read."""
    problems: Problems = {}
    fields: dict[str, PlaceValue] = {name: typed[name] for name in LABELS if name in typed}
    fields["confidential"] = typed.get("confidential") == "yes"
    if "country" in fields:
        fields["country"] = str(fields["country"]).upper()
    said = {code: typed.get(f"fact_{code}", "") for code in _codes() if f"fact_{code}" in typed}
    wrong = {f"fact_{code}": Problem("not_a_choice") for code, text in said.items() if text not in tuple(Value)}
    try:
        fields |= _position(typed, before, problems)
    except Invalid as refused:
        problems |= refused.fields
    if problems or wrong:
        raise Invalid("invalid", fields=problems | wrong)
    return PlaceChanges(fields=fields, facts={code: Value(text) for code, text in said.items()})


def _position(typed: Typed, before: Snapshot, problems: Problems) -> dict[str, PlaceValue]:
    """Return where it lies: as it is, from its postcode or town, by degrees, or nowhere known."""
    how = typed.get("position", "")
    if how == "none":
        return {"latitude": None, "longitude": None}
    if how == "pin":
        pinned: dict[str, PlaceValue] = {name: _number(typed, name, problems) for name in ("latitude", "longitude")}
        return pinned | {"precision": "exact"}
    if how == "code":
        words_said = typed.get("postal_code") or typed.get("city") or ""
        asked = (words_said, typed.get("country", ""))
        was = (str(before.get("postal_code") or before.get("city") or ""), str(before.get("country") or ""))
        if asked == was and before.get("latitude") is not None:
            return {}
        field = "postal_code" if typed.get("postal_code") else "city"
        return placing.position(placing.located(words_said, field, typed.get("country", "").upper()))
    if how != "keep":
        problems["position"] = Problem("not_a_choice")
    return {}


def _number(typed: Typed, name: str, problems: Problems) -> float | None:
    text = typed.get(name, "").strip().replace(",", ".").replace("−", "-")
    try:
        found = float(text)
    except ValueError:
        problems[name] = Problem("not_degrees" if text else "needed")
        return None
    return found


def _form(found: Shared, typed: Typed, problems: Problems | None = None) -> Response:
    named = {f"fact_{name[6:]}" if name.startswith("facts.") else name: one for name, one in (problems or {}).items()}
    errors = {name: words.problem(problem) for name, problem in named.items()}
    shown = rooms.page(
        "place.html",
        "",
        found=found,
        name=shared.name_of(found),
        form_action=url_for(".admin_place", place_id=found.id),
        back_href=url_for(".admin"),
        fields=[{"name": name, "label": label, "value": typed.get(name, "")} for name, label in LABELS.items()],
        typed=typed,
        positions=_positions(found.values),
        fact_groups=_fact_groups(typed),
        version=shared.version_of(typed) if problems else found.version,
        reason=typed.get("reason", ""),
        done=request.args.get("done") == "saved" and not problems,
        errors=errors,
    )
    shown.status_code = 422 if errors else 200
    return shown


def _positions(values: Snapshot) -> list[tuple[str, str]]:
    known = PRECISION.get(str(values.get("precision"))) if values.get("latitude") is not None else None
    said = {
        "keep": _("As it is now: %(where)s", where=known) if known else "",
        "code": _("Where its postcode or town is"),
        "pin": _("I write it in degrees"),
        "none": _("Not known"),
    }
    return [(code, str(said[code])) for code in POSITIONS if said[code]]


def _fact_groups(typed: Typed) -> list[dict[str, object]]:
    return [
        {
            "title": words.FAMILIES[family],
            "facts": [
                {
                    "code": code,
                    "label": fact_words.holds(code),
                    "note": "",
                    "value": typed.get(f"fact_{code}", Value.NOT_CONFIRMED.value),
                }
                for code in FAMILIES[family]
                if code in CODES
            ],
        }
        for family in OF_PLACES
    ]
