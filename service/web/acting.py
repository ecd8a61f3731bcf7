"""In which role somebody acts: said at the top of their pages, and chosen anew by whoever holds several."""

from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from service.accounts import membership
from service.accounts.membership import Member
from service.accounts.permissions import Actor, Permission
from service.accounts.signing_in import sessions
from service.catalog import organisations
from service.clock import now
from service.db import committing, db
from service.errors import Unauthenticated
from service.web import account_words
from service.web.access import allow, begin_anew, origin, signed_in
from service.web.account import rooms
from service.web.signing_in import entering


def register(blueprint: Blueprint) -> None:
    """Add the page on which a role is chosen."""
    blueprint.add_url_rule("/account/role", "acting", show)
    blueprint.add_url_rule("/account/role", "acting_post", choose, methods=["POST"])


@allow(Permission.ACCOUNT)
def show() -> Response:
    """Show the roles somebody holds."""
    return _page({})


@allow(Permission.ACCOUNT)
def choose() -> ResponseReturnValue:
    """Act in another role from now on: the session gets a new token, and what a second factor guards asks for it."""
    known = signed_in()
    if known is None or known.actor.user_id is None:
        raise Unauthenticated("session_ended")
    wanted = request.form.get("role", type=UUID)
    with committing() as unit:
        mine = membership.held(unit, user_id=known.actor.user_id, now=now())
        if wanted not in {one.id for one in mine}:
            return _page({"role": account_words.sentence("not_a_choice")})
        token = sessions.renew_session(
            unit, session_id=known.session_id, membership_id=wanted, now=now(), confirmed=False, origin=origin()
        )
    begin_anew(token)
    return entering.onward()


def _page(errors: dict[str, str]) -> Response:
    known = signed_in()
    actor = known.actor if known else None
    mine = membership.held(db.session(), user_id=actor.user_id, now=now()) if actor and actor.user_id else ()
    names = organisations.names(db.session(), [one.organisation_id for one in mine])
    choices = [
        (str(one.id), *_said(one, names.get(one.organisation_id, "") if one.organisation_id else "")) for one in mine
    ]
    shown = rooms.page(
        "role.html",
        ".acting",
        choices=choices,
        chosen=next((str(one.id) for one in mine if actor and _is(one, actor)), ""),
        form_action=url_for(".acting_post"),
        errors=errors,
    )
    shown.status_code = 422 if errors else 200
    return shown


def _said(one: Member, where: str) -> tuple[str, str]:
    role, may = str(account_words.ROLES[one.role]), str(account_words.MAY[one.role])
    return (f"{role}, {where}" if where else role), may


def _is(one: Member, actor: Actor) -> bool:
    return one.role is actor.role and one.organisation_id == actor.organisation_id
