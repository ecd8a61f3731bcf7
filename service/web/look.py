"""How this installation looks: its colour as a style sheet, its logo, its icon. Each change has another address."""

from functools import lru_cache

from flask import Flask, Response, make_response, request

from service.accounts.permissions import Permission
from service.catalog.site import colours, known
from service.db import db
from service.errors import NotFound
from service.web.access import allow
from service.web.headers import STATIC, YEAR
from service.web.rendering import here, look_again

COLOURS, LOGO, ICON = "/look/colours.css", "/look/logo.webp", "/look/icon.svg"


def register(app: Flask) -> None:
    """Add the addresses."""
    app.add_url_rule(COLOURS, "look_colours", colours_css)
    app.add_url_rule(LOGO, "look_logo", logo)
    app.add_url_rule(ICON, "look_icon", icon)


@allow(Permission.PUBLIC)
def colours_css() -> Response:
    """Send the tokens that follow from the main colour."""
    return _kept(colours.sheet(_colour()), "text/css")


@allow(Permission.PUBLIC)
def icon() -> Response:
    """Send our mark in the main colour."""
    return _kept(_mark().replace(colours.OURS, _colour()), "image/svg+xml")


@allow(Permission.PUBLIC)
def logo() -> Response:
    """Send the logo."""
    _newest()
    return _kept(known.logo(db.session()), "image/webp")


def _colour() -> str:
    _newest()
    colour = here().colour
    if colour is None:
        raise NotFound("page")
    return colour


def _newest() -> None:
    """Ask again where the address is of another version: it may be newer than what this process knows."""
    if request.args.get("v") != str(here().version):
        look_again()


def _kept(body: str | bytes, kind: str) -> Response:
    """Send it for ever when its address is of what is set now, else to be asked for again."""
    answer = make_response(body)
    answer.mimetype = kind
    fresh = request.args.get("v") == str(here().version)
    answer.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable" if fresh else "no-cache"
    return answer


@lru_cache(maxsize=1)
def _mark() -> str:
    return (STATIC / "kith" / "icon.svg").read_text(encoding="utf-8")
