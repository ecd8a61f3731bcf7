"""What cannot be used is told beside its field, every mistake at once, and nothing that was typed is lost."""

import re
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.web.seeking import PLACE, WORDS, address, find, said

pytestmark = pytest.mark.usefixtures("clock")
BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"place": "Zzyzxville"}, "place", "We don’t know “Zzyzxville”"),
    ({"place": "M33 9ZZ"}, "place", "We don’t know “M33 9ZZ”. Did you mean"),
    ({"place": "Manchestr"}, "place", "Did you mean Manchester"),
    ({"place": "Ashton"}, "place", "Which one do you mean?"),
    ({"place": "M" * 300}, "place", "Please write a town or a postcode only"),
    ({"age": "-1"}, "age", "a number from 0 to 120"),
    ({"age": "1000"}, "age", "a number from 0 to 120"),
    ({"age": "old"}, "age", "a number from 0 to 120"),
    ({"age": "70.5"}, "age", "a number from 0 to 120"),
    ({"max_distance": "0"}, "max_distance", "more than 0, and up to 500 km"),
    ({"max_distance": "99999"}, "max_distance", "more than 0, and up to 500 km"),
    ({"max_distance": "near"}, "max_distance", "more than 0, and up to 500 km"),
    ({"max_distance": "nan"}, "max_distance", "more than 0, and up to 500 km"),
    ({"max_distance": "1e999"}, "max_distance", "more than 0, and up to 500 km"),
    ({"max_km": "-3"}, "max_distance", "more than 0, and up to 500 km"),
    ({"cost_max": "-2"}, "cost_max", "a number from 0 to 1,000"),
    ({"cost_max": "a bit"}, "cost_max", "a number from 0 to 1,000"),
    ({"cost_max": "inf"}, "cost_max", "a number from 0 to 1,000"),
    ({"earliest": "15:00", "latest": "14:00"}, "latest", "Not before 15:00 and over by 14:00 leaves no time"),
    ({"earliest": "25:00"}, "earliest", "a time like 10:30"),
    ({"latest": "noon"}, "latest", "a time like 10:30"),
    ({"text": "a" * 10_000}, "text", "You wrote 10,000 letters and signs. Please keep it to 2,000"),
    ({"interests": "activity.zzz"}, "interests", "We don’t know “activity.zzz” yet"),
    ({"interests": ["activity.music"] * 31}, "interests", "up to 30"),
    ({"interests": "z" * 200}, "interests", "too long a name"),
    ({"days": "noday"}, "days", "Pick one of the answers"),
    ({"parts": "night"}, "parts", "Pick one of the answers"),
    ({"travel": "rocket"}, "travel", "Pick one of the answers"),
    ({"mode": "telepathy"}, "mode", "Pick one of the answers"),
    ({"gender": "x"}, "gender", "Pick one of the answers"),
    ({"languages": "klingon"}, "languages", "Pick languages from the list"),
    ({"barrier_hearing": "a lot"}, "barrier_hearing", "Pick one of the answers"),
    ({"barrier_gravity": "must"}, "main", "no question called “barrier_gravity”"),
    ({"colour": "red"}, "main", "no question called “colour”"),
    ({"<script>": "1"}, "main", "no question called “<script>”"),
]


def test_bad_input_is_told_beside_its_field_and_nothing_typed_is_lost(
    client: FlaskClient, groups: dict[str, UUID]
) -> None:
    for form, field, words in BAD:
        answer = find(client, **form)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422, form
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
        assert words in said(answer)
        assert f'href="#{field}"' in page, "the summary leads to the field"
        assert f'id="{field}"' in page
        for name, value in {"text": WORDS, "place": PLACE, **form}.items():
            if name in ("text", "place", "max_distance", "cost_max", "age", "earliest", "latest"):
                assert str(value) in page, f"what was typed into {name} is kept"


def test_every_mistake_is_told_at_once(client: FlaskClient, groups: dict[str, UUID]) -> None:
    text = said(find(client, age="old", place="Zzyzxville", cost_max="x", barrier_vision="y", tint="blue"))
    for words in ("a number from 0 to 120", "Zzyzxville", "0 to 1,000", "Pick one of the answers", "“tint”"):
        assert words in text


def test_a_place_that_was_offered_is_taken_with_one_press(client: FlaskClient, groups: dict[str, UUID]) -> None:
    page = find(client, place="Ashton").get_data(as_text=True)
    offered = re.findall(r'name="place_choice" type="radio" value="([^"]+)"', page)
    assert len(offered) >= 2
    there = address(client, place="Ashton", place_choice=offered[0])
    assert offered[0].split(",")[0] in said(client.get(there))


def test_a_text_that_no_address_can_hold_is_told(
    client: FlaskClient, groups: dict[str, UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.web.self_service.state.LONGEST", 200)
    answer = find(client, text="".join(chr(0x4E00 + n * 7919 % 20_000) for n in range(400)))
    assert answer.status_code == 422
    assert "fewer words" in said(answer)


def test_a_form_from_another_site_is_refused_and_a_token_is_not_needed(client: FlaskClient) -> None:
    assert client.post("/en/find", data={}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post("/en/find", data={}, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303
