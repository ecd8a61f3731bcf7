"""Asking for a link by mail, and choosing a password by one. The answer is the same whoever's address it is."""

import secrets
from typing import cast

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.accounts import queries
from service.accounts.credentials import LONGEST_EMAIL, TOKEN_BYTES, check_password, normal_email
from service.accounts.permissions import Permission
from service.accounts.record import telling
from service.accounts.signing_in import asking, passwords
from service.catalog import organisations
from service.clock import now
from service.db import committing, db
from service.errors import Invalid
from service.web import account_words
from service.web.access import allow, origin
from service.web.posting import post_office
from service.web.rendering import limits, private
from service.web.signing_in.entering import hasher

BROWSER_KEY = "browser"  # in the cookie: a secret by which a link knows the browser that asked for it
PURPOSES = ("sign_in", "set_password")


def register(blueprint: Blueprint) -> None:
    """Add the form, what it leads to, and the page on which a password is chosen."""
    blueprint.add_url_rule("/sign-in/link", "ask_link", show)
    blueprint.add_url_rule("/sign-in/link", "ask_link_post", ask, methods=["POST"])
    blueprint.add_url_rule("/sign-in/link/asked", "ask_link_asked", asked)
    blueprint.add_url_rule("/sign-in/password/<token>", "set_password", show_password)
    blueprint.add_url_rule("/sign-in/password/<token>", "set_password_post", take_password, methods=["POST"])


def browser() -> str | None:
    """Return the secret of this browser, if it ever asked for a link."""
    kept = session.get(BROWSER_KEY)
    return kept if isinstance(kept, str) else None


@allow(Permission.PUBLIC)
def show() -> ResponseReturnValue:
    """Show the form."""
    return _form({}, email="", purpose="sign_in")


@allow(Permission.PUBLIC)
def ask() -> ResponseReturnValue:
    """Write down what is asked for. Whether there is such an account is looked up later, by another program."""
    email, purpose = request.form.get("email", ""), request.form.get("purpose", "")
    try:
        plain = normal_email(email)
    except Invalid:
        return _form({"email": account_words.sentence("email")}, email=email, purpose=purpose, status=422)
    if purpose not in PURPOSES:
        return _form({"purpose": account_words.sentence("not_a_choice")}, email=email, purpose="", status=422)
    asking.count(limits(), email=plain, address=request.remote_addr, now=now())
    kept = browser() or secrets.token_urlsafe(TOKEN_BYTES)
    session[BROWSER_KEY] = kept
    with committing() as unit:
        asking.ask_for_link(
            unit, post_office(), email=plain, purpose=cast("asking.Purpose", purpose), browser=kept, now=now()
        )
    return redirect(url_for(".ask_link_asked"), 303)


@allow(Permission.PUBLIC)
def asked() -> ResponseReturnValue:
    """Say what happens now, to whoever asked."""
    return private(render_template("sign_in_link_asked.html"))


@allow(Permission.LINK)
def show_password(token: str) -> ResponseReturnValue:
    """Show the form on which a password is chosen. Opening it uses nothing up."""
    queries.check_link(db.session(), token=token, now=now(), purposes=("set_password",), browser=browser())
    return _choose(token, {})


@allow(Permission.LINK)
def take_password(token: str) -> ResponseReturnValue:
    """Take the new password, end every session of the account, and lead to the sign-in page."""
    password = request.form.get("password", "")
    link = queries.check_link(db.session(), token=token, now=now(), purposes=("set_password",), browser=browser())
    email, name = passwords.owner_words(db.session(), user_id=link.user_id)
    try:
        ours = queries.organisations_of(db.session(), user_id=link.user_id, now=now())
        context = tuple(organisations.names(db.session(), ours).values())
        check_password(password, email=email, name=name, context=context)
    except Invalid as refusal:
        return _choose(token, account_words.sentences(refusal.fields), 422)
    kept = hasher().hash(password)
    with committing() as unit:
        user_id = passwords.set_password(
            unit, token=token, password_hash=kept, browser=browser(), now=now(), origin=origin()
        )
        telling.tell_of_change(unit, post_office(), user_id=user_id, now=now())
    return redirect(url_for(".sign_in"), 303)


def _form(errors: dict[str, str], *, email: str, purpose: str, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "sign_in_ask.html",
        form_action=url_for(".ask_link_post"),
        errors=errors,
        email="".join(filter(str.isprintable, email))[:LONGEST_EMAIL],
        purpose=purpose,
        choices=[("sign_in", _("Sign me in once")), ("set_password", _("Let me choose a new password"))],
    )
    return private(page, status)


def _choose(token: str, errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    action = url_for(".set_password_post", token=token)
    return private(render_template("sign_in_password.html", form_action=action, errors=errors), status)
