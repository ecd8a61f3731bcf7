"""What follows from the time alone, found and done one by one. Run by a job; never commits.

However often it runs, each thing is done once; a clock that goes wrong and is put right does nothing twice.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, update
from sqlalchemy.orm import Session, contains_eager

from service.accounts.permissions import VISITOR
from service.notifications import outbox
from service.referrals import clocks, history
from service.referrals.following import asking, by_week, came_back
from service.referrals.following.letters import Letters, may_tell, to_referrer
from service.referrals.following.operations import close, end_introductions
from service.referrals.lifecycle import TERMINAL, Machine, Part
from service.referrals.measures import again
from service.referrals.models import Introduction, Move, Referral
from service.referrals.retention import LAPSED

ENDED, FINISHED = TERMINAL[Machine.REFERRAL], TERMINAL[Machine.INTRODUCTION]
MOST = 500  # of each kind in one run: the next goes on
NEWS_WITHIN = timedelta(days=7)  # later it is no news
TRIAGED = ("accepted", "rejected", "on_hold")
HELPERS = ("link_worker", "org_manager")
LAST_WEEK = clocks.CHECK_INS[-1]


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to do, with an introduction or a referral."""

    kind: str
    id: UUID


def due(session: Session, letters: Letters, *, now: datetime) -> tuple[Due, ...]:
    """Return all that is due now. Reads only."""
    asked = (
        Due(kind, row.id)
        for kind in asking.ROUNDS
        for row in session.scalars(_introductions(kind, now).limit(MOST))
        if asking.planned(session, letters, kind, row, now)
    )
    others = (Due(kind, one) for kind, find in FINDERS.items() for one in find(session, letters, now))
    return (*asked, *others)


def do(session: Session, letters: Letters, one: Due, *, now: datetime) -> bool:
    """Do one thing if it is due still. Safe to repeat."""
    if one.kind in asking.ROUNDS:
        wanted = _introductions(one.kind, now).where(Introduction.id == one.id)
        row = session.scalars(wanted.with_for_update(of=Introduction)).first()
        which = asking.planned(session, letters, one.kind, row, now) if row is not None else None
        if row is None or which is None:
            return False
        asking.ROUNDS[one.kind].do(session, letters, row, which, now)
        return True
    return DEEDS[one.kind](session, letters, one.id, now)


def _introductions(kind: str, now: datetime) -> Select[Introduction]:
    """Select the introductions of which something of a kind may be due, with their people; the soonest first."""
    round_ = asking.ROUNDS[kind]
    near: dict[str, ColumnElement[bool]] = {
        "remind": and_(Introduction.first_date > now, Introduction.first_date <= now + timedelta(days=4)),
        "outcome": and_(Introduction.first_date < now, Introduction.first_date > now - asking.OUTCOME_WITHIN),
        "check_in": Introduction.first_date > now - timedelta(weeks=LAST_WEEK + 1),
    }
    return (
        select(Introduction)
        .join(Introduction.referral)
        .join(Referral.person)
        .options(contains_eager(Introduction.referral).contains_eager(Referral.person))
        .where(Introduction.state.in_(round_.states), Referral.state.not_in(ENDED))
        .where(near.get(kind, Introduction.sent_at <= now))
        .order_by(Introduction.first_date, Introduction.sent_at, Introduction.id)
        .execution_options(populate_existing=True)
    )


# ---- ends ------------------------------------------------------------------------------------------------------------


def _lapsed(session: Session, _letters: Letters, now: datetime) -> Iterator[UUID]:
    still = (Referral.state.not_in((*ENDED, "on_hold")), Referral.changed_at <= now - timedelta(days=LAPSED))
    yield from session.scalars(select(Referral.id).where(*still).order_by(Referral.changed_at, Referral.id).limit(MOST))


def _lapse(session: Session, letters: Letters, referral_id: UUID, now: datetime) -> bool:
    """Close a referral that nobody moved for long, but one that waits on purpose."""
    row = session.get(Referral, referral_id, with_for_update=True)
    if row is None or row.state in (*ENDED, "on_hold") or row.changed_at > now - timedelta(days=LAPSED):
        return False
    close(session, referral_id=row.id, reason="lapsed", part=Part.JOB, actor=VISITOR, now=now, post=letters.post)
    return True


def _left(session: Session, _letters: Letters, _now: datetime) -> Iterator[UUID]:
    """Find referrals that ended in another way than by closing, with a group still asked."""
    found = select(Referral.id).join(Introduction, Introduction.referral_id == Referral.id)
    found = found.where(Referral.state.in_(ENDED), Introduction.state.not_in(FINISHED)).distinct()
    yield from session.scalars(found.order_by(Referral.id).limit(MOST))


def _withdraw_left(session: Session, letters: Letters, referral_id: UUID, now: datetime) -> bool:
    row = session.get(Referral, referral_id, with_for_update=True)
    if row is None or row.state not in ENDED:
        return False
    ids = end_introductions(session, row, VISITOR, now)
    outbox.stop_about(session, ids, reason="closed", sealer=letters.post)
    return bool(ids)


# ---- what is needed next ---------------------------------------------------------------------------------------------


def _stale(session: Session, letters: Letters, now: datetime) -> Iterator[UUID]:
    """Find referrals of which a date went by: what is needed of them is another thing now."""
    theirs = Introduction.referral_id == Referral.id
    past = exists().where(theirs, Introduction.state == "booked", Introduction.first_date <= now)
    still = exists().where(
        theirs, Introduction.attended > 0, Introduction.first_date > now - timedelta(weeks=LAST_WEEK)
    )
    unraised = or_(Referral.raised.is_(None), Referral.raised == again.NEED)
    gone_by = or_(
        and_(Referral.need == "first_visit", past),
        and_(Referral.need == "check_in", unraised, Referral.due_on < letters.today(now), still),
    )
    found = select(Referral.id).where(Referral.state.not_in(ENDED), gone_by)
    yield from session.scalars(found.order_by(Referral.due_on, Referral.id).limit(MOST))


def _renew(session: Session, letters: Letters, referral_id: UUID, now: datetime) -> bool:
    row = session.get(Referral, referral_id, with_for_update=True)
    if row is None or row.state in ENDED:
        return False
    before = (row.need, row.due_on)
    history.renew(session, row, today=letters.today(now), off=letters.off)
    return before != (row.need, row.due_on)


def _asked_long_ago(session: Session, letters: Letters, now: datetime) -> Iterator[UUID]:
    yield from again.due(session, today=letters.today(now), most=MOST)


def _ask_again(session: Session, letters: Letters, referral_id: UUID, now: datetime) -> bool:
    return again.put_before(session, referral_id=referral_id, today=letters.today(now), now=now)


# ---- news for whoever referred ---------------------------------------------------------------------------------------


def _newsworthy(session: Session, _letters: Letters, now: datetime) -> Iterator[UUID]:
    lately = (Referral.changed_at >= now - NEWS_WITHIN, Referral.requested_by_user_id.is_not(None))
    newest = select(Referral).where(*lately).order_by(Referral.changed_at.desc(), Referral.id).limit(MOST)
    for row in session.scalars(newest):
        if row.wants and _untold(session, row, now):
            yield row.id


def _tell(session: Session, letters: Letters, referral_id: UUID, now: datetime) -> bool:
    row = session.get(Referral, referral_id, with_for_update=True)
    if row is None:
        return False
    told = [one for one in _untold(session, row, now) if to_referrer(session, letters, row, about=one, now=now)]
    if told:  # of the message itself nothing is left after some months; the version stays: whoever writes is not late
        left = [one for one in row.wants if one not in told]
        session.execute(update(Referral).where(Referral.id == row.id).values(wants=left))
    return bool(told)


def _untold(session: Session, row: Referral, now: datetime) -> list[str]:
    """Return the steps that happened, that the referrer wants to hear of, and was not told of."""
    happened = [one for one in row.wants if one in HAPPENED and HAPPENED[one](session, row)]
    untold = [one for one in happened if not outbox.is_put(session, f"news:{row.id}:{one}")]
    return untold if untold and may_tell(session, row, now) else []


def _was_triaged(session: Session, row: Referral) -> bool:
    """Somebody who helps took it on, or did not; a referrer who did it all alone knows."""
    of_this = (Move.entity_id == row.id, Move.from_state == "sent", Move.to_state.in_(TRIAGED))
    return session.scalar(select(Move.id).where(*of_this, Move.by_role.in_(HELPERS)).limit(1)) is not None


def _has_visited(session: Session, row: Referral) -> bool:
    found = select(Introduction.id).where(Introduction.referral_id == row.id, Introduction.attended > 0)
    return session.scalar(found.limit(1)) is not None


def _still_goes(session: Session, row: Referral) -> bool:
    of_this = (Introduction.referral_id == row.id, Introduction.attended > 0)
    found = session.execute(select(Introduction.first_date, Introduction.last_attended_on).where(*of_this))
    twelve = timedelta(weeks=LAST_WEEK - 1)  # a visit in the last of the twelve weeks, or later
    return any(first and last and last >= first.date() + twelve for first, last in found)


def _has_ended(_session: Session, row: Referral) -> bool:
    return row.state in ("closed", "rejected")


HAPPENED: dict[str, Callable[[Session, Referral], bool]] = {
    "triage": _was_triaged,
    "first_visit": _has_visited,
    "week_12": _still_goes,
    "close": _has_ended,
}
FINDERS: dict[str, Callable[[Session, Letters, datetime], Iterator[UUID]]] = {
    "lapse": _lapsed,
    "left": _left,
    "by_week": by_week.due,
    "renew": _stale,
    "ask_again": _asked_long_ago,
    "news": _newsworthy,
    "way": came_back.find,
}
DEEDS: dict[str, Callable[[Session, Letters, UUID, datetime], bool]] = {
    "lapse": _lapse,
    "left": _withdraw_left,
    "by_week": by_week.do,
    "renew": _renew,
    "ask_again": _ask_again,
    "news": _tell,
    "way": came_back.ask_for_another_way,
}
