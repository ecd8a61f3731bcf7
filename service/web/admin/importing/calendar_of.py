"""The calendar of a group: point at it, see first what would change, follow it, see what it did, let it go."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from service.accounts.limits import Limit
from service.accounts.permissions import Permission
from service.catalog.importing.feeds import calendars, of_group, reading
from service.catalog.importing.feeds.asking import FeedError
from service.catalog.importing.runs.planning import Plan
from service.catalog.queries import group_by_id
from service.catalog.views import GroupView
from service.clock import now
from service.db import committing, db
from service.errors import Invalid
from service.outgoing import THIS_MACHINE, OutsideError, Ways
from service.web.access import allow, current_actor
from service.web.admin import rooms, words
from service.web.admin.importing import lists, telling
from service.web.admin.listing import elsewhere, pages
from service.web.rendering import limits, services

LOOKS = Limit(scope="catalog.calendar", most=60, seconds=3600)
SILENT = _l("The calendar did not answer. Is the address right, and may everybody read it?")
NO_CALENDAR = _l("There is no calendar at this address. Look for one that ends in .ics")
EMPTY = _l("This calendar has no meeting. We changed nothing")
WHY: Mapping[str, Any] = {"not_a_calendar": NO_CALENDAR, "file_unknown": NO_CALENDAR, "calendar_empty": EMPTY}


@allow(Permission.EDIT_CATALOG)
def show(group_id: UUID) -> Response:
    """Show the form, or the calendar that is followed."""
    group = _group(group_id)
    return elsewhere.instead(group) or _page(group)


@allow(Permission.EDIT_CATALOG)
def act(group_id: UUID) -> ResponseReturnValue:
    """Look at a calendar, follow it, or let it go."""
    group, deed = _group(group_id), DEEDS.get(request.form.get("act", ""), _look)
    return elsewhere.instead(group, 403) or deed(group)


def _look(group: GroupView) -> ResponseReturnValue:
    limits().take(LOOKS, str(current_actor().user_id), now=now())
    typed = request.form.get("url", "")
    try:
        url = _address(typed)
        source = of_group.source_name(group.slug, group.id)
        seen = calendars.look(lists.tool(), url=url, source=source, group_id=group.id, ways=Ways.to(url, own=_own()))
    except (Invalid, FeedError, OutsideError) as refused:
        return _page(group, typed=typed, error=_why(refused))
    return _page(group, typed=url, seen=seen)


def _follow(group: GroupView) -> ResponseReturnValue:
    typed = request.form.get("url", "")
    try:
        url = _address(typed)
        db.session.rollback()
        with committing() as unit:
            feed_id = of_group.follow(unit, group_id=group.id, url=url, actor=current_actor(), now=now())
    except Invalid as refused:
        return _page(group, typed=typed, error=_why(refused))
    reading.read(lists.tool(), feed_id, _own())
    return _back(group)


def _let_go(group: GroupView) -> ResponseReturnValue:
    db.session.rollback()
    with committing() as unit:
        of_group.let_go(unit, group_id=group.id, actor=current_actor(), now=now())
    return _back(group)


DEEDS = {"look": _look, "follow": _follow, "let_go": _let_go}


def _back(group: GroupView) -> ResponseReturnValue:
    return redirect(url_for(".admin_calendar", group_id=group.id), 303)


def _group(group_id: UUID) -> GroupView:
    return group_by_id(db.session(), group_id, today=pages.around().today, public=False)


def _own() -> tuple[str, ...]:
    settings = services().settings
    return (*settings.own_hosts, *(THIS_MACHINE if settings.demo else ()))


def _address(typed: str) -> str:
    return of_group.check_address(typed, actor=current_actor(), own_hosts=_own())


def _why(refused: Exception) -> str:
    if isinstance(refused, Invalid) and "url" in refused.fields:
        return words.problem(refused.fields["url"])
    code = refused.code if isinstance(refused, Invalid) else str(refused.args[0]) if refused.args else ""
    return str(WHY.get(code, SILENT))


def _page(group: GroupView, *, typed: str = "", error: str = "", seen: Plan | None = None) -> Response:
    known = of_group.followed(db.session(), group.id)
    shown = rooms.page(
        "importing/calendar_of.html",
        "",
        group=group,
        action=url_for(".admin_calendar_post", group_id=group.id),
        back_href=url_for(".admin_page", group_id=group.id),
        history_href=url_for(".admin_source", source=known.source) if known else "",
        followed=_followed(known) if known else None,
        url=typed,
        seen=_seen(seen) if seen else None,
        errors={"url": error} if error else {},
    )
    shown.status_code = 422 if error else 200
    return shown


def _followed(known: of_group.Followed) -> dict[str, Any]:
    return {
        "host": known.host,
        "when": pages.figures().long_day(known.read_at.date()) if known.read_at else "",
        "problem": str(WHY.get(known.problem or "", SILENT)) if known.failures else "",
        "changes": _pairs(known.changes),
        "stays": _pairs(known.stays, turned=True),
        "told": telling.told(known.told),
    }


def _seen(made: Plan) -> dict[str, Any]:
    """Return what would change, what stays, and what is not taken."""
    changes = {name: pair for one in made.shown for name, pair in one.decision.changes.items()}
    told = [[one.row, one.column, one.code, one.params, one.refused, one.said] for one in made.told]
    return {
        "changes": _pairs(changes),
        "told": telling.told(told),
        "empty": not made.counts.total() - made.counts["refused"],
    }


def _pairs(found: Mapping[str, Any], *, turned: bool = False) -> list[dict[str, str]]:
    """Return each meeting in words: before and after; turned, what stands here and what the calendar says."""
    figures = pages.figures()
    nothing = str(_("(nothing)"))
    return [
        {
            "what": words.label(name),
            "before": words.said(name, pair[turned], figures) or nothing,
            "after": words.said(name, pair[not turned], figures) or nothing,
        }
        for name, pair in sorted(found.items())
        if name.startswith("sessions.")
    ]
