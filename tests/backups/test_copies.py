"""A backup holds everything, counts only once it was restored and checked, and is put back whole or not at all."""

import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask

from service import cli, jobs
from service.accounts.models import JobRun
from service.accounts.record.audit_check import HEADS, publish_head
from service.app import create_app
from service.backups import making, moving, places, restoring, turns
from service.backups.checking import UnusableCopyError
from service.cli.jobs import tools as job_tools
from service.clock import now
from service.config import Settings
from service.db import committing, db, migrations, version
from service.errors import Conflict, Invalid, ServiceError
from service.referrals.erasure import subject_of
from tests import people, stores
from tests.backups.installation import change, empty_machine, everything, refer

ON_FILE = pytest.mark.skipif(stores.KIND != "sqlite", reason="is about SQLite's file")
ON_SERVER = pytest.mark.skipif(stores.KIND == "sqlite", reason="needs a PostgreSQL server")
OTHER = "another-secret-0123456789-0123456789-abc"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


@pytest.fixture
def settings(settings: Settings, folder: Path) -> Settings:
    return replace(settings, backups_folder=folder)


@pytest.fixture
def lived_in(app: Flask) -> tuple[Flask, people.Cast]:
    """An installation in which somebody was referred, and the end of the record was written outside."""
    cast = people.settle(app)
    refer(app, cast, "1")
    with app.app_context():
        settings = app.extensions["kith"].settings
        assert publish_head(db.session(), settings.data_folder / HEADS, now=now())
    return app, cast


def test_a_backup_is_everything_and_readable_by_nobody_else(
    lived_in: tuple[Flask, people.Cast], settings: Settings, databases: stores.Stores, tmp_path: Path
) -> None:
    beside = settings.database_url if stores.KIND != "sqlite" else f"sqlite:///{settings.data_folder / 'counts.sqlite'}"
    change(beside, "INSERT INTO asked_count VALUES ('2026-11-02', 'gb-m33', 'activity.knitting', 'none', 12)")
    before = everything(settings.database_url)
    made = making.make(settings, clock=now)
    assert (made.checked.record > 0, made.checked.opened > 0, made.checked.unopened) == (True, True, 0)
    assert [one.path for one in places.kept(tmp_path / "backups")] == [made.path]
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    kept = made.path.read_bytes()
    for word in (b"Willow", b"Oak Surgery", b"Cai", b"referral", b"bo@"):
        assert word not in kept
    assert not [path for path in (settings.data_folder / places.SCRATCH).iterdir() if path.name != places.LOCK]

    machine = empty_machine(settings, tmp_path / "new", databases)
    done = restoring.restore(made.path, machine.settings, clock=now)
    assert everything(machine.settings.database_url) == before
    if stores.KIND == "sqlite":
        counts = everything(f"sqlite:///{tmp_path / 'new' / 'counts.sqlite'}", only="asked_count")
        assert counts == everything(beside, only="asked_count") != {"asked_count": []}
    assert (done.erased, done.manifest.rows > 0, done.record) == (0, True, made.checked.record)
    assert (machine.settings.data_folder / HEADS).read_text() == (settings.data_folder / HEADS).read_text()
    databases.drop(machine.settings.database_url)


def refusal(error: type[ServiceError], code: str, what: str | None = None) -> "pytest.RaisesExc[ServiceError]":
    return pytest.RaisesExc(error, check=lambda one: one.code == code and one.params.get("what") == what)


def test_whoever_was_erased_since_is_erased_again_also_on_a_new_machine(
    lived_in: tuple[Flask, people.Cast],
    settings: Settings,
    databases: stores.Stores,
    run: CliRunner,
    tmp_path: Path,
) -> None:
    app, cast = lived_in
    other = refer(app, cast, "2")
    made = making.make(settings, clock=now)
    with app.app_context():
        person = subject_of(db.session(), UUID(other))
        db.session.remove()
    assert person is not None
    assert run.invoke(cli.main, ["person", "erase", str(person[1]), "--yes"]).exit_code == 0
    making.keep_erasures(settings, made.path.parent)  # the job of every hour
    machine = empty_machine(settings, tmp_path / "new", databases)
    assert restoring.restore(made.path, machine.settings, clock=now).erased == 1
    told = everything(machine.settings.database_url)
    assert len(told["person"]) == 1
    assert person[1].hex not in str(told["referral"]).replace("-", "")
    databases.drop(machine.settings.database_url)


def test_what_does_not_restore_as_it_should_does_not_count(
    lived_in: tuple[Flask, people.Cast], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing_left() -> bool:
        left = [*settings.data_folder.glob("scratch/*"), *(settings.backups_folder or settings.data_folder).glob("*")]
        return {path.name for path in left} <= {places.LOCK, "erasures"}

    with monkeypatch.context() as patch:  # a row is lost on the way
        patch.setattr("service.backups.book.Fill.put", lambda _self, _some: None)
        with refusal(UnusableCopyError, "copy_unusable", "rows"):
            making.make(settings, clock=now)
    assert nothing_left()
    app, _ = lived_in
    with app.app_context(), committing() as session:
        session.execute(db.text("UPDATE person SET preferred_name = :x"), {"x": b"\x01\x01" + b"0" * 40})
        session.execute(db.text("DELETE FROM case_task"))
    whole = making.make(settings, clock=now)
    assert whole.checked.unopened > 0, "damage that was there before is told of, and stops nothing"
    whole.path.unlink()
    change(settings.database_url, "UPDATE audit_head SET sequence = sequence - 1")
    with refusal(UnusableCopyError, "copy_unusable", "record"):
        making.make(settings, clock=now)
    assert nothing_left()


def test_a_database_with_something_in_it_is_replaced_only_by_its_name(
    lived_in: tuple[Flask, people.Cast], settings: Settings, run: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, cast = lived_in
    monkeypatch.setenv("KITH_BACKUPS", str(settings.backups_folder))
    taken = run.invoke(cli.main, ["backup"])
    assert taken.exit_code == 0, taken.output
    assert "It was restored and checked: the same rows" in taken.output
    [made] = places.kept(Path(str(settings.backups_folder)))
    assert "restored and checked" in run.invoke(cli.main, ["backups"]).output
    before = everything(settings.database_url)
    refer(app, cast, "later")
    stores.close(app)
    name = str(settings.database_url).rpartition("/")[2].partition("?")[0]
    refused = run.invoke(cli.main, ["restore", made.path.name])
    assert (refused.exit_code, f"--over {name}" in refused.output) == (1, True), refused.output
    refused = run.invoke(cli.main, ["restore", made.path.name, "--over", "other"])
    assert (refused.exit_code, f"The database here is {name}" in refused.output) == (1, True), refused.output
    done = run.invoke(cli.main, ["restore", made.path.name, "--over", name])
    assert done.exit_code == 0, done.output
    assert f"{name} holds the backup of" in done.output
    assert "Search works" in done.output
    assert everything(settings.database_url) == before
    assert run.invoke(cli.main, ["audit", "verify"]).exit_code == 0, "and the file of ends began anew with it"
    assert not [path for path in settings.data_folder.glob("scratch/*") if path.name != places.LOCK]


def test_a_wrong_secret_a_damaged_file_and_no_backup_are_refused_in_a_sentence(
    lived_in: tuple[Flask, people.Cast],
    settings: Settings,
    run: CliRunner,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = making.make(settings, clock=now).path.read_bytes()
    machine = empty_machine(settings, tmp_path / "new")
    monkeypatch.setenv("KITH_DATA", str(machine.settings.data_folder))
    monkeypatch.setenv("KITH_DATABASE_URL", machine.settings.database_url)
    half, flipped = len(whole) // 2, bytearray(whole)
    flipped[half] ^= 1
    files = {"cut": whole[:half], "flipped": bytes(flipped), "other": b"SQLite format 3\0", "whole": whole}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)

    def said(*words: str) -> str:
        told = run.invoke(cli.main, ["restore", *words])
        assert told.exit_code == 1
        assert not machine.base.exists()
        return told.output

    for name in ("cut", "flipped"):
        assert "damaged or cut short" in said(str(tmp_path / name))
    assert "This is no backup of Kith." in said(str(tmp_path / "other"))
    assert "There is no backup none." in said(str(tmp_path / "none"))
    monkeypatch.setenv("KITH_SECRET", OTHER)
    assert "another KITH_SECRET" in said(str(tmp_path / "whole"))


@pytest.mark.slow
def test_a_backup_of_older_tables_is_brought_up_and_one_of_newer_tables_refused(
    lived_in: tuple[Flask, people.Cast], settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(settings.database_url)
    with stores.opened(settings.database_url) as engine:
        migrations.downgrade(engine, "0034")
    made = making.make(settings, clock=now)
    assert made.manifest.schema == "0034"
    machine = empty_machine(settings, tmp_path / "new")
    restoring.restore(made.path, machine.settings, clock=now)
    with stores.opened(machine.settings.database_url) as engine:
        assert version.current(engine) == version.head()
    assert everything(machine.settings.database_url)["referral"] == before["referral"]
    monkeypatch.setattr(version, "head", lambda: "0033")
    with refusal(Invalid, "backup_newer"):
        restoring.restore(made.path, empty_machine(settings, tmp_path / "newer").settings, clock=now)


def test_two_do_not_work_on_copies_at_once_and_what_a_kill_left_is_gone_at_the_next_start(
    lived_in: tuple[Flask, people.Cast], settings: Settings
) -> None:
    with places.scratch(settings.data_folder) as place:
        (place / "plain").write_text("words")
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
        with refusal(Conflict, "copy_running"):
            making.make(settings, clock=now)
        places.clear_left(settings.data_folder)
        assert place.exists(), "whoever is at work keeps theirs"
    left = settings.data_folder / places.SCRATCH / "killed"
    left.mkdir()
    (left / "kith.sqlite").write_text("words")
    places.clear_left(settings.data_folder)
    assert not left.exists()


@ON_FILE
def test_a_file_that_somebody_uses_is_not_replaced(lived_in: tuple[Flask, people.Cast], settings: Settings) -> None:
    made = making.make(settings, clock=now)
    name = settings.database_url.rpartition("/")[2]
    with stores.opened(settings.database_url) as engine, engine.connect() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM person")
        with refusal(Conflict, "target_in_use"):
            restoring.restore(made.path, settings, clock=now, over=name)


@pytest.mark.slow
def test_old_ones_go_once_a_new_one_counts(lived_in: tuple[Flask, people.Cast], settings: Settings) -> None:
    few = replace(settings, backups_days=1, backups_weeks=0, backups_months=0)
    first = making.make(few, clock=now)
    later = datetime.now(UTC) + timedelta(days=3)
    second = making.make(few, clock=lambda: later)
    assert [one.path for one in places.kept(first.path.parent)] == [second.path]
    assert second.gone == 1
    assert places.newest_age(few.backups_folder, later + timedelta(hours=5)) == timedelta(hours=5)
    assert places.newest_age(None, later) is None


@ON_SERVER
def test_sqlite_moves_to_postgresql_without_a_difference(
    databases: stores.Stores, settings: Settings, tmp_path: Path
) -> None:
    machine = empty_machine(settings, tmp_path / "small")
    app = create_app(machine.settings)
    with app.app_context():
        migrations.upgrade(db.engine)
    refer(app, people.settle(app), "1")
    before = everything(machine.settings.database_url)
    target = databases.empty()
    with (
        stores.opened(machine.settings.database_url) as engine,
        engine.execution_options(writes=True).begin(),
        refusal(Conflict, "source_in_use"),
    ):
        moving.move(machine.settings, to=target)
    moved = moving.move(machine.settings, to=target)
    assert (everything(target), moved.rows > 0) == (before, True)
    with refusal(Conflict, "target_not_empty"):
        moving.move(machine.settings, to=target)
    stores.close(app)
    there = create_app(replace(machine.settings, database_url=target))
    refer(there, people.settle(there), "after")  # numbers go on behind the highest
    stores.close(there)
    change(machine.settings.database_url, "UPDATE organisation SET name = 'a' || char(0) || 'b'")
    empty = databases.empty()
    with pytest.raises(Invalid) as refused:
        moving.move(machine.settings, to=empty)
    assert refused.value.code == "text_with_nul"
    assert refused.value.params == {"table": "organisation", "column": "name"}
    for url in (target, empty):
        databases.drop(url)


def test_a_password_is_not_typed_where_others_see_it(run: CliRunner) -> None:
    told = run.invoke(cli.main, ["move", "--to", "postgresql://kith:zqaxpass@db.example.org/kith"])
    assert (told.exit_code, "KITH_MOVE_TO" in told.output, "zqaxpass" in told.output) == (1, True, False)


def test_a_backup_is_taken_at_night_or_after_a_night_that_was_missed(settings: Settings, app: Flask) -> None:
    noon = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    night = noon.replace(hour=2)

    def due(began: datetime | None, outcome: str | None, at: datetime) -> bool:
        with app.app_context(), committing() as session:
            session.execute(db.text("DELETE FROM job_run"))
            session.add(JobRun(name=turns.JOB, started_at=began, outcome=outcome, done=0))
            session.flush()
            return turns.at_night(session, at)

    assert due(None, None, noon)
    assert due(night - timedelta(days=1), "done", night)
    assert not due(night, "done", noon)
    assert due(night - timedelta(days=1), "done", noon), "a night was missed"
    assert due(night, "Unavailable", noon)


def test_the_job_does_nothing_without_a_folder_and_fails_loudly(
    lived_in: tuple[Flask, people.Cast], settings: Settings, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    app, _ = lived_in
    with app.app_context():
        tools = replace(job_tools(app), settings=replace(settings, backups_folder=None))
        assert (turns.take(tools), turns.keep_erasures(tools)) == (0, 0)
        (tmp_path / "file").touch()
        broken = replace(tools, settings=replace(settings, backups_folder=tmp_path / "file" / "backups"))
        [job] = [job for job in jobs.JOBS if job.name == turns.JOB]
        ran = jobs.run(broken, job)
        assert ran is not None
        assert ran.outcome == "Unavailable"
    [told] = [record for record in caplog.records if record.getMessage() == "backup failed"]
    assert told.error == "copy_not_written"  # type: ignore[attr-defined]
