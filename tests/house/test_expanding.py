"""The code of the version before works on the tables of this one: a migration adds, and takes nothing from it.

So nodes take a version in one after another. What nobody writes any more may go two versions later.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Column, Connection, Engine, MetaData, Table, UniqueConstraint, inspect, text
from sqlalchemy.schema import CheckConstraint, ForeignKeyConstraint

from service.db import migrations, version
from tests import stores

SINCE = "0029"  # the rule is newer than what came before
# Revision, and what it takes away: allowed where the two versions before it neither wrote nor read that any more.
TAKEN_AWAY: dict[str, tuple[str, ...]] = {}


@pytest.fixture
def older(databases: stores.Stores) -> Iterator[Engine]:
    url = databases.empty()
    with stores.opened(url) as engine:
        migrations.upgrade(engine, SINCE)
        yield engine
    databases.drop(url)


@dataclass(frozen=True)
class Seen:
    """The tables at one version."""

    tables: dict[str, Table]

    @classmethod
    def of(cls, bind: Engine | Connection, only: Sequence[str] | None = None) -> "Seen":
        found = MetaData()
        found.reflect(bind, only=only, resolve_fks=False)
        return cls(dict(found.tables))


def taken(before: Seen, after: Seen) -> Iterator[str]:
    """Tell what would break code that knows the tables of before."""
    for name, old in before.tables.items():
        new = after.tables.get(name)
        if new is None:
            yield f"{name} is gone"
            continue
        for column in old.columns:
            if column.name not in new.columns:
                yield f"{name}.{column.name} is gone"
            else:
                yield from _narrower(f"{name}.{column.name}", column, new.columns[column.name])
        added = {column.name for column in new.columns} - {column.name for column in old.columns}
        for one in added:
            if not new.columns[one].nullable and new.columns[one].server_default is None:
                yield f"{name}.{one} has to be written, and the older version does not know it"
        yield from _ruled(old, new, added)


def _narrower(place: str, old: Column[Any], new: Column[Any]) -> Iterator[str]:
    if old.nullable and not new.nullable:
        yield f"{place} may no longer be empty"
    if old.server_default is not None and new.server_default is None and not new.nullable:
        yield f"{place} has lost its default"
    long, longer = getattr(old.type, "length", None), getattr(new.type, "length", None)
    if longer is not None and (long is None or longer < long):
        yield f"{place} holds less"
    if type(old.type) is not type(new.type):
        yield f"{place} is of another kind"


def _ruled(old: Table, new: Table, added: set[str]) -> Iterator[str]:
    """Tell of rules that what the older version writes could break: those that no new column lets it pass."""
    for rule in _rules(new) - _rules(old):
        if not any(one in rule for one in added):
            yield f"{new.name} has a new rule: {rule}"


def _rules(table: Table) -> set[str]:
    found = {f"unique {sorted(index.columns.keys())}" for index in table.indexes if index.unique}
    for one in table.constraints:
        if isinstance(one, UniqueConstraint):
            found.add(f"unique {sorted(one.columns.keys())}")
        elif isinstance(one, ForeignKeyConstraint):
            found.add(f"{sorted(one.column_keys)} leads to {one.elements[0].target_fullname}")
        elif isinstance(one, CheckConstraint):
            found.add(f"check {one.sqltext}")
    return found


def test_a_migration_adds_and_takes_nothing_from_the_version_before(older: Engine) -> None:
    seen = Seen.of(older)
    for number in range(int(SINCE) + 1, int(version.head()) + 1):
        revision = f"{number:04}"
        migrations.upgrade(older, revision)
        now = Seen.of(older)
        assert sorted(taken(seen, now)) == sorted(TAKEN_AWAY.get(revision, ())), revision
        seen = now


TAKES = {
    "ALTER TABLE desk_view DROP COLUMN made_at": "desk_view.made_at is gone",
    "DROP TABLE prefill": "prefill is gone",
    "ALTER TABLE desk_view RENAME COLUMN query TO shown": "desk_view.query is gone",
    "ALTER TABLE desk_view ADD COLUMN place INTEGER NOT NULL DEFAULT 0": None,
    "ALTER TABLE desk_view ADD COLUMN place INTEGER": None,
    "CREATE UNIQUE INDEX one_each ON desk_view (user_id)": "desk_view has a new rule: unique ['user_id']",
}


def test_what_would_break_the_version_before_is_found(engine: Engine) -> None:
    few = ("desk_view", "prefill")
    before = Seen.of(engine, few)
    for change, wrong in TAKES.items():
        with engine.connect().execution_options(writes=True) as connection, connection.begin() as under_way:
            connection.execute(text(change))
            there = inspect(connection).get_table_names()
            found = list(taken(before, Seen.of(connection, [one for one in few if one in there])))
            assert wrong in found if wrong else not found
            under_way.rollback()
