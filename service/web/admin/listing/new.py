"""A new listing: who runs it, what it is and where it meets. It begins as a draft that nobody sees."""

from uuid import UUID, uuid4

from flask import Response, redirect, url_for
from flask.typing import ResponseReturnValue

from service.accounts.permissions import Permission
from service.catalog.changes import GroupChanges
from service.catalog.editing import organisations
from service.catalog.editing.organisations import create_organisation, search_organisations
from service.catalog.editing.places import place_lines, search_places
from service.catalog.operations import create_group
from service.catalog.queries import group_by_id
from service.db import committing, db
from service.errors import Invalid, NotFound, Problem
from service.web.access import allow
from service.web.admin import rooms, words
from service.web.admin.listing import edit_parts, looked_up, pages, shared
from service.web.admin.listing.edit_parts import place_name
from service.web.admin.listing.forms import Problems, Typed
from service.web.admin.listing.looked_up import NEW_ID

SEARCHES = ("find_organisation", "find_place")
FIELDS = (
    *("name", "description", "mode", "organisation", "new_organisation", "place"),
    *SEARCHES,
    *edit_parts.NEW_PLACE,
)
MOST_FOUND = 10


@allow(Permission.EDIT_CATALOG)
def show() -> Response:
    """Show the empty form."""
    return _form({})


@allow(Permission.EDIT_CATALOG)
def take() -> ResponseReturnValue:
    """Look up what was asked for, or make the draft and go on with it; sent twice, it is made once."""
    typed = shared.typed_now()
    if _looking(typed):
        return _form(typed)
    group_id = _uuid(typed.get("group_id", "")) or uuid4()
    if _made_before(group_id):
        return redirect(url_for(".admin_group", group_id=group_id), 303)
    try:
        _make(group_id, typed)
    except Invalid as refused:
        return _form(typed, refused.fields)
    return redirect(url_for(".admin_group", group_id=group_id), 303)


def _looking(typed: Typed) -> bool:
    asked = any(typed.get(name) and typed.get(name) != typed.get(f"{name}_before") for name in SEARCHES)
    return typed.get("step") == "find" or asked


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _made_before(group_id: UUID) -> bool:
    try:
        group_by_id(db.session(), group_id, today=pages.around().today, public=False)
    except NotFound:
        return False
    return True


def _make(group_id: UUID, typed: Typed) -> None:
    """Make the draft, with its organisation and place where they are new, all or nothing."""
    place = looked_up.new_place(typed)
    known = _uuid(typed.get("place", ""))
    save = shared.saving(typed)
    with committing() as unit:
        body = _organisation(typed)
        if place is not None:
            looked_up.make(place, save)
        places = [one for one in (known, place.id if place else None) if one is not None]
        create_group(
            unit,
            organisation_id=body,
            changes=GroupChanges(
                fields={name: typed.get(name, "") for name in ("name", "description", "mode")}, places=tuple(places)
            ),
            actor=save.actor,
            reason=save.reason,
            now=save.now,
            group_id=group_id,
            origin=save.origin,
        )


def _organisation(typed: Typed) -> UUID:
    """Return who runs it; a new one is made where it was not chosen from the list."""
    chosen = _uuid(typed.get("organisation", ""))
    if chosen is not None:
        return chosen
    if not typed.get("new_organisation", ""):
        raise Invalid("invalid", fields={"find_organisation": Problem("needed")})
    try:
        fields = {"name": typed["new_organisation"]}
        return create_organisation(db.session(), fields=fields, save=shared.saving(typed)).id
    except Invalid as refused:
        problem = next(iter(refused.fields.values()))
        raise Invalid("invalid", fields={"new_organisation": problem}) from None


def _form(typed: Typed, problems: Problems | None = None) -> Response:
    renamed = {"organisation_id": "find_organisation", "places": "find_place"}
    named = {renamed.get(name, name): problem for name, problem in (problems or {}).items()}
    said = {name: words.problem(problem) for name, problem in named.items()}
    found = _organisations(typed)
    places = _places(typed)
    shown = rooms.page(
        "new.html",
        "",
        form_action=url_for(".admin_new"),
        back_href=url_for(".admin"),
        typed={"mode": "in_person", **{name: typed.get(name, "") for name in FIELDS if name in typed}},
        group_id=typed.get("group_id") or str(uuid4()),
        new_place_id=typed.get(NEW_ID) or str(uuid4()),
        organisations=found,
        places=places,
        modes=list(words.MODES.items()),
        nothing_found={
            "organisation": bool(typed.get("find_organisation")) and not found,
            "place": bool(typed.get("find_place")) and not places,
        },
        errors=said,
    )
    shown.status_code = 422 if said else 200
    return shown


def _organisations(typed: Typed) -> list[tuple[str, str]]:
    """Return those that were looked up, and the one that was chosen."""
    text, chosen = typed.get("find_organisation", ""), _uuid(typed.get("organisation", ""))
    lines = search_organisations(db.session(), text, limit=MOST_FOUND) if text else ()
    found = {str(line.id): line.name for line in lines}
    if chosen is not None and str(chosen) not in found:
        found |= {str(chosen): shared.name_of(organisations.organisation_by_id(db.session(), chosen))}
    return list(found.items())


def _places(typed: Typed) -> list[tuple[str, str]]:
    chosen = _uuid(typed.get("place", ""))
    lines = [*search_places(db.session(), typed.get("find_place", ""), limit=MOST_FOUND)]
    lines += place_lines(db.session(), [chosen] if chosen else [])
    return list({str(line.id): place_name(line) for line in lines}.items())
