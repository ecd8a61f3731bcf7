"""After the kills: whatever was sent is sent again and leads to one referral. Run by the judge of kills, on its input.

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
from service.api.referrals import ROUTE
from service.app import create_app
from tests.soak import desk, whole

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


def judge(sent: list[str], acked: set[str], base: Path) -> tuple[Counter[str], list[str]]:
    """Return how many of each kind were sent again, and what went wrong."""
    before, counted, wrong = referrals(base), Counter[str](), list[str]()
    chance = random.Random(7)  # noqa: S311  # chooses whom to ask; nothing is secret
    app = create_app()
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
    counted, wrong = judge(told["sent"], set(told["acked"]), Path(os.environ["KITH_DATA"]) / "kith.sqlite")
    print(json.dumps({"again": counted, "wrong": len(wrong), "examples": wrong[:3]}))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
