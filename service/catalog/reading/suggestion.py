"""What a text is taken to say, with the words that say it. Pure: nothing here is true before a person has agreed."""

from collections.abc import Iterable
from dataclasses import dataclass

LONGEST = 8000  # characters of a text that are read
SURE, LIKELY = 0.95, 0.85  # how often such words are right, on the texts the rules were made from


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When it meets or is open: weekdays MO to SU, `HH:MM` or None, and `week`, `2weeks`, `month:1` to `month:-1`."""

    days: tuple[str, ...]
    start: str | None
    end: str | None
    every: str = "week"


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What somebody pays to come, in hundredths of the currency; free is 0; `at_least` for "from £3"."""

    pence: int
    currency: str
    per: str | None = None
    at_least: bool = False


Value = str | int | Hours | Price


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One statement: `text[start:end] == words`.

    Attributes
    ----------
    kind : str
        `time`, `price`, `age_min`, `age_max`, `mode`, `phone`, `url`, `size`, or the code of a fact.
    value : str, int, Hours or Price
        `yes` or `no` for the code of a fact.
    confidence : float
        In (0, 1], higher is surer.
    """

    kind: str
    value: Value
    start: int
    end: int
    words: str
    confidence: float


def suggestion(kind: str, value: Value, text: str, span: tuple[int, int], confidence: float = SURE) -> Suggestion:
    """Make a suggestion whose words are cut out of the text, without the white space around them."""
    start, end = span
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    words = piece.strip().rstrip(" .,;:") or piece.strip()
    return Suggestion(kind=kind, value=value, start=start, end=start + len(words), words=words, confidence=confidence)


def flattened(text: str) -> str:
    """Return a text with plain apostrophes and spaces, letter for letter as long as it was."""
    return text.translate({0x2019: "'", 0x2018: "'", 0x2BC: "'", 0xA0: " ", 0x2010: "-", 0x2011: "-", 0x2212: "-"})


def once(found: Iterable[Suggestion]) -> list[Suggestion]:
    """Keep of each kind and value the first that is surest; of a fact said to be so and not so, the surer."""
    kept: dict[tuple[str, Value], Suggestion] = {}
    for one in sorted(found, key=lambda one: (-one.confidence, one.start, one.kind, str(one.value))):
        opposite = {"yes": "no", "no": "yes"}.get(str(one.value)) if isinstance(one.value, str) else None
        if (one.kind, one.value) not in kept and (opposite is None or (one.kind, opposite) not in kept):
            kept[one.kind, one.value] = one
    return sorted(kept.values(), key=lambda one: (one.start, one.end, one.kind, str(one.value)))
