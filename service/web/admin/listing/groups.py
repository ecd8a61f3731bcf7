"""Putting a listing right, and seeing what changed. A GET never writes; one POST, the save, does."""

from uuid import UUID, uuid4

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from service.accounts.permissions import Permission
from service.catalog import drafts, history, queries
from service.catalog.changes import Difference, GroupChanges, Snapshot, clean, difference, preview, snapshot
from service.catalog.desk import looking_over
from service.catalog.editing.keeping import Save
from service.catalog.history import RevisionView
from service.catalog.operations import ENTITY, edit_group
from service.catalog.terms.knowing import know_terms
from service.catalog.views import GroupView
from service.clock import now
from service.db import db, writes
from service.errors import Conflict, Invalid, NotFound
from service.web.access import allow, current_actor, origin
from service.web.admin.listing import (
    both,
    drafting,
    edit_parts,
    elsewhere,
    forms,
    looked_up,
    pages,
    spoken,
    three_way,
)
from service.web.admin.listing.forms import Typed
from service.web.admin.listing.lists import with_ticks
from service.web.rendering import services
from service.web.sent_once import was_sent

LONGEST_REASON = 500  # characters
NOT_MEANT = frozenset({"csrf_token", "step", "nonce"})


@allow(Permission.EDIT_CATALOG)
def show_form(group_id: UUID) -> Response:
    """Show the form as the listing is."""
    group = _group(group_id)
    other = elsewhere.instead(group)
    if other is not None:
        return other
    typed = forms.written(snapshot(group), uuid4())
    return pages.form(group, typed, group.version, looked_up.found(group, typed), draft=drafting.offer(group))


@allow(Permission.EDIT_CATALOG)
def check(group_id: UUID) -> Response:
    """Show what would change, what is wrong, or what somebody else changed meanwhile. Nothing is saved."""
    group, typed = _group(group_id), _typed()
    other = elsewhere.instead(group, 403)
    if other is not None:
        return other
    return _checked(group, typed)


def _checked(group: GroupView, typed: Typed) -> Response:
    if typed.get("step") == "again":
        return _again(group, typed)
    if edit_parts.looking(typed):
        return pages.form(group, typed, _version(typed), looked_up.found(group, typed))
    if typed.get("step", "").startswith(("read:", "take:")):
        return spoken.step(group, typed)
    if _version(typed) != group.version:
        return _conflict(group, typed)
    try:
        changed = _difference(snapshot(group), _meant(typed, snapshot(group), looked_up.new_place(typed)))
    except Invalid as refused:
        return pages.form(group, typed, group.version, looked_up.found(group, typed), refused.fields)
    return pages.check(group, typed, changed, looked_up.names([changed], typed))


@allow(Permission.EDIT_CATALOG)
@writes
def save(group_id: UUID) -> ResponseReturnValue:
    """Save once, however often it is sent; what cannot be saved is shown again with everything that was typed."""
    group, typed = _group(group_id), _typed()
    try:
        if _claimed_before(group, typed):
            return redirect(_after(group.id, _version(typed) + 1), 303)
        changed = _save(group, typed)
        drafts.throw_away(db.session(), group_id=group.id, actor=current_actor())
    except Conflict:
        return _conflict(_group(group_id), typed)
    except Invalid as refused:
        return pages.form(group, typed, group.version, looked_up.found(group, typed), refused.fields)
    return redirect(_after(group.id, changed.version), 303)


@allow(Permission.EDIT_CATALOG)
def show_saved(group_id: UUID, version: int) -> Response:
    """Show what one save changed."""
    kept = history.revision(db.session(), ENTITY, group_id, version)
    changed, group = dict(kept.difference), _group(group_id)
    left = looking_over.go_on(db.session(), group, today=pages.around().today)
    return pages.saved(group, changed, looked_up.names([changed]), left)


@allow(Permission.EDIT_CATALOG)
def show_history(group_id: UUID) -> Response:
    """Show all saves of a listing, newest first."""
    saves = history.revisions(db.session(), ENTITY, group_id)
    return pages.history(_group(group_id), saves, looked_up.names([each.difference for each in saves]))


def _group(group_id: UUID) -> GroupView:
    return queries.group_by_id(db.session(), group_id, today=pages.around().today, public=False)


def _typed() -> dict[str, str]:
    return with_ticks({name: forms.tidy(text) for name, text in request.form.items()})


def _version(typed: Typed) -> int:
    text = typed.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _meant(typed: Typed, before: Snapshot, new: looked_up.NewPlace | None) -> GroupChanges:
    return forms.read(typed, before, pages.around(), [new.id] if new else ())


def _difference(before: Snapshot, meant: GroupChanges) -> Difference:
    today = pages.around().today
    return difference(before, preview(before, clean(meant, before=before, today=today), today=today))


def _claimed_before(group: GroupView, typed: Typed) -> bool:
    meant = {name: text for name, text in typed.items() if name not in NOT_MEANT}
    return was_sent(f"admin.save.{group.id}", meant)


def _save(group: GroupView, typed: Typed) -> GroupView:
    if _version(typed) != group.version:
        raise Conflict("stale_version", current_version=group.version)
    new = looked_up.new_place(typed)
    meant = _meant(typed, snapshot(group), new)
    if new is not None:
        looked_up.make(new, _by(typed))
    know_terms(db.session(), services().matching.taxonomy, meant.terms or ())
    return edit_group(
        db.session(),
        group_id=group.id,
        changes=meant,
        expected_version=_version(typed),
        actor=current_actor(),
        reason=_by(typed).reason,
        now=now(),
        origin=origin(),
    )


def _by(typed: Typed) -> Save:
    reason = typed.get("reason", "")[:LONGEST_REASON] or None
    return Save(actor=current_actor(), reason=reason, now=now(), origin=origin())


def _after(group_id: UUID, version: int) -> str:
    """Return the page that tells what was saved; the form, where nothing was different."""
    try:
        history.revision(db.session(), ENTITY, group_id, version)
    except NotFound:
        return url_for(".admin_group", group_id=group_id)
    return pages.saved_href(group_id, version)


def _later(group: GroupView, typed: Typed) -> tuple[RevisionView, ...]:
    saves = history.revisions(db.session(), ENTITY, group.id)
    return tuple(each for each in saves if each.version > _version(typed))


def _base(group: GroupView, later: tuple[RevisionView, ...]) -> dict[str, str]:
    """Return the form as it stood when the editor opened it."""
    return forms.written(history.as_of(snapshot(group), later))


def _conflict(group: GroupView, typed: Typed) -> Response:
    later = _later(group, typed)
    theirs = forms.written(snapshot(group))
    names = looked_up.names([each.difference for each in later], typed, theirs)
    return both.page(
        both.Forms(mine=typed, base=_base(group, later), theirs=theirs),
        both.About(
            name=group.name,
            is_example=group.is_example,
            last=later[0] if later else None,
            names=names,
            action=url_for(".admin_check", group_id=group.id),
            edit_href=url_for(".admin_group", group_id=group.id),
        ),
    )


def _again(group: GroupView, typed: Typed) -> Response:
    """Show the form with what was typed; what somebody else saved meanwhile, and I left alone or chose, is theirs."""
    typed, stays = three_way.chosen(typed)
    if _version(typed) != group.version:
        base, theirs = _base(group, _later(group, typed)), forms.written(snapshot(group))
        typed = three_way.together(typed, base, theirs, stays)
    return pages.form(group, typed, group.version, looked_up.found(group, typed))
