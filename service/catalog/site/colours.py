"""One main colour, and every other colour that follows from it, so that all words can be read. Pure.

Contrast is that of WCAG 2.2: (lighter + 0.05) / (darker + 0.05) of the relative luminances, from 1 to 21.
"""

import colorsys
import re

LEAST = 4.5  # of words on their ground: WCAG 2.2, 1.4.3 (AA)
DARK_LEAST = 7.0  # of the light form of the colour on dark ground: what our own has
OURS = "#6b2a57"
WHITE, BLACK = "#ffffff", "#000000"
GROUNDS = (WHITE, "#fbf8f3", "#f3ece1")  # --kith-card, --kith-paper, --kith-board of tokens.css
DARK_GROUNDS = ("#262120", "#1b1716", "#302928")
WASH, DARK_WASH = 0.09, 0.1  # how much of the colour there is in a ground that is tinted with it
LIVELIER, MOST_FULL = 1.4, 0.6  # a light colour looks paler than a deep one, and a full one glares on dark ground

Rgb = tuple[float, float, float]  # each 0 to 1


def read(text: str) -> str | None:
    """Return a colour as #rrggbb; None when it is none.

    >>> read(" 1D4 "), read("#1d70B8"), read("blue"), read("#12345")
    ('#11dd44', '#1d70b8', None, None)
    """
    found = re.fullmatch(r"#?([0-9a-f]{3}|[0-9a-f]{6})", text.strip().lower(), re.ASCII)
    if found is None:
        return None
    digits = found[1] if len(found[1]) == 6 else "".join(digit * 2 for digit in found[1])
    return f"#{digits}"


def contrast(one: str, other: str) -> float:
    """Return how well one colour is told from the other: 1, not at all, to 21.

    >>> contrast("#ffffff", "#000000"), round(contrast("#777777", "#ffffff"), 2)
    (21.0, 4.48)
    """
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def ratio(colour: str) -> float:
    """Return the least contrast of the colour: as words on each of our grounds, and under white words."""
    return min(contrast(colour, ground) for ground in (*GROUNDS, mixed(WHITE, colour, WASH)))


def works(colour: str) -> bool:
    """Tell whether all words in this colour, and on it, can be read."""
    return ratio(colour) >= LEAST


def nearest(colour: str) -> str:
    """Return the colour of the same hue, and no darker than it must be, that works; the colour itself if it does.

    >>> nearest("#ffdd00"), nearest("#6b2a57")
    ('#7a6a00', '#6b2a57')
    """
    hue, light, full = colorsys.rgb_to_hls(*_rgb(colour))
    found = colour
    while not works(found):
        light = max(light - 0.005, 0.0)
        found = _written(colorsys.hls_to_rgb(hue, light, full))
    return found


def mixed(one: str, other: str, part: float) -> str:
    """Return one colour with so much of another in it.

    >>> mixed("#ffffff", "#000000", 0.2)
    '#cccccc'
    """
    a, b = _rgb(one), _rgb(other)
    return _written((_between(a[0], b[0], part), _between(a[1], b[1], part), _between(a[2], b[2], part)))


def light(colour: str) -> dict[str, str]:
    """Return the values of the tokens on light ground."""
    return {
        "accent": colour,
        "accent-strong": mixed(colour, BLACK, 0.28),
        "accent-wash": mixed(WHITE, colour, WASH),
        "accent-line": mixed(WHITE, colour, 0.3),
        "on-accent": WHITE,
        "plot-1": colour,
        "plot-2": mixed(colour, WHITE, 0.4),
        "plot-3": mixed(colour, WHITE, 0.72),
    }


def dark(colour: str) -> dict[str, str]:
    """Return the values of the tokens on dark ground: the colour is made so light that it can be read there."""
    card, found = DARK_GROUNDS[0], colour
    hue, lightness, full = colorsys.rgb_to_hls(*_rgb(colour))
    while min(contrast(found, one) for one in (*DARK_GROUNDS, mixed(card, found, DARK_WASH))) < DARK_LEAST:
        lightness = min(lightness + 0.01, 1.0)
        found = _written(colorsys.hls_to_rgb(hue, lightness, min(full * LIVELIER, MOST_FULL)))
    return {
        "accent": found,
        "accent-strong": mixed(found, WHITE, 0.5),
        "accent-wash": mixed(card, found, DARK_WASH),
        "accent-line": mixed(card, found, 0.42),
        "on-accent": mixed(colour, BLACK, 0.75),
        "plot-1": found,
        "plot-2": mixed(card, found, 0.68),
        "plot-3": mixed(card, found, 0.4),
    }


def sheet(colour: str) -> str:
    """Return the style sheet that stands behind tokens.css. Paper keeps its black."""
    bright, night = _rules(light(colour)), _rules(dark(colour))
    return (
        f'@media screen {{ :root {{ {bright} }} :root[data-theme="dark"] {{ {night} }} }}\n'
        f'@media screen and (prefers-color-scheme: dark) {{ :root:not([data-theme="light"]) {{ {night} }} }}\n'
    )


def _rules(tokens: dict[str, str]) -> str:
    return " ".join(f"--kith-{name}: {value};" for name, value in tokens.items())


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part) for part in _rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _rgb(colour: str) -> Rgb:
    return int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255


def _between(one: float, other: float, part: float) -> float:
    return one + (other - one) * part


def _written(rgb: Rgb) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in rgb)
