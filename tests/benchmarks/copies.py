"""How long copies take: `python -m tests.benchmarks.copies [100000] [sqlite|postgresql]`.

So many referrals, each with a person, an introduction, a task and a row of the record, and 1,600 groups: how long a
backup takes with all its checks, how large it is, how long a restore on an empty machine takes until search works, and
how much memory the most. Each command runs in a process of its own.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.accounts.permissions import VISITOR
from service.accounts.record import audit
from service.catalog import seeding
from service.clock import now
from tests import stores
from tests.benchmarks import caseload
from tests.journeys.serving import ROOT
from tests.referrals.cast import world
from tests.referrals.desk.working import clinic

RECORDED_TOGETHER = 1000


def main(many: int, kind: str) -> None:
    """Fill a store, back it up, restore it, and print a line for each."""
    stores.import_all_models()
    with tempfile.TemporaryDirectory() as folder, stores.running(kind, Path(folder)) as running:
        home, url, target = Path(folder), running.migrated(), running.empty()
        with stores.opened(url) as engine:
            _fill(engine, many)
        print(f"{kind}: {many:,} referrals; load of this machine {os.getloadavg()[0]:.1f}")
        _timed(
            "backup, restored and checked", _environment(home / "one", url), "backup", "--folder", str(home / "kept")
        )
        [backup] = (home / "kept").glob("*.backup")
        print(f"size of the backup: {backup.stat().st_size / 1e6:.1f} MB")
        _timed("restore until search works (RTO)", _environment(home / "two", target), "restore", str(backup))


def _fill(engine: Engine, many: int) -> None:
    with Session(engine.execution_options(writes=True)) as session:
        made = world(session)
        lou = clinic(session, made).lou
        seeding.seed(session, ROOT / "seeds", now=now(), progress=lambda _done, _all: None, examples=False)
        session.commit()
    caseload._fill(engine, made, lou, 500, many)
    for start in range(0, many, RECORDED_TOGETHER):
        with Session(engine.execution_options(writes=True)) as session:
            for _ in range(min(RECORDED_TOGETHER, many - start)):
                audit.record(session, actor=VISITOR, action="refer", subject="referral", subject_id=None, now=now())
            session.commit()


def _environment(folder: Path, url: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KITH_")}
    ours = {"KITH_MODE": "demo", "KITH_SECRET": stores.SECRET, "KITH_DATA": str(folder), "KITH_DATABASE_URL": url}
    folder.mkdir(mode=0o700)
    return {**kept, **ours}


def _timed(what: str, env: dict[str, str], *words: str) -> None:
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    done = subprocess.run(
        [sys.executable, "-m", "service.cli", *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    took, used = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"{what}: {took:.0f} s, {used.ru_utime - before:.0f} s of one core, "
        f"at most {used.ru_maxrss / 1024:.0f} MB of memory"
    )
    print(done.stdout, done.stderr[-2000:], sep="")
    if done.returncode:
        raise SystemExit(1)


if __name__ == "__main__":
    numbers = [int(one) for one in sys.argv[1:] if one.isdigit()] or [100_000]
    main(numbers[0], sys.argv[-1] if sys.argv[-1] in ("sqlite", "postgresql") else "sqlite")
