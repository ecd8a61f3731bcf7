"""Where copies lie: the folder of backups, and a scratch place in the data folder that is emptied, also after a kill.

One process at a time takes, checks or puts back a copy in one data folder.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from service.backups.names import ENDING, PART, moment
from service.errors import Conflict

SCRATCH = "scratch"
LOCK = ".lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One backup that counts: it was restored and checked when it was made."""

    path: Path
    at: datetime
    size: int  # bytes


def kept(folder: Path) -> list[Kept]:
    """Return the backups in a folder, newest first."""
    found = [(path, moment(path.name)) for path in folder.glob(f"*{ENDING}") if path.is_file()]
    made = [Kept(path=path, at=at, size=path.stat().st_size) for path, at in found if at is not None]
    return sorted(made, key=lambda one: one.at, reverse=True)


def unfinished(folder: Path) -> list[Path]:
    """Return what a run that was killed left behind; it counts as no backup."""
    return sorted(folder.glob(f"kith-*{ENDING}{PART}"))


def newest_age(folder: Path | None, now: datetime) -> timedelta | None:
    """Tell how old the newest checked backup is; None: there is none. For whoever watches an installation."""
    found = kept(folder) if folder is not None and folder.is_dir() else []
    return now - found[0].at if found else None


@contextmanager
def scratch(data_folder: Path) -> Iterator[Path]:
    """Give an empty folder that only its owner opens, and remove it in the end.

    Raises
    ------
    Conflict
        `copy_running`: another process of this installation works on a copy.
    """
    home = data_folder / SCRATCH
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(home) as is_alone:
        if not is_alone:
            raise Conflict("copy_running")
        _empty(home)
        made = Path(tempfile.mkdtemp(dir=home))
        try:
            yield made
        finally:
            shutil.rmtree(made, ignore_errors=True)


def clear_left(data_folder: Path) -> None:
    """Remove what a killed run left in the scratch place. Called at each start."""
    home = data_folder / SCRATCH
    if home.is_dir():
        with _alone(home) as is_alone:
            if is_alone:
                _empty(home)


@contextmanager
def written(path: Path) -> Iterator[int]:
    """Give a new file that only its owner opens; in the end it is on the disk."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        yield handle
        os.fsync(handle)
    finally:
        os.close(handle)


def settle(*paths: Path) -> None:
    """Have files, or the names in folders, written to the disk."""
    for path in paths:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _alone(home: Path) -> Iterator[bool]:
    handle = os.open(home / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


def _empty(home: Path) -> None:
    for left in home.iterdir():
        if left.name != LOCK:
            shutil.rmtree(left, ignore_errors=True)
