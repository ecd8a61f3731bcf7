"""What a person says by the link in a message of ours: how it goes, that they still wait, that they cannot come.

Opening a link does nothing. A page of it shows no name and no group: the message may be read by others. Never commits.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Role
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin, Purpose
from service.db.sealing import Sealer
from service.errors import Gone, Invalid, Problem
from service.referrals import history, links
from service.referrals.following.letters import CHECK_IN
from service.referrals.following.operations import mark, withdraw
from service.referrals.lifecycle import TERMINAL, Machine, Part
from service.referrals.models import Introduction, Referral
from service.referrals.models_following import FollowUp
from service.referrals.queries import place

PERSON_BY_LINK = Actor(role=Role.PERSON)
LOW = "very_low"
# What may be said to each kind of message, and what it puts before whoever helps.
ANSWERS: dict[str, dict[str, str | None]] = {
    "check_in": {"going_well": None, "not_for_me": "not_for_me", "call_me": "asks_for_call", LOW: "safety"},
    "remind": {"coming": None, "cannot_come": "asks_for_call", "call_me": "asks_for_call"},
    "waiting": {"still": None, "no_more": None, "call_me": "asks_for_call"},
}
COUNTED = ("4", "12")  # weeks at which whoever says it goes well has been there again
ABOUT = {"remind": ("booked",), "waiting": ("waitlisted",), "check_in": ("attended", "settled")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What somebody is asked. `at` is the date they planned, of a reminder."""

    kind: str
    answers: tuple[str, ...]
    at: datetime | None
    until: datetime


def opened(session: Session, *, token: str, now: datetime) -> Opened:
    """Return what the bearer of this link is asked. Uses nothing up.

    Raises
    ------
    NotFound, Gone
        As `links.find`; Gone `link_expired` too when there is nothing to ask any more.
    """
    _, done, introduction, _, until = _found(session, token, now)
    return Opened(
        kind=done.kind,
        answers=tuple(ANSWERS[done.kind]),
        at=introduction.first_date if done.kind == "remind" else None,
        until=until,
    )


def say(session: Session, *, sealer: Sealer, token: str, answer: str, now: datetime, origin: Origin = NOWHERE) -> str:
    """Take an answer and use the link up; returns which kind of message it answers.

    Raises
    ------
    NotFound, Gone
        As `opened`.
    Invalid
        `answer`: none of those that may be said. The link is not used up then.
    """
    held, done, introduction, referral, _ = _found(session, token, now)
    if answer not in ANSWERS[done.kind]:
        raise Invalid("answer", fields={"answer": Problem("unknown_choice")})
    links.use_up(session, held.id, now)
    done.answered_at = now
    done.answer = sealer.seal(place("follow_up", done.id, "answer"), answer.encode())
    referral.changed_at = now  # somebody is there: it does not lapse
    _follow(session, done, introduction, answer, now, origin)
    need = ANSWERS[done.kind][answer]
    if need is not None:
        history.raise_need(session, referral, need, today=now.date())
    else:
        history.renew(session, referral, today=now.date())
    audit.record(
        session,
        actor=PERSON_BY_LINK,
        action="check_in",
        subject="introduction",
        subject_id=introduction.id,
        columns=("answer",),
        purpose=Purpose.FOLLOW_UP,
        now=now,
        origin=origin,
    )
    return done.kind


def _follow(
    session: Session, done: FollowUp, introduction: Introduction, answer: str, now: datetime, origin: Origin
) -> None:
    if answer == "no_more":
        withdraw(session, introduction_id=introduction.id, actor=PERSON_BY_LINK, now=now, origin=origin)
    elif answer == "going_well" and done.which in COUNTED:
        _still_goes(session, introduction, now, origin)


def _still_goes(session: Session, introduction: Introduction, now: datetime, origin: Origin) -> None:
    if introduction.state == "settled":  # nothing moves any more; that they still go is worth knowing
        introduction.last_attended_on = now.date()
        return
    mark(
        session,
        introduction_id=introduction.id,
        what="attended",
        on=now.date(),
        part=Part.PERSON,
        actor=PERSON_BY_LINK,
        now=now,
        origin=origin,
    )


def _found(
    session: Session, token: str, now: datetime
) -> tuple[links.Held, FollowUp, Introduction, Referral, datetime]:
    held = links.find(session, token=token, purpose=CHECK_IN, now=now)
    done = session.get(FollowUp, held.subject_id) if held.subject_id else None
    introduction = session.get(Introduction, done.introduction_id, with_for_update=True) if done else None
    if done is None or introduction is None or introduction.state not in ABOUT[done.kind]:
        raise Gone("link_expired", ended=now)
    referral = session.get_one(Referral, introduction.referral_id)
    if referral.state in TERMINAL[Machine.REFERRAL]:
        raise Gone("link_expired", ended=now)
    return held, done, introduction, referral, held.expires_at
