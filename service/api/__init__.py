"""The JSON face: /api/v1, its problem documents and its OpenAPI document."""

from apiflask import APIFlask

from service.api import document, groups, places, referrals, search, terms, token
from service.api.document import openapi
from service.api.doors import NAME, blueprint
from service.api.problems import problem, status_problem

__all__ = ["NAME", "init_app", "openapi", "problem", "status_problem"]


def init_app(app: APIFlask) -> None:
    """Add the API."""
    made = blueprint()
    for room in (search, groups, terms, places, referrals, token):
        room.register(made)
    app.register_blueprint(made)
    document.init_app(app)
