"""Tells people by mail what concerns their account, in neutral words. Puts messages into the outbox, sends nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from service.accounts.models import User
from service.db.sealing import Sealer
from service.notifications import outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """How mail leaves this installation."""

    channel: str
    sealer: Sealer  # of the outbox
    public_url: str
    language: str = "en"


def tell(
    session: Session, post: Post, *, to: str, template: str, params: Mapping[str, object], now: datetime, key: str = ""
) -> None:
    """Write one message."""
    outbox.put(
        session,
        channel=post.channel,
        to=to,
        template=template,
        params=params,
        now=now,
        key=key or f"{template}:{uuid4()}",
        sealer=post.sealer,
        language=post.language,
    )


def tell_of_change(session: Session, post: Post, *, user_id: UUID, now: datetime) -> None:
    """Tell the owner of an account that the way they sign in was changed, so that a stranger's change is noticed."""
    user = session.get(User, user_id)
    if user is not None:
        link = f"{post.public_url}/{post.language}/account"
        tell(session, post, to=user.email, template="sign_in_changed", params={"link": link}, now=now)
