"""A new installation: until somebody runs it, it is locked but for one page, which asks for the operator's code."""

from flask import Blueprint, Flask, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from service.accounts import beginning
from service.accounts.credentials import LONGEST_EMAIL, SHORTEST_PASSWORD, check_password, normal_email
from service.accounts.invitations import LONGEST_NAME
from service.accounts.permissions import OPEN, Permission
from service.accounts.signing_in.proving import Proved
from service.clock import now
from service.db import db
from service.errors import Invalid, NotFound, Problem
from service.web import account_words, languages
from service.web.access import allow
from service.web.rendering import limits, private, services
from service.web.signing_in import entering

READY = "kith-set-up"  # in app.extensions: whether an administrator was seen once
LOCKED = "/<lang>/sign-in"  # beside every page that asks for a right


def register(blueprint: Blueprint) -> None:
    """Add the page."""
    blueprint.add_url_rule("/set-up", "set_up", show)
    blueprint.add_url_rule("/set-up", "set_up_post", take, methods=["POST"])


def init_app(app: Flask) -> None:
    """Lead everybody who wants to work to the set-up page, as long as nobody runs this installation."""
    app.extensions[READY] = app.extensions["kith"].settings.demo  # a demonstration brings its own people

    def lock() -> ResponseReturnValue | None:
        rule, view = request.url_rule, app.view_functions.get(request.endpoint or "")
        if app.extensions[READY] or rule is None or view is None:
            return None
        asks = getattr(view, "permission", None) not in OPEN or rule.rule.startswith(LOCKED)
        if not asks or rule.rule.startswith("/api/"):
            return None
        if beginning.has_administrator(db.session(), now=now()):
            app.extensions[READY] = True
            return None
        return redirect(f"/{languages.current_segment()}/set-up", 303)

    app.before_request(lock)


@allow(Permission.PUBLIC)
def show() -> Response:
    """Show the form, on an installation that nobody runs yet."""
    _only_once()
    return _page({}, {})


@allow(Permission.PUBLIC)
def take() -> ResponseReturnValue:
    """Make the first administrator and sign them in. The code is looked at first, and every try of it is counted."""
    _only_once()
    typed = {name: request.form.get(name, "")[: 2 * LONGEST_EMAIL] for name in ("code", "name", "email")}
    password = request.form.get("password", "")
    try:
        beginning.check_code(typed["code"], secret=services().settings.secret, limits=limits(), now=now())
        name, email = _checked(typed, password)
    except Invalid as refused:
        return _page(typed, account_words.sentences(refused.fields))
    hashed = entering.hasher().hash(password)

    def made(unit: Session) -> Proved:
        user_id = beginning.make_first_administrator(unit, email=email, name=name, password_hash=hashed, now=now())
        return Proved(user_id=user_id, way="password")

    return entering.enter(made)


def _checked(typed: dict[str, str], password: str) -> tuple[str, str]:
    name, email, problems = " ".join(typed["name"].split()), "", dict[str, Problem]()
    if not name or not name.isprintable() or len(name) > LONGEST_NAME:
        problems["name"] = Problem("needed")
    try:
        email = normal_email(typed["email"])
        check_password(password, email=email, name=name)
    except Invalid as refused:
        problems |= refused.fields
    if problems:
        raise Invalid("set_up", fields=problems)
    return name, email


def _only_once() -> None:
    if services().settings.demo or beginning.has_administrator(db.session(), now=now()):
        raise NotFound("page")


def _page(typed: dict[str, str], errors: dict[str, str]) -> Response:
    page = render_template(
        "set_up.html", form_action=url_for(".set_up_post"), least=SHORTEST_PASSWORD, values=typed, errors=errors
    )
    return private(page, 422 if errors else 200)
