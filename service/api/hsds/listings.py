"""The catalogue as one table, a row a listing, as CSV and as Excel: from a file on disk, piece by piece."""

import csv
import io
import os
import tempfile
import weakref
from codecs import BOM_UTF8
from collections.abc import Hashable, Iterator
from functools import lru_cache
from itertools import chain
from typing import IO

from flask import Response, request, stream_with_context
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from service.api.doors import services
from service.api.hsds import answering
from service.api.hsds.lists import BATCH, LISTS
from service.api.hsds.parameters import LISTINGS, Asked, of_address
from service.catalog import sharing
from service.catalog.importing.files.formulas import SIGNS, marked
from service.catalog.importing.files.incoming import LONGEST_CELL
from service.clock import now
from service.db import db
from service.interop import listings

CSV, XLSX = "text/csv; charset=utf-8", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PIECE = 65_536


def as_csv() -> Response:
    """Answer the table as CSV, as its rows are read."""
    answering.count()
    asked, known = of_address(request.args.lists(), LISTINGS), answering.version()
    if (same := answering.unchanged(known)) is not None:
        return same
    answering.count_whole()
    mark = BOM_UTF8 if asked.get("for") == "excel" else b""  # by which Excel knows UTF-8
    answer = answering.streamed(chain((mark,), _pieces(_made("csv", _state()))), asked, CSV)
    answer.headers["Content-Disposition"] = 'attachment; filename="listings.csv"'
    return answering.marked(answer, known)


def as_xlsx() -> Response:
    """Answer the table as Excel has it."""
    answering.count()
    asked, known = of_address(request.args.lists(), ()), answering.version()
    if (same := answering.unchanged(known)) is not None:
        return same
    answering.count_whole()
    made = _made("xlsx", _state())
    answer = Response(stream_with_context(_pieces(made)), mimetype=XLSX)
    answer.content_length = os.fstat(made.number).st_size
    if asked.ignored:
        answer.headers[answering.IGNORED] = ", ".join(asked.ignored)
    answer.headers["Content-Disposition"] = 'attachment; filename="listings.xlsx"'
    return answering.marked(answer, known)


def _rows() -> Iterator[list[str]]:
    """Give every listing that is open or paused, some at a time."""
    writer, asked = answering.writer(uk=False), Asked(values={}, ignored=())
    keys = LISTS["services"].keys(asked, writer)
    for start in range(0, len(keys), BATCH):
        for shared in sharing.load_shared(db.session(), keys[start : start + BATCH], now=now()):
            if not shared.closed:
                yield listings.row(shared, writer)


class Kept:
    """A file without a name, open as long as somebody knows it."""

    def __init__(self, made: int) -> None:
        self.number = os.dup(made)
        weakref.finalize(self, os.close, self.number)


def _state() -> Hashable:
    """Return what both tables depend on."""
    return (*sharing.state(db.session()), now().date(), answering.base(), services().matching.taxonomy.digest)


@lru_cache(maxsize=2)
def _made(kind: str, _of: Hashable) -> Kept:
    """Write a table to a file row by row, once a process for each state of the catalogue."""
    with tempfile.TemporaryFile() as file:
        (_write_lines if kind == "csv" else _write_sheet)(file)
        file.flush()
        return Kept(file.fileno())


def _write_lines(file: IO[bytes]) -> None:
    text = io.TextIOWrapper(file, "utf-8", newline="")
    into = csv.writer(text, lineterminator="\r\n")  # RFC 4180
    into.writerow(listings.COLUMNS)
    into.writerows([marked(cell) for cell in row] for row in _rows())
    text.detach()


def _write_sheet(file: IO[bytes]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Listings")
    sheet.freeze_panes = "C2"
    sheet.append(list(listings.COLUMNS))
    for row in _rows():
        sheet.append([_cell(sheet, text) for text in row])
    book.save(file)


def _cell(sheet: object, text: str) -> object:
    """Return a cell of text; nothing in it is ever a formula."""
    if not text:
        return None
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", text)[: LONGEST_CELL - 1])
    cell.data_type = "s"
    if text.startswith(SIGNS):
        cell.quotePrefix = True
    return cell


def _pieces(made: Kept) -> Iterator[bytes]:
    """Give a file from its beginning, however many read it at once."""
    at = 0
    while piece := os.pread(made.number, PIECE, at):
        yield piece
        at += len(piece)
