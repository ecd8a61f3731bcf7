"""The second step of signing in: a code of an app, or one of the codes kept for the day it is lost."""

from collections.abc import Callable

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from service.accounts import queries
from service.accounts.permissions import Permission
from service.accounts.queries import SignedIn
from service.accounts.record import telling
from service.accounts.signing_in import second_factor
from service.clock import now
from service.db import committing, db
from service.errors import Invalid
from service.web.access import allow, origin, whose
from service.web.posting import post_office
from service.web.rendering import limits, private, services
from service.web.signing_in.entering import confirmed, hasher, next_address, onward, other_ways

Proof = Callable[[Session], None]


def register(blueprint: Blueprint) -> None:
    """Add the page."""
    blueprint.add_url_rule("/sign-in/second", "sign_in_second", show)
    blueprint.add_url_rule("/sign-in/second", "sign_in_second_post", take, methods=["POST"])


@allow(Permission.ACCOUNT, waiting="code")
def show() -> ResponseReturnValue:
    """Ask for a code, of whoever signed in and has not shown one yet."""
    known = whose()
    return _form(known, {}) if known.waits_for == "code" else onward()


@allow(Permission.ACCOUNT, waiting="code")
def take() -> ResponseReturnValue:
    """Take a code, once, and give the session a new token."""
    known = whose()
    if known.waits_for != "code":
        return onward()
    try:
        answer = confirmed(code_proof(known, request.form.get("code", "")), strength=2)
    except Invalid:
        with committing() as unit:
            second_factor.record_failed(unit, actor=known.actor, now=now(), origin=origin())
        return _form(known, {"code": _("This code is not right. Look at the app and type the newest one.")}, 422)
    second_factor.forgive_try(limits(), user_id=queries.owner(known.actor))
    return answer


def code_proof(known: SignedIn, code: str) -> Proof:
    """Look at a code and return what uses it up, to be done in the same unit of work as what it opens."""
    user_id = queries.owner(known.actor)
    second_factor.count_try(limits(), user_id=user_id, now=now())
    if second_factor.looks_like_recovery(code):
        code_id = second_factor.find_recovery_code(db.session(), user_id=user_id, code=code, hasher=hasher())

        def use(unit: Session) -> None:
            second_factor.use_recovery_code(unit, code_id=code_id, now=now())
            telling.tell_of_change(unit, post_office(), user_id=user_id, now=now())
    else:

        def use(unit: Session) -> None:
            sealer = services().sealer(second_factor.PURPOSE)
            second_factor.use_code(unit, user_id=user_id, code=code, sealer=sealer, now=now())

    return use


def _form(known: SignedIn, errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    held = second_factor.state(db.session(), user_id=queries.owner(known.actor), now=now())
    page = render_template(
        "sign_in_second.html",
        form_action=url_for(".sign_in_second_post"),
        has_app=held.app_since is not None,
        next=next_address(),
        errors=errors,
        who=known.name,
        sign_out_href=url_for(".sign_out"),
        other_ways=other_ways("second"),
    )
    return private(page, status)
