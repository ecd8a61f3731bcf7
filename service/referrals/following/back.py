"""The message back to whoever referred: what may be told, under four headings, as codes and dates. Never a contact.

The headings are those of the Professional Record Standards Body: who it is, needs and concerns, support offered, and
outcomes. A face makes words of them, ready to be pasted into a record. Told only while the person's yes holds.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Permission
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin, Purpose
from service.catalog.models import Group
from service.db.sealing import Sealer
from service.errors import Forbidden
from service.referrals import queries
from service.referrals.following.letters import may_tell
from service.referrals.models import Introduction, Person, Referral
from service.referrals.queries import place, unseal

HEADINGS = ("person", "needs", "support", "outcomes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """One group that was asked."""

    group_name: str
    state: str
    asked_at: datetime
    first_visit: datetime | None
    visits: int
    last_visit: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """What is told of one referral. `reasons` are codes of `intake.REASONS`."""

    referral_id: UUID
    preferred_name: str
    referred_at: datetime
    reasons: tuple[str, ...]
    state: str
    support: tuple[Offered, ...]
    close_reason: str | None
    closed_at: datetime | None


def read(
    session: Session, *, sealer: Sealer, referral_id: UUID, actor: Actor, now: datetime, origin: Origin = NOWHERE
) -> Back | None:
    """Read what may be told of a referral and record the reading; None, recorded as denied, when it is not theirs.

    Raises
    ------
    Forbidden
        `not_agreed`: the person did not agree, or not any more.
    """
    wanted = select(Referral).where(Referral.id == referral_id, queries.mine(actor))
    row = session.scalars(wanted).first() if actor.may(Permission.READ_REFERRALS) and actor.organisation_id else None
    if row is not None and not may_tell(session, row, now):
        raise Forbidden("not_agreed")
    audit.record(
        session,
        actor=actor,
        action=Permission.READ_REFERRALS.value,
        subject="referral",
        subject_id=referral_id,
        outcome="denied" if row is None else "done",
        columns=() if row is None else ("preferred_name", "reasons", "state", "attended"),
        purpose=Purpose.FOLLOW_UP,
        now=now,
        origin=origin,
    )
    if row is None:
        return None
    reasons = sealer.open(place("referral", row.id, "reasons"), row.reasons).decode() if row.reasons else ""
    return Back(
        referral_id=row.id,
        preferred_name=unseal(sealer, session.get_one(Person, row.person_id), "preferred_name") or "",
        referred_at=row.created_at,
        reasons=tuple(reasons.split()),
        state=row.state,
        support=_support(session, row),
        close_reason=row.close_reason,
        closed_at=row.closed_at,
    )


def _support(session: Session, row: Referral) -> tuple[Offered, ...]:
    found = (
        select(Introduction, Group.name)
        .join(Group, Group.id == Introduction.group_id)
        .where(Introduction.referral_id == row.id, Introduction.state != "proposed")
        .order_by(Introduction.sent_at, Introduction.id)
    )
    return tuple(
        Offered(
            group_name=name,
            state=one.state,
            asked_at=one.sent_at,
            first_visit=one.first_date if one.attended else None,
            visits=one.attended,
            last_visit=one.last_attended_on,
        )
        for one, name in session.execute(found)
    )
