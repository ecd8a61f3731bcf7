"""Small plots as SVG, drawn without any library: lines on two logarithmic scales, and bars. Text stays text."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 760
LEFT, RIGHT, TOP, BOTTOM = 70, 190, 58, 46  # room for numbers, names of lines, title, axis
INK, FAINT, GROUND = "#1d2733", "#d5dbe1", "#ffffff"
# Told apart by people with any kind of colour vision (Okabe, M. & Ito, K. (2008). Color Universal Design).
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#aa4499", "#56b4e9", "#6b6b6b")
DASHES = ("", "7 4", "2 4", "10 3 2 3", "5 5", "1 3")
LABEL_GAP = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: its name, and (x, y) points, both above 0."""

    name: str
    points: Sequence[tuple[float, float]]


def lines(title: str, told: str, found: Sequence[Line], *, x: str, y: str) -> str:
    """Draw lines on two logarithmic scales; `told` is the title for those who hear it."""
    height = 420
    xs = sorted({point[0] for line in found for point in line.points})
    low, high = _decades([point[1] for line in found for point in line.points])
    first, last = math.log10(xs[0]), math.log10(xs[-1])

    def across(value: float) -> float:
        share = 0.5 if first == last else (math.log10(value) - first) / (last - first)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def up(value: float) -> float:
        return height - BOTTOM - (math.log10(value) - low) / (high - low) * (height - TOP - BOTTOM)

    parts = []
    for power in range(low, high + 1):
        at = up(10.0**power)
        parts += [_rule(LEFT, at, WIDTH - RIGHT, at), _text(LEFT - 8, at + 4, _plain(10.0**power), "end")]
    parts += [_text(across(value), height - BOTTOM + 18, _short(value), "middle") for value in xs]
    parts += [_text((LEFT + WIDTH - RIGHT) / 2, height - 8, x, "middle"), _text(LEFT - 50, TOP - 14, y)]
    ends = _spread([up(line.points[-1][1]) for line in found])
    for number, (line, end) in enumerate(zip(found, ends, strict=True)):
        path = " ".join(f"{across(a):.1f},{up(b):.1f}" for a, b in line.points)
        colour, last_x = COLOURS[number % len(COLOURS)], across(line.points[-1][0])
        dash = f' stroke-dasharray="{DASHES[number % len(DASHES)]}"' if DASHES[number % len(DASHES)] else ""
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.5"{dash}/>')
        parts += [f'<circle cx="{across(a):.1f}" cy="{up(b):.1f}" r="3.5" fill="{colour}"/>' for a, b in line.points]
        parts.append(_text(last_x + 10, end + 4, line.name, bold=number == 0))
    return _sheet(title, told, height, parts)


def bars(title: str, told: str, found: Mapping[str, float], *, notes: Mapping[str, str] | None = None) -> str:
    """Draw one bar a name, from 0 to 1, with its figure; a note stands behind."""
    step, left, right = 26, max(250, 7 * max(map(len, found)) + 20), 150
    height = TOP + step * len(found) + 16
    parts = []
    for number, (name, value) in enumerate(found.items()):
        middle = TOP + step * number + step / 2
        long = value * (WIDTH - left - right)
        colour = COLOURS[0] if name.startswith("Kith") or notes else COLOURS[5]
        parts += [
            _text(left - 10, middle + 4, name, "end"),
            f'<rect x="{left}" y="{middle - 8:.1f}" width="{max(long, 1):.1f}" height="16" fill="{colour}"/>',
            _text(left + long + 8, middle + 4, f"{value:.3f} {(notes or {}).get(name, '')}".strip()),
        ]
    return _sheet(title, told, height, parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """One bar of several parts that make a whole: its name, how many of each part, in the order of the names."""

    name: str
    parts: Sequence[int]


def stacks(title: str, told: str, found: Sequence[Stack], names: Sequence[str]) -> str:
    """Draw one bar a stack, as wide as all others, and how many of each part; `names` stand above in their colours."""
    step, left, wide = 30, 250, WIDTH - 280
    height = TOP + step * (len(found) + 1) + 16
    colours = (COLOURS[2], FAINT, COLOURS[1])
    parts, across = [], float(left)
    for name, colour in zip(names, colours, strict=True):
        parts.append(f'<rect x="{across:.1f}" y="{TOP - 6}" width="12" height="12" fill="{colour}"/>')
        parts.append(_text(across + 18, TOP + 5, name))
        across += 40 + 8 * len(name)
    for number, stack in enumerate(found, start=1):
        middle, at, whole = TOP + step * number + step / 2, float(left), max(1, sum(stack.parts))
        parts.append(_text(left - 10, middle + 4, stack.name, "end"))
        for many, colour in zip(stack.parts, colours, strict=True):
            long = wide * many / whole
            parts.append(f'<rect x="{at:.1f}" y="{middle - 10:.1f}" width="{long:.1f}" height="20" fill="{colour}"/>')
            if long > 24:
                parts.append(_text(at + long / 2, middle + 4, str(many), "middle"))
            at += long
    return _sheet(title, told, height, parts)


def _sheet(title: str, told: str, height: int, parts: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-labelledby="title told" font-family="system-ui, sans-serif" font-size="13">'
    )
    names = f'<title id="title">{escape(title)}</title><desc id="told">{escape(told)}</desc>'
    ground = f'<rect width="{WIDTH}" height="{height}" fill="{GROUND}"/>'
    shown = f'<text x="20" y="26" font-size="16" font-weight="600" fill="{INK}">{escape(title)}</text>'
    return "\n".join([head, names, ground, shown, *parts, "</svg>", ""])


def _text(x: float, y: float, words: str, anchor: str = "start", *, bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{INK}"{weight}>{escape(words)}</text>'


def _rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{FAINT}"/>'


def _decades(values: Sequence[float]) -> tuple[int, int]:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def _spread(wanted: Sequence[float]) -> list[float]:
    """Move labels apart so that none covers another, in their order from top to bottom."""
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    placed = list(wanted)
    for above, below in zip(order, order[1:], strict=False):
        placed[below] = max(placed[below], placed[above] + LABEL_GAP)
    return placed


def _plain(value: float) -> str:
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


def _short(value: float) -> str:
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"
