"""`kill -9` of the service on PostgreSQL: the judge of kills, with a server of its own that lives on.

    python -m tests.soak.on_postgresql --rounds 20

The judge cannot look into PostgreSQL: what is there is compared here, on its input, by the same statements.
"""

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from service.accounts.record import audit_check
from service.api.referrals import ROUTE
from service.app import create_app
from service.catalog.models import Group, Organisation
from service.clock import now
from service.config import Settings
from service.db import db
from service.referrals.models import Referral
from tests import stores
from tests.journeys.serving import free_port
from tests.soak import desk, judging, whole
from tests.soak.judging import ROOT, Verdict

AS_TEXT = {whole.dashed(column): f"CAST({column} AS text)" for column in ("id",)}
MORE_KEPT = "ALTER SYSTEM SET {} = on"
WAIT = 60  # seconds, until a server that does not come back is given up


def half(address: str) -> dict[str, int]:
    """Return what is half written, by the statements for SQLite said in PostgreSQL's words."""
    engine, found = create_engine(address), {}
    with engine.connect() as line:
        for what, statement in whole.HALF.items():
            said = statement.replace("state IS NOT (", "state IS DISTINCT FROM (")
            for sqlite, ours in AS_TEXT.items():
                said = said.replace(sqlite, ours)
            if many := len(line.execute(text(said.replace(":", "\\:"))).all()):
                found[what] = many
    engine.dispose()
    return found


def verify() -> int:
    """Read what was acknowledged; say what of it is not there, and what is half written."""
    address, acked = os.environ["KITH_DATABASE_URL"], set(json.load(sys.stdin)["acked"])
    app = create_app(Settings.from_env(os.environ))  # it has the keys of the record
    with app.app_context():
        there = {str(one) for one in db.session.scalars(select(Referral.id))}
        recorded = audit_check.verify(db.session())
    stores.close(app)
    lost, broken = acked - there, half(address)
    print(
        json.dumps({"lost": len(lost), "in_db": len(there), "half": broken, "audit": list(map(str, recorded.findings))})
    )
    return 1 if lost or broken or recorded.findings else 0


def kill(rounds: int) -> Verdict:
    """Kill the service, or one of its processes, so many times while six programs refer people."""
    with tempfile.TemporaryDirectory(prefix="kith-soak-") as folder, stores.running("postgresql", Path(folder)) as made:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            made.statement(MORE_KEPT.format(setting))  # as an operator has it, not as tests do
        made.statement("SELECT pg_reload_conf()")
        address, port = made.empty(), free_port()
        env = {
            "KITH_MODE": "demo",
            "KITH_DATA": str(Path(folder) / "instance"),
            "KITH_DATABASE_URL": address,
            "KITH_BIND": f"127.0.0.1:{port}",
        }
        group, key = _prepared(address, env)
        given_at = (now() - timedelta(hours=1)).isoformat()
        return judging.run("kill_nine.py", _arguments(port, group, key, given_at, rounds), env)


def _prepared(address: str, env: dict[str, str]) -> tuple[str, str]:
    def kith(*words: str) -> str:
        command = [sys.executable, "-m", "service.cli", *words]
        told = {**judging.outside(), **env}
        return subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True, check=True).stdout.strip()

    kith("db", "upgrade")
    kith("seed")
    key = kith("key", "create", "--organisation", "Willow Surgery (example)", "--name", "soak").splitlines()[0]
    takes = (Group.status == "published", Group.joinable, Group.capacity_state.is_(None), Group.is_example)
    with stores.opened(address) as engine, Session(engine) as session:
        group = session.scalars(select(Group.id).join(Organisation).where(*takes).order_by(Group.slug).limit(1)).one()
    return str(group), key


def _arguments(port: int, group: str, key: str, given_at: str, rounds: int) -> list[str]:
    address = f"http://127.0.0.1:{port}"
    start = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "tests.soak.serving:app"]
    arguments = [
        *("--start", shlex.join(start), "--ready", f"{address}/readyz", "--write", f"{address}{ROUTE}"),
        *("--ok", "200,201", "--body", json.dumps(desk.referral(group, given_at, "{id}")), "--ack-field", "id"),
        *("--verify", shlex.join([sys.executable, "-m", "tests.soak.on_postgresql", "--verify"])),
        *("--rounds", str(rounds), "--limit", "900", "--wait", str(WAIT), "--min-acks", str(rounds * 2)),
    ]
    for name, value in desk.headers(key, "{id}").items():
        arguments += ["--header", f"{name}: {value}"]
    return arguments


def main() -> int:
    """Run the judge, or be asked by it."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rounds", type=int, default=20)
    asked.add_argument("--verify", action="store_true", help="as the judge asks it")
    told = asked.parse_args()
    if told.verify:
        return verify()
    verdict = kill(told.rounds)
    print(json.dumps(verdict.found, indent=1))
    return verdict.code


if __name__ == "__main__":
    sys.exit(main())
