"""One state of the catalogue, ready to be asked: a large layer, the edits since, and what is gone. Pure.

A snapshot is never changed: an edit makes a new one from it, so that a question in progress reads one state throughout.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from service.catalog.views import ListedGroup
from service.catalog.words.taxonomy import Taxonomy
from service.matching.asked import Wish
from service.matching.columns import halves
from service.matching.layer import Layer
from service.matching.lexical import Words
from service.matching.meaning.nearness import Encode

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
_NONE = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A catalogue at one sequence number of its changes.

    Attributes
    ----------
    base : Layer
        The catalogue as it was laid out.
    edits : Layer or None
        Groups that came or changed since.
    gone : ndarray of int
        Groups of the base that are no longer so, ascending.
    edited : mapping of id to ListedGroup
        The groups of `edits`.
    term_codes : tuple of str
        Codes of terms by the number that the layers know them by: a new term comes last, none ever goes.
    layout : str
        Of the taxonomy by which the base was laid out.
    """

    base: Layer
    taxonomy: Taxonomy
    sequence: int
    edits: Layer | None = None
    gone: I64 = field(default_factory=lambda: _NONE)
    edited: Mapping[str, ListedGroup] = field(default_factory=dict)
    term_codes: tuple[str, ...] = ()
    layout: str = ""
    _closeness: dict[str, F64] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if not self.term_codes:
            object.__setattr__(self, "term_codes", codes_of(self.taxonomy))
            object.__setattr__(self, "layout", self.taxonomy.layout)

    @classmethod
    def build(
        cls,
        groups: Iterable[ListedGroup],
        taxonomy: Taxonomy,
        sequence: int,
        encode: Encode | None = None,
        multilingual: Encode | None = None,
    ) -> "Snapshot":
        """Lay out a whole catalogue; it is read once and may be of any size."""
        base = Layer.build(groups, taxonomy, encode, multilingual=multilingual)
        return cls(base=base, taxonomy=taxonomy, sequence=sequence)

    @property
    def n_groups(self) -> int:
        """How many groups can be found."""
        return self.base.columns.n_groups - len(self.gone) + len(self.edited)

    @property
    def words(self) -> Words:
        """Every word that a listing has."""
        return (self.edits or self.base).lexicon.words

    @property
    def has_meaning(self) -> bool:
        """Whether groups have vectors."""
        return self.base.vectors.size > 0 or (self.edits is not None and self.edits.vectors.size > 0)

    @property
    def is_multilingual(self) -> bool:
        """Whether the groups of the catalogue have vectors by the multilingual model too."""
        return self.base.multilingual.size > 0

    def layers(self) -> Iterator[tuple[Layer, I64]]:
        """Yield each layer with the groups in it that are gone."""
        yield self.base, self.gone
        if self.edits is not None:
            yield self.edits, _NONE

    @property
    def is_outdated(self) -> bool:
        """Whether the base was laid out by other terms, or other labels of them, than the taxonomy has now."""
        return self.layout != self.taxonomy.layout

    def told_by(self, taxonomy: Taxonomy) -> "Snapshot":
        """Return the same groups, understood by another taxonomy; words and moved terms count at once."""
        if taxonomy is self.taxonomy:
            return self
        known = set(self.term_codes)
        codes = (*self.term_codes, *(code for code in codes_of(taxonomy) if code not in known))
        return replace(self, taxonomy=taxonomy, term_codes=codes, _closeness={})

    def ids(self) -> set[str]:
        """Return the ids of all groups: slow, for a whole comparison only."""
        found = {layer.columns.id_of(n) for layer, gone in self.layers() for n in range(layer.columns.n_groups)}
        return found - {self.base.columns.id_of(int(n)) for n in self.gone} | set(self.edited)

    def changed(
        self,
        gone: Iterable[str],
        groups: Sequence[ListedGroup],
        sequence: int,
        encode: Encode | None = None,
        multilingual: Encode | None = None,
    ) -> "Snapshot":
        """Return a snapshot without the groups `gone` (ids as text) and with `groups` as they are now."""
        new = {str(group.id): group for group in groups}
        touched = set(gone) | set(new)
        found = (self.base.find(*halves(UUID(one))) for one in touched)
        lost = np.array([number for number in found if number is not None], dtype=np.int64)
        edited = {key: group for key, group in self.edited.items() if key not in touched} | new
        words = self.base.lexicon.words
        edits = None
        if edited:
            edits = Layer.build(edited.values(), self.taxonomy, encode, words, multilingual, self.term_codes)
        return replace(self, sequence=sequence, edits=edits, gone=np.union1d(self.gone, lost), edited=edited)

    @cached_property
    def term_numbers(self) -> Mapping[str, int]:
        """Number of each term."""
        return {code: number for number, code in enumerate(self.term_codes)}

    def closeness(self, wishes: Sequence[Wish]) -> dict[str, F64]:
        """Closeness of each wanted term to every term of the taxonomy, in [0, 1], shape (n_terms,)."""
        for wish in wishes:
            if wish.code not in self._closeness:
                found = [self.taxonomy.closeness(wish.code, code) for code in self.term_codes]
                self._closeness[wish.code] = np.array(found, dtype=np.float64)
        return {wish.code: self._closeness[wish.code] for wish in wishes}


def codes_of(taxonomy: Taxonomy) -> tuple[str, ...]:
    """Return the codes of all terms, in the order in which people see them."""
    return tuple(term.code for term in taxonomy.terms)
