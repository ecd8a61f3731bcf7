"""How long an editor waits at many listings: the list, a search, the form, its check and save, and what groups share.

    python -m tests.benchmarks.editing --groups 100000 --folder FOLDER

Made-up groups are put into SQLite in the folder, once, with three thousand organisations; each page is asked for
through the whole application, in one process. Prints p50 and p95 in milliseconds.
"""

import argparse
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from service.accounts import operations
from service.accounts.permissions import Role
from service.app import create_app
from service.catalog import models as m
from service.catalog.desk import turns
from service.catalog.words.vocabulary import load_taxonomy
from service.clock import now
from service.config import Settings
from service.db import committing, db
from tests.benchmarks.kith_peer import opened
from tests.benchmarks.nation import world
from tests.benchmarks.stored import store
from tests.people import signed_in
from tests.web.test_admin import form_of

SEEDS = Path(__file__).parents[2] / "seeds"
BODIES = 3_000
ASKED = 40  # times each page
LOT = 5000
WORDS = ("choir", "walking", "tea", "stockport", "zither", "art class", "men", "youth", "chess", "garden")


def filled(folder: Path, many: int) -> str:
    """Return the address of a database with that many groups; made where it is not there."""
    url = f"sqlite:///{folder / 'kith.sqlite'}"
    if (folder / "kith.sqlite").exists():
        return url
    folder.mkdir(parents=True, exist_ok=True)
    engine = opened(url)
    taxonomy = load_taxonomy(SEEDS / "taxonomy")
    store(engine, world(many, taxonomy), taxonomy)
    bodies = [UUID(int=number + 2) for number in range(BODIES)]
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        named = [{"id": one, "name": f"Body {number:05}", "vetting": "listed"} for number, one in enumerate(bodies)]
        connection.execute(insert(m.Organisation), named)
        groups = list(connection.scalars(select(m.Group.id).order_by(m.Group.id)))
        for number, body in enumerate(bodies):
            mine = groups[number::BODIES]
            for start in range(0, len(mine), LOT):
                among = m.Group.id.in_(mine[start : start + LOT])
                connection.execute(update(m.Group).where(among).values(organisation_id=body))
    engine.dispose()
    return url


def timed(ask: Callable[[Any], Any], things: Sequence[Any]) -> dict[str, tuple[float, float]]:
    """Return the median and the 95th percentile of asking about each, in ms: waited, and worked by this process."""
    ask(things[0])
    taken: dict[str, list[float]] = {"waited": [], "worked": []}
    for thing in things[1:]:
        before, worked = time.perf_counter(), time.process_time()
        answer = ask(thing)
        taken["waited"].append((time.perf_counter() - before) * 1000)
        taken["worked"].append((time.process_time() - worked) * 1000)
        assert answer.status_code < 400, answer.status
    return {name: (sorted(all_)[len(all_) // 2], sorted(all_)[int(len(all_) * 0.95)]) for name, all_ in taken.items()}


def settings(folder: Path, url: str) -> Settings:
    """Return how the demonstration is set, on this database."""
    return Settings(
        mode="demo",
        secret="only-for-measuring-0123456789-0123456789",
        data_folder=folder,
        seeds_folder=SEEDS,
        database_url=url,
        public_url="http://127.0.0.1:8000",
        proxy_hops=0,
        country="gb",
        help_lines_confirmed=True,
        ring_back=True,
        testing=True,  # no form token: what is measured is the pages
    )


def _editor(session: Session) -> UUID:
    """Return somebody who edits, made for this run."""
    return operations.make_user(
        session,
        email=f"ed-{time.time_ns()}@example.org",
        name="Ed",
        role=Role.EDITOR,
        organisation_id=None,
        password_hash=None,
        now=now(),
    )


def main() -> None:
    """Measure, and print a line for each page."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--groups", type=int, default=100_000)
    asked.add_argument("--folder", type=Path, required=True)
    given = asked.parse_args()
    app = create_app(settings(given.folder, filled(given.folder, given.groups)))
    with app.app_context():
        with committing() as unit:
            who = _editor(unit)
        held: Session = db.session()
        groups = list(held.scalars(select(m.Group.id).where(m.Group.source != "local").limit(5000)))
        groups = groups or list(held.scalars(select(m.Group.id).limit(5000)))
        places = list(held.scalars(select(m.Location.id).limit(5000)))
        held.rollback()
        turns.count_coverage(committing, committing, now)
    client = signed_in(app, who)
    dice = random.Random(7)  # noqa: S311  # the same each time, and no secret
    some, halls = dice.sample(groups, ASKED), dice.sample(places, ASKED)
    bodies = [UUID(int=number + 2) for number in dice.sample(range(BODIES), ASKED)]

    def here(one: UUID) -> str:
        return f"/en/admin/groups/{one}"

    forms = {one: form_of(client.get(here(one)).text) for one in some}
    body_forms = {one: form_of(client.get(f"/en/admin/organisations/{one}").text) for one in bodies}
    token = {"csrf_token": form_of(client.get("/en/admin/new").text).get("csrf_token", "")}
    words = [WORDS[number % len(WORDS)] for number in range(ASKED)]
    pages: dict[str, tuple[Callable[[Any], Any], Sequence[Any]]] = {
        "list": (lambda number: client.get(f"/en/admin?page={number}"), range(1, ASKED)),
        "search": (lambda word: client.get(f"/en/admin?q={word}"), words),
        "form": (lambda one: client.get(here(one)), some),
        "look up an interest and a place": (
            lambda one: client.post(f"{here(one)}/check", data=forms[one] | {"find_term": "tea", "find_place": "hall"}),
            some,
        ),
        "check": (lambda one: client.post(f"{here(one)}/check", data=forms[one] | {"alert": "Not today"}), some),
        "save": (lambda one: client.post(f"{here(one)}/save", data=forms[one] | {"alert": "Not today"}), some),
        "how it is found": (lambda one: client.get(f"{here(one)}/found"), some),
        "what is known": (lambda _: client.get("/en/admin/coverage"), words),
        "organisations": (lambda word: client.get(f"/en/admin/organisations?q={word}"), words),
        "save an organisation": (
            lambda one: client.post(f"/en/admin/organisations/{one}", data=body_forms[one] | {"summary": "New"}),
            bodies,
        ),
        "place": (lambda one: client.get(f"/en/admin/places/{one}"), halls),
        "new listing, looked up": (
            lambda word: client.post("/en/admin/new", data=token | {"find_organisation": word, "find_place": word}),
            words,
        ),
    }
    for name, (ask, things) in pages.items():
        found = timed(ask, things)
        told = "   ".join(f"{how} p50 {two[0]:6.1f} p95 {two[1]:6.1f} ms" for how, two in found.items())
        print(f"{name:33} {told}", flush=True)


if __name__ == "__main__":
    main()
