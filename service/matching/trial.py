"""Puts a judged catalogue into a scratch database, asks everybody's question, and scores the answers beside baselines.

Nothing of the judgements reaches the ranking: a profile's analysis fields (theme, language, answerable) are not read.
"""

import json
import re
import sqlite3
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from service.catalog import barriers, facts
from service.catalog.distance import km_between
from service.catalog.places import Gazetteer
from service.catalog.seeding import load_listings, seed, seeded
from service.catalog.taxonomy import Taxonomy
from service.catalog.vocabulary import load_taxonomy
from service.db import engine as engines
from service.db import migrations
from service.errors import Invalid
from service.matching import matcher
from service.matching.answer import Answer
from service.matching.evaluation import Figures, Run, figures, percentile
from service.matching.lexical import Document, query_stems
from service.matching.meaning import Polyglot, Understands
from service.matching.profile import MAX_LIMIT, MAX_TEXT, Profile, Where, resolve_interest
from service.matching.queries import CatalogSource
from service.matching.snapshot import Snapshot
from service.matching.weighing import weighed

DEPTH = MAX_LIMIT
PLAIN = ("travel", "days", "parts", "earliest", "latest", "languages", "gender", "level_limit")  # given as they are


Models = tuple[Understands | None, Polyglot | None]  # for English and for other languages


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What one evaluation found.

    Attributes
    ----------
    people : int
        Everybody who was asked for, answerable or not.
    figures : Figures
    baselines : mapping of name to Figures
    run : mapping of person to listings, best first
    called : mapping of person to fit
        How the best was called; weak where nothing fits.
    weak : mapping of answerable to (int, int)
        Of the people with and without an answer, to how many the best was called weak, and of how many.
    p50_ms, p95_ms : float
        Milliseconds of one match.
    """

    people: int
    figures: Figures
    baselines: Mapping[str, Figures]
    run: Run
    called: Mapping[str, str]
    weak: Mapping[bool, tuple[int, int]]
    p50_ms: float
    p95_ms: float

    def as_dict(self) -> dict[str, Any]:
        """Return the figures under the names of the evaluation contract."""
        mine = self.figures.as_dict()
        names = ("ndcg_at_10", "p_at_5", "recall_at_20", "bad_at_10", "blank", "judged_at_10")
        return {
            "profiles": self.people,
            **{name: mine[name] for name in names},
            "weak_of_answerable": list(self.weak[True]),
            "weak_of_unanswerable": list(self.weak[False]),
            "p50_ms": self.p50_ms,
            "p95_ms": self.p95_ms,
            "baselines": {name: found.as_dict() for name, found in self.baselines.items()},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The files of a judged collection, read."""

    listings: Sequence[Mapping[str, Any]] | None
    people: Sequence[Mapping[str, Any]]
    qrels: Mapping[str, Mapping[str, int]]

    @classmethod
    def read(cls, catalog: Path | None, profiles: Path, qrels: Path) -> "Judged":
        """Read the files; no catalogue means our own seeds.

        Raises
        ------
        Invalid
            `file`, naming the file and line that cannot be read.
        """
        return cls(listings=None if catalog is None else _lines(catalog), people=_lines(profiles), qrels=_grades(qrels))


def evaluate(
    judged: Judged,
    seeds: Path,
    *,
    now: datetime,
    taxonomy: Taxonomy | None = None,
    understands: Understands | None = None,
    multilingual: Polyglot | None = None,
) -> Trial:
    """Ask everybody's question of a scratch copy of the catalogue.

    `seeds` holds the terms and the country packs, and the catalogue where the collection has none of its own; another
    taxonomy shows what some of its words bring, and without `understands` and `multilingual` meaning is not asked.
    """
    taxonomy, gazetteer = taxonomy or load_taxonomy(seeds / "taxonomy"), Gazetteer(seeds / "countries")
    snapshot, ids = _scratch(judged, seeds, now, taxonomy, (understands, multilingual))
    listing_of = {str(group): listing for listing, group in ids.items()}
    people = {str(person["id"]): read_person(person, taxonomy, gazetteer) for person in judged.people}
    run, fits, taken = _ask(snapshot, people, listing_of, now.date(), (understands, multilingual))
    unanswerable = frozenset(str(person["id"]) for person in judged.people if person.get("answerable") is False)
    baselines = {}
    if judged.listings is not None:
        baselines["SQLite FTS5 bm25"] = fts5(judged.listings, people)
        baselines["BM25 × distance"] = bm25_by_distance(judged.listings, people)
    return Trial(
        people=len(people),
        figures=figures(judged.qrels, run, unanswerable),
        baselines={name: figures(judged.qrels, found, unanswerable) for name, found in baselines.items()},
        run=run,
        called=fits,
        weak={kind: _weak(fits, judged, kind) for kind in (True, False)},
        p50_ms=percentile(taken, 0.5),
        p95_ms=percentile(taken, 0.95),
    )


def _scratch(
    judged: Judged, seeds: Path, now: datetime, taxonomy: Taxonomy, models: Models
) -> tuple[Snapshot, Mapping[str, UUID]]:
    """Return the catalogue laid out, and the group of each listing's id."""
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'scratch.sqlite'}", **engines.OPTIONS)
        engines.prepare(engine)
        migrations.upgrade(engine)
        with Session(engine.execution_options(writes=True)) as session:
            if judged.listings is None:
                seed(session, seeds, now=now)
                ids = seeded(seeds)
            else:
                ids = load_listings(session, judged.listings, seeds, now=now, taxonomy=taxonomy)
            session.commit()
        source = CatalogSource(lambda: engine, lambda: now)
        encode = (model.many if model is not None and model.id else None for model in models)
        snapshot = Snapshot.build(source.everything(), taxonomy, source.sequence(), *encode)
        engine.dispose()
    return snapshot, ids


def write_run(run: Run, path: Path) -> None:
    """Write profile, listing and rank, tab-separated, for any other scorer."""
    lines = [f"{person}\t{listing}\t{rank}" for person, found in run.items() for rank, listing in enumerate(found, 1)]
    path.write_text("profile_id\tlisting_id\trank\n" + "".join(f"{line}\n" for line in lines), encoding="utf-8")


def read_person(person: Mapping[str, Any], taxonomy: Taxonomy, gazetteer: Gazetteer, country: str = "gb") -> Profile:
    """Read one judged person through the reader of forms and JSON; interests without a term join the free text."""
    words = [str(word) for word in person.get("interests") or ()]
    known = [word for word in words if resolve_interest(taxonomy, word)]
    text = ". ".join([str(person.get("text") or ""), *(word for word in words if word not in known)])
    asked: dict[str, Any] = {
        "text": text[:MAX_TEXT],
        "interests": known,
        "barriers": _known(person.get("barriers") or (), {*barriers.CODES, *barriers.ALIASES}),
        "needs": _known(person.get("needs") or (), {*facts.CODES, *facts.ALIASES}),
        "place": person.get("postcode") or person.get("place"),
        "max_km": person.get("max_km"),
        "age": person.get("age"),
        "cost_max": person.get("cost_max"),
        "mode": person.get("mode"),
        "limit": DEPTH,
    }

    def where(words: str) -> Where:
        found = gazetteer.resolve(words, country=country)
        return Where(
            label=found.label,
            latitude=found.latitude,
            longitude=found.longitude,
            uncertainty_km=found.uncertainty_km,
        )

    asked |= {name: person.get(name) for name in PLAIN}
    terms = {term.code for term in taxonomy.terms}
    asked["interests"] = [*known, *_known((f"life.{code}" for code in person.get("life") or ()), terms)]
    given = {name: value for name, value in asked.items() if value is not None}
    while True:
        try:
            return Profile.from_mapping(
                given,
                strict=True,
                resolve_place=where,
                resolve_interest=lambda word: resolve_interest(taxonomy, word),
            )
        except Invalid as refused:  # one strange answer must not hide what the order does with the others
            unusable = set(refused.fields) & set(given)
            if not unusable:
                raise
            given = {name: value for name, value in given.items() if name not in unusable}


def _known(given: Iterable[str], codes: Collection[str]) -> Any:
    """Return what was stated, with its strength where one was given, without codes that we do not know."""
    if isinstance(given, Mapping):
        return {code: strength for code, strength in given.items() if code in codes}
    return [code for code in given if code in codes]


def _ask(
    snapshot: Snapshot,
    people: Mapping[str, Profile],
    listing_of: Mapping[str, str],
    today: date,
    models: Models,
) -> tuple[dict[str, list[str]], dict[str, str], list[float]]:
    """Return who was shown what, how the best was called, and milliseconds a match."""
    run: dict[str, list[str]] = {}
    fits: dict[str, str] = {}
    taken: list[float] = []
    for person, profile in people.items():
        before = time.perf_counter()
        answer = matcher.match(
            snapshot, profile, today, None if models[0] is None else models[0].one, multilingual=models[1]
        )
        taken.append((time.perf_counter() - before) * 1000)
        run[person] = [listing_of.get(match.group_id, match.group_id) for match in answer.matches]
        fits[person] = _best(answer)
    return run, fits, taken


def _best(answer: Answer) -> str:
    """Return how the best answer was called; nothing that fits is weak."""
    return "weak" if answer.nothing_fits or not answer.matches else answer.matches[0].fit


def _weak(fits: Mapping[str, str], judged: Judged, kind: bool) -> tuple[int, int]:  # noqa: FBT001
    asked = [str(person["id"]) for person in judged.people if (person.get("answerable") is not False) == kind]
    return sum(fits[person] == "weak" for person in asked), len(asked)


def _words(listing: Mapping[str, Any]) -> str:
    return " ".join(str(listing.get(key) or "") for key in ("name", "category", "description"))


def _asked_words(profile: Profile) -> str:
    return " ".join([profile.text, *(code.rpartition(".")[2].replace("_", " ") for code in profile.interests)])


def fts5(listings: Sequence[Mapping[str, Any]], people: Mapping[str, Profile]) -> dict[str, list[str]]:
    """Baseline: full-text search of SQLite, any word, best bm25 first."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE listing USING fts5(id UNINDEXED, words, tokenize='porter unicode61')")
    base.executemany("INSERT INTO listing VALUES (?, ?)", ((listing["id"], _words(listing)) for listing in listings))
    sql = "SELECT id FROM listing WHERE listing MATCH ? ORDER BY bm25(listing), id LIMIT ?"
    run: dict[str, list[str]] = {}
    for person, profile in people.items():
        query = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", _asked_words(profile)))
        run[person] = [row[0] for row in base.execute(sql, (query, DEPTH))] if query else []
    return run


def bm25_by_distance(listings: Sequence[Mapping[str, Any]], people: Mapping[str, Profile]) -> dict[str, list[str]]:
    """Baseline: BM25 divided by one plus the square of distance over reach."""
    lexicon = weighed([Document(name="", body=_words(listing)) for listing in listings])
    lats, lons = ([_degrees(listing.get(key)) for listing in listings] for key in ("lat", "lon"))
    run: dict[str, list[str]] = {}
    for person, profile in people.items():
        query, _ = query_stems(lexicon.words, [(_asked_words(profile), 1.0)])
        scores = lexicon.bm25(query)
        if profile.place is not None:
            km = km_between(profile.place.latitude, profile.place.longitude, lats, lons)
            scores = scores / (1 + (km / (profile.max_km or 5.0)) ** 2)
        ranked = sorted(
            ((-score, str(listing["id"])) for score, listing in zip(scores, listings, strict=True) if score > 0)
        )
        run[person] = [listing for _, listing in ranked[:DEPTH]]
    return run


def _degrees(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def _lines(path: Path) -> list[dict[str, Any]]:
    return [_read(path, number, line, json.loads) for number, line in _numbered(path) if line.strip()]


def _grades(path: Path) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for number, line in _numbered(path):
        if line.strip() and not line.startswith("profile_id"):
            person, listing, grade = _read(path, number, line, _three)
            found.setdefault(person, {})[listing] = int(float(grade))
    return found


def _three(line: str) -> Any:
    person, listing, grade = line.rstrip("\n").split("\t")[:3]
    float(grade)
    return person, listing, grade


def _numbered(path: Path) -> Iterable[tuple[int, str]]:
    try:
        return list(enumerate(path.read_text(encoding="utf-8").splitlines(), start=1))
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid("file", file=path.name, line=0) from error


def _read(path: Path, number: int, line: str, read: Callable[[str], Any]) -> Any:
    try:
        return read(line)
    except ValueError as error:
        raise Invalid("file", file=path.name, line=number) from error
