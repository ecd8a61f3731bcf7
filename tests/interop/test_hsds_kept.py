"""The official example of HSDS, in and out again: each field is kept, or its loss is written down with a reason."""

from pathlib import Path

import pytest

from tests.interop import hsds_kept
from tests.interop.hsds_kept import DROPPED, MOVED, PAGE, REASONS, Line


@pytest.fixture(scope="module")
def found() -> list[Line]:
    return hsds_kept.lines()


def test_no_field_is_lost_without_a_written_reason(found: list[Line]) -> None:
    assert len(found) > 150, "the whole example was walked"
    assert [one.field for one in found if one.reason == "?"] == []


def test_the_table_of_what_is_dropped_holds_nothing_that_is_kept_or_not_there(found: list[Line]) -> None:
    assert {one.like for one in found if not one.kept} == set(DROPPED)
    assert {one.field for one in found if one.where} == set(MOVED)
    assert {one.reason for one in found if not one.kept} == set(REASONS)


def test_no_person_of_the_example_is_given_out() -> None:
    given = {value for values in hsds_kept.given_out("service_full.json").values() for value in values}
    assert not [value for value in given if "Persona" in value or value == "Reception Manager"]


def test_a_loss_nobody_wrote_down_is_seen() -> None:
    before = {"name": {"Choir"}, "colour": {"green"}, "organization.phones[].number": {"01632 960123"}}
    judged = {one.field: one for one in hsds_kept.judged(before, {"name": {"Choir"}})}
    assert judged["name"].kept
    assert judged["colour"].reason == judged["organization.phones[].number"].reason == "?"


def test_the_page_says_what_was_found(found: list[Line]) -> None:
    assert Path(PAGE).read_text(encoding="utf-8") == hsds_kept.page(found)
