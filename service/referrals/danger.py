"""Words of danger in what is written of somebody: they stand first on the desk, and safeguarding leads look.

Refuses nothing, ranks no group, and tells nobody outside. Flushes, never commits.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.crisis import may_be_at_risk
from service.db.sealing import Sealer
from service.referrals.desk import leads
from service.referrals.history import raise_need
from service.referrals.models import Referral
from service.referrals.models_desk import Incident
from service.referrals.queries import place

NEED = "safety"


def look(session: Session, sealer: Sealer, referral: Referral, texts: Iterable[str | None], *, now: datetime) -> bool:
    """Read what was just written; tell whether it may mean danger. The words themselves are copied nowhere."""
    if not any(may_be_at_risk(text) for text in texts if text):
        return False
    raise_need(session, referral, NEED, today=now.date())
    _ask_leads(session, sealer, referral, now)
    session.flush()
    return True


def _ask_leads(session: Session, sealer: Sealer, referral: Referral, now: datetime) -> None:
    """Put one open entry before the leads of whoever helps. Without leads none: nobody would ever close it.

    An entry that is open keeps a person from being forgotten.
    """
    organisation_id = referral.service_organisation_id or referral.organisation_id
    waits = (Incident.referral_id == referral.id, Incident.by_user_id.is_(None), Incident.closed_at.is_(None))
    if session.scalar(select(Incident.id).where(*waits)) or not leads.leads(
        session, organisation_id=organisation_id, now=now
    ):
        return
    made = Incident(id=uuid4(), organisation_id=organisation_id, referral_id=referral.id, kind="person", at=now)
    made.words = sealer.seal(place("incident", made.id, "words"), b"")
    session.add(made)


def is_raised(session: Session, *, referral_id: UUID) -> bool:
    """Tell whether somebody stands first for danger now; of a referral that the caller may read."""
    raised = session.scalar(select(Referral.raised).where(Referral.id == referral_id))
    return NEED in (raised or "").split()
