"""A hold hides a listing in every worker within a second, also while they are busy: real gunicorn, several workers."""

import json
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from flask import Flask

from service.config import Settings
from tests.people import settle, signed_in
from tests.web.test_two_workers import another_process

HIDDEN_WITHIN = 1.0  # seconds, of the last answer that still shows it
ASKERS = 4  # at once, each on a new connection: every worker takes some
ROUNDS = 3


def shown(address: str, slug: str) -> bool:
    """Ask for a listing's page on a connection of its own."""
    asked = Request(f"{address}/en/groups/{slug}", headers={"Connection": "close"})  # noqa: S310  # our own address
    try:
        with urlopen(asked, timeout=20) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except HTTPError as refused:
        refused.close()
        return refused.code not in (404, 410)


def found(address: str) -> set[str]:
    """Search on a connection of its own; give the ids of the groups that were found."""
    headers = {"Content-Type": "application/json", "Connection": "close"}
    asked = Request(f"{address}/api/v1/match", data=b'{"text": "jigsaw", "limit": 50}', headers=headers)  # noqa: S310
    with urlopen(asked, timeout=20) as answer:  # noqa: S310
        return {one["group_id"] for one in json.loads(answer.read())["matches"]}


@contextmanager
def asking(address: str, slug: str) -> Iterator[list[tuple[float, bool]]]:
    """Keep asking from several sides; give when each question began, and whether its answer showed the listing."""
    seen: list[tuple[float, bool]] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            began = time.monotonic()
            seen.append((began, shown(address, slug)))

    with ThreadPoolExecutor(ASKERS) as pool:
        running = [pool.submit(ask) for _ in range(ASKERS)]
        try:
            yield seen
        finally:
            stop.set()
        for one in running:
            one.result()


def test_a_held_listing_is_gone_from_every_worker_within_a_second_under_load(app: Flask, settings: Settings) -> None:
    cast = settle(app)
    ada, form = signed_in(app, cast.ada), f"/en/admin/groups/{cast.eli_group}"
    with app.app_context():
        app.extensions["kith"].matching.rebuild()
    [token, *_] = re.findall(r'name="csrf_token" value="([^"]+)"', ada.get(form).text)
    with another_process(settings, workers=3) as address:
        assert shown(address, cast.eli_slug)
        assert str(cast.eli_group) in found(address)
        with asking(address, cast.eli_slug) as seen:
            while len(seen) < ASKERS * ROUNDS:
                time.sleep(0.01)
            assert ada.post(f"{form}/hold", data={"csrf_token": token, "hold": "yes"}).status_code == 303
            held = time.monotonic()
            while time.monotonic() - held < HIDDEN_WITHIN * 2:
                time.sleep(0.01)
            with ThreadPoolExecutor(ASKERS) as pool:
                assert not any(str(cast.eli_group) in ids for ids in pool.map(found, [address] * ASKERS * ROUNDS))
    before = [answer for began, answer in seen if began < held - 1]
    late = [began - held for began, answer in seen if answer and began > held]
    after = [answer for began, answer in seen if began > held + HIDDEN_WITHIN]
    print(f"{len(seen)} questions; the last that showed it began {max(late, default=0):.3f} s after the hold")
    assert all(before)
    assert max(late, default=0) <= HIDDEN_WITHIN
    assert after
    assert not any(after)
