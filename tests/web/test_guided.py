"""One question at a time: the same answers as on one page, each step left at will, nothing lost, nothing kept."""

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.web.rendering import Services
from service.web.self_service import state
from tests.web.seeking import NOW, PLACE, WORDS

pytestmark = pytest.mark.usefixtures("clock")


def sealed(app: Flask, typed: dict[str, object]) -> str:
    made: Services = app.extensions["kith"]
    return state.seal(made.sealer(state.PURPOSE), typed, now=NOW)


def opened(app: Flask, address: str) -> dict[str, object]:
    """Return what an address holds."""
    made: Services = app.extensions["kith"]
    segment = address.split("?")[0].split("#")[0].split("/")[3]
    return state.unseal(made.sealer(state.PURPOSE), segment, now=NOW)


# what goes with a search beside the answers


def test_what_goes_with_a_search_stays_when_an_answer_is_changed(
    app: Flask, client: FlaskClient, groups: dict[str, UUID]
) -> None:
    before = sealed(app, {"text": WORDS, "place": PLACE, "cost_max": "3", "kept": ["a"], "of_a_later_page": 1})
    assert client.get(f"/en/find/{before}").status_code == 200, "what the form does not ask is no mistake"
    answer = client.post("/en/find", data={"before": before, "text": WORDS, "place": "Sale", "for_whom": "someone"})
    assert answer.status_code == 303
    assert opened(app, answer.headers["Location"]) == {
        "text": WORDS,
        "place": "Sale",
        "for_whom": "someone",
        "kept": ["a"],
        "of_a_later_page": 1,
    }


def test_answers_changed_on_a_page_that_ran_out_still_count(client: FlaskClient, groups: dict[str, UUID]) -> None:
    assert client.post("/en/find", data={"before": "x", "text": WORDS}).status_code == 303
    wrong = client.post("/en/find", data={"before": "x", "text": WORDS, "age": "old"})
    assert wrong.status_code == 422
    assert WORDS in wrong.get_data(as_text=True)
