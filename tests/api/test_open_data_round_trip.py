"""The open data, taken over into an empty system and given out there again: nothing of it is lost or different."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from service.app import create_app
from service.catalog import seeding
from service.catalog.importing.files.opening import open_file
from service.catalog.importing.runs import sources
from service.catalog.importing.runs.locating import locator
from service.catalog.importing.runs.running import Ran, Work, run_import
from service.catalog.importing.runs.saying import Setting
from service.catalog.seed_rows import Rows, add_terms
from service.catalog.where.packs import load_pack
from service.catalog.words.vocabulary import load_taxonomy
from service.clock import now
from service.config import Settings
from service.db import committing, db
from tests import stores
from tests.catalog.editing import ADA
from tests.pages import CLIENT

ROOT = Path(__file__).parents[2]
HOME = "https://kith.example.org"
WHOLE = "/hsds/services?full=true&format=ndjson"
# What must differ, and why.
DIFFERS = {
    "last_modified": "when our row was last written here",
    "schedule_link": "the address of a page of the system that gives it",
}
Thing = dict[str, Any]


@pytest.fixture
def other(databases: stores.Stores, tmp_path: Path) -> Iterator[Flask]:
    """A system without a single listing."""
    settings = {"KITH_MODE": "demo", "KITH_DATA": str(tmp_path), "KITH_DATABASE_URL": databases.migrated()}
    app = create_app(Settings.from_env(settings | {"KITH_SEEDS": str(ROOT / "seeds")}))
    app.test_client_class = CLIENT
    with app.app_context(), committing() as session:
        rows = Rows()
        add_terms(rows, load_taxonomy(ROOT / "seeds/taxonomy").terms)
        seeding._load(session, rows, now=now(), progress=None)
    yield app
    stores.close(app)


def given(app: Flask, path: str) -> bytes:
    answer = app.test_client().get(path, base_url=HOME)
    assert answer.status_code == 200
    return answer.get_data()


def taken(app: Flask, path: Path) -> Ran:
    """Import a file as an administrator does who trusts the source."""
    pack = load_pack(ROOT / "seeds/countries", "gb")
    with app.app_context():
        opened = open_file(path, zone=pack.time_zone, today=now().date())
        setting = Setting(
            source="kith",
            trusted=True,
            country=pack.code,
            zone=pack.time_zone,
            currency=pack.currency,
            today=now().date(),
            terms=sources.known_terms(db.session()),
            locate=locator(pack),
        )
        db.session.rollback()
        return run_import(committing, Work(opened=opened, setting=setting, actor=ADA, now=now()))


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
