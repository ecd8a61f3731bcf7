"""A sealed file, written and read as a stream in little memory. Whoever holds the file alone reads nothing.

Layout: MAGIC | number of the key (1) | salt (32) | proof of the key (16) | pieces. Each file has a key of its own, made
from the ring's newest key and the salt (HKDF-SHA-256, RFC 5869). A piece is AES-256-GCM of at most PIECE bytes; its
nonce is its number and whether it is the last, so that a piece that was changed, moved, left out or cut off does not
open (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, CRYPTO 2015). The head is authenticated with
every piece.
"""

import hmac
import os
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from service.db.keyring import KEY_BYTES, KeyRing
from service.errors import Invalid

MAGIC = b"KITH BACKUP 1\n"
PURPOSE = "backup"
SALT_BYTES = 32
PROOF_BYTES = 16
HEAD = len(MAGIC) + 1 + SALT_BYTES + PROOF_BYTES
PIECE = 262_144  # bytes
TAG = 16  # bytes that GCM adds to a piece


class Writer:
    """Seals what is written to it. `close` ends the file: without its last piece it does not open."""

    def __init__(self, target: BinaryIO, ring: KeyRing) -> None:
        number, salt = ring.newest, os.urandom(SALT_BYTES)
        key, proof = _derived(ring, number, salt)
        self._target, self._cipher, self._number = target, AESGCM(key), 0
        self._head = MAGIC + bytes((number,)) + salt + proof
        self._waiting = bytearray()
        target.write(self._head)

    def write(self, data: bytes) -> None:
        """Take bytes; a full piece goes out once it is known not to be the last."""
        self._waiting += data
        while len(self._waiting) > PIECE:
            self._put(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]

    def close(self) -> None:
        """Write the last piece."""
        self._put(bytes(self._waiting), last=True)

    def _put(self, piece: bytes, *, last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._number, last=last), piece, self._head))
        self._number += 1


def read(source: BinaryIO, ring: KeyRing) -> Iterator[bytes]:
    """Open the pieces of a file, one after the other.

    Raises
    ------
    Invalid
        `backup_not_ours`: no such file. `sealing_key_unknown`, `backup_other_secret`: sealed under another key.
        `backup_damaged`: a piece was changed, or the end is missing.
    """
    head = source.read(HEAD)
    if not head.startswith(MAGIC):
        raise Invalid("backup_not_ours")
    if len(head) < HEAD:
        raise Invalid("backup_damaged")
    number, salt, proof = head[len(MAGIC)], head[len(MAGIC) + 1 : -PROOF_BYTES], head[-PROOF_BYTES:]
    key, expected = _derived(ring, number, salt)
    if not hmac.compare_digest(proof, expected):
        raise Invalid("backup_other_secret")
    return _pieces(source, AESGCM(key), head)


def _pieces(source: BinaryIO, cipher: AESGCM, head: bytes) -> Iterator[bytes]:
    number, piece = 0, source.read(PIECE + TAG)
    while True:
        following = source.read(PIECE + TAG)
        try:
            yield cipher.decrypt(_nonce(number, last=not following), piece, head)
        except InvalidTag as error:
            raise Invalid("backup_damaged") from error
        if not following:
            return
        number, piece = number + 1, following


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes((last,))


def _derived(ring: KeyRing, number: int, salt: bytes) -> tuple[bytes, bytes]:
    """Return the key of one file, and what proves that the ring holds it."""
    both = HKDF(algorithm=SHA256(), length=KEY_BYTES + PROOF_BYTES, salt=salt, info=b"kith:backup:file")
    made = both.derive(ring.key(number, PURPOSE))
    return made[:KEY_BYTES], made[KEY_BYTES:]
