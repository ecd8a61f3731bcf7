"""Whoever comes back to a list is shown it again at once, and never one that has changed since or is somebody's own."""

from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.operations import touch
from service.matching import matcher
from service.matching.again import MOST, Again
from tests.web.seeking import NOW, WORDS, address, slugs

QUESTION = {"text": WORDS, "place": "M33 4ND"}


@pytest.fixture
def matched(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were really matched."""
    seen, plain = [], matcher.match

    def match(*given: object) -> object:
        seen.append(given[1].text)  # type: ignore[attr-defined]
        return plain(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(matcher, "match", match)
    return seen


@pytest.mark.usefixtures("clock")
def test_a_list_and_an_answer_are_given_again_in_the_same_minute(
    client: FlaskClient, groups: dict[str, UUID], matched: list[str]
) -> None:
    there = address(client)
    pages = [client.get(there) for _ in range(3)]
    assert len({page.data for page in pages}) == 1
    assert len({page.headers["X-Request-Id"] for page in pages}) == 3
    assert {page.headers["Cache-Control"] for page in pages} == {"no-store"}
    once = len(matched)
    answers = [client.post("/api/v1/match", json=QUESTION) for _ in range(3)]
    assert len({answer.data for answer in answers}) == 1
    assert len(matched) == once + 1
    client.post("/api/v1/match", json={**QUESTION, "cost_max": 0})
    assert len(matched) == once + 2


@pytest.mark.usefixtures("clock")
def test_what_an_editor_changed_is_in_the_very_next_list(
    client: FlaskClient, groups: dict[str, UUID], store: Session
) -> None:
    there = address(client)
    assert "larks" in slugs(client.get(there))
    store.get_one(m.Group, groups["larks"]).status = "archived"
    touch(store, [groups["larks"]], now=NOW)
    store.commit()
    assert "larks" not in slugs(client.get(there))
    assert str(groups["larks"]) not in client.post("/api/v1/match", json=QUESTION).get_data(as_text=True)


@pytest.mark.usefixtures("clock")
def test_whoever_brings_a_cookie_has_a_list_of_their_own(
    client: FlaskClient, groups: dict[str, UUID], matched: list[str]
) -> None:
    there = address(client)
    client.get(there)
    once = len(matched)
    client.set_cookie("kith", "some")
    client.get(there)
    assert len(matched) > once


def test_a_minute_later_it_is_made_anew(client: FlaskClient, groups: dict[str, UUID], matched: list[str]) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        client.post("/api/v1/match", json=QUESTION)
        clock.shift(timedelta(minutes=1))
        client.post("/api/v1/match", json=QUESTION)
    assert len(matched) == 2


def test_no_more_is_kept_than_there_is_room_for_and_what_is_refused_is_not() -> None:
    state, made = [object()], []
    again = Again(lambda: tuple(state))

    def make(number: int) -> bytes:
        made.append(number)
        if number < 0:
            raise ValueError("no such question")
        return b"%d" % number

    for _ in range(2):
        for number in range(MOST + 5):
            assert again.answer(number, partial(make, number), now=NOW) == b"%d" % number
    assert made.count(0) == 1
    assert made.count(MOST) == 2
    for _ in range(2):
        with pytest.raises(ValueError, match="no such"):
            again.answer(-1, partial(make, -1), now=NOW)
    state[0] = object()
    again.answer(0, partial(make, 0), now=NOW)
    assert made.count(0) == 2
