"""The tables that say what the sources' own words mean: spellings, categories, names that are not places. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingRules:
    """What `seeds/listings/categories.toml` says; a category maps to pairs of term code and weight in (0, 1]."""

    acronyms: tuple[str, ...]
    proper: tuple[str, ...]
    not_after: tuple[str, ...]
    also_names: frozenset[str]
    nationwide: tuple[str, ...]
    categories: Mapping[str, tuple[tuple[str, float], ...]]
    facilities: Mapping[str, tuple[tuple[str, float], ...]]
    enablers: Mapping[str, tuple[str, ...]]
    not_terms: frozenset[str]

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> "ListingRules":
        """Read the tables of the file."""
        return cls(
            acronyms=tuple(data["words"]["acronyms"]),
            proper=tuple(data["words"]["proper"]),
            not_after=tuple(data["not_places"]["after"]),
            also_names=frozenset(data["not_places"]["also_names"]),
            nationwide=tuple(data["nationwide"]["phrases"]),
            categories={key: _weighed(terms) for key, terms in data["categories"].items()},
            facilities={key: _weighed(terms) for key, terms in data["facilities"].items()},
            enablers={key: tuple(barriers) for key, barriers in data["enablers"].items()},
            not_terms=frozenset(data["not_terms"]["words"]),
        )

    def says_nothing(self, words: str, code: str) -> bool:
        """Return whether words that were taken for a term are too common in lists to mean it."""
        lower = words.casefold()
        return lower in self.not_terms or f"{lower} > {code}" in self.not_terms

    def terms_of(self, category: str) -> dict[str, float]:
        """Return the terms of a source's category: several after commas, each by its longest known beginning.

        A text after a colon lists the kinds of facility on a site.
        """
        head, _, kinds = category.casefold().partition(":")
        found: dict[str, float] = {}
        for part in head.split(","):
            if best := max((key for key in self.categories if part.strip().startswith(key)), key=len, default=None):
                found |= dict(self.categories[best])
        for kind in kinds.split(","):
            found |= dict(self.facilities.get(kind.strip(), ()))
        return found

    @property
    def codes(self) -> frozenset[str]:
        """Every term code the tables name, so that a test can see that all exist."""
        tables = (*self.categories.values(), *self.facilities.values())
        return frozenset(code for terms in tables for code, _ in terms) | frozenset(self.enablers)


def _weighed(terms: Sequence[str]) -> tuple[tuple[str, float], ...]:
    pairs = (term.partition(":") for term in terms)
    return tuple((code, float(weight or 1)) for code, _, weight in pairs)
