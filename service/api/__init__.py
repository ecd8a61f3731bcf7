"""The JSON face: /api/v1, the open data at /hsds and /oruk, problem documents and OpenAPI documents."""

from apiflask import APIFlask

from service.api import (
    document,
    events,
    groups,
    hsds,
    introductions,
    measures,
    people,
    people_changes,
    people_list,
    places,
    plans,
    prefills,
    referrals,
    search,
    terms,
    token,
)
from service.api.document import openapi
from service.api.doors import NAME, blueprint
from service.api.problems import problem, status_problem

__all__ = ["NAMES", "ROOTS", "init_app", "openapi", "problem", "status_problem"]

NAMES = (NAME, hsds.NAME)  # blueprints that read no cookie
ROOTS = ("/api/", *hsds.ROOTS)  # how their addresses begin


def init_app(app: APIFlask) -> None:
    """Add the API."""
    made = blueprint()
    about_people = (referrals, prefills, introductions, people, people_list, people_changes, measures, plans, events)
    for room in (search, groups, terms, places, *about_people, token):
        room.register(made)
    app.register_blueprint(made)
    hsds.init_app(app)
    document.init_app(app)
