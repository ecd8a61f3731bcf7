"""What Prometheus is told: how the work goes, in labels from closed lists, and nothing of anybody."""

import json
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families as parsed

from service import jobs, metrics
from service.accounts import limits
from service.clock import now
from service.config import MetricsDoor, Settings
from service.db import db
from service.db import version as schema
from service.errors import Invalid, TooMany
from service.notifications.models import STATES
from service.running import own_version
from service.running.exposing import Exposed, serve
from tests.house.spelling import spellings
from tests.journeys.serving import free_port
from tests.people import Cast, signed_in

WORD = "zqaxbmetrics"
TOKEN = "k7-Q4w9Zr2LmX8vTb6NcY1HdJ5sGpKfU3eR"
NUMBERS = {"le"}  # the bounds of histograms: fixed in the code


@pytest.fixture
def exposed(app: Flask, settings: Settings) -> Iterator[Exposed]:
    with app.app_context():
        yield Exposed(engine=db.engine, settings=settings, clock=now)


def families(exposed: Exposed) -> dict[str, Metric]:
    return {one.name: one for one in parsed(exposed.text().decode())}


def value(exposed: Exposed, name: str, **labels: str) -> float:
    """Return a number; 0 where nothing was counted yet."""
    found = (sample for one in families(exposed).values() for sample in one.samples)
    return sum(
        sample.value
        for sample in found
        if sample.name == name and labels.items() <= {str(key): text for key, text in sample.labels.items()}.items()
    )


def closed_lists(app: Flask) -> dict[str, set[str]]:
    """Return every value that each label may have."""
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    return {
        "process": {"web", "jobs"},
        "rule": rules | {metrics.PEOPLE, metrics.NONE},
        "method": {*metrics.METHODS, metrics.OTHER},
        "status": set(metrics.STATUSES),
        "understood_by": set(metrics.UNDERSTOOD_BY),
        "relaxed": {"yes", "no"},
        "remembered": {"yes", "no"},
        "limit": {*limits.SCOPES, metrics.OTHER},
        "outcome": {*metrics.MAIL_REASONS, *metrics.OUTCOMES, metrics.OTHER},
        "job": {job.name for job in jobs.JOBS},
        "state": set(STATES),
        "version": {own_version()},
        "schema": {schema.head()},
    }


def test_no_word_that_somebody_sent_is_in_it_and_every_label_is_from_a_closed_list(
    app: Flask, client: FlaskClient, cast: Cast, exposed: Exposed
) -> None:
    bo = signed_in(app, cast.bo)
    for asking in (client, bo):
        asking.get(f"/en/groups/{WORD}?q={WORD}", headers={"User-Agent": WORD, "X-Request-Id": WORD})
        asking.get(f"/{WORD}")
        asking.open("/en/", method="PROPFIND")
        asking.post("/en/find", data={"text": WORD, "place": WORD})
        asking.post("/api/v1/match", json={"text": WORD})
        asking.get(f"/en/people/{cast.bo}/case")
    metrics.mailed(f"smtp_{WORD}")
    metrics.mailed("smtp_451")
    text = exposed.text()
    assert not [form for form in spellings(WORD) if form in text]
    for person in (cast.bo, cast.ada, cast.surgery):
        assert str(person).encode() not in text
    known = closed_lists(app)
    labels = {
        (name, told)
        for one in parsed(text.decode())
        if one.name != "kith_job_runs"  # this process may have run jobs that other tests made up
        for sample in one.samples
        for name, told in sample.labels.items()
        if name not in NUMBERS
    }
    assert {(name, told) for name, told in labels if told not in known.get(name, set())} == set()
    assert ("outcome", "other") in labels
    assert ("outcome", "smtp_4xx") in labels


def test_what_is_done_about_people_is_told_as_one(app: Flask, cast: Cast, exposed: Exposed) -> None:
    before = value(exposed, "kith_requests_total", rule=metrics.PEOPLE)
    bo = signed_in(app, cast.bo)
    bo.get("/en/referrals")
    bo.get("/en/refer")
    app.test_client().get("/en/ask-for-help")
    assert value(exposed, "kith_requests_total", rule=metrics.PEOPLE) == before + 3
    told = {sample.labels["rule"] for sample in families(exposed)["kith_requests"].samples}
    assert not {rule for rule in told if "refer" in rule or "people" in rule and rule != metrics.PEOPLE}


def test_a_search_is_counted_with_its_time_and_how_many_suit(client: FlaskClient, cast: Cast, exposed: Exposed) -> None:
    names = ("kith_searches_total", "kith_search_seconds_count", "kith_search_candidates_count")
    before = [value(exposed, name) for name in names]
    assert client.post("/api/v1/match", json={"text": "tea and talk"}).status_code == 200
    assert [value(exposed, name) for name in names] == [number + 1 for number in before]


def test_a_refusal_by_a_limit_is_counted_by_the_limit_alone(settings: Settings, exposed: Exposed) -> None:
    one = limits.Limit(scope="sign_in.all", most=0, seconds=60)
    before = value(exposed, "kith_limits_refused_total", limit="sign_in.all")
    counters = limits.open_limits(
        database_url=settings.database_url, data_folder=settings.data_folder, secret=settings.secret
    )
    with closing(counters), pytest.raises(TooMany):
        counters.take(one, WORD, now=now())
    assert value(exposed, "kith_limits_refused_total", limit="sign_in.all") == before + 1


def test_it_answers_on_its_own_port_to_whoever_holds_the_token_and_to_nothing_else(exposed: Exposed) -> None:
    door = MetricsDoor(host="127.0.0.1", port=free_port(), token=TOKEN)
    server = serve(door, exposed)
    assert server is not None
    with server:
        for path, shown, status in (
            ("/metrics", "", 401),
            ("/metrics", f"Bearer {TOKEN}x", 401),
            ("/metrics", "Bearer ünfug", 401),
            ("/en/", f"Bearer {TOKEN}", 404),
            ("/metrics?x=1", f"Bearer {TOKEN}", 404),
        ):
            assert asked(door.port, path, shown)[:2] == (status, "")
        status, body, headers = asked(door.port, "/metrics", f"Bearer {TOKEN}")
        assert (status, "kith_requests_total" in body, "Python" in headers) == (200, True, False)
        assert serve(door, exposed) is None, "the port is taken: mail goes out all the same"
        server.shutdown()


def asked(port: int, path: str, shown: str = "") -> tuple[int, str, str]:
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as line:
        line.request("GET", path, headers={"Authorization": shown.encode()} if shown else {})
        answer = line.getresponse()
        return answer.status, answer.read().decode(), str(answer.headers)


@pytest.mark.parametrize(
    ("given", "variable"),
    [
        ({"KITH_METRICS": "9464"}, "KITH_METRICS"),
        ({"KITH_METRICS": "localhost:9464"}, "KITH_METRICS"),
        ({"KITH_METRICS": "127.0.0.1:0"}, "KITH_METRICS"),
        ({"KITH_METRICS": "0.0.0.0:9464"}, "KITH_METRICS_TOKEN"),
        ({"KITH_METRICS": "10.0.0.5:9464", "KITH_METRICS_TOKEN": "short"}, "KITH_METRICS_TOKEN"),
        ({"KITH_SLOW_MS": "soon"}, "KITH_SLOW_MS"),
    ],
)
def test_a_door_that_everybody_could_open_is_refused_at_the_start(given: dict[str, str], variable: str) -> None:
    base = {"KITH_MODE": "demo", "KITH_SECRET": TOKEN}
    with pytest.raises(Invalid) as refused:
        Settings.from_env(base | given)
    assert refused.value.params["variable"] == variable
    assert Settings.from_env(base).metrics is None, "nothing listens unless somebody says so"
    read = Settings.from_env(base | {"KITH_METRICS": "[::1]:9464"}).metrics
    assert read == MetricsDoor(host="::1", port=9464)
    open_to_all = {"KITH_METRICS": "0.0.0.0:9464", "KITH_METRICS_TOKEN": TOKEN}
    assert TOKEN not in repr(Settings.from_env(base | open_to_all))


def test_while_the_database_is_away_it_says_so_and_tells_the_rest(
    exposed: Exposed, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> Iterator[Metric]:
        raise OSError(WORD)

    monkeypatch.setattr("service.running.exposing.standing", away)
    assert value(exposed, "kith_state_unreadable") == 1
    assert "kith_requests" in families(exposed)
    [line] = [json.loads(line) for line in capfd.readouterr().err.splitlines()][:1]
    assert (line["error"], WORD in str(line)) == ("OSError", False)
