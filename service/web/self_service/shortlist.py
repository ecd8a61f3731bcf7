"""The pages of a list: in a search or in an address of its own, changed, shared, ended. Nobody needs an account."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.accounts.limits import Limit, limit_address
from service.accounts.permissions import Permission
from service.accounts.signing_in import ended
from service.catalog.queries import group_by_slug, load_groups
from service.clock import now
from service.db import committing, db
from service.errors import Gone, Invalid, NotFound
from service.matching.answer import Match
from service.matching.profile import MAX_LIMIT, Profile
from service.web import keeping
from service.web.access import allow
from service.web.forgery import without_token
from service.web.keeping import Kept
from service.web.rendering import limits, private, services
from service.web.self_service import keep, list_page, search
from service.web.self_service.reading import Typed
from service.web.self_service.search import Search

ENDING = Limit(scope="list.end.address", most=60, seconds=3600)  # ending leaves a row, so nobody may do it endlessly
AFTER = {"list": "web.shortlist", "leaflet": "web.leaflet", "large": "web.leaflet_large", "pdf": "web.leaflet_pdf"}


@allow(Permission.PUBLIC)
@without_token
def keep_in_results(sealed: str) -> ResponseReturnValue:
    """Put a group on the list of this search, or take it off, and lead back to the same place."""
    typed, group_id = search.typed_of(sealed), _id(request.form.get("group", ""))
    wanted = keep.changed(typed, group_id, keep=request.form.get("off") is None)
    try:
        sealed = search.seal(wanted)
    except Invalid as error:
        raise Invalid("list_full") from error
    slug, back = request.form.get("slug", ""), request.form.get("back", "")
    if back == "group" and slug:
        return redirect(url_for("web.group_in_results", sealed=sealed, slug=slug, _anchor="keep"), 303)
    page = "web.kept_in_results" if back == "list" else "web.results"
    return redirect(url_for(page, sealed=sealed, _anchor=f"keep-{group_id.hex}" if back != "list" else None), 303)


@allow(Permission.PUBLIC)
@without_token
def keep_one(slug: str) -> ResponseReturnValue:
    """Begin a list with one group, and lead to it or to what is printed of it."""
    moment = now()
    found = group_by_slug(db.session(), slug, today=moment.date())
    sealed = seal(keeping.begin([found.id], now=moment))
    return redirect(url_for(AFTER.get(request.form.get("then", ""), AFTER["list"]), sealed=sealed), 303)


@allow(Permission.PUBLIC)
def kept_in_results(sealed: str) -> ResponseReturnValue:
    """Show the list of this search, with the way from where somebody is, and its link."""
    typed, moment = search.typed_of(sealed), now()
    kept = _of_search(typed, moment)
    try:
        asked = search.read(sealed, typed)
    except Invalid:
        return redirect(url_for(".results", sealed=sealed), 303)
    answer = services().matching.match(_all(asked), now=moment)
    matches = {UUID(match.group_id): match for match in answer.matches}
    return private(_page(kept, moment, matches=matches, asked=asked))


@allow(Permission.LINK)
def shortlist(sealed: str) -> ResponseReturnValue:
    """Show a list to whoever has its link."""
    moment = now()
    return private(_page(opened(sealed, moment), moment))


@allow(Permission.LINK)
@without_token
def change(sealed: str) -> ResponseReturnValue:
    """Take a group off, and lead to the list without it."""
    kept = keeping.without(opened(sealed, now()), _id(request.form.get("group", "")))
    return redirect(url_for("web.shortlist", sealed=seal(kept)), 303)


@allow(Permission.LINK)
def more(sealed: str) -> ResponseReturnValue:
    """Lead to a search that has this list with it."""
    kept = opened(sealed, now())
    carried: Typed = {keep.LIST: keeping.new_id(), keep.KEPT: [one.hex for one in kept.groups]}
    return redirect(url_for("web.change", sealed=search.seal(carried)), 303)


@allow(Permission.LINK)
@without_token
def end(sealed: str) -> ResponseReturnValue:
    """End every link to this list at once. Whoever holds the link may; a token would need a cookie."""
    moment = now()
    kept = opened(sealed, moment)
    limits().take(ENDING, limit_address(request.remote_addr), now=moment)
    with committing() as unit:
        ended.end(unit, list_id=kept.id, until=moment + keeping.VALID, now=moment)  # links made since end later
    return redirect(url_for("web.shortlist", sealed=sealed), 303)


def opened(sealed: str, moment: datetime) -> Kept:
    """Return the list of an address; raises Gone when it ran out or was ended, in this process or another."""
    kept = keeping.unseal(services().sealer(keeping.PURPOSE), sealed, now=moment)
    if ended.has_ended(db.session(), list_id=kept.id):
        raise Gone("list_ended")
    return kept


def seal(kept: Kept) -> str:
    """Return a list as a segment of an address."""
    return keeping.seal(services().sealer(keeping.PURPOSE), kept)


def _page(
    kept: Kept, moment: datetime, *, matches: Mapping[UUID, Match] | None = None, asked: Search | None = None
) -> str:
    groups = load_groups(db.session(), kept.groups, today=moment.date())
    profile = asked.profile if asked else Profile()
    scenes = list_page.scenes(kept, groups, profile, matches or {}, now=moment)
    shown = list_page.page(kept, seal(kept), scenes, search.voice(), matches or {}, asked)
    return render_template("self_service/list.html", **shown)


def _of_search(typed: Typed, moment: datetime) -> Kept:
    kept, seed = keeping.begin(keep.kept_of(typed), now=moment), typed.get(keep.LIST)
    if not isinstance(seed, str):
        return kept
    return keeping.of_search(kept, seed, lambda list_id: ended.has_ended(db.session(), list_id=list_id))


def _all(asked: Search) -> Profile:
    return replace(asked.question, limit=MAX_LIMIT)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("group") from None
