"""Where a table begins: the row of its headings, which may stand below a title. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.catalog.importing.files import columns
from service.catalog.importing.files.tables import TITLES, TableRow
from service.errors import Invalid

LEAST_KNOWN = 2  # headings that are called as columns are, before a lower row is taken for them


@dataclass(frozen=True, slots=True)
class Top:
    """The headings of a table, the line they stand in, and the rows below them."""

    line: int
    headings: tuple[str, ...]
    below: tuple[TableRow, ...]


def top_of(sample: Sequence[TableRow]) -> Top:
    """Find the headings among the first rows: the first row, unless a lower one is plainly the row of headings.

    Raises
    ------
    Invalid
        `file_empty`, `headings_unreadable`.
    """
    if not sample:
        raise Invalid("file_empty")
    at = _row_of_headings(sample[:TITLES])
    if sample[at].problem is not None:
        raise Invalid("headings_unreadable")
    return Top(sample[at].line, _named(sample[at].cells), tuple(sample[at + 1 :]))


def _row_of_headings(rows: Sequence[TableRow]) -> int:
    known = [columns.known_headings(row.cells) if row.problem is None else 0 for row in rows]
    best = max(range(len(rows)), key=lambda at: (known[at], -at))
    return best if known[best] >= LEAST_KNOWN and known[0] < LEAST_KNOWN else 0


def _named(cells: Sequence[str]) -> tuple[str, ...]:
    made: list[str] = []
    for number, cell in enumerate(cells, start=1):
        name = " ".join(cell.split())[:200] or f"({number})"
        made.append(name if name not in made else f"{name} ({number})")
    return tuple(made)
