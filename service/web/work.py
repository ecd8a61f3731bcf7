"""The frame of pages for people at work: who is signed in, where they are, and no cache that keeps them."""

from datetime import datetime

from flask import make_response, render_template, request, url_for
from flask.wrappers import Response

from service.accounts.queries import SignedIn
from service.catalog import organisations
from service.clock import now
from service.db import db
from service.web import account_words
from service.web.access import safe_next, signed_in
from service.web.moments import clock


def work_page(template: str, *, links: list[dict[str, object]], **values: object) -> Response:
    """Show a page of a room.

    Parameters
    ----------
    links : list of dict
        The rooms of this person: `text`, `href`, and `current` for the first page of a room.
    """
    known = signed_in()
    page = render_template(
        template,
        who=known.name if known else "",
        acts_as=_acts_as(known) if known else "",
        acting_href=url_for(".acting"),
        account_href=url_for(".account"),
        sign_out_href=url_for(".sign_out"),
        session_left=_session_left(known) if known else None,
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


def _acts_as(known: SignedIn) -> str:
    """Say in which role somebody acts here, and for whom."""
    actor = known.actor
    names = organisations.names(db.session(), [actor.organisation_id])
    where = names.get(actor.organisation_id) if actor.organisation_id else None
    role = str(account_words.ROLES.get(actor.role, ""))
    return f"{role}, {where}" if where else role
