"""A file's bytes with their sum, copied or mapped into memory, and watched for as long as they are used.

A copy is this process's own: whatever happens to the file, what was checked is what is used. Of a file too large to
copy, the pages are shared with every other process and with whoever writes into the file in place; so a mapped file is
asked before and after use whether it is still what was checked. A file that is shortened in place at the very moment of
a read ends the process (SIGBUS, which no Python code can catch): see `docs/trust.md`, rule 24.
"""

import hashlib
import mmap
import os
import shutil
import stat
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

COPIED = 64 << 20  # bytes up to which a file is copied: an index of about 75,000 groups
_CHUNK = 1 << 20
U8 = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Stamp:
    """What changes when a file is written to, shortened or replaced; times in nanoseconds."""

    inode: int
    size: int
    modified: int
    changed: int


@dataclass(frozen=True, slots=True, eq=False)
class Intact:
    """A file as it was when it was taken.

    Attributes
    ----------
    data : ndarray of uint8, shape (n_bytes,)
        Read only.
    digest : str
        SHA-256 of all bytes but the `tail` that was asked for, as hex digits.
    opened : _Descriptor or None
        Of a mapped file; None: the bytes are this process's own.
    """

    path: Path
    data: U8
    digest: str
    stamp: Stamp
    opened: "_Descriptor | None"

    def unchanged(self) -> bool:
        """Whether the file at the path is the one that was taken, untouched. Takes about a microsecond."""
        try:
            return _stamp(os.stat(self.path)) == self.stamp
        except OSError:
            return False

    def safe(self) -> bool:
        """Whether `data` is what was summed, wherever the file has gone. Takes about a microsecond."""
        if self.opened is None:
            return True
        found = os.fstat(self.opened.number)
        now = _stamp(found)
        if found.st_nlink == 0:  # removed or replaced: that alone changes the last of the four
            now = replace(now, changed=self.stamp.changed)
        return now == self.stamp


class _Descriptor:
    """A file that stays open as long as somebody may ask for its state."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __del__(self) -> None:
        os.close(self.number)


def take(path: Path, tail: int = 0) -> Intact:
    """Copy or map a file; its sum is of these very bytes.

    Parameters
    ----------
    path : Path
    tail : int
        Bytes at the end that the sum leaves out, since they hold it.

    Raises
    ------
    OSError, ValueError
        It is not there, is no file, cannot be read, or was changed while it was read.
    """
    with open(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK), "rb", buffering=0) as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise OSError("not a file")
        before = _stamp(found)
        copied = before.size <= COPIED
        data = _copy(file, before.size) if copied else _map(file, before.size)
        digest = _sum(file, data, before.size - tail, copied=copied)
        if _stamp(os.fstat(file.fileno())) != before:
            raise OSError("changed while it was read")
        opened = None if copied else _Descriptor(os.dup(file.fileno()))
    return Intact(path, data, digest, before, opened)


def put(work: Path, target: Path) -> None:
    """Rename a finished file to its name, whatever has that name. Raises OSError."""
    if target.is_dir() and not target.is_symlink():  # no rename replaces a folder
        shutil.rmtree(target)
    os.replace(work, target)


def _stamp(found: os.stat_result) -> Stamp:
    return Stamp(found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _copy(file: BinaryIO, size: int) -> U8:
    data = np.empty(size, np.uint8)
    left = data.data
    while len(left):
        read = file.readinto(left)  # type: ignore[attr-defined]  # unbuffered files have it
        if not read:
            raise OSError("shorter than it was")
        left = left[read:]
    data.flags.writeable = False
    return data


def _map(file: BinaryIO, size: int) -> U8:
    return np.frombuffer(mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ), np.uint8)


def _sum(file: BinaryIO, data: U8, end: int, *, copied: bool) -> str:
    """Sum up to `end`. What is mapped is read from the file: a short read is an error, a short mapping a signal."""
    total = hashlib.sha256()
    if copied:
        total.update(data[: max(0, end)].data)
        return total.hexdigest()
    while end > 0:
        chunk = file.read(min(_CHUNK, end))
        if not chunk:
            raise OSError("shorter than it was")
        total.update(chunk)
        end -= len(chunk)
    return total.hexdigest()
