"""One state of the catalogue, ready to be asked: columns, words and terms that belong together. Pure.

A snapshot is never changed: an edit makes a new one from it, so that a question in progress reads one state throughout.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from service.catalog.taxonomy import Taxonomy
from service.catalog.views import ListedGroup
from service.matching import columns as layout
from service.matching.asked import Wish
from service.matching.columns import Columns
from service.matching.day import Day
from service.matching.lexical import Document, Lexicon

F64 = NDArray[np.float64]
COVERAGE_SHARE = 0.2  # of likeness, for meeting all wishes rather than the best one only (proposed)


def document(group: ListedGroup, taxonomy: Taxonomy) -> Document:
    """Return the words by which a group is found: its own, and the labels of its terms."""
    labels = [term.label for code in group.terms if (term := taxonomy.get(code.code)) is not None]
    texts = (group.description, group.what_happens, group.who_for, group.eligibility, group.also_known_as)
    body = " ".join([*(text for text in texts if text), *labels, *(place.label for place in group.places)])
    return Document(name=group.name, body=body)


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """Columns and lexicon of the same groups in the same order, at one sequence number of the catalogue."""

    columns: Columns
    lexicon: Lexicon
    taxonomy: Taxonomy
    sequence: int
    _closeness: dict[str, F64] = field(default_factory=dict, repr=False)
    _days: dict[date, Day] = field(default_factory=dict, repr=False)

    def day(self, today: date) -> Day:
        """Return the catalogue as it holds on a day; only the latest day is kept."""
        held = self._days.get(today)
        if held is None:
            held = Day(columns=self.columns, today=today)
            self._days.clear()
            self._days[today] = held
        return held

    @cached_property
    def _terms_of(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Entries of terms in order of group, and where each group's begin."""
        order = np.argsort(self.columns.term_group, kind="stable")
        starts = np.searchsorted(self.columns.term_group[order], np.arange(self.columns.n_groups + 1))
        return order, starts

    @classmethod
    def build(cls, groups: Sequence[ListedGroup], taxonomy: Taxonomy, sequence: int) -> "Snapshot":
        """Lay out a whole catalogue."""
        ordered = sorted(groups, key=lambda group: str(group.id))
        return cls(
            columns=layout.build(ordered),
            lexicon=Lexicon.build([document(group, taxonomy) for group in ordered]),
            taxonomy=taxonomy,
            sequence=sequence,
        )

    def changed(self, gone: set[str], groups: Sequence[ListedGroup], sequence: int) -> "Snapshot":
        """Return a snapshot without the groups `gone` (ids as text) and with `groups` as they are now."""
        dropped = np.isin(self.columns.ids, sorted(gone | {str(group.id) for group in groups}))
        ordered = sorted(groups, key=lambda group: str(group.id))
        documents = [document(group, self.taxonomy) for group in ordered]
        return Snapshot(
            columns=layout.join(layout.without(self.columns, dropped), layout.build(ordered)),
            lexicon=self.lexicon.extend(documents, np.flatnonzero(~dropped)),
            taxonomy=self.taxonomy,
            sequence=sequence,
        )

    def closeness(self, wanted: str) -> F64:
        """Closeness of a wanted term to every term of `columns.term_codes`, each in [0, 1]."""
        found = self._closeness.get(wanted)
        if found is None:
            offered = self.columns.term_codes.tolist()
            found = np.array([self.taxonomy.closeness(wanted, code) for code in offered], dtype=np.float64)
            self._closeness[wanted] = found
        return found

    def term_score(self, wishes: Sequence[Wish]) -> F64:
        """Likeness of every group to the wishes by terms, in [0, 1]: the best wish met, a part of it for meeting all.

        Shape (n_groups,). A wish met is ``wanted weight * closeness * offered weight``.
        """
        best, total, asked = np.zeros(self.columns.n_groups), np.zeros(self.columns.n_groups), 0.0
        for wish in wishes:
            met = self._met(wish)
            best = np.maximum(best, met)
            total += met
            asked += wish.weight
        return best * (1 - COVERAGE_SHARE + COVERAGE_SHARE * total / asked) if asked else best

    def _met(self, wish: Wish) -> F64:
        columns = self.columns
        met = np.zeros(columns.n_groups)
        close = self.closeness(wish.code)
        for number in np.flatnonzero(close):
            part = slice(*np.searchsorted(columns.term, [number, number + 1]))
            groups = columns.term_group[part]
            met[groups] = np.maximum(met[groups], wish.weight * close[number] * columns.term_weight[part])
        return met

    def offered(self, group: int, wishes: Sequence[Wish]) -> dict[str, tuple[str, float]]:
        """Return, for each wish the group meets, the term that meets it and how close it is; best first."""
        columns = self.columns
        order, starts = self._terms_of
        here = order[starts[group] : starts[group + 1]]
        numbers, weights = columns.term[here], columns.term_weight[here]
        found: dict[str, tuple[str, float]] = {}
        for wish in wishes:
            met = self.closeness(wish.code)[numbers] * weights * wish.weight
            if len(met) and met.max() > 0.3:
                at = int(met.argmax())
                found[wish.code] = (str(columns.term_codes[numbers[at]]), float(met[at]))
        return dict(sorted(found.items(), key=lambda item: (-item[1][1], item[0])))
