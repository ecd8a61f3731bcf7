"""The page for developers: the API's own document, shown without fetching anything from elsewhere."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from service.accounts.permissions import Permission
from service.web.access import allow
from service.web.rendering import services


def register(blueprint: Blueprint) -> None:
    """Add the page."""
    blueprint.add_url_rule("/api", "developers", show)


@allow(Permission.PUBLIC)
def show() -> ResponseReturnValue:
    """Show every address of the API."""
    made = services()
    href = f"{made.settings.public_url}/api/v1/openapi.json"
    example = (
        f"curl {made.settings.public_url}/api/v1/match -H 'Content-Type: application/json' \\\n"
        """  -d '{"text": "I like singing", "place": "M33 4ND", "cost_max": 0}'"""
    )
    return render_template("api_docs.html", openapi=made.openapi(), openapi_href=href, example=example)
