"""Changing one's password: who knows the present one may, and is signed out everywhere else."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.accounts import queries
from service.accounts.credentials import check_password
from service.accounts.permissions import Permission
from service.accounts.record import telling
from service.accounts.signing_in import passwords, proving
from service.catalog import organisations
from service.clock import now
from service.db import committing, db
from service.errors import Invalid
from service.web import account_words
from service.web.access import allow, begin_anew, fresh, origin, whose
from service.web.account.rooms import page
from service.web.posting import post_office
from service.web.rendering import limits
from service.web.signing_in.entering import hasher

ROOM = ".account_password"


def register(blueprint: Blueprint) -> None:
    """Add the page."""
    blueprint.add_url_rule("/account/password", "account_password", show)
    blueprint.add_url_rule("/account/password", "account_password_post", take, methods=["POST"])


@allow(Permission.ACCOUNT)
@fresh
def show() -> ResponseReturnValue:
    """Show the form."""
    return _form({})


@allow(Permission.ACCOUNT)
@fresh
def take() -> ResponseReturnValue:
    """Take the present password and a new one."""
    known = whose()
    try:
        _check(request.form.get("present", ""), request.form.get("password", ""))
    except Invalid as refusal:
        present = {"present": _("This is not your password")}
        return _form(account_words.sentences(refusal.fields) or present, 422)
    kept = hasher().hash(request.form["password"])
    with committing() as unit:
        token = passwords.change_password(
            unit, actor=known.actor, session_id=known.session_id, password_hash=kept, now=now(), origin=origin()
        )
        telling.tell_of_change(unit, post_office(), user_id=queries.owner(known.actor), now=now())
    begin_anew(token)
    return redirect(url_for(ROOM, changed=1), 303)


def _check(present: str, new: str) -> None:
    unit, actor, moment = db.session(), whose().actor, now()
    user_id = queries.owner(actor)
    proving.confirm_password(unit, user_id=user_id, password=present, limits=limits(), hasher=hasher(), now=moment)
    email, name = passwords.owner_words(unit, user_id=user_id)
    context = organisations.names(unit, [actor.organisation_id]).values()
    check_password(new, email=email, name=name, context=tuple(context))


def _form(errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    has_password = queries.has_password(db.session(), user_id=queries.owner(whose().actor))
    shown = page(
        "password.html", ROOM, has_password=has_password, changed=request.args.get("changed") == "1", errors=errors
    )
    shown.status_code = status
    return shown
