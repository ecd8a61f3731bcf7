"""Changing the address one signs in with: a link goes to the new one, a note to the old, and a button there decides."""

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from service.accounts import queries
from service.accounts.credentials import LONGEST_EMAIL, normal_email
from service.accounts.permissions import Permission
from service.accounts.signing_in import own_email
from service.clock import now
from service.db import committing, db
from service.db.sealing import Sealer
from service.errors import Conflict, Invalid
from service.web import account_words
from service.web.access import allow, fresh, is_fresh, origin, prove_again, whose
from service.web.account.rooms import page
from service.web.posting import post_office
from service.web.rendering import limits, services

ROOM = ".account_email"
TYPED = "typed"  # where an address waits, sealed, while its owner proves themselves again


def register(blueprint: Blueprint) -> None:
    """Add the form, and the page of the link."""
    blueprint.add_url_rule("/account/email", "account_email", show)
    blueprint.add_url_rule("/account/email", "account_email_post", take, methods=["POST"])
    blueprint.add_url_rule("/account/email/<token>", "account_email_link", show_link)
    blueprint.add_url_rule("/account/email/<token>", "account_email_link_post", confirm, methods=["POST"])


@allow(Permission.ACCOUNT)
@fresh
def show() -> ResponseReturnValue:
    """Show the form; what was typed before somebody had to prove themselves again stands in it."""
    try:
        typed = _sealer().open_text(TYPED, request.args.get(TYPED, ""))
    except Invalid:
        typed = ""
    return _form({}, typed)


@allow(Permission.ACCOUNT)
def take() -> ResponseReturnValue:
    """Mail a link to a new address. The answer is the same whoever has it."""
    email, known = request.form.get("email", ""), whose()
    if not is_fresh():
        return prove_again(url_for(ROOM, typed=_sealer().seal_text(TYPED, email[:LONGEST_EMAIL])))
    try:
        plain = normal_email(email)
    except Invalid as refusal:
        return _form(account_words.sentences(refusal.fields), email, 422)
    own_email.count(limits(), user_id=queries.owner(known.actor), email=plain, now=now())
    with committing() as unit:
        own_email.ask(unit, post_office(), email=plain, sealer=_sealer(), actor=known.actor, now=now(), origin=origin())
    return redirect(url_for(ROOM, done="asked"), 303)


@allow(Permission.ACCOUNT)
def show_link(token: str) -> ResponseReturnValue:
    """Show one button. Opening the page changes nothing."""
    return _confirm_page(token, {})


@allow(Permission.ACCOUNT)
def confirm(token: str) -> ResponseReturnValue:
    """Let the new address count from now on."""
    known = whose()
    try:
        with committing() as unit:
            own_email.confirm(
                unit,
                post_office(),
                token=token,
                sealer=_sealer(),
                actor=known.actor,
                session_id=known.session_id,
                now=now(),
                origin=origin(),
            )
    except Conflict as refusal:
        return _confirm_page(token, {"email": account_words.sentence(refusal.code)}, 409)
    return redirect(url_for(ROOM, done="changed"), 303)


def _form(errors: dict[str, str], email: str, status: int = 200) -> Response:
    shown = page(
        "email.html",
        ROOM,
        present=queries.email_of(db.session(), user_id=queries.owner(whose().actor)),
        email="".join(filter(str.isprintable, email))[:LONGEST_EMAIL],
        done=request.args.get("done", ""),
        errors=errors,
    )
    shown.status_code = status
    return shown


def _confirm_page(token: str, errors: dict[str, str], status: int = 200) -> Response:
    wanted = own_email.check(db.session(), token=token, sealer=_sealer(), actor=whose().actor, now=now())
    action = url_for(".account_email_link_post", token=token)
    shown = page("email_new.html", ROOM, email=wanted.email, form_action=action, errors=errors)
    shown.status_code = status
    return shown


def _sealer() -> Sealer:
    return services().sealer(own_email.PURPOSE)
