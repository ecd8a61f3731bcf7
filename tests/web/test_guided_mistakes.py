"""What cannot be used is told beside its question and kept; the path tells nothing away and leads nowhere else."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from tests.web.guiding import ANSWERS, STEPS, begin, onward, opened, sealed, send
from tests.web.seeking import PLACE, WORDS, said

pytestmark = pytest.mark.usefixtures("clock")


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
