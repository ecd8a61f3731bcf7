"""Reading of the desk and of one case; that it was read is kept. Flushes, never commits."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from service.accounts.permissions import Actor
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin, Purpose
from service.db.sealing import Sealer
from service.errors import NotFound
from service.referrals.desk import cases, queries
from service.referrals.desk.cases import CaseView
from service.referrals.desk.filtering import Filter
from service.referrals.desk.queries import Caseload

CASE, CASELOAD = "read_case", "read_caseload"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A case that a colleague holds: it opens when one says why one reads it."""

    referral_id: UUID


def read_caseload(
    session: Session,
    *,
    sealer: Sealer,
    actor: Actor,
    wanted: Filter,
    now: datetime,
    page: int = 1,
    choosing: bool = False,
    origin: Origin = NOWHERE,
) -> Caseload:
    """Read one page of a caseload, and keep whose names were shown."""
    found = queries.caseload(session, sealer=sealer, actor=actor, wanted=wanted, now=now, page=page, choosing=choosing)
    named = tuple(f"id:{one}" for one in found.shown)
    note(session, CASELOAD, None, actor, now, origin, ("preferred_name", "care", "state", *named))
    return found


def read_case(
    session: Session,
    *,
    sealer: Sealer,
    referral_id: UUID,
    actor: Actor,
    now: datetime,
    origin: Origin = NOWHERE,
) -> CaseView | Closed | None:
    """Read one case; that it was read, or asked for where it is not theirs, is kept. None: it is not theirs."""
    try:
        row = cases.row_of(session, referral_id=referral_id, actor=actor)
    except NotFound:
        note(session, CASE, referral_id, actor, now, origin, (), outcome="denied")
        return None
    if cases.needs_a_reason(session, row=row, actor=actor, now=now):
        return Closed(referral_id=referral_id)
    found = cases.case(session, sealer=sealer, referral_id=referral_id, actor=actor)
    read = ("preferred_name", "contact", "story", "needs", "reasons", "words", "answer", f"id:{found.person_id}")
    note(session, CASE, referral_id, actor, now, origin, read)
    return found


def note(
    session: Session,
    action: str,
    referral_id: UUID | None,
    actor: Actor,
    now: datetime,
    origin: Origin,
    columns: tuple[str, ...],
    outcome: audit.Outcome = "done",
) -> None:
    """Keep that something of a case was read or done."""
    audit.record(
        session,
        actor=actor,
        action=action,
        subject="referral",
        subject_id=referral_id,
        outcome=outcome,
        columns=columns,
        purpose=Purpose.FOLLOW_UP,
        now=now,
        origin=origin,
    )
