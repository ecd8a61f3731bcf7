"""A volunteer bureau's spreadsheet goes in as it is: nothing a visitor needs is lost, and nobody's name is shown."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.importing.files import columns
from service.catalog.importing.files.contacts import Contact, contact
from service.catalog.importing.runs.locating import locator
from service.catalog.where.packs import load_pack
from service.catalog.words.vocabulary import load_taxonomy
from tests.catalog.imports import bureau
from tests.catalog.imports.importing import opened, planned, run

SEEDS = Path(__file__).resolve().parents[3] / "seeds"
AROUND: Mapping[str, Any] = {
    "taxonomy": load_taxonomy(SEEDS / "taxonomy"),
    "locate": locator(load_pack(SEEDS / "countries", "GB")),
}
MEANT = (
    *("name", "organisation", "place", "postal_code", "when", "price", "contact", "description"),
    *("who_for", "terms", "facts.step_free", "confirmed_on", "id"),
)


@pytest.fixture(params=["workbook", "table"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "list"
    path.write_bytes(getattr(bureau, request.param)())
    return path


def test_headings_below_a_title_are_found_and_all_understood(file: Path) -> None:
    found = opened(file)
    assert found.headings == bureau.HEADINGS
    assert tuple(found.mapping[heading] for heading in bureau.HEADINGS) == MEANT


def test_what_a_visitor_needs_goes_in(file: Path, engine: Engine) -> None:
    ran = run(engine, file, **AROUND)
    assert ran.counts["new"] == len(bureau.ROWS)
    with Session(engine) as session:
        groups = {one.name: one for one in session.scalars(select(m.Group))}
        reached = {name: one.phone or one.email for name, one in groups.items()}
        terms = session.execute(select(m.Group.name, m.GroupTerm.code).join(m.GroupTerm)).all()
        meets = {one.words: one for one in session.scalars(select(m.Session))}
        assert reached["Larch Tea Table"] == "01632 960301"
        assert reached["Larch Tones"] == "hello@larchtones.example.org"
        assert [name for name, way in reached.items() if way is None] == ["Larch Runners"]
        assert {name for name, _ in terms} == groups.keys() - {"Larch Breakfast"}, "in words that people use"
        prices = {name: (one.price_pence, one.price_note) for name, one in groups.items()}
        assert prices["Larch Knitters"] == (200, "£2 inc tea")
        assert prices["Larch Shed"] == (50, None)
        assert prices["Larch Tones"] == (None, "£40 a term, first one free"), "what a term costs is no visit's price"
        twice = meets["2nd & 4th Tues 10-12 term time"]
        assert (twice.rule, twice.minutes, twice.rests) == ("FREQ=MONTHLY;BYDAY=2TU,4TU", 120, ["outside_terms"])
        assert meets["every 2nd Wednesday 7pm-8.30pm"].rule is None, "what can mean two things is left to an editor"


def test_what_meets_on_the_phone_has_no_place(engine: Engine, file: Path) -> None:
    run(engine, file, **AROUND)
    with Session(engine) as session:
        called = session.scalars(select(m.Group).where(m.Group.name == "Larch Breakfast")).one()
        assert called.mode == "phone"
        placed = select(m.GroupLocation).where(m.GroupLocation.group_id == called.id)
        assert session.scalars(placed).all() == []


def test_nobody_is_named_who_was_not_asked(file: Path, engine: Engine) -> None:
    run(engine, file, **AROUND)
    with Session(engine) as session:
        said = " ".join(str(vars(one)) for one in session.scalars(select(m.Group)))
    assert not [name for name in ("Maureen", "Jean", "Dave", "Betty", "Tone ") if name in said]


def test_a_note_is_no_group_and_what_nobody_knows_is_told_with_what_stands_there(
    engine: Engine, tmp_path: Path
) -> None:
    path = tmp_path / "list"
    path.write_bytes(bureau.workbook())
    coming = planned(engine, path, **AROUND)
    told = {(one.code, one.said) for one in coming.told}
    assert coming.counts == {"new": len(bureau.ROWS), "refused": 1}
    assert ("only_name", bureau.NOTE) in told
    assert {("not_phone", "no phone yet"), ("not_yes_or_no", "ramp"), ("unknown_terms", "oddments")} <= told
    assert [one.params["place"] for one in coming.told if one.code == "place_unknown"] == ["WA15 9ZZZ"]
    assert "not_a_price" not in {code for code, _ in told}, "the words of a price are kept"


def test_sent_again_nothing_changes(file: Path, engine: Engine) -> None:
    run(engine, file, **AROUND)
    file.write_bytes(file.read_bytes() + (b"\r\n" if not file.read_bytes().startswith(b"PK") else b""))
    assert planned(engine, file, **AROUND).counts["same"] == len(bureau.ROWS)


def test_a_heading_is_known_by_how_it_begins_and_a_contact_by_what_stands_below() -> None:
    assert columns.guess(["Group (full name)", "Contact name / tel"], [["Tea", "Jo 01632 960309"]]) == {
        "Group (full name)": "name",
        "Contact name / tel": "contact",
    }
    assert columns.guess(["Name", "Contact"], [["Tea", "https://tea.example.org"]])["Contact"] == "url"
    assert contact("01632 960309/01632 960310") == Contact(phone="01632 960309")
