"""Spans are made where somebody wants them, and hold no more than the log."""

import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service import tracing
from tests.people import Cast

WORD = "zqaxbspan"


def test_without_an_endpoint_nothing_is_loaded_and_nothing_is_made() -> None:
    assert not tracing.start({})
    assert tracing.span("job", job="tidy") is tracing.span("search"), "one thing that does nothing"
    assert tracing.begin("request", rule="/") is None
    tracing.end(None, status=200)
    looked = (
        "import sys; from service import observability, tracing; assert not tracing.start({}); "
        "sys.exit(any(n.startswith('opentelemetry') for n in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", looked], check=False).returncode == 0


def test_where_the_extra_is_missing_an_endpoint_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracing, "find_spec", lambda _name: None)
    assert not tracing.start({tracing.ENDPOINT: "http://127.0.0.1:4318"})
    assert not tracing.is_on()


@pytest.fixture
def spans() -> Iterator[Any]:
    if find_spec("opentelemetry") is None:
        pytest.skip("THE EXTRA tracing IS NOT HERE: spans were not looked at")
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    exporter = InMemorySpanExporter()
    assert tracing.start({}, exporter=exporter)
    yield exporter
    tracing.stop()


@pytest.mark.slow
def test_a_span_tells_rule_stage_and_shape_and_no_word_of_anybody(
    app: Flask, client: FlaskClient, cast: Cast, spans: Any
) -> None:
    client.get(f"/en/groups/{WORD}?q={WORD}", headers={"User-Agent": WORD})
    client.post("/api/v1/match", json={"text": WORD})
    with pytest.raises(ValueError, match=WORD), tracing.span("job", job="tidy", secret=WORD):
        raise ValueError(WORD)
    made = spans.get_finished_spans()
    assert {"request", "database", "search", "search stage", "job"} <= {one.name for one in made}
    held = {key.removeprefix("kith.") for one in made for key in one.attributes}
    assert held <= tracing.ALLOWED
    assert WORD not in "".join(one.to_json() for one in made)
    requests = [one for one in made if one.name == "request"]
    assert {one.attributes["kith.rule"] for one in requests} >= {"/<lang>/groups/<slug>", "/api/v1/match"}
    of_request = {one.context.span_id for one in requests}
    assert any(one.parent and one.parent.span_id in of_request for one in made if one.name == "database")
    [job] = [one for one in made if one.name == "job"]
    assert (job.attributes["kith.error"], job.events) == ("ValueError", ())
