"""Interests that listings seem to have: a list of the listings, and saving at once all that is sure."""

import secrets
from hashlib import sha256

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.accounts.once import Replay
from service.accounts.permissions import Permission
from service.catalog.desk import batches, bulk
from service.catalog.desk.batches import Line
from service.catalog.desk.bulk import Wish
from service.catalog.reading import tagging
from service.catalog.reading.interest_weights import SURE
from service.catalog.reading.tagging import PAGE, Proposed, ToLookAt
from service.clock import now
from service.db import committing, db
from service.web.access import allow, current_actor, origin
from service.web.admin import rooms
from service.web.admin.desk import together, together_words
from service.web.admin.listing import looked_up, pages
from service.web.rendering import services
from service.web.sent_once import claim
from service.web.term_words import label_of

LAST_PAGE = 1000
AT_ONCE = 100  # listings that are shown and saved at once


@allow(Permission.EDIT_CATALOG)
def show_list() -> Response:
    """Show the listings that seem to have more interests than they say, those found last first."""
    page = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    found = tagging.to_look_at(db.session(), page=page)
    return rooms.page(
        "interests.html",
        ".admin_interests",
        rows=[_row(one) for one in found[:PAGE]],
        sure_href=url_for(".admin_interests_sure") if tagging.sure_ones(db.session(), least=SURE, limit=1) else "",
        older_href=url_for(".admin_interests", page=page + 1) if len(found) > PAGE else "",
        newer_href=url_for(".admin_interests", page=page - 1) if page > 1 else "",
    )


@allow(Permission.EDIT_CATALOG)
def check() -> Response:
    """Show what each listing would become if all that is sure were saved. Nothing is."""
    return _shown(_wish())


@allow(Permission.EDIT_CATALOG)
def save() -> ResponseReturnValue:
    """Begin just what was shown; where something else is proposed by now, show that."""
    wish, digest = _wish(), request.form.get("digest", "")
    with committing() as unit:
        claimed = claim("admin.interests", {"digest": digest})
        lines = _lines(wish) if not isinstance(claimed, Replay) else ()
        is_as_shown = _digest(wish, lines) == digest
        if lines and is_as_shown:
            batches.begin(
                unit,
                edit_id=claimed.resource_id,
                wish=wish,
                reason=str(_("Read from its text")),
                shown=lines,
                actor=current_actor(),
                now=now(),
                origin=origin(),
            )
    if not isinstance(claimed, Replay) and not (lines and is_as_shown):
        return _shown(wish, changed=True)
    together.work(claimed.resource_id)
    return redirect(url_for(".admin_together_one", edit_id=claimed.resource_id), 303)


def _wish() -> Wish:
    found = tagging.sure_ones(db.session(), least=SURE, limit=AT_ONCE)
    return bulk.interests({one.group_id: [each.code for each in one.interests] for one in found})


def _lines(wish: Wish) -> tuple[Line, ...]:
    ids, today = bulk.listed(wish), pages.around().today
    return batches.show(db.session(), ids, wish, reason="", actor=current_actor(), today=today)


def _digest(wish: Wish, lines: tuple[Line, ...]) -> str:
    """Name what was shown: which terms for which listings, at which versions."""
    versions = " ".join(f"{line.group.id}:{line.group.version}:{bool(line.difference):d}" for line in lines)
    return sha256(f"{wish.value} {versions}".encode()).hexdigest()


def _shown(wish: Wish, *, changed: bool = False) -> Response:
    lines = _lines(wish)
    will = [line for line in lines if line.difference]
    names = looked_up.names([line.difference for line in will])
    shown = rooms.page(
        "together_check.html",
        "",
        deed=together_words.deed(wish),
        changed=changed,
        rows=[together.row(line, names) for line in will],
        refused=[together.row(line, names) for line in lines if line.problem],
        same=sum(1 for line in lines if not line.difference and not line.problem),
        hidden=[("digest", _digest(wish, lines)), ("nonce", secrets.token_urlsafe(16))],
        form_action=url_for(".admin_interests_save"),
        back_href=url_for(".admin_interests"),
    )
    shown.status_code = 409 if changed else 200
    return shown


def _row(one: ToLookAt) -> dict[str, object]:
    return {
        "name": one.name,
        "is_example": one.is_example,
        "href": url_for(".admin_suggested", group_id=one.group_id),
        "interests": [_said(each) for each in one.interests],
    }


def _said(one: Proposed) -> dict[str, object]:
    label = label_of(services().matching.taxonomy, one.code)
    return {"label": label, "words": " · ".join(one.words), "percent": pages.percent(one.sure)}
