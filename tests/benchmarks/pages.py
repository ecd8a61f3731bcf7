"""How long the whole page of results takes through gunicorn, beside an empty request of the same server."""

import http.client
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

from service.catalog.words.taxonomy import Taxonomy
from service.matching.profile import Profile
from service.matching.trials.evaluation import percentile
from tests.benchmarks import made_up
from tests.benchmarks.kith_peer import opened
from tests.benchmarks.stored import store

PEOPLE = 150
PORT = 8799


def pages(many: int, taxonomy: Taxonomy, folder: Path) -> dict[str, dict[str, float]]:
    """Return p50 and p95 in milliseconds of a page and of an empty request, one client."""
    engine = opened(f"sqlite:///{folder / 'kith.sqlite'}")
    store(engine, made_up.groups(many, taxonomy), taxonomy)
    engine.dispose()
    people = made_up.profiles(PEOPLE, taxonomy)
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
            empty = timed(lambda _: get(client, "/healthz"), people)
            addresses = {id(person): sealed(client, person) for person in people}
            page = timed(lambda person: get(client, addresses[id(person)]), people)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)
        log.close()
    return {"page of results": page, "empty request": empty}


def timed(ask: Callable[[Profile], object], people: Sequence[Profile]) -> dict[str, float]:
    """Ask for some to warm up, then for everybody once to be timed."""
    for person in people[:50]:
        ask(person)
    taken = []
    for person in people:
        before = time.perf_counter()
        ask(person)
        taken.append((time.perf_counter() - before) * 1000)
    return {"p50_ms": statistics.median(taken), "p95_ms": percentile(taken, 0.95)}


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
