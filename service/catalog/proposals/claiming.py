"""Proving that a group is somebody's: a link to the group's own address, or a call to its number. Never commits."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.accounts.credentials import new_token, token_hash
from service.accounts.permissions import VISITOR, Actor
from service.accounts.record import audit
from service.accounts.record.telling import Post, tell
from service.catalog.keepers import check
from service.catalog.models import Group
from service.catalog.models_proposals import Proposal
from service.catalog.proposals import queue, taking
from service.catalog.views import GroupView
from service.errors import Conflict, Gone, NotFound

WORKS = timedelta(days=7)


def ways(group: GroupView) -> tuple[str, ...]:
    """Return how it can be proved that this group is somebody's."""
    known = (("mail", group.email), ("phone", group.phone))
    return (*(way for way, there in known if there), "other")


def send_link(
    session: Session, *, proposal_id: UUID, to: str, post: Post, link: Callable[[str], str], now: datetime
) -> None:
    """Send a link that proves a claim to the group's own address. It works once, and for a week."""
    token = new_token()
    row = queue.row_of(session, proposal_id)
    row.token_hash, row.link_until = token_hash(token), now + WORKS
    session.flush()
    params = {"link": link(token), "days": WORKS.days}
    tell(session, post, to=to, template="claim_link", params=params, now=now, key=f"claim:{row.id}")


def asked(session: Session, *, token: str, now: datetime) -> tuple[UUID, UUID]:
    """Return the claim and the group of a link, which is not used up.

    Raises
    ------
    NotFound
        `link_unknown`: there is none, or its claim was decided.
    Gone
        `link_used` or `link_expired`.
    """
    row = session.scalar(select(Proposal).where(Proposal.token_hash == token_hash(token)))
    if row is None or row.group_id is None or row.link_until is None:
        raise NotFound("link_unknown")
    if row.proved_at is not None:
        raise Gone("link_used")
    if row.link_until <= now:
        raise Gone("link_expired")
    return row.id, row.group_id


def prove_by_link(session: Session, *, token: str, now: datetime, origin: audit.Origin) -> None:
    """Note that whoever reads the group's own mail says yes. Of many tries one counts. Raises as `asked`."""
    found, _ = asked(session, token=token, now=now)
    _proved(session, found, "link", VISITOR, now, origin)


def prove_by_phone(
    session: Session, *, proposal_id: UUID, version: int, actor: Actor, now: datetime, origin: audit.Origin
) -> None:
    """Note that an editor rang the number on the listing, and was told yes; Conflict `changed_meanwhile`."""
    queue.permitted(actor)
    row = queue.row_of(session, proposal_id)
    if row.version != version or row.state != "open" or row.kind != "claim":
        raise Conflict("changed_meanwhile")
    if row.group_id is not None:
        check.listing(session, row.group_id, actor)
    _proved(session, row.id, "phone", actor, now, origin)


def _proved(session: Session, found: UUID, how: str, actor: Actor, now: datetime, origin: audit.Origin) -> None:
    unproved = (Proposal.id == found, Proposal.proved_at.is_(None), Proposal.state == "open")
    values = {"proved_at": now, "proved_how": how, "version": Proposal.version + 1}
    taken = session.execute(update(Proposal).where(*unproved).values(values).returning(Proposal.id)).first()
    if taken is None:
        raise Gone("link_used")
    audit.record(
        session,
        actor=actor,
        action="prove_claim",
        subject=taking.TABLE,
        subject_id=found,
        columns=["proved_at", "proved_how"],
        purpose=audit.Purpose.CORRECT,
        now=now,
        origin=origin,
    )


def organisation_of(session: Session, group_id: UUID | None) -> UUID:
    """Return whose group it is; NotFound `group`."""
    found = session.scalar(select(Group.organisation_id).where(Group.id == group_id))
    if found is None:
        raise NotFound("group")
    return found
