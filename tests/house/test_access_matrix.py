"""Who reaches what: every rule × method × role × organisation, as the permissions say; nothing foreign is seen."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, Row, func, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from service.accounts.models import AuditEntry
from service.accounts.permissions import GRANTS, MEMBER_ROLES, OPEN, Permission, Role, scope_permissions
from service.accounts.signing_in import sessions
from service.clock import now
from service.db import Base, committing
from service.web.access import COOKIE_KEY
from tests.house import canaries
from tests.house.canaries import CANARY, OURS, THEIRS, House
from tests.house.parts import (
    IDS,
    NOT_HERE,
    OF_ONE,
    OF_ORGANISATION,
    PARTS,
    RECORDED,
    RUNG,
    SEEN_IN,
    SHOWN,
    STAFF,
    TOLD,
    UNKNOWN,
    WITHOUT_LIST,
)
from tests.walk import address, rules

WALKS = 4  # so that all cores walk
THINGS = ("own", "colleague's", "foreign", "missing")
MISSING = UUID("6b6d2f5e-0c34-4c1f-9d57-7f8f2f0c9a11")
KEYS = tuple(f"key:{','.join(scopes)}" for scopes in canaries.SCOPES)
SIGNED_IN = (Role.PERSON.value, *(role.value for role in MEMBER_ROLES))
ACTORS = (Role.VISITOR.value, *SIGNED_IN, *KEYS)
CHANGING = re.compile(rb'name="csrf_token" value="[^"]*"|"csrf-token" content="[^"]*"')


@dataclass(frozen=True)
class Cell:
    """One question to one door."""

    rule: Rule
    method: str
    actor: str
    thing: str

    @property
    def permission(self) -> Permission | None:
        """What the door should ask for."""
        fitting = [
            part for part in PARTS if self.rule.rule == part or (part != "/" and self.rule.rule.startswith(part))
        ]
        found = PARTS[max(fitting, key=len)] if fitting else None
        return found.get(self.method) if isinstance(found, dict) else found

    @property
    def of_api(self) -> bool:
        """Whether a key, and no cookie, tells who asks."""
        return self.rule.rule.startswith("/api/")

    def __str__(self) -> str:
        return f"{self.method} {self.rule.rule} by {self.actor}, {self.thing}"


@dataclass
class Walk:
    """The application, its two organisations, and what was found in it."""

    app: Flask
    engine: Engine
    houses: dict[str, House]
    seen: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    hidden: dict[tuple[str, str, str], set[bytes]] = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)
    browsers: dict[str, tuple[FlaskClient, dict[str, str]]] = field(default_factory=dict)


@pytest.fixture
def walk(app: Flask, engine: Engine) -> Walk:
    return Walk(app=app, engine=engine, houses=canaries.settle(app))


# ---- what should be --------------------------------------------------------------------------------------------------


def granted(actor: str) -> frozenset[Permission]:
    if actor.startswith("key:"):
        return scope_permissions(actor.removeprefix("key:").split(","))
    return GRANTS[Role(actor)]


def expected(cell: Cell) -> str:
    permission = cell.permission
    assert permission is not None
    known = cell.actor in (KEYS if cell.of_api else SIGNED_IN)
    if permission not in OPEN and not known:
        return "401" if cell.of_api else "sign in"
    if permission not in OPEN and permission not in granted(cell.actor):
        return "403"
    return "404" if out_of_sight(cell) else "open"


def out_of_sight(cell: Cell) -> bool:
    if cell.thing == "missing":
        return True
    named = cell.rule.arguments
    if "incident_id" in named:
        return True  # nobody of the two organisations is a safeguarding lead
    if "person_id" in named and Permission.READ_REFERRALS not in granted(cell.actor):
        return True  # whoever may not read knows of nobody
    if named & OF_ONE:
        return cell.thing != "own"
    if named & OF_ORGANISATION:
        return cell.thing == "foreign" and cell.actor != Role.ADMIN
    if not named & {"referral_id", "person_id"}:
        return False  # listings are everybody's to read, and every editor's to edit
    return cell.thing == "foreign" or (cell.thing == "colleague's" and cell.actor == Role.REFERRER)


def rows_expected(cell: Cell, told: str) -> int:
    """Return how many denials are recorded: of whom we know, for asking where they may not."""
    return int(told == "403" or (told == "404" and bool(cell.rule.arguments & RECORDED)))


def things(rule: Rule) -> tuple[str, ...]:
    if rule.arguments & IDS:
        return THINGS
    hidden = rule.arguments & UNKNOWN and rule.endpoint not in WITHOUT_LIST
    return ("missing",) if hidden or rule.endpoint in NOT_HERE else ("own",)


# ---- what is ---------------------------------------------------------------------------------------------------------


def cells(app: Flask, only: str = "", part: int = 0, parts: int = 1) -> Iterator[Cell]:
    for rule in _part(rules(app), part, parts):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            for thing in things(rule):
                if only in rule.rule:
                    yield from (Cell(rule, method, actor, thing) for actor in ACTORS)


def _part(every: list[Rule], part: int, parts: int) -> list[Rule]:
    """Return one stretch of the doors: what is begun at one door and goes on at the next stays together."""
    paths = sorted({rule.rule for rule in every})
    mine = set(paths[part * len(paths) // parts : (part + 1) * len(paths) // parts])
    return [rule for rule in every if rule.rule in mine]


def where(walk: Walk, cell: Cell) -> str:
    house = walk.houses[THEIRS if cell.thing == "foreign" else OURS]
    ids: dict[str, object] = dict.fromkeys(IDS, MISSING)
    if cell.thing != "missing":
        ids = {name: both[cell.thing == "colleague's"] for name, both in house.ids.items()}
        ours = walk.houses[OURS]
        ids |= {"ring_id": ours.rings, "report_id": ours.report, "proposal_id": ours.proposal}
        if cell.actor in walk.houses[OURS].own and cell.thing == "own":
            ids |= walk.houses[OURS].own[cell.actor]
    return address(walk.app, cell.rule, slug=house.slug, version=2, number=1, **ids)


def ask(walk: Walk, cell: Cell) -> TestResponse:
    """Ask in the browser, or with the key, of somebody of our organisation."""
    client, form = walk.browsers.get(cell.actor) or browser(walk, cell.actor)
    walk.browsers[cell.actor] = client, form
    if "/sign-" in cell.rule.rule:  # after those it may be nobody's
        del walk.browsers[cell.actor]
    headers: dict[str, str] = {}
    if cell.actor in KEYS:
        headers["Authorization"] = f"Bearer {walk.houses[OURS].keys[cell.actor.removeprefix('key:')]}"
    sent: dict[str, Any] = {} if cell.method == "GET" else {"json": {}} if cell.of_api else {"data": form}
    return client.open(where(walk, cell), method=cell.method, headers=headers, buffered=True, **sent)


def browser(walk: Walk, actor: str) -> tuple[FlaskClient, dict[str, str]]:
    """Return a browser, and what every form of ours sends, so that only rights can be in the way."""
    client = FlaskClient(walk.app, walk.app.response_class)
    if actor in SIGNED_IN:
        with walk.app.app_context(), committing() as unit:
            token = sessions.open_session(unit, user_id=walk.houses[OURS].users[actor], now=now(), strength=2)
        with client.session_transaction() as cookie:
            cookie[COOKIE_KEY] = token
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/en/sign-in").get_data(as_text=True))
    assert found
    return client, {"csrf_token": found[1]}


def told(answer: TestResponse) -> str:
    if answer.status_code in (303, 302) and "/sign-in" in answer.headers["Location"]:
        return "sign in"
    if answer.status_code in (401, 403):
        return str(answer.status_code)
    if answer.status_code in (404, 410):
        return "404"
    return "open" if answer.status_code < 500 else "failed"


def denials(walk: Walk) -> int:
    with walk.engine.connect() as connection:
        found = select(func.count()).select_from(AuditEntry)
        found = found.where(AuditEntry.outcome == "denied", AuditEntry.action != "limit")  # the walk comes often
        return connection.scalar(found) or 0


def everything_said(answer: TestResponse) -> bytes:
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers)
    return headers.encode() + b"\n\n" + answer.get_data()


def look(walk: Walk, cell: Cell) -> None:
    """Ask once and keep what is wrong with the answer."""
    before = denials(walk)
    answer = ask(walk, cell)
    got, wanted = told(answer), expected(cell)
    walk.seen[wanted] += 1
    if got != wanted:
        walk.wrong.append(f"{cell}: {answer.status_code} where {wanted} was expected")
    if denials(walk) - before != rows_expected(cell, wanted):
        walk.wrong.append(f"{cell}: {denials(walk) - before} denials recorded, not {rows_expected(cell, wanted)}")
    for found in CANARY.finditer(everything_said(answer).decode("utf-8", "replace")):
        walk.shown.add(found[2])
        if not may_show(cell, found[1], found[2]):
            walk.leaks.append(f"{cell}: {found[0]}")
    if wanted == "404" and cell.rule.arguments & IDS:
        key = (cell.method, cell.rule.rule, cell.actor)
        walk.hidden.setdefault(key, set()).add(alike(answer, where(walk, cell)))


def may_show(cell: Cell, whose: str, column: str) -> bool:
    """Say whether an answer may hold this word: nothing of theirs; of ours what the room is for, and one's own name."""
    runs_all = cell.actor == Role.ADMIN and "/organisation/" in cell.rule.rule
    if column.startswith("organisationloginname") and "/sign-in" in cell.rule.rule:
        return True  # a button for whoever comes from there
    if whose == THEIRS and not runs_all:
        return False
    if column.startswith("useraccountname"):
        return cell.actor in SIGNED_IN
    room = next((words for part, words in SEEN_IN.items() if part in cell.rule.rule), ())
    return expected(cell) == "open" and column.startswith(room)


def alike(answer: TestResponse, asked: str) -> bytes:
    """Return the whole answer without what differs at every question: its id, its time, its token, its own address."""
    said = everything_said(answer)
    for changing in (answer.headers.get("X-Request-Id", ""), answer.headers.get("Date", "")):
        said = said.replace(changing.encode(), b"") if changing else said
    for part in {part for part in asked.split("/") if len(part) == 36}:
        said = said.replace(part.encode(), b"")
    return re.sub(rb"Set-Cookie: [^\n]*", b"", CHANGING.sub(b"", said))


def own_mail(row: Row[Any]) -> bool:
    """Say whether this is a message to people about their own account, which they may cause."""
    return getattr(row, "template", "") in ("sign_in_changed", "link_wanted")


def personal(walk: Walk) -> str:
    """Return a hash of all that is kept of people."""
    names = ("person", "consent", "referral", "introduction", "leader_link", "move", "outbox_message", "membership")
    with walk.engine.connect() as connection:
        tables = [Base.metadata.tables[name] for name in names]
        rows = [
            [row for row in connection.execute(select(table).order_by(*table.primary_key.columns)) if not own_mail(row)]
            for table in tables
        ]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


# ---- the promises ----------------------------------------------------------------------------------------------------


@pytest.mark.asvs("V8.2.1", "V8.2.2", "V8.4.1", "V8.3.1", "V16.3.2")
@pytest.mark.parametrize("part", range(WALKS))
def test_every_door_opens_for_whom_it_should_and_shows_nothing_foreign(
    walk: Walk, part: int, capsys: pytest.CaptureFixture[str]
) -> None:
    before = personal(walk)
    without = without_rule(walk.app)
    for cell in cells(walk.app, part=part, parts=WALKS):
        if cell.permission is not None:
            look(walk, cell)
    with capsys.disabled():
        leaks, wrong, count = len(walk.leaks), len(walk.wrong), walk.seen.total()
        print(f"\ncells {count}, leaks {leaks}, wrong {wrong}, routes without rule {len(without)}")
    assert walk.leaks == []
    assert walk.wrong == []
    assert {key for key, answers in walk.hidden.items() if len(answers) > 1} == set(), "foreign looks as if missing"
    assert personal(walk) == before, "whoever was turned away changed nothing"
    assert min(walk.seen[kind] for kind in ("open", "403", "404")) > 10


def test_what_leaks_would_be_seen(walk: Walk) -> None:
    """Whoever may open a room reads the words that nobody else may see, so the walk would find them elsewhere."""
    for cell in cells(walk.app):
        a_room = cell.method == "GET" and any(part in cell.rule.rule for part in SEEN_IN)
        if a_room and cell.thing == "own" and cell.permission and expected(cell) == "open":
            look(walk, cell)
    words = {*SHOWN, *RUNG, *TOLD, *STAFF[:4]}
    assert {word for word in words if any(seen.startswith(word) for seen in walk.shown)} == words


def test_every_door_asks_for_what_its_part_of_the_house_asks_for(app: Flask) -> None:
    assert without_rule(app) == []


def without_rule(app: Flask) -> list[str]:
    """Return the doors that declare no permission, or another one than their part of the house."""
    found = []
    for rule in rules(app):
        declared = getattr(app.view_functions[rule.endpoint], "permission", None)
        methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        asked = {Cell(rule, method, "visitor", "own").permission for method in methods}
        found += [] if asked == {declared} and declared is not None else [f"{methods} {rule.rule}: {declared}"]
    return found


@pytest.mark.asvs("V8.2.2", "V8.4.1")
def test_another_organisation_s_referral_is_as_if_it_were_not_there(walk: Walk) -> None:
    for cell in cells(walk.app, only="<uuid:referral_id>"):
        if cell.actor in (Role.REFERRER, Role.LINK_WORKER, *KEYS):
            look(walk, cell)
    assert walk.leaks == []
    assert walk.wrong == []
    assert all(len(answers) == 1 for answers in walk.hidden.values())
    assert len(walk.hidden) >= 16


def test_every_personal_table_holds_canaries(walk: Walk) -> None:
    """A new text column of a person is filled as well, or this matrix would not see it leak."""
    sealer = walk.app.extensions["kith"].sealer
    with walk.engine.connect() as connection:
        for model in canaries.PERSONAL:
            table = Base.metadata.tables[str(model.__tablename__)]
            named = canaries.columns(model)
            assert named, table.name
            rows = connection.execute(select(table)).mappings().all()
            assert len(rows) >= 4, table.name
            for row in rows:
                for column, sealed in named.items():
                    text = (
                        canaries.sealed_for(sealer, table.name)
                        .open(f"{table.name}:{row['id']}:{column}", row[column])
                        .decode()
                        if sealed
                        else row[column]
                    )
                    assert CANARY.fullmatch(canaries.plain(table.name, text)), (table.name, column)
