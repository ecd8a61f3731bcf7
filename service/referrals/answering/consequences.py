"""What follows from an answer at once: nobody is sent to a full group, editors hear of what is wrong. Never commits."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Role
from service.accounts.record.audit import Origin
from service.catalog import reports
from service.catalog.changes import GroupChanges
from service.catalog.fresh.deeds import LEADER
from service.catalog.operations import edit_group
from service.catalog.queries import group_by_id
from service.catalog.reports import Said
from service.referrals import danger
from service.referrals.answering.means import Means
from service.referrals.answering.replies import DECLINE, FULL, QUESTION, Reply
from service.referrals.following.operations import back_to_planning
from service.referrals.history import raise_need
from service.referrals.models import Introduction, Referral

HELPING = Actor(role=Role.GROUP_LEADER)  # whose answer moves the referral back to whoever helps


def follow(session: Session, means: Means, *, row: Introduction, reply: Reply, now: datetime, origin: Origin) -> None:
    """Do what an answer leads to."""
    referral = session.get_one(Referral, row.referral_id, with_for_update=True)
    if reply.kind == QUESTION:
        raise_need(session, referral, "question", today=now.date())
    danger.look(session, means.sealer, referral, (reply.note, reply.rule), now=now)
    if reply.kind not in (FULL, DECLINE):
        return
    back_to_planning(session, referral, HELPING, now)
    if row.reason == "full":
        _full(session, row.group_id, reply.until, now, origin)
    elif row.reason == "closed":
        _tell_editors(session, means, row.group_id, Said(wrong="closed", words=(reply.note or "").strip()), now)
    elif row.reason == "not_eligible" and (reply.rule or "").strip():
        _tell_editors(session, means, row.group_id, Said(wrong="other", words=(reply.rule or "").strip()), now)
    elif row.reason == "not_safe_for_group":
        raise_need(session, referral, "safety", today=now.date())


def _full(session: Session, group_id: UUID, until: date | None, now: datetime, origin: Origin) -> None:
    """Have the group's page say that it is full; without a day, for as long as the catalogue believes it."""
    known = group_by_id(session, group_id, today=now.date(), public=False)
    edit_group(
        session,
        group_id=group_id,
        changes=GroupChanges(fields={"capacity_state": "full", "capacity_until": until}),
        expected_version=known.version,
        actor=LEADER,
        reason=None,
        now=now,
        origin=origin,
    )


def _tell_editors(session: Session, means: Means, group_id: UUID, said: Said, now: datetime) -> None:
    reports.take(session, sealer=means.reports, report_id=uuid4(), group_id=group_id, said=said, now=now)
