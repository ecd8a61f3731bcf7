"""Searches are counted by day, district, term and outcome; a refresh is not, and no failure to count is felt."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from service.config import Settings
from service.matching.counting import Counts
from tests.people import settle, signed_in
from tests.web.seeking import address, find, said

pytestmark = pytest.mark.usefixtures("clock")
CHOIR, CHESS = "activity.music.singing", "activity.games.chess"


def counted(settings: Settings) -> list[tuple[str, str, str, int]]:
    """Read the store itself, as nobody does."""
    url = settings.database_url
    if url.startswith("sqlite"):
        url = f"sqlite:///{Path(settings.data_folder) / 'counts.sqlite'}"
    engine = create_engine(make_url(url))
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT area, term, outcome, n FROM asked_count ORDER BY area, term, outcome"))
        found = [(area, term, outcome, n) for area, term, outcome, n in rows]
    engine.dispose()
    return found


def test_a_search_is_counted_by_district_and_term_and_never_again(
    client: FlaskClient, groups: dict[str, UUID], settings: Settings
) -> None:
    where = address(client, text="", place="M33 4ND", interests=CHOIR)
    first = counted(settings)
    assert [(area, term) for area, term, _outcome, _n in first] == [("M33", CHOIR)]
    for _ in range(3):
        client.get(where)
        client.get(f"{where}/change")
    assert counted(settings) == first, "reading again counts nothing"
    address(client, text="", place="M33 4ND", interests=CHOIR)
    assert [row[3] for row in counted(settings)] == [2]


def test_a_town_is_counted_as_its_district_and_no_place_as_none(
    client: FlaskClient, groups: dict[str, UUID], settings: Settings
) -> None:
    address(client, text="", place="Sale", interests=CHOIR)
    address(client, text="", place="", interests=CHOIR)
    assert {row[0] for row in counted(settings)} == {"", "M33"}


def test_changing_ones_answers_is_not_a_search_more(
    client: FlaskClient, groups: dict[str, UUID], settings: Settings
) -> None:
    where = address(client, text="", interests=CHOIR)
    find(client, text="", interests=CHESS, before=where.rpartition("/")[2])
    assert [row[1] for row in counted(settings)] == [CHOIR]


def test_one_question_at_a_time_is_counted_where_it_comes_to_the_list_and_not_again(
    client: FlaskClient, groups: dict[str, UUID], settings: Settings
) -> None:
    def send(there: str, **form: str) -> str:
        return str(client.post(there.split("?")[0].split("#")[0], data=form).headers["Location"])

    there = send("/en/steps", interests=CHOIR, place="M33 4ND")
    there = send(there, interests=CHOIR)
    assert counted(settings) == []
    there = send(there, go="groups")
    first = counted(settings)
    assert [(area, term, n) for area, term, _outcome, n in first] == [("M33", CHOIR, 1)]
    path = there.replace("/find/", "/steps/")
    there = send(f"{path}/when", days="mo", to="groups")
    send(f"{path}/must", go="skip")
    send("/en/find", before=there.rpartition("/")[2], interests=CHESS)
    assert counted(settings) == first, "a change is not a search more"
    there = send(send("/en/steps", interests=CHESS), interests=CHESS, go="all")
    send("/en/find", before=there.split("/")[3], interests=CHESS)
    assert [row[3] for row in counted(settings)] == [1, 1], "nor is the first list lost on the way round"


def test_what_cannot_be_used_is_not_counted(client: FlaskClient, groups: dict[str, UUID], settings: Settings) -> None:
    assert find(client, interests=CHOIR, place="Nowhereham").status_code == 422
    assert counted(settings) == []


def test_a_failure_to_count_is_not_felt(
    client: FlaskClient,
    groups: dict[str, UUID],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def full(*_args: object, **_kwargs: object) -> None:
        msg = "no space left for zqaxsecret"
        raise OSError(msg)

    monkeypatch.setattr(Counts, "add", full)
    assert client.get(address(client)).status_code == 200
    out = "".join(capfd.readouterr())
    assert "a search was not counted" in out
    assert "zqaxsecret" not in out


def test_an_editor_sees_what_ten_searches_did_not_find(
    app: Flask, client: FlaskClient, groups: dict[str, UUID], clock: time_machine.Traveller
) -> None:
    cast = settle(app)
    for n in range(10):
        if n == 9:
            assert "Nothing to tell yet" in said(signed_in(app, cast.ada).get("/en/admin/asked-for"))
        clock.shift(timedelta(days=n % 2))
        address(client, text="", place="Penzance", interests=CHESS, max_distance="1")
    told = said(signed_in(app, cast.ada).get("/en/admin/asked-for"))
    assert "Chess TR18 10" in told
    assert signed_in(app, cast.bo).get("/en/admin/asked-for").status_code == 403
