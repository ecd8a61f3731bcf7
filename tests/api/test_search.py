"""POST /match: the groups that suit a person, why, and a clear word about every mistake."""

import json
import math
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

PATH = "/api/v1/match"


def ask(client: FlaskClient, **profile: Any) -> dict[str, Any]:
    answer = client.post(PATH, json=profile)
    assert answer.status_code == 200, answer.get_json()
    found: dict[str, Any] = answer.get_json()
    return found


def problems(answer: TestResponse) -> dict[str, str]:
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json"), answer.text
    return {problem["field"]: problem["code"] for problem in answer.get_json()["errors"]}


def test_somebody_who_likes_singing_finds_singing_nearby_with_reasons(visitor: FlaskClient) -> None:
    found = ask(
        visitor,
        text="lonely since I retired, like singing",
        place="M33 4ND",
        cost_max=0,
        barriers={"transport": "helps"},
    )
    first = found["matches"][0]
    assert [wish["code"] for wish in found["understood"]].count("activity.music.singing") == 1
    assert first["rank"] == 1
    assert first["km"] < 5
    assert {point["code"] for point in first["reasons"]} >= {"interest"}
    assert math.isclose(first["score"], sum(part["contribution"] for part in first["parts"]), abs_tol=1e-6)


STORY = "I'm 68, live in Sale, no car, like singing, free on Tuesdays, can't pay more than £3. I use a wheelchair"


def test_a_story_comes_back_with_suggestions_and_the_words_they_come_from(visitor: FlaskClient) -> None:
    told = ask(visitor, text=STORY)["suggestions"]
    assert all(set(one) == {"field", "value", "strength", "words"} for one in told)
    assert all(one["words"] in STORY for one in told)
    found = {(one["field"], str(one["value"])): one for one in told}
    for field, value in (
        ("age", "68"), ("place", "Sale"), ("barriers", "transport"), ("interests", "activity.music.singing"),
        ("days", "['tu']"), ("cost_max", "3"), ("travel", "wheel"),
    ):  # fmt: skip
        assert (field, value) in found
    assert found["barriers", "wheelchair"]["strength"] == "must"
    assert found["barriers", "transport"]["strength"] == "helps"
    assert found["age", "68"]["strength"] is None


def test_nothing_that_is_suggested_was_applied(visitor: FlaskClient) -> None:
    assert ask(visitor, text=STORY)["matches"][0]["km"] is None, "the place was not taken from the words"
    support = {one["barrier"] for one in ask(visitor, text="no car, on my own")["support"]}
    assert support == set()


def test_what_is_suggested_can_be_sent_as_it_is_and_is_then_not_suggested_again(visitor: FlaskClient) -> None:
    told = ask(visitor, text=STORY)["suggestions"]
    profile: dict[str, Any] = {"text": STORY, "barriers": {}, "interests": []}
    for one in told:
        if one["field"] == "barriers":
            profile["barriers"][one["value"]] = one["strength"]
        elif one["field"] in ("interests", "life"):
            profile["interests"].append(one["value"])
        else:
            profile[one["field"]] = one["value"]
    assert ask(visitor, **profile)["suggestions"] == []


def test_what_one_wish_less_would_bring_is_told_and_comes_when_it_is_sent(visitor: FlaskClient) -> None:
    asked: dict[str, Any] = {"text": "gardening", "place": "Sale", "max_km": 3, "cost_max": 0}
    found = ask(visitor, **asked)
    told = {one["code"]: one for one in found["if_only"]}
    assert set(told) == {"further", "price"}
    assert (found["relaxed"], told["further"]["amount"], told["price"]["amount"]) == ([], 2.0, None)
    further = ask(visitor, **{**asked, "max_km": 3 + told["further"]["amount"]})
    assert further["relevant"] - found["relevant"] == told["further"]["more"]
    dearer = ask(visitor, **{name: value for name, value in asked.items() if name != "cost_max"})
    assert dearer["relevant"] - found["relevant"] == told["price"]["more"]


def test_ranks_count_up_and_scores_do_not_rise_before_spreading(visitor: FlaskClient) -> None:
    matches = ask(visitor, interests=["activity.movement.walking"], place="Sale", limit=20)["matches"]
    assert [match["rank"] for match in matches] == list(range(1, len(matches) + 1))
    assert len({match["group_id"] for match in matches}) == len(matches)


def test_each_match_tells_its_next_dates_in_order_and_that_its_way_is_an_estimate(visitor: FlaskClient) -> None:
    matches = ask(visitor, text="singing", place="M33 4ND", limit=30)["matches"]
    dated = [match["next_dates"] for match in matches if match["next_dates"]]
    assert dated
    assert all(found == sorted(found) and len(found) <= 3 for found in dated)
    assert all(match["estimated"] for match in matches)


def test_who_finds_going_hard_is_told_a_way_of_small_steps(visitor: FlaskClient) -> None:
    asked = {"text": "crafts", "place": "Sale", "max_km": 20}
    assert ask(visitor, **asked)["steps"] == []
    told = ask(visitor, **asked, barriers=["social_anxiety"], level_limit=4)["steps"]
    assert [step["level"] for step in told] == sorted({step["level"] for step in told})
    assert (told[0]["why"], told[-1]["why"]) == ("gentle", "wished")
    assert told[0]["level"] <= 4


def test_every_group_of_an_answer_can_be_read(visitor: FlaskClient) -> None:
    for match in ask(visitor, text="gardening", place="Altrincham")["matches"]:
        group = visitor.get(f"/api/v1/groups/{match['group_id']}").get_json()
        assert (group["slug"], group["name"]) == (match["slug"], match["name"])


def test_the_same_question_has_the_same_answer(visitor: FlaskClient) -> None:
    asked = {"text": "somewhere warm to talk", "place": "Stretford", "barriers": ["alone"]}
    assert ask(visitor, **asked) == ask(visitor, **asked)


def test_nothing_asked_is_answered_too(visitor: FlaskClient) -> None:
    assert ask(visitor)["matches"]


@pytest.mark.asvs("V15.3.5", "V2.2.3", "V2.2.1")
@pytest.mark.parametrize(
    ("sent", "field", "code"),
    [
        ({"place": "ZZ99 9ZZ"}, "place", "place_unknown"),
        ({"place": "Zqxwv"}, "place", "place_unknown"),
        ({"age": 300}, "age", "out_of_range"),
        ({"age": "70"}, "age", "wrong_type"),
        ({"age": 70.5}, "age", "wrong_type"),
        ({"max_km": -1}, "max_km", "out_of_range"),
        ({"max_km": 10**400}, "max_km", "wrong_type"),
        ({"age": True}, "age", "wrong_type"),
        ({"limit": 1.0}, "limit", "wrong_type"),
        ({"limit": "1"}, "limit", "wrong_type"),
        ({"cost_max": True}, "cost_max", "wrong_type"),
        ({"text": "x" * 10_000}, "text", "too_long"),
        ({"text": 5}, "text", "wrong_type"),
        ({"interests": ["activity.no.such"]}, "interests", "unknown_choice"),
        ({"interests": "singing"}, "interests", "wrong_type"),
        ({"barriers": {"transport": "perhaps"}}, "barriers", "unknown_strength"),
        ({"barriers": ["no_such"]}, "barriers", "unknown_choice"),
        ({"days": ["monday"]}, "days", "unknown_choice"),
        ({"earliest": "18:00", "latest": "09:00"}, "latest", "times_contradict"),
        ({"earliest": "25:00"}, "earliest", "wrong_form"),
        ({"languages": ["English"]}, "languages", "wrong_form"),
        ({"mode": "by pigeon"}, "mode", "unknown_choice"),
        ({"no_such_field": 1}, "no_such_field", "unknown_field"),
        ({"limit": 0}, "limit", "out_of_range"),
    ],
)
def test_a_mistake_names_its_field(visitor: FlaskClient, sent: dict[str, Any], field: str, code: str) -> None:
    assert problems(visitor.post(PATH, json=sent)) == {field: code}


def test_several_mistakes_are_told_at_once(visitor: FlaskClient) -> None:
    assert set(problems(visitor.post(PATH, json={"age": -1, "place": 3, "what": 1}))) == {"age", "place", "what"}


def test_a_place_that_is_misspelt_is_answered_with_what_sounds_like_it(visitor: FlaskClient) -> None:
    told = visitor.post(PATH, json={"place": "Altringham"}).get_json()["errors"][0]
    assert "Altrincham" in told["suggestions"]


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "json"),
        (b"", "application/json", 400, "json"),
        (b"\xff\xfe", "application/json", 400, "json"),
        (b'{"text": "\\ud800"}', "application/json", 400, "json"),
        (b"[" * 5000, "application/json", 400, "json"),
        (b"[]", "application/json", 422, "body"),
        (b'"text"', "application/json", 422, "body"),
        (b"null", "application/json", 422, "body"),
        (b'{"max_km": NaN}', "application/json", 422, "profile"),
        (b'{"max_km": Infinity}', "application/json", 422, "profile"),
        (b"{}", "text/plain", 415, "content_type"),
        (b"text=x", "application/x-www-form-urlencoded", 415, "content_type"),
        (b'{"text":"' + b"x" * 1_000_000 + b'"}', "application/json", 413, "body_too_large"),
    ],
)
def test_what_cannot_be_read_is_refused(visitor: FlaskClient, body: bytes, kind: str, status: int, code: str) -> None:
    answer = visitor.post(PATH, data=body, content_type=kind)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)


def test_what_was_typed_is_not_repeated(visitor: FlaskClient) -> None:
    for sent in ({"place": "zqaxb Road"}, {"text": ["zqaxb"]}, {"age": "zqaxb"}, {"mode": "zqaxb"}):
        assert "zqaxb" not in visitor.post(PATH, json=sent).text
    assert "zqaxb" not in visitor.post(PATH, data=b'{"text": "zqaxb', content_type="application/json").text


@pytest.mark.asvs("V14.3.2")
def test_an_answer_is_kept_by_nobody_and_makes_no_cookie(visitor: FlaskClient) -> None:
    answer = visitor.post(PATH, data=json.dumps({"place": "Sale"}), content_type="application/json; charset=utf-8")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_text_in_another_language_is_answered_and_the_caller_is_told_how_it_was_read(visitor: FlaskClient) -> None:
    plain = ask(visitor, text="I like singing", place="M33 4ND")
    assert (plain["language"], plain["words_only"]) == ("en", False)
    welsh = ask(visitor, text="Hoffwn i ganu gyda phobl eraill", place="M33 4ND")
    assert (welsh["language"], welsh["understood_by"], welsh["words_only"]) == ("cy", "words", True)
    assert "activity.music.singing" in {wish["code"] for wish in welsh["understood"]}
    strange = ask(visitor, text="Я хочу петь в хоре", place="M33 4ND")
    assert (strange["language"], strange["words_only"]) == ("other", True)
    assert {found["fit"] for found in strange["matches"]} <= {"weak"}


def test_a_caller_may_say_the_language_of_the_words(visitor: FlaskClient) -> None:
    assert ask(visitor, text="Kaczka", place="M33 4ND")["language"] == "en"
    assert ask(visitor, text="Kaczka", place="M33 4ND", lang="pl")["language"] == "pl"
    assert problems(visitor.post(PATH, json={"text": "Kaczka", "lang": "Polish"})) == {"lang": "wrong_form"}


def test_a_list_follows_what_is_said_of_it(visitor: FlaskClient) -> None:
    asked = {"text": "lonely since I retired, like singing", "place": "M33 4ND"}
    before = [found["group_id"] for found in ask(visitor, **asked)["matches"]]
    after = [found["group_id"] for found in ask(visitor, **asked, put_aside=before[:2])["matches"]]
    assert after[: len(before) - 2] == before[2:]
    alike = ask(visitor, **asked, like=before[0], size="small", avoid=["chess"])
    assert alike["like"]
    assert before[0] not in {found["group_id"] for found in alike["matches"]}
    refused = visitor.post("/api/v1/match", json={"like": "the-larks"})
    assert problems(refused) == {"like": "wrong_form"}
