"""The catalogue as one table: for a spreadsheet and back, without a difference and without a formula."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given as examples
from hypothesis import strategies as st
from openpyxl import load_workbook

from service.catalog.importing.files import columns
from service.catalog.importing.files.formulas import SIGNS, marked, unmarked
from service.db import committing
from service.interop import listings
from tests import stores
from tests.api.test_open_data import made
from tests.taken import empty, given, taken

CSV, XLSX = "/hsds/listings.csv", "/hsds/listings.xlsx"
Rows = list[dict[str, str]]


def read(data: bytes) -> Rows:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def sheet(data: bytes) -> Rows:
    rows = load_workbook(io.BytesIO(data), read_only=True).worksheets[0].iter_rows(values_only=True)
    headings = [str(one) for one in next(rows)]
    empty_row = dict.fromkeys(headings, "")
    return [
        empty_row | {name: str(cell) for name, cell in zip(headings, row, strict=False) if cell is not None}
        for row in rows
    ]


@pytest.fixture
def other(databases: stores.Stores, tmp_path: Path) -> Iterator[Flask]:
    app = empty(databases, tmp_path)
    yield app
    stores.close(app)


@pytest.mark.parametrize(("path", "name"), [(CSV, "listings.csv"), (XLSX, "listings.xlsx")])
def test_every_column_comes_back_as_it_was(town: Flask, other: Flask, tmp_path: Path, path: str, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(given(town, path))
    before = {row["id"]: row for row in read(given(town, CSV))}
    assert len(before) > 1000
    ran = taken(other, file)
    assert set(ran.counts) == {"new"}, ran.counts
    after = {row["id"]: row for row in read(given(other, CSV))}
    differing = Counter(
        name for key in before.keys() | after.keys() for name in listings.COLUMNS
        if before.get(key, {}).get(name) != after.get(key, {}).get(name)
    )  # fmt: skip
    assert differing == {}
    assert set(taken(other, file).counts) == {"same"}


def test_our_own_import_knows_each_column_by_its_name() -> None:
    assert columns.guess(listings.COLUMNS, []) == {name: name for name in listings.COLUMNS}


@pytest.fixture
def told(app: Flask) -> Flask:
    with app.app_context(), committing() as session:
        made(session, "First", phone="+44 1632 960100")
        made(session, "=SUM(1)", description='Line one\nline, "two"', mode="hybrid")
        made(session, "Half written", status="draft")
        made(session, "Held back", status="held")
        made(session, "Gone", status="archived")
    return app


def test_nothing_is_a_formula_and_what_is_no_listing_is_not_there(told: Flask, client: FlaskClient) -> None:
    rows = {row["name"]: row for row in read(client.get(CSV).get_data())}
    assert set(rows) == {"First", "'=SUM(1)"}
    assert rows["First"]["phone"] == "'+44 1632 960100"
    book = load_workbook(io.BytesIO(client.get(XLSX).get_data()))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}, "text, and never a formula"
    assert [cell.quotePrefix for cell in cells if cell.value == "=SUM(1)"] == [True]


def test_both_hold_the_same_and_are_kept_by_who_has_them(told: Flask, client: FlaskClient) -> None:
    first, second = client.get(CSV), client.get(XLSX)
    plain = [{name: unmarked(cell) for name, cell in row.items()} for row in read(first.get_data())]
    assert sheet(second.get_data()) == plain
    assert int(second.headers["Content-Length"]) == len(second.get_data())
    for answer, path in ((first, CSV), (second, XLSX)):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert client.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert client.get(f"{CSV}?for=excel").get_data().startswith(b"\xef\xbb\xbf")
    assert client.get(f"{CSV}?for=word").status_code == 400
    packed = client.get(CSV, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"


@examples(st.text())
def test_a_marked_cell_is_no_formula_and_comes_back(text: str) -> None:
    assert unmarked(marked(text)) == text
    assert not marked(text).startswith(SIGNS) or float(marked(text)) <= 0
