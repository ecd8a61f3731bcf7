"""Browsers in which an account signed in before: what strangers guess elsewhere does not stop whoever sits at one.

The browser holds a random token, which is new at each sign-in; here is its hash. It opens nothing.
"""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from service.accounts.credentials import LONGEST_EMAIL, new_token, normal_email, token_hash
from service.accounts.models import KnownBrowser, User
from service.errors import Invalid

KNOWN_FOR = timedelta(days=180)
MOST = 10  # of one account: so many times the limit is all that anybody could gain who had every one of them


def find(session: Session, *, email: str, token: str | None, now: datetime) -> UUID | None:
    """Say which known browser of the account with this address shows the token; None: it is not one of them."""
    if not token or len(email) > 2 * LONGEST_EMAIL:
        return None
    try:
        plain = normal_email(email)
    except Invalid:
        return None
    shown = (KnownBrowser.token_hash == token_hash(token), KnownBrowser.until > now)
    theirs = (User.email == plain, User.disabled_at.is_(None))
    return session.scalar(select(KnownBrowser.id).join(User).where(*shown, *theirs))


def remember(session: Session, *, user_id: UUID, token: str | None, now: datetime) -> str:
    """Know a browser in which somebody just signed in, and return its new token. The one it had is worth nothing now.

    Whoever else signed in there is known there still.
    """
    made = new_token()
    if token:
        moved = update(KnownBrowser).where(KnownBrowser.token_hash == token_hash(token), KnownBrowser.until > now)
        session.execute(moved.values(token_hash=token_hash(made)))
    here = (KnownBrowser.token_hash == token_hash(made), KnownBrowser.user_id == user_id)
    known = update(KnownBrowser).where(*here).values(until=now + KNOWN_FOR).returning(KnownBrowser.id)
    if session.scalar(known) is None:
        row = KnownBrowser(id=uuid4(), user_id=user_id, token_hash=token_hash(made), created_at=now)
        row.until = now + KNOWN_FOR
        session.add(row)
        session.flush()
        _forget_oldest(session, user_id)
    return made


def forget(session: Session, *, user_id: UUID) -> None:
    """Know no browser of an account any more."""
    session.execute(delete(KnownBrowser).where(KnownBrowser.user_id == user_id))


def _forget_oldest(session: Session, user_id: UUID) -> None:
    """Keep those that were used last."""
    theirs = select(KnownBrowser.id).where(KnownBrowser.user_id == user_id)
    kept = session.scalars(theirs.order_by(KnownBrowser.until.desc(), KnownBrowser.id).limit(MOST)).all()
    session.execute(delete(KnownBrowser).where(KnownBrowser.user_id == user_id, KnownBrowser.id.not_in(kept)))
