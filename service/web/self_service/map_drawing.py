"""Where groups lie around a person, as shapes on a square sheet with north up. Pure: it knows no words and no page.

Nothing is drawn more exactly than it is known: a rough place goes to the middle of a field of a grid as wide as it is
uncertain. The order in which spots are given changes nothing.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

SIDE = 400  # of the sheet; every other length is in its units
EDGE = 4
TOP, SIDES, BOTTOM = 58, 40, 30  # kept free, so that a pin and its label lie inside
CELL, HEIGHT, POINT = 38, 36, 10  # of one number on a pin, and how high the pin stands above its point
ROW = 3  # numbers side by side on one pin
MOST = 6  # numbers on one pin; the rest is told as so many more
LETTER, LINE = 11.5, 26  # about how wide a letter is, and how high a line
DOT = 9
KM_A_DEGREE = 111.195
NEAREST = 0.8  # of a unit: nothing is drawn larger than that
BEYOND = 4.0  # times the middle distance: what lies further would press all else together
UNITS = (0.5, 1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 500)
MOST_TOWNS = 5
RING_TURNS = (-90, 90, 180, 0, -45, 135)  # degrees at which a ring's label is tried


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A place on earth in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot(Known):
    """One group: its number on the list, and how many km its true place may lie from there."""

    number: int
    rough_km: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre(Known):
    """The person's place, which is known roughly too."""

    rough_km: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Name(Known):
    """A town that may be named; the bigger one first."""

    text: str
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the sheet."""

    left: float
    top: float
    width: float
    height: float

    def meets(self, other: "Box") -> bool:
        """Whether both share a part of the sheet."""
        return (
            self.left < other.left + other.width
            and other.left < self.left + self.width
            and self.top < other.top + other.height
            and other.top < self.top + self.height
        )

    @property
    def is_inside(self) -> bool:
        """Whether it lies on the sheet."""
        return (
            self.left >= EDGE
            and self.top >= EDGE
            and self.left + self.width <= SIDE - EDGE
            and self.top + self.height <= SIDE - EDGE
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One number on a pin; `number` 0 stands for `more` that have no room."""

    number: int
    box: Box
    rough: bool
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One pin: its point, and the numbers of all groups there, in order."""

    x: float
    y: float
    numbers: tuple[int, ...]
    cells: tuple[Cell, ...]
    points: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """A ring of so many units around the person, or the part of the sheet where a rough place may lie."""

    x: float
    y: float
    radius: float
    units: float = 0.0
    label_at: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """All that is drawn.

    Attributes
    ----------
    you : Circle or None
        The part of the sheet where the person may be.
    rings : tuple of Circle
        Distances, the nearest first.
    doubts : tuple of Circle
        Around rough places.
    towns : tuple of (str, float, float)
        Name and middle of its line.
    beyond : tuple of int
        Numbers of groups that lie too far away for the sheet.
    bar : tuple of float or None
        Units, and how long they are drawn: where there is no person to put rings around.
    """

    you: Circle | None
    rings: tuple[Circle, ...]
    pins: tuple[Pin, ...]
    doubts: tuple[Circle, ...]
    towns: tuple[tuple[str, float, float], ...]
    beyond: tuple[int, ...]
    bar: tuple[float, float] | None = None


def draw(centre: Centre | None, spots: Iterable[Spot], names: Iterable[Name], *, km_a_unit: float) -> Drawing | None:
    """Lay everything on the sheet; None where there is nothing to lay.

    Parameters
    ----------
    km_a_unit : float
        How many km the country's unit has.
    """
    known = sorted((_blurred(spot) for spot in spots), key=lambda spot: spot.number)
    if not known:
        return None
    sheet = _sheet(centre, known, km_a_unit)
    inside = [spot for spot in known if sheet.km(spot) <= sheet.reach_km]
    beyond = tuple(spot.number for spot in known if sheet.km(spot) > sheet.reach_km)
    pins = _pins([(*sheet.at(spot), spot) for spot in inside])
    taken = [cell.box for pin in pins for cell in pin.cells]
    middle = sheet.at_centre
    if centre:
        taken.append(Box(middle[0] - DOT, middle[1] - DOT, 2 * DOT, 2 * DOT))
    rings = _rings(sheet, km_a_unit, taken) if centre else ()
    you = Circle(x=middle[0], y=middle[1], radius=round(centre.rough_km * sheet.scale, 1)) if centre else None
    return Drawing(
        you=you,
        rings=rings,
        pins=tuple(pins),
        doubts=_doubts(inside, sheet),
        towns=tuple(_towns(names, sheet, taken)),
        beyond=beyond,
        bar=None if centre else _bar(sheet, km_a_unit),
    )


@dataclass(frozen=True, kw_only=True)
class _Sheet:
    """From degrees to the sheet."""

    latitude: float
    longitude: float
    scale: float  # units of the sheet a km
    reach_km: float
    at_centre: tuple[float, float] = field(default=(SIDE / 2, (SIDE + TOP - BOTTOM) / 2))

    def away(self, one: Spot | Name) -> tuple[float, float]:
        """Return how many km east and north of the middle."""
        east = (one.longitude - self.longitude + 540) % 360 - 180
        narrow = math.cos(math.radians(self.latitude))
        return east * narrow * KM_A_DEGREE, (one.latitude - self.latitude) * KM_A_DEGREE

    def km(self, one: Spot | Name) -> float:
        return math.hypot(*self.away(one))

    def at(self, one: Spot | Name) -> tuple[float, float]:
        east, north = self.away(one)
        return round(self.at_centre[0] + east * self.scale, 1), round(self.at_centre[1] - north * self.scale, 1)


def _sheet(centre: Centre | None, spots: Sequence[Spot], km_a_unit: float) -> _Sheet:
    """Choose the middle and the scale: all but what is far beyond the others, and no nearer than half a unit."""
    if centre is None:
        middle = sum(s.latitude for s in spots) / len(spots), sum(s.longitude for s in spots) / len(spots)
        least = NEAREST * km_a_unit
    else:
        middle, least = (centre.latitude, centre.longitude), max(NEAREST * km_a_unit, 1.3 * centre.rough_km)
    plain = _Sheet(latitude=middle[0], longitude=middle[1], scale=1.0, reach_km=math.inf)
    away = [plain.km(spot) for spot in spots]
    most = max(BEYOND * median(away), least)
    reach = max([least, *(km for km in away if km <= most)])
    half = min(SIDE / 2 - SIDES, (SIDE - TOP - BOTTOM) / 2)
    return _Sheet(latitude=middle[0], longitude=middle[1], scale=half / reach, reach_km=reach + 1e-9)


def _blurred(spot: Spot) -> Spot:
    """Put a rough place into the middle of its field of the grid: two places of one field are drawn as one."""
    if not spot.rough_km:
        return spot
    high = spot.rough_km / KM_A_DEGREE
    latitude = (math.floor(spot.latitude / high) + 0.5) * high
    wide = high / max(0.01, math.cos(math.radians(latitude)))
    longitude = (math.floor(spot.longitude / wide) + 0.5) * wide
    return Spot(number=spot.number, latitude=latitude, longitude=longitude, rough_km=spot.rough_km)


def _doubts(spots: Sequence[Spot], sheet: _Sheet) -> tuple[Circle, ...]:
    """Return one circle for each part of the sheet in which rough places lie, drawn no wider than the sheet."""
    found = {(*sheet.at(spot), round(min(spot.rough_km * sheet.scale, SIDE / 2), 1)) for spot in spots if spot.rough_km}
    return tuple(Circle(x=x, y=y, radius=radius) for x, y, radius in sorted(found) if radius > CELL / 2)


_Placed = tuple[float, float, Spot]


def _pins(placed: Sequence[_Placed]) -> list[Pin]:
    """Put numbers on pins; pins that would cover one another become one, the nearest two first."""
    stacks = [[one] for one in placed]
    while True:
        made = [_pin(stack) for stack in stacks]
        pairs = [
            (math.dist((made[a].x, made[a].y), (made[b].x, made[b].y)), made[a].numbers[0], made[b].numbers[0], a, b)
            for a in range(len(made))
            for b in range(a + 1, len(made))
            if _cover(made[a], made[b])
        ]
        if not pairs:
            return sorted(made, key=lambda pin: (pin.y, pin.numbers))
        *_, first, second = min(pairs)
        joined = sorted(stacks[first] + stacks[second], key=lambda one: one[2].number)
        stacks = [stack for at, stack in enumerate(stacks) if at not in (first, second)] + [joined]
        stacks.sort(key=lambda stack: stack[0][2].number)


def _cover(one: Pin, other: Pin) -> bool:
    return any(a.box.meets(b.box) for a in one.cells for b in other.cells)


def _pin(stack: Sequence[_Placed]) -> Pin:
    x, y = (round(sum(one[axis] for one in stack) / len(stack), 1) for axis in (0, 1))  # type: ignore[misc]
    shown = [one[2] for one in (stack if len(stack) <= MOST else stack[: MOST - 1])]
    cells = len(shown) + (len(shown) < len(stack))
    width, rows = min(cells, ROW) * CELL, -(-cells // ROW)
    left = min(max(x - width / 2, EDGE), SIDE - EDGE - width)
    top = max(y - POINT - rows * HEIGHT, EDGE)
    boxes = [
        Box(round(left + n % ROW * CELL, 1), round(top + n // ROW * HEIGHT, 1), CELL, HEIGHT) for n in range(cells)
    ]
    held = [Cell(number=s.number, box=b, rough=bool(s.rough_km)) for s, b in zip(shown, boxes, strict=False)]
    if len(shown) < len(stack):
        held.append(Cell(number=0, box=boxes[-1], rough=False, more=len(stack) - len(shown)))
    points = len(stack) == 1 and not stack[0][2].rough_km
    return Pin(x=x, y=y, numbers=tuple(one[2].number for one in stack), cells=tuple(held), points=points)


def _rings(sheet: _Sheet, km_a_unit: float, taken: list[Box]) -> tuple[Circle, ...]:
    """Return the widest ring that fits and one of about half of it, labelled where there is room."""
    fit = [units for units in UNITS if units * km_a_unit <= sheet.reach_km * 1.02]
    if not fit:
        return ()
    inner = [units for units in fit if units <= fit[-1] / 2]
    return tuple(_ring(sheet, units, km_a_unit, taken) for units in [*inner[-1:], fit[-1]])


def _ring(sheet: _Sheet, units: float, km_a_unit: float, taken: list[Box]) -> Circle:
    x, y = sheet.at_centre
    radius = round(units * km_a_unit * sheet.scale, 1)
    at = None
    for turn in RING_TURNS:
        spot = x + radius * math.cos(math.radians(turn)), y + radius * math.sin(math.radians(turn))
        if box := _free(spot, 9 * LETTER, taken):
            taken.append(box)
            at = round(spot[0], 1), round(spot[1], 1)
            break
    return Circle(x=x, y=y, radius=radius, units=units, label_at=at)


def _free(middle: tuple[float, float], width: float, taken: Sequence[Box]) -> Box | None:
    """Return the box of a line around a point, if it lies inside and covers nothing."""
    box = Box(middle[0] - width / 2, middle[1] - LINE / 2, width, LINE)
    return box if box.is_inside and not any(box.meets(other) for other in taken) else None


def _towns(names: Iterable[Name], sheet: _Sheet, taken: list[Box]) -> Iterable[tuple[str, float, float]]:
    """Yield the biggest towns whose names have room."""
    found = 0
    for name in sorted(names, key=lambda one: (-one.weight, one.text, one.latitude)):
        if found == MOST_TOWNS:
            return
        x, y = sheet.at(name)
        if box := _free((x, y), len(name.text) * LETTER + 8, taken):
            taken.append(box)
            found += 1
            yield name.text, x, y


def _bar(sheet: _Sheet, km_a_unit: float) -> tuple[float, float]:
    """Return a length to measure by: so many units, and how long they are on the sheet."""
    fit = [units for units in UNITS if units * km_a_unit * sheet.scale <= SIDE / 3] or [UNITS[0]]
    return fit[-1], round(fit[-1] * km_a_unit * sheet.scale, 1)
