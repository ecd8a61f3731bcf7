"""Signing in by password or by a single-use link, and signing out. A GET never signs anybody in."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from service.accounts import proving, queries, sessions
from service.accounts.credentials import LONGEST_EMAIL, Hasher, standard_hasher
from service.accounts.limits import Limits, open_limits
from service.accounts.permissions import Actor, Permission
from service.clock import now
from service.config import Settings
from service.db import committing, db
from service.errors import Invalid
from service.web.access import COOKIE_KEY, allow, current_actor, forget, origin, safe_next
from service.web.languages import current_segment
from service.web.rendering import LIMITS, limits

SERVICES = "kith"  # in app.extensions: what the root made, see service.web.rendering
HASHER, LANDING = "kith-hasher", "kith-landing"  # in app.extensions
Landing = Callable[[Actor], str]


def register(blueprint: Blueprint, *, landing: Landing | None = None) -> None:
    """Add the three doors; `landing` names the page on which somebody begins who asked for none."""
    blueprint.add_url_rule("/sign-in", "sign_in", show_form)
    blueprint.add_url_rule("/sign-in", "sign_in_post", take_form, methods=["POST"])
    blueprint.add_url_rule("/sign-in/<token>", "sign_in_link", show_link)
    blueprint.add_url_rule("/sign-in/<token>", "sign_in_link_post", take_link, methods=["POST"])
    blueprint.add_url_rule("/sign-out", "sign_out", sign_out, methods=["POST"])

    def ready(state: BlueprintSetupState) -> None:
        state.app.extensions.setdefault(HASHER, standard_hasher())
        state.app.extensions.setdefault(LANDING, landing or _start)
        if LIMITS not in state.app.extensions:
            state.app.extensions[LIMITS] = _open_limits(state.app.extensions[SERVICES].settings)

    blueprint.record_once(ready)


@allow(Permission.PUBLIC)
def show_form() -> ResponseReturnValue:
    """Show the form."""
    return _form({}, email="")


@allow(Permission.PUBLIC)
def take_form() -> ResponseReturnValue:
    """Sign in with address and password; every refusal looks the same."""
    email, password = request.form.get("email", ""), request.form.get("password", "")
    hasher: Hasher = current_app.extensions[HASHER]
    address = request.remote_addr
    try:
        user_id = proving.authenticate(
            db.session(), email=email, password=password, address=address, limits=limits(), hasher=hasher, now=now()
        )
        return _enter(lambda _unit: user_id)
    except Invalid:
        with committing() as unit:
            proving.refuse_sign_in(unit, email=email, now=now(), origin=origin())
    return _form({"email": _("The address and the password do not go together")}, email=email), 422


@allow(Permission.LINK)
def show_link(token: str) -> ResponseReturnValue:
    """Show one button. Programs that follow links in mail get no further than this."""
    queries.check_link(db.session(), token=token, now=now())
    action = url_for(".sign_in_link_post", token=token, next=_next() or None)
    return render_template("sign_in_link.html", form_action=action, for_whom="")


@allow(Permission.LINK)
def take_link(token: str) -> ResponseReturnValue:
    """Use the link up and sign its person in, both or neither."""
    return _enter(lambda unit: proving.use_sign_in_link(unit, token=token, now=now()))


@allow(Permission.PUBLIC)
def sign_out() -> ResponseReturnValue:
    """End this session, here and on the server."""
    token = session.get(COOKIE_KEY)
    session.clear()
    if isinstance(token, str):
        with committing() as unit:
            sessions.end_session(unit, token=token, now=now(), origin=origin())
    forget()
    return redirect(f"/{current_segment()}/", 303)


def _enter(whose: Callable[[Session], UUID]) -> ResponseReturnValue:
    old = session.get(COOKIE_KEY)
    with committing() as unit:
        user_id = whose(unit)
        token = sessions.open_session(unit, user_id=user_id, now=now(), replaces=old, origin=origin())
    session.clear()  # a new cookie and a new form token: nothing from before is carried over
    session[COOKIE_KEY] = token
    forget()
    landing: Landing = current_app.extensions[LANDING]
    return redirect(_next() or landing(current_actor()), 303)


def _form(errors: dict[str, str], *, email: str) -> str:
    values = {"email": "".join(filter(str.isprintable, email))[:LONGEST_EMAIL]}
    action = url_for(".sign_in_post")
    return render_template("sign_in.html", form_action=action, errors=errors, values=values, next=_next())


def _next() -> str:
    return safe_next(request.values.get("next")) or ""


def _start(_actor: Actor) -> str:
    return f"/{current_segment()}/"


def _open_limits(settings: Settings) -> Limits:
    return open_limits(database_url=settings.database_url, data_folder=settings.data_folder, secret=settings.secret)
