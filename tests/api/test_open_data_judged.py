"""Open Referral's own schemas and rules: a judge from outside, a real server, the whole starter catalogue."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from flask import Flask

from tests.journeys.serving import eventually, free_port

ROOT = Path(__file__).parents[2]
JUDGE = ROOT / "tests/judges/hsds_conformance.py"
HSDS = ("hsds", "hsds-3.1", "--strict")
OLDER = ("hsds", "hsds-3.0")  # the root names a newer version, which the judge of the older one may warn of
UK = ("oruk", "hsds-uk-3.0", "--strict")
SHORT = ("--items", "1", "--pages", "1")
STARTED_WITHIN = 240  # seconds; a machine may do much other work


@pytest.fixture(scope="module")
def address(town: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The town, served by gunicorn."""
    settings, port = town.extensions["kith"].settings, free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KITH_")}
    ours = {"KITH_MODE": "demo", "KITH_DATABASE_URL": settings.database_url, "KITH_SEEDS": str(ROOT / "seeds")}
    ours |= {"KITH_DATA": str(tmp_path_factory.mktemp("served")), "KITH_PUBLIC_URL": f"http://127.0.0.1:{port}"}
    gunicorn = [sys.executable, "-m", "gunicorn", "-w", "1", "-k", "gthread", "--threads", "4"]
    process = subprocess.Popen(
        [*gunicorn, "-b", f"127.0.0.1:{port}", "wsgi:app"],
        cwd=ROOT,
        env=kept | ours,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        eventually(lambda: _up(url, process), STARTED_WITHIN)
        yield url
    finally:
        process.terminate()
        process.wait(20)


def _up(url: str, process: subprocess.Popen[bytes]) -> bool | None:
    assert process.poll() is None, "the server did not start"
    try:
        with urlopen(f"{url}/healthz", timeout=5) as answer:  # noqa: S310  # our own address
            return True if answer.status == 200 else None
    except OSError:  # not yet: refused, or too busy to answer in time
        return None


def judged(address: str, root: str, profile: str, *more: str) -> str:
    """Return the judge's last line; whatever it finds fails the test."""
    command = [sys.executable, str(JUDGE), f"{address}/{root}", "--profile", profile, *more]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    return done.stdout.strip().splitlines()[-1]


@pytest.mark.parametrize("profile", [HSDS, UK], ids=["hsds", "oruk"])
def test_other_systems_can_read_the_catalogue(address: str, profile: tuple[str, ...]) -> None:
    assert " 0 errors" in judged(address, *profile, *SHORT)


@pytest.mark.slow
@pytest.mark.parametrize("profile", [HSDS, OLDER, UK], ids=["hsds 3.1", "hsds 3.0", "oruk"])
def test_other_systems_can_read_all_of_it(
    address: str, profile: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    told = judged(address, *profile)
    with capsys.disabled():
        print(f"\n{told}")
    assert " 0 errors" in told
    assert " 0 warnings" in told or profile == OLDER


@pytest.mark.slow
def test_the_judge_finds_what_is_wrong(address: str) -> None:
    with pytest.raises(AssertionError):
        judged(address, "oruk", "hsds-3.1", "--strict", *SHORT)  # another version than it says
