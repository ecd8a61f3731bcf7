"""A sealed file opens whole, under its own secret, or not at all; and says which it was."""

import io
import os
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.db import keyring
from service.db.copying import envelope, lines
from service.db.copying.envelope import HEAD, MAGIC, PIECE, TAG
from service.db.keyring import KeyRing
from service.errors import Invalid
from tests.stores import SECRET

RING = KeyRing(SECRET)


def sealed(data: bytes, ring: KeyRing = RING) -> bytes:
    target = io.BytesIO()
    writer = envelope.Writer(target, ring)
    for start in range(0, len(data), 50_000):
        writer.write(data[start : start + 50_000])
    writer.close()
    return target.getvalue()


def opened(file: bytes, ring: KeyRing = RING) -> bytes:
    return b"".join(envelope.read(io.BytesIO(file), ring))


def refused(file: bytes, ring: KeyRing = RING) -> str:
    with pytest.raises(Invalid) as error:
        opened(file, ring)
    return error.value.code


LONG = random.Random(1).randbytes(3 * PIECE + 5)  # noqa: S311  # the same bytes each time
FILE = sealed(LONG)


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 5])
def test_what_was_sealed_opens(size: int) -> None:
    assert opened(sealed(LONG[:size])) == LONG[:size]


@settings(deadline=None)  # not timed
@given(st.integers(0, 8 * len(FILE) - 1))
def test_one_changed_bit_is_enough(bit: int) -> None:
    changed = bytearray(FILE)
    changed[bit // 8] ^= 1 << bit % 8
    assert refused(bytes(changed)) in (
        ("backup_not_ours",) if bit // 8 < len(MAGIC)
        else ("sealing_key_unknown", "backup_other_secret") if bit // 8 < HEAD
        else ("backup_damaged",)
    )  # fmt: skip


@pytest.mark.parametrize("left", [HEAD, HEAD + 1, HEAD + PIECE + TAG, HEAD + 3 * (PIECE + TAG), len(FILE) - 1])
def test_an_end_that_is_missing_is_noticed(left: int) -> None:
    assert refused(FILE[:left]) == "backup_damaged"
    assert refused(FILE + b"more") == "backup_damaged"


def test_pieces_of_two_files_or_in_another_order_do_not_open() -> None:
    one, two = HEAD, HEAD + PIECE + TAG
    swapped = FILE[:HEAD] + FILE[two : two + PIECE + TAG] + FILE[one:two] + FILE[two + PIECE + TAG :]
    assert refused(swapped) == "backup_damaged"
    other = sealed(LONG)
    assert refused(FILE[:two] + other[two:]) == "backup_damaged"
    assert refused(FILE[:two] + FILE[two + PIECE + TAG :]) == "backup_damaged"


def test_another_secret_is_told_apart_from_damage() -> None:
    assert refused(FILE, KeyRing(SECRET[::-1])) == "backup_other_secret"
    assert refused(b"SQLite format 3\0" + FILE) == "backup_not_ours"
    assert refused(b"") == "backup_not_ours"


def test_a_later_key_seals_and_a_key_that_was_removed_closes_the_file_for_good(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keyring.add(keys)
    under_two = sealed(b"words", KeyRing(SECRET, keys))
    keyring.add(keys)
    assert opened(under_two, KeyRing(SECRET, keys)) == b"words"
    keyring.remove(keys, 2)
    assert refused(under_two, KeyRing(SECRET, keys)) == "sealing_key_unknown"


def test_records_come_back_as_they_went_also_large_ones() -> None:
    records: list[list[Any]] = [
        ["rows", [[None, 1, 1.5, "ü\n\0 {", b"\0\xff", 2**62]]],
        ["rows", [[os.urandom(3_000_000), "x" * 900_000]]],
    ]
    target = io.BytesIO()
    book = lines.Book(target, RING)
    for kind, told in records:
        book.put(kind, told)
    book.close()
    assert b"rows" not in target.getvalue()
    target.seek(0)
    assert list(lines.read(target, RING)) == records
