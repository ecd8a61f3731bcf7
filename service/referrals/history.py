"""The one place that changes a state: as the table of moves allows, with the step added and what is needed next."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor
from service.referrals import clocks, lifecycle
from service.referrals.clocks import Asked
from service.referrals.events import noting
from service.referrals.lifecycle import TERMINAL, Machine, Part
from service.referrals.models import Introduction, Move, Person, Referral

Row = Referral | Introduction
Taken = tuple[Row, str, Part]  # what moves, to which state, and whose part that is


def step(session: Session, row: Row, to: str, part: Part, actor: Actor, now: datetime) -> None:
    """Move a referral or an introduction to a state; record the part taken and the role the actor really has.

    Raises
    ------
    Conflict
        `not_allowed_from_here`.
    """
    steps(session, [(row, to, part)], actor, now)


def steps(session: Session, taken: Sequence[Taken], actor: Actor, now: datetime) -> None:
    """Make several moves of one referral and its introductions, one after another; raises as `step`.

    Each is recorded. What is needed next is worked out once, after the last: nobody sees what lies between.
    """
    [referral] = {_referral_of(session, row) for row, _to, _part in taken}
    counts = {row.id: _steps_of(session, row) for row, _to, _part in taken}
    moves = []
    for row, to, part in taken:
        counts[row.id] += 1
        made = _moved(session, row, to, part, now)
        made.number, made.by_role = counts[row.id], actor.role.value
        moves.append(made)
    referral.changed_at = now
    session.add_all(moves)
    session.flush()
    noting.note(session, moves, referral)
    renew(session, referral, today=now.date())


def _moved(session: Session, row: Row, to: str, part: Part, now: datetime) -> Move:
    machine, before = _machine(row), row.state
    row.state = lifecycle.move(machine, before, to, part)
    if isinstance(row, Introduction) and row.position is not None and row.state != "waitlisted":
        _move_up(session, row)
    if isinstance(row, Referral) and row.state in TERMINAL[machine]:
        row.closed_at = now
        _hush(session, row)
    return Move(entity=machine.value, entity_id=row.id, from_state=before, to_state=to, part=part.value, at=now)


def _machine(row: Row) -> Machine:
    return Machine.REFERRAL if isinstance(row, Referral) else Machine.INTRODUCTION


def _referral_of(session: Session, row: Row) -> Referral:
    return row if isinstance(row, Referral) else session.get_one(Referral, row.referral_id)


def _steps_of(session: Session, row: Row) -> int:
    held = select(func.count()).where(Move.entity == _machine(row).value, Move.entity_id == row.id)
    return session.scalar(held) or 0


def _hush(session: Session, referral: Referral) -> None:
    """When somebody has died, no message goes to where they were reached, whoever puts it."""
    if referral.close_reason == "died":
        session.get_one(Person, referral.person_id).contact_rule = "none"


def renew(session: Session, referral: Referral, *, today: date, off: Collection[date] = ()) -> None:
    """Write down what a referral needs next. A need that was raised stays until whoever helps says it is done."""
    asked = session.scalars(select(Introduction).where(Introduction.referral_id == referral.id)).all()
    if all(one.state != "sent" for one in asked):
        _lower(referral, clocks.RING)  # no group is left to be rung
    since = _since(session, [referral.id, *(one.id for one in asked)])
    first = _most_urgent(referral)
    raised = (first, referral.raised_on) if first and referral.raised_on else None
    found = clocks.next_step(
        referral.state,
        since.get(referral.id, referral.created_at).date(),
        [_asked(one, since.get(one.id, one.sent_at)) for one in asked],
        raised=raised,
        today=today,
        off=off,
    )
    referral.need = found.need if found else None
    referral.need_rank = found.rank if found else None
    referral.due_on = found.due_on if found else None
    session.flush()


def raise_need(session: Session, referral: Referral, need: str, *, today: date) -> None:
    """Put before whoever helps what somebody asked for out of turn. It joins what was raised before: none is lost."""
    held = (referral.raised or "").split()
    referral.raised = " ".join([*held, *([need] if need not in held else [])])
    referral.raised_on = min(referral.raised_on or today, today)
    renew(session, referral, today=today)


def settle_need(session: Session, referral: Referral, *, today: date, need: str | None = None) -> None:
    """Note that what was raised has been dealt with: one thing, or the most urgent, so that the next comes up."""
    _lower(referral, need or _most_urgent(referral))
    renew(session, referral, today=today)


def _lower(referral: Referral, done: str | None) -> None:
    left = [need for need in (referral.raised or "").split() if need != done]
    referral.raised = " ".join(left) or None
    referral.raised_on = referral.raised_on if left else None


def _move_up(session: Session, row: Introduction) -> None:
    """Take somebody off a group's waiting list, whatever ended the wait; those behind move up."""
    row.position = None
    behind = select(Introduction).where(
        Introduction.group_id == row.group_id, Introduction.state == "waitlisted", Introduction.id != row.id
    )
    ordered = behind.order_by(Introduction.position, Introduction.answered_at, Introduction.id)
    for number, one in enumerate(session.scalars(ordered).all(), start=1):
        one.position = number
    session.flush()


def _most_urgent(referral: Referral) -> str | None:
    held = (referral.raised or "").split()
    return min(held, key=lambda need: (clocks.NEEDS[need].rank, clocks.NEEDS[need].days, need), default=None)


def _since(session: Session, ids: list[object]) -> dict[object, datetime]:
    last = select(Move.entity_id, func.max(Move.at)).where(Move.entity_id.in_(ids)).group_by(Move.entity_id)
    return {row[0]: row[1] for row in session.execute(last)}


def _asked(one: Introduction, since: datetime) -> Asked:
    return Asked(
        state=one.state,
        since=since.date(),
        first_date=one.first_date.date() if one.first_date else None,
        attended=one.attended,
        first_attended_on=one.first_date.date() if one.attended and one.first_date else None,
        asks_on=one.asks_on,
    )
