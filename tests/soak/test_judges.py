"""The judges are the ones that were given, and they find what they are there to find."""

import hashlib
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from tests import stores
from tests.soak import judging, on_postgresql, power, whole
from tests.soak.judging import JUDGES

# What to take away so that each kind of half-written row is there. Foreign keys are off in a plain connection.
BREAKS = {
    "a referral without its consent": "DELETE FROM consent",
    "a referral without its introduction": "DELETE FROM introduction",
    "an introduction without its link": "DELETE FROM leader_link",
    "an introduction without its message": "DELETE FROM outbox_message",
    "a referral with no record, or with two": "DELETE FROM audit_entry WHERE action LIKE 'refer%'",
    "a referral with no key, or with two": "DELETE FROM idempotency",
    "a person without a referral": "DELETE FROM referral",
    "a message without its introduction": "DELETE FROM introduction",
    "a record without its referral": "DELETE FROM referral",
    "a key without what it made": "DELETE FROM referral",
    "a state that no move led to": "DELETE FROM move WHERE to_state = 'introduced'",
    "a history with a gap": "DELETE FROM move WHERE number = 1",
    "a link that was used for no answer, or an answer without one": "UPDATE leader_link SET used_at = NULL",
    "an answer with no record, or with two": "DELETE FROM audit_entry WHERE action IN ('accept', 'decline')",
    "a message that went and kept its words, or lost them before": "UPDATE outbox_message SET state = 'queued'",
    "a listing that is older than its last save": 'UPDATE "group" SET version = 0',
    "a save without its record, or a record without its save": "DELETE FROM revision",
    "a change that the workers were not told of": "UPDATE catalog_state SET sequence = 0",
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in which a little of everything was written."""
    base = tmp_path_factory.mktemp("soak") / "live" / "app.db"
    base.parent.mkdir()
    power.setup(str(base))
    acked: list[str] = []
    afternoon = power.opened(str(base), acked.append, Random(3))  # noqa: S311  # nothing is secret
    for _ in range(3):
        afternoon.refer()
    afternoon.edit()
    afternoon.send()
    afternoon.answer()
    stores.close(afternoon.app)
    with closing(sqlite3.connect(base)) as connection:
        there = {str(row[0]) for row in connection.execute(power.ACKED)}
    assert len(acked) == 9
    assert set(acked) <= there, "what was acknowledged is what the judge is told to look for"
    return base


def test_the_judges_are_as_they_were_given() -> None:
    listed = re.findall(r"^\| `([\w.]+)` \|.*\| ([0-9a-f]{64}) \|$", (JUDGES / "README.md").read_text(), re.M)
    files = {path.name for path in JUDGES.iterdir() if path.suffix in (".py", ".yml")}
    assert {name for name, _ in listed} == files
    for name, checksum in listed:
        assert hashlib.sha256((JUDGES / name).read_bytes()).hexdigest() == checksum, name


def test_what_was_written_in_whole_is_whole(written: Path) -> None:
    assert whole.half(written) == {}


def test_postgresql_understands_the_statements(database_url: str) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("these are said in PostgreSQL's words")
    assert on_postgresql.half(database_url) == {}


@pytest.mark.parametrize("what", whole.HALF)
def test_every_kind_of_half_written_row_is_found(what: str, written: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    shutil.copyfile(written, broken)
    with closing(sqlite3.connect(broken)) as connection, connection:
        connection.execute("DROP TRIGGER audit_entry_no_delete")  # as a fault below the database would
        connection.execute(BREAKS[what])
    assert what in whole.half(broken)


@pytest.mark.slow
def test_a_database_that_does_not_wait_for_the_disk_is_found_out(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text(
        "from service.db import engine\n"
        "engine.PRAGMAS['synchronous'] = 'NORMAL'\n"
        "from tests.soak.power import setup, verify, workload\n"
    )
    verdict = judging.cut_power(40, str(planted))
    assert verdict.code == 1, verdict.found
    assert verdict.get("lost") > 0


@pytest.mark.slow
def test_an_operation_that_commits_half_way_is_found_out(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text(
        "from service.referrals import rows\n"
        "plain = rows.ask_leader\n"
        "def early(session, *rest):\n"
        "    session.connection().exec_driver_sql('COMMIT')\n"
        "    session.connection().exec_driver_sql('BEGIN IMMEDIATE')\n"
        "    plain(session, *rest)\n"
        "rows.ask_leader = early\n"
        "from tests.soak.power import setup, verify, workload\n"
    )
    verdict = judging.cut_power(200, str(planted))
    assert verdict.code == 1, verdict.found
    assert verdict.get("cuts_with_problems") > 0
