"""What runs on a clock for interests: listings are looked at, and what editors answered is learnt. Never commits."""

import os
import time
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.models_reading import InterestLook, RefusedSuggestion, TermProposal
from service.catalog.reading.interests import FACET, Meaning
from service.catalog.reading.learning import Answered, learn
from service.catalog.reading.learnt import DamagedModelError, Learnt, Reader, as_bytes, from_bytes
from service.catalog.reading.suggesting import term_key
from service.catalog.reading.tagging import (
    PIECE,
    by_group,
    chosen_by_editors,
    is_waiting,
    put,
    refused_of,
    told_of,
    waiting,
)
from service.catalog.terms.knowing import know_terms
from service.catalog.terms.queries import now_standing
from service.catalog.words.taxonomy import Taxonomy
from service.catalog.words.vocabulary import load_taxonomy
from service.db.units import Tools

SECONDS = 20.0  # of one turn: mail waits so long
LEARNT_FROM = 2000  # listings, the last ones that editors saw to
NEVER = -1  # no listing has this version: it is looked at again
FILE = "interests.learnt"  # in the folder of data


def waits(session: Session, _now: datetime) -> bool:
    """Tell whether some listing is new or another since it was looked at."""
    return is_waiting(session)


def look(tools: Tools, meaning: Meaning | None = None) -> int:
    """Look at listings that wait, piece by piece; a killed piece leaves nothing. Return how many there were."""
    done, until = 0, time.monotonic() + SECONDS
    taxonomy = _taxonomy(tools)
    reader = Reader(taxonomy, kept(tools.settings.data_folder / FILE), meaning)
    while time.monotonic() < until:
        with tools.reading() as session:
            piece = waiting(session)
        found = {one: one.proposals(reader) for one in piece}  # nobody waits for the database meanwhile
        with tools.writing() as session:
            know_terms(session, taxonomy, [interest.code for interests in found.values() for interest in interests])
            put(session, found, now=tools.clock())
        done += len(piece)
        if len(piece) < PIECE:
            break
    return done


def _taxonomy(tools: Tools) -> Taxonomy:
    with tools.reading() as session:
        return now_standing(session, load_taxonomy(tools.settings.seeds_folder / "taxonomy"))


def learn_anew(tools: Tools, meaning: Meaning | None = None) -> int:
    """Learn from all answers, keep it, and have every listing looked at again; return from how many it was learnt.

    Until the file is whole the old one stands; where the answers teach nothing there is none, and words go on alone.
    """
    taxonomy, file = _taxonomy(tools), tools.settings.data_folder / FILE
    with tools.reading() as session:
        known = answered(session, [term.code for term in taxonomy.terms])
    learnt = learn(taxonomy, known, meaning)
    if learnt is None:
        file.unlink(missing_ok=True)
    else:
        keep(learnt, file)
    with tools.writing() as session:
        session.execute(update(InterestLook).values(version=NEVER))
    return len(known) if learnt is not None else 0


def answered(session: Session, codes: Collection[str]) -> list[Answered]:
    """Return the listings that editors saw to last, by id: what they have, what was refused, what nobody answered."""
    keys = {term_key(code): code for code in codes}
    chose = exists().where(
        m.GroupTerm.group_id == m.Group.id, m.GroupTerm.source == "editor", m.GroupTerm.code.startswith(FACET)
    )
    refused = exists().where(RefusedSuggestion.group_id == m.Group.id, RefusedSuggestion.key.startswith("t"))
    newest = select(m.Group.id).where(m.Group.is_example.is_(False), or_(chose, refused))
    ids = session.scalars(newest.order_by(m.Group.changed_at.desc(), m.Group.id).limit(LEARNT_FROM)).all()
    whole = chosen_by_editors(session, ids)
    has, refusals = by_group(session, m.GroupTerm, ids), refused_of(session, ids)
    open_still = by_group(session, TermProposal, ids)
    return [
        Answered(
            told=told,
            codes=frozenset(code for code in has.get(group_id, ()) if code.startswith(FACET)),
            refused=frozenset(keys[key] for key in refusals.get(group_id, ()) if key in keys),
            waiting=frozenset(open_still.get(group_id, ())),
            whole=group_id in whole,
        )
        for group_id, _version, told in told_of(session, m.Group.id.in_(ids))
    ]


def keep(learnt: Learnt, file: Path) -> None:
    """Put what was learnt into its file, in one step."""
    file.parent.mkdir(parents=True, exist_ok=True)
    work = file.with_name(f".{file.name}-{uuid4().hex[:8]}")
    try:
        with work.open("wb") as opened:
            opened.write(as_bytes(learnt))
            opened.flush()
            os.fsync(opened.fileno())
        work.replace(file)
    finally:
        work.unlink(missing_ok=True)


def kept(file: Path) -> Learnt | None:
    """Return what was learnt; None where there is no file, or one that is damaged or of another format."""
    try:
        return from_bytes(file.read_bytes())
    except (OSError, DamagedModelError):
        return None
