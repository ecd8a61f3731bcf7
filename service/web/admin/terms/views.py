"""The tree of interests, one of them, and acts on it: shown first, saved then. A GET never writes."""

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.accounts.permissions import Permission
from service.catalog.terms import operations, queries
from service.catalog.words.taxonomy import Taxonomy
from service.catalog.words.vocabulary import load_taxonomy
from service.clock import now
from service.db import committing, db
from service.errors import Conflict, Invalid, NotFound
from service.web.access import allow, current_actor, origin
from service.web.admin.terms import pages, reading, words
from service.web.rendering import services

LONGEST_QUERY = 100  # characters


def register(blueprint: Blueprint) -> None:
    """Add the tree and the pages of one interest."""
    one = "/admin/terms/<code>"
    blueprint.add_url_rule("/admin/terms", "admin_terms", show_tree)
    blueprint.add_url_rule(one, "admin_term", show_one)
    blueprint.add_url_rule(f"{one}/check", "admin_term_check", check, methods=["POST"])
    blueprint.add_url_rule(f"{one}/save", "admin_term_save", save, methods=["POST"])
    blueprint.add_url_rule(f"{one}/undo/<int:number>", "admin_term_undo", undo, methods=["POST"])


@allow(Permission.EDIT_CATALOG)
def show_tree() -> Response:
    """Show the tree with how many listings carry each; `q` finds by anything that is said for one."""
    query = request.args.get("q", "").strip()[:LONGEST_QUERY]
    laid = queries.tree(db.session(), ground())
    return pages.tree(ground().with_terms(laid.terms, laid.retired), query, left_out=len(laid.left_out))


@allow(Permission.EDIT_CATALOG)
def show_one(code: str) -> ResponseReturnValue:
    """Show one with all that is said for it; a retired one leads to what stands for it."""
    taxonomy = standing()
    term = taxonomy.get(code)
    if term is None:
        raise NotFound("term")
    if term.code != code:
        return redirect(url_for(".admin_term", code=term.code))
    return pages.one(taxonomy, term, typed={"word": request.args.get("word", "")[:LONGEST_QUERY]})


@allow(Permission.EDIT_CATALOG)
def check(code: str) -> Response:
    """Show what an act would do. Nothing is saved."""
    wanted = reading.typed(request.form, code)
    try:
        if _version() != queries.version(db.session(), code):
            raise Conflict("stale_version")
        change, after = operations.previewed(db.session(), ground(), wanted)
    except Invalid as refused:
        return _again(code, wanted, refused)
    except Conflict:
        return _meanwhile(code)
    return pages.check(standing(), change, after, wanted=wanted, version=_version())


@allow(Permission.EDIT_CATALOG)
def save(code: str) -> ResponseReturnValue:
    """Do what was shown."""
    wanted = reading.checked(request.form, code)
    try:
        with committing() as unit:
            done = operations.act(
                unit,
                ground=ground(),
                wanted=wanted,
                expected_version=_version(),
                actor=current_actor(),
                reason=request.form.get("reason", ""),
                now=now(),
                origin=origin(),
            )
    except Invalid as refused:
        return _again(code, wanted, refused)
    except Conflict:
        return _meanwhile(code)
    return redirect(url_for(".admin_term", code=done.code, saved=1), 303)


@allow(Permission.EDIT_CATALOG)
def undo(code: str, number: int) -> ResponseReturnValue:
    """Take an act back."""
    try:
        with committing() as unit:
            done = operations.undo(
                unit,
                ground=ground(),
                number=number,
                code=code,
                expected_version=_version(),
                actor=current_actor(),
                now=now(),
                origin=origin(),
            )
    except Conflict as refused:
        if refused.code == "stale_version":
            return _meanwhile(code)
        return _told(code, str(_("Something later needs this change. Take that back first")))
    return redirect(url_for(".admin_term", code=done.code, saved=1), 303)


def ground() -> Taxonomy:
    """Return the taxonomy of the files."""
    return load_taxonomy(services().settings.seeds_folder / "taxonomy")


def standing() -> Taxonomy:
    """Return the taxonomy as it is this moment."""
    return queries.now_standing(db.session(), ground())


def _version() -> int:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _again(code: str, wanted: operations.Wanted, refused: Invalid) -> Response:
    taxonomy = standing()
    wrong = {reading.field_of(wanted.act, part): words.problem(one) for part, one in refused.fields.items()}
    shown = pages.one(taxonomy, taxonomy.term(code), typed=request.form, errors=wrong)
    shown.status_code = 422
    return shown


def _meanwhile(code: str) -> Response:
    return _told(code, str(_("Somebody changed this meanwhile. Look it over, and do it again")))


def _told(code: str, text: str) -> Response:
    taxonomy = standing()
    term = taxonomy.get(code)
    if term is None:
        raise NotFound("term")
    shown = pages.one(taxonomy, term, typed={}, errors={"word": text})
    shown.status_code = 409
    return shown
