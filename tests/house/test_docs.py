"""What the documents say is so: links lead somewhere, paths and names exist, requests are answered as shown."""

import ast
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from service.catalog import facts, freshness, reports, seeding
from service.catalog.barriers import BARRIERS, Barrier
from service.clock import now
from service.db import committing
from service.matching.filters import GATES
from service.matching.relaxation import ORDER
from service.matching.scorers import SCORERS
from service.notifications import outbox
from service.referrals import operations
from service.referrals.answering import operations as answers
from service.referrals.answering.means import Means
from service.referrals.answering.replies import Reply
from service.referrals.operations import Mail
from tests import people

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"\.?[A-Za-z_][\w.-]*(?:/[\w.*-]*)+|[\w-]+\.(?:py|md|toml|lock)")
OURS = ("service", "tests", "seeds", "docs", "deploy", ".ci")
FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```", re.M | re.S)
TABLE = "<!-- table:{}:start -->\n{}\n<!-- table:{}:end -->"


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def prose(page: Path) -> str:
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", prose(page), re.M)
    plain = (re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower()) for heading in headings)
    return {heading.strip().replace(" ", "-") for heading in plain}


def dead_links(page: Path) -> list[str]:
    dead = []
    for target in LINK.findall(prose(page)):
        if urlsplit(target).scheme:
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        if not there.exists() or (anchor and anchor not in anchors(there)):
            dead.append(target)
    return dead


def missing_paths(page: Path) -> list[str]:
    missing = []
    for named in CODE.findall(prose(page)):
        if PATH.fullmatch(named) and (named.split("/")[0] in OURS or "/" not in named):
            found = list(ROOT.glob(named.rstrip("/"))) or ("/" not in named and list(ROOT.rglob(named)))
            missing += [] if found else [named]
    return missing


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere_and_every_path_exists(page: Path) -> None:
    assert dead_links(page) == []
    assert missing_paths(page) == []


def test_pictures_are_light() -> None:
    for picture in (ROOT / "docs/pictures").iterdir():
        assert picture.stat().st_size <= 200_000, picture.name


def test_planted_mistakes_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A page\n[a](#a-page) [b](#nowhere) [c](gone.md) `service/app.py` `service/gone.py` `gone.toml`\n"
    )
    assert dead_links(page) == ["#nowhere", "gone.md"]
    assert missing_paths(page) == ["service/gone.py", "gone.toml"]
    with pytest.raises(AssertionError):
        within({"state": "sent"}, {"state": "accepted"})


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_name_beside_its_file_is_in_that_file(page: Path) -> None:
    """A table row that begins with a file of ours names what is read there: `| `file.py` | `name`, … |`."""
    for path, cell in re.findall(r"^\| `((?:service|tests)/[\w/]+\.py)` \| ([^|]+) \|", prose(page), re.M):
        known = defined(ROOT / path)
        for named in CODE.findall(cell):
            assert named.split("(")[0] in known, f"{path} has no {named}"


@cache
def defined(path: Path) -> frozenset[str]:
    """Names of classes, methods, functions and assigned names, a method also as Class.method."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{item.name}" for item in node.body if isinstance(item, ast.FunctionDef)}
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return frozenset(found)


# ---- tables ----------------------------------------------------------------------------------------------------------


def table(head: tuple[str, ...], rows: Iterator[tuple[object, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def codes(found: tuple[str, ...]) -> str:
    return " · ".join(f"`{code}`" for code in found) or "–"


def ages() -> Iterator[tuple[object, ...]]:
    yield "whether there is room", f"{freshness.CAPACITY_DAYS} days"
    yield "times", f"{freshness.TIMES_MONTHS} months"
    yield "price", f"{freshness.PRICE_MONTHS} months"
    yield "facts about a building, getting there, seeing and hearing", f"{facts.ACCESS_DAYS} days"
    yield "other facts", f"{facts.OTHER_DAYS} days"
    yield "the listing itself: fresh", f"up to {freshness.FRESH_MONTHS} months"
    yield "the listing itself: ageing", f"up to {freshness.STALE_MONTHS} months, then stale"
    yield "shown for a professional's referral", f"up to {freshness.REFERABLE_MONTHS} months"


JUDGED = {
    "transport": "travel time, reach",
    "cost": "price",
    "social_anxiety": "level",
    "language": "languages spoken, interpreter",
    "culture": "the named wishes",
    "work_hours": "session times",
    "safety": "vetting",
}


def barriers() -> Iterator[tuple[object, ...]]:
    for code, barrier in BARRIERS.items():
        first = " ●" if barrier.first_visit else ""
        yield f"`{code}`{first}", _gate(barrier), codes(barrier.facts), JUDGED.get(code, "–")


def _gate(barrier: Barrier) -> str:
    return " and ".join(filter(None, (codes(barrier.gate), codes(barrier.gate_too) if barrier.gate_too else "")))


def gates() -> Iterator[tuple[object, ...]]:
    for gate in GATES:
        if not gate.code.startswith("barrier_"):
            says = (gate.judge.__doc__ or "").strip().splitlines()[0]
            yield f"`{gate.code}`", says, ORDER.index(gate.code) + 1 if gate.relaxable else "never"
    yield "`barrier_…`", "One of the gate facts above, when the barrier is a must.", "never"


def weights() -> Iterator[tuple[object, ...]]:
    for scorer in SCORERS:
        yield f"`{scorer.code}`", f"{scorer.weight:.3f}", f"{scorer.reference:.1f}"
    yield "sum", f"{sum(scorer.weight for scorer in SCORERS):.3f}", ""


TABLES = {
    "ages": table(("what was said", "holds for"), ages()),
    "barriers": table(("barrier", "gate: one of", "counts in the score", "judged from"), barriers()),
    "gates": table(("gate", "what it looks at", "given up"), gates()),
    "weights": table(("scorer", "weight", "reference"), weights()),
}


@pytest.mark.parametrize("which", TABLES)
def test_tables_of_the_field_guide_are_those_of_the_code(which: str) -> None:
    wanted = TABLE.format(which, TABLES[which], which)
    assert wanted in (ROOT / "docs/field-guide.md").read_text(encoding="utf-8"), f"put this there:\n{wanted}"


def test_every_setting_is_in_the_administrator_s_table_and_no_other() -> None:
    read = {
        found
        for path in ("service/config.py", "service/given.py", "deploy/gunicorn.conf.py")
        for found in re.findall(r"\"(KITH_[A-Z_]+)\"", (ROOT / path).read_text(encoding="utf-8"))
    }
    told = re.findall(r"^\| `(KITH_[A-Z_]+)`", (ROOT / "docs/guides/administrator.md").read_text(), re.M)
    assert sorted(told) == sorted(read)


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(item for extra in project["optional-dependencies"].values() for item in extra),
    ]
    told = "\n".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs/decisions").glob("*-family.md"))
    for line in wanted:
        package = re.split(r"[\[<>=]", line)[0]
        assert f"`{package}`" in told, f"no decision record gives a reason for {package}"


def test_every_decision_has_its_number_and_stands_in_the_list() -> None:
    listed = (ROOT / "docs/decisions/README.md").read_text(encoding="utf-8")
    records = sorted((ROOT / "docs/decisions").glob("0*.md"))
    for number, record in enumerate(records, start=1):
        text = record.read_text(encoding="utf-8")
        title = re.match(rf"# {number}\. (.+)\n", text)
        assert record.name.startswith(f"{number:04}-"), record.name
        assert title, record.name
        assert f"| [{number}]({record.name}) | {title[1]} |" in listed, record.name
        if not record.stem.endswith("-family"):
            order = [text.index(f"**{part}.**") for part in ("Context", "Decision", "Consequences")]
            assert order == sorted(order), record.name


# ---- commands and requests -------------------------------------------------------------------------------------------


def blocks(page: Path, language: str) -> Iterator[tuple[str, str]]:
    """Return what follows the language on the first line of each fenced block, and what is inside."""
    for info, inside in FENCE.findall(page.read_text(encoding="utf-8")):
        first, _, rest = info.partition(" ")
        if first == language:
            yield rest, inside


def commands() -> Iterator[str]:
    for page in PAGES:
        for _, inside in blocks(page, "console"):
            yield from re.findall(r"^\$ (.+)$", inside.replace("\\\n", " "), re.M)
        yield from (named for named in CODE.findall(prose(page)) if re.match(r"(kith|make) [a-z]", named))


def test_every_command_exists() -> None:
    from service.cli import main

    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    for line in commands():
        words = [word for word in line.split() if not re.match(r"[A-Z_]+=", word)]
        if words[0] == "make":
            assert set(words[1:]) - {"PYTHON=python3.12"} <= targets, line
        elif words[0].rpartition("/")[2] == "kith":
            _check_kith(main, words[1:], line)


def _check_kith(command: Any, words: list[str], line: str) -> None:
    for word in words:
        inner = getattr(command, "commands", None)
        if inner is None:
            break
        assert word in inner, f"{line}: there is no {word}"
        command = inner[word]
    options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    assert {word.partition("=")[0] for word in words if word.startswith("--")} <= options | {"--help"}, line


def test_the_two_commands_of_the_readme_exist() -> None:
    shown = [line for _, inside in blocks(ROOT / "README.md", "console") for line in inside.splitlines()]
    assert {"$ make run", "$ make test"} <= set(shown)


def within(shown: Any, told: Any, where: str = "") -> None:
    """Assert that what a page shows is in the answer; "…" stands for anything."""
    if shown == "…":
        return
    if isinstance(shown, Mapping):
        for key, value in shown.items():
            assert key in told, f"{where}.{key} is not in the answer"
            within(value, told[key], f"{where}.{key}")
    elif isinstance(shown, list):
        assert bool(told) == bool(shown), f"{where}: {told}"
        assert len(told) >= len(shown), f"{where}: {told}"
        for number, value in enumerate(shown):
            within(value, told[number], f"{where}.{number}")
    else:
        assert told == shown, where


@pytest.fixture
def cast(app: Flask, tmp_path: Path) -> people.Cast:
    """The cast, among the invented groups, and without the real listings."""
    made = people.settle(app)
    seeds = tmp_path / "seeds"
    (seeds / "listings").mkdir(parents=True)
    (seeds / "listings/categories.toml").symlink_to(ROOT / "seeds/listings/categories.toml")
    for folder in ("taxonomy", "countries", "examples"):
        (seeds / folder).symlink_to(ROOT / "seeds" / folder)
    with app.app_context(), committing() as unit:
        seeding.seed(unit, seeds, now=now())
    return made


def means(app: Flask) -> Means:
    """What this application answers with; no link is sent in these tests."""
    sealer = app.extensions["kith"].sealer
    mail = Mail(
        sealer=sealer(outbox.PURPOSE), new_token=str, link=str, channel="console", zone=ZoneInfo("Europe/London")
    )
    return Means(sealer=sealer(operations.PURPOSE), reports=sealer(reports.PURPOSE), mail=mail)


def accept(app: Flask, note: str) -> None:
    """Answer as the group's leader, by the link in the one message that waits."""
    sealer = app.extensions["kith"].sealer
    with app.app_context():
        with committing() as unit:
            [message] = outbox.take_due(unit, now=now(), sealer=sealer(outbox.PURPOSE))
        token = str(message.params["link"]).rpartition("/")[2]
        with committing() as unit:
            seen = answers.see(unit, sealer=sealer(operations.PURPOSE), token=token, now=now())
            reply = Reply(kind="accept", version=seen.asked.version, note=note)
            answers.answer(unit, means=means(app), token=token, reply=reply, now=now())


def test_the_readme_s_referral_is_taken(app: Flask, cast: people.Cast) -> None:
    [shown] = re.findall(r"-d '(\{.*\})'", (ROOT / "README.md").read_text(encoding="utf-8"), re.S)
    body = json.loads(re.sub(r"'\"\$\(date .*?\)\"'", now().isoformat(), shown))
    headers = {**people.keyed(cast.bo_key), "Idempotency-Key": "my-first-referral"}
    assert app.test_client().post("/api/v1/referrals", json=body, headers=headers).status_code == 201


def test_the_professional_s_walk_is_as_it_is_told(app: Flask, cast: people.Cast) -> None:
    client, made = app.test_client(), ""
    parts = list(blocks(ROOT / "docs/guides/professional.md", "json"))
    for number, ((asked, sent), (status, shown)) in enumerate(zip(parts[::2], parts[1::2], strict=True)):
        method, _, address = asked.partition(" ")
        body = json.loads(sent) if sent.strip() else None
        if body and "consent" in body:
            body["consent"]["given_at"] = (now() - timedelta(hours=1)).isoformat()
        if "{id}" in address:
            accept(app, "Ask for Eli at the door")
        headers = {**people.keyed(cast.bo_key), "Idempotency-Key": f"of-the-guide-{number}"}
        told = client.open(address.replace("{id}", made), method=method, json=body, headers=headers)
        assert told.status_code == int(status), told.get_json()
        within(json.loads(shown), told.get_json(), asked)
        made = told.get_json().get("id", made)
