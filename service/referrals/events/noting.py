"""Each step becomes an event, in the same transaction: for whoever refers, for whoever helps, and their addresses."""

import secrets
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from service.referrals.models import Move, Referral
from service.referrals.models_events import Delivery, Event, Webhook


def note(session: Session, move: Move, referral: Referral) -> None:
    """Write down who may hear of a step, and which addresses are to be told. Takes no lock, and sends nothing.

    Several steps of a referral may share an instant: the ids of their events sort in the order in which they happened.
    """
    concerned = {referral.organisation_id, referral.service_organisation_id or referral.organisation_id}
    before = session.scalar(select(func.count()).where(Event.referral_id == referral.id)) or 0
    events = {
        one: Event(id=_behind(before), organisation_id=one, move_id=move.id, referral_id=referral.id)
        for one in concerned
    }
    session.add_all(events[one] for one in sorted(concerned, key=str))
    session.flush()
    told = select(Webhook.id, Webhook.organisation_id).where(
        Webhook.organisation_id.in_(concerned), Webhook.stopped_at.is_(None)
    )
    session.add_all(
        Delivery(webhook_id=one, event_id=events[whose].id, state="waiting", due_at=move.at, created_at=move.at)
        for one, whose in session.execute(told.order_by(Webhook.id))
    )
    session.flush()


def _behind(many: int) -> UUID:
    """Make an id, random but for its first 32 bits."""
    return UUID(int=many << 96 | secrets.randbits(96), version=4)


def forget(session: Session, referral_ids: Sequence[UUID]) -> None:
    """Take away every event of referrals that are erased, and what was to be told of them."""
    theirs = select(Event.id).where(Event.referral_id.in_(referral_ids))
    session.execute(delete(Delivery).where(Delivery.event_id.in_(theirs)))
    session.execute(delete(Event).where(Event.referral_id.in_(referral_ids)))
