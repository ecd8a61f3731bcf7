"""Messages that are forgotten: about somebody, to somebody, or because their time is over. Never commits."""

import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from service.db.sealing import Sealer
from service.errors import Invalid
from service.notifications.models import OutboxMessage

BEGINS = "--- <"  # each message in the console's log


def forget_about(session: Session, ids: Iterable[UUID]) -> int:
    """Remove the messages whose cause is one of these things; returns how many they were."""
    named = [OutboxMessage.key.contains(str(one)) for one in ids]
    if not named:
        return 0
    return len(session.scalars(delete(OutboxMessage).where(or_(*named)).returning(OutboxMessage.id)).all())


def forget_to(session: Session, address: str, *, sealer: Sealer) -> int:
    """Remove the messages that wait to go to an address. Of those that went no address is kept."""
    gone = 0
    for row in session.scalars(select(OutboxMessage).where(OutboxMessage.to_sealed.is_not(None))):
        try:
            to = sealer.open(f"outbox_message:{row.id}:to", row.to_sealed or b"").decode()
        except Invalid:  # nobody can tell to whom it was to go, so it goes to nobody
            to = address
        if to.casefold() == address.casefold():
            session.delete(row)
            gone += 1
    session.flush()
    return gone


def forget_old(session: Session, *, now: datetime, kept: timedelta) -> int:
    """Remove the rows of messages that were written long ago, whatever became of them."""
    old = delete(OutboxMessage).where(OutboxMessage.created_at < now - kept).returning(OutboxMessage.id)
    return len(session.scalars(old).all())


def forget_in_log(log: Path, addresses: Iterable[str]) -> int:
    """Take the messages to these addresses out of the console's log; returns how many they were."""
    wanted = [f"\nTo: {address.casefold()}\n" for address in addresses]
    if not wanted or not log.exists():
        return 0
    text = log.read_text(encoding="utf-8")
    messages = [part for part in text.split(BEGINS) if part]
    stay = [part for part in messages if not any(to in part.casefold() for to in map(str.casefold, wanted))]
    if len(stay) == len(messages):
        return 0
    beside = log.with_name(f"{log.name}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.writelines(f"{BEGINS}{part}" for part in stay)
    beside.replace(log)
    return len(messages) - len(stay)
