"""Asking for a link by mail. What is asked is written down alike for every address; who has one is looked up later.

So neither the words nor the time of the answer, nor the queue of messages, tell whether an address has an account.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from service.accounts import queries
from service.accounts.credentials import LONGEST_EMAIL, limit_email
from service.accounts.limits import MAIL_ACCOUNT, MAIL_ADDRESS, MAIL_ALL, Limits, limit_address
from service.accounts.record import telling
from service.accounts.record.telling import Post
from service.accounts.signing_in import proving
from service.errors import NotFound
from service.notifications.channels import Message

CHANNEL = "accounts"  # in the outbox: not carried to anybody, but read by LinkWriter
Purpose = Literal["sign_in", "set_password"]
PAGES = {"sign_in": "sign-in", "set_password": "sign-in/password"}


def count(limits: Limits, *, email: str, address: str | None, now: datetime) -> None:
    """Count one mail that is asked for; raises TooMany when there were enough, whoever's address it is."""
    limits.take(MAIL_ADDRESS, limit_address(address), now=now)
    limits.take(MAIL_ACCOUNT, limit_email(email), now=now)
    limits.take(MAIL_ALL, "", now=now)


def ask_for_link(session: Session, post: Post, *, email: str, purpose: Purpose, browser: str, now: datetime) -> None:
    """Write down that somebody asks for a link, in a browser that `browser` names."""
    params = {"purpose": purpose, "browser": browser}
    waiting = Post(channel=CHANNEL, sealer=post.sealer, public_url=post.public_url, language=post.language)
    telling.tell(session, waiting, to=email[:LONGEST_EMAIL], template="link_wanted", params=params, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkWriter:
    """Reads what was asked for, and writes the mail with the link for whoever has an account. A channel."""

    unit: Callable[[], AbstractContextManager[Session]]
    post: Post
    clock: Callable[[], datetime]

    def send(self, message: Message) -> None:
        """Make the link and put its mail, both or neither; for an address without an account do nothing."""
        purpose, browser = str(message.params["purpose"]), str(message.params["browser"])
        with self.unit() as session:
            if queries.user_by_email(session, message.to) is None:
                return
            try:
                token = proving.create_sign_in_link(
                    session, email=message.to, now=self.clock(), purpose=purpose, browser=browser
                )
            except NotFound:  # disabled
                return
            minutes = int(proving.LINK_WORKS / timedelta(minutes=1))
            link = f"{self.post.public_url}/{message.language}/{PAGES[purpose]}/{token}"
            telling.tell(
                session,
                self.post,
                to=message.to,
                template=f"{purpose}_link",
                params={"link": link, "minutes": minutes},
                now=self.clock(),
                key=f"link:{message.id}",
            )
