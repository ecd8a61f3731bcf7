"""A trial message, handed over at once: whoever sets mail up sees whether it goes."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from uuid import uuid4

from service.config import MailServer
from service.errors import Unavailable
from service.notifications.channels import Message, NotSent
from service.notifications.smtp import Email
from service.notifications.wording import KITH


def send(server: MailServer, address: str, *, clock: Callable[[], datetime], service: str = KITH) -> None:
    """Send one message past the outbox.

    Raises
    ------
    Unavailable
        `mail_not_sent`, with the reason.
    """
    name = uuid4()
    message = Message(
        id=name,
        message_id=f"<{name}@kith>",
        channel="email",
        template="trial",
        language="en",
        to=address,
        params={},
        attempts=1,
    )
    with closing(Email(server, clock=clock, service=service)) as email:
        try:
            email.send(message)
        except NotSent as why:
            raise Unavailable("mail_not_sent", reason=why.code) from why
