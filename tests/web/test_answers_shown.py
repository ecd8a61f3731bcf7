"""What somebody is promised of an answer: what small changes bring, what to ask, who helps, how it was worked out."""

import random
import re
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.facts import CODES
from service.catalog.operations import touch
from service.errors import NotFound
from service.web import fact_questions
from service.web.figures import Figures, locale_of
from service.web.self_service import lighter, sums
from tests.web.seeking import NOW, address, find, further_away, many, said, slugs

pytestmark = pytest.mark.usefixtures("clock")

SINGING: dict[str, Any] = {"text": "", "interests": "activity.music.singing"}
POINTS = re.compile(r"[+\u2212]?\d+")


def changed(store: Session, group_id: UUID, **values: Any) -> None:
    """Change a group as an editor would."""
    group = store.get_one(m.Group, group_id)
    for name, value in values.items():
        setattr(group, name, value)
    touch(store, [group_id], now=NOW)
    store.commit()


def presses(page: str) -> dict[str, str]:
    """Return the one-press changes of a list: their words by their address."""
    return dict(re.findall(r'href="(/en/find/[^"]+/without/[^"]+)"><span>([^<]+)</span>', page))


# small changes


def test_each_small_change_says_what_it_brings_and_brings_that(
    client: FlaskClient, groups: dict[str, UUID], store: Session
) -> None:
    many(store, 3)
    further_away(store, "northerners", 2.5)
    page = client.get(address(client, **SINGING, max_distance="1", cost_max="2"))
    found = presses(page.get_data(as_text=True).replace("\u00a0", " "))
    assert sorted(found.values()) == [
        "If it may cost more than £2: 1 more group",
        "If you could travel 2 km more: 1 more group",
    ]
    for href, words in found.items():
        answer = client.get(href)
        assert answer.status_code == 303
        after = client.get(answer.headers["Location"])
        new = set(slugs(after)) - set(slugs(page))
        assert new == ({"northerners"} if "travel" in words else {"owls"})
        assert ("Up to 3 km" if "travel" in words else "Up to 1 km") in said(after), "the answer itself was changed"


def test_a_wish_for_a_way_to_meet_is_a_small_change_too(
    client: FlaskClient, groups: dict[str, UUID], store: Session
) -> None:
    many(store, 3)
    changed(store, groups["owls"], mode="online")
    page = client.get(address(client, **SINGING, mode="in_person"))
    assert "If online or by phone is fine too: 1 more group" in said(page)


@pytest.mark.parametrize(
    ("written", "chip", "form"),
    [
        ("8", "Up to 8 km", "8"),
        ("8 km", "Up to 8 km", "8"),
        ("4 miles", "Up to 6.4 km", "6.44"),
        ("2,5Km", "Up to 2.5 km", "2.5"),
    ],
)
def test_a_distance_may_have_its_unit_behind_it(
    client: FlaskClient, groups: dict[str, UUID], written: str, chip: str, form: str
) -> None:
    assert groups
    there = address(client, max_distance=written)
    assert chip in said(client.get(there))
    assert re.search(rf'name="max_distance"[^>]* value="{form}"', client.get(f"{there}/change").text)


@pytest.mark.parametrize("wrong", ["500 m", "1.2.3 km", "about five", "5 feet"])
def test_a_distance_that_is_none_is_told_and_kept(client: FlaskClient, groups: dict[str, UUID], wrong: str) -> None:
    assert groups
    answer = find(client, max_distance=wrong)
    assert answer.status_code == 422
    assert f'value="{wrong}"' in answer.text


def test_nobody_is_sent_further_than_a_profile_may_say(monkeypatch: pytest.MonkeyPatch) -> None:
    miles = Figures(locale=locale_of("en", "gb"), miles=True, currency="GBP")
    for typed, figures, far in (
        ({"max_distance": "1"}, miles, "2.24"),
        ({"max_km": "3"}, miles, "3.11"),
        ({"max_distance": "499"}, Figures(locale=locale_of("en", "gb"), miles=False, currency="GBP"), "500"),
        ({"max_distance": "310"}, miles, "310.68"),
    ):
        monkeypatch.setattr(lighter, "figures_of_reader", lambda figures=figures: figures)
        assert lighter.without(dict(typed), lighter.FURTHER) == {"max_distance": far}
    for wrong in ({}, {"max_distance": "far"}):
        with pytest.raises(NotFound):
            lighter.without(dict(wrong), lighter.FURTHER)


# how it was worked out


def test_the_whole_sum_stands_under_each_group_and_adds_up(client: FlaskClient, groups: dict[str, UUID]) -> None:
    page = client.get(address(client, barrier_alone="helps", cost_max="5"))
    tables = re.findall(r"<table>(.*?)</table>", page.get_data(as_text=True), re.DOTALL)
    assert len(tables) == len(slugs(page)) - page.get_data(as_text=True).count(
        "kith-slip--accent kith-slip--icon kith-attached"
    )
    for table in tables:
        *parts, total = [_number(text) for text in re.findall(r"<td>([+\u2212]?\d+)</td></tr>", table)]
        assert len(parts) >= 4
        assert sum(parts) == total
    text = said(page)
    assert "How this was worked out : The Larks" in text
    assert re.search(r"What you like (very well|well|so-so|a little|not really) [+\u2212]?\d+", text)
    assert (
        "You did not ask for these, or we do not know. They count 0: People in a life like yours; How many people."
        in text
    )
    assert "What it costs not confirmed 0" in text, "of the rooks nobody told us"


def _number(text: str) -> int:
    return int(text.replace("\u2212", "-"))


def test_points_are_whole_and_add_up_to_the_rounded_sum() -> None:
    chance = random.Random(7)  # noqa: S311
    for _ in range(500):
        exact = [chance.uniform(-0.2, 0.2) for _ in range(chance.randint(1, 10))]
        points = sums.whole_points(exact)
        assert sum(points) == round(100 * sum(exact))
        assert all(abs(found - 100 * one) < 1 for found, one in zip(points, exact, strict=True))


def test_a_group_opened_from_a_list_shows_its_sum_and_one_that_was_not_does_not(
    client: FlaskClient, groups: dict[str, UUID]
) -> None:
    assert "How this was worked out" in said(client.get(f"{address(client)}/groups/larks"))
    assert "How this was worked out" not in said(client.get("/en/groups/larks"))


# little, and nothing


def test_where_nothing_fits_that_comes_first_then_a_person_then_what_is_weak(
    client: FlaskClient, groups: dict[str, UUID]
) -> None:
    there = address(client, text="", interests="activity.sport.golf")
    text = said(client.get(there))
    order = [
        "Nothing quite like that yet",
        "That is not your fault",
        "Would a person help?",
        "Each of these is a weak match.",
    ]
    assert [text.index(words) for words in order] == sorted(text.index(words) for words in order)
    assert text.count("Would a person help?") == 1
    assert text.count("Weak match") == len(slugs(client.get(there))) > 0
    assert "good place" not in text
    assert "Weak match" in said(client.get(f"{there}/groups/larks"))


def test_a_group_without_room_says_so_wherever_it_stands(
    client: FlaskClient, groups: dict[str, UUID], store: Session
) -> None:
    for state, words in (("full", "Full until"), ("waiting_list", "Waiting list")):
        changed(store, groups["larks"], capacity_state=state)
        assert words in said(client.get(address(client)))
        assert words in said(client.get(address(client, text="", interests="activity.sport.golf")))


# ask first


def test_every_open_question_is_ready_to_copy(client: FlaskClient, groups: dict[str, UUID], store: Session) -> None:
    changed(store, groups["rooks"], languages=[])
    there = address(client, text="chess", barrier_wheelchair="must", languages="pl", barrier_language="must")
    for page in (client.get(there), client.get(f"{there}/groups/rooks")):
        text = said(page)
        assert "Not confirmed: ask first" in text
        message = re.search(r"Ask first: (I would like to come\. .*?\?) (?!Is|Does|What|On|Where)", text)
        assert message, text
        for question in (
            "Is there a way in without steps?",
            "Does anyone there speak Polish?",
            "On which days and at what time do you meet?",
            "What does it cost to come?",
            "Where do you meet?",
        ):
            assert message[1].count(question) == 1, question


def test_what_is_known_is_not_asked(client: FlaskClient, groups: dict[str, UUID]) -> None:
    text = said(client.get(address(client, barrier_hearing="must")))
    assert "Ask first: I would like to come. Is there a hearing loop? " in text
    assert "What does it cost" not in text
    assert "Where do you meet?" not in text


def test_every_fact_is_asked_as_people_ask(app: Flask) -> None:
    with app.test_request_context("/en/"):
        for code in CODES:
            text = fact_questions.question(code)
            assert re.match(r"(Is|Are|Does|Do|Can|Has) ", text), text
            assert text.endswith("?")
            assert len(text.split()) <= 12


# who helps


def test_a_helper_says_what_for_for_whom_when_how_much_and_how(
    client: FlaskClient, groups: dict[str, UUID], store: Session
) -> None:
    lift = store.get_one(m.Group, groups["lift"])
    lift.places, lift.price_pence = [], 150
    lift.areas = [m.ServiceArea(name="Trafford", latitude=53.42, longitude=-2.35, radius_km=8.0)]
    for session in lift.sessions:
        session.location_id = None
    touch(store, [lift.id], now=NOW)
    store.commit()
    page = client.get(address(client, barrier_transport="helps"))
    assert (
        "Getting there: Hop In Lifts takes people from your area. Every Tuesday, 10:00. £1.50. Ring two days before."
        in said(page)
    )
    assert "lift" in slugs(page), "it leads to the page of the service"


# small steps


def test_who_dreads_a_big_step_is_shown_a_gentle_one_first_and_what_the_first_visit_is_like(
    client: FlaskClient, groups: dict[str, UUID], store: Session
) -> None:
    for name, level in (("larks", 2), ("owls", 5)):
        for session in store.get_one(m.Group, groups[name]).sessions:
            session.level = level
    changed(store, groups["larks"], host="Bev")
    changed(store, groups["owls"], host="Ola")
    text = said(client.get(address(client, **SINGING, barrier_social_anxiety="helps")))
    path = text[text.index("A path in small steps") :]
    for words in (
        "To begin: The Larks , you meet one other person.",
        "Tue 1 Dec, 10:00",
        "Later, what you wished for: Night Owls Choir , a bigger group, or one open to all.",
        "Your first visit to The Larks",
        "Leaving: Slip out.",
    ):
        assert words in path
        path = path[path.index(words) :]
    assert "A path in small steps" not in said(client.get(address(client, **SINGING)))


def test_a_way_with_one_group_left_is_none(client: FlaskClient, groups: dict[str, UUID]) -> None:
    assert "A path in small steps" not in said(client.get(address(client, **SINGING, barrier_alone="must")))
