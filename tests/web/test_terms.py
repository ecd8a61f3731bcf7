"""The words room: an editor adds a word and a search finds by it; what is about to happen is shown before."""

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.catalog.terms import queries
from service.clock import now
from service.config import Settings
from service.db import db
from service.matching import wording
from tests.journeys.serving import eventually
from tests.people import Cast, signed_in
from tests.web.test_two_workers import another_process, ask

JIGSAW, GAMES = "activity.games.puzzles", "activity.games"
WORD = "zindlewicking"  # no listing has it
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def version(app: Flask, code: str = JIGSAW) -> str:
    with app.app_context():
        return str(queries.version(db.session(), code))


def sent(app: Flask, client: FlaskClient, code: str, step: str, **typed: str) -> Any:
    """Send a form as the page of the term has it: with its token and the version that was read."""
    token = TOKEN.search(client.get("/en/admin/terms/life.carer").text)
    assert token is not None
    fields = {"csrf_token": token[1], "version": version(app, code), **typed}
    return client.post(f"/en/admin/terms/{code}/{step}", data=fields)


def check(app: Flask, client: FlaskClient, code: str = JIGSAW, **typed: str) -> Any:
    return sent(app, client, code, "check", **typed)


def save(app: Flask, client: FlaskClient, code: str = JIGSAW, **kept: str) -> Any:
    return sent(app, client, code, "save", **kept)


def understood(app: Flask, text: str) -> list[str]:
    matching = app.extensions["kith"].matching
    asked = matching.read({"text": text}, strict=True, resolve_place=lambda _: None)
    return [wish.code for wish in matching.match(asked, now=now()).understood]


def test_the_tree_is_shown_with_counts_and_found_by_any_word(ada: FlaskClient) -> None:
    page = ada.get("/en/admin/terms").text
    assert "Jigsaws and puzzles" in page
    found = ada.get("/en/admin/terms", query_string={"q": "wordle"}).text
    assert JIGSAW in found
    assert "Nothing has this word yet" in ada.get("/en/admin/terms", query_string={"q": WORD}).text


def test_one_is_shown_with_all_that_is_said_for_it_and_unknown_ones_are_not_found(ada: FlaskClient) -> None:
    page = ada.get(f"/en/admin/terms/{JIGSAW}").text
    assert "Polish" in page
    assert "OpenActive" in page
    assert ada.get("/en/admin/terms/activity.making.nothing").status_code == 404
    assert ada.get("/en/admin/terms/life.carer").status_code == 200


def test_a_word_is_checked_saved_found_and_taken_back(
    app: Flask, ada: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wording, "LOOK_S", 0.0)
    assert understood(app, WORD) == []
    checked = check(app, ada, act="word_add", word=WORD, word_language="en")
    assert checked.status_code == 200
    assert f"Add the word “{WORD}” (English)" in checked.text
    assert version(app) == "0", "nothing is saved yet"
    saved = save(app, ada, act="word_add", value=WORD, language="en", reason="Asked for")
    assert (saved.status_code, saved.location.split("?")[0]) == (303, f"/en/admin/terms/{JIGSAW}")
    assert "Asked for" in ada.get(saved.location).text
    eventually(lambda: understood(app, WORD) == [JIGSAW] or None, 20)
    number = version(app)
    undone = sent(app, ada, JIGSAW, f"undo/{number}")
    assert undone.status_code == 303
    assert "Taken back" in ada.get(undone.location).text
    eventually(lambda: understood(app, WORD) == [] or None, 20)


def test_who_has_the_word_already_is_told_and_it_can_still_be_added(app: Flask, ada: FlaskClient) -> None:
    page = check(app, ada, act="word_add", word="choir", word_language="en").text
    assert "Others have this word already" in page
    assert save(app, ada, act="word_add", value="choir", language="en").status_code == 303


def test_a_merge_names_the_listings_that_go_along_and_old_addresses_lead_on(app: Flask, ada: FlaskClient) -> None:
    other = "activity.games.board_games"
    with app.app_context():
        assert app.extensions["kith"].matching.taxonomy.get(other) is not None
    page = check(app, ada, act="merge_into", into=other).text
    assert "go along" in page or "goes along" in page
    saved = save(app, ada, act="merge_into", under=other)
    assert saved.location.startswith(f"/en/admin/terms/{other}")
    assert ada.get(f"/en/admin/terms/{JIGSAW}").location == f"/en/admin/terms/{other}"
    number = version(app, other)
    back = sent(app, ada, other, f"undo/{number}")
    assert back.location.startswith(f"/en/admin/terms/{JIGSAW}")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"act": "word_add", "word": "Sudoku", "word_language": "en"}, "It has this word already"),
        ({"act": "word_add", "word": "", "word_language": "en"}, "This is needed"),
        ({"act": "label", "label": "Music", "label_language": "en"}, "Another interest has this name"),
        ({"act": "move", "broader": JIGSAW}, "An interest cannot be below itself"),
        ({"act": "merge_into", "into": ""}, "Choose one of the list"),
        ({"act": "map_open_active", "active_match": "exactMatch", "active_id": ""}, "Choose one of the list"),
        ({"act": "strange"}, "We could not read this"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(app: Flask, ada: FlaskClient, typed: dict[str, str], says: str) -> None:
    refused = check(app, ada, **typed)
    assert refused.status_code == 422
    assert says in refused.text


def test_two_editors_do_not_overwrite_each_other(app: Flask, ada: FlaskClient) -> None:
    save(app, ada, act="word_add", value=WORD, language="en")
    for step, typed in (("check", {"word": "carton"}), ("save", {"value": "carton"})):
        stale = sent(app, ada, JIGSAW, step, version="0", act="word_add", **typed)
        assert stale.status_code == 409
        assert "Somebody changed this meanwhile" in stale.text
    first = version(app)
    save(app, ada, act="add", code=GAMES, value="Marbles")
    save(app, ada, act="word_remove", value=WORD, language="en")
    needed = sent(app, ada, JIGSAW, f"undo/{first}")
    assert needed.status_code == 409
    assert "Something later needs this change" in needed.text


def test_what_was_asked_for_near_a_term_is_shown_from_ten_on(app: Flask, ada: FlaskClient) -> None:
    counts, today = app.extensions["kith"].counts, now().date()
    sibling = "activity.games.chess"
    for number in range(9):
        counts.add(day=today - timedelta(days=number % 3), area="M33", terms=[sibling], outcome="none")
    assert "Asked for near here" not in ada.get(f"/en/admin/terms/{JIGSAW}").text
    counts.add(day=today, area="M33", terms=[sibling], outcome="none")
    page = ada.get(f"/en/admin/terms/{JIGSAW}").text
    assert "Asked for near here" in page
    assert "M33" in page


def test_an_editors_name_in_another_language_is_shown_there(
    app: Flask, ada: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wording, "LOOK_S", 0.0)
    save(app, ada, code=GAMES, act="label", value="Robótki", language="pl")
    matching = app.extensions["kith"].matching
    eventually(lambda: matching.taxonomy.term(GAMES).labels or None, 20)
    assert "Robótki" in app.test_client().get("/pl/sheet").text
    assert "Robótki" not in app.test_client().get("/en/sheet").text


def test_an_address_made_before_a_term_was_retired_still_opens(
    app: Flask, ada: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wording, "LOOK_S", 0.0)
    visitor = app.test_client()
    there = visitor.post("/en/find", data={"interests": [JIGSAW]})
    assert there.status_code == 303
    assert visitor.get(there.location).status_code == 200
    save(app, ada, act="retire")
    matching = app.extensions["kith"].matching
    eventually(lambda: matching.taxonomy.term(JIGSAW).code == GAMES or None, 20)
    assert visitor.get(there.location).status_code == 200


def test_only_editors_come_in(app: Flask, cast: Cast, client: FlaskClient) -> None:
    for visitor in (client, signed_in(app, cast.bo)):
        assert visitor.get("/en/admin/terms").status_code in (302, 303, 403)
        assert visitor.post(f"/en/admin/terms/{JIGSAW}/save", data={"act": "retire"}).status_code in (
            302,
            303,
            401,
            403,
        )


def test_another_worker_finds_by_a_new_word_and_a_new_interest_within_seconds(
    app: Flask, settings: Settings, cast: Cast
) -> None:
    ada = signed_in(app, cast.ada)
    with app.app_context():
        app.extensions["kith"].matching.rebuild()
    with another_process(settings) as address:
        assert ask(address, WORD)["understood"] == []
        assert save(app, ada, act="word_add", value=WORD, language="en").status_code == 303
        began = time.monotonic()
        eventually(lambda: ask(address, WORD)["understood"] or None, 30)
        took = time.monotonic() - began
        saved = save(app, ada, code=GAMES, act="add", value="Quibblecraft")
        assert saved.status_code == 303
        eventually(lambda: ask(address, "quibblecraft")["understood"] or None, 30)
    print(f"another worker knew the word after {took:.1f} s")
