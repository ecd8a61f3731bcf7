"""How fast a question is answered, beside keyword search of two databases in the same run. Figures are milliseconds."""

import http.client
import os
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode

from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, create_engine

from service.catalog.taxonomy import Taxonomy
from service.catalog.views import ListedGroup
from service.catalog.vocabulary import load_taxonomy
from service.db import engine as engines
from service.db import migrations
from service.matching import matcher
from service.matching.evaluation import percentile
from service.matching.profile import Profile
from service.matching.queries import CatalogSource
from service.matching.snapshot import Snapshot, document
from tests.benchmarks import made_up
from tests.benchmarks.stored import store

SIZES = (1_000, 20_000)
PEOPLE = 300
PAGES = 150
PORT = 8799
SEEDS = Path(__file__).parents[2] / "seeds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Milliseconds of many answers."""

    name: str
    groups: int
    p50: float
    p95: float


def timed(name: str, many: int, ask: Callable[[Profile], object], people: Sequence[Profile]) -> Times:
    """Ask for everybody once to warm up, then once to be timed."""
    for person in people[:50]:
        ask(person)
    taken = []
    for person in people:
        before = time.perf_counter()
        ask(person)
        taken.append((time.perf_counter() - before) * 1000)
    return Times(name=name, groups=many, p50=statistics.median(taken), p95=percentile(taken, 0.95))


def peer(groups: Sequence[ListedGroup], taxonomy: Taxonomy) -> Callable[[Profile], object]:
    """SQLite FTS5: the first fifty by bm25, any word; no gate, no distance, no reason."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE listing USING fts5(words, tokenize='porter unicode61')")
    texts = ((f"{text.name} {text.body}",) for text in (document(group, taxonomy) for group in groups))
    base.executemany("INSERT INTO listing VALUES (?)", texts)

    def ask(profile: Profile) -> object:
        words = [word for word in profile.text.split() if word.isalpha()] or ["tea"]
        query = " OR ".join(f'"{word}"' for word in words)
        sql = "SELECT rowid FROM listing WHERE listing MATCH ? ORDER BY bm25(listing) LIMIT 50"
        return base.execute(sql, (query,)).fetchall()

    return ask


def opened(url: str) -> Engine:
    """Open and migrate a database."""
    engine = create_engine(url, **engines.OPTIONS)
    engines.prepare(engine)
    migrations.upgrade(engine)
    return engine


def in_process(many: int, taxonomy: Taxonomy, people: Sequence[Profile], folder: Path) -> list[Times]:
    """Time `match` on so many groups read from a database, and the peer on the same texts."""
    groups = made_up.groups(many, taxonomy)
    engine = opened(f"sqlite:///{folder / 'kith.sqlite'}")
    store(engine, groups, taxonomy)
    source = CatalogSource(lambda: engine, lambda: made_up.NOW)
    snapshot = Snapshot.build(list(source.everything()), taxonomy, 1)
    engine.dispose()
    return [
        timed("Kith: match, ten groups explained", many, lambda p: matcher.match(snapshot, p, made_up.TODAY), people),
        timed("SQLite FTS5: fifty rows by bm25", many, peer(groups, taxonomy), people),
    ]


def through_gunicorn(many: int, folder: Path, people: Sequence[Profile]) -> list[Times]:
    """Time the whole page of results, one client, and an empty request of the same server."""
    log = (folder / "gunicorn.log").open("w")
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "-b", f"127.0.0.1:{PORT}", "wsgi:app"],
        env={**os.environ, "KITH_MODE": "demo", "KITH_DATA": str(folder)},
        stdout=log,
        stderr=log,
    )
    try:
        wait_until_up()
        with closing(http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)) as client:
            empty = timed("an empty request (/healthz)", many, lambda _: get(client, "/healthz"), people)
            addresses = {id(person): sealed(client, person) for person in people}
            page = timed("Kith: page of results, gunicorn", many, lambda p: get(client, addresses[id(p)]), people)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)
        log.close()
    return [page, empty]


def wait_until_up(seconds: float = 60) -> None:
    """Wait for the server's first answer."""
    until = time.monotonic() + seconds
    while True:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", PORT, timeout=2)) as client:
                return get(client, "/healthz")
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def get(client: http.client.HTTPConnection, path: str) -> None:
    """Fetch a page whole."""
    client.request("GET", path)
    answer = client.getresponse()
    answer.read()
    if answer.status != 200:
        message = f"{answer.status} for a page"
        raise RuntimeError(message)


def sealed(client: http.client.HTTPConnection, person: Profile) -> str:
    """Send the search form and return where the answer lies."""
    fields = {"text": person.text or "something friendly", "place": "M33 4ND", "max_km": "8"}
    for code, strength in person.barriers.items():
        fields[f"barrier_{code}"] = strength.value
    client.request("POST", "/en/find", urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded"})
    answer = client.getresponse()
    answer.read()
    place = answer.getheader("Location")
    if answer.status != 303 or place is None:
        message = f"{answer.status} for a search"
        raise RuntimeError(message)
    return place


def table(found: Sequence[Times]) -> Table:
    """Lay the figures out, each with its ratio to the peer of the same size."""
    shown = Table(title="Speed, milliseconds", title_justify="left")
    for heading in ("what", "groups", "p50", "p95"):
        shown.add_column(heading, justify="left" if heading == "what" else "right")
    for line in found:
        shown.add_row(line.name, f"{line.groups:,}", f"{line.p50:.2f}", f"{line.p95:.2f}")
    return shown


def main() -> None:
    """Measure and print."""
    console = Console(width=110)
    taxonomy = load_taxonomy(SEEDS / "taxonomy")
    people = [replace(person, limit=10) for person in made_up.profiles(PEOPLE, taxonomy)]
    console.print(f"load average before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    found: list[Times] = []
    for many in SIZES:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            found += in_process(many, taxonomy, people, folder)
            if many == SIZES[-1]:
                found += through_gunicorn(many, folder, people[:PAGES])
    console.print(table(found))
    match = {line.groups: line for line in found if line.name.startswith("Kith: match")}
    small, large = match[SIZES[0]], match[SIZES[-1]]
    console.print(
        f"{SIZES[0]:,} → {SIZES[-1]:,} groups: p50 × {large.p50 / small.p50:.2f}, p95 × {large.p95 / small.p95:.2f}"
    )
    console.print(f"load average after: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
