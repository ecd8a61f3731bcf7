"""A feed is asked each day: every page once, from where it was left; what it withdrew goes; a failure is told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.importing.feeds import reading
from service.catalog.importing.feeds.keeping import add_feed, feeds
from service.catalog.importing.lists.working import Tool
from service.catalog.models_lists import Feed
from service.catalog.where.packs import load_pack
from tests.catalog.imports.importing import unit_of
from tests.catalog.making import NOW

PACK = load_pack(Path(__file__).parents[3] / "seeds/countries", "gb")
OWN = ("127.0.0.1",)


class Server:
    """Somebody else's feed on this machine: says what it is told to, and remembers what it was asked."""

    def __init__(self) -> None:
        self.pages: dict[str, Any] = {}
        self.asked: list[str] = []
        self.etag: str | None = None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                same = outer.etag is not None and self.headers.get("If-None-Match") == outer.etag
                page = outer.pages.get(self.path)
                self.send_response(304 if same else 404 if page is None else 200)
                body = b"" if same or page is None else (page if isinstance(page, str) else json.dumps(page)).encode()
                if outer.etag:
                    self.send_header("ETag", outer.etag)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


def tool(engine: Engine, day: int = 0, *, pages: int = 1000) -> Tool:
    @contextmanager
    def look() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    left = iter([True] * pages)
    return Tool(
        reading=look, writing=unit_of(engine), pack=PACK, now=NOW + timedelta(days=day), going=lambda: next(left, False)
    )


def added(engine: Engine, url: str, kind: str, *, trusted: bool = False) -> None:
    with unit_of(engine)() as session:
        add_feed(session, source="outside", kind=kind, url=url, trusted=trusted, now=NOW)


def names(engine: Engine, *statuses: str) -> list[str]:
    with Session(engine) as session:
        found = select(m.Group.name).where(m.Group.status.in_(statuses or ("draft",))).order_by(m.Group.name)
        return list(session.scalars(found))


def state(engine: Engine) -> Feed:
    with Session(engine) as session:
        return session.scalars(select(Feed)).one()


def series(name: str, **more: Any) -> dict[str, Any]:
    schedule = {
        "repeatFrequency": "P1W",
        "byDay": ["https://schema.org/Tuesday"],
        "startTime": "19:00",
        "endTime": "20:00",
    }
    place = {"name": "The hall", "address": {"addressLocality": "Sale", "postalCode": "M33 4AB"}}
    return {"type": "SessionSeries", "name": name, "eventSchedule": [schedule], "location": place, **more}


def test_an_openactive_feed_is_read_page_by_page_and_goes_on_where_it_was_left(engine: Engine, server: Server) -> None:
    one = {"state": "updated", "kind": "SessionSeries", "id": "a", "modified": 1, "data": series("Slow yoga")}
    two = {"state": "updated", "kind": "SessionSeries", "id": 2, "modified": 2, "data": series("Fast yoga")}
    three = {"state": "updated", "kind": "SessionSeries", "id": "c", "modified": 3, "data": series("Still yoga")}
    server.pages = {
        "/feed": {"items": [one, two], "next": "/feed?after=2"},
        "/feed?after=2": {"items": [three], "next": "/feed?after=3"},
        "/feed?after=3": {"items": [], "next": "/feed?after=3"},
    }
    added(engine, f"{server.url}/feed", "rpde")
    assert reading.read_due(tool(engine, pages=1), OWN) == 1, "there is time for one page only"
    assert (server.asked, names(engine)) == (["/feed"], [])
    assert reading.read_due(tool(engine), OWN) == 1
    assert server.asked == ["/feed", "/feed?after=2", "/feed?after=3"], "no page is asked twice"
    assert names(engine) == ["Fast yoga", "Slow yoga", "Still yoga"]
    with Session(engine) as session:
        group = session.scalars(select(m.Group).where(m.Group.name == "Slow yoga")).one()
        assert (group.sessions[0].rule, group.sessions[0].minutes) == ("FREQ=WEEKLY;BYDAY=TU", 60)
        assert group.places[0].location.postal_code == "M33 4AB"
    assert reading.read_due(tool(engine), OWN) == 0, "once a day"

    server.pages["/feed?after=3"] = {"items": [{"state": "deleted", "id": "a", "modified": 4}], "next": "/feed?after=4"}
    server.pages["/feed?after=4"] = {"items": [], "next": "/feed?after=4"}
    assert reading.read_due(tool(engine, 2), OWN) == 1
    assert names(engine) == ["Fast yoga", "Still yoga"]
    assert names(engine, "archived") == ["Slow yoga"]


def test_a_feed_that_leads_elsewhere_is_not_followed(engine: Engine, server: Server) -> None:
    item = {"state": "updated", "kind": "SessionSeries", "id": "a", "data": series("Yoga")}
    server.pages = {"/feed": {"items": [item], "next": "http://169.254.169.254/latest"}}
    added(engine, f"{server.url}/feed", "rpde")
    reading.read_due(tool(engine), OWN)
    assert names(engine) == []
    assert state(engine).failures == 1


def service(number: int, name: str) -> dict[str, Any]:
    return {"id": f"s{number}", "name": name, "status": "active", "organization": {"id": "o", "name": "A body"}}


def test_an_hsds_feed_is_asked_for_what_its_list_tells_only_briefly_and_not_for_what_is_the_same(
    engine: Engine, server: Server
) -> None:
    page = "/api/services?page={}&per_page=50&full=true"
    server.pages = {
        page.format(1): {"total_pages": 2, "contents": [service(1, "Tea"), service(2, "Walk")]},
        page.format(2): {"total_pages": 2, "contents": [service(3, "Song") | {"schedules": []}]},
        "/api/services/s1": service(1, "Tea") | {"description": "With cake"},
        "/api/services/s2": service(2, "Walk"),
    }
    server.etag = '"one"'
    added(engine, f"{server.url}/api", "hsds", trusted=True)
    assert reading.read_due(tool(engine), OWN) == 1
    assert names(engine, "published") == ["Song", "Tea", "Walk"]
    asked = len(server.asked)
    assert reading.read_due(tool(engine, 2), OWN) == 1
    assert len(server.asked) == asked + 1, "304: nothing has changed"
    server.etag = '"two"'
    server.pages[page.format(1)] = {"total_pages": 1, "contents": [service(1, "Tea"), service(2, "Walk")]}
    assert reading.read_due(tool(engine, 4), OWN) == 1
    assert names(engine, "published") == ["Tea", "Walk"]
    assert names(engine, "archived") == ["Song"]


def test_a_feed_that_does_not_answer_is_asked_again_and_told(engine: Engine, server: Server) -> None:
    added(engine, f"{server.url}/nothing", "hsds")
    for hour in range(3):
        now = tool(engine, 0)
        later = Tool(reading=now.reading, writing=now.writing, pack=PACK, now=NOW + timedelta(hours=2 * hour))
        assert reading.read_due(later, OWN) == 1
    with Session(engine) as session:
        [one] = feeds(session)
    assert (one.failures, one.problem) == (3, "status_404")


def test_a_place_in_the_own_network_is_asked_only_where_the_operator_named_it(engine: Engine, server: Server) -> None:
    added(engine, f"{server.url}/feed", "rpde")
    reading.read_due(tool(engine), ())
    assert server.asked == []
    assert state(engine).failures == 1


def test_every_item_of_real_pages_is_read_or_left_out(engine: Engine, server: Server) -> None:
    folder = Path(__file__).parent / "data" / "openactive"
    seen = 0
    for name in ("emd-1", "views-1"):
        for number, item in enumerate(json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))["items"]):
            known = {"state": "updated", "kind": "SessionSeries", **item, "id": f"{name}-{number}"}
            server.pages[f"/{name}/{number}"] = {"items": [known], "next": f"/{name}/{number + 1}"}
            seen += item.get("state") != "deleted"
        server.pages[f"/{name}/{number + 1}"] = {"items": [], "next": f"/{name}/{number + 1}"}
    added(engine, f"{server.url}/emd-1/0", "rpde")
    assert reading.read_due(tool(engine), OWN) == 1
    with Session(engine) as session:
        found = session.scalars(select(m.Group)).all()
        assert state(engine).failures == 0
        assert found
        assert any(group.sessions for group in found)
        assert any(place.location.latitude for group in found for place in group.places)
    assert seen >= len(found)
