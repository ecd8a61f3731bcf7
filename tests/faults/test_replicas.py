"""A copy of the database that only reads: what is read from it, when it is not, and what happens when one of two dies.

Both servers are real; the copy follows the main one's log as PostgreSQL streams it.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import InternalError

from service.app import COPIED, COPIES, create_app
from service.cli.doctor import ground
from service.cli.doctor.findings import Patient
from service.clock import now
from service.config import Settings
from service.db import db, leading, migrations, replicas
from service.matching.index import generation
from service.running.exposing import Exposed
from tests import stores
from tests.conftest import ROOT
from tests.faults.servers import Pair, pair
from tests.faults.trying import Trying
from tests.pages import CLIENT
from tests.people import settle

pytestmark = pytest.mark.slow
HANG_UP = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
PATIENCE_S = 30.0  # of a test, for a server


@pytest.fixture(scope="module")
def servers() -> Iterator[Pair]:
    with pair() as made:
        stores.import_all_models()
        with stores.opened(made.main.url) as engine:
            migrations.upgrade(engine)
        yield made


@contextmanager
def installed(folder: Path, url: str, *copies: str, shared_index: Path | None = None) -> Iterator[Flask]:
    settings = Settings(
        mode="demo",
        secret=stores.SECRET,
        data_folder=folder,
        seeds_folder=ROOT / "seeds",
        database_url=url,
        public_url="http://127.0.0.1:8000",
        proxy_hops=0,
        country="gb",
        help_lines_confirmed=True,
        replica_urls=copies,
        shared_index=shared_index,
        testing=True,
    )
    made = create_app(settings)
    made.test_client_class = CLIENT
    try:
        yield made
    finally:
        made.extensions[COPIES].close()
        stores.close(made)


@pytest.fixture(scope="module")
def app(servers: Pair, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with installed(tmp_path_factory.mktemp("app"), servers.main.url, servers.copy.url) as made:
        yield made


@pytest.fixture(scope="module")
def trying(app: Flask) -> Trying:
    return Trying(app, settle(app))


def eventually(holds: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.02)


def copy_of(app: Flask) -> replicas.Replica:
    [found] = app.extensions[COPIES]._replicas
    assert isinstance(found, replicas.Replica)
    return found


def caught_up(app: Flask) -> None:
    """Wait until the copy holds all there is, and may be read from."""

    def is_fit() -> bool:
        one = copy_of(app)
        one.look()
        copies = app.extensions[COPIES]
        return one.is_fit() and copies.number_in(one) == copies._newest()

    eventually(is_fit)


class Read:
    """How many statements two servers were asked, of a request's own."""

    def __init__(self, app: Flask) -> None:
        with app.app_context():
            self.engines = {"main": db.engine, "copy": copy_of(app).engine}
        self.asked = {"main": 0, "copy": 0}

    @contextmanager
    def counting(self) -> Iterator[dict[str, int]]:
        self.asked.update(main=0, copy=0)
        notes = [(engine, self._note(name)) for name, engine in self.engines.items()]
        for engine, note in notes:
            event.listen(engine, "before_cursor_execute", note)
        try:
            yield self.asked
        finally:
            for engine, note in notes:
                event.remove(engine, "before_cursor_execute", note)

    def _note(self, name: str) -> Callable[..., None]:
        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if not any(own in statement for own in ("catalog_state", "term_change", "pg_")):
                self.asked[name] += 1

        return note


def group_page(trying: Trying, *, by: Any = None) -> str:
    answer = (by or trying.visitor).get(f"/en/groups/{trying.cast.eli_slug}")
    assert answer.status_code == 200
    return str(answer.text)


def test_the_public_reads_the_copy_and_whoever_has_a_session_or_a_key_the_main_one(app: Flask, trying: Trying) -> None:
    caught_up(app)
    read = Read(app)
    with read.counting() as asked:
        group_page(trying)
        assert trying.visitor.get("/hsds/services").status_code == 200
        assert trying.visitor.get(f"/api/v1/groups/{trying.cast.eli_group}").status_code == 200
        assert asked["main"] == 0
        assert asked["copy"] > 10
    with read.counting() as asked:
        group_page(trying, by=trying.ada)
        assert trying.refer("counted").status_code == 201
        assert asked["copy"] == 0
        assert asked["main"] > 10
    with pytest.raises(InternalError, match="read-only"), copy_of(app).engine.begin() as line:
        line.execute(text("DELETE FROM catalog_state"))


def test_two_machines_on_one_database_share_the_index_that_one_of_them_made(
    servers: Pair, trying: Trying, tmp_path: Path
) -> None:
    shared = tmp_path / "shared"
    for name in ("one", "other"):
        with installed(tmp_path / name, servers.main.url, servers.copy.url, shared_index=shared) as there:
            assert there.test_client().get(trying.results).status_code == 200
    [made] = {generation.pointed(folder) for folder in (shared, tmp_path / "one/index", tmp_path / "other/index")}
    assert made, "the very same"


def test_the_lock_of_whoever_makes_the_index_is_held_by_one_and_let_go_of_when_they_die(servers: Pair) -> None:
    held, done = threading.Event(), threading.Event()
    with stores.opened(servers.main.url) as one, stores.opened(servers.main.url) as other:

        def next_one() -> None:
            held.set()
            with leading.alone(other, leading.INDEX):
                done.set()

        waiting = threading.Thread(target=next_one)
        with leading.alone(one, leading.INDEX):
            waiting.start()
            assert held.wait(PATIENCE_S)
            assert servers.main.ask("SELECT pg_try_advisory_lock(2026097)") is False
            assert not done.is_set()
            servers.main.ask(HANG_UP)  # its line is lost, as when its machine dies
            waiting.join(PATIENCE_S)
            assert done.is_set(), "the next one need not wait for it"


def test_no_door_that_writes_or_is_about_somebody_reads_the_copy(app: Flask) -> None:
    open_data = [name for name in app.view_functions if name.startswith("open_data.get_")]
    for name in (*COPIED, *open_data):
        view = app.view_functions[name]
        assert (str(getattr(view, "permission", "")), hasattr(view, "commits")) == ("public", False), name


def test_what_was_written_is_seen_at_once_also_while_the_copy_stands_still(
    app: Flask, servers: Pair, trying: Trying
) -> None:
    caught_up(app)
    servers.copy.ask("SELECT pg_wal_replay_pause()")
    try:
        assert trying.save().status_code == 303
        told = trying.ada.get(trying.ada.get(f"/en/groups/{trying.cast.eli_slug}").request.path).text
        assert "Puzzles and Tea" in told
        assert "Puzzles and Tea" in group_page(trying), "to everybody, not to the writer alone"
        assert "Puzzles and Tea" in trying.visitor.get(trying.results).text
        assert "Puzzles and Tea" not in str(servers.copy.ask("SELECT string_agg(name, ' ') FROM \"group\"")), (
            "so it was the main one that answered"
        )
    finally:
        servers.copy.ask("SELECT pg_wal_replay_resume()")
    caught_up(app)
    with Read(app).counting() as asked:
        assert "Puzzles and Tea" in group_page(trying)
        assert asked == {"main": 0, "copy": asked["copy"]}


def test_a_copy_half_a_minute_late_is_left_out_and_taken_back_by_itself(
    app: Flask, servers: Pair, trying: Trying, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    caught_up(app)
    ahead, real = [0.0], time.monotonic
    monkeypatch.setattr(replicas, "time", SimpleNamespace(monotonic=lambda: real() + ahead[0]))
    one = copy_of(app)
    servers.copy.ask("SELECT pg_wal_replay_pause()")
    try:
        assert trying.refer("quiet").status_code == 201
        for step in (5, 9):
            ahead[0] = step
            one.look()
            assert one.is_fit(), "late, but within what the operator allows"
        ahead[0] = 30
        one.look()
        assert not one.is_fit()
        with Read(app).counting() as asked:
            group_page(trying)
            assert asked["copy"] == 0
            assert asked["main"] > 5
        with app.app_context():
            [seen] = replicas.seen(db.engine, [servers.copy.url], most_late_s=0)
        assert seen.code == "late"
    finally:
        servers.copy.ask("SELECT pg_wal_replay_resume()")
    caught_up(app)
    log = capfd.readouterr().err
    assert '"check": "replica 1", "code": "late"' in log
    assert "a replica is read from" in log


def test_when_the_copy_is_killed_nobody_sees_it_and_it_is_found_again(
    app: Flask, servers: Pair, trying: Trying
) -> None:
    caught_up(app)
    group_page(trying)  # so that a line to it is open
    servers.copy.kill()
    try:
        assert trying.looks() == [200] * 4
        group_page(trying)
        with app.app_context():
            [seen] = replicas.seen(db.engine, [servers.copy.url], most_late_s=10)
            assert seen.code == "away"
            assert "does not answer" in ground.copies(patient(app)).saw
            told = Exposed(engine=db.engine, settings=app.extensions["kith"].settings, clock=now).text()
        assert b'kith_replica_usable{replica="1"} 0.0' in told
        page = trying.ada.get("/en/admin/running").text
        assert "It does not answer" in page
        assert "A copy of the database is not read from" in page
    finally:
        servers.copy.start()
    caught_up(app)
    with Read(app).counting() as asked:
        group_page(trying)
        assert asked["main"] == 0


def patient(app: Flask) -> Patient:
    return Patient(settings=app.extensions["kith"].settings, store=db.engine, now=now())


def test_a_look_that_is_old_is_not_relied_on(app: Flask, trying: Trying, monkeypatch: pytest.MonkeyPatch) -> None:
    caught_up(app)
    one, real = copy_of(app), time.monotonic
    monkeypatch.setattr(replicas, "time", SimpleNamespace(monotonic=lambda: real() + 60))
    with one._looking:  # a look hangs
        assert not one.is_fit()


def test_when_the_main_one_is_killed_the_public_reads_on_and_after_a_fail_over_writing_goes_on(
    app: Flask, servers: Pair, trying: Trying, tmp_path: Path
) -> None:
    """Last, since the main server is dead afterwards. The copy had to have each commit before it was acknowledged."""
    caught_up(app)
    servers.main.ask("ALTER SYSTEM SET synchronous_standby_names = '*'")
    servers.main.ask("SELECT pg_reload_conf()")
    eventually(lambda: servers.main.ask("SELECT sync_state FROM pg_stat_replication") == "sync")
    with installed(tmp_path / "app", servers.either, servers.copy.url) as there:
        again = replace_app(trying, there)
        caught_up(there)
        assert again.looks() == [200] * 4
        acknowledged = [sent(again, f"k{number}") for number in range(20)]
        servers.main.kill()
        copy_of(there).look()
        group_page(again)
        assert again.visitor.get(again.results).status_code == 200
        assert again.visitor.get(f"/api/v1/groups/{again.cast.eli_group}").status_code == 200
        assert again.refer("away").status_code == 503
        servers.copy.promote()
        assert again.refer("after").status_code == 201, "nobody started Kith again"
        assert again.refer("away").status_code == 201
        assert again.looks() == [200] * 4
        copy_of(there).look()
        assert not copy_of(there).is_fit(), "it is the main one now"
        kept = {str(row) for row in _ids(servers.copy.url)}
        assert set(acknowledged) <= kept, "nothing that was acknowledged is lost"


def sent(trying: Trying, which: str) -> str:
    answer = trying.refer(which)
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["id"])


def replace_app(trying: Trying, app: Flask) -> Trying:
    """Try the same with another process."""
    return replace(trying, app=app)


def _ids(url: str) -> list[Any]:
    with stores.opened(url) as engine:
        return _column(engine)


def _column(engine: Engine) -> list[Any]:
    with engine.connect() as line:
        return list(line.execute(text("SELECT id FROM referral")).scalars())
