"""An installation with people in it, and a second machine with nothing, for tests of copies."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select, text

from service.api.referrals import ROUTE
from service.clock import now
from service.config import Settings
from service.db import Base
from tests import stores
from tests.people import Cast
from tests.soak import desk

UNCOPIED = {"counter"}
Rows = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine without anything on it but the secret."""

    settings: Settings

    @property
    def base(self) -> Path:
        return self.settings.data_folder / "kith.sqlite"


def empty_machine(settings: Settings, folder: Path, databases: stores.Stores | None = None) -> Machine:
    """Return settings of another machine: of a file, or of an empty database of the kind this run is about."""
    folder.mkdir(mode=0o700)
    url = f"sqlite:///{folder / 'kith.sqlite'}" if databases is None or not databases.server else databases.empty()
    return Machine(replace(settings, data_folder=folder, database_url=url))


def refer(app: Flask, cast: Cast, which: str) -> str:
    """Refer somebody by the API, and return the id that was acknowledged."""
    asked = desk.referral(cast.eli_group, (now() - timedelta(hours=1)).isoformat(), which)
    told = app.test_client().post(ROUTE, json=asked, headers=desk.headers(cast.bo_key, which))
    assert told.status_code == 201, told.get_data(as_text=True)
    return str(told.get_json()["id"])


def everything(url: str, *, only: str | None = None) -> Rows:
    """Return every row of every table as text, sorted, as today's models read it."""
    found: Rows = {}
    with stores.opened(url) as engine, engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name not in UNCOPIED and only in (None, table.name):
                found[table.name] = sorted(repr([*map(_alike, row)]) for row in connection.execute(select(table)))
    return found


def _alike(value: Any) -> Any:
    """Write an instant in UTC, whatever the driver calls that."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) and value.tzinfo else value


def change(url: str, statement: str, **values: Any) -> None:
    """Write something behind the service's back."""
    with stores.opened(url) as engine, engine.execution_options(writes=True).begin() as connection:
        connection.execute(text(statement), values)
