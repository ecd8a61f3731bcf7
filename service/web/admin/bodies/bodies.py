"""Organisations that run groups: looked up, added and put right. A change shows at all their groups."""

from uuid import UUID

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from service.accounts.permissions import Permission
from service.catalog.changes import Snapshot
from service.catalog.editing import organisations
from service.catalog.editing.keeping import Shared
from service.db import committing, db
from service.errors import Conflict, Invalid
from service.web.access import allow
from service.web.admin import rooms, words
from service.web.admin.listing import shared
from service.web.admin.listing.forms import Problems, Typed
from service.web.admin.listing.shared import Kind

SIZE = 50  # on one page
LAST_PAGE = 10_000
LABELS = {
    "name": _l("Name"),
    "summary": _l("What it is, in two sentences"),
    "website": _l("Website"),
    "email": _l("E-mail address"),
    "legal_form": _l("Legal form"),
}
HINTS = {"email": _l("The group’s own, not one of a person."), "legal_form": _l("Like charity, club or company.")}


def written(values: Snapshot) -> dict[str, str]:
    """Fill the form in."""
    return {name: str(values.get(name) or "") for name in LABELS}


KIND = Kind(entity=organisations.ENTITY, write=written, labels=LABELS)


@allow(Permission.EDIT_CATALOG)
def show_list() -> Response:
    """Show organisations by name; `q` narrows them."""
    query = request.args.get("q", "").strip()[:100]
    page = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    found = organisations.search_organisations(db.session(), query, limit=SIZE + 1, offset=(page - 1) * SIZE)
    return rooms.page(
        "bodies.html",
        "",
        search_action=url_for(".admin_bodies"),
        query=query,
        rows=[_row(one) for one in found[:SIZE]],
        new_href=url_for(".admin_body_new"),
        back_href=url_for(".admin"),
        older_href=url_for(".admin_bodies", q=query or None, page=page + 1) if len(found) > SIZE else "",
        newer_href=url_for(".admin_bodies", q=query or None, page=page - 1) if page > 1 else "",
    )


def _row(one: organisations.OrganisationLine) -> dict[str, object]:
    here = url_for(".admin_body", body_id=one.id)
    return {"name": one.name, "is_example": one.is_example, "groups": one.groups, "href": here}


@allow(Permission.EDIT_CATALOG)
def show_new() -> Response:
    """Show the empty form."""
    return _form(None, written({}))


@allow(Permission.EDIT_CATALOG)
def add() -> ResponseReturnValue:
    """Add an organisation."""
    typed = shared.typed_now()
    try:
        with committing() as unit:
            made = organisations.create_organisation(unit, fields=_meant(typed), save=shared.saving(typed))
    except Invalid as refused:
        return _form(None, typed, refused.fields)
    return redirect(url_for(".admin_body", body_id=made.id, done="saved"), 303)


@allow(Permission.EDIT_CATALOG)
def show_one(body_id: UUID) -> Response:
    """Show the form of one organisation."""
    found = _found(body_id)
    return _form(found, written(found.values))


@allow(Permission.EDIT_CATALOG)
def save(body_id: UUID) -> ResponseReturnValue:
    """Save what was changed, or show it again with what is wrong or what somebody else saved."""
    typed, found = shared.typed_now(), _found(body_id)
    here = url_for(".admin_body", body_id=body_id)
    if typed.get("step") == "again":
        return _form(found, shared.again(KIND, found, typed))
    try:
        with committing() as unit:
            organisations.edit_organisation(
                unit,
                organisation_id=body_id,
                fields=_meant(typed),
                expected_version=shared.version_of(typed),
                save=shared.saving(typed),
            )
    except Conflict:
        return shared.conflict(KIND, _found(body_id), typed, here, here)
    except Invalid as refused:
        return _form(found, typed, refused.fields)
    return redirect(url_for(".admin_body", body_id=body_id, done="saved"), 303)


def _found(organisation_id: UUID) -> Shared:
    return organisations.organisation_by_id(db.session(), organisation_id)


def _meant(typed: Typed) -> dict[str, str | None]:
    return {name: typed[name] for name in LABELS if name in typed}


def _form(found: Shared | None, typed: Typed, problems: Problems | None = None) -> Response:
    errors = {name: words.problem(problem) for name, problem in (problems or {}).items()}
    version = shared.version_of(typed) if problems else found.version if found else 0
    shown = rooms.page(
        "body.html",
        "",
        found=found,
        name=shared.name_of(found) if found else "",
        form_action=url_for(".admin_body", body_id=found.id) if found else url_for(".admin_body_new"),
        back_href=url_for(".admin_bodies"),
        trust_href=url_for(".admin_trust", body_id=found.id) if found else "",
        fields=[
            {"name": name, "label": label, "hint": HINTS.get(name, ""), "value": typed.get(name, "")}
            for name, label in LABELS.items()
        ],
        version=version,
        reason=typed.get("reason", ""),
        done=request.args.get("done") == "saved" and not problems,
        errors=errors,
    )
    shown.status_code = 422 if errors else 200
    return shown
