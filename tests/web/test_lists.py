"""What an editor is promised who sends a list: nothing happens before it was shown, and all of it can be taken back."""

import io
import re
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from service.accounts.permissions import Role
from service.catalog import models as m
from service.catalog.importing.lists import keeping, working
from service.catalog.models_lists import SentList
from service.catalog.reading import likely
from service.clock import now
from service.db import committing, db
from service.web.rendering import country_pack
from tests.people import Cast, _user, signed_in

HOME = "/en/admin/lists"
HEAD = "Ref,Group name,Town,Day,Start,Finish,Step free\n"
TEA, WALK = "1,Tea and talk,Sale,Tuesday,10:00,12:00,yes\n", "2,Slow walk,Sale,Thursday,14:00,15:00,maybe\n"


@pytest.fixture
def editor(app: Flask, cast: Cast) -> FlaskClient:
    with app.app_context(), committing() as session:
        edith = _user(session, "edith", Role.EDITOR, None)
    return signed_in(app, edith)


def post(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """Send a form as its page would."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(HOME).text)
    assert found is not None
    return client.post(path, data={"csrf_token": found[1], **fields})


def sent(client: FlaskClient, text: str | bytes, source: str = "library", name: str = "groups.csv", **more: str) -> str:
    """Send a list and return the address of its page."""
    data = text.encode() if isinstance(text, str) else text
    answer = post(client, HOME, source=source, file=(io.BytesIO(data), name), **more)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def names(app: Flask, status: str = "draft") -> list[str]:
    with app.app_context():
        found = db.session.scalars(select(m.Group.name).where(m.Group.status == status).order_by(m.Group.name)).all()
        db.session.rollback()
        return list(found)


def said(answer: TestResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def test_what_is_ready_is_looked_over_and_shown_together_and_the_rest_says_what_it_lacks(
    app: Flask, editor: FlaskClient
) -> None:
    head = "Group,Meets at,PCode,When?,Contact (name/tel),What they do\n"
    tea = "Larch Tea,Larch Hall,M33 7AA,Tues 2-4pm,Jo 01632 960311,Tea and a natter\n"
    walk = "Larch Walk,Walton Park,M33 4AG,Weds 10am-11am,Jean,A walk\n"
    there = sent(editor, head + tea + walk, source="Volunteer Bureau")
    page = editor.get(there)
    assert "volunteer-bureau" in page.text
    assert re.search(r"Row 3\s?: “ ?Jean ?”", said(page))
    post(editor, there, act="take")
    form = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', editor.get(there).text.split("<main")[1]))
    shown = post(editor, "/en/admin/together/check", **{**form, "csrf_token": form["csrf_token"]})
    assert "1 listing will change" in said(shown)
    assert "Tues 2-4pm" in said(shown)
    assert "01632 960311" in said(shown)
    assert re.search(r"Larch Walk .*something is missing · How to join, or whom to ask", said(shown))
    assert "Larch Tea" not in names(app, "published")
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', shown.text.split("<main")[1]))
    tick = re.findall(r'name="leave" type="checkbox" value="([^"]+)"', shown.text)
    empty = post(editor, "/en/admin/together/save", **hidden, leave=tick[0])
    assert empty.status_code == 200, "nothing is left to do"
    assert "Larch Tea" not in names(app, "published")
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', empty.text.split("<main")[1]))
    assert post(editor, "/en/admin/together/save", **hidden).status_code == 303
    assert "Larch Tea" in names(app, "published")
    assert "Larch Walk" not in names(app, "published")


def test_after_mending_one_listing_looking_over_goes_on_at_the_next_that_lacks_something(
    app: Flask, editor: FlaskClient
) -> None:
    head = "Group,Meets at,PCode,When?,Contact (name/tel),What they do\n"
    lacking = "".join(f"Larch {name},Larch Hall,M33 7AA,Tues 2-4pm,Jean,Tea\n" for name in ("Art", "Book", "Choir"))
    there = sent(editor, head + lacking + "Larch Tea,Larch Hall,M33 7AA,Tues 2-4pm,Jo 01632 960311,Tea\n", "bureau")
    post(editor, there, act="take")
    ids = {}
    with app.app_context():
        for one in db.session.scalars(select(m.Group).where(m.Group.source == "bureau")):
            ids[one.name] = one.id
        db.session.rollback()
    page = editor.get(f"/en/admin/groups/{ids['Larch Book']}/saved/1")
    assert "Larch Choir" in said(page)
    assert f"/en/admin/groups/{ids['Larch Choir']}" in page.text
    last = editor.get(f"/en/admin/groups/{ids['Larch Choir']}/saved/1")
    assert f"/en/admin/groups/{ids['Larch Art']}" in last.text, "it begins again where some were passed over"
    form = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', last.text.split("Go on with this list")[1]))
    shown = post(editor, "/en/admin/together/check", **{**form, "csrf_token": form["csrf_token"]})
    assert "1 listing will change" in said(shown)


def test_a_list_is_shown_first_then_taken_in_then_taken_back(app: Flask, editor: FlaskClient) -> None:
    there = sent(editor, HEAD + TEA + WALK)
    page = editor.get(there)
    assert "What would change" in said(page)
    assert re.search(r"New 2", said(page))
    assert "Step free" in said(page)
    assert "Write yes or no" in said(page)
    assert names(app) == []
    assert post(editor, there, act="take").status_code == 303
    assert "It is taken in" in said(editor.get(there))
    assert names(app) == ["Slow walk", "Tea and talk"]
    source = f"{HOME}/from/library"
    assert "New: 2" in said(editor.get(source))
    assert post(editor, source, act="undo", number="1").status_code == 303
    assert "Taken back" in said(editor.get(source))
    assert names(app) == []
    assert names(app, "archived") == ["Slow walk", "Tea and talk"]


def test_columns_are_put_right_and_remembered(app: Flask, editor: FlaskClient) -> None:
    odd = "Ref,Label,Spot\n1,Tea and talk,Sale\n"
    there = sent(editor, odd)
    page = editor.get(there)
    assert page.status_code == 422
    assert "We cannot read it yet" in said(page)
    again = {"act": "columns", "column-0": "id", "column-1": "name", "column-2": "city"}
    assert post(editor, there, **again).status_code == 303
    assert "What would change" in said(editor.get(there))
    post(editor, there, act="take")
    assert names(app) == ["Tea and talk"]
    assert "What would change" in said(editor.get(sent(editor, odd.replace("talk", "cake"))))


def test_an_excel_file_is_read_as_it_is(app: Flask, editor: FlaskClient) -> None:
    book = openpyxl.Workbook()
    for line in (HEAD + TEA).splitlines():
        book.active.append(line.split(","))
    made = io.BytesIO()
    book.save(made)
    there = sent(editor, made.getvalue(), name="groups.xlsx")
    post(editor, there, act="take")
    assert names(app) == ["Tea and talk"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "We cannot read this file"),
        (b"[" * 2000 + b"]" * 2000, "We cannot read this file"),
        (b'{"nothing": []', "We cannot read this file"),
    ],
)
def test_a_file_that_is_no_list_is_said_to_be_none(app: Flask, editor: FlaskClient, data: bytes, words: str) -> None:
    page = editor.get(sent(editor, data))
    assert page.status_code == 422
    assert words in said(page)
    assert names(app) == []


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"source": "!!", "file": (io.BytesIO(b"name\nTea\n"), "a.csv")}, "Use small letters"),
        ({"source": "library"}, "This is needed"),
        ({"source": "library", "file": (io.BytesIO(b""), "a.csv")}, "This is needed"),
        ({"source": "library", "file": (io.BytesIO(b"x" * 2_000), "a.csv")}, "too large"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(
    editor: FlaskClient, form: dict[str, Any], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST_SENT", 1_000)
    answer = post(editor, HOME, **form)
    assert answer.status_code == 422
    assert words in said(answer)


def test_only_an_administrator_trusts_a_source(app: Flask, editor: FlaskClient, ada: FlaskClient) -> None:
    there = sent(editor, HEAD + TEA, trusted="yes")
    post(editor, there, act="take")
    assert names(app) == ["Tea and talk"]
    assert post(editor, f"{HOME}/from/library", act="trust").status_code == 403
    assert post(ada, f"{HOME}/from/library", act="trust").status_code == 303
    post(editor, sent(editor, HEAD + TEA + WALK), act="take")
    assert "Slow walk" in names(app, "published")


def test_a_large_list_is_taken_in_by_the_loop_and_its_page_tells_how_far_it_is(
    app: Flask, editor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "AT_ONCE", 10)
    monkeypatch.setattr(working, "AT_ONCE", 10)
    rows = "".join(f"{n},Group {n},Sale,Monday,10:00,11:00,no\n" for n in range(1100))
    there = sent(editor, HEAD + rows)
    page = editor.get(there)
    assert page.headers["Refresh"]
    assert "looks again by itself" in said(page)
    stops = iter([True, True, False])

    def turn(*, going: Any) -> int:
        with app.app_context():
            tool = working.Tool(reading=committing, writing=committing, pack=country_pack(), now=now(), going=going)
            return working.work(tool)

    with app.app_context():
        assert working.is_waiting(db.session())
    assert turn(going=lambda: True) == 1
    assert "What would change" in said(editor.get(there))
    post(editor, there, act="take")
    assert turn(going=lambda: next(stops, True)) == 1
    page = editor.get(there)
    assert "800 rows are in" in said(page)
    assert turn(going=lambda: True) == 1
    assert "It is taken in" in said(editor.get(there))
    assert len(names(app)) == 1100
    with app.app_context():
        assert not working.is_waiting(db.session())
        assert db.session.scalar(select(SentList.data)) is None


def test_what_was_begun_is_let_go_by_hand_or_after_a_day(app: Flask, editor: FlaskClient) -> None:
    there = sent(editor, HEAD + TEA)
    assert "groups.csv" in said(editor.get(HOME))
    assert post(editor, there, act="drop").status_code == 303
    assert editor.get(there).status_code == 404
    sent(editor, HEAD + TEA)
    with app.app_context(), committing() as session:
        assert keeping.forget_old(session, now=now() + timedelta(hours=25)) == 1
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SentList)) == 0


def test_an_editors_words_stay_and_the_page_says_so(app: Flask, editor: FlaskClient, cast: Cast) -> None:
    post(editor, sent(editor, HEAD + TEA), act="take")
    with app.app_context(), committing() as session:
        row = session.scalars(select(m.Group).where(m.Group.name == "Tea and talk")).one()
        row.name = "Tea and cake"
    page = said(editor.get(sent(editor, HEAD + TEA)))
    assert "Your words stay" in page
    assert "Tea and cake (the list says: Tea and talk)" in page


def test_one_that_looks_the_same_or_stands_nowhere_is_marked_before_it_is_shown(
    app: Flask, editor: FlaskClient
) -> None:
    head = "Group,Meets at,PCode,When?,Contact,What they do\n"
    rows = (
        "Larch Choir,Larch Hall,M33 7AA,Tues 2-4pm,01632 960312,Songs\n"
        "The Larch Choir,Larch Hall,M33 7AA,Tuesdays,01632 960312,Songs\n"
        "Elm Walk,Elm Park,WA15 9ZZZ,Weds 10am-11am,01632 960313,A walk\n"
    )
    there = sent(editor, head + rows, source="elm")
    post(editor, there, act="take")
    with app.app_context(), committing() as session:
        assert likely.lists_came(session, now())
        likely.refresh(session, now=now())
        assert not likely.lists_came(session, now() + timedelta(minutes=3))
    form = {"source": "elm", "status": "draft", "kind": "status", "what": "published", "reason": ""}
    shown = said(post(editor, "/en/admin/together/check", **form))
    assert re.search("Elm Walk .*We don’t know “WA15 9ZZZ”", shown)
    assert shown.count("Looks the same : ") == 2
