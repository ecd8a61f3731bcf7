"""The phrases looked for in a text, by their words; what each means, and how surely. Pure."""

from typing import Final

BLOCK: Final = 0.0  # saying it means something else

Meanings = tuple[tuple[str, float], ...]


class Entries:
    """The phrases looked for on one side, by their keys: stemmed, or as they are written.

    `theirs` are the stemmed ones with "her" or its like: "stuck in her room" is not "stuck in my room".
    """

    def __init__(self) -> None:
        self.stems: dict[tuple[str, ...], Meanings] = {}
        self.surfaces: dict[tuple[str, ...], Meanings] = {}
        self.theirs: dict[tuple[str, ...], Meanings] = {}
        self._reach: dict[tuple[str, ...], int] = {}
        self._tables = {"stems": self.stems, "surfaces": self.surfaces, "theirs": self.theirs}

    def add(self, table: str, key: tuple[str, ...], code: str, weight: float) -> None:
        """Add what a run of words means to one of the tables; for one term the strongest meaning counts."""
        into = self._tables[table]
        means = into.get(key)
        into[key] = ((code, weight),) if means is None else joined(means, ((code, weight),))
        if len(key) > 1 and self._reach.get(key[:2], 0) < len(key):
            self._reach[key[:2]] = len(key)

    def reach(self, stems: tuple[str, ...], surfaces: tuple[str, ...]) -> int:
        """Return how many words the longest key has that begins with two words."""
        return max(self._reach.get(stems, 1), self._reach.get(surfaces, 1))

    def means(self, stems: tuple[str, ...], surfaces: tuple[str, ...]) -> Meanings:
        """Return what a run of words means, blocks included; `theirs` apart.

        What is blocked as it is written is blocked: "climbing the walls" is not "climb a wall".
        """
        written, stemmed = self.surfaces.get(surfaces), self.stems.get(stems)
        if written is None or stemmed is None:
            return written or stemmed or ()
        means = joined(stemmed, written)
        if blocked := blocks(written):
            means = (*(one for one in means if (one[0], BLOCK) not in blocked), *blocked)
        return means


def joined(one: Meanings, two: Meanings) -> Meanings:
    """Join what a run of words means by its stems and as it is written; for one term the strongest counts once."""
    if not (one and two):
        return one or two
    means = dict(one)
    for code, weight in two:
        means[code] = max(weight, means.get(code, BLOCK))
    return tuple(sorted(means.items()))


def blocks(means: Meanings) -> Meanings:
    """Return what a run of words is known not to mean."""
    return tuple((code, weight) for code, weight in means if weight == BLOCK)
