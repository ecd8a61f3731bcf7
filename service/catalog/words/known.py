"""Which terms have a word already, and which a search of an editor finds: by everything that is said for them. Pure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from service.catalog.words.overlay import ENGLISH, KINDS
from service.catalog.words.spotting import fold, key, surfaces
from service.catalog.words.taxonomy import Term

LABEL = "label"


class Known(NamedTuple):
    """A term that has a word: in which language, and as what (a label, a word of that language, or a list of KINDS)."""

    code: str
    language: str
    kind: str


def known(terms: Iterable[Term], word: str, stem: Callable[[str], str]) -> tuple[Known, ...]:
    """Return where a word stands already, in any language; English words by their stems."""
    plain = surfaces(word)
    stemmed, written = key(plain, stem), key(plain, None)
    found = []
    for term in terms:
        for language, kind, entry in entries(term):
            words = surfaces(entry)
            if len(words) > len(plain) + 2 or not words:
                continue
            exact = language != ENGLISH or entry.startswith("=")
            if key(words, None) == written or (not exact and key(words, stem) == stemmed):
                found.append(Known(term.code, language, kind))
    return tuple(dict.fromkeys(found))


def entries(term: Term) -> Iterator[tuple[str, str, str]]:
    """Yield everything that is said for a term: language, kind, entry."""
    yield ENGLISH, LABEL, term.label
    for kind in KINDS:
        for entry in getattr(term, kind):
            yield ENGLISH, kind, entry
    for language, label in term.labels.items():
        yield language, LABEL, label
    for language, words in term.synonyms.items():
        for entry in words:
            yield language, "words", entry


def found(terms: Sequence[Term], query: str) -> tuple[Term, ...]:
    """Return the terms with something said for them in which the words of a query stand, by labels first."""
    wanted = fold(" ".join(query.split()))
    if not wanted:
        return tuple(terms)
    named = [term for term in terms if wanted in fold(term.label) or query.strip() == term.code]
    said = [
        term
        for term in terms
        if term not in named and any(wanted in fold(entry) for _, kind, entry in entries(term) if kind != "not_words")
    ]
    return (*named, *said)
