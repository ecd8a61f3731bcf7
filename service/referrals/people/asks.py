"""What people asked for on their own pages, for whoever runs the organisation that keeps it. Flushes, never commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Permission
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin, Purpose
from service.errors import NotFound
from service.referrals.models import Referral
from service.referrals.models_people import PersonAsk


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One wish that has not been met: a copy or an erasure, of whom, by a referral where there is one."""

    id: UUID
    kind: str
    person_id: UUID
    referral_id: UUID | None
    asked_at: datetime


def waiting(session: Session, *, actor: Actor) -> Sequence[Ask]:
    """Return what people asked the actor's organisation for, the longest waiting first. It names nobody."""
    if not actor.may(Permission.PRIVACY) or actor.organisation_id is None:
        return ()
    found = select(PersonAsk).where(PersonAsk.organisation_id == actor.organisation_id, PersonAsk.done_at.is_(None))
    rows = session.scalars(found.order_by(PersonAsk.asked_at, PersonAsk.id)).all()
    first: dict[UUID, UUID] = {}
    known = select(Referral.person_id, Referral.id).where(
        Referral.person_id.in_([row.person_id for row in rows]), Referral.organisation_id == actor.organisation_id
    )
    for person_id, referral_id in session.execute(known.order_by(Referral.created_at, Referral.id)):
        first.setdefault(person_id, referral_id)
    return tuple(
        Ask(
            id=row.id,
            kind=row.kind,
            person_id=row.person_id,
            referral_id=first.get(row.person_id),
            asked_at=row.asked_at,
        )
        for row in rows
    )


def met(session: Session, *, ask_id: UUID, actor: Actor, now: datetime, origin: Origin = NOWHERE) -> None:
    """Note that a wish was met.

    Raises
    ------
    NotFound
        `ask`: there is none, or it is not for the actor's organisation.
    """
    may = actor.may(Permission.PRIVACY) and actor.organisation_id is not None
    wanted = select(PersonAsk).where(PersonAsk.id == ask_id, PersonAsk.organisation_id == actor.organisation_id)
    row = session.scalars(wanted.with_for_update()).first() if may else None
    if row is None:
        raise NotFound("ask")
    row.done_at = row.done_at or now
    audit.record(
        session,
        actor=actor,
        action=f"met_{row.kind}",
        subject="person",
        subject_id=row.person_id,
        columns=("done_at",),
        purpose=Purpose.SUBJECT_REQUEST,
        now=now,
        origin=origin,
    )
