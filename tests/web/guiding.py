"""The path of one question at a time, walked by a test: begun, answered, led to the list."""

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.matching import Profile
from service.web.rendering import Services
from service.web.self_service import search, state
from tests.web.seeking import NOW, PLACE, WORDS, said

STEPS = ("enjoy", "easier", "where", "when", "who", "must")
ANSWERS: dict[str, dict[str, Any]] = {
    "enjoy": {"text": WORDS, "interests": ["activity.music", "activity.games"]},
    "easier": {"barrier_hearing": "helps", "barrier_cost": "helps", "barrier_vision": ""},
    "where": {"place": PLACE, "travel": "bus", "max_distance": "5", "mode": "in_person"},
    "when": {"days": ["mo", "tu"], "parts": ["morning"], "earliest": "09:30", "latest": "15:00"},
    "who": {"for_whom": "me", "interests": ["life.retired"]},
    "must": {"must": ["cost"], "cost_max": "3", "age": "71", "gender": "woman", "languages": ["pl"]},
}
ON_ONE_PAGE: dict[str, Any] = {
    **{name: value for answers in ANSWERS.values() for name, value in answers.items() if name != "must"},
    "interests": ["activity.music", "activity.games", "life.retired"],
    "barrier_cost": "must",
}


def sealed(app: Flask, typed: dict[str, object]) -> str:
    made: Services = app.extensions["kith"]
    return state.seal(made.sealer(state.PURPOSE), typed, now=NOW)


def opened(app: Flask, there: str) -> dict[str, Any]:
    """Return what an address holds."""
    made: Services = app.extensions["kith"]
    segment = there.split("?")[0].split("#")[0].split("/")[3]
    return state.unseal(made.sealer(state.PURPOSE), segment, now=NOW)


def begin(client: FlaskClient, **form: Any) -> str:
    """Begin from the first page and return the address of the first question."""
    answer = client.post("/en/steps", data=form)
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def send(client: FlaskClient, there: str, **form: Any) -> TestResponse:
    return client.post(there.split("?")[0].split("#")[0], data=form)


def onward(client: FlaskClient, there: str, **form: Any) -> str:
    answer = send(client, there, **form)
    assert answer.status_code == 303, said(answer)
    return str(answer.headers["Location"])


def walk(client: FlaskClient, answers: dict[str, dict[str, Any]], there: str) -> str:
    """Answer every question and return the address of the list."""
    for step in STEPS:
        assert there.endswith(f"/{step}")
        there = onward(client, there, **answers.get(step, {}))
    return there


def profile(app: Flask, there: str) -> Profile:
    with app.test_request_context("/en/"):
        return search.check(opened(app, there))
