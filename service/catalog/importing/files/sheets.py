"""Workbooks of Excel and LibreOffice (.xlsx) as rows of text: the first sheet with something in it. Reads a file.

Dates and numbers are given as they are meant, formulas as the value that was last worked out.
"""

import warnings
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from typing import Any

from service.catalog.importing.files.incoming import LONGEST_CELL, MOST_BYTES, MOST_COLUMNS, MOST_ROWS
from service.catalog.importing.files.packages import UNREADABLE, packed
from service.catalog.importing.files.tables import TableRow
from service.errors import Invalid

WORKBOOK = "xl/workbook.xml"
MOST_STRINGS = 64_000_000  # bytes of a part that is held whole
HELD = ("xl/sharedStrings.xml", "xl/styles.xml", WORKBOOK)
PROLOG = 4_000  # bytes in which a document may declare what it means: ours declare nothing
ERROR = "e"


def is_workbook(path: Path) -> bool:
    """Tell whether a packed file is a workbook."""
    return WORKBOOK in packed(path)


def rows_of(path: Path) -> Iterator[TableRow]:
    """Read the rows, the headings first; each is as wide as the headings.

    Raises
    ------
    Invalid
        `file_too_large`, `file_damaged`, `file_locked`, `too_many_rows`.
    """
    _check(path)
    from openpyxl import load_workbook  # noqa: PLC0415, RUF100  # only who needs it waits

    with path.open("rb") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what it cannot show: we only read
        try:
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        except Exception:  # whatever it thinks of a damaged file
            raise Invalid("file_damaged") from None
        try:
            yield from _rows(_sheets(book))
        finally:
            book.close()


def _check(path: Path) -> None:
    inside = packed(path)
    if sum(inside.values()) > MOST_BYTES or any(inside.get(name, 0) > MOST_STRINGS for name in HELD):
        raise Invalid("file_too_large", most=MOST_BYTES)
    with zipfile.ZipFile(path) as archive:
        for name in inside:
            if name.endswith((".xml", ".rels")):
                try:
                    with archive.open(name) as part:
                        begins = part.read(PROLOG)
                except UNREADABLE:
                    raise Invalid("file_damaged", file=name[:100]) from None
                if b"<!DOCTYPE" in begins or begins.startswith((b"\xff\xfe", b"\xfe\xff")):
                    raise Invalid("file_damaged", file=name[:100])


def _sheets(book: Any) -> Iterator[Iterable[Any]]:
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # what a file says of its own size is not believed
        yield sheet.iter_rows(max_col=MOST_COLUMNS + 1)


def _rows(sheets: Iterator[Iterable[Any]]) -> Iterator[TableRow]:
    for sheet in sheets:
        wide = 0
        try:
            for line, cells in enumerate(islice(sheet, MOST_ROWS + 1), start=1):
                row = _row(line, cells, wide)
                if row is not None:
                    wide = wide or len(row.cells)
                    yield row
        except Invalid:
            raise
        except Exception:  # whatever it thinks of a damaged sheet
            raise Invalid("file_damaged") from None
        if wide:
            return


def _row(line: int, cells: Iterable[Any], wide: int) -> TableRow | None:
    if line > MOST_ROWS:
        raise Invalid("too_many_rows", most=MOST_ROWS)
    read = list(cells)
    texts = [_text(cell.value) for cell in read]
    while texts and not texts[-1].strip():
        texts.pop()
    if not texts:
        return None
    if len(texts) > MOST_COLUMNS:
        return TableRow(line, (), "too_many_columns")
    for number, cell in enumerate(read[: len(texts)]):
        if getattr(cell, "data_type", None) == ERROR:
            return TableRow(line, (), "formula_broken", number)
        if len(texts[number]) > LONGEST_CELL:
            return TableRow(line, (), "cell_too_large", number)
    return TableRow(line, (*texts, *[""] * (wide - len(texts))))


def _text(value: Any) -> str:
    """Return one cell as somebody would have typed it.

    >>> _text(datetime(2026, 3, 1)), _text(time(19, 30)), _text(3.0), _text(True), _text(None)
    ('2026-03-01', '19:30', '3', 'yes', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
