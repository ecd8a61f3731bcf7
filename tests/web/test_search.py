"""The way from the form to the list and back: what was typed stands in no address and no log, and is not lost."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from service.web.rendering import Services
from tests.web.seeking import NOW, PLACE, WORDS, address, find, said, slugs

pytestmark = pytest.mark.usefixtures("clock")


def services(app: Flask) -> Services:
    made: Services = app.extensions["kith"]
    return made


def test_start_page_opens_in_every_language(client: FlaskClient) -> None:
    for language in ("en", "de", "es", "pt", "fr", "it", "pl", "ur"):
        page = client.get(f"/{language}/")
        assert page.status_code == 200
        assert f'lang="{language}"' in page.get_data(as_text=True)


@pytest.mark.asvs("V14.2.1")
def test_a_search_sets_no_cookie_and_shows_nothing_typed_in_any_address(
    client: FlaskClient, groups: dict[str, UUID]
) -> None:
    answer = find(client)
    page = client.get(answer.headers["Location"])
    for one in (answer, page):
        assert "Set-Cookie" not in one.headers
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    links = " ".join(re.findall(r'(?:href|action)="([^"]*)"', page.get_data(as_text=True)))
    for word in ("singing", "alone", "M33", "4ND"):
        assert word not in answer.headers["Location"]
        assert word not in links


def test_nothing_typed_reaches_the_log(
    client: FlaskClient, groups: dict[str, UUID], capfd: pytest.CaptureFixture[str]
) -> None:
    client.get(address(client, age="71"))
    find(client, age="1000")
    out = re.sub(r'"ms": [0-9.]+', "", "".join(capfd.readouterr()))  # how long it took may be any number
    for word in ("singing", "alone", "M33", "71"):
        assert f'"{word}' not in out
        assert f" {word}" not in out


def test_back_and_refresh_show_the_same_page(client: FlaskClient, groups: dict[str, UUID]) -> None:
    there = address(client)
    first = client.get(there)
    client.get(f"{there}/groups/larks")
    assert client.get(there).data == first.data


def test_a_search_can_be_read_in_another_language(client: FlaskClient, groups: dict[str, UUID]) -> None:
    there = address(client)
    page = client.get(there.replace("/en/", "/pl/"))
    assert page.status_code == 200
    assert "The Larks" in page.get_data(as_text=True)


def test_the_page_lists_what_matching_found_in_its_order(
    app: Flask, client: FlaskClient, groups: dict[str, UUID]
) -> None:
    page = client.get(address(client))
    made = services(app)
    with app.test_request_context("/en/"):
        from service.web.self_service import reading

        resolve = reading.resolver(made.gazetteer, made.settings.country)
        asked = made.matching.read({"text": WORDS, "place": PLACE}, strict=False, resolve_place=resolve)
        found = made.matching.match(asked, now=NOW)
    names = {str(group_id): slug for slug, group_id in groups.items()}
    strong = [names[match.group_id] for match in found.matches if match.fit != "weak"]
    weak = [names[match.group_id] for match in found.matches if match.fit == "weak"]
    assert slugs(page) == strong + weak
    assert slugs(page)[0] in ("larks", "owls"), "both sing"


def test_reasons_and_misfits_stand_on_the_page(client: FlaskClient, groups: dict[str, UUID]) -> None:
    text = said(client.get(address(client, parts="morning", cost_max="0", max_distance="3")))
    assert "What you asked for: Singing and choirs" in text
    assert re.search(r"About \d\.\d km away, \d+ minutes on foot", text)
    assert "Free" in text
    assert "Tue 1 Dec, 10:00" in text, "the next date leaves out the day on which the group does not meet"


def test_a_group_that_meets_at_another_time_says_so(client: FlaskClient, groups: dict[str, UUID]) -> None:
    text = said(client.get(address(client, parts="morning")))
    assert "You asked for mornings. This meets on Thursday at 19:00" in text


def test_the_form_comes_back_with_the_answers(client: FlaskClient, groups: dict[str, UUID]) -> None:
    there = address(
        client, max_distance="2,5", barrier_wheelchair="must", days=["mo", "tu"], age="71", earliest="10:30"
    )
    page = client.get(f"{there}/change")
    html = page.get_data(as_text=True)
    assert page.headers["Cache-Control"] == "no-store"
    assert WORDS in html
    for value in (PLACE, "2,5", "71", "10:30"):
        assert f'value="{value}"' in html
    assert re.search(r'name="barrier_wheelchair" type="radio" value="must" checked', html)
    assert len(re.findall(r'name="days" type="checkbox" value="\w\w" checked', html)) == 2


def test_each_answer_leads_to_its_question(client: FlaskClient, groups: dict[str, UUID]) -> None:
    form: dict[str, Any] = {
        "barrier_hearing": "helps", "days": "mo", "travel": "walk", "max_distance": "2", "cost_max": "5",
        "mode": "in_person", "age": "40", "gender": "woman", "languages": "pl", "interests": "activity.music",
    }  # fmt: skip
    there = address(client, **form)
    anchors = re.findall(r'class="kith-chip" href="[^"]+#([^"]+)"', client.get(there).get_data(as_text=True))
    page = client.get(f"{there}/change").get_data(as_text=True)
    assert {"text", "place", "interests", "easier", "days", "travel", "max_distance"} <= set(anchors)
    assert len(anchors) == len(form) + 2
    for anchor in anchors:
        assert f'id="{anchor}"' in page


def test_a_reloaded_form_address_leads_to_the_form(client: FlaskClient) -> None:
    assert client.get("/en/find").headers["Location"] == "/en/"


def test_the_pages_behind_the_list_open(client: FlaskClient) -> None:
    foot = client.get("/en/").get_data(as_text=True)
    for page, words in (
        ("how-we-choose", "How well it fits what you like"),
        ("privacy", "We store nothing you type"),
        ("sources", "Charity Commission for England and Wales"),
    ):
        assert words in said(client.get(f"/en/{page}"))
        assert f'href="/en/{page}"' in foot


def test_a_changed_address_opens_nothing(client: FlaskClient, groups: dict[str, UUID]) -> None:
    there = address(client)
    sealed = there.rpartition("/")[2]
    other = {char: "A" if char != "A" else "B" for char in sealed}
    changed = [sealed[:n] + other[sealed[n]] + sealed[n + 1 :] for n in (0, 1, 5, len(sealed) // 2, len(sealed) - 1)]
    for bad in (*changed, sealed[:-1], sealed[:20], sealed + "A", sealed + "!", "x", "é", "A" * 7500):
        for page in ("", "/change", "/groups/larks", "/without/price"):
            answer = client.get(f"/en/find/{bad}{page}")
            assert answer.status_code == 410, bad
            assert 'href="/en/"' in answer.get_data(as_text=True), "a way on"


def test_a_list_is_gone_after_a_day(
    client: FlaskClient, groups: dict[str, UUID], clock: time_machine.Traveller
) -> None:
    there = address(client)
    clock.shift(timedelta(hours=24))
    assert client.get(there).status_code == 200
    clock.shift(timedelta(seconds=1))
    answer = client.get(there)
    assert answer.status_code == 410
    assert "kept for one day only" in said(answer)


def test_a_search_that_no_longer_reads_becomes_the_form_with_what_is_wrong(
    app: Flask, client: FlaskClient, groups: dict[str, UUID]
) -> None:
    from service.web.self_service import state

    sealer = services(app).sealer(state.PURPOSE)
    sealed = state.seal(sealer, {"text": "singing", "interests": ["activity.gone"], "place": PLACE}, now=NOW)
    page = client.get(f"/en/find/{sealed}")
    assert page.status_code == 422
    assert "We don’t know “activity.gone” yet" in said(page)
    assert f'value="{PLACE}"' in page.get_data(as_text=True)
    assert client.get(f"/en/find/{sealed}/groups/larks").status_code == 303


def test_the_longest_text_fits_the_address(client: FlaskClient, groups: dict[str, UUID]) -> None:
    there = address(client, text="lonely and like singing with others " * 55)
    assert len(there) < 7100
    assert client.get(there).status_code == 200
