"""The open data, taken over into an empty system and given out there again: nothing of it is lost or different."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests import stores
from tests.taken import WHOLE, empty, given, taken

# What must differ, and why.
DIFFERS = {
    "last_modified": "when our row was last written here",
    "schedule_link": "the address of a page of the system that gives it",
}
Thing = dict[str, Any]


@pytest.fixture
def other(databases: stores.Stores, tmp_path: Path) -> Iterator[Flask]:
    """A system without a single listing."""
    app = empty(databases, tmp_path)
    yield app
    stores.close(app)


def differences(before: bytes, after: bytes) -> Counter[str]:
    """Count, for each field, where two exports differ."""
    first, second = (({one["id"]: one for one in map(json.loads, text.splitlines())}) for text in (before, after))
    assert len(first) > 1000
    found = Counter({"(missing)": len(first.keys() - second.keys()), "(more)": len(second.keys() - first.keys())})
    for key in first.keys() & second.keys():
        found.update(name for name, _, _ in compared("", first[key], second[key]))
    return +found


def compared(path: str, one: Any, two: Any) -> Iterator[tuple[str, Any, Any]]:
    """Give every field that differs; lists of rows are compared by their ids."""
    if isinstance(one, dict) and isinstance(two, dict):
        for name in sorted(one.keys() | two.keys()):
            if name not in DIFFERS:
                yield from compared(f"{path}.{name}", one.get(name), two.get(name))
    elif isinstance(one, list) and isinstance(two, list) and all(isinstance(each, dict) for each in (*one, *two)):
        first, second = ({each["id"]: each for each in side} for side in (one, two))
        for key in sorted(first.keys() | second.keys()):
            yield from compared(f"{path}[]", first.get(key), second.get(key))
    elif one != two:
        yield path, one, two


@pytest.mark.parametrize(("path", "name"), [(WHOLE, "services.ndjson"), ("/hsds/datapackage.zip", "datapackage.zip")])
def test_the_starter_catalogue_comes_back_as_it_was(
    town: Flask, other: Flask, tmp_path: Path, path: str, name: str
) -> None:
    file = tmp_path / name
    file.write_bytes(given(town, path))
    ran = taken(other, file)
    assert set(ran.counts) == {"new"}, ran.counts
    assert differences(given(town, WHOLE), given(other, WHOLE)) == {}
    again = taken(other, file)
    assert set(again.counts) == {"same"}, again.counts
