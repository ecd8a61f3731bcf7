"""The team, for whoever runs the place: how much each link worker has to do, and cases given to another of them."""

from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from service.accounts.permissions import Permission
from service.clock import now
from service.db import committing
from service.errors import Invalid
from service.referrals import operations
from service.referrals.desk import team
from service.referrals.desk.operations import At
from service.referrals.desk.team import Held, Load
from service.web import moments
from service.web.access import allow, current_actor, origin
from service.web.professional.desk import case_page, words
from service.web.professional.desk.caseload import figures
from service.web.rendering import services
from service.web.rooms import Area
from service.web.work import work_page

ROOM = ".team"
NOBODY = UUID(int=0)


def register(blueprint: Blueprint) -> None:
    """Add the page and what it takes."""
    blueprint.add_url_rule("/organisation/team", "team", show)
    blueprint.add_url_rule("/organisation/team", "team_post", move, methods=["POST"])


@allow(Permission.LEAD_TEAM)
def show() -> Response:
    """Show the team, and the cases of one of them."""
    return _page(request.args.get("of", type=UUID), {})


@allow(Permission.LEAD_TEAM)
def move() -> ResponseReturnValue:
    """Give the chosen cases to somebody."""
    form = request.form
    of = form.get("of", type=UUID)
    try:
        with committing() as unit:
            went = team.move(
                unit,
                here=_here(),
                cases=form.getlist("cases", type=UUID),
                to=form.get("to", type=UUID),
                words=form.get("words", ""),
            )
    except Invalid as refused:
        return _page(of, case_page.wrong(refused))
    return redirect(url_for(ROOM, of=of, done=went), 303)


def _here() -> At:
    sealer = services().sealer(operations.PURPOSE)
    return At(sealer=sealer, referral_id=NOBODY, actor=current_actor(), now=now(), origin=origin())


def _page(of: UUID | None, errors: dict[str, str]) -> Response:
    with committing() as unit:  # that it was read is recorded
        found = team.read_team(unit, here=_here(), of=of)
    went = request.args.get("done", -1, type=int)
    shown = work_page(
        "professional/desk/team.html",
        Area.ORGANISATION,
        ROOM,
        loads=[_load(one, chosen=one is found.chosen) for one in found.loads],
        of=str(found.chosen.user_id or ""),
        chosen=_name(found.chosen),
        more=max(found.chosen.people - len(found.cases), 0),
        cases=[_case(one) for one in found.cases],
        people=[("", ""), *((str(one.user_id), one.name) for one in found.loads if one.works and one != found.chosen)],
        ticked=request.form.getlist("cases"),
        typed=request.form,
        form_action=url_for(".team_post"),
        done=ngettext("%(num)s person has a new helper.", "%(num)s people have a new helper.", went)
        if went >= 0
        else "",
        errors=errors,
    )
    shown.status_code = 422 if errors else 200
    return shown


def _name(one: Load) -> str:
    return one.name if one.user_id else str(_("Nobody helps yet"))


def _load(one: Load, *, chosen: bool) -> dict[str, object]:
    return {
        "href": url_for(ROOM, of=one.user_id),
        "name": _name(one),
        "nobody": one.user_id is None,
        "people": one.people,
        "now": one.now,
        "late": one.late,
        "cover": one.covered_by,
        "gone": one.user_id is not None and not one.works,
        "chosen": chosen,
    }


def _case(one: Held) -> dict[str, object]:
    due = ""
    if one.due_on is not None:
        day = figures().whole_day(one.due_on)
        due = str(_("Was due on %(day)s", day=day) if one.due_on < now().date() else _("Due on %(day)s", day=day))
    return {
        "id": str(one.id),
        "since": str(_("Referred on %(date)s", date=moments.day(one.created_at))),
        "state": str(words.STATES.get(one.state, one.state)),
        "due": due,
        "now": one.now,
    }
