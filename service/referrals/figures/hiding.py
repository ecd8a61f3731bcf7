"""Which counts may be shown, so that no small number is told, and none can be worked out from the others. Pure.

A count below ten is hidden, and so is one that differs by less than ten from another that is shown: whoever left in
between would be few. In a table of parts of a whole, what is hidden together must be ten or more, or more is hidden.
"""

from collections.abc import Mapping, Sequence, Set
from itertools import pairwise

SMALLEST = 10  # people; fewer are not told of

Funnel = Sequence[int]
Table = Mapping[str, Funnel]
Shown = dict[str, list[bool]]


def chain(figures: Funnel) -> list[bool]:
    """Say which figures of one funnel may be shown, the first one first.

    Examples
    --------
    >>> chain([412, 408, 341, 341, 9])
    [True, False, True, True, False]
    """
    shown, last = [], None
    for figure in figures:
        fine = figure >= SMALLEST and (last is None or last == figure or last - figure >= SMALLEST)
        shown.append(fine)
        last = figure if fine else last
    return shown


def parts(cells: Mapping[str, int], *, told_elsewhere: Set[str] = frozenset()) -> frozenset[str]:
    """Say which parts of a whole may be shown when the whole is known: the others together are ten or more, or none.

    `told_elsewhere` names parts that are shown on the same page anyhow.

    Examples
    --------
    >>> sorted(parts({"a": 40, "b": 12, "c": 3}))
    ['a']
    """
    shown = {name for name, count in cells.items() if count >= SMALLEST or name in told_elsewhere}
    while 0 < sum(count for name, count in cells.items() if name not in shown) < SMALLEST and shown - told_elsewhere:
        shown.remove(min(shown - told_elsewhere, key=lambda name: (cells[name], name)))
    return frozenset(shown)


def whole(rows: Table) -> list[int]:
    """Add the parts up again."""
    return [sum(column) for column in zip(*rows.values(), strict=True)]


def of_table(rows: Table) -> tuple[Shown, list[bool]]:
    """Say which cells of a table of funnels may be shown beside the funnel of the whole, and which of the whole's.

    Hides until nothing small is left to work out: of a row by itself, of all hidden cells of a column together, and of
    these between two columns that hide the same rows.
    """
    if not rows:
        return {}, []
    total = whole(rows)
    shown, on_top = {name: chain(row) for name, row in rows.items()}, chain(total)
    while (column := _unsafe(rows, total, shown, on_top)) is not None:
        left = [name for name in rows if shown[name][column]]
        shown[min(left, key=lambda name: (rows[name][column], name))][column] = False
    return shown, on_top


def _unsafe(rows: Table, total: Funnel, shown: Shown, on_top: Sequence[bool]) -> int | None:
    """Return the first column in which something small can be worked out and that has something left to hide."""
    hidden = [
        (column, frozenset(name for name in rows if not shown[name][column]))
        for column, fine in enumerate(on_top)
        if fine
    ]
    rests = {column: sum(rows[name][column] for name in names) for column, names in hidden}
    for column, names in hidden:
        if 0 < rests[column] < SMALLEST and len(names) < len(rows):
            return column
    for (before, names), (column, others) in pairwise(hidden):
        alike = names == others and 0 < len(names) < len(rows)
        if alike and 0 < rests[before] - rests[column] < SMALLEST:
            return column
    return None
