"""Interests looked up by an editor: by name, or by an everyday word that means one. Pure."""

from collections.abc import Callable, Iterator
from functools import lru_cache

from service.catalog.words.spotting import fold
from service.catalog.words.taxonomy import Taxonomy, Term

MOST_FOUND = 12
SHORTEST = 2  # letters


def matching_terms(
    taxonomy: Taxonomy, text: str, label: Callable[[str], str], most: int = MOST_FOUND
) -> tuple[str, ...]:
    """Return codes, best first: what the words mean, then names with these letters, then everyday words with them.

    Parameters
    ----------
    label : callable
        Code to name, as the editor reads it.
    """
    wanted = fold(text.strip()[:100])
    if len(wanted) < SHORTEST:
        return ()
    found: dict[str, None] = dict.fromkeys(taxonomy.spot_exact(text.strip()[:100]))
    found |= {term.code: None for term in taxonomy.terms if wanted in fold(label(term.code))}
    found |= {code: None for code, words in _everyday(taxonomy) if wanted in words}
    return tuple(found)[:most]


@lru_cache(maxsize=2)
def _everyday(taxonomy: Taxonomy) -> tuple[tuple[str, str], ...]:
    """Return each code with all its everyday words, folded once: there are thousands."""
    return tuple((term.code, "\n".join(map(fold, _words(term)))) for term in taxonomy.terms)


def _words(term: Term) -> Iterator[str]:
    yield from term.words
    for words in term.synonyms.values():
        yield from words
