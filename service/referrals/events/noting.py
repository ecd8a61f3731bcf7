"""Each step becomes an event, in the same transaction: for whoever refers, for whoever helps, and their addresses."""

import secrets
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from service.referrals.models import Move, Referral
from service.referrals.models_events import Delivery, Event, Webhook


def note(session: Session, moves: Sequence[Move], referral: Referral) -> None:
    """Write down who may hear of steps of one referral, and which addresses are to be told. Takes no lock.

    Nothing is sent. Steps may share an instant: the ids of their events sort in the order in which they happened.
    """
    concerned = {referral.organisation_id, referral.service_organisation_id or referral.organisation_id}
    before = session.scalar(select(func.count()).where(Event.referral_id == referral.id)) or 0
    events = [
        Event(id=_behind(number), organisation_id=one, move_id=move.id, referral_id=referral.id)
        for number, move in enumerate(moves, start=before)
        for one in sorted(concerned, key=str)
    ]
    session.add_all(events)
    session.flush()
    told = select(Webhook.id, Webhook.organisation_id).where(
        Webhook.organisation_id.in_(concerned), Webhook.stopped_at.is_(None)
    )
    at = {move.id: move.at for move in moves}
    session.add_all(
        Delivery(
            webhook_id=one, event_id=event.id, state="waiting", due_at=at[event.move_id], created_at=at[event.move_id]
        )
        for one, whose in session.execute(told.order_by(Webhook.id))
        for event in events
        if event.organisation_id == whose
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
