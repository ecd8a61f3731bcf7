"""What an editor is promised in a browser: find a listing, see what changes, save once, lose nothing that was typed."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.catalog import models as m
from service.catalog.changes import FieldValue, GroupChanges, SessionChange, clean, preview, snapshot
from service.catalog.facts import Value
from service.catalog.history import revisions
from service.catalog.queries import group_by_id
from service.catalog.views import GroupView
from service.clock import now
from service.db import db
from service.errors import Invalid
from service.web.admin.listing import forms
from service.web.admin.listing.forms import Around
from tests.catalog.making import TODAY
from tests.people import Cast, signed_in

HERE = Around(today=TODAY, time_zone="Europe/London")
KEY = UUID("5e551000-0000-4000-8000-000000000001")


def page_of(cast: Cast, rest: str = "") -> str:
    return f"/en/admin/groups/{cast.eli_group}{rest}"


def form_of(text: str) -> dict[str, str]:
    """Return what a browser would send of the fullest form in the page's main part that changes something."""
    page = next(html5lib.parse(text, namespaceHTMLElements=False).iter("main"))
    forms = [dict(_fields(found)) for found in page.iter("form") if found.get("method") == "post"]
    return max(reversed(forms), key=len)


def _fields(form: Any) -> Iterator[tuple[str, str]]:
    for found in form.iter():
        name, kind = found.get("name"), found.get("type", "")
        if not name or found.tag == "button" or (kind in ("radio", "checkbox") and found.get("checked") is None):
            continue
        if found.tag == "select":
            chosen = [option for option in found.iter("option") if option.get("selected") is not None]
            yield name, (chosen[0].get("value") or "") if chosen else ""
        else:
            yield name, (found.text or "").removeprefix("\n") if found.tag == "textarea" else found.get("value", "")


def opened(client: FlaskClient, cast: Cast) -> dict[str, str]:
    return form_of(client.get(page_of(cast)).text)


def group_now(app: Flask, cast: Cast) -> GroupView:
    with app.app_context():
        return group_by_id(db.session(), cast.eli_group, today=now().date(), public=False)


def saves(app: Flask, cast: Cast) -> int:
    with app.app_context():
        return len(revisions(db.session(), "group", cast.eli_group))


def session_field(typed: dict[str, str], name: str, nth: int = 0) -> str:
    return [field for field in typed if field.startswith("session-") and field.endswith(f"-{name}")][nth]


def test_a_listing_is_found_by_part_of_its_name(ada: FlaskClient, cast: Cast) -> None:
    assert "Jigsaw and Tea Table" in ada.get("/en/admin?q=jigsaw").text
    assert "Jigsaw and Tea Table" not in ada.get("/en/admin?q=zither").text
    assert page_of(cast) in ada.get("/en/admin?page=1").text
    assert ada.get("/en/admin?page=99999&q=%25").status_code == 200


def test_an_edit_is_checked_saved_told_and_kept(app: Flask, ada: FlaskClient, cast: Cast) -> None:
    typed = opened(ada, cast)
    typed |= {"name": "Puzzles <b>and</b> Tea", "price": "2.50", "fact_taster": "yes", "reason": "Rang the leader"}
    typed |= {session_field(typed, "day"): "2", session_field(typed, "start"): "14:00"}
    checked = ada.post(page_of(cast, "/check"), data=typed)
    assert checked.status_code == 200
    assert "You are about to change 4 things" in checked.text
    assert "Puzzles &lt;b&gt;and&lt;/b&gt; Tea" in checked.text
    assert (saves(app, cast), group_now(app, cast).name) == (0, "Jigsaw and Tea Table")
    saved = ada.post(page_of(cast, "/save"), data=form_of(checked.text), follow_redirects=True)
    assert (saved.status_code, "Saved. Visitors see it now." in saved.text) == (200, True)
    seen = group_now(app, cast)
    assert (seen.name, seen.price_pence, seen.value("taster")) == ("Puzzles <b>and</b> Tea", 250, Value.YES)
    meeting = seen.sessions[0].meeting
    assert (meeting.rule, meeting.starts_at) == ("FREQ=WEEKLY;BYDAY=WE", datetime(2026, 1, 6, 14, 0))  # noqa: DTZ001
    told = ada.get(page_of(cast, "/history")).text
    assert "Rang the leader" in told
    assert "An administrator" in told


def test_sending_the_same_form_twice_saves_once_and_answers_alike(app: Flask, ada: FlaskClient, cast: Cast) -> None:
    typed = opened(ada, cast) | {"name": "Tea"}
    answers = [ada.post(page_of(cast, "/save"), data=typed) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert saves(app, cast) == 1
    other = ada.post(page_of(cast, "/save"), data=typed | {"name": "Something else"})
    assert other.status_code == 422
    assert "Something else" in other.text


def test_saving_nothing_new_leads_back_to_the_form(app: Flask, ada: FlaskClient, cast: Cast) -> None:
    typed = opened(ada, cast)
    assert "You changed nothing" in ada.post(page_of(cast, "/check"), data=typed).text
    assert ada.post(page_of(cast, "/save"), data=typed).headers["Location"] == page_of(cast)
    assert saves(app, cast) == 0


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("name", "", "This is needed"),
        ("description", "x" * 4001, "This is too long: at most 4000 characters"),
        ("age_min", "old", "Write a whole number"),
        ("age_min", "999", "Choose something between 0 and 120"),
        ("price", "cheap", "Write an amount"),
        ("url", "javascript:alert(1)", "Write the whole web address"),
        ("email", "nobody", "Write an e-mail address"),
        ("phone", "ring me", "Write a phone number"),
        ("fact_taster", "perhaps", "Choose one of the list"),
        ("start", "25:99", "Write a time"),
        ("start", "", "This is needed"),
        ("from", "next week", "Write a day"),
        ("until", "2026-02-30", "Write a day"),
        ("minutes", "long", "Write a whole number"),
        ("minutes", "2", "Choose something between 5 and 1440"),
        ("day", "", "Choose a day"),
        ("freq", "hourly", "Choose one of the list"),
        ("off", "2026-12-29, Christmas", "We could not read “Christmas”"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    app: Flask, ada: FlaskClient, cast: Cast, field: str, text: str, sentence: str
) -> None:
    typed = opened(ada, cast) | {"who_for": "Everyone who likes it"}
    name = session_field(typed, field) if field in forms.SESSION else field
    for rest in ("/check", "/save"):
        answer = ada.post(page_of(cast, rest), data=typed | {name: text})
        assert answer.status_code == 422
        assert sentence in answer.text
        assert f'href="#{name}"' in answer.text
        again = form_of(answer.text)
        assert again["who_for"] == "Everyone who likes it"
        if not name.startswith("fact_") and field != "freq":
            assert again[name] == text
    assert saves(app, cast) == 0


def test_a_stale_save_shows_both_texts_and_overwrites_nothing(app: Flask, ada: FlaskClient, cast: Cast) -> None:
    mine, theirs = opened(ada, cast), opened(ada, cast)
    ada.post(page_of(cast, "/save"), data=theirs | {"name": "Theirs", "who_for": "Their people", "fact_lift": "no"})
    typed = mine | {"name": "Mine", "description": "My own words"}
    for rest in ("/check", "/save"):
        answer = ada.post(page_of(cast, rest), data=typed)
        assert answer.status_code == 409
        for text in ("Theirs", "Mine", "My own words", "Somebody else changed this first"):
            assert text in answer.text
        asked = set(re.findall(r'name="([^"]+)" type="radio"', answer.text))
        assert len(asked) == 1, "of the name alone: what only one of us changed goes in"
        assert "Their people" in answer.text.split("They changed this too")[1].split("Only you changed this")[0]
    assert (group_now(app, cast).name, saves(app, cast)) == ("Theirs", 1)
    again = ada.post(page_of(cast, "/check"), data=form_of(answer.text) | {"step": "again"})
    form = form_of(again.text)
    assert (form["name"], form["description"], form["who_for"]) == ("Mine", "My own words", "Their people")
    assert form["fact_lift"] == "no"
    assert ada.post(page_of(cast, "/save"), data=form).status_code == 303
    seen = group_now(app, cast)
    assert (seen.name, seen.description, seen.who_for) == ("Mine", "My own words", "Their people")
    assert seen.value("lift") is Value.NO


def test_changing_it_again_brings_the_form_back_as_typed(ada: FlaskClient, cast: Cast) -> None:
    typed = opened(ada, cast) | {"name": "Puzzles"}
    checked = ada.post(page_of(cast, "/check"), data=typed)
    again = form_of(ada.post(page_of(cast, "/check"), data=form_of(checked.text) | {"step": "again"}).text)
    assert {name: text for name, text in again.items() if name != "nonce" and name != "csrf_token"} == {
        name: text for name, text in typed.items() if name != "nonce" and name != "csrf_token"
    }


def test_signs_that_no_page_can_show_are_left_out(app: Flask, ada: FlaskClient, cast: Cast) -> None:
    typed = opened(ada, cast) | {"alert": "Not on\x0b24\x00 December \x07"}
    assert "Not on 24" in ada.post(page_of(cast, "/check"), data=typed).text
    assert ada.post(page_of(cast, "/save"), data=typed).status_code == 303
    assert group_now(app, cast).alert == "Not on 24  December"


def test_a_meeting_is_added_and_another_taken_away(app: Flask, ada: FlaskClient, cast: Cast) -> None:
    typed = opened(ada, cast)
    typed |= {session_field(typed, "freq", 0): "", session_field(typed, "freq", 1): "monthly"}
    typed |= {session_field(typed, "day", 1): "4", session_field(typed, "week", 1): "-1"}
    typed |= {session_field(typed, "start", 1): "18.30", session_field(typed, "from", 1): "2026-11-27"}
    assert ada.post(page_of(cast, "/save"), data=typed).status_code == 303
    (only,) = group_now(app, cast).sessions
    assert (only.meeting.rule, only.meeting.starts_at) == (
        "FREQ=MONTHLY;BYDAY=-1FR",
        datetime(2026, 11, 27, 18, 30),  # noqa: DTZ001
    )
    assert only.meeting.time_zone == "Europe/London"


def test_words_that_no_longer_fit_the_new_time_are_asked_about_and_can_be_changed_at_once(
    app: Flask, ada: FlaskClient, cast: Cast
) -> None:
    typed = opened(ada, cast)
    words = session_field(typed, "words")
    typed |= {words: "Tuesdays at 8 pm"}
    assert ada.post(page_of(cast, "/save"), data=typed).status_code == 303
    typed = opened(ada, cast)
    later = typed | {session_field(typed, "start"): "19:15"}
    checked = ada.post(page_of(cast, "/check"), data=later)
    assert "The words still say “Tuesdays at 8 pm”, but it now meets: Every Tuesday · 19:15" in checked.text
    again = form_of(checked.text)
    assert again[words] == "Tuesdays at 8 pm"
    assert ada.post(page_of(cast, "/save"), data=again | {words: "Tuesdays at 7.15 pm"}).status_code == 303
    assert group_now(app, cast).sessions[0].words == "Tuesdays at 7.15 pm"
    both = opened(ada, cast) | {session_field(typed, "start"): "18:00", words: "Tuesdays at 6 pm"}
    assert "The words still say" not in ada.post(page_of(cast, "/check"), data=both).text


def test_the_list_says_when_no_more_exactly_than_is_known_and_no_name_twice(
    app: Flask, ada: FlaskClient, cast: Cast
) -> None:
    with app.app_context():
        group = db.session().get_one(m.Group, cast.eli_group)
        group.last_confirmed_on, group.confirmed_precision = date(2023, 1, 1), "year"
        group.organisation.name = group.name.upper()
        db.session().commit()
    page = ada.get("/en/admin?q=jigsaw").text
    assert ">Confirmed in 2023</p>" in page
    assert "1 January" not in page


def test_asking_again_confirms_the_listing_today(app: Flask, ada: FlaskClient, cast: Cast) -> None:
    typed = opened(ada, cast) | {"confirm": "yes"}
    assert ada.post(page_of(cast, "/save"), data=typed).status_code == 303
    assert group_now(app, cast).last_confirmed_on == now().date()
    assert {fact.confirmed_on for fact in group_now(app, cast).facts} == {now().date()}


def test_a_form_without_token_or_once_key_or_version_saves_nothing(app: Flask, ada: FlaskClient, cast: Cast) -> None:
    typed = opened(ada, cast) | {"name": "Tea"}
    wanted = {"csrf_token": 403, "nonce": 422, "version": 409}
    for name, status in wanted.items():
        left = {field: text for field, text in typed.items() if field != name}
        assert ada.post(page_of(cast, "/save"), data=left).status_code == status
    for version in ("0", "99", "-1", "x", "9" * 40):
        assert ada.post(page_of(cast, "/save"), data=typed | {"version": version}).status_code == 409
    assert saves(app, cast) == 0


@pytest.mark.asvs("V2.2.2", "V15.3.3")
def test_strange_fields_are_ignored_and_never_break_a_page(ada: FlaskClient, cast: Cast) -> None:
    typed = opened(ada, cast)
    strange = {f"session-{KEY}-evil": "x", "session-": "x", "fact_dragons": "yes", "slug": "mine", "status": "held"}
    strange[f"session-{KEY}-freq"] = "words"
    for rest in ("/check", "/save"):
        assert ada.post(page_of(cast, rest), data=typed | strange).status_code == 422  # words are needed
    many = {f"session-{UUID(int=n)}-freq": "weekly" for n in range(300)}
    assert ada.post(page_of(cast, "/check"), data=typed | many).status_code == 422
    assert ada.post(page_of(cast, "/check"), data={**typed, **strange, "version": "77"}).status_code == 409


def test_only_editors_come_in(app: Flask, cast: Cast, client: FlaskClient) -> None:
    bo = signed_in(app, cast.bo)
    for address in ("/en/admin", page_of(cast), page_of(cast, "/history")):
        assert client.get(address).status_code == 303
        assert bo.get(address).status_code == 403


def test_an_unknown_listing_or_save_is_not_found(ada: FlaskClient, cast: Cast) -> None:
    for address in (f"/en/admin/groups/{KEY}", f"/en/admin/groups/{KEY}/history", page_of(cast, "/saved/9")):
        assert ada.get(address).status_code == 404


@pytest.mark.asvs("V14.3.2")
def test_every_page_is_kept_out_of_every_cache(ada: FlaskClient, cast: Cast) -> None:
    for address in ("/en/admin", page_of(cast), page_of(cast, "/history")):
        assert ada.get(address).headers["Cache-Control"] == "no-store"


RULES = st.sampled_from(
    [
        None,
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;BYDAY=TU",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;UNTIL=20270101",
        "FREQ=MONTHLY;BYDAY=-1SU",
        "FREQ=MONTHLY;BYDAY=1TU,3TU",
        "FREQ=DAILY;COUNT=5",
        "FREQ=WEEKLY;BYDAY=MO,TH",
    ]
)
SESSIONS = st.builds(
    SessionChange,
    rule=RULES,
    starts_at=st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1)).map(  # noqa: DTZ001
        lambda found: found.replace(second=0, microsecond=0)
    ),
    words=st.sampled_from([None, "Tuesdays"]),
    minutes=st.sampled_from([None, 90]),
    level=st.sampled_from([None, 3]),
    exceptions=st.sampled_from([(), (TODAY,)]),
)


@given(SESSIONS)
@settings(max_examples=100, deadline=None)
def test_a_form_that_nobody_touched_changes_nothing(session: SessionChange) -> None:
    fields: dict[str, FieldValue] = {
        "name": "Tea",
        "description": "A\r\nB",
        "price_pence": 250,
        "age_min": 18,
        "door.leaving": "Any time",
    }
    made = GroupChanges(fields=fields, facts={"taster": Value.NO}, sessions={KEY: session})
    before = preview({}, clean(made, before={}, today=TODAY), today=TODAY)
    meant = clean(forms.read(forms.written(before), before, HERE), before=before, today=TODAY)
    assert preview(before, meant, today=TODAY) == before


def test_what_the_form_writes_of_a_real_group_is_read_back_unchanged(app: Flask, cast: Cast) -> None:
    before = snapshot(group_now(app, cast))
    meant = clean(forms.read(forms.written(before, KEY), before, HERE), before=before, today=TODAY)
    assert (meant.fields, meant.sessions) == ({}, {})
    assert preview(before, meant, today=TODAY) == before


TEXTS = st.dictionaries(
    st.sampled_from(
        [*forms.NUMBERS, "price", "name", "fact_taster", *(f"session-{KEY}-{name}" for name in forms.SESSION)]
    ),
    st.one_of(st.text(max_size=12), st.sampled_from(["weekly", "once", "1", "10:30", "2026-12-29", "yes", "²"])),
)


@pytest.mark.asvs("V2.2.1", "V2.2.2")
@given(TEXTS)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_anything_typed_is_either_read_or_refused_by_a_field_of_the_form(typed: dict[str, str]) -> None:
    before = {"name": "Tea"}
    try:
        clean(forms.read(typed, before, HERE), before=before, today=TODAY)
    except Invalid as refusal:
        names = {forms.field_name(name) for name in refusal.fields}
        assert names <= {*typed, "name", *(f"session-{KEY}-{name}" for name in forms.SESSION)}
