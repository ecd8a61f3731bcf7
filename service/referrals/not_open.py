"""Telling whoever introduced somebody to a group that is not open now: one mail for each time it was closed.

Never commits. It names neither the group nor anybody: whoever gets it signs in and sees.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.models import User
from service.accounts.record.telling import Post, tell
from service.catalog.history import last_change
from service.catalog.models import Group
from service.referrals.lifecycle import TERMINAL, Machine
from service.referrals.models import Introduction, Referral

NOT_OPEN = ("held", "archived")
TOLD_WITHIN = timedelta(days=7)  # later it is no news; messages, by which we know whom we told, are kept for longer


@dataclass(frozen=True, slots=True, order=True)
class Told:
    """One mail: who gets it, and about which closing of which group."""

    once: str
    user_id: UUID


def pending(session: Session, *, now: datetime) -> tuple[Told, ...]:
    """Return whom to tell of which closing, those who were told of it already among them."""
    still = (
        Introduction.state.not_in(TERMINAL[Machine.INTRODUCTION]),
        Referral.state.not_in(TERMINAL[Machine.REFERRAL]),
        Referral.requested_by_user_id.is_not(None),
    )
    closed = (Group.status.in_(NOT_OPEN), Group.changed_at >= now - TOLD_WITHIN)
    query = (
        select(Introduction.group_id, Referral.requested_by_user_id)
        .join(Referral, Referral.id == Introduction.referral_id)
        .join(Group, Group.id == Introduction.group_id)
        .where(*still, *closed)
        .distinct()
    )
    rows = [(group_id, user_id) for group_id, user_id in session.execute(query) if user_id is not None]
    closings = {group_id: _closing(session, group_id, now) for group_id in {row[0] for row in rows}}
    found = (
        Told(f"not_open:{group_id}:{closings[group_id]}:{user_id}", user_id)
        for group_id, user_id in rows
        if closings[group_id] is not None
    )
    return tuple(sorted(found))


def _closing(session: Session, group_id: UUID, now: datetime) -> int | None:
    """Return the number of the save that closed a group a short while ago."""
    last = last_change(session, "group", group_id, "status")
    return last.version if last is not None and last.at >= now - TOLD_WITHIN else None


def tell_of_closings(session: Session, post: Post, *, now: datetime) -> int:
    """Write the mails that are not written yet; return how many people are told of something. Safe to repeat."""
    found = pending(session, now=now)
    link = f"{post.public_url}/{post.language}/referrals"
    for one in found:
        user = session.get(User, one.user_id)
        if user is not None and user.disabled_at is None:
            tell(session, post, to=user.email, template="group_not_open", params={"link": link}, now=now, key=one.once)
    return len(found)
