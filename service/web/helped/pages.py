"""How a page of a person's own link is shown: kept by no cache, found by no search engine."""

from datetime import datetime

from flask import Response, render_template

from service.errors import NotFound
from service.web import moments
from service.web.rendering import private

WHY = {"link_used": "used", "link_expired": "expired", "link_revoked": "expired"}


def page(template: str, *, status: int = 200, **values: object) -> Response:
    """Show one page of a link."""
    return private(render_template(f"helped/{template}", **values), status)


def gone(error: NotFound) -> Response:
    """Say that the link works no more, and what to do."""
    ended = error.params.get("ended")
    when = moments.day(ended) if isinstance(ended, datetime) else ""
    return page("gone.html", status=error.status, why=WHY.get(error.code, "unknown"), ended=when)
