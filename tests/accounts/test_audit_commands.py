"""Whoever runs Kith asks whether the record is whole and is told in words; where it ends is kept outside by itself."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, make_url
from sqlalchemy.orm import Session

from service import cli, jobs
from service.accounts.record import audit_check
from service.accounts.record.chain_walk import Finding
from service.cli.audit import WORDS, sentence
from service.clock import now
from service.config import Settings
from tests.accounts.conftest import Unit
from tests.accounts.test_audit_tampering import write


@pytest.fixture
def five(unit: Unit) -> None:
    """A record of five rows."""
    for number in range(5):
        with unit() as session:
            write(session, number)


def change_it(engine: Engine) -> None:
    """Change a row in the file itself, as somebody with the disk can."""
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE audit_entry DISABLE TRIGGER USER")
            connection.exec_driver_sql("UPDATE audit_entry SET action = 'x' WHERE sequence = 3")
        return
    with closing(sqlite3.connect(str(make_url(str(engine.url)).database))) as base, base:
        base.execute("DROP TRIGGER audit_entry_no_update")
        base.execute("UPDATE audit_entry SET action = 'x' WHERE sequence = 3")


@pytest.mark.usefixtures("five")
def test_verify_says_that_the_record_is_whole(run: CliRunner, settings: Settings) -> None:
    told = run.invoke(cli.main, ["audit", "verify"])
    assert told.exit_code == 0, told.output
    assert re.search(r"5 rows, [\d,]+ a second; compared with 0 ends", told.output)
    assert "cannot be seen" in told.output
    end = run.invoke(cli.main, ["audit", "head"])
    assert json.loads(end.output)["sequence"] == 5
    told = run.invoke(cli.main, ["audit", "verify", "--heads", str(settings.data_folder / audit_check.HEADS)])
    assert "compared with 1 ends" in told.output
    assert "cannot be seen" not in told.output
    assert "2 rows" in run.invoke(cli.main, ["audit", "verify", "--from", "4"]).output


@pytest.mark.usefixtures("five")
def test_verify_says_what_was_changed(run: CliRunner, engine: Engine) -> None:
    change_it(engine)
    told = run.invoke(cli.main, ["audit", "verify"])
    assert told.exit_code == 1
    assert "Row 3 is not as it was written." in told.output
    assert "tampered" in told.output


@pytest.mark.usefixtures("five")
def test_what_cannot_be_asked_is_one_sentence(run: CliRunner, tmp_path: Path) -> None:
    for arguments, words in (
        (["--from", "99"], "no linked row before row 99"),
        (["--heads", str(tmp_path / "none")], "no file"),
    ):
        told = run.invoke(cli.main, ["audit", "verify", *arguments])
        assert (told.exit_code, words in told.output) == (1, True), told.output


def test_before_anything_was_recorded_there_is_no_end(run: CliRunner, settings: Settings) -> None:
    assert run.invoke(cli.main, ["audit", "head"]).exit_code == 1
    assert not (settings.data_folder / audit_check.HEADS).exists()
    assert run.invoke(cli.main, ["audit", "verify"]).exit_code == 0


@pytest.mark.parametrize("kind", WORDS)
def test_every_finding_has_words_for_one_row_and_for_many(kind: str) -> None:
    for last in (4, 7):
        words = sentence(Finding(kind, 4, last, other=9, at="2026-11-02"))  # type: ignore[arg-type]
        assert "{" not in words
        assert "None" not in words


@pytest.mark.asvs("V16.3.4")
@pytest.mark.usefixtures("five")
def test_the_jobs_keep_the_end_outside_and_cry_when_the_record_was_changed(
    engine: Engine, settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    tools = jobs.Tools(
        settings=settings,
        sealer=lambda _: pytest.fail("nothing is opened"),
        reading=lambda: Session(engine),
        writing=lambda: Session(engine.execution_options(writes=True)).begin(),  # type: ignore[arg-type,return-value]
        clock=now,
    )
    [end] = [job for job in jobs.JOBS if job.name == "audit_end"]
    assert (end.run(tools), end.at_start) == (1, True)
    assert len(audit_check.lines_of(settings.data_folder / audit_check.HEADS)) == 1
    assert jobs.check_audit(tools) == 5
    change_it(engine)
    with pytest.raises(jobs.AuditTamperedError):
        jobs.check_audit(tools)
