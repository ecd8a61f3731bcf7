"""The page of a leader's link to their dates: not this time, moved, or after all. Opening it changes nothing."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.accounts.permissions import Permission
from service.catalog.fresh import calling_off
from service.catalog.fresh.calling_off import Coming
from service.catalog.views import GroupView
from service.clock import now
from service.db import committing, db
from service.errors import Conflict, Invalid, NotFound
from service.referrals.answering import off
from service.web import leader_mail
from service.web.access import allow, origin
from service.web.figures import Figures, locale_of
from service.web.group_leader.answering import gone, unlisted
from service.web.languages import current_language
from service.web.rendering import country_pack

LONG_AGO = datetime.fromisoformat("1970-01-01T00:00")
DEEDS = {"off": calling_off.call_off, "on": calling_off.restore}


@allow(Permission.LINK)
def show(token: str) -> Response:
    """Show the next meetings, each with a button."""
    try:
        return _page(token, calling_off.opened(db.session(), token=token, now=now()))
    except NotFound as error:
        return gone(error)


@allow(Permission.LINK)
def act(token: str) -> ResponseReturnValue:
    """Do one thing with one meeting; whoever presses twice, or late, sees what is so now."""
    try:
        with committing() as unit:
            _do(unit, token)
    except Invalid as refused:
        group = calling_off.opened(db.session(), token=token, now=now())
        return _page(token, group, wrong=refused.fields["to"].code)
    except Conflict:
        pass  # somebody saved at the same moment: what is so now is shown
    except NotFound as error:
        if error.code != "meeting":
            return gone(error)
    return redirect(url_for(".off", token=token), 303)


def _do(unit: Any, token: str) -> None:
    before = calling_off.opened(unit, token=token, now=now())  # of a link that does not work, nothing else is told
    session_id, day = _meeting()
    known: dict[str, Any] = {"token": token, "session_id": session_id, "day": day, "now": now(), "origin": origin()}
    deed = request.form.get("deed", "")
    if deed == "move":
        after = calling_off.move(unit, to=_to(), **known)
    elif deed in DEEDS:
        after = DEEDS[deed](unit, **known)
    else:
        return
    gone = off.gone(before, after, now=now())
    off.cancelled(unit, means=leader_mail.means(), group_id=before.id, starts=gone, now=now())


def _meeting() -> tuple[UUID, date]:
    try:
        return UUID(request.form.get("session", "")), date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        raise NotFound("meeting") from None


def _to() -> datetime:
    """Return when it shall be; what cannot be read is long ago, and so refused as such a day."""
    try:
        at = datetime.fromisoformat(f"{request.form.get('date', '').strip()}T{request.form.get('time', '').strip()}")
    except ValueError:
        return LONG_AGO
    return at if at.tzinfo is None else LONG_AGO


def _page(token: str, group: GroupView, wrong: str = "") -> Response:
    pack = country_pack()
    figures = Figures(
        locale=locale_of(current_language(), pack.code), miles=pack.distance_unit == "mile", currency=pack.currency
    )
    meant = (request.form.get("session", ""), request.form.get("day", "")) if wrong else ("", "")
    page = render_template(
        "group_leader/off.html",
        form_action=url_for(".off_post", token=token),
        group={"name": group.name, "is_example": group.is_example},
        meetings=[_line(one, figures, meant) for one in calling_off.coming(group, now=now())],
        values=request.form,
        view_href=url_for(".group", slug=group.slug),
    )
    shown = unlisted(Response(page))
    shown.status_code = 422 if wrong else 200
    return shown


def _line(one: Coming, figures: Figures, meant: tuple[str, str]) -> dict[str, Any]:
    planned, instead = one.dated.planned.starts, one.dated.instead
    mine = (str(one.session.id), one.day.isoformat())
    return {
        "session": mine[0],
        "day": mine[1],
        "when": _when(planned, figures),
        "off": one.dated.off,
        "instead": _when(instead.starts, figures) if instead else "",
        "error": str(_("Choose a day and time that are still to come, like 2026-12-29 and 10:30"))
        if mine == meant
        else "",
    }


def _when(starts: datetime, figures: Figures) -> str:
    return f"{figures.whole_day(starts.date())}, {figures.clock(starts)}"
