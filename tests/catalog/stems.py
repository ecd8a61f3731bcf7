"""Writes down the stems of the taxonomy's English words. Run by hand: ``python -m tests.catalog.stems``."""

from collections import defaultdict
from pathlib import Path

from service.catalog.words.spotting import SKIPPED, stem, surfaces
from service.catalog.words.taxonomy import Taxonomy
from service.catalog.words.vocabulary import load_taxonomy

FOLDER = Path(__file__).resolve().parents[2] / "seeds" / "taxonomy"


def english(taxonomy: Taxonomy) -> set[str]:
    """Return every English word that is met by its stem."""
    phrases = (phrase for term in taxonomy.terms for phrase in term.phrases() if phrase.english)
    return {word for one in phrases if not one.words.startswith("=") for word in surfaces(one.words)} - SKIPPED


def main() -> None:
    """Write `stems.txt`: a stem and its words a line."""
    words: dict[str, list[str]] = defaultdict(list)
    for word in sorted(english(load_taxonomy(FOLDER))):
        words[stem(word)].append(word)
    text = "".join(f"{one} {' '.join(words[one])}\n" for one in sorted(words))
    (FOLDER / "stems.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
