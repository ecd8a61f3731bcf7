"""A cut-over from an old directory: its addresses lead to the listings, and never anywhere else."""

from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from service.catalog.old_paths import of_address
from service.catalog.operations import set_status
from service.cli import main
from service.clock import now
from service.db import committing
from tests.api.test_open_data import made
from tests.catalog.editing import ADA

LIST = """Old page,Listing
https://old.example.org/groups/7/,Tea at the hall
/show.php?id=8&lang=en,{id}
/Chess%20club,/en/groups/Chess-at-the-hall
/dance,Dance
/closed,Shut now
/lost,Nobody knows this
/en/groups/Tea-at-the-hall,Chess at the hall
/api/v1/match,Chess at the hall
//evil.example.org/x,Chess at the hall
/twice,Tea at the hall
/twice,Chess at the hall
/near,The Chess Hall Club
"""


@pytest.fixture
def ids(app: Flask) -> dict[str, UUID]:
    with app.app_context(), committing() as session:
        names = ("Tea at the hall", "Chess at the hall", "Dance", "DANCE", "Shut now", "Chess Hall")
        found = {name: made(session, name, slug=name.replace(" ", "-")).id for name in names}
        session.flush()
        become(session, found["Shut now"], "archived")
    return found


def become(session: Session, group_id: UUID, status: str) -> None:
    set_status(
        session, group_id=group_id, status=status, expected_version=None, actor=ADA, reason="It shut", now=now()
    )  # fmt: skip


@pytest.fixture
def file(tmp_path: Path, ids: dict[str, UUID]) -> Path:
    path = tmp_path / "old.csv"
    path.write_text(LIST.format(id=ids["Chess at the hall"]), encoding="utf-8")
    return path


def led(client: FlaskClient, path: str, **more: str) -> tuple[int, str]:
    """Ask for a page, once more with a slash where the answer says so; return its status and where it leads."""
    answer = client.get(path, headers=more)
    if answer.status_code == 308:
        answer = client.get(answer.headers["Location"], headers=more)
    return answer.status_code, answer.headers.get("Location", "")


def told(text: str) -> dict[str, int]:
    rows = [line.strip("│ ").split("│") for line in text.splitlines() if line.count("│") == 3]
    return {row[0].strip(): int(row[1]) for row in rows if row[1].strip().isdigit()}


def test_a_dry_run_tells_what_would_lead_where_and_keeps_nothing(
    run: CliRunner, client: FlaskClient, file: Path
) -> None:
    answer = run.invoke(main, ["redirects", str(file), "--dry-run"])
    assert answer.exit_code == 3, "some lead nowhere"
    counts = told(answer.output)
    assert sum(counts.values()) == 12
    assert counts["lead to a listing"] == 4
    assert counts["may mean one or more: say which by its number or address"] == 2
    assert counts["are in the file with two listings: leave one"] == 2
    assert counts["are pages of this site: they stay"] == 2
    assert counts["have no listing here"] == counts["are no address of a site"] == 1
    assert "Nothing was changed." in answer.output
    assert client.get("/groups/7").status_code == 404


def test_old_addresses_lead_to_the_listing_in_the_language_of_the_browser(
    run: CliRunner, client: FlaskClient, file: Path
) -> None:
    assert run.invoke(main, ["redirects", str(file)]).exit_code == 3
    for path in ("/groups/7", "/groups/7/", "/groups/7?from=mail"):
        answer = client.get(path, headers={"Accept-Language": "pl"})
        assert (answer.status_code, answer.headers["Location"]) == (301, "/pl/groups/Tea-at-the-hall"), path
        assert "Accept-Language" in answer.headers["Vary"]
    for path in ("/show.php?id=8&lang=en", "/show.php?lang=en&id=8", "/Chess%20club"):
        assert led(client, path) == (301, "/en/groups/Chess-at-the-hall"), path
    assert led(client, "/closed") == (410, "")
    for path in ("/show.php?id=9", "/show.php", "/dance", "/twice", "/near", "/lost"):
        assert led(client, path) == (404, ""), path
    assert client.get("/en/groups/Tea-at-the-hall").status_code == 200, "our own page stays"
    assert client.post("/groups/7").status_code in (404, 405), "only who reads is led"
    again = run.invoke(main, ["redirects", str(file)])
    assert told(again.output)["lead there already"] == 4


def test_they_are_taken_back(run: CliRunner, client: FlaskClient, file: Path) -> None:
    run.invoke(main, ["redirects", str(file)])
    answer = run.invoke(main, ["redirects", str(file), "--forget"])
    assert "4 addresses" in answer.output
    assert client.get("/groups/7").status_code == 404
    assert led(client, "/closed") == (404, "")


def test_a_listing_that_is_held_back_is_not_told(
    run: CliRunner, app: Flask, client: FlaskClient, file: Path, ids: dict[str, UUID]
) -> None:
    run.invoke(main, ["redirects", str(file)])
    with app.app_context(), committing() as session:
        become(session, ids["Tea at the hall"], "held")
    assert client.get("/groups/7").status_code == 404


@given(st.text())
def test_whatever_is_written_down_is_a_path_of_this_site_or_nothing(text: str) -> None:
    path = of_address(text)
    assert path is None or (path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable())
