"""Writes anew whom to ring, some listings in each unit of work, so that others write between. Opens units handed in.

Each piece looks at its own listings alone, as they stand at that moment: killed anywhere and begun again it comes to
the same, and nobody is rung about what was answered meanwhile.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.fresh import chase, schedule
from service.catalog.fresh.harm import harm, months_since
from service.catalog.models_fresh import ToConfirm
from service.db import Base
from service.db.units import Unit
from service.notifications.models import OutboxMessage

CHUNK = 250  # listings of one unit of work
NO_NUMBER = 0.001  # of its harm: whom nobody can ring comes behind whom one can, in the same order

Places = dict[UUID, float]  # listing -> its place in the queue


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubts:
    """How often each listing was needed or doubted lately; read once for a whole run."""

    referrals: Mapping[UUID, int]
    reports: Mapping[UUID, int]
    bounces: Mapping[UUID, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """The listings behind one id, up to another and with it; None for no bound."""

    after: UUID | None
    last: UUID | None

    def of(self, column: Any) -> list[ColumnElement[bool]]:
        """Return what holds of these listings."""
        low = [] if self.after is None else [column > self.after]
        return low if self.last is None else [*low, column <= self.last]


def refresh(reading: Unit, writing: Unit, *, referrals: Mapping[UUID, int], now: datetime) -> int:
    """Write the queue anew from what is known today; tries and days of another call stay. Returns how many wait.

    `referrals` are how many people were sent to each group lately: whoever knows it says so.
    """
    with reading() as session:
        doubts = Doubts(referrals=referrals, reports=_reports(session), bounces=_bounces(session))
    number, after = 0, None
    while True:
        with reading() as session:
            piece = Piece(after, _end(session, after, now))
            wanted = _wanted(session, piece, doubts, now)
            as_it_is = wanted == _there(session, piece)
        if not as_it_is:
            with writing() as session:
                wanted = _write(session, piece, doubts, now)
        number += len(wanted)
        if piece.last is None:
            return number
        after = piece.last


def _end(session: Session, after: UUID | None, now: datetime) -> UUID | None:
    """Return where a piece ends that begins here: it holds no more than so many, of those to come or of those there."""
    rest = Piece(after, None)
    coming = select(m.Group.id).where(chase.asked_about(), chase.grown_old(now), *rest.of(m.Group.id))
    waiting = select(ToConfirm.group_id).where(*rest.of(ToConfirm.group_id))
    ends = (
        session.scalar(coming.order_by(m.Group.id).offset(CHUNK - 1).limit(1)),
        session.scalar(waiting.order_by(ToConfirm.group_id).offset(CHUNK - 1).limit(1)),
    )
    return min((end for end in ends if end is not None), default=None)


def _there(session: Session, piece: Piece) -> Places:
    found = select(ToConfirm.group_id, ToConfirm.place).where(*piece.of(ToConfirm.group_id))
    return {row[0]: row[1] for row in session.execute(found)}


def _write(session: Session, piece: Piece, doubts: Doubts, now: datetime) -> Places:
    wanted, there = _wanted(session, piece, doubts, now, hold=True), _there(session, piece)
    gone = sorted(there.keys() - wanted.keys())
    if gone:
        session.execute(delete(ToConfirm).where(ToConfirm.group_id.in_(gone)))
    fresh = {"tries": 0, "again_on": now.date(), "version": 1}
    new = [{"group_id": key, "place": wanted[key], **fresh} for key in sorted(wanted.keys() - there.keys())]
    if new:
        session.execute(insert(ToConfirm), new)
    moved = [{"key": key, "now": place} for key, place in wanted.items() if there.get(key, place) != place]
    if moved:  # past the version: who answers for a call minds nothing of its place
        table = Base.metadata.tables[ToConfirm.__tablename__]
        change = update(table).where(table.c.group_id == bindparam("key")).values(place=bindparam("now"))
        session.connection().execute(change, moved)
    return wanted


def _wanted(session: Session, piece: Piece, doubts: Doubts, now: datetime, *, hold: bool = False) -> Places:
    rows = _old(session, piece, now, hold=hold)
    history = chase.sent_about(session, [row.id for row in rows])
    wanted: Places = {}
    for row in rows:
        since, back = row.last_confirmed_on or row.created_at.date(), doubts.bounces.get(row.id, 0)
        has_address = bool(row.email or row.organisation_email)
        if schedule.to_ring(since, history.get(row.id, ()), now.date(), has_address=has_address, bounced=back > 0):
            does = harm(
                views=0,  # nobody counts who reads which listing
                referrals=doubts.referrals.get(row.id, 0),
                months=months_since(row.last_confirmed_on, now.date()),
                reports=doubts.reports.get(row.id, 0),
                bounces=back,
                mode=row.mode,
            )
            wanted[row.id] = -does * (1.0 if row.phone else NO_NUMBER)
    return wanted


@dataclass(frozen=True, slots=True)
class _Row:
    id: UUID
    last_confirmed_on: date | None
    created_at: datetime
    mode: str
    email: str | None
    phone: str | None
    organisation_email: str | None


def _old(session: Session, piece: Piece, now: datetime, *, hold: bool) -> list[_Row]:
    own = (m.Group.id, m.Group.last_confirmed_on, m.Group.created_at, m.Group.mode, m.Group.email, m.Group.phone)
    found = (
        select(*own, m.Organisation.email)
        .join(m.Group.organisation)
        .where(chase.asked_about(), chase.grown_old(now), *piece.of(m.Group.id))
        .order_by(m.Group.id)
    )
    if hold:  # who confirms one of them now waits, and takes it off the queue
        found = found.with_for_update(of=m.Group, key_share=True)
    return [_Row(*row) for row in session.execute(found)]


def _reports(session: Session) -> dict[UUID, int]:
    found = select(m.Report.group_id, func.count()).where(m.Report.state == "open").group_by(m.Report.group_id)
    return {row[0]: row[1] for row in session.execute(found)}


def _bounces(session: Session) -> dict[UUID, int]:
    """Count the mails about each listing that did not go, as long as the outbox remembers."""
    failed = select(OutboxMessage.key).where(OutboxMessage.template == chase.TEMPLATE, OutboxMessage.state == "failed")
    counted: dict[UUID, int] = {}
    for key in session.scalars(failed):
        group_id = UUID(key.split(":")[1])
        counted[group_id] = counted.get(group_id, 0) + 1
    return counted
