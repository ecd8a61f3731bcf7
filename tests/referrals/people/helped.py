"""Somebody who is helped, as the tests of people make them; and what is in the outbox."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor
from service.accounts.record.telling import Post
from service.db.sealing import Sealer
from service.notifications.models import OutboxMessage
from service.referrals.people import operations
from service.referrals.people.given import PersonGiven, Yes
from tests.referrals.cast import NOW, SEALER, SECRET

OUTBOX = Sealer(SECRET, "outbox")
POST = Post(channel="console", sealer=OUTBOX, public_url="http://127.0.0.1:8000")
LATER = NOW + timedelta(hours=2)
IVO = PersonGiven(
    preferred_name="Ivo zqaxname",
    contact="ivo.zqax@example.org",
    contact_rule="email",
    contact_notes="zqaxnotes, mornings",
    born="1950-05-17",
    needs="zqaxneeds, near the door",
    story="zqaxstory, used to sing",
)


@dataclass(frozen=True)
class Mailed:
    """One message that waits."""

    template: str
    to: str


def add(session: Session, actor: Actor, given: PersonGiven = IVO) -> UUID:
    return operations.add(session, sealer=SEALER, given=given, actor=actor, now=NOW)


def say_yes(session: Session, actor: Actor, person_id: UUID, purpose: str, recipient: UUID, *items: str) -> UUID:
    yes = Yes(purpose=purpose, recipient=recipient, items=frozenset(items), method="spoken")
    return operations.give_consent(session, sealer=SEALER, person_id=person_id, yes=yes, actor=actor, now=NOW)


def waiting(session: Session) -> list[Mailed]:
    rows = session.scalars(select(OutboxMessage).where(OutboxMessage.state == "queued"))
    told = [
        Mailed(template=row.template, to=OUTBOX.open(f"outbox_message:{row.id}:to", row.to_sealed or b"").decode())
        for row in rows
    ]
    return sorted(told, key=lambda one: (one.template, one.to))
