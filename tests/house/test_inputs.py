"""docs/inputs.md names each field that somebody may send, with its rule."""

import pytest
from flask import Flask

from service.app import MAX_BODY, MAX_FORM
from service.catalog.pictures import LARGEST, MOST_PIXELS
from service.catalog.where.places import LONGEST_PLACE
from tests.house.inputs import PAGE, tables, written


@pytest.mark.asvs("V2.1.1")
def test_every_field_stands_on_the_page_with_its_rule(app: Flask) -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert written(text, tables(app)) == text, "python -m tests.house.inputs writes it anew"


@pytest.mark.asvs("V5.1.1")
def test_the_sizes_are_those_of_the_code() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for figure in (
        f"{MAX_BODY:,} bytes",
        f"{MAX_FORM:,} bytes",
        f"{LARGEST // 1000} kB",
        f"{LONGEST_PLACE} characters",
    ):
        assert figure in text, figure
    assert f"{MOST_PIXELS // 1_000_000} million points" in text
