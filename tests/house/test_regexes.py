"""No pattern of ours can be made slow: each against long texts made from its own parts."""

import ast
import importlib
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from re import _constants as kinds  # the parser of Python's own patterns
from re import _parser as parser
from typing import Any

import pytest

from service import crisis
from service.catalog.importing import timetable
from service.catalog.reading import codes
from service.catalog.where.packs import load_pack

LONG = 10_000  # characters
SLOWEST = 0.050  # seconds, the best of three: the machine may be busy
CALLS = {"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
ENDS = ("", "!", "\n")
# Made of words and patterns in our own files, never of what somebody sends.
OF_OUR_DATA = {
    *("service/catalog/importing/placing.py", "service/catalog/where/packs.py", "service/catalog/where/place_index.py"),
    *("service/config.py", "service/crisis.py", "service/catalog/reading/codes.py"),
}
READ_AT_MOST = {"service/catalog/importing/timetable.py": timetable.LONGEST}
REPEATS = {kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT}


@dataclass(frozen=True)
class Found:
    """A pattern, where it stands, and how it is used."""

    where: str
    pattern: re.Pattern[str]
    ways: frozenset[str]


@cache
def trees() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(Path("service").rglob("*.py"))}


@cache
def used() -> dict[str, frozenset[str]]:
    """Return with which methods each name is called, anywhere."""
    found: dict[str, set[str]] = {}
    for tree in trees().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in CALLS and isinstance(node.value, ast.Name):
                found.setdefault(node.value.id, set()).add(node.attr)
    return {name: frozenset(ways) for name, ways in found.items()}


def calls(tree: ast.Module) -> Iterator[tuple[ast.Call, str]]:
    """Yield calls of the pattern functions, and the name that what they make is given."""
    named = {
        id(inner): target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
        for inner in ast.walk(node.value)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in CALLS
        ):
            yield node, named.get(id(node), "")


def patterns(path: Path, tree: ast.Module) -> Iterator[Found]:
    module = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
    for node, name in calls(tree):
        known = vars(importlib.import_module(module))
        flags = [word.value for word in node.keywords if word.arg == "flags"]
        position = {"compile": 1, "search": 2, "match": 2, "fullmatch": 2, "findall": 2, "finditer": 2}
        flags += node.args[position[node.func.attr] :][:1] if node.func.attr in position else []  # type: ignore[attr-defined]
        try:
            text = eval(ast.unparse(node.args[0]), dict(known))  # noqa: S307  # our own source
            told = eval(ast.unparse(flags[0]), dict(known)) if flags else 0  # noqa: S307
        except NameError:  # made of a value that is known only while it runs
            yield Found(f"{path}:{node.lineno}", re.compile(""), frozenset({"unknown"}))
            continue
        if isinstance(text, str):
            way = node.func.attr  # type: ignore[attr-defined]
            ways = used().get(name, frozenset({"search"})) if way == "compile" else frozenset({way})
            yield Found(f"{path}:{node.lineno}", re.compile(text, told), ways)


@cache
def everything() -> tuple[Found, ...]:
    return tuple(found for path, tree in trees().items() for found in patterns(path, tree))


# ---- what makes a pattern slow ---------------------------------------------------------------------------------------


def sample(parts: Any) -> str:
    """Return a short text that a parsed pattern takes."""
    return "".join(_one(kind, value) for kind, value in parts)


def _one(kind: Any, value: Any) -> str:
    if kind is kinds.LITERAL:
        return chr(value)
    if kind is kinds.NOT_LITERAL:
        return "a" if value != ord("a") else "b"
    if kind is kinds.IN:
        return _of_class(value)
    if kind in REPEATS:
        return str(sample(value[2]) * max(value[0], 1))
    if kind is kinds.SUBPATTERN:
        return sample(value[3])
    if kind is kinds.ATOMIC_GROUP:
        return sample(value)
    if kind is kinds.BRANCH:
        return sample(value[1][0])
    return "a" if kind is kinds.ANY else ""


def _of_class(items: Any) -> str:
    allowed = re.compile("[" + "".join(_class_item(*item) for item in items) + "]")
    return next((letter for letter in "a0 A-.,/:'_!<&é\t\n" if allowed.match(letter)), "a")


def _class_item(kind: Any, value: Any) -> str:
    names = {kinds.CATEGORY_DIGIT: r"\d", kinds.CATEGORY_SPACE: r"\s", kinds.CATEGORY_WORD: r"\w"}
    names |= {kinds.CATEGORY_NOT_DIGIT: r"\D", kinds.CATEGORY_NOT_SPACE: r"\S", kinds.CATEGORY_NOT_WORD: r"\W"}
    if kind is kinds.NEGATE:
        return "^"
    if kind is kinds.RANGE:
        return f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
    return str(names[value]) if kind is kinds.CATEGORY else re.escape(chr(value))


def repeated(parts: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """Yield, for each repetition in a pattern, a text that leads to it and one that it takes again and again."""
    for kind, value in parts:
        if kind in REPEATS:
            yield before, sample(value[2])
            yield from repeated(value[2], before)
        elif kind is kinds.SUBPATTERN:
            yield from repeated(value[3], before)
        elif kind is kinds.BRANCH:
            for branch in value[1]:
                yield from repeated(branch, before)
        before += _one(kind, value)


def adversaries(pattern: re.Pattern[str], long: int) -> Iterator[str]:
    parsed = parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    pairs = {(before, unit) for before, unit in repeated(parsed) if unit}
    pairs |= {("", letter) for letter in (" ", "a", "0", "-", "/", "<", "\n", sample(parsed) or "a")}
    units = sorted({unit for _, unit in pairs})[:5]
    pairs |= {("", one + other) for one in units for other in units}
    for before, unit in sorted(pairs):
        body = (before + unit * (long // len(unit) + 1))[: long - 1]
        yield from (body + end for end in ENDS)


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def seconds(pattern: re.Pattern[str], way: str, text: str) -> float:
    began = time.process_time()
    try:
        with at_most(0.6):
            if way in ("sub", "subn"):
                pattern.sub("", text)
            elif way in ("finditer", "findall"):
                pattern.findall(text)
            else:
                getattr(pattern, "search" if way == "compile" else way)(text)
    except TimeoutError:
        return 0.6
    return time.process_time() - began


def slow(pattern: re.Pattern[str], ways: frozenset[str], long: int = LONG) -> list[tuple[str, float, str]]:
    found = []
    for way in sorted(ways):
        for text in adversaries(pattern, long):
            if seconds(pattern, way, text) > SLOWEST and min(seconds(pattern, way, text) for _ in range(7)) > SLOWEST:
                found.append((way, seconds(pattern, way, text), text[:20]))
                break
    return found


@pytest.mark.asvs("V1.3.12")
def test_no_pattern_is_slow_with_ten_thousand_letters(capsys: pytest.CaptureFixture[str]) -> None:
    told = {
        found.where: worst
        for found in (*everything(), *made_of_our_data())
        if (worst := slow(found.pattern, found.ways - {"unknown"}, READ_AT_MOST.get(found.where.split(":")[0], LONG)))
    }
    assert told == {}
    assert len(everything()) > 150
    with capsys.disabled():
        print(f"\npatterns: {len(everything())}, slow: 0")


def made_of_our_data() -> Iterator[Found]:
    """Yield the patterns that are put together from our own files, as they are when all is read."""
    for country in ("gb", "us"):
        pack = load_pack(Path("seeds/countries").absolute(), country)
        for level in pack.levels:
            inside = re.compile(rf"(?<![A-Z0-9])(?:{level.pattern.pattern})(?![A-Z0-9])")
            yield Found(f"{country} {level.kind}", level.pattern, frozenset({"fullmatch", "search"}))
            yield Found(f"{country} {level.kind} inside", inside, frozenset({"finditer"}))
    for way, cues in (("yes", codes.YES_PATTERNS), ("no", codes.NO_PATTERNS)):
        yield from (Found(f"{code} {way}", pattern, frozenset({"finditer"})) for code, pattern in cues.items())
    yield Found("words of danger", crisis._pattern(), frozenset({"search"}))


@pytest.mark.asvs("V1.2.9")
def test_no_pattern_is_made_of_what_somebody_sends() -> None:
    assert {found.where.rsplit(":", 1)[0] for found in everything() if "unknown" in found.ways} == OF_OUR_DATA


@pytest.mark.parametrize("planted", [r"(a+)+$", r"^(\w+\s?)*$", r"(x|xx)+y", r"\s+$"])
def test_a_slow_pattern_would_be_found(planted: str) -> None:
    assert slow(re.compile(planted), frozenset({"search"}))
