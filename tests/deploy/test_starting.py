"""Production starts safe or not at all: one sentence, no traceback, nothing that listens."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.deploy.pair import production
from tests.journeys.serving import ROOT

Unsafe = Callable[[Path, dict[str, str]], None]


def _set(**changed: str) -> Unsafe:
    return lambda _home, settings: settings.update(changed)


def _without(name: str) -> Unsafe:
    def change(_home: Path, settings: dict[str, str]) -> None:
        del settings[name]

    return change


def _open_to_all(what: str, mode: int) -> Unsafe:
    def change(home: Path, _settings: dict[str, str]) -> None:
        (home / what).chmod(mode)

    return change


def _secret_file(home: Path, settings: dict[str, str]) -> None:
    path = home / "secret.txt"
    path.write_text(settings.pop("KITH_SECRET"))
    path.chmod(0o644)
    settings["KITH_SECRET_FILE"] = str(path)


CASES: dict[str, tuple[Unsafe, str]] = {
    "debugging": (_set(FLASK_DEBUG="1"), "FLASK_DEBUG"),
    "no secret": (_without("KITH_SECRET"), "KITH_SECRET"),
    "a short secret": (_set(KITH_SECRET="Q4w9Zr2LmX8vTb6N"), "KITH_SECRET"),
    "a sample secret": (_set(KITH_SECRET="change-me-change-me-change-me-Q4w9Zr2LmX8v"), "KITH_SECRET"),
    "a secret of one letter": (_set(KITH_SECRET="x" * 64), "KITH_SECRET"),
    "the tests' secret": (_set(KITH_SECRET="only-for-tests-0123456789-0123456789"), "KITH_SECRET"),
    "a secret that all may read": (_secret_file, "KITH_SECRET_FILE"),
    "an address without https": (_set(KITH_PUBLIC_URL="http://groups.example.org"), "KITH_PUBLIC_URL"),
    "no address": (_without("KITH_PUBLIC_URL"), "KITH_PUBLIC_URL"),
    "nobody counted the proxies": (_without("KITH_PROXY_HOPS"), "KITH_PROXY_HOPS"),
    "no proxy": (_set(KITH_PROXY_HOPS="0"), "KITH_PROXY_HOPS"),
    "nobody rang the help lines": (_without("KITH_HELP_LINES_CONFIRMED"), "KITH_HELP_LINES_CONFIRMED"),
    "nobody chose about mail": (_without("KITH_MAIL"), "KITH_SMTP_HOST"),
    "mail on an open line": (
        _set(KITH_MAIL="smtp", KITH_SMTP_HOST="mail.example.org", KITH_SMTP_FROM="k@example.org", KITH_SMTP_TLS="none"),
        "KITH_SMTP_TLS",
    ),
    "a data folder that all may open": (_open_to_all("instance", 0o755), "KITH_DATA"),
    "a database that all may read": (_open_to_all("instance/kith.sqlite", 0o644), "KITH_DATA"),
    "a database in memory": (_set(KITH_DATABASE_URL="sqlite://"), "KITH_DATABASE_URL"),
    "no database": (_set(KITH_DATABASE_URL="nonsense"), "KITH_DATABASE_URL"),
    "a database elsewhere on an open line": (
        _set(KITH_DATABASE_URL="postgresql+psycopg://kith@db.example.org/kith"),
        "KITH_DATABASE_URL",
    ),
}


@pytest.fixture
def home(migrated: Path) -> Iterator[Path]:
    """A folder as an installation has it."""
    made = Path(tempfile.mkdtemp(prefix="kith-start-"))
    (made / "instance").mkdir(mode=0o700)
    shutil.copyfile(migrated, made / "instance" / "kith.sqlite")
    (made / "instance" / "kith.sqlite").chmod(0o600)
    yield made
    shutil.rmtree(made)


def started(home: Path, settings: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KITH_", "FLASK_"))}
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**kept, **settings},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.asvs("V12.2.1", "V13.2.3", "V13.4.2", "V12.3.1", "V13.3.1")
@pytest.mark.parametrize("which", CASES)
def test_what_is_unsafe_does_not_start(home: Path, which: str) -> None:
    change, variable = CASES[which]
    settings = production(home, "https://groups.example.org")
    secret = settings["KITH_SECRET"]
    change(home, settings)
    done = started(home, settings, "gunicorn", "-c", "deploy/gunicorn.conf.py", "wsgi:app")
    said = done.stdout + done.stderr
    assert done.returncode == 1, said
    [sentence] = [line for line in said.splitlines() if not line.startswith("{")]
    assert re.fullmatch(rf"{variable} \S.*\.", sentence), said
    assert "Traceback" not in said
    assert secret not in said
    assert not (home / "kith.sock").exists(), "nothing listened"


@pytest.mark.parametrize("command", [("wsgi",), ("service.cli", "jobs", "list")])
def test_every_other_door_says_the_same(home: Path, command: tuple[str, ...]) -> None:
    settings = production(home, "https://groups.example.org")
    (home / "instance").chmod(0o755)
    done = started(home, settings, *command)
    assert done.returncode == 1
    assert "KITH_DATA leads to instance, which everybody on this machine may open" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_new_installation_makes_its_folder_for_its_owner_alone(home: Path) -> None:
    settings = production(home, "https://groups.example.org")
    shutil.rmtree(home / "instance")
    done = started(home, settings, "service.cli", "db", "upgrade")
    assert done.returncode == 0, done.stderr
    assert not [path for path in (home / "instance").rglob("*") if path.stat().st_mode & 0o077]
    assert (home / "instance").stat().st_mode & 0o077 == 0


def test_what_is_safe_is_not_refused(home: Path) -> None:
    done = started(home, production(home, "https://groups.example.org"), "service.cli", "jobs", "list")
    assert done.returncode == 0, done.stderr


# Who needs it. A killed server is back sooner without: what is loaded is the same on every machine, seconds are not.
LATER = {
    "sklearn": "whoever builds an index",
    "scipy": "whoever builds an index, or lays out an edit",
    "alembic": "whoever makes or changes tables",
    "geopy": "an operator who switched an online geocoder on",
    "onnxruntime": "the first search that asks for meaning",
    "weasyprint": "whoever wants a leaflet as PDF",
}


def test_a_start_loads_nothing_that_few_need(home: Path) -> None:
    told = "import sys, wsgi; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("KITH_", "FLASK_"))}
    done = subprocess.run(
        [sys.executable, "-c", told],
        cwd=ROOT,
        env={**kept, **production(home, "https://groups.example.org")},
        capture_output=True,
        text=True,
        timeout=120,
    )
    loaded = set(done.stdout.split())
    assert {"flask", "sqlalchemy", "numpy"} <= loaded, done.stderr
    assert loaded & set(LATER) == set()
