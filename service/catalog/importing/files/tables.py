"""Comma, semicolon and tab files in any common encoding, as rows of text. Reads a file; holds one row at a time."""

import csv
import io
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from service.catalog.importing.files.incoming import LONGEST_CELL, MOST_BYTES, MOST_COLUMNS, MOST_ROWS
from service.errors import Invalid

SAMPLE = 200_000  # bytes looked at to tell encoding and separator
LONGEST_LINE = 1_000_000  # characters
SEPARATORS = (",", ";", "\t", "|")
TITLES = 10  # lines of a title that may stand above the headings
PROBLEM = ""  # the column of what concerns a whole row


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row: its line in the file, its cells, and a code where it cannot be used; `column` is -1 for a whole row."""

    line: int
    cells: tuple[str, ...]
    problem: str | None = None
    column: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How a table was written."""

    encoding: str
    separator: str


def shape_of(begins: bytes) -> Shape:
    """Tell encoding and separator from the beginning of a file.

    Examples
    --------
    >>> shape_of("name;cost\\nCafé;£3\\n".encode("cp1252"))
    Shape(encoding='cp1252', separator=';')
    """
    encoding = _encoding(begins)
    lines = begins.decode(encoding, errors="replace").lstrip("\ufeff\r\n").split("\n", TITLES)[:TITLES]
    found = [_counts(line) for line in lines]
    counts = next((one for one in found if any(one)), found[0])
    return Shape(encoding=encoding, separator=SEPARATORS[counts.index(max(counts))])


def _counts(line: str) -> list[int]:
    bare = "".join(part for number, part in enumerate(line.split('"')) if number % 2 == 0)
    return [bare.count(each) for each in SEPARATORS]


def _encoding(begins: bytes) -> str:
    if begins.startswith(BOM_UTF8):
        return "utf-8-sig"
    if begins.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "utf-16"
    evens, odds = begins[0::2].count(0), begins[1::2].count(0)
    if max(evens, odds) > len(begins) // 8:
        return "utf-16-be" if evens > odds else "utf-16-le"
    try:
        begins[:SAMPLE].decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(begins) - 4:  # not merely a letter that the sample cuts
            return "cp1252"
    return "utf-8"


def rows_of(path: Path) -> Iterator[TableRow]:
    """Read a file's rows, the headings first.

    Raises
    ------
    Invalid
        `file_too_large`.
    """
    if path.stat().st_size > MOST_BYTES:
        raise Invalid("file_too_large", most=MOST_BYTES)
    with path.open("rb") as file:
        yield from rows_in(file)


def rows_in(file: BinaryIO) -> Iterator[TableRow]:
    """Read the rows of an open file that can be read from any place."""
    shape = shape_of(file.read(SAMPLE))
    file.seek(0)
    stream = io.TextIOWrapper(file, encoding=shape.encoding, errors="replace", newline="")
    try:
        yield from _rows(stream, shape.separator)
    finally:
        stream.detach()


def _lines(stream: TextIO) -> Iterator[str]:
    """Give line by line; the rest of an endless one is left out, and marked by a character no cell may hold."""
    while text := stream.readline(LONGEST_LINE):
        if len(text) >= LONGEST_LINE and not text.endswith("\n"):
            while (rest := stream.readline(LONGEST_LINE)) and not rest.endswith("\n"):
                pass
            yield "\0\n"
        else:
            yield text


def _rows(stream: TextIO, separator: str) -> Iterator[TableRow]:
    reader = csv.reader(_lines(stream), delimiter=separator)
    begun = 0
    while begun <= MOST_ROWS:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield TableRow(line, (), "cell_too_large")
            continue
        begun += 1
        if any(cell.strip() for cell in cells):
            yield _checked(line, cells)
    raise Invalid("too_many_rows", most=MOST_ROWS)


def _checked(line: int, cells: list[str]) -> TableRow:
    if len(cells) > MOST_COLUMNS:
        return TableRow(line, (), "too_many_columns")
    for number, cell in enumerate(cells):
        if len(cell) > LONGEST_CELL:
            return TableRow(line, (), "cell_too_large", number)
        if "\0" in cell:
            return TableRow(line, (), "not_text", number)
        if "\ufffd" in cell:
            return TableRow(line, tuple(cells), "encoding", number)
    return TableRow(line, tuple(cells))
