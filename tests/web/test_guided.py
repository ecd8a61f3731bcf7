"""One question at a time: the same answers as on one page, each step left at will, nothing lost, nothing kept."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from service.matching import Profile
from service.web.rendering import Services
from service.web.self_service import questions, search, state
from tests.web.seeking import NOW, PLACE, WORDS, address, said, slugs

pytestmark = pytest.mark.usefixtures("clock")

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


# from the first page to the list


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


# back, to and fro: nothing is lost


def test_back_keeps_everything_even_what_was_just_written_and_is_wrong(
    app: Flask, client: FlaskClient, groups: dict[str, UUID]
) -> None:
    there = onward(client, begin(client), **ANSWERS["enjoy"])
    there = onward(client, there, **ANSWERS["easier"])
    there = onward(client, there, place="Zzyzxville", travel="bus", go="back")
    assert there.endswith("/easier")
    page = client.get(there).get_data(as_text=True)
    assert re.search(r'name="barrier_hearing" type="radio" value="helps" checked', page)
    first = onward(client, there, **ANSWERS["easier"], go="back")
    assert WORDS in client.get(first).get_data(as_text=True)
    again = onward(client, onward(client, first, **ANSWERS["enjoy"]), **ANSWERS["easier"])
    page = client.get(again).get_data(as_text=True)
    assert 'value="Zzyzxville"' in page
    assert re.search(r'name="travel" type="radio" value="bus" checked', page)
    assert send(client, again, place="Zzyzxville").status_code == 422


def test_back_from_the_first_question_leads_to_the_form_with_every_answer(
    client: FlaskClient, groups: dict[str, UUID]
) -> None:
    there = onward(client, begin(client, place=PLACE), text=WORDS, go="back")
    page = client.get(there).get_data(as_text=True)
    assert there.endswith("/change")
    assert WORDS in page
    assert f'value="{PLACE}"' in page


def test_an_answer_shown_leads_to_its_question_and_back_here(
    app: Flask, client: FlaskClient, groups: dict[str, UUID]
) -> None:
    there = onward(client, begin(client), **ANSWERS["enjoy"])
    there = onward(client, onward(client, there), **ANSWERS["where"])
    page = client.get(there).get_data(as_text=True)
    chips = re.findall(r'name="go" value="(change:[^"]+)"', page)
    assert set(chips) == {f"change:{name}" for name in ("text", "interests", *ANSWERS["where"])}
    changing = onward(client, there, days=["fr"], go="change:text")
    assert changing.endswith("/enjoy?to=when#text")
    assert 'name="to" value="when"' in client.get(changing).get_data(as_text=True)
    back = onward(client, changing, text="chess", to="when")
    assert back.endswith("/when")
    assert (opened(app, back)["text"], opened(app, back)["days"]) == ("chess", ["fr"])


def test_every_answer_has_its_chip_and_each_chip_its_place_on_a_page(
    client: FlaskClient, groups: dict[str, UUID]
) -> None:
    there = walk(client, ANSWERS, begin(client))
    chips = re.findall(r'class="kith-chip" href="([^"]+)"', client.get(there).get_data(as_text=True))
    assert len(chips) >= 10
    for chip in chips:
        path, _, anchor = chip.replace("&amp;", "&").partition("#")
        assert "?to=groups" in path
        assert f'id="{anchor}"' in client.get(path).get_data(as_text=True), chip


def test_who_came_by_the_path_changes_an_answer_there_and_is_back_at_the_list(
    app: Flask, client: FlaskClient, groups: dict[str, UUID]
) -> None:
    there = walk(client, ANSWERS, begin(client))
    chips = re.findall(r'class="kith-chip" href="([^"]+)"', client.get(there).get_data(as_text=True))
    place = next(chip for chip in chips if chip.endswith("#place")).split("#")[0]
    page = client.get(place)
    assert "Back to the list" in said(page) or "Back to the list" in page.get_data(as_text=True)
    again = onward(client, place, **{**ANSWERS["where"], "place": "Sale", "to": "groups"})
    assert again.startswith("/en/find/")
    assert opened(app, again)["place"] == "Sale"


def test_who_came_by_the_form_may_change_by_the_path_and_the_other_way_round(
    app: Flask, client: FlaskClient, groups: dict[str, UUID]
) -> None:
    there = address(client, interests=["activity.music"])
    form = client.get(f"{there}/change").get_data(as_text=True)
    assert 'formaction="/en/steps"' in form
    before = re.findall(r'name="before" value="([^"]+)"', form)[0]
    path = begin(client, before=before, text=WORDS, place=PLACE, interests=["activity.music"])
    assert WORDS in client.get(path).get_data(as_text=True)
    whole = onward(client, path, text="chess", go="all")
    assert whole.endswith("/change")
    assert "chess" in client.get(whole).get_data(as_text=True)
    answer = client.post("/en/find", data={"before": whole.split("/")[3], "text": "chess"})
    assert "/change#text" in client.get(answer.headers["Location"]).get_data(as_text=True)


# what cannot be used is said there, and kept


@pytest.mark.parametrize(
    ("step", "form", "field", "words"),
    [
        ("enjoy", {"interests": "activity.zzz", "text": "hello"}, "interests", "We don’t know “activity.zzz” yet"),
        ("easier", {"barrier_hearing": "a lot", "barrier_cost": "must"}, "barrier_hearing", "Pick one of the answers"),
        ("where", {"place": "Ashton", "max_distance": "3"}, "place", "Which one do you mean?"),
        ("where", {"place": PLACE, "max_distance": "far"}, "max_distance", "more than 0, and up to 500 km"),
        ("when", {"earliest": "15:00", "latest": "14:00"}, "latest", "leaves no time"),
        ("who", {"for_whom": "nobody"}, "for_whom", "Pick one of the answers"),
        ("must", {"age": "old", "cost_max": "3"}, "age", "a number from 0 to 120"),
    ],
)
def test_what_cannot_be_used_is_told_beside_its_field_and_kept(
    app: Flask,
    client: FlaskClient,
    groups: dict[str, UUID],
    step: str,
    form: dict[str, str],
    field: str,
    words: str,
) -> None:
    root = sealed(app, {"text": WORDS, "barriers": {"cost": "helps"}})
    for go in ("", "groups"):
        answer = send(client, f"/en/steps/{root}/{step}", **form, go=go)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert answer.headers["Cache-Control"] == "no-store"
        assert words in said(answer)
        assert f'href="#{field}"' in page
        assert f'id="{field}"' in page
        for name, value in form.items():
            if name in ("text", "place", "max_distance", "age", "cost_max", "earliest", "latest"):
                assert value in page
        assert "<title>Error:" in page


def test_one_of_several_places_is_taken_with_one_press(app: Flask, client: FlaskClient) -> None:
    root = sealed(app, {})
    page = send(client, f"/en/steps/{root}/where", place="Ashton").get_data(as_text=True)
    offered = re.findall(r'name="place_choice" type="radio" value="([^"]+)"', page)
    there = onward(client, f"/en/steps/{root}/where", place="Ashton", place_choice=offered[0])
    assert opened(app, there)["place"] == offered[0]


def test_a_wrong_answer_of_another_page_is_told_in_the_end_and_nothing_is_lost(
    app: Flask, client: FlaskClient, groups: dict[str, UUID]
) -> None:
    root = sealed(app, {"age": "old", "text": WORDS})
    there = onward(client, f"/en/steps/{root}/when", days=["mo"], go="groups")
    page = client.get(there)
    assert page.status_code == 422
    assert "a number from 0 to 120" in said(page)
    assert WORDS in page.get_data(as_text=True)


# the musts


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


# for whom


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


# what is sealed, and what is not there


def test_addresses_that_are_damaged_old_or_unknown(
    app: Flask, client: FlaskClient, groups: dict[str, UUID], clock: time_machine.Traveller
) -> None:
    root = sealed(app, {"text": WORDS})
    for path in (f"/en/steps/{root}/nothing", f"/en/steps/{root}/groups"):
        assert client.get(path).status_code == 404
        assert client.post(path, data={}).status_code == 404
    for bad in ("x", root[:-1], "A" * 7500):
        answer = client.get(f"/en/steps/{bad}/enjoy")
        assert answer.status_code == 410
        assert 'href="/en/"' in answer.get_data(as_text=True), "a way on"
    clock.shift(timedelta(hours=24, seconds=1))
    for answer in (client.get(f"/en/steps/{root}/enjoy"), client.post(f"/en/steps/{root}/enjoy", data={})):
        assert answer.status_code == 410
        assert "kept for one day only" in said(answer)


def test_a_page_leads_only_inside_the_path(app: Flask, client: FlaskClient) -> None:
    root = sealed(app, {})
    for to in ("https://example.org/", "//example.org", "nothing", "change:text"):
        assert onward(client, f"/en/steps/{root}/enjoy", to=to).endswith("/easier")
        assert f'value="{to}"' not in client.get(f"/en/steps/{root}/enjoy?to={to}").get_data(as_text=True)
    assert onward(client, f"/en/steps/{root}/enjoy", go="change:nothing").split("?")[0].endswith("/enjoy")


def test_nothing_typed_is_in_an_address_a_title_or_the_log(
    app: Flask, client: FlaskClient, groups: dict[str, UUID], capfd: pytest.CaptureFixture[str]
) -> None:
    there, addresses = begin(client, text="zqwords"), ""
    for step in STEPS:
        page = client.get(there).get_data(as_text=True)
        addresses += there + " ".join(re.findall(r'(?:href|action)="([^"]*)"', page))
        addresses += " ".join(re.findall(r"<title>.*?</title>", page))
        there = onward(client, there, **{**ANSWERS[step], **({"text": "zqwords"} if step == "enjoy" else {})})
    out = "".join(capfd.readouterr())
    for word in ("zqwords", "M33", "4ND", "activity.music", "hearing", "retired"):
        assert word not in addresses
        assert word not in out


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


# what goes with a search beside the answers


def test_what_goes_with_a_search_stays_when_an_answer_is_changed(
    app: Flask, client: FlaskClient, groups: dict[str, UUID]
) -> None:
    kept = str(groups["larks"])
    before = sealed(app, {"text": WORDS, "place": PLACE, "cost_max": "3", "kept": [kept], "of_a_later_page": 1})
    assert client.get(f"/en/find/{before}").status_code == 200, "what the form does not ask is no mistake"
    answer = client.post("/en/find", data={"before": before, "text": WORDS, "place": "Sale", "for_whom": "someone"})
    assert answer.status_code == 303
    assert opened(app, answer.headers["Location"]) == {
        "text": WORDS,
        "place": "Sale",
        "for_whom": "someone",
        "kept": [kept],
        "of_a_later_page": 1,
    }
    there = onward(client, f"/en/steps/{before}/must", age="40")
    assert opened(app, there)["kept"] == [kept]


def test_answers_changed_on_a_page_that_ran_out_still_count(client: FlaskClient, groups: dict[str, UUID]) -> None:
    assert client.post("/en/find", data={"before": "x", "text": WORDS}).status_code == 303
    assert client.post("/en/steps", data={"before": "x", "text": WORDS}).status_code == 303
    wrong = client.post("/en/find", data={"before": "x", "text": WORDS, "age": "old"})
    assert wrong.status_code == 422
    assert WORDS in wrong.get_data(as_text=True)
