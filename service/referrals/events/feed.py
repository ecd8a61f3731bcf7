"""The events of one organisation in the order of their numbers. Read again they are the same, and then the next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Permission
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin, Purpose
from service.referrals.lifecycle import Machine
from service.referrals.models import Introduction, Move
from service.referrals.models_events import Event, EventCount

PAGE = 100
MOST_NUMBERED = 1000  # in one run


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """One step: which referral, which introduction and group if it is of one, from where to where. It names nobody."""

    id: UUID
    number: int
    at: datetime
    referral_id: UUID
    introduction_id: UUID | None
    group_id: UUID | None
    from_state: str
    to_state: str
    by_role: str


def read(
    session: Session, *, after: int, actor: Actor, now: datetime, limit: int = PAGE, origin: Origin = NOWHERE
) -> tuple[EventView, ...]:
    """Return what came after a number, oldest first, and record whose it is; one more than `limit`: there is more."""
    if not actor.may(Permission.READ_REFERRALS) or actor.organisation_id is None:
        return ()
    behind = _events().where(Event.organisation_id == actor.organisation_id, Event.number > after)
    found = _views(session, behind.order_by(Event.number).limit(limit + 1))
    if found:
        audit.record(
            session,
            actor=actor,
            action=Permission.READ_REFERRALS.value,
            subject="referral",
            subject_id=None,
            columns=("state", *(f"id:{one}" for one in dict.fromkeys(each.referral_id for each in found[:limit]))),
            purpose=Purpose.FOLLOW_UP,
            now=now,
            origin=origin,
        )
    return found


def by_id(session: Session, ids: Iterable[UUID]) -> dict[UUID, EventView]:
    """Return numbered events by their ids."""
    wanted = _events().where(Event.id.in_(list(ids)), Event.number.is_not(None))
    return {one.id: one for one in _views(session, wanted.order_by(Event.number, Event.id))}


def has_unnumbered(session: Session) -> bool:
    """Whether any event waits for its number."""
    return session.scalar(select(Event.id).where(Event.number.is_(None)).limit(1)) is not None


def give_numbers(session: Session) -> int:
    """Number what was written since the last time; returns how many events that were.

    Numbers are given by one job at a time, after the writing: whoever has read up to a number never misses one that a
    slower transaction brought below it.
    """
    waiting = select(Event).join(Move, Move.id == Event.move_id).where(Event.number.is_(None))
    order = (Move.at, Event.id)
    rows = session.scalars(waiting.order_by(*order).limit(MOST_NUMBERED)).all()
    concerned = {one.organisation_id for one in rows}
    kept = session.scalars(select(EventCount).where(EventCount.organisation_id.in_(concerned)).with_for_update())
    last = {one.organisation_id: one for one in kept}
    for row in rows:
        counted = last.setdefault(row.organisation_id, EventCount(organisation_id=row.organisation_id, number=0))
        row.number = counted.number = counted.number + 1
    session.add_all(last.values())
    session.flush()
    return len(rows)


def _events() -> Select[Event, Move, UUID, UUID]:
    of_introduction = and_(Move.entity == Machine.INTRODUCTION.value, Introduction.id == Move.entity_id)
    return (
        select(Event, Move, Introduction.id, Introduction.group_id)
        .join(Move, Move.id == Event.move_id)
        .outerjoin(Introduction, of_introduction)
    )


def _views(session: Session, wanted: Select[Event, Move, UUID, UUID]) -> tuple[EventView, ...]:
    return tuple(
        EventView(
            id=event.id,
            number=event.number or 0,
            at=move.at,
            referral_id=event.referral_id,
            introduction_id=introduction_id,
            group_id=group_id,
            from_state=move.from_state,
            to_state=move.to_state,
            by_role=move.by_role,
        )
        for event, move, introduction_id, group_id in session.execute(wanted)
    )
