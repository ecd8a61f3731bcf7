"""What is forgotten everywhere when its time is over, by the table of `retention`. Run by a job. Never commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select
from sqlalchemy.orm import Session

from service.accounts.privacy import forgetting as of_accounts
from service.accounts.privacy.erasure import erase_account
from service.accounts.record.audit import Purpose
from service.catalog import drafts, leader_links, reports
from service.catalog.proposals import taking as proposals
from service.db.sealing import Sealer
from service.notifications import forgetting as of_messages
from service.referrals import lifecycle, ringing
from service.referrals.erasure import erase_person
from service.referrals.events import webhooks
from service.referrals.lifecycle import Machine
from service.referrals.models import Person, Referral, RingRequest
from service.referrals.models_desk import Incident
from service.referrals.referring import prefilling
from service.referrals.retention import LAPSED, timed

KEPT = timed()
MOST = 200  # people or accounts in one run: the next goes on


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What one run removed, by kind; and the addresses of accounts, for what lies outside the database."""

    counts: dict[str, int]
    addresses: Sequence[str]

    @property
    def total(self) -> int:
        """How many things in all."""
        return sum(self.counts.values())


def run(session: Session, *, sealer: Sealer, now: datetime) -> Forgotten:
    """Forget whatever is older than its time. Safe to repeat. `sealer` is the outbox's."""
    people = [_erased(session, one, now) for one in _people(session, now)]
    addresses = _accounts(session, sealer, now)
    counts = {
        "referrals": sum(people) + _incidents(session, now),
        "accounts": len(addresses),
        "ring_requests": ringing.forget_old(session, now=now),
        "rung": _rung(session, now),
        "prefills": prefilling.forget_old(session, now=now),
        "reports": reports.forget(session, now=now) + proposals.forget(session, now=now),
        "listing_links": leader_links.forget_old(session, now=now, kept=KEPT["listing_links"]),
        "edit_drafts": drafts.forget_old(session, now=now, kept=KEPT["edit_drafts"]),
        "messages": of_messages.forget_old(session, now=now, kept=KEPT["messages"]),
        "webhooks": webhooks.forget_old(session, now=now, kept=KEPT["messages"], stopped=KEPT["programs"]),
        **of_accounts.forget_old(session, now=now, kept=KEPT),
    }
    return Forgotten(counts=counts, addresses=addresses)


def _people(session: Session, now: datetime) -> Sequence[UUID]:
    """Find people whom nobody helps any more: their last referral ended long ago, or lay untouched for longer."""
    since = now - KEPT["referrals"]
    theirs = exists().where(Referral.person_id == Person.id, _in_use(since))
    found = (
        select(Person.id).where(Person.created_at < since, ~theirs, ~_worried()).order_by(Person.created_at, Person.id)
    )
    return session.scalars(found.limit(MOST)).all()


def _worried() -> ColumnElement[bool]:
    """Say that a safeguarding lead still looks after a worry about somebody: until it is closed nobody forgets it."""
    cases = select(Referral.id).where(Referral.person_id == Person.id)
    return exists().where(Incident.referral_id.in_(cases), Incident.closed_at.is_(None))


def _in_use(since: datetime) -> ColumnElement[bool]:
    ended = Referral.state.in_(lifecycle.TERMINAL[Machine.REFERRAL])
    untouched_since = since - timedelta(days=LAPSED)
    return or_(and_(ended, Referral.changed_at >= since), and_(~ended, Referral.changed_at >= untouched_since))


def _erased(session: Session, person_id: UUID, now: datetime) -> bool:
    return erase_person(session, person_id=person_id, purpose=Purpose.RETENTION, now=now)


def _accounts(session: Session, sealer: Sealer, now: datetime) -> list[str]:
    old = of_accounts.unused_accounts(
        session, now=now, unused=KEPT["accounts"], closed=KEPT["closed_accounts"], limit=MOST
    )
    gone = [erase_account(session, user_id=one, sealer=sealer, purpose=Purpose.RETENTION, now=now) for one in old]
    return [address for address in gone if address is not None]


def _incidents(session: Session, now: datetime) -> int:
    """Forget worries that were closed long ago and are about nobody's referral; the others go with their person."""
    old = delete(Incident).where(Incident.referral_id.is_(None), Incident.closed_at < now - KEPT["referrals"])
    return len(session.scalars(old.returning(Incident.id)).all())


def _rung(session: Session, now: datetime) -> int:
    old = delete(RingRequest).where(RingRequest.state != "waiting", RingRequest.asked_at < now - KEPT["rung"])
    return len(session.scalars(old.returning(RingRequest.id)).all())
