"""Asks everybody's question of a judged catalogue, and scores the answers beside other ways to search.

A judged catalogue is loaded into a scratch database; an installation's own is read where it is, and never written.
Nothing of the judgements reaches the ranking.
"""

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from service.catalog.seeding import load_listings, seed, seeded
from service.catalog.views import ListedGroup
from service.catalog.where.places import Gazetteer
from service.catalog.words.taxonomy import Taxonomy
from service.catalog.words.vocabulary import load_taxonomy
from service.db import engine as engines
from service.db import migrations
from service.matching import matcher
from service.matching.answer import Answer
from service.matching.meaning.nearness import Polyglot, Understands
from service.matching.profile import Profile
from service.matching.queries import CatalogSource
from service.matching.snapshot import Snapshot
from service.matching.trials.baselines import Listed, rankers
from service.matching.trials.evaluation import (
    FIRST,
    GOOD,
    Band,
    Difference,
    Figures,
    Run,
    answerable,
    bands,
    by_theme,
    figures,
    paired,
    percentile,
)
from service.matching.trials.judged import Judged, read_person

Models = tuple[Understands | None, Polyglot | None]  # for English and for other languages


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """How well one way to search did.

    Attributes
    ----------
    figures : Figures
    run : mapping of person to listings, best first
    called : mapping of person to (sequence of str)
        Of the first results, what they were called; empty for those who call them nothing.
    weak : mapping of answerable to (int, int)
        Of the people with and without an answer, to how many the best was called weak, and of how many.
    p50_ms, p95_ms : float or None
        Milliseconds of one answer; None: not asked here.
    """

    figures: Figures
    run: Run
    called: Mapping[str, Sequence[str]]
    weak: Mapping[bool, tuple[int, int]]
    p50_ms: float | None
    p95_ms: float | None

    def as_dict(self) -> dict[str, Any]:
        """Return the figures under the names of the evaluation contract."""
        found: dict[str, Any] = self.figures.as_dict()
        if self.called:
            found |= {"weak_of_answerable": list(self.weak[True]), "weak_of_unanswerable": list(self.weak[False])}
        return found | {"p50_ms": self.p50_ms, "p95_ms": self.p95_ms}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What one evaluation found.

    Attributes
    ----------
    people : int
        Everybody who was asked for, answerable or not.
    meaning : bool
        Whether the order was made with meaning.
    kith : Scored
    by_words : Scored or None
        The same without meaning; None: not asked, or there was no meaning in the first place.
    baselines : mapping of name to Scored
    against : mapping of name to Difference
        By how much the order is better than each baseline.
    bands : mapping of str to Band
    themes : mapping of theme to (float, int)
        Mean nDCG@10, and of how many people.
    unknown : int
        Listings graded as a good answer that are not in the catalogue.
    """

    people: int
    meaning: bool
    kith: Scored
    by_words: Scored | None
    baselines: Mapping[str, Scored]
    against: Mapping[str, Difference]
    bands: Mapping[str, Band]
    themes: Mapping[str, tuple[float, int]]
    unknown: int

    def as_dict(self) -> dict[str, Any]:
        """Return everything, the figures under the names of the evaluation contract."""
        return {
            **self.kith.as_dict(),
            "profiles": self.people,
            "answerable": self.kith.figures.profiles,
            "meaning": self.meaning,
            "unknown_listings": self.unknown,
            "by_words": None if self.by_words is None else self.by_words.as_dict(),
            "baselines": {name: found.as_dict() for name, found in self.baselines.items()},
            "against": {name: found.as_dict() for name, found in self.against.items()},
            "bands": {name: asdict(band) for name, band in self.bands.items()},
            "themes": {name: {"ndcg_at_10": mean, "profiles": many} for name, (mean, many) in self.themes.items()},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """What is asked: groups laid out, the listing's id of each, and the listings as other searches see them."""

    snapshot: Snapshot
    listing_of: Mapping[str, str]
    listed: Sequence[Listed]

    @property
    def names(self) -> frozenset[str]:
        """Every listing that may be shown by somebody."""
        return frozenset(self.listing_of.values()) | {listing.id for listing in self.listed}


def evaluate(
    judged: Judged,
    seeds: Path,
    *,
    now: datetime,
    taxonomy: Taxonomy | None = None,
    understands: Understands | None = None,
    multilingual: Polyglot | None = None,
    published: Mapping[str, Run] | None = None,
    beside: bool = True,
) -> Trial:
    """Ask everybody's question of a scratch copy of the catalogue.

    `seeds` holds the terms and the country packs, and the catalogue where the collection has none of its own; another
    taxonomy shows what some of its words bring, and without `understands` and `multilingual` meaning is not asked.
    `beside` asks other searches too; what others `published` over the same people stands there as well.
    """
    taxonomy = taxonomy or load_taxonomy(seeds / "taxonomy")
    catalogue = _scratch(judged, seeds, now, taxonomy, (understands, multilingual))
    gazetteer = Gazetteer(seeds / "countries")
    people = {str(person["id"]): read_person(person, taxonomy, gazetteer) for person in judged.people}
    if not beside:
        catalogue = replace(catalogue, listed=())
    return compare(judged, people, catalogue, now.date(), (understands, multilingual), published)


def _scratch(judged: Judged, seeds: Path, now: datetime, taxonomy: Taxonomy, models: Models) -> Catalogue:
    """Return the catalogue laid out, from a database of its own that is gone afterwards."""
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
        names = {str(group): listing for listing, group in ids.items()}
        laid = read(engine, now, taxonomy, models, lambda group: names.get(str(group.id), group.slug))
        engine.dispose()
    if judged.listings is None:
        return laid
    encoded = {one.id: one.sentences for one in laid.listed}  # the same text as ours, where a listing became a group
    rows = [Listed.of_row(row, encoded.get(str(row["id"]))) for row in judged.listings]
    return Catalogue(snapshot=laid.snapshot, listing_of=laid.listing_of, listed=rows)


def read(
    engine: Engine,
    now: datetime,
    taxonomy: Taxonomy,
    models: Models,
    name: Callable[[ListedGroup], str] = lambda group: group.slug,
) -> Catalogue:
    """Lay out what a database holds, and write nothing; a listing is called by its group's part of the address."""
    source = CatalogSource(lambda: engine, lambda: now)
    listing_of: dict[str, str] = {}
    listed: list[Listed] = []

    def noted() -> Iterator[ListedGroup]:
        for group in source.everything():
            listing_of[str(group.id)] = name(group)
            listed.append(Listed.of_group(group, name(group)))
            yield group

    encode = (model.many if model is not None and model.id else None for model in models)
    snapshot = Snapshot.build(noted(), taxonomy, source.sequence(), *encode)
    return Catalogue(snapshot=snapshot, listing_of=listing_of, listed=listed)


def compare(
    judged: Judged,
    people: Mapping[str, Profile],
    catalogue: Catalogue,
    today: date,
    models: Models,
    published: Mapping[str, Run] | None = None,
) -> Trial:
    """Ask everybody's question in every way, and score what was shown; without listings, of the order alone."""
    understands, multilingual = models
    if understands is not None and understands.one("warm") is None:
        understands = None  # there is no model here: one way less to search, and the figures say so
    kith = _kith(judged, people, catalogue, today, (understands, multilingual))
    others = rankers(catalogue.listed, understands) if catalogue.listed else {}
    baselines = {name: _other(judged, people, ask) for name, ask in others.items()}
    baselines |= {name: _scored(judged, run) for name, run in (published or {}).items()}
    asked = answerable(judged.qrels, judged.unanswerable)
    return Trial(
        people=len(people),
        meaning=understands is not None,
        kith=kith,
        by_words=None if understands is None or not others else _kith(judged, people, catalogue, today, (None, None)),
        baselines=baselines,
        against={name: paired(judged.qrels, kith.run, found.run, asked) for name, found in baselines.items()},
        bands=bands(judged.qrels, kith.run, kith.called),
        themes=by_theme(judged.qrels, kith.run, judged.themes, asked),
        unknown=len(_good(judged) - catalogue.names),
    )


def _good(judged: Judged) -> set[str]:
    return {listing for grades in judged.qrels.values() for listing, grade in grades.items() if grade >= GOOD}


def _kith(judged: Judged, people: Mapping[str, Profile], catalogue: Catalogue, today: date, models: Models) -> Scored:
    run: dict[str, list[str]] = {}
    called: dict[str, list[str]] = {}
    taken: list[float] = []
    encode = None if models[0] is None else models[0].one
    matcher.match(catalogue.snapshot, Profile(text="warm"), today, encode)  # what is made once is nobody's time
    for person, profile in people.items():
        before = time.perf_counter()
        answer = matcher.match(catalogue.snapshot, profile, today, encode, multilingual=models[1])
        taken.append((time.perf_counter() - before) * 1000)
        run[person] = [catalogue.listing_of.get(match.group_id, match.group_id) for match in answer.matches]
        called[person] = _called(answer)
    return _scored(judged, run, called, taken)


def _called(answer: Answer) -> list[str]:
    """Return what the first results were called; where nothing fits they are weak, and so is nothing at all."""
    if answer.nothing_fits or not answer.matches:
        return ["weak"] * max(1, len(answer.matches[:FIRST]))
    return [match.fit for match in answer.matches[:FIRST]]


def _other(judged: Judged, people: Mapping[str, Profile], ask: Callable[[Profile], list[str]]) -> Scored:
    run: dict[str, list[str]] = {}
    taken: list[float] = []
    for person, profile in people.items():
        before = time.perf_counter()
        run[person] = ask(profile)
        taken.append((time.perf_counter() - before) * 1000)
    return _scored(judged, run, taken=taken)


def _scored(
    judged: Judged,
    run: Run,
    called: Mapping[str, Sequence[str]] | None = None,
    taken: Sequence[float] = (),
) -> Scored:
    called = called or {}
    return Scored(
        figures=figures(judged.qrels, run, judged.unanswerable),
        run=run,
        called=called,
        weak={kind: _weak(called, judged, answerable=kind) for kind in (True, False)},
        p50_ms=percentile(taken, 0.5) if taken else None,
        p95_ms=percentile(taken, 0.95) if taken else None,
    )


def _weak(called: Mapping[str, Sequence[str]], judged: Judged, *, answerable: bool) -> tuple[int, int]:
    asked = [str(person["id"]) for person in judged.people if (person.get("answerable") is not False) == answerable]
    return sum(called.get(person, ("",))[0] == "weak" for person in asked), len(asked)


def write_run(run: Run, path: Path) -> None:
    """Write profile, listing and rank, tab-separated, for any other scorer."""
    lines = [f"{person}\t{listing}\t{rank}" for person, found in run.items() for rank, listing in enumerate(found, 1)]
    path.write_text("profile_id\tlisting_id\trank\n" + "".join(f"{line}\n" for line in lines), encoding="utf-8")
