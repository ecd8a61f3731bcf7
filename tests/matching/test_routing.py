"""What a routing service may do: real minutes for the groups shown; when it is slow or wrong, the estimates stand."""

import json
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from service.catalog.barriers import Strength
from service.catalog.words.taxonomy import Taxonomy
from service.config import Settings
from service.errors import Invalid
from service.matching import matcher
from service.matching.answer import Answer
from service.matching.profile import Profile, Travel
from service.matching.routing import REST_SECONDS, TableService
from service.matching.snapshot import Snapshot
from service.matching.travel import Hour, Point
from tests.benchmarks import made_up
from tests.matching.making import SALE, SEVEN_ON_TUESDAYS, TODAY, group, meets, person, place

HERE = (SALE.latitude, SALE.longitude)
THERE: list[Point] = [(53.5, -2.3), (53.6, -2.2)]


@dataclass
class Roads:
    """A routing service on this machine, and what it was asked."""

    body: bytes = b""
    status: int = 200
    delay: threading.Event = field(default_factory=threading.Event)
    asked: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/routed-{{profile}}"

    def tell(self, *seconds: float | None) -> None:
        self.body = json.dumps({"code": "Ok", "durations": [[0, *seconds]]}).encode()


@pytest.fixture
def roads() -> Iterator[Roads]:
    made = Roads()
    made.delay.set()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append(self.path)
            made.delay.wait(5)
            self.send_response(made.status)
            self.end_headers()
            with suppress(OSError):  # whoever asked may have given up
                self.wfile.write(made.body)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield made
    made.delay.set()
    server.shutdown()
    thread.join()
    server.server_close()


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_table_is_asked_once_with_points_and_nothing_else(roads: Roads) -> None:
    roads.tell(600, None)
    assert TableService(roads.url).minutes(HERE, THERE, "walk", ["day", "late"]) == [10.0, None]
    [asked] = roads.asked
    assert asked == "/routed-foot/table/v1/foot/-2.3500,53.4180;-2.3000,53.5000;-2.2000,53.6000?sources=0"


@pytest.mark.parametrize(
    ("travel", "profile", "slower"), [("cycle", "bike", 1), ("car", "car", 1), ("wheel", "foot", 1.6)]
)
def test_each_way_to_get_about_has_its_roads(roads: Roads, travel: Travel, profile: str, slower: float) -> None:
    roads.tell(600, 60)
    assert TableService(roads.url).minutes(HERE, THERE, travel, ["day", "day"]) == pytest.approx([10 * slower, slower])
    assert roads.asked[0].startswith(f"/routed-{profile}/table/v1/{profile}/")


def test_by_bus_roads_say_nothing(roads: Roads) -> None:
    assert TableService(roads.url).minutes(HERE, THERE, "bus", ["day", "day"]) == [None, None]
    assert roads.asked == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[]",
        b'{"code": "NoTable"}',
        b'{"code": "Ok", "durations": [[0, 1]]}',
        b'{"code": "Ok", "durations": [[0, 1, -5]]}',
        b'{"code": "Ok", "durations": [[0, 1, NaN]]}',
        b'{"code": "Ok", "durations": [[0, 1, "5"]]}',
        b"x" * 1_100_000,
    ],
)
def test_after_one_failure_it_is_left_alone_for_a_minute(roads: Roads, body: bytes) -> None:
    roads.body, clock = body, Clock()
    service = TableService(roads.url, clock=clock)
    assert service.minutes(HERE, THERE, "car", ["day", "day"]) == [None, None]
    roads.tell(60, 60)
    clock.now = REST_SECONDS - 1
    assert service.minutes(HERE, THERE, "car", ["day", "day"]) == [None, None]
    assert len(roads.asked) == 1
    clock.now = REST_SECONDS + 1
    assert service.minutes(HERE, THERE, "car", ["day", "day"]) == [1.0, 1.0]


def test_a_refusal_and_a_redirect_are_failures(roads: Roads) -> None:
    for status in (301, 404, 500):
        roads.status = status
        roads.tell(60, 60)
        assert TableService(roads.url).minutes(HERE, THERE, "car", ["day", "day"]) == [None, None]


def test_a_slow_service_is_not_waited_for(roads: Roads) -> None:
    roads.delay.clear()
    assert TableService(roads.url, wait_seconds=0.1).minutes(HERE, THERE, "car", ["day", "day"]) == [None, None]


@pytest.mark.asvs("V16.5.2")
def test_a_service_that_is_not_there_changes_nothing(taxonomy: Taxonomy) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}/{{profile}}"
    snapshot = Snapshot.build(made_up.groups(60, taxonomy), taxonomy, 1)
    for profile in made_up.profiles(50, taxonomy, seed=3):
        told = matcher.match(snapshot, profile, made_up.TODAY, None, TableService(nobody))
        assert told == matcher.match(snapshot, profile, made_up.TODAY)


# ---- in the order ----------------------------------------------------------------------------------------------------


class Ferry:
    """A routing service in memory: the north bank takes long, whatever the map says."""

    def __init__(self) -> None:
        self.asked: list[Sequence[Point]] = []
        self.hours: list[Hour] = []

    def minutes(
        self, origin: Point, targets: Sequence[Point], travel: Travel, at: Sequence[Hour]
    ) -> Sequence[float | None]:
        assert len(targets) == len(at)
        self.asked.append(targets)
        self.hours = list(at)
        return [90.0 if latitude > 53.424 else None for latitude, _ in targets]


def routed(taxonomy: Taxonomy, profile: Profile, *groups: Any, routing: Ferry | None = None) -> Answer:
    return matcher.match(Snapshot.build(groups, taxonomy, 1), profile, TODAY, None, routing or Ferry())


def test_the_order_goes_by_the_minutes_that_were_told(taxonomy: Taxonomy) -> None:
    across, this_side = group(1, places=(place(1.0),)), group(2, places=(place(-2.0),))
    answer = routed(taxonomy, person(), across, this_side)
    assert [(match.minutes, match.estimated) for match in answer.matches] == [(20, True), (90, False)]
    assert "far" in {point.code for point in answer.matches[1].misfits}


def test_the_hour_at_which_a_group_meets_is_told(taxonomy: Taxonomy) -> None:
    routing = Ferry()
    evening = group(1, places=(place(2.0),), sessions=(meets(SEVEN_ON_TUESDAYS),))
    routed(taxonomy, person(), evening, routing=routing)
    assert routing.hours == ["late"]
    assert routing.asked[0][0] == pytest.approx((SALE.latitude + 2.0 / 111.195, SALE.longitude))


def test_a_way_that_is_a_must_is_judged_by_the_real_minutes(taxonomy: Taxonomy) -> None:
    profile = person(barriers={"transport": Strength.MUST})
    assert not routed(taxonomy, profile, group(1, places=(place(1.0),))).matches


def test_without_a_place_nothing_is_asked_and_never_about_more_than_fifty(taxonomy: Taxonomy) -> None:
    routing = Ferry()
    many = [group(number, places=(place(number / 100, number=number),)) for number in range(1, 90)]
    routed(taxonomy, replace(person(), place=None), *many, routing=routing)
    assert routing.asked == []
    routed(taxonomy, person(limit=5), *many, routing=routing)
    assert [len(targets) for targets in routing.asked] == [50]


def test_a_short_list_begins_the_long_one_with_roads_too(taxonomy: Taxonomy) -> None:
    snapshot = Snapshot.build(made_up.groups(60, taxonomy), taxonomy, 1)
    for profile in made_up.profiles(60, taxonomy, seed=23):
        short, long = (
            matcher.match(snapshot, replace(profile, limit=limit), made_up.TODAY, None, Ferry()) for limit in (5, 50)
        )
        assert long.matches[:5] == short.matches


# ---- the setting -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url", ["ftp://roads/{profile}", "file:///{profile}", "http:///{profile}", "https://roads/", "x"]
)
def test_an_address_that_cannot_be_asked_is_refused_at_start(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        Settings.from_env({"KITH_MODE": "demo", "KITH_SECRET": "x" * 40, "KITH_ROUTING_URL": url})
    assert refused.value.params["variable"] == "KITH_ROUTING_URL"


def test_routing_is_off_unless_switched_on() -> None:
    plain = {"KITH_MODE": "demo", "KITH_SECRET": "x" * 40}
    assert Settings.from_env(plain).routing_url is None
    on = "https://roads.example.org/routed-{profile}"
    assert Settings.from_env({**plain, "KITH_ROUTING_URL": on}).routing_url == on
