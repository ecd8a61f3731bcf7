"""While another process holds the database, whoever writes through the pair is told in seconds, and others read on."""

import json
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import select

from service.api.referrals import ROUTE
from service.app import create_app
from service.catalog.models import Group, Organisation
from service.clock import now
from service.config import Settings
from service.db import PATIENCE_S, SOON_S, committing
from tests import people, stores
from tests.deploy.pair import Pair, Said
from tests.soak import desk

WRITERS = 12
READS = 80
SLACK = 3  # a busy machine takes longer to begin


@pytest.mark.slow
def test_while_another_process_writes_for_long_writers_are_told_and_readers_read(pair: Pair) -> None:
    made = create_app(Settings.from_env(pair.settings))
    with made.app_context(), committing() as session:
        surgery = session.scalars(select(Organisation.id).where(Organisation.name == "Oak Surgery")).one()
        key, group = people._key(session, surgery), session.scalars(select(Group)).first()
        assert group is not None
        slug, body = group.slug, desk.referral(group.id, (now() - timedelta(hours=1)).isoformat(), "locked")
    stores.close(made)

    def refer(number: int) -> Said:
        headers = {"Content-Type": "application/json", **desk.headers(key, f"locked-{number}")}
        return pair.ask(ROUTE, "POST", json.dumps(body).encode(), headers)

    with closing(sqlite3.connect(pair.folder / "instance/kith.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(WRITERS + 4) as pool:
            writes = [pool.submit(timed, lambda number=number: refer(number)) for number in range(WRITERS)]  # type: ignore[misc]
            reads = [pool.submit(timed, lambda: pair.ask(f"/en/groups/{slug}")) for _ in range(READS)]
            written, read = [one.result() for one in writes], [one.result() for one in reads]
        other.execute("ROLLBACK")
    waited, longest = max(seconds for seconds, _ in written), max(seconds for seconds, _ in read)
    print(f"{WRITERS} writers: told after {waited:.1f} s at most; {READS} pages meanwhile, {longest:.1f} s at most")
    assert {said.status for _, said in written} == {503}
    assert all(int(said.headers["Retry-After"]) > 0 for _, said in written)
    assert {said.status for _, said in read} == {200}
    assert waited <= SLACK * (PATIENCE_S + SOON_S), "not one after another, five seconds each"
    again = [refer(number) for number in range(WRITERS)]
    assert [said.status for said in again] == [201] * WRITERS, again[0].body


def timed(ask: Callable[[], Said]) -> tuple[float, Said]:
    began = time.monotonic()
    said = ask()
    return time.monotonic() - began, said
