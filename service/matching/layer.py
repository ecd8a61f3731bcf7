"""One stack of groups ready to be searched: columns, words, terms, vectors and map that belong together. Pure.

The catalogue is one layer, laid out when the index is built; edits since then are a second, small one.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from service.catalog.views import ListedGroup
from service.catalog.words.taxonomy import Taxonomy
from service.matching import laying
from service.matching.asked import Wish
from service.matching.candidates import Candidates, Hits, once
from service.matching.columns import BARRIER_BIT, TERM_WEIGHTS, Columns, joined
from service.matching.ground import Ground, chart, ordering
from service.matching.lexical import Document, Lexicon, Words
from service.matching.meaning.nearness import I8, Encode
from service.matching.meaning.products import Vectors
from service.matching.meaning.vectors import text_of
from service.matching.weighing import Weighing

F64 = NDArray[np.float64]
COVERAGE_SHARE = 0.2  # of likeness, for meeting all wishes rather than the best one only (proposed)


def document(group: ListedGroup, taxonomy: Taxonomy) -> Document:
    """Return the words by which a group is found: its own, and the labels of its terms."""
    labels = [term.label for code in group.terms if (term := taxonomy.get(code.code)) is not None]
    texts = (group.description, group.what_happens, group.who_for, group.eligibility, group.also_known_as)
    body = " ".join([*(text for text in texts if text), *labels, *(place.label for place in group.places)])
    return Document(name=group.name, body=body)


@dataclass(frozen=True, kw_only=True)
class Posts:
    """For each term the groups that carry it, ascending, with the term's weight in thousandths."""

    starts: NDArray[np.int64]
    groups: NDArray[np.int32]
    weights: NDArray[np.uint16]

    def part(self, number: int) -> tuple[int, int]:
        """Return where the entries of a term begin and end."""
        if number + 1 >= len(self.starts):  # a term that came after this layer
            return 0, 0
        return int(self.starts[number]), int(self.starts[number + 1])

    @classmethod
    def of(cls, columns: Columns, n_terms: int) -> "Posts":
        """Turn the terms of groups round."""
        order = np.lexsort((columns.term_group, columns.term))
        starts = np.searchsorted(columns.term[order], np.arange(n_terms + 1))
        return cls(
            starts=starts.astype(np.int64),
            groups=columns.term_group[order].astype(np.int32),
            weights=columns.term_weight[order],
        )


class _Encoding:
    """The vectors of listings by one model, read a lot at a time."""

    def __init__(self, encode: Encode | None) -> None:
        self._encode = encode
        self._lots: list[I8] = []

    def add(self, lot: Sequence[ListedGroup]) -> None:
        if self._encode is not None:
            self._lots.append(self._encode([text_of(group) for group in lot]))

    def taken(self, order: NDArray[np.int64]) -> Vectors:
        return Vectors.of(np.concatenate(self._lots)[order] if self._lots else np.zeros((0, 0), dtype=np.int8))


@dataclass(frozen=True, kw_only=True)
class Layer:
    """Groups in the order of `ground.ordering`.

    Attributes
    ----------
    vectors, multilingual : Vectors
        By group, by the English and by the multilingual model; zero for a group that has none yet. None at all: of
        size 0.
    by_name, by_id : ndarray, shape (n_groups,)
        Groups in the order of `name_hash`, and of the lower half of their ids.
    """

    columns: Columns
    lexicon: Lexicon
    posts: Posts
    ground: Ground
    vectors: Vectors
    multilingual: Vectors
    by_name: NDArray[np.int32]
    by_id: NDArray[np.int32]

    @classmethod
    def build(
        cls,
        groups: Iterable[ListedGroup],
        taxonomy: Taxonomy,
        encode: Encode | None = None,
        after: Words | None = None,
        multilingual: Encode | None = None,
        codes: Sequence[str] = (),
    ) -> "Layer":
        """Lay out groups, read once and a lot at a time.

        Parameters
        ----------
        groups : iterable of ListedGroup
        taxonomy : Taxonomy
        encode, multilingual : callable or None
            Texts to vectors; None: nothing is known of meaning by this model.
        after : Words or None
            The words of the catalogue that these groups were added to, so that words weigh as they do there.
        codes : sequence of str
            Codes of terms by number, as that catalogue has them; without them, those of the taxonomy.
        """
        known = codes or tuple(term.code for term in taxonomy.terms)
        numbers = {code: number for number, code in enumerate(known)}
        weighing = Weighing(None if after is None else after.stop_words)
        parts = [laying.lay([], numbers)]
        english, many = _Encoding(encode), _Encoding(multilingual)
        for lot in laying.lots(groups):
            parts.append(laying.lay(lot, numbers))
            weighing.add([document(group, taxonomy) for group in lot])
            english.add(lot)
            many.add(lot)
        together = joined(parts)
        order, edges = ordering(together)
        columns = together.take(order).packed()
        lexicon = weighing.finish(order) if after is None else weighing.finish_after(after, order)
        return cls.of(
            columns,
            lexicon,
            Posts.of(columns, len(numbers)),
            chart(columns, edges),
            english.taken(order),
            many.taken(order),
        )

    @classmethod
    def of(
        cls,
        columns: Columns,
        lexicon: Lexicon,
        posts: Posts,
        ground: Ground,
        vectors: Vectors,
        multilingual: Vectors,
    ) -> "Layer":
        """Put the parts together; the indexes of names and ids are made here."""
        return cls(
            columns=columns,
            lexicon=lexicon,
            posts=posts,
            ground=ground,
            vectors=vectors,
            multilingual=multilingual,
            by_name=np.argsort(columns.name, kind="stable").astype(np.int32),
            by_id=np.argsort(columns.id_low, kind="stable").astype(np.int32),
        )

    def called(self, name: int) -> NDArray[np.int64]:
        """Return the groups of this name (`name_hash`)."""
        names = self.columns.name
        first = bisect_left(self.by_name, name, key=lambda number: int(names[number]))
        last = bisect_right(self.by_name, name, first, key=lambda number: int(names[number]))
        return np.sort(self.by_name[first:last]).astype(np.int64)

    def term_score(self, wishes: Sequence[Wish], closeness: dict[str, F64], candidates: Candidates) -> Hits:
        """Likeness of groups to the wishes by terms, in [0, 1]: the best wish met, a part of it for meeting all.

        A wish met is ``wanted weight * closeness * offered weight``.
        """
        if not wishes:
            return Hits(np.zeros(0, dtype=np.int64), np.zeros(0))
        posts, found = self.posts, []
        for wish in wishes:
            close = closeness[wish.code]
            numbers = np.flatnonzero(close)
            where, local, which = candidates.locate(posts.groups, [posts.part(number) for number in numbers.tolist()])
            offered = posts.weights[where] / TERM_WEIGHTS
            found.append((local, (wish.weight * close[numbers])[which] * offered))
        hit, rank = once([local for local, _ in found], len(candidates))
        best, total = np.zeros(len(hit)), np.zeros(len(hit))
        for local, worth in found:
            met = np.zeros(len(hit))
            np.maximum.at(met, rank[local], worth)
            np.maximum(best, met, out=best)
            total += met
        asked = sum(wish.weight for wish in wishes)
        return Hits(hit, best * (1 - COVERAGE_SHARE + COVERAGE_SHARE * total / asked))

    def find(self, high: int, low: int) -> int | None:
        """Return the number of the group with this id; None: it is not here."""
        lows, highs = self.columns.id_low, self.columns.id_high
        at = bisect_left(self.by_id, low, key=lambda number: int(lows[number]))
        for number in self.by_id[at:]:
            if int(lows[number]) != low:
                break
            if int(highs[number]) == high:
                return int(number)
        return None

    @cached_property
    def enablers(self) -> dict[str, tuple[NDArray[np.int64], Columns]]:
        """For each barrier the groups that remove it, by number and by what is known of them."""
        helping = np.flatnonzero(self.columns.enabler)
        removed = self.columns.removes[helping]
        which = {code: helping[(removed & bit) != 0] for code, bit in BARRIER_BIT.items()}
        return {code: (groups, self.columns.take(groups)) for code, groups in which.items()}
