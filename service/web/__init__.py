"""The HTML face: pages under /{language}/, made on the server, usable without a script."""

from collections.abc import Collection

from flask import Blueprint, Flask, redirect, request
from flask.typing import ResponseReturnValue

from service.accounts.permissions import Permission
from service.web import (
    accessibility,
    account,
    acting,
    admin,
    compressing,
    developers,
    forgery,
    group_leader,
    headers,
    helped,
    languages,
    leaving,
    look,
    organisation,
    outside,
    professional,
    rendering,
    rooms,
    self_service,
    set_up,
    set_up_parts,
    set_up_steps,
    signing_in,
    style,
    versions,
)
from service.web.access import allow
from service.web.errors import error_page, status_page
from service.web.outside import moved
from service.web.self_service import embedded

__all__ = ["error_page", "init_app", "moved", "status_page"]


@allow(Permission.PUBLIC)
def root() -> ResponseReturnValue:
    """Lead to the start page in the language the browser asks for."""
    answer = redirect(f"/{languages.best(request.accept_languages)}/", 303)
    answer.vary.add("Accept-Language")
    return answer


def init_app(app: Flask, *, keyed: Collection[str]) -> None:
    """Add the pages. `keyed` names the blueprints that read no cookie, and so need no form token."""
    languages.init_app(app)
    headers.init_app(app)
    compressing.init_app(app)
    rendering.init_app(app)
    forgery.init_app(app, keyed)
    app.add_url_rule("/", "root", root)
    app.add_url_rule("/static/<version>/<path:filename>", "static", allow(Permission.PUBLIC)(headers.static))
    outside.register(app)
    look.register(app)
    leaving.init_app(app)
    set_up.init_app(app)
    app.before_request(versions.in_offered)
    app.register_blueprint(_pages())
    app.register_blueprint(embedded.pages())


def _pages() -> Blueprint:
    """Collect the rooms under the language segment."""
    pages = Blueprint("web", __name__, url_prefix="/<lang>")
    pages.url_value_preprocessor(languages.take)
    pages.url_defaults(languages.give)
    signing_in.register(pages, landing=rooms.beginning)
    for room in (self_service, professional, group_leader, helped, admin, organisation, account):
        room.register(pages)
    for room in (acting, set_up, set_up_steps, set_up_parts, developers, accessibility, style):
        room.register(pages)
    return pages
