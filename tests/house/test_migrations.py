"""The tables are made by migrations only, up and down, with rows in them, on the database this run is about."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, Table, func, inspect, select, text

from service.db import Base, migrations, version
from service.db.engine import PRAGMAS
from service.errors import Unavailable
from tests import stores
from tests.rows import one_row_each


@pytest.fixture
def empty(databases: stores.Stores) -> Iterator[Engine]:
    url = databases.empty()
    with stores.opened(url) as engine:
        yield engine
    databases.drop(url)


def reflected(engine: Engine) -> dict[str, set[str]]:
    return {
        table: {column["name"] for column in inspect(engine).get_columns(table)}
        for table in inspect(engine).get_table_names()
        if table != "alembic_version"
    }


def test_tables_and_models_agree(engine: Engine) -> None:
    stores.import_all_models()
    assert version.current(engine) == version.head()
    assert migrations.differences(engine) == []
    assert set(reflected(engine)) == set(Base.metadata.tables)


def test_up_again_changes_nothing(engine: Engine) -> None:
    before = reflected(engine)
    migrations.upgrade(engine)
    assert reflected(engine) == before


def test_up_down_up(empty: Engine) -> None:
    migrations.upgrade(empty)
    there = reflected(empty)
    migrations.downgrade(empty, "base")
    assert reflected(empty) == {}
    assert version.current(empty) is None
    migrations.upgrade(empty)
    assert reflected(empty) == there


def test_down_and_up_with_rows_in_every_table(engine: Engine) -> None:
    stores.import_all_models()
    one_row_each(engine)
    with engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            assert connection.scalar(select(func.count()).select_from(table)) == 1, table.name
    migrations.downgrade(engine, "base")
    migrations.upgrade(engine)
    one_row_each(engine)


def test_one_step_back_and_forth_keeps_the_rows(engine: Engine) -> None:
    """Who goes back to the version before loses none of what that version knew; sign-ins may be asked for again."""
    stores.import_all_models()
    one_row_each(engine)
    before = f"{int(version.head()) - 1:04}"
    migrations.downgrade(engine, before)
    kept = set(reflected(engine))
    migrations.upgrade(engine)
    with engine.connect() as connection:
        left = {
            name
            for name, table in Base.metadata.tables.items()
            if name in kept and connection.scalar(select(func.count()).select_from(table)) == 0
        }
    assert left <= {"signed_in_session", "sign_in_link"}


def test_there_is_one_head_and_files_are_named_by_order() -> None:
    names = sorted(path.name for path in (migrations.HERE / "versions").glob("*.py"))
    assert [name[:4] for name in names] == [f"{number:04}" for number in range(1, len(names) + 1)]
    assert version.head() == names[-1][:4]
    assert ScriptDirectory(str(migrations.HERE)).get_heads() == [version.head()]


def test_a_stopped_migration_leaves_the_old_tables(empty: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    from alembic import op

    real, made = op.create_table, 0

    def create(*args: object, **kwargs: object) -> Table:
        nonlocal made
        made += 1
        if made == 5:
            msg = "the power went"
            raise OSError(msg)
        return real(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(op, "create_table", create)
    with pytest.raises(OSError, match="the power went"):
        migrations.upgrade(empty)
    assert reflected(empty) == {}


def test_of_two_at_once_the_second_finds_nothing_to_do(empty: Engine) -> None:
    with ThreadPoolExecutor(2) as both:
        for done in [both.submit(migrations.upgrade, empty) for _ in range(2)]:
            done.result(timeout=120)
    assert version.current(empty) == version.head()


def test_a_change_gives_way_to_whoever_holds_a_table(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer, who is waited for")
    before = f"{int(version.head()) - 1:04}"
    monkeypatch.setattr(migrations, "BETWEEN", 0.01)
    with engine.connect() as somebody, somebody.begin():
        for table in reflected(engine):
            somebody.exec_driver_sql(f'LOCK TABLE "{table}" IN ROW EXCLUSIVE MODE')
        monkeypatch.setattr(migrations, "TIMES", 2)
        with pytest.raises(Unavailable, match="tables_busy"):
            migrations.downgrade(engine, before)
        assert version.current(engine) == version.head()
        monkeypatch.setattr(migrations, "TIMES", 1000)
        with ThreadPoolExecutor(1) as other:
            done = other.submit(migrations.downgrade, engine, before)
            with engine.connect() as reader:
                reader.exec_driver_sql('SELECT 1 FROM "group"')  # nobody else waits for long meanwhile
            somebody.commit()
            done.result(timeout=120)
    assert version.current(engine) == before


def test_every_connection_has_its_settings(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("settings of SQLite connections")
    numbers = {"WAL": "wal", "FULL": "2", "ON": "1", "OFF": "0"}
    with engine.connect() as one, engine.connect() as two:
        for connection in (one, two):
            for name, value in PRAGMAS.items():
                read = connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                assert str(read) == numbers.get(value, value), name


def test_a_writer_begins_at_once(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("how SQLite begins a transaction")
    with engine.connect().execution_options(writes=True) as writer:
        writer.execute(text("SELECT 1"))
        with engine.connect() as other:
            other.exec_driver_sql("PRAGMA busy_timeout=0")
            with pytest.raises(Exception, match="locked"):
                other.exec_driver_sql("INSERT INTO catalog_state (id, sequence) VALUES (1, 0)")
