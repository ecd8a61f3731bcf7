"""Text is text: scripts in every field that is kept or sent are shown on every page in a browser, and none runs."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from service.accounts.permissions import Role
from service.catalog import models as m
from service.db import Base, committing
from tests.house import canaries
from tests.house.canaries import OURS, House
from tests.journeys.payloads import MARK, PAYLOADS
from tests.people import signed_in
from tests.walk import address, rules

pytestmark = pytest.mark.browser
CATALOGUE = (m.Group, m.Organisation, m.Location, m.Session, m.Fact, m.Price, m.ServiceArea, m.Picture, m.Revision)
# What stands for something else, and is never shown as it is.
CODES = {"slug", "short_code", "currency", "language_of_text", "source", "time_zone", "rule", "kind", "country", "code"}
CODES |= {"entity", "confirmed_by", "confirmed_by_role", "actor_role", "value", "image", "not_joinable_reason"}
ACTORS = (None, Role.ADMIN, Role.LINK_WORKER, Role.ORG_MANAGER)
SENT = {"text": "singing", "place": "Sale"}
WATCH = """
window.zqaxRan = 0;
window.zqax = () => { window.zqaxRan += 1; };
for (const name of ["alert", "confirm", "prompt", "print"]) window[name] = window.zqax;
window.zqaxBlocked = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.zqaxBlocked.push(`${event.violatedDirective} ${event.blockedURI}`));
"""
FOUND = """(mark) => {
  const found = window.zqaxBlocked.map((one) => `blocked: ${one}`);
  if (window.zqaxRan) found.push(`ran ${window.zqaxRan} times`);
  for (const one of document.querySelectorAll("*")) {
    if (one.hasAttribute(mark)) found.push(`opened: ${one.outerHTML.slice(0, 80)}`);
    for (const {name, value} of one.attributes) {
      if (name.startsWith("on")) found.push(`listens: ${name}`);
      const leads = ["href", "src", "action", "formaction", "data", "srcdoc"].includes(name);
      const script = /^[\\s\\x00-\\x20]*(javascript|vbscript|view-source|blob|data:text)/i;
      if (leads && script.test(value)) found.push(`leads: ${value}`);
    }
  }
  if (document.body && document.body.innerText.includes("1337zqax")) found.push("a template was filled in");
  return found;
}"""
FILL = """([place, text]) => {
  const form = document.forms[place];
  for (const one of form.elements) {
    if (!one.name || one.name === "csrf_token" || one.type === "file") continue;
    if (one.tagName === "SELECT") { one.add(new Option(text, text)); one.value = text; }
    else if (["radio", "checkbox"].includes(one.type)) { one.checked = true; one.value = text; }
    else if (one.type !== "hidden") { one.type = "text"; one.maxLength = 1000000; one.value = text; }
  }
  form.noValidate = true;
  HTMLFormElement.prototype.submit.call(form);
}"""


def batches(size: int) -> list[str]:
    """Return the payloads, so many together; with one at a time each stands alone."""
    return [" ".join(PAYLOADS[first : first + size]) for first in range(0, len(PAYLOADS), size)]


@dataclass
class Stage:
    """The application with payloads in it, its pages, and what went wrong."""

    app: Flask
    house: House
    url: str
    views: dict[str, list[str]] = field(default_factory=dict)
    seen: int = 0
    shown: int = 0  # of the views, where a payload could be read
    wrong: list[str] = field(default_factory=list)

    def cookie(self, role: Role | None) -> list[dict[str, str]]:
        if role is None:
            return []
        kept = signed_in(self.app, self.house.users[role.value]).get_cookie("kith")
        assert kept is not None
        return [{"name": "kith", "value": kept.value, "url": self.url}]

    def look(self, page: Page, where: str) -> None:
        """Look whether anything ran, opened or led away."""
        self.seen += 1
        self.shown += int("zqax" in page.inner_text("body"))
        self.wrong += [f"{where}: {told}" for told in page.evaluate(FOUND, MARK)]


@pytest.fixture
def stage(app: Flask) -> Iterator[Stage]:
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    house = canaries.settle(app)[OURS]
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    made = Stage(app, house, f"http://127.0.0.1:{server.server_port}")
    for role in ACTORS:
        made.views[str(role)] = list(addresses(made, role))
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


def addresses(stage: Stage, role: Role | None) -> Iterator[str]:
    """Yield the address of every page and JSON answer that somebody sees with what is there."""
    app, house = stage.app, stage.house
    client = app.test_client() if role is None else signed_in(app, house.users[role.value])
    ids: dict[str, Any] = {name: pair[0] for name, pair in house.ids.items()}
    ids |= {
        "slug": house.slug,
        "ring_id": house.rings,
        "report_id": house.report,
        "proposal_id": house.proposal,
        "version": 1,
        "code": "enjoy",
    }
    ids |= house.own.get(role.value, {}) if role else {}
    sealed = client.post("/en/find", data=SENT).location.split("/")[3].partition("#")[0]
    kept = client.post(f"/en/groups/{house.slug}/keep", data={}).location.split("/")[-1]
    for rule in rules(app):
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        where = address(app, rule, **ids, sealed=kept if rule.rule.startswith("/<lang>/list/") else sealed)
        answer = client.get(where)
        shown = answer.mimetype in ("text/html", "application/json", "text/plain", "application/xml")
        shown = shown and "attachment" not in answer.headers.get("Content-Disposition", "")  # that is kept, not opened
        if answer.status_code == 200 and shown and (role is None or "/<lang>/find" not in rule.rule):
            yield where
    if role is None:
        yield "/embed/en/list?near=Sale"


# ---- what is kept ----------------------------------------------------------------------------------------------------


def unique(model: type[Base], name: str) -> bool:
    table = model.metadata.tables[str(model.__tablename__)]
    alone = [set(rule.columns.keys()) for rule in table.constraints if isinstance(rule, UniqueConstraint)]
    alone += [set(index.columns.keys()) for index in table.indexes if index.unique]
    return bool(table.columns[name].unique) or any(name in names for names in alone)


def fitting(session: Session, model: type[Base], name: str, text: str) -> str:
    """Return as much of a text as its column holds; SQLite holds any, so that there the whole of it is shown."""
    kind = model.metadata.tables[str(model.__tablename__)].columns[name].type
    if session.get_bind().dialect.name == "postgresql" and isinstance(kind, String):
        return text[: kind.length]
    return text


def fill(stage: Stage, payload: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """Put a text into every text field of everything that is kept; return how many fields that is."""
    fields = set()

    def word(whose: str, table: str, column: str, row: int) -> str:
        fields.add((table, column))
        model = next(one for one in canaries.PERSONAL if one.__tablename__ == table)
        return fitting(unit, model, column, f"{whose}{row}{payload}" if unique(model, column) else payload)

    with monkeypatch.context() as patch, stage.app.app_context(), committing() as unit:
        patch.setattr(canaries, "canary", word)
        canaries._fill(unit, OURS, stage.app.extensions["kith"].sealer, set())
        fields |= catalogue(unit, payload)
    return len(fields)


def catalogue(session: Session, payload: str) -> set[tuple[str, str]]:
    fields = set()
    for model in CATALOGUE:
        names = [
            name
            for name, sealed in canaries.columns(model).items()
            if not sealed and name not in CODES
            if isinstance(model.metadata.tables[str(model.__tablename__)].columns[name].type, String)
        ]
        for row in session.scalars(select(model)):
            for name in names:
                if not unique(model, name):
                    setattr(row, name, fitting(session, model, name, payload))
                    fields.add((str(model.__tablename__), name))
    return fields


def walk(stage: Stage, context: BrowserContext, role: Role | None, payload: str) -> None:
    page = context.new_page()
    for where in stage.views[str(role)]:
        page.goto(f"{stage.url}{where}", wait_until="load")
        stage.look(page, f"{role} {where} with {payload[:40]!r}")
    page.close()


def stored(stage: Stage, browser: Browser, size: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """Show every view with every batch in every field; return how many fields held one."""
    held = 0
    for payload in batches(size):
        held = fill(stage, payload, monkeypatch)
        for role in ACTORS:
            context = browser.new_context()
            context.add_init_script(WATCH)
            context.add_cookies(stage.cookie(role))  # type: ignore[arg-type]
            walk(stage, context, role, payload)
            context.close()
    return held


# ---- what is sent ----------------------------------------------------------------------------------------------------


def reflected(stage: Stage, browser: Browser, size: int) -> int:
    """Send every batch in every parameter and field of every form; return how many forms were sent."""
    forms = 0
    for role in ACTORS:
        context = browser.new_context()
        context.add_init_script(WATCH)
        context.add_cookies(stage.cookie(role))  # type: ignore[arg-type]
        page = context.new_page()
        for where in stage.views[str(role)]:
            for payload in batches(size):
                forms += sent(stage, page, where, payload)
        context.close()
    return forms


def sent(stage: Stage, page: Page, where: str, payload: str) -> int:
    page.goto(f"{stage.url}{where}")
    names = page.evaluate("() => [...document.querySelectorAll('[name]')].map((one) => one.name)")
    known = dict.fromkeys([*names, "q", "name", "next", "page", "without", "near", "interest"], payload[:3000])
    page.goto(f"{stage.url}{where.partition('?')[0]}?{urlencode(known)}")
    stage.look(page, f"{where} asked with {payload[:40]!r}")
    page.goto(f"{stage.url}{where}")
    many = page.evaluate("() => [...document.forms].map((one) => one.action.includes('sign-out'))")
    for place, leaves in enumerate(many):
        if leaves:
            continue
        with page.expect_navigation(wait_until="load"):
            page.evaluate(FILL, [place, payload])
        stage.look(page, f"{where}, form {place}, sent with {payload[:40]!r}")
        page.goto(f"{stage.url}{where}")
    return len(many)


def test_there_are_enough_of_them() -> None:
    assert len(set(PAYLOADS)) >= 150


@pytest.mark.asvs("V1.2.1", "V1.2.2", "V1.1.2", "V3.4.3", "V1.2.3", "V1.3.4")
def test_nothing_that_is_kept_runs(
    stage: Stage, browser: Browser, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fields = stored(stage, browser, len(PAYLOADS), monkeypatch)
    assert stage.wrong == []
    assert fields >= 50
    assert stage.seen >= 60
    assert stage.shown >= 30, "they are there to be read"
    with capsys.disabled():
        print(f"\nscripts: {len(PAYLOADS)} in {fields} fields, {stage.seen} views, {stage.shown} show them, 0 ran")


@pytest.mark.slow
@pytest.mark.asvs("V1.2.1")
def test_nothing_that_is_kept_runs_a_few_at_a_time(
    stage: Stage, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As above, sixteen at a time: nothing hides behind what stands before it."""
    stored(stage, browser, 16, monkeypatch)
    assert stage.wrong == []
    assert stage.seen >= 600


@pytest.mark.slow
@pytest.mark.asvs("V1.2.1", "V2.2.2")
def test_nothing_that_is_sent_runs(stage: Stage, browser: Browser, capsys: pytest.CaptureFixture[str]) -> None:
    """Every parameter and every field of every form of every page, without the browser's own limits."""
    forms = reflected(stage, browser, len(PAYLOADS))
    assert stage.wrong == []
    assert forms >= 60
    with capsys.disabled():
        print(f"\nscripts: {len(PAYLOADS)} in {forms} forms, {stage.seen} views, 0 ran")


def test_a_page_that_forgets_would_be_found(stage: Stage, browser: Browser) -> None:
    said = {"told": PAYLOADS[0], "opened": PAYLOADS[22], "led": "<a href='javascript:x'>x</a>"}
    for name, body in said.items():
        stage.app.view_functions["healthz"] = lambda body=body: body
        page = browser.new_page()
        page.add_init_script(WATCH)
        page.goto(f"{stage.url}/healthz")
        stage.look(page, name)
        page.close()
    assert {one.partition(":")[0] for one in stage.wrong} == set(said)
