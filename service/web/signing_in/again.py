"""Proving oneself again: before a dangerous act, when the last proof is older than five minutes."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.accounts import proving, queries
from service.accounts.permissions import Permission
from service.clock import now
from service.db import db
from service.errors import Invalid
from service.web.access import allow, whose
from service.web.rendering import limits, private
from service.web.signing_in.entering import confirmed, hasher, next_address


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
    """Take the password."""
    known = whose()
    try:
        proving.confirm_password(
            db.session(),
            user_id=queries.owner(known.actor),
            password=request.form.get("password", ""),
            limits=limits(),
            hasher=hasher(),
            now=now(),
        )
    except Invalid:
        return _form({"password": _("This is not your password")}, 422)
    return confirmed()


def _form(errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "sign_in_again.html",
        form_action=url_for(".sign_in_again_post"),
        next=next_address(),
        errors=errors,
        who=whose().name,
        sign_out_href=url_for(".sign_out"),
    )
    return private(page, status)
