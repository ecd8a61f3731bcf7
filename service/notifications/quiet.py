"""Addresses that want no messages of ours. The list holds fingerprints: it can be asked, and not read."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from service.db.sealing import Sealer
from service.notifications.addresses import normal
from service.notifications.models import DoNotContact

REASON = "do_not_contact"  # why a message was given up


def stop(session: Session, address: str, *, sealer: Sealer, now: datetime) -> bool:
    """Put an address on the list. False: it was there. `sealer` is the outbox's own."""
    if wants_none(session, address, sealer=sealer):
        return False
    session.add(DoNotContact(address_hmac=_fingerprint(address, sealer), since=now))
    session.flush()
    return True


def allow(session: Session, address: str, *, sealer: Sealer) -> bool:
    """Take an address off the list. False: it was not there."""
    gone = delete(DoNotContact).where(DoNotContact.address_hmac == _fingerprint(address, sealer))
    return session.execute(gone.returning(DoNotContact.since)).first() is not None


def wants_none(session: Session, address: str, *, sealer: Sealer) -> bool:
    """Whether an address is on the list, however it is spelt."""
    return session.get(DoNotContact, _fingerprint(address, sealer)) is not None


def _fingerprint(address: str, sealer: Sealer) -> bytes:
    return sealer.fingerprint(normal(address))
