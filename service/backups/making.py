"""Taking a backup: sealed, restored into a scratch place, checked, and only then named as one; old ones go."""

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from service.accounts.privacy import erasure, erasure_list
from service.accounts.record.audit_check import HEADS
from service.backups import book, names, places, stores
from service.backups.book import Manifest
from service.backups.checking import Checked
from service.backups.trying import tried
from service.config import Settings
from service.db.keyring import KeyRing
from service.db.sealing import Sealer
from service.errors import Invalid, Unavailable

FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One backup that counts."""

    path: Path
    size: int  # bytes
    manifest: Manifest
    checked: Checked
    gone: int  # older ones thrown away


def make(settings: Settings, *, clock: Callable[[], datetime], folder: Path | None = None) -> Made:
    """Take a backup, try it, keep it, and throw away those that are old.

    Raises
    ------
    Invalid
        `settings`: no folder is named.
    Conflict
        `copy_running`, `no_tables`; UnusableCopyError: it does not restore as it should, and does not count.
    Unavailable
        `copy_no_room`: a disk is full. `copy_not_written`: a folder cannot be written.
    """
    into = folder_of(settings, folder)
    ring = KeyRing(settings.secret, settings.keys_file)
    with copying(), places.scratch(settings.data_folder) as place:
        into.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in places.unfinished(into):
            left.unlink(missing_ok=True)
        named = into / names.named(clock())
        part = named.with_name(named.name + names.PART)
        try:
            manifest = _write(part, settings, ring, clock)
            with tried(part, ring=ring, settings=settings, place=place, clock=clock) as found:
                checked = found.checked
            part.replace(named)
            places.settle(into)
        finally:
            part.unlink(missing_ok=True)
        keep_erasures(settings, into)
        keep = names.Keep(days=settings.backups_days, weeks=settings.backups_weeks, months=settings.backups_months)
        gone = _throw_away(into, keep, clock())
    return Made(path=named, size=named.stat().st_size, manifest=manifest, checked=checked, gone=gone)


def folder_of(settings: Settings, folder: Path | None = None) -> Path:
    """Return where backups lie.

    Raises
    ------
    Invalid
        `settings`.
    """
    into = folder or settings.backups_folder
    if into is None:
        raise Invalid("settings", variable="KITH_BACKUPS", why="must name the folder that backups are kept in")
    return into


def keep_erasures(settings: Settings, folder: Path) -> int:
    """Lay the list of erasures beside the backups, so that a restore elsewhere erases again; returns its length."""
    fingerprint = Sealer(KeyRing(settings.secret, settings.keys_file), erasure_list.PURPOSE).fingerprint
    known, _ = erasure_list.read(settings.data_folder / erasure_list.NAME, fingerprint)
    with stores.opened(settings.database_url, settings.secret) as engine, Session(engine) as session:
        erased = erasure.erasures(session)
    return erasure_list.publish(folder / erasure_list.NAME, fingerprint, [*erased, *known])


def _write(part: Path, settings: Settings, ring: KeyRing, clock: Callable[[], datetime]) -> Manifest:
    # Before the moment of the copy: an end of the record that is newer than the copy would say that rows are missing.
    heads = settings.data_folder / HEADS
    files = {HEADS: heads.read_text(encoding="utf-8")} if heads.exists() else {}
    with (
        places.written(part) as handle,
        os.fdopen(handle, "wb", closefd=False) as target,
        stores.opened(settings.database_url, settings.secret) as engine,
        stores.seen(engine, settings.data_folder) as seen,
    ):
        return book.write(target, ring, seen, at=clock(), files=files)


def _throw_away(folder: Path, keep: names.Keep, now: datetime) -> int:
    found = places.kept(folder)
    kept = names.kept([one.at for one in found], keep, now=now)
    old = [one for one in found if one.at not in kept]
    for one in old:
        one.path.unlink()
    return len(old)


@contextmanager
def copying() -> Iterator[None]:
    """Say in our own codes what a disk refuses."""
    try:
        yield
    except OSError as error:
        code = "copy_no_room" if error.errno in FULL else "copy_not_written"
        raise Unavailable(code) from error
    except (OperationalError, sqlite3.OperationalError) as error:
        words = str(error.orig if isinstance(error, OperationalError) else error)
        raise Unavailable("copy_no_room" if "full" in words else "copy_not_written") from error
