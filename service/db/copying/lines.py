"""Records as compressed lines of JSON inside a sealed file: written one by one, read one by one."""

import base64
import json
import zlib
from collections.abc import Generator
from typing import Any, BinaryIO

from service.db.copying import envelope
from service.db.keyring import KeyRing
from service.errors import Invalid

LEVEL = 1  # of compression: sealed text does not shrink, and the rest does at once
TAKEN = 262_144  # bytes given out by the decompressor at once
BYTES = "b"  # the only object in a row is {"b": base64}: JSON columns travel as the text they are


class Book:
    """Writes records into a sealed file."""

    def __init__(self, target: BinaryIO, ring: KeyRing) -> None:
        self._sealed = envelope.Writer(target, ring)
        self._packed = zlib.compressobj(LEVEL)

    def put(self, *record: Any) -> None:
        """Write one record."""
        self._sealed.write(self._packed.compress(json.dumps(record, default=_bytes).encode() + b"\n"))

    def close(self) -> None:
        """Write the end."""
        self._sealed.write(self._packed.flush())
        self._sealed.close()


def read(source: BinaryIO, ring: KeyRing) -> Generator[list[Any], None, None]:
    """Return the records of a file, in order; raises Invalid as `envelope.read` does."""
    unpacked, rest = zlib.decompressobj(), b""
    for piece in envelope.read(source, ring):
        while piece:
            *lines, rest = (rest + unpacked.decompress(piece, TAKEN)).split(b"\n")
            yield from map(_record, lines)
            piece = unpacked.unconsumed_tail
    *lines, rest = (rest + unpacked.flush()).split(b"\n")
    yield from map(_record, lines)
    if rest or not unpacked.eof:
        raise Invalid("backup_damaged")


def _record(line: bytes) -> list[Any]:
    found: list[Any] = json.loads(line, object_hook=_unwrapped)
    return found


def _bytes(value: object) -> dict[str, str]:
    if not isinstance(value, bytes | memoryview | bytearray):
        raise TypeError
    return {BYTES: base64.b64encode(value).decode()}


def _unwrapped(found: dict[str, Any]) -> Any:
    return base64.b64decode(found[BYTES]) if found.keys() == {BYTES} else found
