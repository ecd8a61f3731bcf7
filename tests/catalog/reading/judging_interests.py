"""Compares proposed interests with the labels, by the rules beside the sets. Tells figures only, never a listing.

The figures of the labelled sets: python -m tests.catalog.reading.judging_interests dev
"""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.reading.interest_weights import LEAST
from service.catalog.reading.interests import Told, chosen
from service.catalog.reading.learnt import Reader
from service.catalog.words.vocabulary import load_taxonomy
from service.matching.meaning.understanding import meaning_of
from tests.catalog.making import TERM
from tests.catalog.reading.judging import rows

SEEDS = Path(__file__).resolve().parents[3] / "seeds"
TAXONOMY = load_taxonomy(SEEDS / "taxonomy")
MEANING = meaning_of
Proposer = Callable[[Told], Iterable[str]]


def told(row: dict[str, Any]) -> Told:
    """Return what a labelled listing says."""
    return Told(name=row["name"], text=row["description"] or "")


def families(codes: Iterable[str]) -> set[str]:
    """Return every broader term of some codes."""
    return {code.rsplit(".", up)[0] for code in codes for up in range(1, code.count("."))}


def proposed(told: Told) -> list[str]:
    """Return what is proposed where nothing was learnt yet."""
    return [one.code for one in chosen(Reader(TAXONOMY, meaning=MEANING).interests(told), LEAST)]


def proposed_by_words(told: Told) -> list[str]:
    """Return the same where there is nothing that tells meanings either."""
    return [one.code for one in chosen(Reader(TAXONOMY).interests(told), LEAST)]


def add_terms(session: Session) -> None:
    """Add a row for every term, as an installation has it."""
    have = set(session.scalars(select(m.Term.code)))
    for term in TAXONOMY.terms:
        if term.code not in have:
            session.add(m.Term(code=term.code, facet=term.facet, label=term.label, broader=term.broader))
            session.flush()
    if TERM not in have:
        session.add(m.Term(code=TERM, facet="activity", label="Jigsaws", broader="activity.making"))
        session.flush()


def score(listings: Iterable[dict[str, Any]], by: Proposer) -> dict[str, float]:
    """Return precision of what is proposed, coverage of listings that have codes, and recall of codes."""
    right = wrong = reached = having = codes_of_all = 0
    for row in listings:
        codes, said = set(row["codes"]), set(by(told(row)))
        right += len(said & codes)
        wrong += len(said - codes - set(row["may"]) - families(codes))
        having += bool(codes)
        reached += bool(said & codes)
        codes_of_all += len(codes)
    return {
        "precision": right / max(right + wrong, 1),
        "coverage": reached / max(having, 1),
        "recall": right / max(codes_of_all, 1),
        "right": right,
        "wrong": wrong,
    }


if __name__ == "__main__":
    print({name: round(value, 3) for name, value in score(rows(f"tags/{sys.argv[1]}.jsonl"), proposed).items()})
