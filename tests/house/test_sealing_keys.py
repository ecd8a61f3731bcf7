"""Keys of sealing: a new one writes, old ones read, everything is sealed anew and the old one goes; nothing is lost."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import LargeBinary, select
from sqlalchemy.orm import Session

from service.clock import now
from service.config import Settings
from service.db import Base, committing, db, keyring, rotating
from service.db.classes import Sealed, sealed_columns
from service.db.keyring import KeyRing
from service.db.sealing import NONCE_BYTES, Sealer
from service.errors import Invalid
from service.notifications.models import OutboxMessage
from service.referrals.models import RingRequest
from tests import stores
from tests.house import canaries

MANY = 1500  # rows: enough to be killed among them
SECRET = "only-for-tests-0123456789-0123456789"
PLACE = f"person:{uuid4()}:needs"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def house(app: Flask) -> Iterator[Flask]:
    """Two organisations with a word in every sealed column."""
    canaries.settle(app)
    stores.import_all_models()
    with app.app_context():
        yield app


def opened(session: Session, ring: KeyRing) -> dict[tuple[str, object], bytes]:
    """Open every sealed value there is."""
    found: dict[tuple[str, object], bytes] = {}
    for sealed in sealed_columns(Base.metadata):
        key = next(iter(sealed.column.table.primary_key))
        for row_id, value in session.execute(select(key, sealed.column).where(sealed.column.is_not(None))):
            name = f"{sealed.column.table}.{sealed.column.name}"
            found[name, row_id] = Sealer(ring, sealed.purpose).open(sealed.place(row_id), value)
    session.rollback()
    return found


def under(number: int) -> int:
    """Count the values that a key seals."""
    return sum(rotating.count(db.session(), Base.metadata).get(number, {}).values())


# ---- the ring --------------------------------------------------------------------------------------------------------


@pytest.mark.asvs("V11.3.2", "V11.3.3")
@given(data=st.binary(max_size=300), at=st.integers(min_value=0), bit=st.integers(0, 7))
def test_a_flipped_bit_does_not_open(data: bytes, at: int, bit: int) -> None:
    sealer = Sealer(SECRET, "referrals")
    sealed = bytearray(sealer.seal(PLACE, data))
    assert sealer.open(PLACE, bytes(sealed)) == data
    sealed[at % len(sealed)] ^= 1 << bit
    with pytest.raises(Invalid):
        sealer.open(PLACE, bytes(sealed))


@pytest.mark.asvs("V11.3.3")
def test_another_row_another_column_and_another_purpose_do_not_open() -> None:
    sealed = Sealer(SECRET, "referrals").seal(PLACE, b"near the door")
    for place, purpose in (
        (f"person:{uuid4()}:needs", "referrals"),
        (PLACE.replace("needs", "contact"), "referrals"),
        (PLACE, "outbox"),
    ):
        with pytest.raises(Invalid, match="unsealable"):
            Sealer(SECRET, purpose).open(place, sealed)


def test_what_was_sealed_before_there_was_a_ring_still_opens() -> None:
    """Sealed by the code of the first release, under the same secret."""
    kept = bytes.fromhex("0101000000000000000000000000") + bytes.fromhex(OLD)
    assert Sealer(SECRET, "referrals").open("person:1:needs", kept) == b"near the door"


OLD = "38a7e24c39410478634d80aa42f976d10ac986f8cf311817fe1a02d56c"


@pytest.mark.asvs("V11.2.3", "V11.6.1", "V11.3.2")
def test_sizes_are_those_that_are_promised(file: Path) -> None:
    number = keyring.add(file)
    assert len(keyring.read(file)[number]) * 8 == 256
    assert len(KeyRing(SECRET, file).key(number, "referrals")) * 8 == 256
    assert NONCE_BYTES * 8 == 96
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_newest_key_writes_and_all_of_them_read(file: Path) -> None:
    old = Sealer(SECRET, "referrals").seal(PLACE, b"old")
    numbers = [keyring.add(file) for _ in range(3)]
    sealer = Sealer(KeyRing(SECRET, file), "referrals")
    new = sealer.seal(PLACE, b"new")
    assert (old[1], new[1], numbers) == (1, 4, [2, 3, 4])
    assert (sealer.open(PLACE, old), sealer.open(PLACE, new)) == (b"old", b"new")
    keyring.remove(file, 2)
    assert Sealer(KeyRing(SECRET, file), "referrals").open(PLACE, new) == b"new"


def test_a_worker_meets_a_new_key_without_being_started_anew(file: Path) -> None:
    keyring.add(file)
    worker = Sealer(KeyRing(SECRET, file), "referrals")
    keyring.add(file)
    met = Sealer(KeyRing(SECRET, file), "referrals").seal(PLACE, b"new")
    assert worker.open(PLACE, met) == b"new"
    assert worker.seal(PLACE, b"later")[1] == 3


def test_a_key_that_is_not_there_is_said_to_be_missing(file: Path) -> None:
    keyring.add(file)
    sealed = Sealer(KeyRing(SECRET, file), "referrals").seal(PLACE, b"x")
    with pytest.raises(Invalid, match="sealing_key_unknown") as refused:
        Sealer(SECRET, "referrals").open(PLACE, sealed)
    assert refused.value.params == {"key": 2}


@pytest.mark.parametrize("inside", ["x", "2", "2 AAAA", "1 {key}", "256 {key}", "2 {key}\n2 {key}", "two {key}", "\n"])
def test_a_file_that_is_no_list_of_keys_is_refused(file: Path, inside: str) -> None:
    file.write_text(inside.format(key="QUFB" * 10 + "QUE="))
    file.chmod(0o600)
    with pytest.raises(Invalid, match="settings") as refused:
        KeyRing(SECRET, file)
    assert "QUFB" not in str(refused.value.params)


@pytest.mark.asvs("V13.3.1")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602])
def test_a_file_that_others_may_read_is_refused(file: Path, mode: int) -> None:
    keyring.add(file)
    file.chmod(mode)
    with pytest.raises(Invalid, match="settings"):
        KeyRing(SECRET, file)


# ---- sealing anew ----------------------------------------------------------------------------------------------------


def test_every_column_of_every_table_that_is_sealed_has_rows_here(house: Flask) -> None:
    """Else the tests below would say nothing of it."""
    filled = {name for name, _ in opened(db.session(), KeyRing(SECRET))}
    tables = {table.name for table in Base.metadata.sorted_tables if table.info["kept"].sealed}
    assert {name.split(".")[0] for name in filled} >= tables - {"authenticator", "organisation_login"}


@pytest.mark.asvs("V11.2.2")
def test_everything_is_sealed_anew_and_the_old_key_may_go(house: Flask, file: Path) -> None:
    before = opened(db.session(), KeyRing(SECRET))
    keyring.add(file)
    first = KeyRing(SECRET, file)
    done = list(rotating.rotate(committing, first, Base.metadata))
    assert sum(one.done for one in done) == len(before) == under(2)
    assert under(1) == 0
    assert opened(db.session(), KeyRing("another secret than the first one was", file)) == before
    keyring.add(file)
    list(rotating.rotate(committing, KeyRing(SECRET, file), Base.metadata))
    keyring.remove(file, 2)
    assert opened(db.session(), KeyRing(SECRET, file)) == before


class CutOffError(Exception):
    """The machine went down."""


@pytest.mark.parametrize("units", range(1, 9))
def test_stopped_anywhere_it_goes_on_where_it_was(house: Flask, file: Path, units: int) -> None:
    before = opened(db.session(), KeyRing(SECRET))
    keyring.add(file)
    ring, left = KeyRing(SECRET, file), units

    @contextmanager
    def until_it_stops() -> Iterator[Session]:
        nonlocal left
        left -= 1
        with committing() as session:
            yield session
            if left == 0:
                raise CutOffError

    with pytest.raises(CutOffError):
        list(rotating.rotate(until_it_stops, ring, Base.metadata, batch=2))
    assert opened(db.session(), ring) == before, "half way, both keys are needed and both are there"
    there = under(2)
    again = sum(one.done for one in rotating.rotate(committing, ring, Base.metadata, batch=2))
    assert there + again == len(before)
    assert opened(db.session(), ring) == before
    assert sum(one.done for one in rotating.rotate(committing, ring, Base.metadata)) == 0


def test_no_row_gets_a_new_version_and_what_is_written_meanwhile_stays(house: Flask, file: Path) -> None:
    versions = select(Base.metadata.tables["person"].c.id, Base.metadata.tables["person"].c.version).order_by("id")
    before = db.session().execute(versions).all()
    keyring.add(file)
    list(rotating.rotate(committing, KeyRing(SECRET, file), Base.metadata))
    assert db.session().execute(versions).all() == before


def test_a_value_that_does_not_open_is_counted_and_left(house: Flask, file: Path) -> None:
    with committing() as session:
        row = session.scalars(select(OutboxMessage)).first()
        assert row is not None
        row.to_sealed = (row.to_sealed or b"")[:-1] + b"?"
        damaged = row.to_sealed
        row_id = row.id
    keyring.add(file)
    done = list(rotating.rotate(committing, KeyRing(SECRET, file), Base.metadata))
    assert [one.column for one in done if one.unopened] == ["outbox_message.to_sealed"]
    assert db.session().get_one(OutboxMessage, row_id).to_sealed == damaged


def test_no_sealed_column_is_left_out(house: Flask) -> None:
    """Whatever is kept in bytes is listed as sealed, as a hash, as a picture, or as a list of groups that was sent."""
    listed = {(one.column.table.name, one.column.name) for one in sealed_columns(Base.metadata)}
    plain = {("group_picture", "data"), ("passkey", "credential_id"), ("passkey", "public_key"), ("audit_head", "link")}
    plain |= {("sent_list", "data"), ("site", "logo")}
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            hashed = column.name.endswith(("_hash", "_hmac")) or column.name == "link"
            if isinstance(column.type, LargeBinary) and not hashed:
                assert (table.name, column.name) in listed | plain


def test_sealed_columns_name_their_place(house: Flask) -> None:
    [one] = [found for found in sealed_columns(Base.metadata) if found.column.name == "to_sealed"]
    assert isinstance(one, Sealed)
    assert one.place(7) == "outbox_message:7:to"


# ---- the commands ----------------------------------------------------------------------------------------------------


@pytest.mark.asvs("V11.6.1")
def test_the_commands_make_a_key_seal_anew_count_and_remove(
    house: Flask, run: object, settings: Settings, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from service import cli

    assert isinstance(run, CliRunner)
    values = len(opened(db.session(), KeyRing(SECRET)))
    db.session.remove()
    monkeypatch.setenv("KITH_KEYS_FILE", str(file))
    missing = run.invoke(cli.main, ["keys", "status"])
    assert missing.exit_code == 1
    assert "KITH_KEYS_FILE" in missing.output
    for _ in range(2):
        assert run.invoke(cli.main, ["keys", "new"]).exit_code == 0
    assert f"{values} values are sealed anew under key 3." in run.invoke(cli.main, ["keys", "rotate"]).output
    told = run.invoke(cli.main, ["keys", "status"]).output
    assert f"key 3 (writes): {values} values" in told
    assert "key 1 (reads): 0 values" in told
    assert run.invoke(cli.main, ["keys", "remove", "2"]).exit_code == 0
    refused = run.invoke(cli.main, ["keys", "remove", "3"])
    assert (refused.exit_code, "Traceback" in refused.output) == (1, False)


@pytest.mark.asvs("V11.2.2")
@pytest.mark.skipif(stores.KIND != "sqlite", reason="once is enough: no statement differs")
def test_killed_in_the_middle_and_started_again_nothing_is_lost(house: Flask, settings: Settings, file: Path) -> None:
    sealer = Sealer(SECRET, "referrals")
    with committing() as session:
        for _ in range(MANY):
            made = uuid4()
            name = sealer.seal(f"ring_request:{made}:name", made.bytes)
            session.add(
                RingRequest(id=made, suits="any", language="en", may_leave_message=True, asked_at=now(), name=name)
            )
    before = opened(db.session(), KeyRing(SECRET))
    keyring.add(file)
    set_up = {
        "KITH_MODE": "demo",
        "KITH_DATA": str(settings.data_folder),
        "KITH_SECRET": SECRET,
        "KITH_DATABASE_URL": settings.database_url,
        "KITH_KEYS_FILE": str(file),
    }
    command = [sys.executable, "-m", "service.cli", "keys", "rotate"]
    killed = subprocess.Popen(command, env={**os.environ, **set_up}, stdout=subprocess.DEVNULL)
    while killed.poll() is None and not 0 < under(2) < len(before):
        db.session.rollback()
        time.sleep(0.01)
    killed.kill()
    killed.wait(timeout=30)
    there = under(2)
    db.session.rollback()
    assert 0 < there < len(before), "it was killed in the middle"
    assert opened(db.session(), KeyRing(SECRET, file)) == before
    subprocess.run(command, env={**os.environ, **set_up}, check=True, stdout=subprocess.DEVNULL, timeout=120)
    assert (under(1), under(2)) == (0, len(before))
    db.session.rollback()
    assert opened(db.session(), KeyRing("another secret than the first one was", file)) == before
