"""Proposals as editors see them: what waits, and one of them opened, which is recorded. Never commits."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from service.accounts.models import User
from service.accounts.permissions import Actor, Permission
from service.accounts.record import audit
from service.catalog.models import Group, Organisation
from service.catalog.models_proposals import Proposal
from service.catalog.proposals import taking
from service.db.sealing import Sealer
from service.errors import Forbidden, NotFound

PAGE = 50  # proposals on one page


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One proposal in the editors' list: nothing that anybody wrote."""

    id: UUID
    kind: str
    group_id: UUID | None
    group_name: str
    is_example: bool
    urgent: bool
    doubt: str | None
    proved: bool
    wants_answer: bool
    role: str | None  # of whoever heard of it at work
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Who heard of a group at work, and whom they work for: an editor may ask back."""

    name: str
    email: str
    organisation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One proposal with what was written. Its words stay out of its `repr`."""

    line: Line
    values: Mapping[str, str] = field(repr=False)
    name: str = field(repr=False)
    email: str = field(repr=False)
    outcome: str = field(repr=False)
    state: str
    reason: str | None
    closed_at: datetime | None
    link_until: datetime | None
    proved_at: datetime | None
    proved_how: str | None
    version: int
    teller: Teller | None = None


def waiting(session: Session, *, actor: Actor, page: int = 1) -> tuple[Line, ...]:
    """Return what waits, one more than a page holds.

    What may harm somebody stands first, then the oldest; what may come from a program stands last.
    """
    permitted(actor)
    order = (
        case((Proposal.doubt.is_(None), 0), else_=1),
        case((Proposal.urgent.is_(True), 0), else_=1),
        Proposal.created_at,
        Proposal.id,
    )
    query = (
        select(Proposal, Group.name, Group.is_example)
        .outerjoin(Group, Group.id == Proposal.group_id)
        .where(Proposal.state == "open")
        .order_by(*order)
        .limit(PAGE + 1)
        .offset((page - 1) * PAGE)
    )
    return tuple(_line(row, name, is_example) for row, name, is_example in session.execute(query))


def count_waiting(session: Session) -> int:
    """Return how many proposals wait that nothing speaks against."""
    wanted = (Proposal.state == "open", Proposal.doubt.is_(None))
    return session.scalar(select(func.count()).select_from(Proposal).where(*wanted)) or 0


def read(
    session: Session, *, sealer: Sealer, proposal_id: UUID, actor: Actor, now: datetime, origin: audit.Origin
) -> Opened:
    """Return one proposal with what was written, and record that it was read; NotFound `proposal`."""
    permitted(actor)
    row = row_of(session, proposal_id)
    audit.record(
        session,
        actor=actor,
        action="read_proposal",
        subject=taking.TABLE,
        subject_id=row.id,
        columns=["said", "contact"],
        purpose=audit.Purpose.CORRECT,
        now=now,
        origin=origin,
    )
    return seen(session, sealer, row)


def seen(session: Session, sealer: Sealer, row: Proposal) -> Opened:
    """Return a row opened; whoever calls it records that."""
    group = session.execute(select(Group.name, Group.is_example).where(Group.id == row.group_id)).first()
    contact = taking.opened(sealer, row, "contact")
    return Opened(
        line=_line(row, group[0] if group else None, group[1] if group else None),
        values=taking.opened(sealer, row, "said"),
        name=contact.get("name", ""),
        email=contact.get("email", ""),
        outcome=taking.opened(sealer, row, "outcome").get("word", ""),
        state=row.state,
        reason=row.reason,
        closed_at=row.closed_at,
        link_until=row.link_until,
        proved_at=row.proved_at,
        proved_how=row.proved_how,
        version=row.version,
        teller=_teller(session, row),
    )


def _teller(session: Session, row: Proposal) -> Teller | None:
    user = session.get(User, row.by_user_id) if row.by_user_id else None
    if user is None or user.disabled_at is not None:
        return None
    name = session.scalar(select(Organisation.name).where(Organisation.id == row.by_organisation_id))
    return Teller(name=user.name, email=user.email, organisation=name or "")


def states(session: Session, proposal_ids: Collection[UUID]) -> dict[UUID, str]:
    """Say what became of proposals so far; no word of any."""
    found = select(Proposal.id, Proposal.state).where(Proposal.id.in_(proposal_ids))
    return {row.id: row.state for row in session.execute(found)} if proposal_ids else {}


def row_of(session: Session, proposal_id: UUID) -> Proposal:
    """Return the newest row; NotFound `proposal`."""
    row = session.get(Proposal, proposal_id, populate_existing=True, with_for_update=True)
    if row is None:
        raise NotFound("proposal")
    return row


def permitted(actor: Actor) -> None:
    """Refuse whoever may not edit the catalogue; Forbidden."""
    if not actor.may(Permission.EDIT_CATALOG):
        raise Forbidden(Permission.EDIT_CATALOG.value)


def _line(row: Proposal, name: str | None, is_example: bool | None) -> Line:  # noqa: FBT001
    return Line(
        id=row.id,
        kind=row.kind,
        group_id=row.group_id,
        group_name=name or "",
        is_example=bool(is_example),
        urgent=row.urgent,
        doubt=row.doubt,
        proved=row.proved_at is not None,
        wants_answer=row.contact is not None,
        role=row.by_role,
        created_at=row.created_at,
    )
