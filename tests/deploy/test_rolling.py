"""A new version taken in by one node after the other: nobody is refused, and nothing acknowledged is lost."""

import asyncio
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPSConnection
from itertools import count, cycle
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from service.accounts.signing_in import sessions
from service.api.referrals import ROUTE
from service.app import create_app
from service.clock import now
from service.config import Settings
from service.db import committing, migrations, version
from service.referrals.models import Referral
from service.web.access import COOKIE_KEY
from service.web.self_service import state
from tests import stores
from tests.benchmarks.lines import Figures, Lines, at_once, by_timetable, get, post
from tests.deploy import nodes
from tests.deploy.nodes import Nodes, older_code
from tests.deploy.pair import HOST, production
from tests.journeys.serving import ROOT
from tests.people import Cast, settle
from tests.soak import desk
from tests.web.test_admin import form_of, page_of

SHARE = 0.4  # of what both can do, measured before
MOST, LEAST = 20.0, 2.0  # a second
WRITES = 2.0  # a second
TEXTS = (
    "jigsaw and a chat",
    "walks with my dog",
    "singing",
    "I am lonely since my husband died",
    "chess for beginners",
)


@dataclass
class Made:
    """A database at the version before, and what the load asks."""

    url: str
    settings: dict[str, str]
    cast: Cast
    pages: list[bytes]
    cookie: str


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    with stores.running("postgresql", tmp_path) as databases:
        url = databases.migrated()
        settings = production(tmp_path, "https://127.0.0.1") | {"KITH_DATABASE_URL": url}
        (tmp_path / "instance").mkdir(mode=0o700)
        app = create_app(Settings.from_env(settings))
        cast = settle(app)
        sealer = app.extensions["kith"].sealer(state.PURPOSE)
        pages = [get(f"/en/find/{state.seal(sealer, {'text': text}, now=now())}") for text in TEXTS]
        with app.app_context(), committing() as session:
            token = sessions.open_session(session, user_id=cast.ada, now=now(), strength=2)
        signer: Any = app.session_interface
        cookie = signer.get_signing_serializer(app).dumps({COOKIE_KEY: token})
        stores.close(app)
        yield Made(url, settings, cast, pages, f"__Host-kith={cookie}")


class Load:
    """Searches and referrals by a timetable, until they are told to end."""

    def __init__(self, there: Nodes, made: Made) -> None:
        self.lines = Lines(there.https, there.context, keep=False)
        self.made, self.over, self.sent = made, False, list[bytes]()
        self.given_at = (now() - timedelta(hours=1)).isoformat()

    def searches(self) -> Iterator[bytes]:
        numbers = count()
        for page in cycle(self.made.pages):
            if self.over:
                return
            yield page
            yield post("/api/v1/match", json.dumps({"text": f"{TEXTS[0]} {next(numbers)}"}).encode())

    def referrals(self) -> Iterator[bytes]:
        while not self.over:
            which = uuid4().hex
            body = json.dumps(desk.referral(self.made.cast.eli_group, self.given_at, which)).encode()
            headers = {
                name.replace("-", "_"): value for name, value in desk.headers(self.made.cast.bo_key, which).items()
            }
            self.sent.append(post(ROUTE, body, **headers))
            yield self.sent[-1]

    async def capacity(self) -> float:
        await at_once(self.lines, self.searches(), 4, 5)
        return (await at_once(self.lines, self.searches(), 16, 8)).rate

    async def whilst(self, work: Any, rate: float) -> tuple[Figures, Figures]:
        read = asyncio.ensure_future(by_timetable(self.lines, self.searches(), rate, 3600))
        written = asyncio.ensure_future(by_timetable(self.lines, self.referrals(), WRITES, 3600))
        try:
            await asyncio.to_thread(work)
        finally:
            self.over = True
        return await read, await written


def kept(url: str) -> int:
    with stores.opened(url) as engine, engine.connect() as connection:
        return int(connection.scalar(select(func.count()).select_from(Referral)) or 0)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the client's lines end with its loop
def test_a_new_version_on_one_node_after_the_other_refuses_nobody(made: Made, tmp_path: Path) -> None:
    root = older_code(tmp_path / "older")
    before = f"{int(version.head()) - 1:04}"
    if root:
        with stores.opened(made.url) as engine:
            migrations.downgrade(engine, before)
    with nodes.running(made.url, root or ROOT) as there:
        load = Load(there, made)

        def upgrade() -> None:
            nodes.kith(there.nodes[0].settings, "db", "upgrade")
            for number in range(2 * len(there.nodes)):  # the proxy leads to each in turn
                edited(there, made, f"Tables at {number}")
            for node in there.nodes:
                there.renew(node)

        async def all_of_it() -> tuple[float, Figures, Figures]:
            most = await load.capacity()
            return most, *await load.whilst(upgrade, min(MOST, max(LEAST, most * SHARE)))

        most, read, written = asyncio.run(all_of_it())
        stored = kept(made.url)
        again = asyncio.run(at_once_all(load))
        print(
            f"rolling: two nodes, {f'{before} to {version.head()}' if root else 'the same version'}; "
            f"{len(read.answers)} searches ({len(read.answers) / max(1.0, max(a.due for a in read.answers)):.1f}/s "
            f"of {most:.1f}/s), failed {dict(failed(read))}, p99 {read.ms(0.99):.0f} ms; "
            f"{len(written.answers)} referrals, failed {dict(failed(written))}, p99 {written.ms(0.99):.0f} ms; "
            f"load of the machine {os.getloadavg()[0]:.1f}"
        )
        assert not failed(read)
        assert not failed(written)
        assert stored == len(load.sent)
        assert again == [200] * len(load.sent), "each is known by its key"
        assert kept(made.url) == stored, "and none had to be made anew"


def edited(there: Nodes, made: Made, name: str) -> None:
    """As Ada, who has signed in: open a listing, change its name, and see it changed. As a visitor: ask to sign in."""
    place, kept_back = page_of(made.cast), {"cookie": made.cookie}

    def ask(path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        line = HTTPSConnection(HOST, there.https, timeout=60, context=there.context)
        known = {"Cookie": kept_back["cookie"], "Origin": there.url}
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        try:
            line.request("POST" if form else "GET", path, urlencode(form) if form else None, known | kind)
            answer = line.getresponse()
            if told := answer.getheader("Set-Cookie"):
                kept_back["cookie"] = told.partition(";")[0]
            return answer.status, answer.read().decode()
        finally:
            line.close()

    status, page = ask(place)
    assert status == 200
    status, page = ask(f"{place}/save", form_of(page) | {"name": name})
    assert status == 303, page
    assert f'value="{name}"' in ask(place)[1]
    kept_back["cookie"] = ""
    assert ask("/en/sign-in")[0] == 200


def failed(figures: Figures) -> dict[int, int]:
    return {status: many for status, many in figures.statuses.items() if not 200 <= status < 400}


async def at_once_all(load: Load) -> list[int]:
    return [await load.lines.ask(request) for request in load.sent]
