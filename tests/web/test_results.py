"""A list is never blank: it says what fits, what was given up and a way on, at the same cost however long it is."""

import re
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from service.catalog.operations import touch
from service.db import db
from tests.catalog.making import statements
from tests.web.seeking import NOW, WORDS, address, many, said, slugs

pytestmark = pytest.mark.usefixtures("clock")
MOST_STATEMENTS = 14
ODD: list[dict[str, Any]] = [
    {},
    {"text": ""},
    {"text": "", "place": ""},
    {"text": "xqzv wqpt"},
    {"text": "\U0001f388 \x00 \u202e"},
    {"place": "Penzance", "max_distance": "1"},
    {"mode": "online"},
    {"age": "3"},
    {f"barrier_{code}": "must" for code in ("wheelchair", "hearing", "vision", "safety", "language", "dementia")},
]


def test_a_list_always_says_something_and_a_way_on(client: FlaskClient, groups: dict[str, UUID]) -> None:
    for form in ODD:
        page = client.get(address(client, **form))
        assert page.status_code == 200
        assert slugs(page) or "Nothing fits all of that yet" in said(page), form
        assert "/change" in page.get_data(as_text=True)


def test_an_empty_catalogue_is_said_kindly(client: FlaskClient) -> None:
    page = client.get(address(client))
    assert "Nothing fits all of that yet" in said(page)
    assert "That is not your fault" in said(page)


def test_when_nothing_is_like_the_wish_that_is_said(client: FlaskClient, groups: dict[str, UUID]) -> None:
    page = client.get(address(client, text="", interests="activity.sport.golf"))
    assert "Nothing quite like that yet" in said(page)
    assert slugs(page), "what is near stays"
    assert "Strong match" not in said(page)


def test_a_must_that_nobody_confirmed_comes_with_the_question(client: FlaskClient, groups: dict[str, UUID]) -> None:
    text = said(client.get(address(client, barrier_hearing="must")))
    assert "Not confirmed: ask first" in text
    assert "Not confirmed: a hearing loop" in text
    assert "Ask first: I would like to come. Is there a hearing loop?" in text


def test_a_wish_can_be_let_go_with_one_press(client: FlaskClient, groups: dict[str, UUID]) -> None:
    there = address(client, text="", interests="activity.music.singing", cost_max="0", barrier_cost="must")
    page = client.get(there)
    assert "“Free or very cheap” helps, but is no must" in said(page) or "Any price" in said(page)
    wish = re.findall(r'href="(/en/find/[^"]+/without/[^"]+)"', page.get_data(as_text=True))[0]
    answer = client.get(wish)
    assert answer.status_code == 303
    assert len(slugs(client.get(answer.headers["Location"]))) > len(slugs(page))
    for unknown in ("must_vision", "must-1", "must--1", f"must-{'9' * 5000}"):
        assert client.get(f"{there}/without/{unknown}").status_code == 404


def test_no_address_on_a_page_names_what_makes_it_hard(client: FlaskClient, groups: dict[str, UUID]) -> None:
    there = address(client, barrier_safety="must", barrier_cost="must", barrier_stigma="helps")
    for page in (client.get(there), client.get(f"{there}/change")):
        links = re.findall(r'(?:href|action)="([^"]+)"', page.get_data(as_text=True))
        assert not [link for link in links if re.search("barrier|safety|stigma|must_", link)]
    assert f"{there}/change#easier" in client.get(there).get_data(as_text=True)


def test_words_of_somebody_in_danger_bring_help_first_and_change_nothing_else(
    client: FlaskClient, groups: dict[str, UUID]
) -> None:
    calm, page = client.get(address(client)), client.get(address(client, text=f"{WORDS}. I want to die"))
    assert said(page).startswith("You matter. Please talk to someone now.")
    assert "You matter" not in said(calm)
    assert slugs(page) == slugs(calm)


def test_a_card_says_each_thing_once(client: FlaskClient, groups: dict[str, UUID], store: Session) -> None:
    from service.catalog import models as m

    store.get_one(m.Group, groups["rooks"]).restriction = "men_only"
    touch(store, [groups["rooks"]], now=NOW)
    store.commit()
    text = said(client.get(address(client, text="chess", gender="man")))
    for once in ("Based in Urmston, venue not confirmed", "From 2018 open data, not confirmed since", "Men only"):
        assert text.count(once) == 1, text
    assert "For men only" not in text


def test_without_a_place_the_tab_says_where_a_group_is(client: FlaskClient, groups: dict[str, UUID]) -> None:
    text = said(client.get(address(client, place="")))
    assert "Where In Sale" in text
    assert not re.search(r"From you\b", text)
    assert re.search(r"From you\b", said(client.get(address(client))))


def test_a_weaker_match_and_a_helper_are_set_in_whole_sentences(
    client: FlaskClient, groups: dict[str, UUID], store: Session
) -> None:
    from service.catalog import models as m

    store.get_one(m.Group, groups["lift"]).is_example = True
    store.commit()
    page = client.get(address(client, text="", interests="activity.sport.golf", barrier_transport="helps"))
    lines = re.findall(r'</span><span class="kith-soft kith-small">([^<]+)</span>', page.get_data(as_text=True))
    assert lines
    assert all(re.match(r"[^,]+[.!?…] \S", line) for line in lines), lines
    page = client.get(address(client, barrier_transport="helps"))
    assert re.search(r"Getting there: Hop In Lifts \(example\) is about \d\.\d km from you\. Every Tues", said(page))


def test_a_list_costs_the_same_number_of_statements_however_long_it_is(
    app: Flask, client: FlaskClient, groups: dict[str, UUID], store: Session
) -> None:
    there = address(client)
    client.get(there)  # lays the index out
    assert counted(app, client, there) <= MOST_STATEMENTS
    many(store, 20)
    client.get(there)  # takes the new ones in
    assert counted(app, client, there) <= MOST_STATEMENTS
    assert counted(app, client, f"{there}/groups/larks") <= 2 * MOST_STATEMENTS


def counted(app: Flask, client: FlaskClient, path: str) -> int:
    with app.app_context():
        engine = db.engine
    client.set_cookie("any", "1")  # else the same page is shown again
    with statements(engine) as seen:
        assert client.get(path).status_code == 200
    return len(seen)
