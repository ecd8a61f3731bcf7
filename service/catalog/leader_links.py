"""Links by which whoever leads a group keeps its listing true, without an account. Never commits.

A link is for one group and one purpose, and ends. Its token is random; only a hash of it is kept. Opening a link
changes nothing: programs that follow links in mail do no harm.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from service.accounts.credentials import new_token, token_hash
from service.catalog.models_links import PURPOSES, AskedFact, ListingLink
from service.errors import Gone, NotFound


def make(session: Session, *, group_id: UUID, purpose: str, now: datetime, lives: timedelta) -> str:
    """Make a link to a group for one of `PURPOSES` and return its token, which is kept nowhere."""
    if purpose not in PURPOSES:
        raise ValueError(purpose)
    token = new_token()
    session.add(
        ListingLink(
            group_id=group_id, purpose=purpose, token_hash=token_hash(token), made_at=now, expires_at=now + lives
        )
    )
    session.flush()
    return token


def open_link(session: Session, *, token: str, purpose: str, now: datetime) -> UUID:
    """Return whose link this is; nothing is used up.

    Raises
    ------
    NotFound
        `link_unknown`, also for a link that is for something else.
    Gone
        `link_used` with `ended` and, where there is one, its `answer`; `link_expired` with `ended`.
    """
    link = _found(session, token, purpose)
    if link.used_at is not None:
        raise Gone("link_used", ended=link.used_at, answer=link.answer, group_id=link.group_id)
    if link.expires_at <= now:
        raise Gone("link_expired", ended=link.expires_at, group_id=link.group_id)
    return link.group_id


def use(session: Session, *, token: str, purpose: str, answer: str | None, now: datetime) -> UUID:
    """Use a link up and return whose it was; of two at once only one succeeds. Raises as `open_link`."""
    group_id = open_link(session, token=token, purpose=purpose, now=now)
    unused = update(ListingLink).where(ListingLink.token_hash == token_hash(token), ListingLink.used_at.is_(None))
    if session.execute(unused.values(used_at=now, answer=answer).returning(ListingLink.id)).first() is None:
        raise Gone("link_used", ended=now, answer=None)  # another took it between the two statements
    return group_id


def forget_old(session: Session, *, now: datetime, kept: timedelta) -> int:
    """Remove links some time after their end; return how many."""
    old = delete(ListingLink).where(ListingLink.expires_at < now - kept).returning(ListingLink.id)
    asked = delete(AskedFact).where(AskedFact.expires_at < now - kept).returning(AskedFact.id)
    return len(session.scalars(old).all()) + len(session.scalars(asked).all())


def _found(session: Session, token: str, purpose: str) -> ListingLink:
    found = select(ListingLink).where(ListingLink.token_hash == token_hash(token), ListingLink.purpose == purpose)
    link = session.scalar(found.execution_options(populate_existing=True))
    if link is None:
        raise NotFound("link_unknown")
    return link
