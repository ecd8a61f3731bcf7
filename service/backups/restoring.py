"""Putting a backup back, whole or not at all: into an empty database, or over one that somebody named.

On SQLite the scratch database that passed every check takes its place by one rename; on PostgreSQL everything happens
in one transaction. A kill at any moment leaves what was there before. Who was erased since is erased again before
anybody is served.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.accounts.privacy import erasure_list
from service.accounts.record.audit_check import HEADS
from service.backups import book, checking, places, stores, targets
from service.backups.book import Fill, Manifest
from service.backups.checking import UnusableCopyError
from service.backups.making import copying
from service.backups.stores import COUNTS, Stores
from service.backups.trying import BASE, known, tried, whole
from service.config import Settings
from service.db import migrations
from service.db.copying.filling import without_references
from service.db.keyring import KeyRing
from service.db.sealing import Sealer
from service.errors import Invalid
from service.notifications import outbox
from service.referrals import clearing, erasure

Clock = Callable[[], datetime]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was put back, and how many were erased again."""

    manifest: Manifest
    record: int  # rows of the record of deeds
    opened: int  # sealed values that were tried
    unopened: int
    erased: int
    heads_before: Path | None = None  # where the ends of the record that was replaced are kept now


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    backup: Path
    settings: Settings
    ring: KeyRing
    place: Path  # a scratch folder
    clock: Clock
    over: str | None

    @property
    def url(self) -> str:
        return self.settings.database_url

    def clearing(self, engine: Engine) -> clearing.Place:
        return clearing.Place(
            unit=lambda: stores.session(engine),
            sealer=lambda purpose: Sealer(self.ring, purpose),
            folder=self.settings.data_folder,
        )


def restore(backup: Path, settings: Settings, *, clock: Clock, over: str | None = None) -> Restored:
    """Put a backup back. The index of search is made anew afterwards, by whoever opens the application.

    Raises
    ------
    Invalid
        `backup_missing`, and as `trying.tried`; `other_name`.
    Conflict
        `target_not_empty`, `target_in_use`, `copy_running`; UnusableCopyError.
    Unavailable
        As `making.make`.
    """
    if not backup.is_file():
        raise Invalid("backup_missing", name=backup.name)
    ring = KeyRing(settings.secret, settings.keys_file)
    settings.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with copying(), places.scratch(settings.data_folder) as place:
        known(book.manifest_of(backup, ring).schema)
        task = _Task(backup=backup, settings=settings, ring=ring, place=place, clock=clock, over=over)
        _take_list(task)
        file = targets.file_of(settings.database_url)
        done = _into_server(task) if file is None else _into_file(task, file)
        shutil.rmtree(settings.index_folder, ignore_errors=True)  # it is of the catalogue that was there before
    return done


def _take_list(task: _Task) -> None:
    """Learn who was erased from the list that lies beside the backup: this machine may be a new one."""
    fingerprint = Sealer(task.ring, erasure_list.PURPOSE).fingerprint
    erased, _ = erasure_list.read(task.backup.parent / erasure_list.NAME, fingerprint)
    erasure_list.publish(task.settings.data_folder / erasure_list.NAME, fingerprint, erased)


def _into_file(task: _Task, target: Path) -> Restored:
    if target.exists():
        targets.need_unused(target)
        with stores.opened(task.url, task.settings.secret) as engine, engine.connect() as connection:
            targets.need_empty(connection, name=target.name, over=task.over)
    with tried(task.backup, ring=task.ring, settings=task.settings, place=task.place, clock=task.clock) as found:
        erased = clearing.replay(task.clearing(found.engine), now=task.clock())
    heads = _lay_heads(task, found.loaded.files.get(HEADS, ""))
    _put_in_place(task.place, target, task.settings.data_folder)
    return Restored(
        manifest=found.loaded.manifest,
        record=found.checked.record,
        opened=found.checked.opened,
        unopened=found.checked.unopened,
        erased=erased,
        heads_before=heads,
    )


def _put_in_place(place: Path, target: Path, data_folder: Path) -> None:
    """Rename the files into place, the database last: whoever is killed before has the old one."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = {place / COUNTS: data_folder / COUNTS, place / BASE: target}
    for file in made:
        file.chmod(0o600)
        places.settle(file)
    targets.need_unused(target)
    for file, final in made.items():
        for ending in ("-wal", "-shm"):  # of the file that was there: the new one must not read them
            final.with_name(final.name + ending).unlink(missing_ok=True)
        file.replace(final)
        places.settle(final.parent)


def _into_server(task: _Task) -> Restored:
    with stores.opened(task.url, task.settings.secret) as engine:
        with stores.writing(engine) as connection:
            targets.need_empty(connection, name=targets.name_of(task.url), over=task.over)
            schema = known(book.manifest_of(task.backup, task.ring).schema)
            loaded = fill_server(connection, schema, lambda fill: book.load(task.backup, task.ring, fill))
            whole(Stores(connection, connection), loaded)
            migrations.upgrade_within(connection)
            heads = loaded.files.get(HEADS, "")
            with stores.session(connection) as session:
                record = checking.of_record(session, heads.splitlines())
                opened, unopened = checking.of_sealed(session, task.ring)
                again = _erase_again(task, session)
        if again:
            clearing.clear_up(task.clearing(engine), again)
    return Restored(
        manifest=loaded.manifest,
        record=record,
        opened=opened,
        unopened=unopened,
        erased=len(again),
        heads_before=_lay_heads(task, heads),
    )


def fill_server(connection: Connection, schema: str, load: Callable[[Fill], T]) -> T:
    """Make the tables of a version in place of those that are there, and fill them, in the transaction that is given.

    Raises
    ------
    UnusableCopyError
        A row refers to one that is not there.
    """
    targets.wipe(connection)
    migrations.upgrade_within(connection, schema)
    fill = Fill(Stores(connection, connection))
    try:
        with without_references(connection):
            done = load(fill)
    except IntegrityError as error:
        raise UnusableCopyError("copy_unusable", what="references") from error
    fill.number_on()
    return done


def _erase_again(task: _Task, session: Session) -> list[str]:
    place = task.settings.data_folder / erasure_list.NAME
    erased, _ = erasure_list.read(place, Sealer(task.ring, erasure_list.PURPOSE).fingerprint)
    return [*erasure.replay(session, erased, sealer=Sealer(task.ring, outbox.PURPOSE), now=task.clock())]


def _lay_heads(task: _Task, text: str) -> Path | None:
    """Begin the file of ends with those of the backup; those of what was replaced are kept under another name."""
    file, before = task.settings.data_folder / HEADS, None
    if file.exists() and file.read_text(encoding="utf-8") != text:
        before = file.with_name(f"{file.stem}-before-{task.clock().astimezone(UTC):%Y%m%dT%H%M%SZ}{file.suffix}")
        file.replace(before)
    if text and not file.exists():
        with places.written(file) as handle, open(handle, "w", encoding="utf-8", closefd=False) as target:
            target.write(text)
    return before
