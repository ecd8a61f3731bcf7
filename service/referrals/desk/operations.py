"""Writes of a link worker's desk: notes, tries, tasks, moves, hand-over. Each is recorded. Flushes, never commits."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor
from service.accounts.record.audit import NOWHERE, Origin
from service.db.sealing import Sealer
from service.errors import Conflict, Invalid, NotFound, Problem
from service.referrals.desk import cases, reading, scope
from service.referrals.desk_choices import CHANNELS, MAX_HAND_OVER, MAX_NOTE, MAX_TASK, WHO, WHY
from service.referrals.following import operations as following
from service.referrals.following import tries
from service.referrals.history import settle_need, step
from service.referrals.intake import text_problem
from service.referrals.lifecycle import CLOSE_REASONS, NEEDS_REASON, Machine, Part, targets
from service.referrals.models import Introduction, Referral
from service.referrals.models_desk import CaseNote, CaseReading, CaseTask, ContactAttempt, DeskCover, HandOver
from service.referrals.queries import place

BY_HAND = ("accepted", "in_contact", "planned", "on_hold", "rejected", "closed")  # the rest comes of what groups do
FURTHEST = timedelta(days=366)  # a task, or the end of a cover
COVER_DAYS = timedelta(days=60)
ANSWERED = ("asks_for_call", "not_for_me", "question")  # what a talk with the person settles


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """Who works on which case, when; what every operation of this room is told."""

    sealer: Sealer
    referral_id: UUID
    actor: Actor
    now: datetime
    origin: Origin = field(default=NOWHERE)
    post: Sealer | None = None  # the outbox's, for what stops messages


def explain(session: Session, at: At, *, why: str) -> None:
    """Say why one reads a case that a colleague holds; once is enough.

    Raises
    ------
    NotFound
        `referral`.
    Invalid
        `why`: not one of `WHY`.
    """
    _row(session, at, opened=False)
    if why not in WHY:
        raise Invalid("why", fields={"why": Problem("not_a_choice")})
    if not scope.explained(session, referral_id=at.referral_id, actor=at.actor) and at.actor.user_id is not None:
        session.add(CaseReading(id=uuid4(), referral_id=at.referral_id, user_id=at.actor.user_id, why=why, at=at.now))
    _kept(session, at, "explain_case", "why")


def note(session: Session, at: At, *, words: str) -> None:
    """Write a note; raises NotFound, or Invalid for one that is empty or too long."""
    _row(session, at)
    text = _text("words", words, MAX_NOTE)
    made = CaseNote(id=uuid4(), referral_id=at.referral_id, by_user_id=at.actor.user_id, at=at.now)
    made.words = at.sealer.seal(place("case_note", made.id, "words"), text.encode())
    session.add(made)
    _kept(session, at, "write_note", "words")


def attempt(session: Session, at: At, *, channel: str, reached: bool, words: str = "", on: date | None = None) -> None:
    """Keep that somebody tried to reach the person, and what was said.

    The first time they are reached the case is in contact; what they had asked for is then dealt with.

    Raises
    ------
    NotFound, Invalid
        `channel`: not one of `CHANNELS`; `words`: too long.
    """
    row = _row(session, at)
    if channel not in CHANNELS:
        raise Invalid("attempt", fields={"channel": Problem("not_a_choice")})
    made = ContactAttempt(id=uuid4(), referral_id=at.referral_id, by_user_id=at.actor.user_id, at=at.now)
    made.channel, made.reached, made.on_day = channel, reached, on or at.now.date()
    session.add(made)
    if words.strip():
        note(session, at, words=words)
    if reached and row.state == "accepted":
        step(session, row, "in_contact", Part.LINK_WORKER, at.actor, at.now)
    while reached and row.need in ANSWERED and row.need in (row.raised or "").split():
        settle_need(session, row, today=at.now.date())
    _kept(session, at, "log_call", "channel", "reached")


def task(session: Session, at: At, *, what: str, who: str, due_on: date | None) -> None:
    """Write down who does what by when; raises NotFound or Invalid, with a problem for each field."""
    _row(session, at)
    wrong = text_problem(what, MAX_TASK) if what.strip() else Problem("missing")
    problems = {"what": wrong} if wrong else {}
    if who not in WHO:
        problems["who"] = Problem("not_a_choice")
    if due_on is None or due_on > at.now.date() + FURTHEST:
        problems["due_on"] = Problem("day_needed")
    elif due_on < at.now.date() - timedelta(days=1):  # where clocks are behind ours it is still yesterday
        problems["due_on"] = Problem("day_past")
    if problems or due_on is None:
        raise Invalid("task", fields=problems)
    made = CaseTask(id=uuid4(), referral_id=at.referral_id, by_user_id=at.actor.user_id, at=at.now, who=who)
    made.due_on = due_on
    made.what = at.sealer.seal(place("case_task", made.id, "what"), what.strip().encode())
    session.add(made)
    _kept(session, at, "write_task", "what", "who", "due_on")


def done(session: Session, at: At, *, task_id: UUID | None) -> None:
    """Tick a task off; one that is ticked already stays as it was. Raises NotFound, or Invalid: not of this case."""
    _row(session, at)
    found = session.get(CaseTask, task_id) if task_id is not None else None
    if found is None or found.referral_id != at.referral_id:
        raise Invalid("task", fields={"what": Problem("not_a_choice")})
    if found.done_at is None:
        found.done_at, found.done_by = at.now, at.actor.user_id
        _kept(session, at, "write_task", "done_at")


def settle(session: Session, at: At, *, need: str) -> None:
    """Say that what somebody raised has been looked after; what is no longer first is left. Raises NotFound."""
    row = _row(session, at)
    if need == row.need and need in (row.raised or "").split():
        settle_need(session, row, today=at.now.date())
        _kept(session, at, "settle_need", "raised")


def choices(state: str) -> tuple[str, ...]:
    """Return where a link worker may move a case by hand from here."""
    return tuple(one for one in targets(Machine.REFERRAL, state, Part.LINK_WORKER) if one in BY_HAND)


def move(session: Session, at: At, *, to: str, reason: str = "", words: str = "", version: int | None = None) -> None:
    """Move a case by hand; to close or not to take on somebody needs a reason of the list, to wait a few words.

    Whoever moves a case that nobody holds, holds it from then on.

    Raises
    ------
    NotFound, Invalid, Conflict
        `not_allowed_from_here`; `stale`: the page shows what is no longer so.
    """
    row = _row(session, at)
    if version is not None and version != row.version:
        raise Conflict("stale")
    if to not in choices(row.state):
        raise Conflict("not_allowed_from_here", state=row.state, to=to, allowed=choices(row.state))
    _reasoned(session, at, row, to, reason, words)
    if to == "closed" and at.post is not None:
        following.close(
            session,
            referral_id=row.id,
            reason=reason,
            part=Part.LINK_WORKER,
            actor=at.actor,
            now=at.now,
            post=at.post,
            origin=at.origin,
        )
        return
    if row.owner_user_id is None and to != "rejected":
        give(session, at, row, at.actor.user_id, "")
    step(session, row, to, Part.LINK_WORKER, at.actor, at.now)
    _kept(session, at, "move_case", "state")


def visit(session: Session, at: At, *, introduction_id: UUID | None, what: str, on: date) -> None:
    """Write down what became of a visit; raises NotFound, Conflict, or Invalid: not of this case."""
    asked = _asked(session, at, introduction_id)
    following.mark(
        session,
        introduction_id=asked.id,
        what=what,
        on=on,
        part=Part.LINK_WORKER,
        actor=at.actor,
        now=at.now,
        origin=at.origin,
    )


def agree(session: Session, at: At, *, introduction_id: UUID | None, on: datetime | None) -> None:
    """Agree a date with a group; raises as `visit`."""
    asked = _asked(session, at, introduction_id)
    if on is None:
        raise Invalid("date", fields={"at": Problem("day_needed")})
    following.book(
        session,
        introduction_id=asked.id,
        at=on,
        part=Part.LINK_WORKER,
        actor=at.actor,
        now=at.now,
        origin=at.origin,
    )


def _asked(session: Session, at: At, introduction_id: UUID | None) -> Introduction:
    _row(session, at)
    asked = session.get(Introduction, introduction_id) if introduction_id is not None else None
    if asked is None or asked.referral_id != at.referral_id:
        raise Invalid("visit", fields={"what": Problem("not_a_choice")})
    return asked


def _reasoned(session: Session, at: At, row: Referral, to: str, reason: str, words: str) -> None:
    if to in NEEDS_REASON[Machine.REFERRAL] and to != "on_hold":
        if reason not in CLOSE_REASONS:
            raise Invalid("move", fields={"reason": Problem("reason_needed")})
        row.close_reason = reason
    if reason == "uncontactable" and tries.days(session, row.id) < tries.ENOUGH:
        raise Invalid("move", fields={"reason": Problem("too_few_tries")})
    if to == "on_hold" and not words.strip():
        raise Invalid("move", fields={"words": Problem("missing")})
    if words.strip():
        note(session, at, words=words)


def take(session: Session, at: At, *, version: int | None) -> None:
    """Take a case on that nobody holds who still works here; one that was just sent is accepted by it.

    Raises
    ------
    NotFound
        `referral`.
    Conflict
        `taken`: a colleague was faster; `stale`: the page shows what is no longer so.
    """
    row = _row(session, at)
    if row.owner_user_id == at.actor.user_id:
        return
    if not cases.is_open_to_all(session, row=row, now=at.now):
        raise Conflict("taken")
    if version != row.version:
        raise Conflict("stale")
    give(session, at, row, at.actor.user_id, "")
    if row.state == "sent":
        step(session, row, "accepted", Part.LINK_WORKER, at.actor, at.now)
    _kept(session, at, "take_case", "owner_user_id")


def hand_over(session: Session, at: At, *, to: UUID | None, words: str = "") -> None:
    """Give a case to a colleague, with a word for them; raises NotFound or Invalid."""
    row = _row(session, at)
    wrong = text_problem(words, MAX_HAND_OVER)
    problems = {"words": wrong} if wrong else {}
    if to not in {one.user_id for one in scope.colleagues(session, actor=at.actor, now=at.now)}:
        problems["to"] = Problem("not_a_choice")
    if problems:
        raise Invalid("hand_over", fields=problems)
    give(session, at, row, to, words)
    _kept(session, at, "hand_over", "owner_user_id")


def cover(
    session: Session, *, by: UUID | None, until: date | None, actor: Actor, now: datetime, origin: Origin = NOWHERE
) -> None:
    """Have a colleague look after one's desk until a day; whoever did before ends. Raises Invalid."""
    problems = {}
    if by not in {one.user_id for one in scope.colleagues(session, actor=actor, now=now)}:
        problems["by"] = Problem("not_a_choice")
    if until is None or not now.date() <= until <= now.date() + COVER_DAYS:
        problems["until"] = Problem("day_needed")
    if problems or by is None or until is None or actor.user_id is None or actor.organisation_id is None:
        raise Invalid("cover", fields=problems)
    end_cover(session, actor=actor, now=now)
    made = DeskCover(id=uuid4(), organisation_id=actor.organisation_id, for_user_id=actor.user_id, by_user_id=by)
    made.until, made.at = until, now
    session.add(made)
    reading.note(session, "cover_desk", None, actor, now, origin, ("until",))


def end_cover(session: Session, *, actor: Actor, now: datetime) -> None:
    """Look after one's own desk again."""
    mine = (DeskCover.for_user_id == actor.user_id, DeskCover.organisation_id == actor.organisation_id)
    session.execute(update(DeskCover).where(*mine, DeskCover.ended_at.is_(None)).values(ended_at=now))


def give(session: Session, at: At, row: Referral, to: UUID | None, words: str) -> None:
    """Let somebody hold a case from now on, and keep that they do; who may do it is asked before."""
    made = HandOver(id=uuid4(), referral_id=row.id, from_user_id=row.owner_user_id, to_user_id=to, at=at.now)
    if words.strip():
        made.words = at.sealer.seal(place("hand_over", made.id, "words"), words.strip().encode())
    session.add(made)
    row.owner_user_id = to
    session.flush()


def _row(session: Session, at: At, *, opened: bool = True) -> Referral:
    """Return the case, held until the end of this unit of work; nothing is done to one that may not be read yet."""
    row = cases.row_of(session, referral_id=at.referral_id, actor=at.actor, lock=True)
    if opened and cases.needs_a_reason(session, row=row, actor=at.actor, now=at.now):
        raise NotFound("referral")
    return row


def _text(name: str, text: str, limit: int) -> str:
    wrong = text_problem(text, limit) if text.strip() else Problem("missing")
    if wrong is not None:
        raise Invalid(name, fields={name: wrong})
    return text.strip()


def _kept(session: Session, at: At, action: str, *columns: str) -> None:
    session.flush()
    reading.note(session, action, at.referral_id, at.actor, at.now, at.origin, columns)
