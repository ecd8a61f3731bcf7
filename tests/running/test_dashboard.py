"""The shipped dashboard and alerts ask only for what is told, and each alert leads to what to do."""

import json
import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from service import running
from service.clock import now
from service.config import Settings
from service.db import db
from service.running.exposing import Exposed
from tests.house.test_docs import anchors
from tests.people import Cast

ROOT = Path(__file__).parents[2]
DASHBOARD, ALERTS = ROOT / "deploy/grafana/kith.json", ROOT / "deploy/prometheus/alerts.yaml"
NAME = re.compile(r"\bkith_\w+")
ENDS = {"histogram": ("_bucket", "_sum", "_count"), "counter": ("",), "gauge": ("",)}


def asked_for() -> dict[str, list[str]]:
    """Return every expression, by where it stands."""
    panels = json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]
    alerts = re.findall(r"^ +expr: (.+)$", ALERTS.read_text(encoding="utf-8"), re.M)
    return {
        **{panel["title"]: [target["expr"] for target in panel["targets"]] for panel in panels},
        **{f"alert {number}": [one] for number, one in enumerate(alerts)},
    }


def test_every_name_is_told_and_every_one_that_is_told_is_shown(
    app: Flask, cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "last_backup", lambda *_, **__: timedelta(hours=3))
    with app.app_context():
        app.extensions["kith"].matching.rebuild()
        text = Exposed(engine=db.engine, settings=settings, clock=now).text().decode()
    families = re.findall(r"^# TYPE (\w+) (\w+)$", text, re.M)
    told = {name + end for name, kind in families for end in ENDS[kind]}
    asked = {name for exprs in asked_for().values() for expr in exprs for name in NAME.findall(expr)}
    assert asked - told == set()
    shown = {name.removesuffix("_bucket") for name in asked}
    assert {name for name, _ in families} - shown - {"kith_disk_bytes"} == set(), "what is told and nobody sees"


def test_every_expression_is_whole() -> None:
    for where, exprs in asked_for().items():
        for expr in exprs:
            for opening, closing in ("()", "[]", "{}"):
                assert expr.count(opening) == expr.count(closing), where
            assert expr.count('"') % 2 == 0, where


def test_every_alert_says_in_plain_words_what_is_wrong_and_leads_to_what_to_do() -> None:
    text = ALERTS.read_text(encoding="utf-8")
    names = re.findall(r"- alert: (\w+)", text)
    leads = re.findall(r'runbook: "([^"#]+)#(\w+)"', text)
    assert [anchor for _, anchor in leads] == [name.lower() for name in names]
    assert len(re.findall(r'summary: "[A-Z][^"]{20,}\."', text)) == len(names)
    for page, anchor in leads:
        assert anchor in anchors(ROOT / page)


@pytest.mark.slow
def test_prometheus_itself_takes_the_alerts(tmp_path: Path) -> None:
    """Every expression of the dashboard as well, as a rule that records it."""
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("THERE IS NO promtool HERE: the alerts were not tried")
    rules = [
        {"record": f"kith:panel{number}", "expr": expr}
        for number, expr in enumerate(expr for exprs in asked_for().values() for expr in exprs)
    ]
    recorded = tmp_path / "panels.yaml"
    recorded.write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}))
    said = subprocess.run([promtool, "check", "rules", ALERTS, recorded], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr
    assert f"{len(rules)} rules found" in said.stdout
