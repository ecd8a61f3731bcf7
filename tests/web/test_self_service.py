"""What somebody who looks for a group is promised: nothing typed is lost or seen, and no page is blank."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from service.catalog.operations import touch
from service.db import db
from service.web.rendering import Services
from tests.catalog.making import statements
from tests.web.seeking import NOW, PLACE, WORDS, address, find, many, said, slugs

pytestmark = pytest.mark.usefixtures("clock")

MOST_STATEMENTS = 14


def services(app: Flask) -> Services:
    made: Services = app.extensions["kith"]
    return made


# the way from the form to the list and back


def test_start_page_opens_in_every_language(client: FlaskClient) -> None:
    for language in ("en", "de", "es", "pt", "fr", "it", "pl", "ur"):
        page = client.get(f"/{language}/")
        assert page.status_code == 200
        assert f'lang="{language}"' in page.get_data(as_text=True)


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
    out = "".join(capfd.readouterr())
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


# the sealed address


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


# bad input: a clear error that names the field, everything typed is kept, never a failure


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


# never a blank page


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


# one group


def test_a_group_opened_from_a_list_says_why_and_leads_back(client: FlaskClient, groups: dict[str, UUID]) -> None:
    there = address(client, barrier_transport="helps")
    page = client.get(f"{there}/groups/larks")
    text = said(page)
    assert page.headers["Cache-Control"] == "no-store"
    assert f'href="{there}"' in page.get_data(as_text=True)
    assert "Why we showed you this" in text
    assert "What you asked for: Singing and choirs" in text
    assert "Hop In Lifts" in text
    assert "Ring two days before" in text


def test_a_group_page_tells_what_is_known_and_what_is_not(client: FlaskClient, groups: dict[str, UUID]) -> None:
    text = said(client.get("/en/groups/larks"))
    assert "Why we showed you this" not in text
    assert "Yes: a way in without steps" in text
    assert "Not confirmed: a hearing loop" in text
    assert "Off: no meeting" in text
    assert "Tue 1 Dec 10:00–12:00" in text
    assert "Lantern Hall Lantern Yard, Sale" in text
    assert "Slip out." in text


def test_a_place_known_only_roughly_shows_no_address(client: FlaskClient, groups: dict[str, UUID]) -> None:
    there = address(client, text="chess")
    for page in (client.get("/en/groups/rooks"), client.get(f"{there}/groups/rooks"), client.get(there)):
        for secret in ("Contact Close", "Secretary", "M41"):
            assert secret not in page.get_data(as_text=True)
        assert "Based in Urmston, venue not confirmed" in said(page)
        assert "From 2018 open data, not confirmed since" in said(page)
    assert "Open Government Licence v3.0" in said(client.get("/en/groups/rooks"))


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


def test_a_group_nobody_can_join_says_so(client: FlaskClient, groups: dict[str, UUID]) -> None:
    assert "fund" not in slugs(client.get(address(client)))
    text = said(client.get("/en/groups/fund"))
    assert "You cannot join this one." in text
    assert "It gives money to others" in text


def test_an_unknown_group_is_not_found(client: FlaskClient, groups: dict[str, UUID]) -> None:
    for path in ("/en/groups/nobody", "/en/groups/%00", "/xx/groups/larks"):
        assert client.get(path).status_code == 404


def test_an_address_that_is_no_web_page_becomes_no_link(
    client: FlaskClient, groups: dict[str, UUID], store: Session
) -> None:
    from service.catalog import models as m

    group = store.get_one(m.Group, groups["larks"])
    group.url, group.name = "javascript:alert(1)", "<b>Larks</b>"
    store.commit()
    page = client.get("/en/groups/larks").get_data(as_text=True)
    assert 'href="javascript' not in page.lower()
    assert "<b>Larks" not in page


# what it costs


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
    with statements(engine) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


# what stands behind


def test_the_pages_behind_the_list_open(client: FlaskClient) -> None:
    foot = client.get("/en/").get_data(as_text=True)
    for page, words in (
        ("how-we-choose", "How well it fits what you like"),
        ("privacy", "We store nothing you type"),
        ("sources", "Charity Commission for England and Wales"),
    ):
        assert words in said(client.get(f"/en/{page}"))
        assert f'href="/en/{page}"' in foot
