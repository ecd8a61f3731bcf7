"""docs/asvs.md and the tests that name its rows say the same: no row is called tested that no test names."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PAGE = Path("docs/asvs.md")
ID = re.compile(r"V\d{1,2}\.\d{1,2}\.\d{1,2}")
ROW = re.compile(r"^\| (V[\d.]+) \| ([123]) \| (test|page|open) \| ([^|]+) \| ?([^|]*) ?\|$", re.M)


@cache
def marked() -> dict[str, set[str]]:
    """Return for each row the files whose tests name it."""
    found: dict[str, set[str]] = {}
    for path in sorted(Path("tests").rglob("*.py")):
        for row in _named(ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(row, set()).add(path.as_posix())
    return found


def _named(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.asvs":
                    yield from (str(word.value) for word in mark.args if isinstance(word, ast.Constant))


def rows() -> list[tuple[str, str, str, str, str]]:
    return ROW.findall(PAGE.read_text(encoding="utf-8"))


def test_a_row_that_is_called_tested_is_named_by_a_test_of_the_files_beside_it() -> None:
    for row, _, how, _, where in rows():
        files = re.findall(r"`([^`]+)`", where)
        if how == "test":
            assert row in marked(), f"{row} is said to be tested, and no test names it"
            assert files, row
            assert set(files) <= marked()[row], (row, files)
        elif how == "page":
            assert re.search(r"\]\([^)]+\.md", where), f"{row} needs the page where it is said"


def test_every_row_that_a_test_names_stands_on_the_page_once() -> None:
    there = Counter(row for row, *_ in rows())
    assert [row for row, times in there.items() if times > 1] == []
    assert set(marked()) - {row for row, _, how, *_ in rows() if how == "test"} == set(), "named by a test, not so here"


def test_every_row_of_the_first_two_levels_stands_somewhere() -> None:
    text = PAGE.read_text(encoding="utf-8")
    tested, _, apart = text.partition("## Do not apply")
    assert not set(ID.findall(apart)) & {row for row, *_ in rows()}
    assert len({*ID.findall(apart), *(row for row, *_ in rows())}) >= 253
    assert ID.findall(tested)


def test_enough_is_proved_by_tests(capsys: pytest.CaptureFixture[str]) -> None:
    counts = Counter(how for _, _, how, *_ in rows())
    total = sum(counts.values())
    line = f"{total} rows: {counts['test']} by a test, {counts['page']} on a page, {counts['open']} open."
    assert line in PAGE.read_text(encoding="utf-8"), line
    assert counts["test"] >= 0.8 * total
    with capsys.disabled():
        print(f"\nASVS 5.0: {line}")
