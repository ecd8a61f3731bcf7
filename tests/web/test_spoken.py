"""What an editor is promised who says in words when a group meets: it is shown with its dates before it is saved."""

import json

from flask import Flask
from flask.testing import FlaskClient

from tests.people import Cast
from tests.web.test_admin import form_of, group_now, opened, page_of, saves, session_field


def said(ada: FlaskClient, cast: Cast, words: str, step: str = "read:{key}") -> tuple[int, str, dict[str, str]]:
    """Type words into the first meeting and press the button beside them; the page, and its form."""
    typed = opened(ada, cast)
    key = session_field(typed, "freq").split("-", 1)[1].removesuffix("-freq")
    answer = ada.post(
        page_of(cast, "/check"), data=typed | {f"session-{key}-words": words, "step": step.format(key=key)}
    )
    form = form_of(answer.text)
    return answer.status_code, answer.text, {name.rsplit("-", 1)[1]: text for name, text in form.items() if key in name}


def test_words_fill_the_fields_and_show_the_next_ten_dates_and_save_nothing(
    app: Flask, ada: FlaskClient, cast: Cast
) -> None:
    before = saves(app, cast)
    status, page, fields = said(ada, cast, "Wednesdays 2pm to 4pm from 2 December 2026, not on bank holidays")
    assert status == 200
    assert "We understood:" in page
    assert page.count(" · ") >= 9
    assert (fields["freq"], fields["day"], fields["start"], fields["from"]) == ("weekly", "2", "14:00", "2026-12-02")
    assert (fields["minutes"], fields["rests"]) == ("120", "public_holidays")
    assert saves(app, cast) == before


def test_a_rhythm_that_no_field_can_hold_is_carried_along_and_saved(app: Flask, ada: FlaskClient, cast: Cast) -> None:
    typed = opened(ada, cast)
    words = session_field(typed, "words")
    key = words.removeprefix("session-").removesuffix("-words")
    typed |= {words: "Mon, Wed & Fri 9.30am–11am except August", "step": f"read:{key}"}
    filled = form_of(ada.post(page_of(cast, "/check"), data=typed).text)
    assert filled[f"session-{key}-freq"] == "other"
    changes = ada.post(page_of(cast, "/check"), data=filled)
    assert "not in August" in changes.text
    assert ada.post(page_of(cast, "/save"), data=form_of(changes.text)).status_code == 303
    meeting = next(one.meeting for one in group_now(app, cast).sessions if str(one.id) == key)
    assert meeting.rule == "FREQ=WEEKLY;BYDAY=MO,WE,FR;BYMONTH=1,2,3,4,5,6,7,9,10,11,12"


def test_words_with_two_meanings_are_asked_about_and_fill_in_what_is_chosen(ada: FlaskClient, cast: Cast) -> None:
    words = "every 2nd Tuesday 10–12 from 1 December 2026"
    status, page, fields = said(ada, cast, words)
    assert status == 200
    assert "It can mean more than one thing. Which is right?" in page
    assert page.count("Take this one") == 2
    assert fields["freq"] != "fortnightly"
    assert said(ada, cast, words, "take:{key}:0")[2]["freq"] == "monthly"
    assert said(ada, cast, words, "take:{key}:1")[2]["freq"] == "fortnightly"


def test_words_that_are_not_understood_are_named_beside_the_field_and_kept(ada: FlaskClient, cast: Cast) -> None:
    status, page, fields = said(ada, cast, "Tuesdays 2pm when it rains")
    assert status == 422
    assert "We do not understand “when”" in page
    assert fields["words"] == "Tuesdays 2pm when it rains"


def test_a_script_is_told_the_same_as_one_types(app: Flask, ada: FlaskClient, cast: Cast) -> None:
    before, token = saves(app, cast), {"csrf_token": opened(ada, cast)["csrf_token"]}
    told = json.loads(ada.post(page_of(cast, "/when"), data={"words": "Tuesdays 7-9", "from": "", **token}).data)
    assert [len(one["dates"]) for one in told["meanings"]] == [10, 10]
    assert json.loads(ada.post(page_of(cast, "/when"), data={"words": "Tuesdays", **token}).data) == {
        "problem": "Say at what time, like “7pm”",
        "title": "",
        "meanings": [],
    }
    assert saves(app, cast) == before
