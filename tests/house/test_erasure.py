"""Who is erased is gone: from every table, from every byte of every file, and again after a backup is put back."""

import json
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import ColumnElement, Table, func, make_url, select

from service import cli
from service.accounts.models import (
    AuditEntry,
    Authenticator,
    Erasure,
    ExternalIdentity,
    Invitation,
    Passkey,
    RecoveryCode,
    SignedInSession,
    User,
)
from service.accounts.permissions import Role
from service.accounts.privacy.erasure_list import NAME
from service.accounts.record import audit_check
from service.clock import now
from service.config import Settings
from service.db import Base, committing, db
from service.db.classes import Class
from service.notifications import outbox
from service.notifications.channels import Console
from service.referrals.export import KEPT_BACK
from service.referrals.models import Introduction, Move, Person, Referral
from tests.house import canaries
from tests.house.canaries import OURS, THEIRS, House
from tests.stores import KIND, close

ON_FILE = pytest.mark.skipif(KIND != "sqlite", reason="a server's files are not ours to read")
STAYS = {"move", "audit_entry", "erasure", "idempotency"}
WORD = "zqaxofada"
ADDRESS = f"{WORD}post@example.org"


@pytest.fixture
def houses(app: Flask) -> dict[str, House]:
    """Two organisations with words of people in every column, messages that went, and an index."""
    made = canaries.settle(app)
    with app.app_context():
        app.extensions["kith"].matching.rebuild()
        _second_factors(made[OURS].users[Role.EDITOR.value])
    return made


def _second_factors(user: UUID) -> None:
    """Give an account everything that an account can have, each with a word of its own."""
    with committing() as session:
        at, theirs = now(), session.get_one(User, user)
        theirs.email = ADDRESS
        session.add_all(
            [
                Passkey(
                    user_id=user, credential_id=b"c" + user.bytes, public_key=b"k", sign_count=0, created_at=at,
                    name=f"{WORD}key",
                ),
                ExternalIdentity(user_id=user, issuer="https://id.example.org", subject=f"{WORD}sub", created_at=at),
                RecoveryCode(user_id=user, code_hash=f"{WORD}code", created_at=at),
                Authenticator(user_id=user, secret=f"{WORD}secret".encode(), created_at=at),
                SignedInSession(
                    token_hash=b"t" * 32, user_id=user, created_at=at, last_seen_at=at, confirmed_at=at, ends_at=at,
                    device=f"{WORD}device", network=f"{WORD}net",
                ),
                Invitation(
                    token_hash=b"i" * 32, email=ADDRESS, name=f"{WORD}invited",
                    role=Role.EDITOR.value, created_at=at, expires_at=at,
                ),
            ]
        )  # fmt: skip


def files(settings: Settings) -> Iterator[Path]:
    """Every file an installation has, with those beside its database."""
    base = Path(str(make_url(settings.database_url).database))
    yield from (path for path in base.parent.glob(f"{base.name}*") if path.is_file())
    yield from (path for path in settings.data_folder.rglob("*") if path.is_file())


def hits(settings: Settings, words: list[bytes]) -> dict[str, int]:
    """Count, file by file, how many of these words stand in it."""
    found: dict[str, int] = {}
    for path in files(settings):
        held = path.read_bytes().lower()
        many = sum(any(form in held for form in forms(word)) for word in words)
        if many:
            found[path.name] = many
    return found


def forms(word: bytes) -> Iterator[bytes]:
    yield word.lower()
    if word.isascii():
        yield word.decode().lower().encode("utf-16-le")


def sealed_of(person_id: UUID) -> list[bytes]:
    """Return the sealed values of a person as they lie in every table, without what all of them begin with."""
    with db.engine.connect() as connection:
        tables = Base.metadata.tables
        referrals = connection.scalars(select(Referral.id).where(Referral.person_id == person_id)).all()
        asked = connection.scalars(select(Introduction.id).where(Introduction.referral_id.in_(referrals))).all()
        ids = {"person_id": [person_id], "referral_id": referrals, "introduction_id": asked}
        where: list[tuple[Table, ColumnElement[bool]]] = [(tables["person"], tables["person"].c.id == person_id)]
        where += [(table, table.c[key].in_(ids[key])) for table in tables.values() for key in ids if key in table.c]
        rows = [row for table, of in where for row in connection.execute(select(table).where(of))]
        return [value[14:] for row in rows for value in row if isinstance(value, bytes) and len(value) > 20]


def person_of(app: Flask, referral_id: UUID) -> UUID:
    with app.app_context():
        return db.session().scalars(select(Referral.person_id).where(Referral.id == referral_id)).one()


def export(run: CliRunner, some_id: UUID) -> dict[str, object]:
    told = run.invoke(cli.main, ["person", "export", str(some_id)])
    assert told.exit_code == 0, told.output
    found: dict[str, object] = json.loads(told.stdout)
    return found


def post(app: Flask, settings: Settings) -> None:
    """Let every message go, so that the console's log has them."""
    with app.app_context():
        sealer = app.extensions["kith"].sealer(outbox.PURPOSE)
        for whose in ("oursreferrer@example.org", ADDRESS):
            with committing() as session:
                outbox.put(
                    session, channel="console", to=whose, template="sign_in_link",
                    params={"link": f"https://kith.example.org/{whose}", "minutes": 10}, now=now(), key=f"{uuid4()}",
                    sealer=sealer,
                )  # fmt: skip
        log = settings.data_folder / "outbox.log"
        with log.with_suffix(".out").open("w") as out:
            outbox.send_due(committing, {"console": Console(log, out=out)}, sealer=sealer, clock=now)
        log.with_suffix(".out").unlink()


# ---- what is given to a person ---------------------------------------------------------------------------------------


def test_an_export_holds_every_column_of_every_row_but_secrets(
    app: Flask, houses: dict[str, House], run: CliRunner
) -> None:
    told = export(run, houses[OURS].ids["referral_id"][0])
    kept = told["kept"]
    assert isinstance(kept, dict)
    for name in ("person", "consent", "referral", "introduction", "leader_link", "move", "outbox_message"):
        columns = Base.metadata.tables[name].columns
        wanted = {column.name for column in columns if column.info["class"] is not Class.SECRET}
        assert kept[name], name
        assert all(set(row) == wanted for row in kept[name]), name
    words = json.dumps(told)
    mine = {f"{name}{column}" for name in ("person", "introduction", "consent") for column in _texts(name)}
    assert {word for word in mine if f"zqaxours{word.replace('_', '')}" not in words} == set(), "100 % of fields"
    assert "zqaxtheirs" not in words
    assert "zqaxoursincident" not in words, "for a safeguarding lead alone"
    assert {row["role"] for row in told["who_looked"]} >= {"referrer"}  # type: ignore[attr-defined]


def _texts(name: str) -> list[str]:
    [model] = [model for model in canaries.PERSONAL if model.__tablename__ == name]
    return list(canaries.columns(model))


def test_every_table_that_tells_of_people_is_in_an_export(app: Flask, houses: dict[str, House], run: CliRunner) -> None:
    """A table made tomorrow is in one of the two, or says of nobody who was referred and of no account."""
    person, account = (
        export(run, houses[OURS].ids["referral_id"][0]),
        export(run, houses[OURS].users[Role.EDITOR.value]),
    )
    told = {*person["kept"], *account["kept"], "audit_entry"}  # type: ignore[misc]
    kinds = {table.name: table.info["kept"].kind for table in Base.metadata.sorted_tables}
    of_people = {
        name for name, kind in kinds.items() if kind in ("referrals", "moves", "accounts", "sessions", "invitations")
    }
    assert of_people - {"authenticator", *KEPT_BACK} <= told
    # Not of anybody we could tell apart: forms without an account, and what is counted or hashed.
    assert {kinds[name] for name in kinds if name not in {*told, *KEPT_BACK}} == {
        "", "programs", "links", "tokens", "audit", "erasures", "runs", "tries", "no_messages", "counts",
        "ring_requests", "reports", "listing_links", "prefills",
    }  # fmt: skip


def test_an_account_is_told_all_of_itself_and_no_secret(app: Flask, houses: dict[str, House], run: CliRunner) -> None:
    words = json.dumps(export(run, houses[OURS].users[Role.EDITOR.value]))
    assert all(f"{WORD}{end}" in words for end in ("key", "sub", "device", "net", "invited"))
    assert f"{WORD}code" not in words
    assert "secret" not in words


def test_giving_is_recorded_with_its_purpose(app: Flask, houses: dict[str, House], run: CliRunner) -> None:
    export(run, houses[OURS].ids["referral_id"][0])
    with app.app_context():
        row = db.session().scalars(select(AuditEntry).where(AuditEntry.action == "export")).one()
    assert (row.subject, row.purpose, row.outcome) == ("person", "subject_request", "done")


# ---- what is erased --------------------------------------------------------------------------------------------------


def test_a_person_is_gone_from_every_table_and_from_nobody_else(
    app: Flask, houses: dict[str, House], run: CliRunner
) -> None:
    person_id = person_of(app, houses[OURS].ids["referral_id"][0])
    ids = _ids(export(run, person_id))
    before = export(run, houses[OURS].ids["referral_id"][1])
    entries = _audit(app)
    assert _holding(app, ids) >= {"audit_entry", "move", "outbox_message", "person"}
    done = run.invoke(cli.main, ["person", "erase", str(person_id), "--yes"])
    assert done.exit_code == 0, done.output
    assert run.invoke(cli.main, ["person", "export", str(person_id)]).exit_code == 1
    assert run.invoke(cli.main, ["person", "erase", str(person_id), "--yes"]).exit_code == 1
    after = export(run, houses[OURS].ids["referral_id"][1])
    assert after["kept"] == before["kept"], "nobody else lost anything"
    with app.app_context():
        session = db.session()
        assert session.scalars(select(Erasure.subject_id)).all() == [person_id]
        assert session.scalar(select(func.count()).select_from(Move)), "steps are counted still"
        assert not session.scalars(select(Person).where(Person.id == person_id)).all()
    assert _audit(app)[: len(entries)] == entries, "the record of before is as it was"
    assert _holding(app, ids) == STAY, "no other row names them, and no message"


STAY = {"audit_entry", "erasure", "move"}  # of whom nothing else is kept then


def _ids(told: dict[str, object]) -> set[str]:
    """Return the numbers of every row that tells of somebody, and of nobody else."""
    kept = told["kept"]
    assert isinstance(kept, dict)
    return {row["id"] for name, rows in kept.items() for row in rows if name != "move"}


def _holding(app: Flask, ids: set[str]) -> set[str]:
    """Return the tables in which one of these numbers stands, wherever in a row."""
    with app.app_context():
        return {
            table.name
            for table in Base.metadata.sorted_tables
            for row in db.session().execute(select(table))
            if any(one in " ".join(map(str, row)) for one in ids)
        }


def _audit(app: Flask) -> list[tuple[object, ...]]:
    with app.app_context():
        table = Base.metadata.tables["audit_entry"]
        return [tuple(row) for row in db.session().execute(select(table).order_by("sequence"))]


@ON_FILE
def test_no_byte_of_a_person_is_left_in_any_file(
    app: Flask, houses: dict[str, House], run: CliRunner, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    post(app, settings)
    referral = houses[OURS].ids["referral_id"][0]
    person_id = person_of(app, referral)
    with app.app_context():
        bytes_of = sealed_of(person_id)
        others = sealed_of(person_of(app, houses[OURS].ids["referral_id"][1]))
    close(app)
    assert len(bytes_of) >= 25, "of every table that tells of them"
    assert sum(hits(settings, bytes_of).values()) >= len(bytes_of), "the search finds what is there"
    began = time.monotonic()
    assert run.invoke(cli.main, ["person", "erase", str(referral), "--yes"]).exit_code == 0
    took = time.monotonic() - began
    looked = list(files(settings))
    assert hits(settings, [*bytes_of, referral.bytes, person_id.bytes]) == {}
    assert sum(hits(settings, others).values()) >= len(others), "of others everything"
    assert {path.name for path in looked} >= {"limits.sqlite", "counts.sqlite", "outbox.log", NAME}
    with capsys.disabled():
        print(f"\nerased in {took:.2f} s; {len(looked)} files, {len(bytes_of)} sealed values: 0 bytes left")
    assert took < 300


@ON_FILE
def test_no_byte_of_an_account_is_left_in_any_file(
    app: Flask, houses: dict[str, House], run: CliRunner, settings: Settings
) -> None:
    post(app, settings)
    user_id = houses[OURS].users[Role.EDITOR.value]
    with app.app_context():
        name = db.session().get_one(User, user_id).name
    close(app)
    words = [name.encode(), ADDRESS.encode(), WORD.encode()]
    assert set(hits(settings, words)) >= {"outbox.log"}
    done = run.invoke(cli.main, ["person", "erase", str(user_id), "--yes"])
    assert done.exit_code == 0, done.output
    assert hits(settings, words) == {}
    assert hits(settings, [b"oursreferrer@example.org"]) == {"outbox.log": 1}, "others' messages stay"


def test_the_record_stays_whole_whoever_is_erased(app: Flask, houses: dict[str, House], run: CliRunner) -> None:
    with app.app_context():
        before = audit_check.verify(db.session())
    for some_id in (houses[OURS].ids["referral_id"][0], houses[OURS].users[Role.EDITOR.value]):
        assert run.invoke(cli.main, ["person", "erase", str(some_id), "--yes"]).exit_code == 0
    with app.app_context():
        after = audit_check.verify(db.session())
    assert after.rows == before.rows + 2, "each erasure is one row more"
    assert after.findings == before.findings, "and no other row is any different"


def test_nothing_of_an_account_is_left_in_any_table(app: Flask, houses: dict[str, House], run: CliRunner) -> None:
    user_id = houses[OURS].users[Role.REFERRER.value]
    assert run.invoke(cli.main, ["person", "erase", str(user_id), "--yes"]).exit_code == 0
    with app.app_context():
        named = {
            f"{table.name}.{column.name}"
            for table in Base.metadata.sorted_tables
            for column in table.columns
            for value in db.session().scalars(select(column))
            if value == user_id
        }
        assert named == {"audit_entry.user_id", "audit_entry.subject_id", "erasure.subject_id"}
        assert db.session().get(Referral, houses[OURS].ids["referral_id"][0]) is not None, (
            "whom they helped is helped on"
        )


# ---- and again, after a backup is put back ---------------------------------------------------------------------------


@ON_FILE
def test_a_restored_copy_erases_again_and_only_once(
    app: Flask, houses: dict[str, House], run: CliRunner, settings: Settings, tmp_path: Path
) -> None:
    person_id, user_id = person_of(app, houses[OURS].ids["referral_id"][0]), houses[THEIRS].users[Role.EDITOR.value]
    base = str(make_url(settings.database_url).database)
    close(app)
    _copy(base, str(tmp_path / "backup"))
    for some_id in (person_id, user_id):
        assert run.invoke(cli.main, ["person", "erase", str(some_id), "--yes"]).exit_code == 0
    for end in ("-wal", "-shm"):
        Path(f"{base}{end}").unlink(missing_ok=True)
    _copy(str(tmp_path / "backup"), base)
    assert run.invoke(cli.main, ["person", "export", str(person_id)]).exit_code == 0, "it is back"
    assert run.invoke(cli.main, ["erasures", "replay"]).output == "2 erased again.\n"
    assert run.invoke(cli.main, ["person", "export", str(person_id)]).exit_code == 1
    assert run.invoke(cli.main, ["erasures", "replay"]).output == "0 erased again.\n"
    with app.app_context():
        assert set(db.session().scalars(select(Erasure.subject_id))) == {person_id, user_id}


def _copy(source: str, target: str) -> None:
    one, other = sqlite3.connect(source), sqlite3.connect(target)
    one.backup(other)
    one.close()
    other.close()


@pytest.mark.asvs("V14.2.7")
def test_the_timer_does_the_same_by_itself(
    app: Flask, houses: dict[str, House], run: CliRunner, settings: Settings
) -> None:
    person_id = person_of(app, houses[OURS].ids["referral_id"][0])
    listed = settings.data_folder / NAME
    assert run.invoke(cli.main, ["person", "erase", str(person_id), "--yes"]).exit_code == 0
    kept = listed.read_text()
    other = person_of(app, houses[OURS].ids["referral_id"][1])
    listed.write_text(kept.replace(str(person_id), str(other)))
    assert run.invoke(cli.main, ["jobs", "run", "tidy"]).exit_code == 0, "a line that is not ours erases nobody"
    assert person_of(app, houses[OURS].ids["referral_id"][1]) == other
    assert str(other) in listed.read_text(), "and stays to be looked at"
    assert str(person_id) in listed.read_text(), "what was lost from the list is there again"
    assert run.invoke(cli.main, ["erasures", "publish"]).output == "1 erasures are in the list.\n"
    assert str(other) not in listed.read_text()
    assert listed.stat().st_mode & 0o777 == 0o600
    assert "zqax" not in kept


@ON_FILE
def test_whoever_is_in_the_way_is_waited_for_until_the_next_round(
    app: Flask, houses: dict[str, House], run: CliRunner, settings: Settings
) -> None:
    person_id = person_of(app, houses[OURS].ids["referral_id"][0])
    with app.app_context():
        words = sealed_of(person_id)
    close(app)
    reader = sqlite3.connect(str(make_url(settings.database_url).database), isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM person").fetchone()
    done = run.invoke(cli.main, ["person", "erase", str(person_id), "--yes"])
    assert (done.exit_code, "within the hour" in done.output) == (0, True)
    reader.close()
    assert run.invoke(cli.main, ["jobs", "run", "tidy"]).exit_code == 0
    assert hits(settings, words) == {}
