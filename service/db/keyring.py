"""The keys that seal: the first is derived from the installation's secret, later ones stand in a file of their own.

One line of the file is one key: its number (2 to 255) and 32 random bytes in base64. The highest number writes, all of
them read. Whoever holds the secret and this file can open what is sealed; the file belongs beside no backup.
"""

import base64
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from service.errors import Invalid

FIRST = 1  # the key that is derived from KITH_SECRET
LAST = 255  # sealed bytes keep the number in one byte
KEY_BYTES = 32  # 256 bits
VARIABLE = "KITH_KEYS_FILE"


class KeyRing:
    """All keys of one installation, by number.

    A file that was changed is read again when a number is met that is not known yet: a worker need not be started anew
    to open what was sealed under a new key.

    Parameters
    ----------
    secret : str
        The installation's secret, at least 32 characters.
    file : Path, optional
        Where further keys stand.

    Raises
    ------
    Invalid
        `settings`: the file cannot be read, may be read by others, or is not a list of keys.
    """

    def __init__(self, secret: str, file: Path | None = None) -> None:
        self._secret = secret.encode()
        self._file = file
        self._seen = -1
        self._keys: dict[int, bytes] = {}
        self._read()

    @property
    def newest(self) -> int:
        """The number of the key that writes."""
        return max(self._keys)

    @property
    def ids(self) -> tuple[int, ...]:
        """The numbers of all keys, oldest first."""
        return tuple(sorted(self._keys))

    def key(self, number: int, purpose: str) -> bytes:
        """Derive 256 bits for one purpose (HKDF-SHA-256, RFC 5869).

        Raises
        ------
        Invalid
            `sealing_key_unknown`: there is no key of this number, or no longer.
        """
        if number not in self._keys:
            self._read()
        material = self._keys.get(number)
        if material is None:
            raise Invalid("sealing_key_unknown", key=number)
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=f"kith:{purpose}".encode()).derive(material)

    def _read(self) -> None:
        further: dict[int, bytes] = {}
        if self._file is not None:
            changed = self._file.stat().st_mtime_ns if self._file.exists() else 0
            if changed == self._seen:
                return
            further, self._seen = read(self._file), changed
        self._keys = {FIRST: self._secret, **further}


def read(file: Path) -> dict[int, bytes]:
    """Return the keys that stand in a file.

    Raises
    ------
    Invalid
        `settings`.
    """
    try:
        open_to_others = file.stat().st_mode & 0o077
        lines = file.read_text("ascii").splitlines()
    except (OSError, ValueError) as error:
        why = "must name a file that Kith may read: `kith keys new` makes it"
        raise Invalid("settings", variable=VARIABLE, why=why) from error
    if open_to_others:
        raise Invalid("settings", variable=VARIABLE, why="must name a file that its owner alone may read: chmod 600")
    found: dict[int, bytes] = {}
    for count, line in enumerate(lines, start=1):
        number, key = _one(line)
        if not FIRST < number <= LAST or number in found or len(key) != KEY_BYTES:
            why = f"must hold a number from 2 to {LAST} and a key in each line, and line {count} does not"
            raise Invalid("settings", variable=VARIABLE, why=why)
        found[number] = key
    return found


def _one(line: str) -> tuple[int, bytes]:
    number, _, key = line.partition(" ")
    try:
        return int(number), base64.b64decode(key, validate=True)
    except ValueError:
        return 0, b""


def add(file: Path) -> int:
    """Put a new key into the file, which is made when it is missing; returns the key's number.

    Raises
    ------
    Invalid
        `settings`; `keys_full`: there were 254 already.
    """
    keys = read(file) if file.exists() else {}
    number = max(keys, default=FIRST) + 1
    if number > LAST:
        raise Invalid("keys_full")
    _write(file, {**keys, number: secrets.token_bytes(KEY_BYTES)})
    return number


def remove(file: Path, number: int) -> None:
    """Take a key out of the file. What is sealed under it can be opened by nobody then.

    Raises
    ------
    Invalid
        `settings`; `sealing_key_unknown`; `sealing_key_newest`: this key writes.
    """
    keys = read(file)
    if number not in keys:
        raise Invalid("sealing_key_unknown", key=number)
    if number == max(keys):
        raise Invalid("sealing_key_newest", key=number)
    _write(file, {one: key for one, key in keys.items() if one != number})


def _write(file: Path, keys: dict[int, bytes]) -> None:
    """Write beside and put in place at once: whoever reads meanwhile finds the old file or the new one, whole."""
    beside = file.with_name(f"{file.name}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as target:
        target.writelines(f"{number} {base64.b64encode(key).decode()}\n" for number, key in sorted(keys.items()))
        target.flush()
        os.fsync(target.fileno())
    beside.replace(file)
