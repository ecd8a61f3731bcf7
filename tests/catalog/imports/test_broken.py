"""Whatever is sent: each row goes in or is refused with its place and a reason; nothing goes half in, nothing falls."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.importing.files import values
from service.catalog.models_import import ImportLine
from service.cli.importing import REMARKS
from service.errors import Invalid
from tests.catalog.imports.broken import ALL as LISTS
from tests.catalog.imports.broken import Broken
from tests.catalog.imports.broken_calendars import CALENDARS
from tests.catalog.imports.importing import DATA, everything, opened, planned, run

ALL = (*LISTS, *CALENDARS)


def written(broken: Broken, folder: Path) -> Path:
    path = folder / f"list{broken.suffix}"
    path.write_bytes(broken.data)
    return path


@pytest.mark.parametrize("broken", [one for one in ALL if not one.whole], ids=lambda one: one.name)
def test_every_row_goes_in_or_is_refused_with_row_column_and_reason(
    broken: Broken, engine: Engine, tmp_path: Path
) -> None:
    path = written(broken, tmp_path)
    coming = planned(engine, path)
    ran = run(engine, path)
    assert (ran.counts.get("new", 0), ran.counts.get("refused", 0)) == (broken.good, broken.refused), coming.told
    assert (coming.counts["new"], coming.counts["refused"]) == (broken.good, broken.refused), "as the dry run said"
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(m.Group)) == broken.good
        refused = session.scalars(select(ImportLine).where(ImportLine.outcome == "refused")).all()
        assert all(line.row > 0 and line.remarks for line in refused)
        told = {(remark[0], remark[1]) for line in session.scalars(select(ImportLine)) for remark in line.remarks}
    assert set(broken.codes) <= told
    assert {code for _, code in told} <= set(REMARKS), "each has words that say what helps"


@pytest.mark.parametrize("broken", [one for one in ALL if one.whole], ids=lambda one: one.name)
def test_a_file_that_cannot_be_read_changes_nothing(broken: Broken, engine: Engine, tmp_path: Path) -> None:
    before = everything(engine)
    with pytest.raises(Invalid) as refused:
        run(engine, written(broken, tmp_path))
    assert refused.value.code == broken.whole
    assert everything(engine) == before


@pytest.mark.parametrize(
    ("path", "good", "refused"),
    [
        ("illinois/services.csv", 429, 1),
        ("illinois/florida-services.csv", 135, 0),
        ("illinois/package", 429, 1),
        ("hsds/service_full.json", 1, 0),
        ("hsds/service_list.json", 1, 0),
        ("hsds/package", 1, 0),
    ],
)
def test_real_lists_go_in_twice_as_once(path: str, good: int, refused: int, engine: Engine) -> None:
    ran = run(engine, DATA / path)
    assert (ran.counts["new"], ran.counts.get("refused", 0)) == (good, refused)
    before = everything(engine)["groups"]
    again = run(engine, DATA / path)
    assert (again.counts["same"], again.counts.get("refused", 0)) == (good, refused)
    assert everything(engine)["groups"] == before


def test_the_official_example_keeps_what_has_a_place_and_says_what_it_drops(engine: Engine) -> None:
    coming = planned(engine, DATA / "hsds" / "service_full.json")
    (one,) = coming.shown
    said = one.said or {}
    assert str(one.group_id) == "ac148810-d857-441c-9679-408f346de14b", "ids of the source stay where they can"
    kept = {"name", "also_known_as", "description", "url", "email", "phone", "eligibility", "how_to_join", "price_note"}
    assert kept <= set(said)
    assert (said["age_min"], said["languages"], said["phone"]) == (12, ["ur"], "+44 1234 234567 x100")
    told = {(remark.column, remark.code) for remark in coming.told}
    assert not {"prices", "price_pence", "capacity_available"} & set(said), "what held years ago"
    assert {("cost_options", "passed"), ("capacities", "passed")} <= told
    assert {("contacts", "not_taken"), ("program", "not_taken"), ("latitude", "out_of_range")} <= told
    assert "Persona" not in str(said), "no person comes in"


def test_a_mapping_is_guessed_from_headings_and_from_what_stands_below() -> None:
    found = opened(DATA / "illinois" / "services.csv").mapping
    assert (found["Services-ID"], found["Title"], found["Phone number"]) == ("id", "name", "phone")
    assert found["Hours of operation"] == "when"


CELLS = st.text(
    alphabet=st.one_of(st.characters(exclude_characters="<&"), st.sampled_from("\r\n\t\0\x85")), max_size=20
)


@given(CELLS)
def test_of_a_cell_everything_is_kept_but_signs_that_no_database_takes(text: str) -> None:
    said = values.prose(text) or ""
    assert said == said.strip()
    assert {"\r", "\0"}.isdisjoint(said)
    assert all(sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs") for sign in said)
    good = [sign for sign in text if not sign.isspace() and unicodedata.category(sign) not in ("Cc", "Cs")]
    if said:
        assert [sign for sign in said if not sign.isspace()] == [s for s in good if s not in "\ufffe\uffff"]
