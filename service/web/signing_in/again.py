"""Proving oneself again: before a dangerous act, when the last proof is older than five minutes."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.accounts import proving
from service.accounts.permissions import Permission
from service.clock import now
from service.db import db
from service.errors import Invalid, Unauthenticated
from service.web.access import allow, signed_in
from service.web.rendering import limits, private
from service.web.signing_in.entering import confirmed, hasher, next_address


def register(blueprint: Blueprint) -> None:
    """Add the page."""
    blueprint.add_url_rule("/sign-in/again", "sign_in_again", show)
    blueprint.add_url_rule("/sign-in/again", "sign_in_again_post", take, methods=["POST"])


@allow(Permission.ACCOUNT)
def show() -> ResponseReturnValue:
    """Show the form."""
    return _form({})


@allow(Permission.ACCOUNT)
def take() -> ResponseReturnValue:
    """Take the password."""
    known = signed_in()
    if known is None or known.actor.user_id is None:
        raise Unauthenticated("session_ended")
    try:
        proving.confirm_password(
            db.session(),
            user_id=known.actor.user_id,
            password=request.form.get("password", ""),
            limits=limits(),
            hasher=hasher(),
            now=now(),
        )
    except Invalid:
        return _form({"password": _("This is not your password")}, 422)
    return confirmed()


def _form(errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    known = signed_in()
    page = render_template(
        "sign_in_again.html",
        form_action=url_for(".sign_in_again_post"),
        next=next_address(),
        errors=errors,
        who=known.name if known else "",
        sign_out_href=url_for(".sign_out"),
    )
    return private(page, status)
