"""Forgetting, in the browser, what was kept of these pages: asked for while somebody leaves in a hurry."""

from flask import Flask, Response

from service.accounts.permissions import Permission
from service.web.access import allow
from service.web.forgery import without_token

PATH = "/leave"


def init_app(app: Flask) -> None:
    """Add the door."""
    app.add_url_rule(PATH, "leave", leave, methods=["POST"])


@allow(Permission.PUBLIC)
@without_token
def leave() -> Response:
    """Answer nothing, and have the browser drop its copies of our pages, those it kept for Back among them."""
    answer = Response(status=204)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer
