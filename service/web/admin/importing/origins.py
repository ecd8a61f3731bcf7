"""Whose lists are taken in: what each run did, taking the last one back, and whether a source is trusted."""

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from service.accounts.permissions import Permission, Role
from service.catalog.importing.lists.keeping import may_trust
from service.catalog.importing.runs import sources
from service.catalog.importing.runs.undoing import begin_undo, undo_run
from service.clock import now
from service.db import committing, db
from service.errors import NotFound
from service.web.access import allow, current_actor
from service.web.admin import rooms
from service.web.admin.importing import wording
from service.web.admin.importing.lists import AGAIN_SECONDS
from service.web.admin.listing import pages


@allow(Permission.EDIT_CATALOG)
def show(source: str) -> Response:
    """Show the runs of a source, the newest first."""
    runs = sources.runs_of(db.session(), source)
    known = next(one for one in sources.listed(db.session()) if one.name == source)
    shown = rooms.page(
        "importing/source.html",
        "",
        source=source,
        trusted=known.trusted,
        may_trust=current_actor().role is Role.ADMIN,
        action=url_for(".admin_source_act", source=source),
        home_href=url_for(".admin_lists"),
        runs=[_run(one) for one in runs],
    )
    if any(one.state in ("running", "undoing") for one in runs):
        shown.headers["Refresh"] = str(AGAIN_SECONDS)
    return shown


def _run(one: sources.RunView) -> dict[str, object]:
    return {
        "number": one.number,
        "when": pages.figures().long_day(one.started_at.date()),
        "what": wording.in_short(one.counts),
        "state": one.state,
        "may_undo": one.is_last and one.state == "done",
    }


@allow(Permission.EDIT_CATALOG)
def act(source: str) -> ResponseReturnValue:
    """Take a run back, or say whether the source is trusted."""
    deed = {"undo": _undo, "trust": _trust, "distrust": _trust}.get(request.form.get("act", ""))
    if deed is None:
        raise NotFound("page")
    deed(source)
    return redirect(url_for(".admin_source", source=source), 303)


def _undo(source: str) -> None:
    number = request.form.get("number", 0, type=int)
    with committing() as unit:
        small = begin_undo(unit, source=source, number=number, actor=current_actor(), now=now())
    if small:
        undo_run(committing, source=source, number=number, actor=current_actor(), now=now())


def _trust(source: str) -> None:
    may_trust(current_actor())
    with committing() as unit:
        sources.trust(unit, source, trusted=request.form.get("act") == "trust")
