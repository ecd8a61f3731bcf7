"""Accounts that are erased, and the note that something was erased: what it was and its random id. Never commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.accounts.models import Erasure, Invitation, User
from service.accounts.permissions import VISITOR, Actor
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin
from service.db.sealing import Sealer
from service.notifications import forgetting

ACCOUNT = "user_account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """Something that was erased on purpose."""

    subject: str
    subject_id: UUID
    at: datetime


def erase_account(
    session: Session,
    *,
    user_id: UUID,
    sealer: Sealer,
    purpose: audit.Purpose,
    now: datetime,
    actor: Actor = VISITOR,
    origin: Origin = NOWHERE,
) -> str | None:
    """Erase an account with all that hangs on it; returns its address, for what lies outside the database.

    Sessions, second factors, memberships and links go with it. The record keeps its random number alone, and what it
    did for others stays done. None: there is no such account. `sealer` is the outbox's.
    """
    user = session.get(User, user_id)
    if user is None:
        return None
    address = user.email
    session.execute(delete(Invitation).where(Invitation.email == address))
    forgetting.forget_to(session, address, sealer=sealer)
    forgetting.forget_about(session, [user_id])
    session.delete(user)
    session.flush()
    note(session, subject=ACCOUNT, subject_id=user_id, purpose=purpose, now=now, actor=actor, origin=origin)
    return address


def note(
    session: Session,
    *,
    subject: str,
    subject_id: UUID,
    purpose: audit.Purpose,
    now: datetime,
    actor: Actor,
    origin: Origin = NOWHERE,
    at: datetime | None = None,
) -> None:
    """Record an erasure, and keep its note for copies that are restored later; `at` is when it was asked for first."""
    if session.scalar(select(Erasure.id).where(Erasure.subject_id == subject_id)) is None:
        session.add(Erasure(id=uuid4(), subject=subject, subject_id=subject_id, at=at or now))
    audit.record(
        session,
        actor=actor,
        action="erase",
        subject=subject,
        subject_id=subject_id,
        purpose=purpose,
        now=now,
        origin=origin,
    )


def erasures(session: Session) -> Sequence[Erased]:
    """Return every erasure there ever was, oldest first."""
    rows = session.scalars(select(Erasure).order_by(Erasure.at, Erasure.id))
    return [Erased(subject=row.subject, subject_id=row.subject_id, at=row.at) for row in rows]


def erased_since(session: Session, since: datetime) -> bool:
    """Tell whether anything was erased since then."""
    return session.scalar(select(Erasure.id).where(Erasure.at >= since).limit(1)) is not None
