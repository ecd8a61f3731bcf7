"""Other ways to search, asked beside ours over the same listings: keywords, distance, and a sentence encoder.

They are given the person's words, wanted terms, place and reach, as well as we know how. What has no place counts as
being where the person is. They read no barrier, time, price or age.

References
----------
Robertson, S. & Zaragoza, H. (2009). The probabilistic relevance framework: BM25 and beyond. Foundations and Trends in
Information Retrieval 3(4).
"""

import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.catalog.views import ListedGroup
from service.catalog.where.distance import km_between
from service.matching.lexical import Document, Lexicon, query_stems
from service.matching.meaning.nearness import Understands
from service.matching.meaning.vectors import meaning_text, text_of
from service.matching.profile import MAX_LIMIT, Profile
from service.matching.weighing import weighed

F64 = NDArray[np.float64]
WORDS_SHARE = 0.25  # of words beside meaning: a small fixed share was best where this was measured
REACH_KM = 5.0  # of people who did not say how far they would go
FAIR_BAR = "MiniLM + .25 BM25, × distance"  # the one that a release must be clearly better than
Ranker = Callable[[Profile], list[str]]  # a person to listings, best first


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A listing as other searches see it: its id, all its words, the text that is encoded, degrees (NaN: no place)."""

    id: str
    words: str
    sentences: str
    latitude: float
    longitude: float

    @classmethod
    def of_row(cls, row: Mapping[str, Any], sentences: str | None = None) -> "Listed":
        """Read a listing of a judged catalogue; without another text, its name and description are encoded."""
        lat, lon = row.get("lat"), row.get("lon")
        return cls(
            id=str(row["id"]),
            words=" ".join(str(row.get(key) or "") for key in ("name", "category", "description")),
            sentences=sentences or meaning_text(str(row.get("name") or ""), row.get("description"), None, None),
            latitude=float("nan") if lat is None else float(lat),
            longitude=float("nan") if lon is None else float(lon),
        )

    @classmethod
    def of_group(cls, group: ListedGroup, name: str) -> "Listed":
        """Take what a group says of itself, at its first place that is known."""
        known = [(one.latitude, one.longitude) for one in group.places if one.latitude is not None]
        lat, lon = known[0] if known else (None, None)
        texts = (group.name, group.description, group.what_happens, group.who_for)
        return cls(
            id=name,
            words=" ".join(text for text in texts if text),
            sentences=text_of(group),
            latitude=float("nan") if lat is None else lat,
            longitude=float("nan") if lon is None else lon,
        )


def rankers(listings: Sequence[Listed], understands: Understands | None) -> dict[str, Ranker]:
    """Return every other way to search, by name; the one that needs an encoder only where there is one."""
    lexicon = weighed([Document(name="", body=listing.words) for listing in listings])
    found = {"SQLite FTS5 bm25": fts5(listings), "BM25 × distance": bm25_by_distance(listings, lexicon)}
    if understands is not None and understands.id:
        found[FAIR_BAR] = sentences_by_distance(listings, lexicon, understands)
    return found


def fts5(listings: Sequence[Listed]) -> Ranker:
    """Full-text search of SQLite: any word, best bm25 first."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE listing USING fts5(id UNINDEXED, words, tokenize='porter unicode61')")
    base.executemany("INSERT INTO listing VALUES (?, ?)", ((listing.id, listing.words) for listing in listings))
    sql = "SELECT id FROM listing WHERE listing MATCH ? ORDER BY bm25(listing), id LIMIT ?"

    def ask(person: Profile) -> list[str]:
        query = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", _asked_words(person)))
        return [row[0] for row in base.execute(sql, (query, MAX_LIMIT))] if query else []

    return ask


def bm25_by_distance(listings: Sequence[Listed], lexicon: Lexicon) -> Ranker:
    """BM25, divided by one plus the square of distance over reach; what shares no word is not shown."""
    ids, lats, lons = _laid(listings)

    def ask(person: Profile) -> list[str]:
        scores = _bm25(lexicon, person) * _nearness(person, lats, lons)
        return [ids[place] for place in _best(ids, scores) if scores[place] > 0]

    return ask


def sentences_by_distance(listings: Sequence[Listed], lexicon: Lexicon, understands: Understands) -> Ranker:
    """Cosine of question and listing plus a quarter of BM25, both by their spread, times the same nearness.

    Likeness is raised to the power of e first, since a standardised score may be negative and nearness multiplies it.
    """
    ids, lats, lons = _laid(listings)
    vectors = understands.many([listing.sentences for listing in listings]).astype(np.float32)

    def ask(person: Profile) -> list[str]:
        question = understands.one(_asked_words(person))
        meant = np.zeros(len(ids)) if question is None else (vectors @ question.astype(np.float32)).astype(np.float64)
        like = _spread(meant) + WORDS_SHARE * _spread(_bm25(lexicon, person))
        scores = np.exp(like) * _nearness(person, lats, lons)
        return [ids[place] for place in _best(ids, scores)]

    return ask


def _laid(listings: Sequence[Listed]) -> tuple[list[str], list[float], list[float]]:
    return (
        [listing.id for listing in listings],
        [listing.latitude for listing in listings],
        [listing.longitude for listing in listings],
    )


def _best(ids: Sequence[str], scores: F64) -> list[int]:
    found: list[int] = np.lexsort((np.array(ids), -scores))[:MAX_LIMIT].tolist()
    return found


def _bm25(lexicon: Lexicon, person: Profile) -> F64:
    query, _ = query_stems(lexicon.words, [(_asked_words(person), 1.0)])
    return lexicon.bm25(query)


def _spread(scores: F64) -> F64:
    """Return scores less their mean, in standard deviations."""
    spread = float(scores.std()) if len(scores) else 0.0
    found: F64 = (scores - scores.mean()) / spread if spread else np.zeros(len(scores))
    return found


def _nearness(person: Profile, lats: Sequence[float], lons: Sequence[float]) -> F64:
    if person.place is None:
        return np.ones(len(lats))
    km = np.nan_to_num(km_between(person.place.latitude, person.place.longitude, lats, lons), nan=0.0)
    found: F64 = 1 / (1 + (km / (person.max_km or REACH_KM)) ** 2)
    return found


def _asked_words(person: Profile) -> str:
    return " ".join([person.text, *(code.rpartition(".")[2].replace("_", " ") for code in person.interests)])
