"""The hazard log: `docs/safety/hazards.toml` as data, and the parts of its page that are made of it.

`python -m tests.house.hazards` writes docs/safety/hazard-log.md anew.
"""

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from tests.house.inputs import written

FOLDER = Path("docs/safety")
SOURCE, PAGE = FOLDER / "hazards.toml", FOLDER / "hazard-log.md"
SEVERITY = ("minor", "considerable", "serious", "grave")
LIKELIHOOD = ("rare", "seldom", "sometimes", "often")
LEVELS = ("low", "medium", "high", "not acceptable")
STATUS = ("controlled", "partly")
LOW = 4  # places of severity and likelihood together, each from 1: up to here a risk is low
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@dataclass(frozen=True, slots=True)
class Control:
    """What the product does about a hazard, the file or page where it is done or told, and the test that shows it."""

    what: str
    where: str
    test: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """One hazard as it stands in the source.

    Attributes
    ----------
    before, after : (str, str)
        One of `SEVERITY` and one of `LIKELIHOOD`, without and with the controls.
    controls : tuple of Control
    operator, left : str
        What whoever runs Kith has to do, and what risk is left.
    """

    number: int
    title: str
    wrong: str
    cause: str
    harm: str
    before: tuple[str, str]
    after: tuple[str, str]
    controls: tuple[Control, ...]
    operator: str
    left: str
    status: str


def level(risk: tuple[str, str]) -> str:
    """Return the level of a risk: by how bad and how often, which weigh the same."""
    places = SEVERITY.index(risk[0]) + LIKELIHOOD.index(risk[1]) + 2
    return LEVELS[min(max(places - LOW, 0), len(LEVELS) - 1)]


def read() -> list[Hazard]:
    """Return every hazard of the source, in its order."""
    return [_hazard(**one) for one in tomllib.loads(SOURCE.read_text(encoding="utf-8"))["hazard"]]


def _hazard(*, before: list[str], after: list[str], controls: list[list[str]], **rest: Any) -> Hazard:
    (was, how_often), (then, how_often_then) = before, after
    return Hazard(
        before=(was, how_often),
        after=(then, how_often_then),
        controls=tuple(Control(*one) for one in controls),
        **rest,
    )


def tables(hazards: Iterable[Hazard]) -> dict[str, str]:
    """Return each made part of the page, by its name."""
    known = list(hazards)
    return {
        "levels": "\n".join(_levels()),
        "all": "\n".join(_all(known)),
        "each": "\n\n".join("\n".join(_one(hazard)) for hazard in known),
    }


def _levels() -> Iterator[str]:
    yield f"| | {' | '.join(LIKELIHOOD)} |"
    yield "| --- | --- | --- | --- | --- |"
    for how_bad in reversed(SEVERITY):
        yield f"| {how_bad} | {' | '.join(level((how_bad, how_often)) for how_often in LIKELIHOOD)} |"


def _all(hazards: Iterable[Hazard]) -> Iterator[str]:
    yield "| | hazard | without controls | with them | status |"
    yield "| --- | --- | --- | --- | --- |"
    for one in hazards:
        yield f"| {one.number} | {one.title} | {level(one.before)} | {level(one.after)} | {one.status} |"


def _one(hazard: Hazard) -> Iterator[str]:
    yield f"### {hazard.number}. {hazard.title}"
    yield f"- **What goes wrong.** {hazard.wrong}\n- **Because.** {hazard.cause}"
    yield f"- **Who is harmed, and how.** {hazard.harm}"
    yield from ("", "| | severity | likelihood | level |", "| --- | --- | --- | --- |")
    for name, risk in (("without controls", hazard.before), ("with them", hazard.after)):
        yield f"| {name} | {risk[0]} | {risk[1]} | {level(risk)} |"
    yield from ("", "| control | where | shown by |", "| --- | --- | --- |")
    for control in hazard.controls:
        yield f"| {control.what} | {_place(control.where)} | `{control.test}` |"
    yield f"\n- **The operator.** {hazard.operator}\n- **What is left.** {hazard.left}"
    yield f"\nOwner: ____________ · Status: {hazard.status} · Accepted by, on: ____________"


def _place(where: str) -> str:
    page = where.removeprefix("docs/")
    return f"`{where}`" if page == where else f"[{page.partition('.md')[0]}](../{page})"


def unknown_tests(text: str) -> list[str]:
    """Return the tests that a text names and that do not exist."""
    return [f"{path}::{name}" for path, name in TEST.findall(text) if name not in _tests_of(path)]


@cache
def _tests_of(path: str) -> frozenset[str]:
    if not Path(path).is_file():
        return frozenset()
    body = ast.parse(Path(path).read_text(encoding="utf-8")).body
    inside = chain.from_iterable(node.body for node in body if isinstance(node, ast.ClassDef))
    return frozenset(
        node.name for node in (*body, *inside) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def main() -> None:
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), tables(read())), encoding="utf-8")


if __name__ == "__main__":
    main()
