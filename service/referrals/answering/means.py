"""What answers are kept and sent with: the keys that seal, and how a leader's link is mailed. Never commits."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy.orm import Session

from service.accounts.credentials import token_hash
from service.db.sealing import Sealer
from service.notifications import outbox
from service.referrals.models import Introduction, LeaderLink
from service.referrals.operations import LINK_DAYS, Mail
from service.referrals.queries import address_of_group


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What an answer needs.

    Attributes
    ----------
    sealer : Sealer
        Of referrals.
    reports : Sealer
        Of what editors are told.
    mail : Mail
        How a leader's link is made and sent.
    """

    sealer: Sealer
    reports: Sealer
    mail: Mail


def send_link(session: Session, mail: Mail, row: Introduction, now: datetime, *, days: int = LINK_DAYS) -> None:
    """Send the group one more link to answer with, if it can be written to. The person is not named."""
    to = address_of_group(session, row.group_id)
    if not to:
        return
    token = mail.new_token()
    link_id = uuid4()
    session.add(
        LeaderLink(
            id=link_id,
            introduction_id=row.id,
            token_hash=token_hash(token),
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
    )
    outbox.put(
        session,
        channel=mail.channel,
        to=to,
        template="group_answer_link",
        params={"link": mail.link(token), "days": days},
        now=now,
        key=f"introduction:{row.id}:ask:{link_id}",
        sealer=mail.sealer,
    )
