"""The frame of pages for people at work: who is signed in, where they are, and no cache that keeps them."""

from datetime import datetime

from flask import make_response, render_template, request, url_for
from flask.wrappers import Response

from service.accounts.permissions import VISITOR
from service.accounts.queries import SignedIn
from service.catalog import organisations
from service.clock import now
from service.db import db
from service.web import account_words, rooms
from service.web.access import safe_next, signed_in
from service.web.moments import clock


def work_page(template: str, here: rooms.Area, room: str = "", **values: object) -> Response:
    """Show a page of an area; `room` is the endpoint of the room it is the first page of, or empty inside a room."""
    known = signed_in()
    areas, links = rooms.ways(known.actor if known else VISITOR, here, room)
    page = render_template(
        template,
        who=known.name if known else "",
        **_acting(known),
        acting_href=url_for(".acting"),
        account_href=url_for(".account"),
        in_account=here is rooms.Area.ACCOUNT,
        sign_out_href=url_for(".sign_out"),
        session_left=_session_left(known) if known else None,
        areas=areas,
        nav_links=links,
        **values,
    )
    shown = make_response(page)
    shown.headers["Cache-Control"] = "no-store"
    return shown


def seconds_left(known: SignedIn, at: datetime) -> int:
    """Return for how long somebody stays signed in who does nothing."""
    return max(0, int((known.ends_at - at).total_seconds()))


def _session_left(known: SignedIn) -> dict[str, object]:
    """Say until when somebody stays signed in who does nothing, and what keeps them here."""
    here = request.full_path.rstrip("?") if request.method == "GET" else ""
    return {
        "seconds": seconds_left(known, now()),
        "until": clock(known.ends_at),
        "href": url_for(".account_stay"),
        "next": safe_next(here) or "",
    }


def _acting(known: SignedIn | None) -> dict[str, str]:
    """Say in which role somebody acts here, and for whom."""
    if known is None:
        return {"acts_as": "", "acts_for": ""}
    actor = known.actor
    names = organisations.names(db.session(), [actor.organisation_id])
    where = names.get(actor.organisation_id, "") if actor.organisation_id else ""
    return {"acts_as": str(account_words.ROLES.get(actor.role, "")), "acts_for": where}
