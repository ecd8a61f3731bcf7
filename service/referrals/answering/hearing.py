"""What a group was asked that whoever helps rings: one that cannot be written to, or does not answer. Reads only."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Permission
from service.catalog.models import Group
from service.errors import NotFound
from service.referrals.answering.inbox import without_link
from service.referrals.models import Introduction, Referral
from service.referrals.queries import ANSWERABLE, CLOSED_TO_ANSWERS, WRITTEN_TO, Asked, mine


@dataclass(frozen=True, slots=True, kw_only=True)
class Unwritten:
    """A group that cannot be written to."""

    name: str
    phone: str  # "" where none is known


def asked(session: Session, *, referral_id: UUID, actor: Actor, introduction_id: UUID | None = None) -> Asked:
    """Return what was asked of this group, or of the one that waits longest; what cannot be written to comes first.

    Raises
    ------
    NotFound
        `introduction`: no group has still to answer; `referral`: there is none, or it is not the actor's.
    """
    if not actor.may(Permission.REFER) or actor.organisation_id is None or actor.user_id is None:
        raise NotFound("referral")
    if session.scalar(select(Referral.id).where(Referral.id == referral_id, mine(actor))) is None:
        raise NotFound("referral")
    first = _open(referral_id).order_by(WRITTEN_TO.is_not(None), Introduction.sent_at, Introduction.id).limit(1)
    if introduction_id is not None:
        first = first.where(Introduction.id == introduction_id)
    row = session.execute(first.execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFound("introduction")
    introduction, group = row
    return without_link(introduction, group.name, is_example=group.is_example)


def phone_of(session: Session, *, group_id: UUID) -> str:
    """Return the number by which a group is rung; "" where none is known."""
    return session.scalar(select(Group.phone).where(Group.id == group_id)) or ""


def unwritten(session: Session, *, referral_id: UUID) -> Unwritten | None:
    """Return the group of a referral that was asked and cannot be written to, if there is one."""
    found = _open(referral_id).where(WRITTEN_TO.is_(None), Introduction.state == "sent").limit(1)
    row = session.execute(found).first()
    return row and Unwritten(name=row[1].name, phone=row[1].phone or "")


def _open(referral_id: UUID) -> Select[Introduction, Group]:
    return (
        select(Introduction, Group)
        .join(Group, Group.id == Introduction.group_id)
        .join(Group.organisation)
        .where(
            Introduction.referral_id == referral_id,
            Introduction.state.in_(ANSWERABLE),
            Group.status.not_in(CLOSED_TO_ANSWERS),
        )
    )
