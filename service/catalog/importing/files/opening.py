"""One door to every format: tells what a file is and gives its groups one by one. Reads files, writes nothing."""

import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from itertools import dropwhile, islice
from pathlib import Path
from typing import Any, Literal

from service.catalog.importing.files import columns, hsds, packages, sheets, tables
from service.catalog.importing.files.calendars import folding
from service.catalog.importing.files.calendars.following import Target
from service.catalog.importing.files.calendars.lines import is_calendar
from service.catalog.importing.files.formulas import unmarked
from service.catalog.importing.files.heading import top_of
from service.catalog.importing.files.incoming import (
    MOST_BYTES,
    MOST_JSON,
    MOST_ROWS,
    Incoming,
    RefusedRow,
    Remark,
    refuse,
)
from service.catalog.importing.files.table_rows import LONGEST_SAID, incoming
from service.errors import Invalid

Kind = Literal["table", "sheet", "hsds_json", "hsds_ndjson", "hsds_package", "ical"]
SAMPLE_ROWS = 50
LONGEST_RECORD = 4_000_000  # characters of one line of ndjson
CHUNK = 1 << 20
OF_ROWS = {"table": tables.rows_of, "sheet": sheets.rows_of}
NEVER_IN_TEXT = bytes([*range(9), *range(14, 27), *range(28, 32)])
LEAST_COLUMNS = 4  # that are read, before a row with nothing but a name is taken for a note
MOST_ODD = 12  # one such byte in so many: then it is a picture or a program


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A file that can be read, from its beginning as often as needed.

    Attributes
    ----------
    headings : tuple of str
        Of a table; empty for the rest.
    line : int
        Where they stand.
    mapping : mapping
        What each heading was taken for.
    digest : str
        Of its bytes and of how it is read: the same digest means the same rows.
    into : Target or None
        The one group whose times a calendar holds.
    """

    path: Path
    kind: Kind
    zone: str
    today: date
    headings: tuple[str, ...] = ()
    line: int = 0
    mapping: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""
    into: Target | None = None

    def groups(self) -> Iterator[Incoming]:
        """Give every row: a group, or why it is refused."""
        yield from _READERS[self.kind](self)


def columns_of(path: Path, said: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return each heading of a table, what it seems to mean or is said to, and a cell under it; none for the rest."""
    kind = _kind(path)
    if kind not in OF_ROWS:
        return []
    sample = list(islice(OF_ROWS[kind](path), SAMPLE_ROWS + 1))
    top = top_of(sample)
    headings, rows = top.headings, [row.cells for row in top.below if row.problem is None]
    meant = {**columns.guess(headings, rows), **said}
    return [
        (heading, meant.get(heading, ""), next((row[n] for row in rows if n < len(row) and row[n].strip()), ""))
        for n, heading in enumerate(headings)
    ]


def open_file(
    path: Path,
    *,
    zone: str,
    today: date,
    remembered: Mapping[str, str] | None = None,
    said: Mapping[str, str] | None = None,
    into: Target | None = None,
) -> Opened:
    """Tell what a file is and how its columns are read: as said, else as remembered, else as guessed.

    Raises
    ------
    Invalid
        `file_missing`, `file_empty`, `file_unknown`, `file_too_large`, `file_damaged`, `not_a_calendar`, or `mapping`
        with its problems.
    """
    if not path.exists():
        raise Invalid("file_missing")
    kind = _kind(path)
    headings: tuple[str, ...] = ()
    mapping: Mapping[str, str] = {}
    line = 0
    if kind in OF_ROWS:
        sample = list(islice(OF_ROWS[kind](path), SAMPLE_ROWS + 1))
        top = top_of(sample)
        headings, line = top.headings, top.line
        guessed = columns.guess(headings, [row.cells for row in top.below])
        known = remembered if remembered and set(headings) <= set(remembered) else {}
        mapping = columns.check({**guessed, **known, **(said or {})}, headings)
    if into is not None and kind != "ical":
        raise Invalid("not_a_calendar")
    how = json.dumps([kind, sorted(mapping.items())]).encode()
    return Opened(
        path=path, kind=kind, zone=zone, today=today, headings=headings, line=line, mapping=mapping,
        digest=_digest(path, how), into=into,
    )  # fmt: skip


def _kind(path: Path) -> Kind:
    if path.is_dir():
        return "hsds_package"
    if not path.is_file():
        raise Invalid("file_unknown")
    if path.stat().st_size > MOST_BYTES:
        raise Invalid("file_too_large", most=MOST_BYTES)
    if zipfile.is_zipfile(path):
        return "sheet" if sheets.is_workbook(path) else "hsds_package"
    with path.open("rb") as file:
        return _kind_of_text(file.read(tables.SAMPLE))


def _kind_of_text(begins: bytes) -> Kind:
    bare = begins.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not bare:
        raise Invalid("file_empty")
    if is_calendar(begins):
        return "ical"
    if bare[:1] in b"[{":
        return "hsds_ndjson" if bare[:1] == b"{" and _two_records(bare) else "hsds_json"
    odd = len(begins) - len(begins.translate(None, NEVER_IN_TEXT))
    if odd * MOST_ODD > len(begins) and not tables.shape_of(begins).encoding.startswith("utf-16"):
        raise Invalid("file_unknown")
    return "table"


def _two_records(begins: bytes) -> bool:
    """A record a line: the first line is whole by itself, and another follows."""
    first, _, rest = begins.partition(b"\n")
    if not rest.strip().startswith(b"{"):
        return False
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        return False
    return True


def _digest(path: Path, how: bytes) -> str:
    made = sha256(how)
    files = sorted(one for one in path.iterdir() if one.is_file()) if path.is_dir() else [path]
    for one in files:
        made.update(one.name.encode() if path.is_dir() else b"")
        with one.open("rb") as file:
            while part := file.read(CHUNK):
                made.update(part)
    return made.hexdigest()


def _of_table(opened: Opened) -> Iterator[Incoming]:
    for row in dropwhile(lambda one: one.line <= opened.line, OF_ROWS[opened.kind](opened.path)):
        yield _of_row(opened, row)


def _of_row(opened: Opened, row: tables.TableRow) -> Incoming:
    headings, cells = opened.headings, row.cells
    most = len(headings)
    if row.problem is not None:
        return refuse(row.line, headings[row.column] if 0 <= row.column < most else "", row.problem)
    if len(cells) != most and any(cell.strip() for cell in cells[most:]):
        return refuse(row.line, "", "too_many_cells", most=most)
    if len(cells) < most and opened.kind == "table":  # a workbook keeps no empty cells at the end of a row
        return refuse(row.line, headings[len(cells)], "half_row", most=most)
    wanted = {field: cell for heading, cell in zip(headings, cells, strict=False) if (field := opened.mapping[heading])}
    named = {field: heading for heading, field in opened.mapping.items() if field}
    if _is_note(wanted, [cell for cell in cells if cell.strip()], len(named)):
        return refuse(row.line, named["name"], "only_name", said=wanted["name"].strip()[:LONGEST_SAID])
    if opened.kind == "table":
        wanted = {field: unmarked(cell) for field, cell in wanted.items()}
    return incoming(row.line, dict.fromkeys(named, "") | wanted, named, zone=opened.zone, today=opened.today)


def _is_note(wanted: Mapping[str, str], filled: Sequence[str], known: int) -> bool:
    """Tell whether a row of many columns holds one cell alone, where the name stands: a note, or a heading between."""
    return known >= LEAST_COLUMNS and len(filled) == 1 and bool(wanted.get("name", "").strip())


def _of_json(opened: Opened) -> Iterator[Incoming]:
    if opened.path.stat().st_size > MOST_JSON:
        raise Invalid("file_too_large", most=MOST_JSON)
    try:
        read = json.loads(opened.path.read_bytes().decode("utf-8-sig"))
    except RecursionError:
        raise Invalid("json_too_deep") from None
    except ValueError:
        raise Invalid("json_damaged") from None
    for row, record in enumerate(_records(read), start=1):
        yield hsds.incoming(record, row, zone=opened.zone, today=opened.today)


def _records(read: Any) -> Iterator[Any]:
    """Give the services of an answer: a list, a page, an organisation with its services, or one service."""
    if isinstance(read, list):
        for one in read:
            yield from _records(one) if isinstance(one, dict) and isinstance(one.get("services"), list) else [one]
        return
    if not isinstance(read, dict):
        raise Invalid("services_missing")
    for name in ("contents", "services", "organizations", "items"):
        if isinstance(read.get(name), list):
            body = {key: said for key, said in read.items() if key != name}
            known = body if name == "services" and read.get("name") else None
            for one in read[name]:
                yield {"organization": known, **one} if known and isinstance(one, dict) else _whole(one)
            return
    yield _whole(read)


def _whole(read: Any) -> Any:
    """Return the service of a record that tells of one at one place, with that place; others as they are."""
    if not isinstance(read, dict) or "location" not in read or not isinstance(read.get("service"), dict):
        return read
    there = {key: said for key, said in read.items() if key != "service"}
    return {**read["service"], "service_at_locations": [there]}


def _of_lines(opened: Opened) -> Iterator[Incoming]:
    with opened.path.open(encoding="utf-8-sig", errors="replace") as file:
        for row in range(1, MOST_ROWS + 1):
            text = file.readline(LONGEST_RECORD)
            if not text:
                return
            if len(text) >= LONGEST_RECORD and not text.endswith("\n"):
                while (rest := file.readline(LONGEST_RECORD)) and not rest.endswith("\n"):
                    pass
                yield refuse(row, "", "cell_too_large")
            elif text.strip():
                yield _of_line(opened, text, row)


def _of_line(opened: Opened, text: str, row: int) -> Incoming:
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return refuse(row, "", "json_damaged")
    return hsds.incoming(record, row, zone=opened.zone, today=opened.today)


def _of_package(opened: Opened) -> Iterator[Incoming]:
    for line, record in packages.services(opened.path):
        if isinstance(record, Remark):
            yield RefusedRow(row=line, source_id=None, remarks=(record,))
        else:
            yield hsds.incoming(record, line, zone=opened.zone, today=opened.today)


def _of_calendar(opened: Opened) -> Iterator[Incoming]:
    yield from folding.groups(opened.path, zone=opened.zone, today=opened.today, into=opened.into)


_READERS = {
    "table": _of_table,
    "sheet": _of_table,
    "hsds_json": _of_json,
    "hsds_ndjson": _of_lines,
    "hsds_package": _of_package,
    "ical": _of_calendar,
}
