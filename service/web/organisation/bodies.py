"""Organisations as an administrator sees them: found, made, and what each of them does here."""

from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from service.accounts.permissions import Permission
from service.catalog import organisations
from service.catalog.organisations import LONGEST_NAME, PARTS, SUBJECT, Body
from service.clock import now
from service.db import committing, db
from service.errors import Invalid
from service.web import account_words
from service.web.access import allow, current_actor, origin
from service.web.organisation import rooms

WORDS = {
    "referring": _l("Refers people"),
    "providing": _l("Runs groups"),
    "catalogue": _l("Keeps the catalogue"),
    "link_work": _l("Link workers help whom others refer"),
}


def register(blueprint: Blueprint) -> None:
    """Add the list, what looks one up or makes one, and the page of one."""
    blueprint.add_url_rule("/organisation/organisations", "organisations", show_list)
    blueprint.add_url_rule("/organisation/organisations", "organisations_post", find_or_make, methods=["POST"])
    one = "/organisation/organisations/<uuid:organisation_id>"
    blueprint.add_url_rule(one, "organisation", show_one)
    blueprint.add_url_rule(one, "organisation_post", change, methods=["POST"])


@allow(Permission.MANAGE)
def show_list() -> Response:
    """Show the organisations that do one thing: those that refer people, if nothing else was asked for."""
    part = request.args.get("part", PARTS[0])
    return _list(part if part in PARTS else PARTS[0])


@allow(Permission.MANAGE)
def find_or_make() -> ResponseReturnValue:
    """Look organisations up by name, or make one."""
    typed = {"name": request.form.get("name", "")[: 2 * LONGEST_NAME]}
    if request.form.get("act") != "make":
        return _list("", search=request.form.get("search", "")[:LONGEST_NAME])
    try:
        with committing() as unit:
            made = organisations.make_organisation(
                unit,
                name=typed["name"],
                acts_as=request.form.getlist("acts_as"),
                actor=current_actor(),
                now=now(),
                origin=origin(),
            )
    except Invalid as refused:
        errors = account_words.sentences(refused.fields)
        return _list(PARTS[0], typed=typed, errors=errors)
    return redirect(url_for(".members_of", organisation_id=made), 303)


@allow(Permission.MANAGE)
def show_one(organisation_id: UUID) -> Response:
    """Show what one organisation does."""
    return _one(organisation_id, {})


@allow(Permission.MANAGE)
def change(organisation_id: UUID) -> ResponseReturnValue:
    """Say anew what an organisation does."""
    try:
        with rooms.out_of_sight(Permission.MANAGE, SUBJECT, organisation_id), committing() as unit:
            organisations.change_parts(
                unit,
                organisation_id=organisation_id,
                acts_as=request.form.getlist("acts_as"),
                version=request.form.get("version", type=int),
                actor=current_actor(),
                now=now(),
                origin=origin(),
            )
    except Invalid as refused:
        return _one(organisation_id, account_words.sentences(refused.fields))
    return redirect(url_for(".organisation", organisation_id=organisation_id, done="saved"), 303)


def _list(
    part: str, *, search: str = "", typed: dict[str, str] | None = None, errors: dict[str, str] | None = None
) -> Response:
    page = min(max(request.args.get("page", 1, type=int), 1), rooms.LAST_PAGE)
    found = organisations.bodies(db.session(), part=part, search=search, page=page)
    more = len(found) > organisations.PAGE
    shown = rooms.page(
        "organisations.html",
        ".organisations",
        organisations=[_row(one) for one in found[: organisations.PAGE]],
        parts=[
            {"text": text, "href": url_for(".organisations", part=one), "current": one == part}
            for one, text in WORDS.items()
        ],
        choices=list(WORDS.items()),
        form_action=url_for(".organisations_post"),
        search=search,
        values=typed or {},
        errors=errors or {},
        more=more and not part,
        older_href=url_for(".organisations", part=part, page=page + 1) if more and part else "",
        newer_href=url_for(".organisations", part=part, page=page - 1) if page > 1 and part else "",
    )
    shown.status_code = 422 if errors else 200
    return shown


def _one(organisation_id: UUID, errors: dict[str, str]) -> Response:
    with rooms.out_of_sight(Permission.MANAGE, SUBJECT, organisation_id):
        found = organisations.body(db.session(), organisation_id)
    shown = rooms.page(
        "organisation.html",
        "",
        name=found.name,
        is_example=found.is_example,
        choices=list(WORDS.items()),
        chosen=found.acts_as,
        version=found.version,
        members_href=url_for(".members_of", organisation_id=organisation_id),
        keys_href=url_for(".keys_of", organisation_id=organisation_id),
        logins_href=url_for(".logins_of", organisation_id=organisation_id),
        back_href=url_for(".organisations"),
        form_action=url_for(".organisation_post", organisation_id=organisation_id),
        errors=errors,
        done=request.args.get("done") == "saved",
    )
    shown.status_code = 422 if errors else 200
    return shown


def _row(one: Body) -> dict[str, object]:
    return {
        "name": one.name,
        "is_example": one.is_example,
        "does": ", ".join(str(WORDS[part]) for part in one.acts_as),
        "href": url_for(".organisation", organisation_id=one.id),
        "members_href": url_for(".members_of", organisation_id=one.id),
    }
