"""After the kills: whatever was sent is sent again and leads to one referral, and the audit is whole. Run by the judge
of kills, on its input.

A write whose answer was cut off may have been stored or not. Either way the sender sends it again with the same key;
here that is done for those, and for some that were acknowledged and some that never arrived.
"""

import json
import logging
import os
import random
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from uuid import UUID

from flask import Flask

from service.accounts.credentials import token_hash
from service.accounts.record import audit_check
from service.api.referrals import ROUTE
from service.app import create_app
from service.db import db
from tests.soak import desk, serving, whole

SOME = 150  # of each kind are sent again; of those that were stored and not acknowledged, all
TOLD = ("KITH_SOAK_GROUP", "KITH_SOAK_GIVEN_AT", "KITH_SOAK_KEY")  # how the run tells what it sent


def stored(base: Path) -> dict[bytes, str]:
    """Return what each key that is known made."""
    with closing(sqlite3.connect(base)) as connection:
        return dict(connection.execute("SELECT key_hash, resource_id FROM idempotency").fetchall())


def referrals(base: Path) -> int:
    with closing(sqlite3.connect(base)) as connection:
        return int(connection.execute("SELECT count(*) FROM referral").fetchone()[0])


def kinds(sent: Iterable[str], acked: set[str], known: dict[bytes, str]) -> dict[str, list[tuple[str, str | None]]]:
    """Return by kind what was sent, each with what it made."""
    made: dict[str, list[tuple[str, str | None]]] = {"acknowledged": [], "cut off but stored": [], "never stored": []}
    for which in sorted(sent):
        there = known.get(token_hash(desk.headers("", which)[desk.ONCE]))
        if there is None:
            made["never stored"].append((which, None))
        else:
            made["acknowledged" if str(UUID(there)) in acked else "cut off but stored"].append(
                (which, str(UUID(there)))
            )
    return made


def again(app: Flask, which: str, made: str | None) -> bool:
    """Send twice; say whether both lead to what was made before, or to one new referral."""
    group, given_at, key = (os.environ[name] for name in TOLD)
    client = app.test_client()
    told = [
        client.post(ROUTE, json=desk.referral(group, given_at, which), headers=desk.headers(key, which)) for _ in "12"
    ]
    ids = {answer.get_json().get("id") for answer in told}
    expected = [200, 200] if made else [201, 200]
    return [answer.status_code for answer in told] == expected and (made is None or ids == {made}) and len(ids) == 1


def audited(app: Flask, acked: set[str], base: Path) -> tuple[dict[str, int], list[str]]:
    """Compare what was acknowledged with what was recorded, and walk along the chain."""
    with closing(sqlite3.connect(base)) as connection:
        statement = f"SELECT {whole.dashed('subject_id')} FROM audit_entry WHERE {whole.REFERRED}"  # noqa: S608  # ours
        recorded = Counter(str(row[0]) for row in connection.execute(statement))
    with app.app_context():
        found = audit_check.verify(db.session())
        db.session.remove()
    wrong = [f"recorded {recorded[one]} times: {one}" for one in sorted(acked) if recorded[one] != 1]
    figures = {"acked": len(acked), "recorded_once": sum(recorded[one] == 1 for one in acked), "rows": found.rows}
    return figures, wrong + [f"audit: {one}" for one in found.findings]


def judge(app: Flask, sent: list[str], acked: set[str], base: Path) -> tuple[Counter[str], list[str]]:
    """Return how many of each kind were sent again, and what went wrong."""
    before, counted, wrong = referrals(base), Counter[str](), list[str]()
    chance = random.Random(7)  # noqa: S311  # chooses whom to ask; nothing is secret
    for kind, found in kinds(sent, acked, stored(base)).items():
        chosen = found if kind == "cut off but stored" else chance.sample(found, min(SOME, len(found)))
        counted[kind] = len(chosen)
        wrong += [f"{kind}: {which}" for which, made in chosen if not again(app, which, made)]
    if referrals(base) != before + counted["never stored"]:
        wrong.append(f"{referrals(base) - before} new referrals, not {counted['never stored']}")
    return counted, wrong + [f"{what}: {many}" for what, many in whole.half(base).items()]


def main() -> int:
    """Read what was sent, print one line of figures."""
    logging.disable()  # of each request: the figures are all that is printed
    told = json.load(sys.stdin)
    serving.lift()
    app, acked, base = create_app(), set(told["acked"]), Path(os.environ["KITH_DATA"]) / "kith.sqlite"
    figures, wrong = audited(app, acked, base)  # as the kills left it, and below once more
    counted, others = judge(app, told["sent"], acked, base)
    wrong += others + audited(app, acked, base)[1]
    print(json.dumps({"audit": figures, "again": counted, "wrong": len(wrong), "examples": wrong[:3]}))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
