"""A process that changes the tables and is killed just before a statement, as often as there are statements.

    python -m tests.faults.migrating ADDRESS up|down REVISION [changing]

With `changing`, statements that only look are passed over: before them the database is as before the next that changes.
One database meets all kills, one after another, and in the end whoever runs it through. After each kill everything that
is in the database is told: the tables as the database describes them, the version, and every row. Prints JSON.
"""

import hashlib
import json
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from sqlalchemy import Engine, create_engine, event, text

from service.db import migrations
from tests import stores

# What makes two databases differ for whoever asks them, in the database's own words.
DESCRIBED = {
    "sqlite": ("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name",),
    "postgresql": (
        "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default"
        " FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, column_name",
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
    ),
}
TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
}
LOOKING = ("SELECT", "PRAGMA", "WITH")
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


def told(engine: Engine) -> dict[str, str]:
    """Return what the database is, as one sum of its description and one of the rows of each table."""
    kind = engine.dialect.name
    with engine.connect() as connection:
        described = [_clauses(row) for one in DESCRIBED[kind] for row in connection.execute(text(one))]
        sums = {"(described)": _sum(described)}
        for (name,) in connection.exec_driver_sql(TABLES[kind]).all():
            rows = connection.exec_driver_sql(f'SELECT * FROM "{name}"').mappings()  # noqa: S608  # of the database
            sums[name] = _sum(sorted(str(sorted(row.items())) for row in rows))
    return sums


def _clauses(row: Sequence[Any]) -> str:
    """Tell a line of a description: SQLite keeps the statement, whose constraints stand in whatever order."""
    return str([sorted(part.strip(" \n\t()") for part in str(value).split(",")) for value in row])


def _sum(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def killed_at(address: str, way: str, revision: str, statement: int, passed: tuple[str, ...]) -> bool:
    """Change the tables in a process of their own, killed before one statement; say whether it was killed.

    The end of the transaction counts as a statement: before it, and just after it.
    """
    child = os.fork()
    if child == 0:
        code = 1
        try:
            _change(address, way, revision, statement, passed)
            code = 0
        finally:
            os._exit(code)
    ended = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(ended):
        assert os.WTERMSIG(ended) == signal.SIGKILL
        return True
    assert os.waitstatus_to_exitcode(ended) == 0, "the tables could not be changed"
    return False


def _change(address: str, way: str, revision: str, statement: int, passed: tuple[str, ...]) -> None:
    engine, numbers = stores.make_engine(address), count()

    def one_more(*_: Any) -> None:
        if next(numbers) == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    def before(_connection: Any, _cursor: Any, said: str, *_: Any) -> None:
        if not said.lstrip().startswith(passed):
            one_more()

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "commit", one_more)
    (migrations.upgrade if way == "up" else migrations.downgrade)(engine, revision)
    one_more()
    engine.dispose()


def _gone(engine: Engine) -> None:
    """Wait until the server has noticed that nobody is at the other end."""
    if engine.dialect.name == "sqlite":
        return
    until = time.monotonic() + 30
    while _others(engine):
        assert time.monotonic() < until, "the server still holds what a dead process began"
        time.sleep(0.01)


def _others(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.exec_driver_sql(OTHERS).scalar_one())


def kills(address: str, way: str, revision: str, passed: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """Kill before every statement, in order; tell of the database after each, and after the run that nobody killed."""
    looking = create_engine(address)
    for statement in count():
        looking.dispose()  # a process of ours is not born with an open line
        killed = killed_at(address, way, revision, statement, passed)
        _gone(looking)
        yield told(looking)
        if not killed:
            break
    looking.dispose()


def main() -> None:
    """Do what was asked."""
    address, way, revision, *changing = sys.argv[1:]
    found = list(kills(address, way, revision, LOOKING if changing else ()))
    json.dump({"after": found}, sys.stdout)


if __name__ == "__main__":
    main()
