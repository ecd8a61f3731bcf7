"""Proposals: kept sealed, once, and forgotten in time. Never commits.

Words and contact are sealed, each to its own row and column; they are in no index, no log and no list.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor
from service.catalog import kept
from service.catalog.models_proposals import Proposal
from service.catalog.proposals import doubting
from service.catalog.proposals.saying import Said
from service.db.sealing import Sealer

PURPOSE = kept.REPORTS
TABLE = "proposal"
CONTACT_KEPT = timedelta(days=90)
WORDS_KEPT = timedelta(days=90)  # after it was closed; of one that nobody trusts, after it came


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """How a proposal came: whether a field that nobody sees was filled, and how old its form is."""

    trapped: bool
    age: timedelta | None
    urgent: bool = False
    by: Actor | None = None  # who is signed in is no program


def is_taken(session: Session, proposal_id: UUID) -> bool:
    """Tell whether this very proposal is there: a form sent twice is one proposal."""
    return session.scalar(select(Proposal.id).where(Proposal.id == proposal_id)) is not None


def take(
    session: Session,
    *,
    sealer: Sealer,
    proposal_id: UUID,
    group_id: UUID | None,
    said: Said,
    arrival: Arrival,
    now: datetime,
) -> bool:
    """Keep a proposal for the editors, and tell whether it is new and nothing speaks for a program.

    The same id again changes nothing.
    """
    if is_taken(session, proposal_id):
        return False
    text = doubting.fingerprinted(said.kind, str(group_id or ""), said.values)
    row = Proposal(id=proposal_id, kind=said.kind, group_id=group_id, created_at=now)
    row.text_hash = sealer.fingerprint(text)
    row.urgent = arrival.urgent or "closed" in said.values
    if arrival.by is not None:
        row.by_user_id, row.by_role = arrival.by.user_id, arrival.by.role.value
        row.by_organisation_id = arrival.by.organisation_id
    else:
        row.doubt = doubting.doubt(
            said.values, trapped=arrival.trapped, age=arrival.age, again=_came_before(session, row.text_hash, now)
        )
    row.said = seal(sealer, proposal_id, "said", said.values)
    contact = {"name": said.name, "email": said.email}
    row.contact = seal(sealer, proposal_id, "contact", {name: text for name, text in contact.items() if text})
    session.add(row)
    session.flush()
    return row.doubt is None


def _came_before(session: Session, text_hash: bytes, now: datetime) -> bool:
    lately = (Proposal.text_hash == text_hash, Proposal.created_at > now - doubting.SAME_WITHIN)
    return session.scalar(select(Proposal.id).where(*lately).limit(1)) is not None


def place(proposal_id: UUID, column: str) -> str:
    """Name where a sealed value lives, so that it opens nowhere else."""
    return f"{TABLE}:{proposal_id}:{column}"


def seal(sealer: Sealer, proposal_id: UUID, column: str, values: Mapping[str, str]) -> bytes | None:
    """Seal texts by name; None for none."""
    body = json.dumps(dict(values), ensure_ascii=False).encode()
    return sealer.seal(place(proposal_id, column), body) if values else None


def opened(sealer: Sealer, row: Proposal, column: str) -> dict[str, str]:
    """Return what is sealed in a column; nothing where it is erased."""
    sealed: bytes | None = getattr(row, column)
    if sealed is None:
        return {}
    found = sealer.open(place(row.id, column), sealed).decode()
    return {str(name): str(text) for name, text in json.loads(found).items()}


def forget(session: Session, *, now: datetime) -> int:
    """Erase contacts after 90 days, and all words 90 days after the end; return how many rows changed.

    Whatever may come from a program and was opened by nobody is removed after as long.
    """
    late = (Proposal.contact.is_not(None), Proposal.created_at < now - CONTACT_KEPT)
    nothing = {"contact": None, "token_hash": None, "link_until": None}
    erased = session.scalars(update(Proposal).where(*late).values(nothing).returning(Proposal.id)).all()
    unread = and_(Proposal.doubt.is_not(None), Proposal.state == "open", Proposal.created_at < now - WORDS_KEPT)
    removed = session.scalars(delete(Proposal).where(unread).returning(Proposal.id)).all()
    written = or_(Proposal.said.is_not(None), Proposal.outcome.is_not(None))
    closed = (written, Proposal.closed_at < now - WORDS_KEPT)
    empty = {"said": None, "outcome": None}
    emptied = session.scalars(update(Proposal).where(*closed).values(empty).returning(Proposal.id)).all()
    return len({*erased, *emptied, *removed})
