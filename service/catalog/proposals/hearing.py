"""A group that somebody hears of while they help: it waits for the editors like any proposal. Never commits."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Permission
from service.accounts.record import audit
from service.catalog.models_proposals import AT_WORK
from service.catalog.proposals import taking
from service.catalog.proposals.saying import Said
from service.catalog.proposals.taking import Arrival
from service.db.sealing import Sealer
from service.errors import Forbidden


def hear(
    session: Session,
    *,
    sealer: Sealer,
    proposal_id: UUID,
    said: Said,
    actor: Actor,
    now: datetime,
    origin: audit.Origin = audit.NOWHERE,
) -> None:
    """Keep it for the editors, with who told of it and for whom they work; the same id again changes nothing.

    Raises
    ------
    Forbidden
        `refer`: only who helps people or refers them is known to editors by name.
    """
    if actor.user_id is None or actor.role.value not in AT_WORK:
        raise Forbidden(Permission.REFER.value)
    if taking.is_taken(session, proposal_id):
        return
    arrival = Arrival(trapped=False, age=None, by=actor)
    taking.take(session, sealer=sealer, proposal_id=proposal_id, group_id=None, said=said, arrival=arrival, now=now)
    audit.record(
        session,
        actor=actor,
        action="tell_proposal",
        subject=taking.TABLE,
        subject_id=proposal_id,
        columns=["said"],
        purpose=audit.Purpose.CORRECT,
        now=now,
        origin=origin,
    )
