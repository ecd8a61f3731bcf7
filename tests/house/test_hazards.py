"""The hazard log is true: each control has its place and its test, each risk its level; the page says what is so."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.house import hazards
from tests.house.hazards import LEVELS, LIKELIHOOD, SEVERITY, STATUS, Control, Hazard, level
from tests.house.inputs import written

PAGES = sorted(hazards.FOLDER.rglob("*.md"))
FEWEST = 20


def wanting(hazard: Hazard) -> list[str]:
    """Return what is wrong with one hazard."""
    texts = (hazard.title, hazard.wrong, hazard.cause, hazard.harm, hazard.operator, hazard.left)
    found = ["an empty text"] if not all(texts) else []
    found += ["no control"] if not hazard.controls else []
    for control in hazard.controls:
        found += [] if Path(control.where.partition("#")[0]).exists() else [f"nothing at {control.where}"]
        found += hazards.unknown_tests(f"`{control.test}`")
        found += [] if hazards.TEST.fullmatch(f"`{control.test}`") else [f"no test: {control.test}"]
    known = {hazard.before[0], hazard.after[0]} <= {*SEVERITY} and {hazard.before[1], hazard.after[1]} <= {*LIKELIHOOD}
    if not known or hazard.status not in STATUS:
        return [*found, "a word that is not on the page"]
    risen = LEVELS.index(level(hazard.after)) > LEVELS.index(level(hazard.before))
    found += ["more risk with controls than without"] if risen else []
    return [*found, *(["nobody may accept that"] if level(hazard.after) == LEVELS[-1] else [])]


def test_each_hazard_is_whole_and_each_control_has_its_place_and_its_test() -> None:
    known = hazards.read()
    assert {one.title: wrong for one in known if (wrong := wanting(one))} == {}
    assert [one.number for one in known] == list(range(1, len(known) + 1))
    assert len({one.title for one in known}) == len(known) >= FEWEST


def test_what_is_wanting_would_be_found() -> None:
    sound = hazards.read()[0]
    assert wanting(sound) == []
    test = "tests/house/test_hazards.py::test_what_is_wanting_would_be_found"
    for control in (
        Control("It is done", "docs/gone.md", test),
        Control("It is done", "docs/house.md", "tests/house/test_hazards.py::test_gone"),
        Control("It is done", "docs/house.md", "tests/house/test_gone.py::test_gone"),
        Control("It is done", "docs/house.md", "It was looked at"),
    ):
        assert len(wanting(replace(sound, controls=(control,)))) == 1, control
    assert wanting(replace(sound, controls=())) == ["no control"]
    assert wanting(replace(sound, after=("grave", "often"))) == [
        "more risk with controls than without",
        "nobody may accept that",
    ]
    assert wanting(replace(sound, status="done")) == ["a word that is not on the page"]
    assert wanting(replace(sound, left="")) == ["an empty text"]


def test_a_level_rises_with_severity_and_with_likelihood() -> None:
    found = [[LEVELS.index(level((bad, often))) for often in LIKELIHOOD] for bad in SEVERITY]
    assert found == [[0, 0, 0, 1], [0, 0, 1, 2], [0, 1, 2, 3], [1, 2, 3, 3]]


def test_the_page_is_made_of_the_source() -> None:
    text = hazards.PAGE.read_text(encoding="utf-8")
    assert written(text, hazards.tables(hazards.read())) == text, "python -m tests.house.hazards"


@pytest.mark.parametrize("page", PAGES, ids=Path.as_posix)
def test_every_test_that_a_page_about_safety_names_exists(page: Path) -> None:
    assert hazards.unknown_tests(page.read_text(encoding="utf-8")) == []


def test_pages_that_lean_on_tests_name_some() -> None:
    for page in ("README.md", "evidence/README.md"):
        told = (hazards.FOLDER / page).read_text(encoding="utf-8")
        assert f"{len(hazards.read())} hazards" in told, page
    for page in ("data-protection.md", "evidence/README.md"):
        assert len(hazards.TEST.findall((hazards.FOLDER / page).read_text(encoding="utf-8"))) >= FEWEST, page
