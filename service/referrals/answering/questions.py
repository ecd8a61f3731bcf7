"""A group asks something before it answers; whoever helps the person answers, and the group gets a new link.

Never commits.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Permission
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin, Purpose
from service.db.sealing import Sealer
from service.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from service.referrals import queries
from service.referrals.answering.means import Means, send_link
from service.referrals.history import settle_need
from service.referrals.intake import text_problem
from service.referrals.models import Introduction, Referral
from service.referrals.models_answering import GroupQuestion
from service.referrals.queries import place

TABLE = "group_question"
MAX_ANSWER = 500  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """What a group asked, and what it was answered, if it was."""

    id: UUID
    introduction_id: UUID
    words: str
    answer: str | None
    asked_at: datetime


def ask(session: Session, *, sealer: Sealer, row: Introduction, words: str, now: datetime) -> None:
    """Keep a question of the group's about an introduction."""
    question = GroupQuestion(id=uuid4(), introduction_id=row.id, asked_at=now)
    question.words = sealer.seal(place(TABLE, question.id, "words"), words.encode())
    session.add(question)
    session.flush()


def of(session: Session, *, sealer: Sealer, introduction_id: UUID) -> tuple[Talk, ...]:
    """Return what was asked about an introduction, oldest first."""
    return _talks(session, sealer, GroupQuestion.introduction_id == introduction_id)


def of_referral(session: Session, *, sealer: Sealer, referral_id: UUID) -> tuple[Talk, ...]:
    """Return what groups asked about a referral, oldest first. Call it for somebody who may read that referral."""
    theirs = select(Introduction.id).where(Introduction.referral_id == referral_id)
    return _talks(session, sealer, GroupQuestion.introduction_id.in_(theirs))


def _talks(session: Session, sealer: Sealer, wanted: ColumnElement[bool]) -> tuple[Talk, ...]:
    found = select(GroupQuestion).where(wanted).order_by(GroupQuestion.asked_at, GroupQuestion.id)
    return tuple(
        Talk(
            id=one.id,
            introduction_id=one.introduction_id,
            words=sealer.open(place(TABLE, one.id, "words"), one.words).decode(),
            answer=_answer(sealer, one),
            asked_at=one.asked_at,
        )
        for one in session.scalars(found)
    )


def _answer(sealer: Sealer, one: GroupQuestion) -> str | None:
    return None if one.answer is None else sealer.open(place(TABLE, one.id, "answer"), one.answer).decode()


def reply(
    session: Session,
    *,
    means: Means,
    referral_id: UUID,
    question_id: UUID,
    words: str,
    actor: Actor,
    now: datetime,
    origin: Origin = NOWHERE,
) -> None:
    """Answer what a group asked; it gets a new link, whose page shows the answer.

    Raises
    ------
    Forbidden, NotFound
        `not_allowed`; `referral`, `question`: also somebody else's.
    Invalid
        Field `words`: `missing`, `too_long`, `wrong_form`.
    Conflict
        `changed_meanwhile`: it was answered, or the group has answered, or somebody took the introduction back.
    """
    if not actor.may(Permission.REFER) or actor.organisation_id is None:
        raise Forbidden("not_allowed")
    referral = session.scalars(select(Referral).where(Referral.id == referral_id, queries.mine(actor))).first()
    if referral is None:
        raise NotFound("referral")
    words = words.strip()
    wrong = text_problem(words, MAX_ANSWER) if words else Problem("missing")
    if wrong is not None:
        raise Invalid("answer", fields={"words": wrong})
    question, row = _open_one(session, referral_id, question_id)
    question.answer = means.sealer.seal(place(TABLE, question.id, "answer"), words.encode())
    question.answered_at, question.answered_by = now, actor.user_id
    if not _others(session, referral_id):
        settle_need(session, referral, today=now.date(), need="question")
    send_link(session, means.mail, row, now)
    audit.record(
        session,
        actor=actor,
        action="answer_group",
        subject="introduction",
        subject_id=row.id,
        columns=("answer",),
        purpose=Purpose.FOLLOW_UP,
        now=now,
        origin=origin,
    )
    session.flush()


def _open_one(session: Session, referral_id: UUID, question_id: UUID) -> tuple[GroupQuestion, Introduction]:
    found = (
        select(GroupQuestion, Introduction)
        .join(Introduction, Introduction.id == GroupQuestion.introduction_id)
        .where(GroupQuestion.id == question_id, Introduction.referral_id == referral_id)
        .with_for_update()
    )
    row = session.execute(found.execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFound("question")
    question, introduction = row
    if question.answered_at is not None or introduction.state != "sent":
        raise Conflict("changed_meanwhile")
    return question, introduction


def _others(session: Session, referral_id: UUID) -> bool:
    theirs = select(Introduction.id).where(Introduction.referral_id == referral_id)
    still = (GroupQuestion.introduction_id.in_(theirs), GroupQuestion.answered_at.is_(None))
    return session.scalar(select(GroupQuestion.id).where(*still).limit(1)) is not None
