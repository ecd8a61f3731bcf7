"""Keeping what an editor typed for later: by a button, or by a script while they type. No listing is changed."""

from uuid import UUID

from flask import make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from service.accounts.limits import Limit
from service.accounts.permissions import Permission
from service.catalog import drafts, queries
from service.catalog.views import GroupView
from service.clock import now
from service.db import db, writes
from service.web.access import allow, current_actor
from service.web.admin.listing import forms, looked_up, pages
from service.web.rendering import limits

DRAFT_EDITOR = Limit(scope="catalog.draft", most=600, seconds=3600)
NOT_KEPT = frozenset({"csrf_token", "step", "nonce", "quiet"})


@allow(Permission.EDIT_CATALOG)
@writes
def keep(group_id: UUID) -> ResponseReturnValue:
    """Keep the form as it is typed; a script asks quietly, and gets no page."""
    limits().take(DRAFT_EDITOR, str(current_actor().user_id), now=now())
    queries.group_by_id(db.session(), group_id, today=pages.around().today, public=False)
    typed = {name: forms.tidy(text) for name, text in request.form.items() if name not in NOT_KEPT}
    version = int(typed["version"]) if typed.get("version", "").isdecimal() else 0
    drafts.keep(db.session(), group_id=group_id, typed=typed, version=version, actor=current_actor(), now=now())
    if request.form.get("quiet"):
        return make_response("", 204)
    return redirect(url_for(".admin_group", group_id=group_id), 303)


@allow(Permission.EDIT_CATALOG)
@writes
def decide(group_id: UUID) -> ResponseReturnValue:
    """Go on with what was kept, or throw it away."""
    actor = current_actor()
    group = queries.group_by_id(db.session(), group_id, today=pages.around().today, public=False)
    draft = drafts.find(db.session(), group_id=group_id, actor=actor, now=now())
    if request.form.get("step") == "go_on" and draft is not None:
        return pages.form(group, draft.typed, draft.version, looked_up.found(group, draft.typed))
    drafts.throw_away(db.session(), group_id=group_id, actor=actor)
    return redirect(url_for(".admin_group", group_id=group_id), 303)


def offer(group: GroupView) -> dict[str, str] | None:
    """Return what the form says of a draft that waits; None for none."""
    draft = drafts.find(db.session(), group_id=group.id, actor=current_actor(), now=now())
    if draft is None:
        return None
    return {"when": pages.moment(draft.kept_at), "action": url_for(".admin_draft_decide", group_id=group.id)}
