"""What a group's page promises: no number on it unasked, nothing secret, nothing hostile, and dates that are true."""

import html
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from service.accounts.limits import REACH_ADDRESS
from service.catalog import discreet, queries, seeding
from service.catalog import models as m
from service.catalog.operations import touch
from service.clock import now
from service.db import committing, db
from service.web.self_service import structured
from tests.catalog import making
from tests.conftest import ROOT
from tests.pages import check_page
from tests.web.seeking import NOW, address, said

pytestmark = pytest.mark.usefixtures("clock")
NUMBER, MAIL = "01632 960 114", "larks@example.org"
Add = Callable[..., UUID]


@pytest.fixture
def add(store: Session) -> Add:
    """Add a published group, and tell everybody."""

    def make(**more: Any) -> UUID:
        made = making.group(store, **{"slug": "tea", "name": "Tea Table", **more})
        touch(store, [made.id], now=NOW)
        store.commit()
        return made.id

    return make


def graph(page: str) -> list[dict[str, Any]]:
    [found] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    told = json.loads(found)
    assert told["@context"] == "https://schema.org"
    things: list[dict[str, Any]] = told["@graph"]
    return things


# ---- how to reach them -----------------------------------------------------------------------------------------------


def test_no_number_stands_on_the_page_and_one_press_shows_it(client: FlaskClient, add: Add) -> None:
    add(phone=NUMBER, email=MAIL, how_to_join=f"Ring Bev on {NUMBER}, or write to {MAIL}.")
    page = client.get("/en/groups/tea").get_data(as_text=True)
    for secret in (NUMBER, NUMBER.replace(" ", ""), MAIL, "tel:01632960114", "mailto:"):
        assert secret not in page
    assert "Show the phone number and e-mail address" in page
    answer = client.post("/en/groups/tea/reach")
    assert answer.status_code == 303
    there = answer.headers["Location"]
    assert "Set-Cookie" not in answer.headers
    shown = client.get(there)
    assert shown.headers["Cache-Control"] == "no-store"
    assert 'content="noindex"' in shown.text
    assert 'href="tel:01632960114"' in shown.text
    assert f'href="mailto:{MAIL}"' in shown.text
    assert "Ring Bev on" in said(shown)
    assert client.get(there).text == shown.text, "back and refresh work"


def test_a_number_that_stands_only_in_a_group_s_own_words_can_be_reached_too(client: FlaskClient, add: Add) -> None:
    add(phone=None, email=None, description=f"Ring {NUMBER}.", how_to_join=f"Ask on {NUMBER} first.")
    page = client.get("/en/groups/tea").get_data(as_text=True)
    assert NUMBER not in page
    assert page.count("Show the phone number") == 3, "where it stood, and on the button"
    shown = client.get(client.post("/en/groups/tea/reach").headers["Location"])
    assert shown.text.count('href="tel:01632960114"') == 1


def test_a_way_to_a_number_opens_one_group_for_an_hour(
    client: FlaskClient, add: Add, clock: time_machine.Traveller
) -> None:
    add(phone=NUMBER)
    add(slug="chess", name="Chess", phone="01632 960 115")
    there = client.post("/en/groups/tea/reach").headers["Location"]
    assert client.get(there.replace("/tea/", "/chess/")).status_code == 410
    assert client.get(f"{there}x").status_code == 410
    clock.shift(timedelta(minutes=67))
    gone = client.get(there)
    assert gone.status_code == 410
    assert NUMBER not in gone.text


def test_numbers_are_counted_exactly(client: FlaskClient, add: Add) -> None:
    add(phone=NUMBER)
    asked = [client.post("/en/groups/tea/reach").status_code for _ in range(REACH_ADDRESS.most + 2)]
    assert asked == [303] * REACH_ADDRESS.most + [429] * 2
    other = client.post("/en/groups/tea/reach", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert other.status_code == 303


def test_from_a_list_the_way_back_leads_to_the_group_in_the_list(client: FlaskClient, groups: dict[str, UUID]) -> None:
    with client.application.app_context(), committing() as unit:
        lark = unit.get(m.Group, groups["larks"])
        assert lark is not None
        lark.phone = NUMBER
    there = f"{address(client)}/groups/larks"
    page = client.get(there)
    assert NUMBER not in page.text
    shown = client.get(client.post(f"{there}/reach").headers["Location"])
    assert NUMBER in shown.text
    assert f'href="{there}"' in shown.text


def test_a_group_without_a_number_has_no_button(client: FlaskClient, add: Add) -> None:
    add(url="https://tea.example.org/join")
    page = client.get("/en/groups/tea")
    assert "/reach" not in page.text
    assert "Website: tea.example.org" in said(page)
    assert "Their website may say" in said(page)


WAYS = [NUMBER, MAIL, "+44 1632 960114", "(01632) 960-114", "01632/960114", "tea (at) example . org", "212-555-0123"]
HOLDERS = (
    *("description", "what_happens", "who_for", "eligibility", "how_to_join", "price_note", "alert"),
    *("also_known_as", "restriction_reason", "required_documents", "host"),
)


@pytest.mark.parametrize("field", HOLDERS)
def test_numbers_in_a_group_s_own_words_are_kept_back_too(client: FlaskClient, add: Add, field: str) -> None:
    add(**{field: f"Come. Call {NUMBER} or {MAIL}"[:100]}, door={"leaving": f"Ring {NUMBER}"})
    page = client.get("/en/groups/tea").get_data(as_text=True)
    assert NUMBER not in page
    assert MAIL not in page


@pytest.mark.parametrize("way", WAYS)
def test_every_spelling_of_a_number_is_seen(way: str) -> None:
    assert way not in discreet.without(f"Please use {way}.", "…")


@pytest.mark.parametrize("text", ["2018-2019", "10.30-12.30", "5-11 years", "£2.50", "M33 4ND", "charity 1012345"])
def test_figures_that_are_no_number_stay(text: str) -> None:
    assert discreet.without(text, "…") == text


# ---- what it says ----------------------------------------------------------------------------------------------------


def test_the_first_visit_stands_first_with_dates_place_cost_and_who_confirmed_it(client: FlaskClient, add: Add) -> None:
    add(
        what_happens="Somebody pours you a cup.",
        door={"getting_in": "The green door.", "where_you_sit": "By the window."},
        host="Bev",
        confirmed_by="group_leader",
        price_note="Bring a biscuit.",
    )
    text = said(client.get("/en/groups/tea"))
    order = [
        "Tea Table",
        "Your first visit",
        "Somebody pours",
        "The green door.",
        "Bev meets you at the door.",
        "By the window.",
    ]
    order += ["What we know", "The building", "Coming dates", "Tue 24 Nov", "Show more dates", "Where", "Lantern Hall"]
    order += ["Free", "Bring a biscuit.", "Confirmed on 2 November 2026.", "The group told us itself.", "Something is"]
    at = 0
    for words in order:
        assert words in text[at:], words
        at = text.index(words, at)
    assert "Off: no meeting" in text, "the day off is struck and said"
    assert "<s>Tue 29 Dec</s>" in client.get("/en/groups/tea").text


def test_what_is_not_confirmed_is_said_as_such(client: FlaskClient, add: Add) -> None:
    add(facts=[], hall=making.location(facts=[making.fact("lift", "no")]))
    text = said(client.get("/en/groups/tea"))
    assert "Not confirmed: a hearing loop" in text
    assert "No: a lift" in text


def test_a_picture_on_another_site_is_linked_and_never_loaded(client: FlaskClient, add: Add) -> None:
    add(image="https://pictures.example.org/door.jpg")
    page = client.get("/en/groups/tea").text
    assert "<img" not in page
    assert "See a picture on pictures.example.org" in page


def test_pictures_are_sent_by_us_with_words(client: FlaskClient, store: Session, add: Add) -> None:
    group_id = add()
    shown = {"shows": "door", "kind": "image/webp", "width": 600, "height": 400, "data": b"RIFF"}
    store.add(m.Picture(group_id=group_id, alternative="A green <door>", **shown))
    store.commit()
    page = client.get("/en/groups/tea").text
    [source] = re.findall(r'<img class="kith-photo" src="(/pictures/[0-9a-f-]+)" alt="A green &lt;door&gt;"', page)
    picture = client.get(source)
    assert (picture.mimetype, picture.data) == ("image/webp", b"RIFF")
    assert "immutable" in picture.headers["Cache-Control"]


# ---- for programs ----------------------------------------------------------------------------------------------------


def test_programs_are_told_what_where_when_and_for_how_much(client: FlaskClient, add: Add) -> None:
    add(
        facts=[making.fact("hearing_loop", "no")],
        hall=making.location(facts=[making.fact("step_free")]),
        languages=[m.GroupLanguage(code="en")],
    )
    things = graph(client.get("/en/groups/tea").text)
    assert [thing["@type"] for thing in things] == ["Organization", "Place", "EventSeries", *["Event"] * 12]
    body, place, series, first = things[:4]
    assert body["name"] == "Tea Table"
    assert place["address"]["streetAddress"] == "Lantern Yard"
    told = {feature["name"]: feature["value"] for feature in place["amenityFeature"]}
    assert told == {"A way in without steps": True, "A hearing loop": False}, "what nobody confirmed is left out"
    assert series["eventSchedule"][0] | {"@type": "Schedule"} == {
        "@type": "Schedule",
        "repeatFrequency": "P1W",
        "byDay": ["https://schema.org/Tuesday"],
        "startTime": "10:00:00",
        "endTime": "12:00:00",
        "scheduleTimezone": "Europe/London",
        "exceptDate": ["2026-12-29"],
    }
    assert first["startDate"] == "2026-11-24T10:00:00+00:00"
    assert "2026-12-29" not in json.dumps(things[3:])
    assert first["offers"] == {"@type": "Offer", "price": "0.00", "priceCurrency": "GBP"}
    assert "Person" not in json.dumps(things)


@pytest.mark.parametrize(
    "secret",
    [
        {"hall": {"confidential": True}},
        {"facts": [("confidential_location", "yes")]},
        {"hall": {"facts": [("confidential_location", "yes")]}},
    ],
    ids=["place", "group", "fact of the place"],
)
def test_a_secret_place_is_told_to_no_program_and_nobody(client: FlaskClient, add: Add, secret: dict[str, Any]) -> None:
    hall = dict(secret.get("hall", {}))
    facts = [making.fact(*fact) for fact in hall.pop("facts", [])]
    add(hall=making.location(facts=facts, **hall), facts=[making.fact(*fact) for fact in secret.get("facts", [])])
    page = client.get("/en/groups/tea").text
    assert 'content="noindex"' in page
    for told in ("ld+json", "og:", "canonical"):
        assert told not in page
    assert "Lantern" not in page
    assert "M33" not in page
    assert "Lantern" not in client.get("/en/groups/tea/dates.ics").text
    assert "/tea<" not in client.get("/sitemap-1.xml").text


def test_a_page_is_found_by_neutral_words_and_its_one_address(client: FlaskClient, add: Add) -> None:
    add(name="Grief Circle")
    page = client.get("/de/groups/tea").text
    head = page[: page.index("</head>")].replace(re.findall(r"<script type.*?</script>", page, re.S)[0], "")
    assert "Grief" not in head
    assert 'content="index, follow"' in head
    assert re.search(r'rel="canonical" href="http://[^"]+/de/groups/tea"', head)
    assert len(re.findall(r'rel="alternate" hreflang="[a-z]{2}"', head)) == 8
    assert 'property="og:title"' in head


def test_a_page_of_a_list_is_for_one_reader_alone(client: FlaskClient, groups: dict[str, UUID]) -> None:
    page = client.get(f"{address(client)}/groups/larks")
    assert 'content="noindex"' in page.text
    assert "ld+json" not in page.text
    assert page.headers["Cache-Control"] == "no-store"


HOSTILE = st.text(
    st.sampled_from(list("</script>\"'&{}[]!-\u2028\u2029é<b>@01632 960114.org")), min_size=1, max_size=60
)


@given(name=HOSTILE, words=HOSTILE, hall=HOSTILE)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_hostile_words_stay_words(name: str, words: str, hall: str) -> None:
    group = _view(name=f"x{name}", description=words, hall=hall)
    told = structured.graph(group, [], {}, address="http://127.0.0.1/en/groups/x", summary=words)
    app = Flask(__name__)
    with app.app_context():
        from flask import render_template_string

        page = render_template_string('<script type="application/ld+json">{{ told | tojson }}</script>', told=told)
    inside = page.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert "<" not in inside
    assert json.loads(inside) == json.loads(json.dumps(told))
    assert not discreet.hides(" ".join(str(thing.get("name", "")) for thing in told["@graph"])) if told else True


def _view(**more: Any) -> Any:
    """Return a group as pages see it, from a store that is gone again."""
    from sqlalchemy import create_engine

    from service.db import Base
    from tests import stores

    stores.import_all_models()
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        hall = making.location(name=more.pop("hall"))
        made = making.group(session, slug="x", hall=hall, **more)
        view = queries.group_by_id(session, made.id, today=NOW.date())
    engine.dispose()
    return view


def test_a_hostile_name_breaks_no_page(client: FlaskClient, add: Add) -> None:
    name = '"></script><img src=x onerror=alert(1)> & <b>'
    add(name=name, description="</script><script>alert(2)</script>")
    page = client.get("/en/groups/tea").text  # the client checks that it is valid
    assert "<img src=x" not in page
    assert "<script>alert" not in page
    assert html.escape(name).replace("&#x27;", "'").replace("&quot;", "&#34;") in page
    assert graph(page)[0]["name"] == name


def test_every_kind_of_listing_has_a_valid_page_that_tells_no_number(app: Flask, client: FlaskClient) -> None:
    """A sample of all starter listings, each source and each way of meeting among it."""
    with app.app_context(), committing() as unit:
        seeding.seed(unit, ROOT / "seeds", now=now())
        chosen = db.session.query(m.Group).order_by(m.Group.source, m.Group.mode, m.Group.id).all()
        known = [(one.slug, one.phone, one.email) for one in chosen[::24]]
    assert len(known) > 60
    for slug, phone, email in known:
        page = client.get(f"/en/groups/{slug}").get_data(as_text=True)
        check_page(page)
        assert not phone or phone not in page, slug
        assert not email or email not in page, slug
        for found in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S):
            assert not discreet.hides(json.dumps([_words(thing) for thing in json.loads(found)["@graph"]])), slug


def _words(thing: dict[str, Any]) -> list[str]:
    return [str(thing.get(name, "")) for name in ("name", "description")]
