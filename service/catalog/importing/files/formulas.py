"""Cells that a spreadsheet program would take for a formula: marked as text, and back. Pure."""

import re

SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MARK = "'"
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?", re.ASCII)


def marked(cell: str) -> str:
    """Return a cell so that no program reckons with it; a plain number stays one.

    Examples
    --------
    >>> marked("=SUM(A1)"), marked("-2.3211"), marked("Tea"), marked("+44 1632 960100")
    ("'=SUM(A1)", '-2.3211', 'Tea', "'+44 1632 960100")
    """
    return f"{MARK}{cell}" if cell.lstrip(MARK).startswith(SIGNS) and not _NUMBER.fullmatch(cell) else cell


def unmarked(cell: str) -> str:
    """Return a cell as it was before it was marked.

    >>> unmarked(marked("=SUM(A1)")), unmarked("'tis the season"), unmarked(marked("'=1"))
    ('=SUM(A1)', "'tis the season", "'=1")
    """
    return cell[1:] if cell.startswith(MARK) and cell.lstrip(MARK).startswith(SIGNS) else cell
