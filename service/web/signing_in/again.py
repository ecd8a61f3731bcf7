"""Proving oneself again: before a dangerous act, when the last proof is older than five minutes."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.accounts import queries
from service.accounts.permissions import Permission
from service.accounts.signing_in import proving, second_factor
from service.clock import now
from service.db import db
from service.errors import Invalid
from service.web.access import allow, whose
from service.web.rendering import limits, private
from service.web.signing_in.entering import confirmed, hasher, next_address, other_ways
from service.web.signing_in.second import code_proof


def register(blueprint: Blueprint) -> None:
    """Add the page."""
    blueprint.add_url_rule("/sign-in/again", "sign_in_again", show)
    blueprint.add_url_rule("/sign-in/again", "sign_in_again_post", take, methods=["POST"])


@allow(Permission.ACCOUNT, waiting="enrol")
def show() -> ResponseReturnValue:
    """Show the form."""
    return _form({})


@allow(Permission.ACCOUNT, waiting="enrol")
def take() -> ResponseReturnValue:
    """Take the password; of whoever has none, a code."""
    return _take_code() if "code" in request.form else _take_password()


def _take_password() -> ResponseReturnValue:
    user_id, password = queries.owner(whose().actor), request.form.get("password", "")
    try:
        proving.confirm_password(
            db.session(), user_id=user_id, password=password, limits=limits(), hasher=hasher(), now=now()
        )
    except Invalid:
        return _form({"password": _("This is not your password")}, 422)
    return confirmed()


def _take_code() -> ResponseReturnValue:
    known = whose()
    try:
        answer = confirmed(code_proof(known, request.form["code"]))
    except Invalid:
        return _form({"code": _("This code is not right. Look at the app and type the newest one.")}, 422)
    second_factor.forgive_try(limits(), user_id=queries.owner(known.actor))
    return answer


def _form(errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    known = whose()
    user_id = queries.owner(known.actor)
    has_password = queries.has_password(db.session(), user_id=user_id)
    held = second_factor.state(db.session(), user_id=user_id, now=now())
    page = render_template(
        "sign_in_again.html",
        form_action=url_for(".sign_in_again_post"),
        next=next_address(),
        errors=errors,
        has_password=has_password,
        has_app=held.app_since is not None and not has_password,
        other_ways=other_ways("again"),
        who=known.name,
        sign_out_href=url_for(".sign_out"),
    )
    return private(page, status)
