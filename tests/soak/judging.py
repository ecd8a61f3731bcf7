"""Runs the judges of `tests/judges/` in processes of their own and returns what they found."""

import json
import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.api.referrals import ROUTE
from service.catalog.models import Group, Organisation
from service.clock import now
from tests import stores
from tests.journeys.serving import free_port
from tests.soak import desk, power, retry, whole

ROOT = Path(__file__).parents[2]
JUDGES = ROOT / "tests/judges"
HAVE = f"SELECT {whole.dashed('id')} FROM referral"  # noqa: S608  # a column's name, put there by us
WAIT = 60  # seconds, until a server that does not come back is given up


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a judge said: 0 is good, 1 bad, 2 could not run."""

    code: int
    found: dict[str, Any]

    def get(self, name: str, otherwise: Any = "?") -> Any:
        return self.found.get(name, otherwise)


def run(name: str, arguments: list[str], env: dict[str, str] | None = None) -> Verdict:
    """Run one judge to its end."""
    done = subprocess.run(
        [sys.executable, str(JUDGES / name), *arguments],
        cwd=ROOT,
        env={**outside(), **(env or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        return Verdict(code=done.returncode, found=json.loads(done.stdout))
    except ValueError:
        return Verdict(code=2, found={"could_not_run": (done.stdout + done.stderr)[-800:]})


def outside() -> dict[str, str]:
    """Return this process's environment without any setting of Kith's, and with Python's own ways of an installation.

    Where nothing compiled may be kept, each start compiles everything again, which takes a third of it.
    """
    others = ("KITH_", "PYTHONDONTWRITEBYTECODE")
    return {name: value for name, value in os.environ.items() if not name.startswith(others)}


def cut_power(cuts: int, workload: str = "tests/soak/power.py") -> Verdict:
    """Pull the plug at so many points of an afternoon's writing."""
    wanted = ["--workload", workload, "--acked-sql", power.ACKED, "--cuts", str(cuts), "--limit", "600"]
    return run("power_cut.py", wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstration:
    """A demonstration's folder, one of its groups, and a key that may refer."""

    folder: Path
    group: str
    key: str

    @property
    def base(self) -> str:
        return str(self.folder / "kith.sqlite")


def demonstration(folder: Path) -> Demonstration:
    """Make the demonstration's database with the command that every operator has."""
    folder.mkdir(parents=True)
    env = {**outside(), "KITH_MODE": "demo", "KITH_DATA": str(folder)}

    def kith(*words: str) -> str:
        made = subprocess.run(
            [sys.executable, "-m", "service.cli", *words], cwd=ROOT, env=env, capture_output=True, text=True, check=True
        )
        return made.stdout.strip()

    kith("db", "upgrade")
    kith("seed")
    key = kith("key", "create", "--organisation", "Willow Surgery (example)", "--name", "soak").splitlines()[0]
    return Demonstration(folder=folder, group=_group(folder), key=key)


def _group(folder: Path) -> str:
    """Return a group that takes people on."""
    takes = (Group.status == "published", Group.joinable, Group.capacity_state.is_(None), Group.is_example)
    found = select(Group.id).join(Organisation).where(*takes).order_by(Group.slug).limit(1)
    with stores.opened(f"sqlite:///{folder / 'kith.sqlite'}") as engine, Session(engine) as session:
        return str(session.scalars(found).one())


def kill(there: Demonstration, rounds: int) -> Verdict:
    """Kill the server as it is shipped, or one of its processes, so many times while six programs refer people."""
    port, given_at = free_port(), (now() - timedelta(hours=1)).isoformat()
    address = f"http://127.0.0.1:{port}"
    arguments = [
        *(
            "--start",
            shlex.join([sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "tests.soak.serving:app"]),
        ),
        *("--ready", f"{address}/readyz", "--write", f"{address}{ROUTE}", "--ok", "200,201"),
        *("--body", json.dumps(desk.referral(there.group, given_at, "{id}")), "--ack-field", "id"),
        *("--have-sql", there.base, HAVE, "--verify", shlex.join([sys.executable, "-m", "tests.soak.retry"])),
        *("--rounds", str(rounds), "--limit", "900", "--wait", str(WAIT), "--min-acks", str(rounds * 4)),
    ]
    for name, value in desk.headers(there.key, "{id}").items():
        arguments += ["--header", f"{name}: {value}"]
    for statement in whole.HALF.values():
        arguments += ["--half-sql", there.base, statement]
    env = {"KITH_MODE": "demo", "KITH_DATA": str(there.folder), "KITH_BIND": f"127.0.0.1:{port}"}
    return run(
        "kill_nine.py", arguments, {**env, **dict(zip(retry.TOLD, (there.group, given_at, there.key), strict=True))}
    )
