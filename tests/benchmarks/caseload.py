"""How long a desk takes: `python -m tests.benchmarks.caseload [500 20000] [sqlite|postgresql]`.

So many people of one link worker, in an organisation of so many referrals.
"""

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, insert, text
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor
from service.clock import now
from service.db import Base
from service.matching.trials.evaluation import percentile
from service.referrals.clocks import NEEDS
from service.referrals.desk import filtering, reading
from service.referrals.queries import place
from tests import stores
from tests.catalog.making import statements
from tests.referrals.cast import SEALER, World, world
from tests.referrals.desk.working import clinic

ROUNDS = 20
Rows = dict[str, list[dict[str, Any]]]
OPEN = ("accepted", "in_contact", "planned", "introduced", "attending", "settled")
BATCH = 1000


def main(mine: int, many: int, kind: str) -> None:
    """Fill a store, and print a line for each view."""
    stores.import_all_models()
    with (
        tempfile.TemporaryDirectory() as folder,
        stores.running(kind, Path(folder)) as running,
        stores.opened(running.migrated()) as engine,
    ):
        with Session(engine.execution_options(writes=True)) as session:
            made = world(session)
            lou = clinic(session, made).lou
            session.commit()
        _fill(engine, made, lou, mine, many)
        print(f"{kind}: {mine} people of one, {many} referrals; {ROUNDS} rounds each")
        for view in ("now", "new", "everyone"):
            _measure(engine, made.lin, view)


def _measure(engine: Engine, lin: Actor, view: str) -> None:
    took = []
    for _ in range(ROUNDS):
        with Session(engine.execution_options(writes=True)) as session, statements(engine) as asked:
            began = time.perf_counter()
            found = reading.read_caseload(
                session, sealer=SEALER, actor=lin, wanted=filtering.read({"view": view}), now=now()
            )
            session.commit()
            took.append((time.perf_counter() - began) * 1000)
    p50, p95 = (percentile(took, share) for share in (0.5, 0.95))
    print(f"{view:9} p50 {p50:6.1f} ms, p95 {p95:6.1f} ms, {len(asked):2} statements, {len(found.rows)} rows")


def _fill(engine: Engine, made: World, lou: Actor, mine: int, many: int) -> None:
    """Write people and referrals: so many of Lin's, the rest ended, a colleague's or nobody's."""
    dice, tables = random.Random(7), Base.metadata.tables  # noqa: S311  # the same people each time
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        for rows in _rows(dice, made, lou, mine, many):
            for name, values in rows.items():
                connection.execute(insert(tables[name]), values)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _rows(dice: random.Random, made: World, lou: Actor, mine: int, many: int) -> Iterator[Rows]:
    for start in range(0, many, BATCH):
        found: Rows = {"person": [], "referral": [], "introduction": [], "case_task": []}
        for number in range(start, min(start + BATCH, many)):
            _one(found, dice, made, lou, own=number < mine)
        yield found


def _one(found: Rows, dice: random.Random, made: World, lou: Actor, *, own: bool) -> None:
    at, person, referral = now() - timedelta(days=dice.randrange(400)), uuid4(), uuid4()
    state = dice.choice(OPEN) if own or dice.random() < 0.2 else "closed"
    need = dice.choice(list(NEEDS))
    name = SEALER.seal(place("person", person, "preferred_name"), b"Cai (example)")
    found["person"].append(
        {"id": person, "organisation_id": made.clinic, "contact_rule": "any", "preferred_name": name, "created_at": at,
         "version": 1}
    )  # fmt: skip
    found["referral"].append(
        {"id": referral, "person_id": person, "organisation_id": made.clinic, "source": "web", "state": state,
         "owner_user_id": made.lin.user_id if own else dice.choice([lou.user_id, None]), "wants": [], "version": 1,
         "need": need if state != "closed" else None, "need_rank": NEEDS[need].rank if state != "closed" else None,
         "due_on": (now() + timedelta(days=dice.randrange(-20, 30))).date() if state != "closed" else None,
         "created_at": at, "changed_at": at}
    )  # fmt: skip
    found["introduction"].append(
        {"id": uuid4(), "referral_id": referral, "group_id": made.group, "state": "sent", "sent_at": at, "attended": 0,
         "version": 1}
    )  # fmt: skip
    task = uuid4()
    what = SEALER.seal(place("case_task", task, "what"), b"Ring")
    found["case_task"].append(
        {"id": task, "referral_id": referral, "who": "worker", "what": what, "due_on": at.date(), "at": at}
    )


if __name__ == "__main__":
    numbers = [int(one) for one in sys.argv[1:] if one.isdigit()] or [500, 20_000]
    main(numbers[0], numbers[1], sys.argv[-1] if sys.argv[-1] in ("sqlite", "postgresql") else "sqlite")
