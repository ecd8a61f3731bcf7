"""One question at a time leads to the same list as the form on one page, for oneself or for somebody else."""

import re
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.web.rendering import Services
from service.web.self_service import questions
from tests.web.guiding import ANSWERS, ON_ONE_PAGE, STEPS, begin, onward, opened, profile, sealed, walk
from tests.web.seeking import PLACE, WORDS, address, said, slugs

pytestmark = pytest.mark.usefixtures("clock")


def test_the_path_leads_to_the_same_list_as_the_form_on_one_page(
    app: Flask, client: FlaskClient, groups: dict[str, UUID]
) -> None:
    there = walk(client, ANSWERS, begin(client))
    assert there.startswith("/en/find/")
    other = address(client, **ON_ONE_PAGE)
    assert profile(app, there) == profile(app, other)
    assert slugs(client.get(there)) == slugs(client.get(other)) != []


def test_from_the_first_page_to_the_list_takes_eight_pages(client: FlaskClient, groups: dict[str, UUID]) -> None:
    client.get("/en/")
    pages, there = 1, begin(client)
    for step in STEPS:
        page = client.get(there)
        pages += 1
        assert f"Step {STEPS.index(step) + 1} of 6: " in said(page)
        assert page.headers["Cache-Control"] == "no-store"
        assert 'name="robots" content="noindex"' in page.get_data(as_text=True)
        assert "Set-Cookie" not in page.headers
        there = onward(client, there, **ANSWERS[step])
    assert client.get(there).status_code == 200
    assert pages + 1 == 8


def test_skipping_everything_leads_to_groups(app: Flask, client: FlaskClient, groups: dict[str, UUID]) -> None:
    there = str(client.get("/en/steps").headers["Location"])
    for _step in STEPS[:-1]:
        page = client.get(there).get_data(as_text=True)
        there = re.findall(r'href="([^"]+)">Skip this question', page)[0]
    assert 'value="skip">Skip this question' in client.get(there).get_data(as_text=True)
    there = onward(client, there, age="40", go="skip")
    assert slugs(client.get(there))
    assert profile(app, there) == profile(app, address(client, text="", place=""))


def test_the_list_is_one_press_away_and_takes_along_what_was_just_written(
    app: Flask, client: FlaskClient, groups: dict[str, UUID]
) -> None:
    there = onward(client, begin(client), text=WORDS, go="groups")
    assert there.startswith("/en/find/")
    assert opened(app, there)["text"] == WORDS
    page = client.get(begin(client)).get_data(as_text=True)
    assert "Skip this question" in page
    assert "Just show me groups" in page


def test_what_was_written_on_the_first_page_comes_along(
    app: Flask, client: FlaskClient, groups: dict[str, UUID]
) -> None:
    there = begin(client, text=WORDS, place=PLACE, interests=["activity.music"], cost_max="2", for_someone="yes")
    held = opened(app, there)
    assert (held["text"], held["place"], held["for_whom"], held["cost_max"]) == (WORDS, PLACE, "someone", "2")
    page = client.get(there)
    assert WORDS in page.get_data(as_text=True)
    assert "What do they enjoy?" in said(page)
    assert "Near M33 4ND" in said(page)
    assert "Up to £2 a time" in said(page)
    wrong = client.post("/en/steps", data={"text": WORDS, "place": "Zzyzxville"})
    assert wrong.status_code == 422
    assert WORDS in wrong.get_data(as_text=True)
    assert "We don’t know “Zzyzxville”" in said(wrong)


PAGES: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "enjoy": st.fixed_dictionaries(
        {}, optional={"text": st.sampled_from([WORDS, " ", "chess"]), "interests": st.just(["activity.music"])}
    ),
    "easier": st.dictionaries(
        st.sampled_from(["barrier_hearing", "barrier_cost", "barrier_safety"]), st.sampled_from(["", "helps", "must"])
    ),
    "where": st.fixed_dictionaries(
        {}, optional={"place": st.just(PLACE), "travel": st.sampled_from(["", "walk"]), "max_distance": st.just("2,5")}
    ),
    "when": st.fixed_dictionaries(
        {}, optional={"days": st.just(["mo"]), "parts": st.just(["evening"]), "earliest": st.just("10:00")}
    ),
    "who": st.fixed_dictionaries(
        {}, optional={"for_whom": st.sampled_from(["me", "someone"]), "interests": st.just(["life.carer"])}
    ),
    "must": st.fixed_dictionaries({}, optional={"age": st.sampled_from(["", "40"]), "cost_max": st.just("£3")}),
}


@given(answers=st.fixed_dictionaries(PAGES), ways=st.lists(st.sampled_from(STEPS), max_size=3))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_way_through_the_path_gives_the_profile_of_the_form(
    app: Flask, client: FlaskClient, answers: dict[str, dict[str, Any]], ways: list[str]
) -> None:
    """Whoever goes to and fro, and sends a page twice, ends with the same answers as on one page."""
    on_one_page: dict[str, Any] = {}
    for given_there in answers.values():
        for name, value in given_there.items():
            on_one_page[name] = [*on_one_page.get(name, []), *value] if name == "interests" else value
    musts = [name.removeprefix("barrier_") for name, value in answers["easier"].items() if value == "must"]
    pages = {**answers, "must": {**answers["must"], "must": musts}}
    there = begin(client)
    for step in (*ways, *STEPS):
        root = there.split("/")[3]
        there = onward(client, f"/en/steps/{root}/{step}", **pages[step])
    whole = client.post("/en/find", data=on_one_page).headers["Location"]
    assert profile(app, there) == profile(app, whole)


def test_only_what_was_said_to_help_is_asked_as_a_must(app: Flask, client: FlaskClient) -> None:
    root = sealed(app, {"barriers": {"hearing": "must", "cost": "helps"}})
    page = client.get(f"/en/steps/{root}/must").get_data(as_text=True)
    assert re.findall(r'name="must" type="checkbox" value="(\w+)"( checked)?', page) == [
        ("cost", ""),
        ("hearing", " checked"),
    ]
    there = onward(client, f"/en/steps/{root}/must", must=["cost", "wheelchair"])
    assert opened(app, there)["barriers"] == {"hearing": "helps", "cost": "must"}
    assert 'name="must"' not in client.get(f"/en/steps/{sealed(app, {})}/must").get_data(as_text=True)


def test_pages_speak_of_them_and_the_list_stays_the_same(
    app: Flask, client: FlaskClient, groups: dict[str, UUID]
) -> None:
    root = sealed(app, {"for_whom": "someone", "way": "steps"})
    for step, words in (
        ("enjoy", "What do they enjoy?"),
        ("where", "Where are they?"),
        ("when", "Which days are they free?"),
        ("must", "Their age"),
    ):
        assert words in said(client.get(f"/en/steps/{root}/{step}"))
    mine, theirs = address(client, for_whom="me"), address(client, for_whom="someone")
    assert slugs(client.get(mine)) == slugs(client.get(theirs)) == slugs(client.get(address(client)))
    assert "For someone I care for" in said(client.get(theirs))
    assert "the best for them first" in said(client.get(theirs))


def test_who_looks_for_somebody_else_is_shown_what_is_there_for_them(
    app: Flask, client: FlaskClient, groups: dict[str, UUID]
) -> None:
    there = address(client, for_whom="someone", cost_max="2")
    assert f'href="{there}/for-you"' in client.get(there).get_data(as_text=True)
    assert "/for-you" not in client.get(address(client, for_whom="me")).get_data(as_text=True)
    mine = client.get(f"{there}/for-you").headers["Location"]
    found = profile(app, mine)
    assert found.interests == questions.CARERS
    assert found.place is not None
    assert found.price_limit is None
    assert client.get(mine).status_code == 200
    assert client.get("/en/find/x/for-you").status_code == 410


def test_the_taxonomy_knows_what_is_there_for_carers(app: Flask) -> None:
    made: Services = app.extensions["kith"]
    assert all(made.matching.taxonomy.get(code) for code in questions.CARERS)


def test_words_of_somebody_in_danger_bring_help_first_on_the_next_page(client: FlaskClient) -> None:
    there = onward(client, begin(client), text="I want to die")
    assert "You matter. Please talk to someone now." in said(client.get(there))
    assert "Your groups are just below" not in said(client.get(there))


def test_the_path_is_there_in_every_language(app: Flask, client: FlaskClient) -> None:
    root = sealed(app, {"text": WORDS, "barriers": {"cost": "must"}})
    for language in ("de", "es", "pt", "fr", "it", "pl", "ur"):
        for step in STEPS:
            assert client.get(f"/{language}/steps/{root}/{step}").status_code == 200


def test_each_field_of_the_form_belongs_to_one_question() -> None:
    asked = [name for question in questions.QUESTIONS for name in question.fields if name != "interests"]
    assert len(asked) == len(set(asked))
    from service.web.self_service import reading

    fields = {*reading.SINGLE, *reading.MANY, "barriers", reading.FOR_WHOM}
    assert {*asked, "interests"} == fields
