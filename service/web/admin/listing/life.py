"""A listing's life: as it was at a version, given to another organisation, copied in part; and who may publish."""

from uuid import UUID, uuid4

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from service.accounts.once import Replay
from service.accounts.permissions import Permission
from service.catalog import approving, organisations
from service.catalog.changes import as_change
from service.catalog.editing.moving import move_group, split_group
from service.catalog.editing.restoring import restore_version, would_change
from service.catalog.queries import group_by_id
from service.catalog.views import GroupView
from service.clock import now
from service.db import db, writes
from service.errors import Conflict, Invalid, Problem
from service.web.access import allow, current_actor, origin
from service.web.admin import rooms, words
from service.web.admin.listing import elsewhere, looked_up, pages
from service.web.sent_once import claim

LONGEST_REASON = 500  # characters


@allow(Permission.EDIT_CATALOG)
def show_then(group_id: UUID, version: int) -> Response:
    """Show what would change if the listing were as it was then."""
    group = _group(group_id)
    return elsewhere.instead(group) or _then(group, version)


@allow(Permission.EDIT_CATALOG)
@writes
def put_back(group_id: UUID, version: int) -> ResponseReturnValue:
    """Make the listing as it was then; if somebody saved meanwhile, show anew what would change."""
    try:
        saved = restore_version(
            db.session(),
            group_id=group_id,
            version=version,
            expected_version=request.form.get("version", -1, type=int),
            actor=current_actor(),
            reason=_reason(),
            now=now(),
            origin=origin(),
        )
    except Conflict:
        shown = _then(_group(group_id), version, changed=True)
        shown.status_code = 409
        return shown
    return redirect(pages.saved_href(group_id, saved.version), 303)


@allow(Permission.EDIT_CATALOG)
def show(group_id: UUID) -> Response:
    """Show where it could go, and what of it could be copied."""
    group = _group(group_id)
    return elsewhere.instead(group) or _page(group, {})


@allow(Permission.EDIT_CATALOG)
@writes
def change(group_id: UUID) -> ResponseReturnValue:
    """Give it to another organisation, or copy a part of it into a new draft."""
    group = _group(group_id)
    try:
        after = _split(group) if request.form.get("deed") == "split" else _move(group)
    except Invalid as refused:
        return _page(group, {name: words.problem(one) for name, one in refused.fields.items()})
    return redirect(after, 303)


@allow(Permission.MANAGE)
def show_rule() -> Response:
    """Show whether a second pair of eyes is asked for."""
    return rooms.page(
        "rule.html",
        ".admin_rule",
        form_action=url_for(".admin_rule_post"),
        wanted=approving.second_pair(db.session()),
    )


@allow(Permission.MANAGE)
@writes
def change_rule() -> ResponseReturnValue:
    """Ask for a second pair of eyes, or not."""
    wanted = request.form.get("second_pair") == "yes"
    approving.ask_second_pair(db.session(), wanted=wanted, actor=current_actor(), now=now(), origin=origin())
    return redirect(url_for(".admin_rule"), 303)


def _then(group: GroupView, version: int, *, changed: bool = False) -> Response:
    changes = would_change(db.session(), group, version, today=pages.around().today)
    return rooms.page(
        "was.html",
        "",
        group=group,
        changes=pages.told(changes, looked_up.names([changes])),
        changed=changed,
        form_action=url_for(".admin_then_post", group_id=group.id, version=version),
        back_href=url_for(".admin_history", group_id=group.id),
    )


def _move(group: GroupView) -> str:
    typed = " ".join(request.form.get("organisation", "").split()).lower()
    named = [one for one in organisations.bodies(db.session(), search=typed) if typed and one.name.lower() == typed]
    if not named:
        raise Invalid("invalid", fields={"organisation": Problem("unknown_organisation" if typed else "needed")})
    move_group(
        db.session(),
        group_id=group.id,
        organisation_id=named[0].id,
        expected_version=request.form.get("version", -1, type=int),
        actor=current_actor(),
        reason=_reason(),
        now=now(),
        origin=origin(),
    )
    return url_for(".admin_history", group_id=group.id)


def _split(group: GroupView) -> str:
    chosen = {name: request.form.getlist(name) for name in ("sessions", "places")}
    meant = {**chosen, "name": request.form.get("name", "")}
    claimed = claim(f"admin.split.{group.id}", meant)
    if not isinstance(claimed, Replay):
        split_group(
            db.session(),
            group_id=group.id,
            name=request.form.get("name", ""),
            session_ids=[one.id for one in group.sessions if str(one.id) in chosen["sessions"]],
            place_ids=[one.id for one in group.places if str(one.id) in chosen["places"]],
            expected_version=request.form.get("version", -1, type=int),
            actor=current_actor(),
            reason=_reason(),
            now=now(),
            new_id=claimed.resource_id,
            origin=origin(),
        )
    return url_for(".admin_group", group_id=claimed.resource_id)


def _page(group: GroupView, errors: dict[str, str]) -> Response:
    typed, shown = request.form, pages.figures()
    sessions = [(str(one.id), words.session_sentence(as_change(one), shown)) for one in group.sessions]
    places = [(str(one.id), one.name or one.city or one.postal_code or "–") for one in group.places]
    page = rooms.page(
        "life.html",
        "",
        group=group,
        form_action=url_for(".admin_life_post", group_id=group.id),
        back_href=url_for(".admin_page", group_id=group.id),
        nonce=str(uuid4()),
        values={name: typed.get(name, "") for name in ("organisation", "name", "reason")},
        sessions=sessions,
        places=places,
        chosen={name: typed.getlist(name) for name in ("sessions", "places")},
        errors=errors,
    )
    page.status_code = 422 if errors else 200
    return page


def _group(group_id: UUID) -> GroupView:
    return group_by_id(db.session(), group_id, today=pages.around().today, public=False)


def _reason() -> str | None:
    return request.form.get("reason", "").strip()[:LONGEST_REASON] or None
