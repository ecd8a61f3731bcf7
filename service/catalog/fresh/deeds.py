"""What an answer does to a listing, whoever gave it and however. Never commits."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from service.accounts.permissions import OPEN, Actor, Permission, Role
from service.accounts.record import audit
from service.catalog.changes import GroupChanges
from service.catalog.models_fresh import ChaseSent, ToConfirm
from service.catalog.operations import edit_group, set_status

# Whoever holds a leader's link, after it was checked: it is for one group, and these deeds are all that it leads to.
LEADER = Actor(role=Role.GROUP_LEADER, permissions=OPEN | {Permission.EDIT_CATALOG})


def confirm(
    session: Session, *, group_id: UUID, version: int, actor: Actor, now: datetime, origin: audit.Origin
) -> None:
    """Everything stated of a group is still right today. Raises as `edit_group`."""
    edit_group(
        session,
        group_id=group_id,
        changes=GroupChanges(confirm=True),
        expected_version=version,
        actor=actor,
        reason=None,
        now=now,
        origin=origin,
    )
    answered(session, group_id=group_id, now=now)


def end(
    session: Session,
    *,
    group_id: UUID,
    status: str,
    version: int,
    actor: Actor,
    reason: str,
    now: datetime,
    origin: audit.Origin,
) -> None:
    """Take a group that has closed off the list. Raises as `set_status`."""
    set_status(
        session,
        group_id=group_id,
        status=status,
        expected_version=version,
        actor=actor,
        reason=reason,
        now=now,
        origin=origin,
    )
    answered(session, group_id=group_id, now=now)


def follow(
    session: Session,
    *,
    group_id: UUID,
    outcome: str,
    version: int,
    words: str,
    actor: Actor,
    now: datetime,
    origin: audit.Origin,
) -> None:
    """Do what an editor heard on the telephone: `right` confirms, `closed` ends it, nothing else does anything."""
    if outcome == "right":
        confirm(session, group_id=group_id, version=version, actor=actor, now=now, origin=origin)
    elif outcome == "closed":
        end(
            session,
            group_id=group_id,
            status="archived",
            version=version,
            actor=actor,
            reason=words,
            now=now,
            origin=origin,
        )


def answered(session: Session, *, group_id: UUID, now: datetime) -> None:
    """Somebody of the group has answered: no more mails about this, and nobody need ring."""
    open_ones = update(ChaseSent).where(ChaseSent.group_id == group_id, ChaseSent.answered_at.is_(None))
    session.execute(open_ones.values(answered_at=now))
    session.execute(delete(ToConfirm).where(ToConfirm.group_id == group_id))
