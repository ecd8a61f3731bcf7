"""Who reads what people here are worried about: named and ended by whoever runs the organisation."""

from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from service.accounts.permissions import Permission
from service.clock import now
from service.db import committing, db
from service.errors import Invalid
from service.referrals.desk import leads
from service.web import account_words
from service.web.access import allow, current_actor, fresh, origin
from service.web.organisation import rooms

ROOM = ".safety_leads"


def register(blueprint: Blueprint) -> None:
    """Add the page and what it takes."""
    blueprint.add_url_rule("/organisation/safety", "safety_leads", show)
    blueprint.add_url_rule("/organisation/safety", "safety_leads_post", change, methods=["POST"])


@allow(Permission.LEAD_TEAM)
def show() -> Response:
    """Show who they are, and who may be named."""
    return _page({})


@allow(Permission.LEAD_TEAM)
@fresh
def change() -> ResponseReturnValue:
    """Name one, or end it for one."""
    form, actor = request.form, current_actor()
    try:
        if "end" in form:
            ended = form.get("end", type=UUID)
            with rooms.out_of_sight(Permission.LEAD_TEAM, leads.SUBJECT, ended), committing() as unit:
                leads.end_lead(unit, lead_id=ended, actor=actor, now=now(), origin=origin())
        else:
            with committing() as unit:
                named = form.get("user", type=UUID)
                leads.name_lead(unit, user_id=named, actor=actor, now=now(), origin=origin())
    except Invalid as refused:
        return _page(account_words.sentences(refused.fields))
    return redirect(url_for(ROOM, done="saved"), 303)


def _page(errors: dict[str, str]) -> Response:
    session, actor = db.session(), current_actor()
    found = leads.leads(session, organisation_id=actor.organisation_id, now=now())
    shown = rooms.page(
        "safety_leads.html",
        ROOM,
        leads=[
            {
                "id": one.id.hex,
                "name": one.name,
                "since": rooms.day(one.since),
                "myself": one.user_id == actor.user_id,
            }
            for one in found
        ],
        people=[("", ""), *((str(user_id), name) for user_id, name in leads.choices(session, actor=actor, now=now()))],
        form_action=url_for(".safety_leads_post"),
        done=request.args.get("done") == "saved",
        errors=errors,
    )
    shown.status_code = 422 if errors else 200
    return shown
