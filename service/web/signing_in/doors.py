"""Signing in by password or by a single-use link, and signing out. A GET never signs anybody in."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from service.accounts import queries
from service.accounts.credentials import LONGEST_EMAIL
from service.accounts.permissions import Permission
from service.accounts.signing_in import proving, sessions
from service.accounts.signing_in.proving import Proved
from service.clock import now
from service.db import committing, db
from service.errors import Invalid
from service.web.access import COOKIE_KEY, allow, forget, origin
from service.web.languages import current_segment
from service.web.rendering import limits, services
from service.web.signing_in import known
from service.web.signing_in.entering import enter, hasher, next_address, other_ways
from service.web.signing_in.links import browser


def register(blueprint: Blueprint) -> None:
    """Add the form, the page of a link, and the way out."""
    blueprint.add_url_rule("/sign-in", "sign_in", show_form)
    blueprint.add_url_rule("/sign-in", "sign_in_post", take_form, methods=["POST"])
    blueprint.add_url_rule("/sign-in/<token>", "sign_in_link", show_link)
    blueprint.add_url_rule("/sign-in/<token>", "sign_in_link_post", take_link, methods=["POST"])
    blueprint.add_url_rule("/sign-out", "sign_out", sign_out, methods=["POST"])


@allow(Permission.PUBLIC)
def show_form() -> ResponseReturnValue:
    """Show the form."""
    return _form({}, email="")


@allow(Permission.PUBLIC)
def take_form() -> ResponseReturnValue:
    """Sign in with address and password; every refusal looks the same."""
    email, password = request.form.get("email", ""), request.form.get("password", "")
    address = request.remote_addr
    try:
        user_id = proving.authenticate(
            db.session(),
            email=email,
            password=password,
            address=address,
            limits=limits(),
            hasher=hasher(),
            now=now(),
            browser=known.shown(),
        )
        return enter(lambda _unit: Proved(user_id=user_id, way="password"))
    except Invalid:
        with committing() as unit:
            proving.refuse_sign_in(unit, email=email, now=now(), origin=origin())
    return _form({"email": _("The address and the password do not go together")}, email=email), 422


@allow(Permission.LINK)
def show_link(token: str) -> ResponseReturnValue:
    """Show one button. Programs that follow links in mail get no further than this."""
    queries.check_link(db.session(), token=token, now=now(), purposes=_purposes(), browser=browser())
    action = url_for(".sign_in_link_post", token=token, next=next_address() or None)
    return render_template("sign_in_link.html", form_action=action, for_whom="")


@allow(Permission.LINK)
def take_link(token: str) -> ResponseReturnValue:
    """Use the link up and sign its person in, both or neither."""
    here = browser()

    def use(unit: Session) -> Proved:
        return proving.use_sign_in_link(unit, token=token, now=now(), purposes=_purposes(), browser=here)

    return enter(use)


@allow(Permission.PUBLIC)
def sign_out() -> ResponseReturnValue:
    """End this session, here and on the server."""
    token = session.get(COOKIE_KEY)
    session.clear()
    if isinstance(token, str):
        with committing() as unit:
            sessions.end_session(unit, token=token, now=now(), origin=origin())
    forget()
    answer = redirect(f"/{current_segment()}/", 303)
    # Nothing of it stays for who comes next. The cookie of the session is gone with it; that somebody signed in here
    # before stays known, for else strangers could lock out whoever signs out each evening.
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def _form(errors: dict[str, str], *, email: str) -> str:
    values = {"email": "".join(filter(str.isprintable, email))[:LONGEST_EMAIL]}
    action = url_for(".sign_in_post")
    return render_template(
        "sign_in.html",
        form_action=action,
        errors=errors,
        values=values,
        next=next_address(),
        other_ways=other_ways("sign_in"),
    )


def _purposes() -> tuple[str, ...]:
    return proving.link_purposes(demo=services().settings.demo)
