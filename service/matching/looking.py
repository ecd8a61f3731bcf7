"""Finds the few groups worth a closer look among all of them, by place and likeness. Pure.

What a person wants is compared with every group they could get to, by terms, by words and by meaning; only those like
it are laid beside the person in full. Where too few are like it, all within reach are.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from service.matching.asked import Wish, typed_name
from service.matching.candidates import Candidates, Hits, ranks
from service.matching.columns import Columns, joined
from service.matching.layer import Layer
from service.matching.meaning.nearness import as_english, least, nearness, steps_of
from service.matching.profile import Profile
from service.matching.reading import Reading
from service.matching.scorers import AVOID_SHARE
from service.matching.snapshot import Snapshot

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
RELEVANT = 0.35  # likeness from which a group is an answer, and not only near
# Measured on judged people (development set), of what is shown: from .82 on, six to nine in ten are good; from .55 on,
# two to five in ten; below that one in ten.
STRONG, FAIR = 0.82, 0.55
TERMS_WEIGHT, WORDS_WEIGHT, MEANING_WEIGHT = 1.0, 2.0, 1.5  # fitted once on judged people (development set)
WHOLE, WHOLE_BY_WORDS = 2.2, 1.4  # what a group that is just what was asked for comes to, with and without meaning
ENABLER_SHARE = 0.7  # a lift or a buddy helps on the way to what one wants, and is seldom the thing itself
THE_SAME = 0.8  # closeness from which a group is what somebody refused
CROWD = 20_000  # groups laid beside a person in full at the most


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """How like groups are to what is wanted, each in [0, 1], shape (n,).

    Attributes
    ----------
    terms, words, meaning : ndarray
        By the terms of the taxonomy, by the words of the listing, by what both mean.
    avoided : ndarray
        To what the person said they do not want.
    enabler : ndarray of bool
        Whether the group is a service that helps one to get to others.
    most : float
        What a group called and described as what was asked for comes to: `WHOLE`, or `WHOLE_BY_WORDS`.
    """

    terms: F64
    words: F64
    meaning: F64
    avoided: F64
    enabler: NDArray[np.bool_]
    most: float

    @property
    def whole(self) -> F64:
        """All of it: the weighted sum of the three, as a share of `most`, less what is not wanted."""
        like = TERMS_WEIGHT * self.terms + WORDS_WEIGHT * self.words + MEANING_WEIGHT * np.maximum(self.meaning, 0.0)
        share = np.where(self.enabler, ENABLER_SHARE, 1.0) * (1 - (1 - AVOID_SHARE) * self.avoided)
        found: F64 = np.minimum(like / self.most, 1.0) * share
        return found

    def take(self, which: I64) -> "Likeness":
        """Return the entries at these places."""
        return Likeness(
            terms=self.terms[which],
            words=self.words[which],
            meaning=self.meaning[which],
            avoided=self.avoided[which],
            enabler=self.enabler[which],
            most=self.most,
        )


@dataclass(frozen=True, kw_only=True)
class Found:
    """The groups to look at closely.

    Attributes
    ----------
    columns : Columns
    likeness : Likeness
        By group of `columns`.
    layer, number : ndarray of int, shape (n_groups,)
        Which layer of the snapshot a group comes from, and its number there.
    """

    columns: Columns
    likeness: Likeness
    layer: I64
    number: I64


def look(snapshot: Snapshot, profile: Profile, reading: Reading, km: float, *, everything: bool) -> Found:
    """Return the groups within so many km that are like what is wanted, or all of them.

    Groups for an area, groups one may join from home and a group called exactly what was typed are looked at wherever
    they are. Never fewer than asked for, save that of more than `CROWD` the least like (or least lately confirmed) are
    left out.
    """
    parts = list(_parts(snapshot, profile, reading, km, everything=everything))
    return Found(
        columns=joined([part.columns for part in parts]),
        likeness=_together([part.likeness for part in parts]),
        layer=np.concatenate([part.layer for part in parts]),
        number=np.concatenate([part.number for part in parts]),
    )


def _parts(snapshot: Snapshot, profile: Profile, reading: Reading, km: float, *, everything: bool) -> Iterator[Found]:
    name = typed_name(profile)
    everything = everything or not reading.asks
    for at, (layer, gone) in enumerate(snapshot.layers()):
        called = layer.called(name) if name else np.zeros(0, dtype=np.int64)
        search = _Search(snapshot=snapshot, layer=layer, reading=reading, called=called, km=km, profile=profile)
        groups, like = search.like(everything=everything)
        whole = like.whole
        kept = _best(layer, groups, whole) if everything else search.kept(groups, whole >= RELEVANT)
        if len(gone):
            kept = kept[~np.isin(groups[kept], gone)]
        groups = groups[kept]
        yield Found(
            columns=layer.columns.take(groups),
            likeness=like.take(kept),
            layer=np.full(len(groups), at),
            number=groups,
        )


def _best(layer: Layer, groups: I64, whole: F64) -> I64:
    """Places of all groups, or of the `CROWD` most like what is wanted, ascending."""
    if len(groups) <= CROWD:
        return np.arange(len(groups))
    return np.sort(np.lexsort((-layer.columns.confirmed[groups], -whole))[:CROWD])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """One look at one layer; `called` are the groups of exactly the name that was typed."""

    snapshot: Snapshot
    layer: Layer
    reading: Reading
    profile: Profile
    called: I64
    km: float

    def like(self, *, everything: bool) -> tuple[I64, Likeness]:
        """Return the groups that may be relevant (all around, where everything is wanted), and how like they are."""
        reading, layer, remote = self.reading, self.layer, self.profile.mode != "in_person"
        around = layer.ground.around(self.profile.place, self.km, remote=remote, also=self.called)
        terms = self._terms(reading.wishes, around)
        words = layer.lexicon.likeness(layer.lexicon.sought(reading.query), around)
        near = None
        vectors = layer.multilingual if reading.multilingual else layer.vectors
        if reading.vectors is not None and vectors.size:
            near = nearness(vectors, reading.vectors, around)
        local = np.arange(len(around)) if everything else self._marked(around, terms, words, near)
        places, many = ranks(local, len(around)), len(local)
        meaning = np.zeros(many) if near is None else self._meaning(near[local])
        like = Likeness(
            terms=terms.at(places, many),
            words=words.at(places, many),
            meaning=meaning,
            avoided=self._refused(around).at(places, many),
            enabler=np.zeros(many, dtype=np.bool_),
            most=WHOLE_BY_WORDS if reading.vectors is None else WHOLE,
        )
        return self._left(around.numbers(local), like, everything=everything)

    def _left(self, groups: I64, like: Likeness, *, everything: bool) -> tuple[I64, Likeness]:
        """Leave out what is not like enough before anything else is looked up, then what is for areas elsewhere."""
        if not everything:
            kept = self.kept(groups, like.whole >= RELEVANT)
            groups, like = groups[kept], like.take(kept)
        remote = self.profile.mode != "in_person"
        astray = self.layer.ground.astray(groups, self.profile.place, self.km, remote=remote)
        if astray.any():
            kept = self.kept(groups, ~astray)
            groups, like = groups[kept], like.take(kept)
        return groups, replace(like, enabler=self.layer.columns.enabler[groups])

    def kept(self, groups: I64, which: NDArray[np.bool_]) -> I64:
        """Places of those that are marked, and of those called what was typed."""
        return np.flatnonzero(which | np.isin(groups, self.called) if len(self.called) else which)

    def _terms(self, wishes: tuple[Wish, ...], around: Candidates) -> Hits:
        return self.layer.term_score(wishes, self.snapshot.closeness(wishes), around)

    def _refused(self, around: Candidates) -> Hits:
        """Likeness to what is not wanted: that very thing or a kind of it, never a neighbour in the same family."""
        refused = self.reading.avoided
        close = self.snapshot.closeness(refused)
        exactly = {code: np.where(found >= THE_SAME, found, 0.0) for code, found in close.items()}
        return self.layer.term_score(refused, exactly, around)

    def _meaning(self, near: NDArray[np.int32]) -> F64:
        if self.reading.vectors is None:
            return np.zeros(len(near))
        cosines: F64 = near / steps_of(self.reading.vectors)
        return as_english(cosines) if self.reading.multilingual else cosines

    def _marked(self, around: Candidates, terms: Hits, words: Hits, near: NDArray[np.int32] | None) -> I64:
        """Local numbers of those that share a term, a word or enough of the meaning: no others can be relevant."""
        marked = np.zeros(len(around), dtype=np.bool_)
        if near is not None and self.reading.vectors is not None:
            wanted = least(RELEVANT * WHOLE / MEANING_WEIGHT, multilingual=self.reading.multilingual)
            marked = near >= int(wanted * steps_of(self.reading.vectors))
        marked[terms.local] = True
        marked[words.local] = True
        if len(self.called):
            marked[around.places(self.called)] = True
        return np.flatnonzero(marked)


def _together(parts: list[Likeness]) -> Likeness:
    return Likeness(
        terms=np.concatenate([part.terms for part in parts]),
        words=np.concatenate([part.words for part in parts]),
        meaning=np.concatenate([part.meaning for part in parts]),
        avoided=np.concatenate([part.avoided for part in parts]),
        enabler=np.concatenate([part.enabler for part in parts]),
        most=parts[0].most,
    )
