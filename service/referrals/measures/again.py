"""Whom to ask the same questions again, some weeks after the first time. Run by a job; never commits.

Once for each person: whoever helps may say that it was looked after, and is not told again.
"""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from service.referrals import history
from service.referrals.lifecycle import TERMINAL, Machine
from service.referrals.measures import queries
from service.referrals.measures.course import AGAIN_AFTER, due_on
from service.referrals.models import Referral
from service.referrals.models_measures import Assessment

NEED = "measure"
ASKED = "ucla3"  # the one that everybody is asked at the beginning
ENDED = TERMINAL[Machine.REFERRAL]
HELPS = func.coalesce(Referral.service_organisation_id, Referral.organisation_id)


def due(session: Session, *, today: date, most: int) -> Iterable[UUID]:
    """Yield the open referrals whose person may be asked again; the longest waiting first. Reads only."""
    found = (
        select(Referral.id)
        .join(Assessment, (Assessment.person_id == Referral.person_id) & (Assessment.organisation_id == HELPS))
        .where(Assessment.instrument == ASKED, Referral.state.not_in(ENDED))
        .group_by(Referral.id)
        .having(func.min(Assessment.taken_on) <= today - AGAIN_AFTER, func.count(Assessment.asked_again_at) == 0)
        .order_by(func.min(Assessment.taken_on), Referral.id)
        .limit(most)
    )
    yield from session.scalars(found)


def put_before(session: Session, *, referral_id: UUID, today: date, now: datetime) -> bool:
    """Put it before whoever helps, if it is due still and the yes to being asked holds. Safe to repeat."""
    row = session.get(Referral, referral_id, with_for_update=True)
    if row is None or row.state in ENDED:
        return False
    here = row.service_organisation_id or row.organisation_id
    theirs = (Assessment.person_id == row.person_id, Assessment.organisation_id == here, Assessment.instrument == ASKED)
    taken = session.scalars(select(Assessment).where(*theirs).with_for_update()).all()
    if not taken or any(one.asked_again_at is not None for one in taken):
        return False
    for one in taken:
        one.asked_again_at = now
    when = due_on(one.taken_on for one in taken)
    agreed = queries.agreed(session, person_id=row.person_id, organisation_id=here, now=now)
    if when is None or not agreed:
        return False
    history.raise_need(session, row, NEED, today=today)
    return True


def answered(session: Session, *, person_id: UUID, organisation_id: UUID, today: date) -> None:
    """They were asked again: nobody need think of it any more."""
    own = (Referral.service_organisation_id.is_(None)) & (Referral.organisation_id == organisation_id)
    here = or_(Referral.service_organisation_id == organisation_id, own)
    theirs = select(Referral).where(Referral.person_id == person_id, here, Referral.state.not_in(ENDED))
    for row in session.scalars(theirs.where(Referral.raised.contains(NEED)).with_for_update()).all():
        history.settle_need(session, row, today=today, need=NEED)
