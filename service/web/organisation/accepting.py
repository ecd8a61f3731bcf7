"""The page of an invitation's link. Opening it does nothing; its one button says yes."""

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from service.accounts import invitations
from service.accounts.credentials import SHORTEST_PASSWORD
from service.accounts.invitations import Invited
from service.accounts.permissions import Permission
from service.accounts.signing_in import sessions
from service.accounts.signing_in.proving import Proved
from service.catalog import organisations
from service.clock import now
from service.db import committing, db
from service.errors import Forbidden, Invalid
from service.web import account_words
from service.web.access import allow, begin_anew, current_actor, origin, signed_in
from service.web.organisation import rooms
from service.web.rendering import private
from service.web.signing_in import entering


def register(blueprint: Blueprint) -> None:
    """Add the page."""
    blueprint.add_url_rule("/invitations/<token>", "invitation", show)
    blueprint.add_url_rule("/invitations/<token>", "invitation_accept", accept, methods=["POST"])


@allow(Permission.LINK)
def show(token: str) -> Response:
    """Show to what somebody is invited. Programs that follow links in mail get no further than this."""
    return _page(token, {})


@allow(Permission.LINK)
def accept(token: str) -> ResponseReturnValue:
    """Use the invitation up: for whoever is signed in, or with a password for an account that is new."""
    known = signed_in()
    user_id = known.actor.user_id if known else None
    invited = invitations.check(db.session(), token=token, now=now())
    is_for = invitations.is_for(db.session(), invited=invited, user_id=user_id)
    if is_for is False:
        return _page(token, {})
    if is_for and known is not None:
        with committing() as unit:
            joined = invitations.accept(
                unit, token=token, user_id=user_id, password_hash=None, now=now(), origin=origin()
            )
            renewed = sessions.renew_session(
                unit,
                session_id=known.session_id,
                membership_id=joined.member_id,
                now=now(),
                confirmed=False,
                origin=origin(),
            )
        begin_anew(renewed)
        return entering.onward()
    return _with_password(token)


def _with_password(token: str) -> ResponseReturnValue:
    password = request.form.get("password", "")
    try:
        place = invitations.check(db.session(), token=token, now=now()).organisation_id
        context = tuple(organisations.names(db.session(), [place]).values())
        invitations.check_new_password(db.session(), token=token, password=password, now=now(), context=context)
    except Invalid as refused:
        return _page(token, account_words.sentences(refused.fields))
    hashed = entering.hasher().hash(password)  # outside the unit of work: it takes long

    def joined(unit: Session) -> Proved:
        made = invitations.accept(unit, token=token, user_id=None, password_hash=hashed, now=now(), origin=origin())
        return Proved(user_id=made.user_id, way="password")

    try:
        return entering.enter(joined)
    except Forbidden:  # the address got an account meanwhile
        return _page(token, {})


def _page(token: str, errors: dict[str, str]) -> Response:
    invited, known = invitations.check(db.session(), token=token, now=now()), signed_in()
    is_for = invitations.is_for(db.session(), invited=invited, user_id=current_actor().user_id)
    here = url_for(".invitation", token=token)
    page = render_template(
        "organisation/invitation.html",
        form_action=url_for(".invitation_accept", token=token),
        place=_place(invited),
        role=str(account_words.ROLES[invited.role]),
        may=str(account_words.MAY[invited.role]),
        until=rooms.day(invited.expires_at),
        asks={None: "password", True: "yes", False: "sign_in"}[is_for],
        who=known.name if known else "",
        sign_out_href=url_for(".sign_out"),
        sign_in_href=url_for(".sign_in", next=here),
        least=SHORTEST_PASSWORD,
        errors=errors,
    )
    shown = private(page, 422 if errors else 200)
    shown.headers["X-Robots-Tag"] = "noindex, nofollow"
    return shown


def _place(invited: Invited) -> str:
    named = organisations.names(db.session(), [invited.organisation_id])
    return named.get(invited.organisation_id, "") if invited.organisation_id else ""
