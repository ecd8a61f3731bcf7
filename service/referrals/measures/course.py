"""How a measure went over time: what may be set side by side, when it is time to ask again, a small drawing. Pure.

Only answers to the same version of the same words are set side by side. A change between two days shows no cause.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

AGAIN_AFTER = timedelta(weeks=12)  # after the first time (proposed: about twelve weeks is what is common)
COUNTS_AS_AGAIN = timedelta(weeks=8)  # a second time that early still counts as the one after
WIDTH, HEIGHT, MARGIN = 100, 40, 4  # of the drawing, in its own units


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One figure on one day, where it stands in the drawing."""

    on: date
    value: int
    x: float
    y: float


def due_on(taken: Iterable[date]) -> date | None:
    """Return when to ask again; None when nothing was asked yet, or it was asked again already.

    Examples
    --------
    >>> due_on([date(2026, 1, 5)])
    datetime.date(2026, 3, 30)
    >>> due_on([date(2026, 1, 5), date(2026, 3, 2)]) is None
    True
    """
    days = sorted(taken)
    if not days or days[-1] - days[0] >= COUNTS_AS_AGAIN:
        return None
    return days[0] + AGAIN_AFTER


def before_and_after(taken: Iterable[tuple[date, int]]) -> tuple[int, int] | None:
    """Return the first figure and the last one that counts as asked again; None when there are no such two.

    Examples
    --------
    >>> before_and_after([(date(2026, 4, 1), 5), (date(2026, 1, 5), 7)])
    (7, 5)
    """
    in_order = sorted(taken)
    if not in_order or in_order[-1][0] - in_order[0][0] < COUNTS_AS_AGAIN:
        return None
    return in_order[0][1], in_order[-1][1]


def points(taken: Sequence[tuple[date, int]], lowest: int, highest: int) -> tuple[Point, ...]:
    """Place figures in a drawing of `WIDTH` by `HEIGHT`: days from left to right, the highest figure at the top."""
    in_order = sorted(taken)
    if not in_order:
        return ()
    first, span = in_order[0][0], max((in_order[-1][0] - in_order[0][0]).days, 1)
    wide, high = WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN
    return tuple(
        Point(
            on=on,
            value=value,
            x=round(MARGIN + wide * (on - first).days / span, 2),
            y=round(MARGIN + high * (highest - value) / (highest - lowest), 2),
        )
        for on, value in in_order
    )
