"""Each step becomes an event, in the same transaction: for whoever refers, for whoever helps, and their addresses."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.referrals.models import Move, Referral
from service.referrals.models_events import Delivery, Event, Webhook


def note(session: Session, move: Move, referral: Referral) -> None:
    """Write down who may hear of a step, and which addresses are to be told. Takes no lock, and sends nothing."""
    concerned = {referral.organisation_id, referral.service_organisation_id or referral.organisation_id}
    events = {one: Event(organisation_id=one, move_id=move.id, referral_id=referral.id) for one in concerned}
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


def forget(session: Session, referral_ids: Sequence[UUID]) -> None:
    """Take away every event of referrals that are erased, and what was to be told of them."""
    theirs = select(Event.id).where(Event.referral_id.in_(referral_ids))
    session.execute(delete(Delivery).where(Delivery.event_id.in_(theirs)))
    session.execute(delete(Event).where(Event.referral_id.in_(referral_ids)))
