"""The list of a volunteer bureau as they are: a title on top, odd headings, a note between, words in every cell."""

from datetime import date
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook

DATA = Path(__file__).with_name("data") / "bureau.txt"
TITLE = "Willowbank Volunteer Bureau - GROUPS - do not sort!!"
NOTE = "*** Jean to ring all below ***"
HEADINGS = (
    *("Group", "Who runs it", "Meets at", "PCode", "Day & Time", "How much?", "Contact", "What they do"),
    *("Who's it for", "Sort of thing", "Wheelchair?", "Last rung", "Our no."),
)
RUNG = date(2026, 9, 2)
ROWS = tuple(tuple(line.split("|")) for line in DATA.read_text(encoding="utf-8").splitlines())


def workbook() -> bytes:
    """Return the list as Excel keeps it."""
    book, kept = Workbook(), BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append([TITLE])
    sheet.merge_cells("A1:M1")
    sheet.append(HEADINGS)
    for number, row in enumerate(ROWS, start=1):
        sheet.append([*row, RUNG if number != 5 else "Sept", number])
        if number == 4:
            sheet.append([])
        if number == 8:
            sheet.append([NOTE])
    book.save(kept)
    return kept.getvalue()


def table() -> bytes:
    """Return the list as a program of another country writes it: semicolons, and a title of one cell."""
    lines = [(TITLE,), HEADINGS, *((*row, "2026-09-02", str(number)) for number, row in enumerate(ROWS, start=1))]
    return "".join(";".join(line) + "\r\n" for line in lines).encode("cp1252")
