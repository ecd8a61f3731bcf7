"""The record is one chain without gaps, whoever writes at the same time; it cannot be changed, only told elsewhere."""

import subprocess
import sys
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from service.accounts.models import AuditEntry, User
from service.accounts.permissions import VISITOR, Actor, Role
from service.accounts.record import audit, audit_check
from service.accounts.record.audit import ENTRY, Purpose
from service.accounts.record.audit_check import Verdict
from service.accounts.record.chain import Row
from service.db import db
from service.errors import Unavailable
from tests.accounts import audit_writer
from tests.accounts.conftest import NOW, Unit, at_once
from tests.accounts.test_audit_tampering import write

ROOT = Path(__file__).parents[2]


def verdict(engine: Engine, *heads: str) -> Verdict:
    with Session(engine) as session:
        return audit_check.verify(session, heads=heads)


# ---- one chain ----


@pytest.mark.asvs("V11.4.3")
def test_a_link_is_the_same_in_every_database(unit: Unit) -> None:
    """What SQLite and PostgreSQL keep differently has one spelling, and it is this one."""
    actor = Actor(role=Role.REFERRER, user_id=UUID(int=1), organisation_id=UUID(int=2), acting_for="Dr Ünal")
    for number in (1, 2):
        with unit() as session:
            audit.record(
                session,
                actor=actor,
                action="refer",
                subject="referral",
                subject_id=UUID(int=3),
                columns=["person", "id:ü"],
                purpose=Purpose.REFER,
                now=NOW + timedelta(microseconds=number),
                origin=audit.Origin(request_id="r1", address="2001:db8::1"),
            )
    with unit() as session:
        rows = session.execute(select(ENTRY.c.sequence, ENTRY.c.link).order_by(ENTRY.c.sequence)).all()
    assert [link.hex()[:16] for _, link in rows] == ["b286b18e14f00c4e", "2f894bf1be63593a"]


def test_every_column_is_in_the_chain() -> None:
    assert set(Row._fields) == {column.name for column in AuditEntry.__table__.columns}


def test_a_deed_that_failed_leaves_no_hole(engine: Engine, unit: Unit) -> None:
    for number in range(1, 10):
        with suppress(audit_writer.UndoneError), unit() as session:
            write(session, number)
            if number % 3 == 0:
                raise audit_writer.UndoneError
    with unit() as session:
        assert session.scalars(select(ENTRY.c.sequence).order_by(ENTRY.c.sequence)).all() == [1, 2, 3, 4, 5, 6]
    assert verdict(engine).whole


def test_eight_threads_write_one_chain(engine: Engine, database_url: str) -> None:
    kept = audit_writer.write(database_url, many=15, threads=8)
    found = verdict(engine)
    assert (found.findings, found.rows, kept) == ((), kept, 8 * 12)


def test_two_processes_write_one_chain(engine: Engine, database_url: str) -> None:
    order = [sys.executable, "-m", "tests.accounts.audit_writer", database_url, "15"]

    def process() -> int:
        done = subprocess.run(order, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
        return int(done.stdout)

    kept = sum(at_once(2, process))
    found = verdict(engine)
    assert (found.findings, found.rows, kept) == ((), kept, 2 * audit_writer.THREADS * 12)


def test_erasing_an_account_leaves_the_chain_whole(engine: Engine, unit: Unit, ada: UUID) -> None:
    with unit() as session:
        write(session, 1)
        session.execute(delete(User).where(User.id == ada))
    found = verdict(engine)
    assert (found.findings, found.rows) == ((), 2)


@pytest.mark.parametrize("many", [5_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_a_genuine_record_raises_no_alarm(engine: Engine, unit: Unit, many: int) -> None:
    heads = []
    for start in range(0, many, 1000):
        with unit() as session:
            for number in range(start, start + 1000):
                write(session, number, outcome=("done", "denied", "failed")[number % 3])
            heads.append(audit_check.publish_head(session, None, now=NOW) or "")
    begun = time.process_time()
    found = verdict(engine, *heads)
    took = time.process_time() - begun
    print(
        f"\naudit: {many:,} genuine rows, {len(found.findings)} false alarms, {many / took:,.0f} rows a second of CPU"
    )
    assert (found.findings, found.rows, found.heads) == ((), many, many // 1000)


# ---- only ever added ----


@pytest.mark.asvs("V16.4.2")
@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"]
)
def test_the_database_refuses_to_change_a_row(engine: Engine, unit: Unit, statement: str) -> None:
    if engine.dialect.name == "sqlite" and statement.startswith("TRUNCATE"):
        pytest.skip("SQLite has no TRUNCATE")
    with unit() as session:
        write(session, 1)
    with (
        pytest.raises(DatabaseError, match="only ever added"),
        engine.connect().execution_options(writes=True) as connection,
    ):
        connection.exec_driver_sql(statement)
    assert verdict(engine).rows == 1


@pytest.mark.asvs("V16.5.3")
def test_without_a_key_nothing_is_recorded_and_nothing_done(engine: Engine) -> None:
    keyless = engine.execution_options(writes=True, **{audit.KEYS: None})

    def join() -> None:
        with Session(keyless) as session, session.begin():
            session.add(User(email="ada@example.org", name="Ada", created_at=NOW))
            audit.record(session, actor=VISITOR, action="give_role", subject="user_account", subject_id=None, now=NOW)

    with pytest.raises(Unavailable, match="audit"):
        join()
    with Session(engine) as session:
        assert session.scalars(select(User)).all() == []


@pytest.mark.asvs("V16.5.3")
def test_a_door_that_must_record_says_that_it_cannot(app: Flask, client: FlaskClient) -> None:
    token = client.get("/en/sign-in").get_data(as_text=True).partition('name="csrf_token" value="')[2].partition('"')[0]
    with app.app_context():
        db.engine.update_execution_options(**{audit.KEYS: None})
    sent = {"csrf_token": token, "email": "ada@example.org", "password": "not the right one"}
    assert client.post("/en/sign-in", data=sent).status_code == 503


@pytest.mark.asvs("V16.3.3")
def test_a_limit_that_is_reached_is_recorded_once(app: Flask, client: FlaskClient) -> None:
    token = client.get("/en/sign-in").get_data(as_text=True).partition('name="csrf_token" value="')[2].partition('"')[0]
    sent = {"csrf_token": token, "email": "ada@example.org", "password": "not the right one"}
    answers = [client.post("/en/sign-in", data=sent).status_code for _ in range(13)]
    assert answers[-3:] == [429] * 3
    with app.app_context():
        reached = select(ENTRY.c.subject, ENTRY.c.outcome).where(ENTRY.c.action == "limit")
        assert db.session.execute(reached).all() == [("sign_in.account", "denied")]


# ---- told outside ----


def test_a_head_is_written_once_to_a_file_of_its_owner_s_alone(unit: Unit, engine: Engine, tmp_path: Path) -> None:
    file = tmp_path / "outside" / "heads.jsonl"
    with unit() as session:
        assert audit_check.publish_head(session, file, now=NOW) is None, "nothing was recorded yet"
    for number in (1, 2):
        with unit() as session:
            write(session, number)
            audit_check.publish_head(session, file, now=NOW)
            audit_check.publish_head(session, file, now=NOW + timedelta(days=1))
    lines = audit_check.lines_of(file)
    assert len(lines) == 2
    assert file.stat().st_mode & 0o777 == 0o600
    found = verdict(engine, *lines)
    assert (found.findings, found.heads) == ((), 2)
    assert verdict(engine, *audit_check.lines_of(tmp_path / "none")).heads == 0
