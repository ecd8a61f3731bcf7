"""What must hold of files and of the store before an installation for others starts. Looks only; changes nothing."""

from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from service.config import Settings
from service.db.engine import OPTIONS, PRAGMAS, prepare
from service.errors import Invalid

FOR_ALL = 0o007  # what everybody on this machine may do
READ_BACK = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000, "secure_delete": 1}
KEPT = ("*.sqlite", "*.sqlite-wal", "*.sqlite-shm", "outbox.log", "secret")
LOCAL = ("", "localhost", "127.0.0.1", "::1")
VERIFIED = ("verify-ca", "verify-full")


def check(engine: Engine, data_folder: Path) -> None:
    """Refuse files that everybody may read, a store that loses what it promised to keep, and an open line to it.

    Raises
    ------
    Invalid
        `settings`, with the variable to mend.
    """
    url = engine.url
    _private(data_folder, "KITH_DATA")
    for path in sorted(path for kind in KEPT for path in data_folder.glob(kind)):
        _private(path, "KITH_DATA")
    if engine.dialect.name == "sqlite":
        if url.database:
            _private(Path(url.database), "KITH_DATABASE_URL")
        _keeps(engine)
    else:
        check_line(url, "KITH_DATABASE_URL")


def check_line(url: URL, variable: str) -> None:
    """Refuse an open line to any of the machines that an address names. Raises Invalid as `check` does."""
    options = url.query
    named = options.get("host", ())
    hosts = [url.host or "", *(named.split(",") if isinstance(named, str) else named)]
    if not all(map(_is_here, hosts)) and options.get("sslmode") not in VERIFIED:
        why = "must hold sslmode=verify-full, since the database is on another machine"
        raise Invalid("settings", variable=variable, why=why)


def check_settings(settings: Settings) -> None:
    """Look at the store that settings name, as `check` does, on an engine of our own."""
    try:
        engine = create_engine(settings.database_url, **OPTIONS)
    except (ArgumentError, ImportError) as error:
        why = "must be the address of a database: sqlite:/// or postgresql+psycopg://"
        raise Invalid("settings", variable="KITH_DATABASE_URL", why=why) from error
    prepare(engine)
    _check_replicas(settings)
    try:
        check(engine, settings.data_folder)
    except OperationalError as error:
        raise Invalid("settings", variable="KITH_DATABASE_URL", why="leads to no database that opens") from error
    finally:
        engine.dispose()


def _is_here(host: str) -> bool:
    return host.startswith("/") or host in LOCAL or host.rpartition(":")[0] in LOCAL[1:]


def _check_replicas(settings: Settings) -> None:
    """Look at their addresses alone: one that is away now is no reason not to start."""
    for url in settings.replica_urls:
        try:
            check_line(make_url(url), "KITH_REPLICA_URL")
        except ArgumentError as error:
            raise Invalid("settings", variable="KITH_REPLICA_URL", why="must be an address of a database") from error


def _private(path: Path, variable: str) -> None:
    if path.exists() and path.stat().st_mode & FOR_ALL:
        why = f"leads to {path.name}, which everybody on this machine may open: chmod o-rwx"
        raise Invalid("settings", variable=variable, why=why)


def _keeps(engine: Engine) -> None:
    """Read the pragmas back from a connection as the service opens it."""
    with engine.connect() as connection:
        found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in READ_BACK}
    wrong = sorted(name for name, value in READ_BACK.items() if found[name] != value)
    if wrong:
        why = f"must name a file on a local disk: SQLite does not keep {PRAGMAS[wrong[0]]} for {wrong[0]} there"
        raise Invalid("settings", variable="KITH_DATABASE_URL", why=why)
