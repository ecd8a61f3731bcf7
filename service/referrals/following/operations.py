"""What becomes of an introduction and of a referral: a date, visits, the end. Flushes, never commits.

Every move goes by the table of moves. Whoever writes down for a group that somebody did not come takes the group's
part; the record names the role they really have.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from service.accounts.permissions import VISITOR, Actor
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin, Purpose
from service.db.sealing import Sealer
from service.errors import Conflict, Invalid, NotFound, Problem
from service.notifications import outbox
from service.referrals import links, queries
from service.referrals.following import tries
from service.referrals.history import renew, step
from service.referrals.lifecycle import CLOSE_REASONS, TERMINAL, Machine, Part
from service.referrals.models import Introduction, LeaderLink, Referral

WHAT = ("attended", "no_show", "session_cancelled", "settled", "stopped")
ENOUGH = 3  # visits, after which somebody is taken to have found their group
OF_GROUP = ("no_show", "session_cancelled")  # only the group knows: whoever else writes it down heard it there
AHEAD = timedelta(days=366)  # of a first date
ENDED = TERMINAL[Machine.INTRODUCTION]
NEWS = "news"  # the template that tells the referrer, the only message that may outlive a referral


@dataclass(frozen=True, slots=True)
class _By:
    """Who moves something, in which part, when and from where."""

    part: Part
    actor: Actor
    now: datetime
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """How things stand after a move."""

    referral_id: UUID
    referral_state: str
    state: str
    attended: int


def book(
    session: Session,
    *,
    introduction_id: UUID,
    at: datetime,
    part: Part,
    actor: Actor,
    now: datetime,
    origin: Origin = NOWHERE,
) -> Marked:
    """Agree a date: the first one, or the next one after a missed visit or a meeting that was off.

    Raises
    ------
    NotFound
        `referral`.
    Invalid
        `date`: it is past, or more than a year ahead.
    Conflict
        `not_allowed_from_here`.
    """
    introduction, referral = _found(session, introduction_id, part, actor)
    if not now < at <= now + AHEAD:
        raise Invalid("date", fields={"at": Problem("out_of_range", {"max_days": AHEAD.days})})
    if introduction.state == "accepted" or introduction.state in OF_GROUP:
        introduction.first_date = at
        step(session, introduction, "booked", part, actor, now)
    elif introduction.state == "booked":  # agreed anew, before it came
        introduction.first_date = at
        session.flush()
        renew(session, referral, today=now.date())
    else:
        raise Conflict("not_allowed_from_here", state=introduction.state, to="booked", allowed=())
    _record(session, "book", introduction, _By(part, actor, now, origin))
    return _stands(introduction, referral)


def mark(
    session: Session,
    *,
    introduction_id: UUID,
    what: str,
    on: date,
    part: Part,
    actor: Actor,
    now: datetime,
    origin: Origin = NOWHERE,
) -> Marked:
    """Write down what became of a visit; the third one settles. The same visit told twice is one.

    Raises
    ------
    NotFound
        `referral`: there is none, or it is not theirs to know of.
    Invalid
        `mark`: no such thing to mark, or the day is still to come or before the group was asked.
    Conflict
        `not_allowed_from_here`.
    """
    introduction, referral = _found(session, introduction_id, part, actor)
    _check(introduction, what, on, now)
    by = _By(part, actor, now, origin)
    if what == "attended":
        _attended(session, introduction, referral, on, by)
    elif what == "settled":
        _settled(session, introduction, referral, by)
    else:
        step(session, introduction, what, Part.LEADER if what in OF_GROUP else part, actor, now)
    if what == "stopped":
        end_links(session, [introduction.id], now)
        back_to_planning(session, referral, actor, now)
    _record(session, f"mark_{what}", introduction, by)
    return _stands(introduction, referral)


def withdraw(
    session: Session, *, introduction_id: UUID, actor: Actor = VISITOR, now: datetime, origin: Origin = NOWHERE
) -> Marked:
    """Take one introduction back for the person, who may at any time.

    Raises
    ------
    Conflict
        `not_allowed_from_here`: it has ended.
    """
    introduction, referral = _found(session, introduction_id, Part.PERSON, actor)
    step(session, introduction, "withdrawn", Part.PERSON, actor, now)
    end_links(session, [introduction.id], now)
    back_to_planning(session, referral, actor, now)
    _record(session, "withdraw", introduction, _By(Part.PERSON, actor, now, origin))
    return _stands(introduction, referral)


def close(
    session: Session,
    *,
    referral_id: UUID,
    reason: str,
    part: Part,
    actor: Actor,
    now: datetime,
    post: Sealer,
    origin: Origin = NOWHERE,
) -> None:
    """Close a referral: its open introductions are withdrawn, their links end, their messages do not go.

    With `died` nothing more is ever sent about this person, and their other referrals close as well. `post` is the
    outbox's sealer.

    Raises
    ------
    NotFound
        `referral`.
    Invalid
        `close`: there is no such reason.
    Conflict
        `not_allowed_from_here`; `too_few_tries`: nobody is uncontactable after fewer than three.
    """
    if reason not in CLOSE_REASONS:
        raise Invalid("close", fields={"reason": Problem("unknown_choice")})
    referral = session.get(Referral, referral_id, with_for_update=True)
    if referral is None or not _may_see(session, referral_id, actor):
        raise NotFound("referral")
    tried = tries.days(session, referral_id) if reason == "uncontactable" else tries.ENOUGH
    if tried < tries.ENOUGH:
        raise Conflict("too_few_tries", tried=tried, needed=tries.ENOUGH)
    _close(session, referral, reason, _By(part, actor, now, origin), post)
    if reason == "died":
        for other in _others_open(session, referral):
            _close(session, other, reason, _By(Part.PERSON, actor, now, origin), post)
        links.revoke(session, person_id=referral.person_id, now=now)
        outbox.stop_about(session, [referral.person_id], reason=reason, sealer=post)


def end_introductions(session: Session, referral: Referral, actor: Actor, now: datetime) -> list[UUID]:
    """Withdraw what is still open of a referral that has ended, and end its links; returns which were."""
    found = select(Introduction).where(Introduction.referral_id == referral.id, Introduction.state.not_in(ENDED))
    rows = session.scalars(found.order_by(Introduction.sent_at, Introduction.id).with_for_update()).all()
    for row in rows:
        step(session, row, "withdrawn", Part.PERSON, actor, now)
    ids = [row.id for row in rows]
    end_links(session, ids, now)
    return ids


def back_to_planning(session: Session, referral: Referral, actor: Actor, now: datetime) -> None:
    """When nothing is out any more and nobody settled, the referral returns to whoever helps: the next group."""
    out = select(func.count()).where(
        Introduction.referral_id == referral.id, Introduction.state.not_in(ENDED - {"settled"})
    )
    if not session.scalar(out) and referral.state in ("introduced", "attending"):
        step(session, referral, "planned", Part.LINK_WORKER, actor, now)


def _close(session: Session, referral: Referral, reason: str, by: _By, post: Sealer) -> None:
    asked = session.scalars(select(Introduction.id).where(Introduction.referral_id == referral.id)).all()
    end_introductions(session, referral, by.actor, by.now)
    referral.close_reason = reason
    step(session, referral, "closed", by.part, by.actor, by.now)
    links.revoke(session, person_id=referral.person_id, now=by.now, purpose="check_in")
    outbox.stop_about(session, [referral.id, *asked], reason="closed", sealer=post, but=(NEWS,))
    audit.record(
        session,
        actor=by.actor,
        action="close",
        subject="referral",
        subject_id=referral.id,
        columns=("state", "close_reason"),
        purpose=Purpose.FOLLOW_UP,
        now=by.now,
        origin=by.origin,
    )


def _found(session: Session, introduction_id: UUID, part: Part, actor: Actor) -> tuple[Introduction, Referral]:
    """Find what is moved, and lock it. Whoever comes by a link has shown it; whoever is signed in sees only theirs."""
    introduction = session.get(Introduction, introduction_id, with_for_update=True)
    if introduction is None or not _may_see(session, introduction.referral_id, actor):
        raise NotFound("referral")
    return introduction, session.get_one(Referral, introduction.referral_id, with_for_update=True)


def _may_see(session: Session, referral_id: UUID, actor: Actor) -> bool:
    if not actor.signed_in:
        return True
    found = select(Referral.id).where(Referral.id == referral_id, queries.mine(actor))
    return actor.organisation_id is not None and session.scalar(found) is not None


def _check(introduction: Introduction, what: str, on: date, now: datetime) -> None:
    wrong = {} if what in WHAT else {"what": Problem("unknown_choice")}
    tomorrow = now.date() + timedelta(days=1)  # where clocks are ahead of ours it may be a day later
    if not introduction.sent_at.date() - timedelta(days=1) <= on <= tomorrow:
        wrong["on"] = Problem("out_of_range")
    if wrong:
        raise Invalid("mark", fields=wrong)


def _attended(session: Session, introduction: Introduction, referral: Referral, on: date, by: _By) -> None:
    if introduction.last_attended_on is not None and on <= introduction.last_attended_on:
        return
    if introduction.state in ("accepted", *OF_GROUP):  # they went, though no date had been written down
        introduction.first_date = datetime.combine(on, time(12), UTC)
        step(session, introduction, "booked", by.part, by.actor, by.now)
    step(session, introduction, "attended", by.part, by.actor, by.now)
    introduction.attended += 1
    introduction.last_attended_on = on
    session.flush()
    _lift(session, referral, "attending", by)
    if introduction.attended >= ENOUGH:
        _settled(session, introduction, referral, by)


def _settled(session: Session, introduction: Introduction, referral: Referral, by: _By) -> None:
    if introduction.attended < ENOUGH:
        raise Conflict("not_allowed_from_here", state=introduction.state, to="settled", allowed=())
    step(session, introduction, "settled", by.part, by.actor, by.now)
    _lift(session, referral, "settled", by)


def _lift(session: Session, referral: Referral, to: str, by: _By) -> None:
    """Bring the referral as far as its introduction is. What only a link worker may do is done in their part."""
    if referral.state == "planned":
        step(session, referral, "introduced", Part.LINK_WORKER, by.actor, by.now)
    if referral.state == "introduced":
        step(session, referral, "attending", by.part, by.actor, by.now)
    if to == "settled" and referral.state == "attending":
        step(session, referral, "settled", by.part, by.actor, by.now)


def _others_open(session: Session, referral: Referral) -> list[Referral]:
    ended = TERMINAL[Machine.REFERRAL]
    found = select(Referral).where(Referral.person_id == referral.person_id, Referral.state.not_in(ended))
    return list(session.scalars(found.order_by(Referral.created_at, Referral.id).with_for_update()))


def end_links(session: Session, introduction_ids: Iterable[UUID], now: datetime) -> None:
    """End the links of leaders to these introductions."""
    open_links = update(LeaderLink).where(
        LeaderLink.introduction_id.in_(list(introduction_ids)),
        LeaderLink.used_at.is_(None),
        LeaderLink.revoked_at.is_(None),
    )
    session.execute(open_links.values(revoked_at=now))


def _record(session: Session, action: str, introduction: Introduction, by: _By) -> None:
    audit.record(
        session,
        actor=by.actor,
        action=action,
        subject="introduction",
        subject_id=introduction.id,
        columns=("state", "first_date", "attended"),
        purpose=Purpose.FOLLOW_UP,
        now=by.now,
        origin=by.origin,
    )


def _stands(introduction: Introduction, referral: Referral) -> Marked:
    return Marked(
        referral_id=referral.id,
        referral_state=referral.state,
        state=introduction.state,
        attended=introduction.attended,
    )
