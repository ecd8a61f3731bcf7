"""Reminders of dates, and questions how it went: when each is due, and the writing of it. Never commits.

`plan_…` says which one is due now, or None; it is asked where work is looked for, and again where it is done.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.accounts.permissions import VISITOR
from service.referrals import clocks, history
from service.referrals.following import nights
from service.referrals.following.letters import Letters, agreed, to_group, to_person, was_done
from service.referrals.following.operations import back_to_planning, end_links
from service.referrals.history import step
from service.referrals.lifecycle import Part
from service.referrals.models import Introduction, Move

REMIND_GROUP, EXPIRES = 3, 10  # working days after a group was asked
EXPIRED = "expired"  # what is due of an introduction whose group kept silent for too long
WAITS = 20  # working days on a waiting list after which we ask whether somebody still waits
STILL_NEWS = 6  # days after its own on which a question how it goes may still be put
OUTCOME_AFTER, OUTCOME_WITHIN = timedelta(hours=3), timedelta(days=7)  # of a meeting's beginning
OUTCOME_DAYS = timedelta(days=14)  # the leader's link works so long


@dataclass(frozen=True, slots=True)
class Round:
    """One kind of work on introductions: in which states, when it is due, and the doing."""

    states: tuple[str, ...]
    plan: Callable[[Session, Letters, Introduction, datetime], str | None]
    do: Callable[[Session, Letters, Introduction, str, datetime], None]


def plan_reminder(session: Session, letters: Letters, row: Introduction, now: datetime) -> str | None:
    """Say which reminder of a date is due: hours before, and the date."""
    if row.first_date is None or nights.is_night(now, letters.zone):
        return None
    if nights.reminder(row.first_date, agreed_at=row.sent_at, now=now, zone=letters.zone) is None:
        return None
    hours = nights.reminder(row.first_date, agreed_at=since(session, row), now=now, zone=letters.zone)
    return f"{hours}:{row.first_date.isoformat()}" if hours else None


def remind(session: Session, letters: Letters, row: Introduction, which: str, now: datetime) -> None:
    """Remind the person of a date; where no message may go, somebody rings."""
    at = row.first_date.astimezone(letters.zone).replace(tzinfo=None) if row.first_date else None
    said = {"at": at.isoformat(timespec="minutes") if at else ""}
    _write(session, letters, row, "remind", which, "appointment", now, params=said, task="remind")


def plan_outcome(session: Session, letters: Letters, row: Introduction, now: datetime) -> str | None:
    """Say of which date the leader is asked whether they came."""
    if row.first_date is None:
        return None
    from_then = nights.by_day(row.first_date + OUTCOME_AFTER, letters.zone)
    return row.first_date.isoformat() if from_then <= now < row.first_date + OUTCOME_WITHIN else None


def ask_outcome(session: Session, letters: Letters, row: Introduction, which: str, now: datetime) -> None:
    """Ask the leader whether they came; until somebody says, whoever helps sees that it is not known."""
    to_group(
        session,
        letters,
        row,
        kind="outcome",
        which=which,
        template="outcome_wanted",
        purpose="attendance",
        path="came",
        until=now + OUTCOME_DAYS,
        now=now,
    )
    history.renew(session, row.referral, today=letters.today(now), off=letters.off)


def plan_check_in(session: Session, letters: Letters, row: Introduction, now: datetime) -> str | None:
    """Say after which week since the first visit we ask how it goes."""
    if row.first_date is None or not row.attended or nights.is_night(now, letters.zone):
        return None
    days = (letters.today(now) - letters.today(row.first_date)).days
    return next((str(week) for week in clocks.CHECK_INS if 0 <= days - 7 * week <= STILL_NEWS), None)


def check_in(session: Session, letters: Letters, row: Introduction, which: str, now: datetime) -> None:
    """Ask the person how it goes."""
    _write(session, letters, row, "check_in", which, "check_in", now, params={}, task="check_in")


def plan_waiting(session: Session, letters: Letters, row: Introduction, now: datetime) -> str | None:
    """Say for the how-manieth time we ask whether somebody still waits: every twenty working days."""
    if nights.is_night(now, letters.zone):
        return None
    began, today, number = letters.today(since(session, row)), letters.today(now), 0
    while clocks.working_day(began, WAITS * (number + 1), letters.off) <= today:
        number += 1
    return str(number) if number else None


def confirm_waiting(session: Session, letters: Letters, row: Introduction, which: str, now: datetime) -> None:
    """Ask whether they still want to wait; where no message may go it is what is needed next anyway."""
    _write(session, letters, row, "waiting", which, "still_waiting", now, params={}, task="")


def plan_silence(session: Session, letters: Letters, row: Introduction, now: datetime) -> str | None:
    """Say whether a silent group is asked once more, or has kept silent for too long."""
    asked_on, today = letters.today(row.sent_at), letters.today(now)
    if today >= clocks.working_day(asked_on, EXPIRES, letters.off):
        return EXPIRED
    due = today >= clocks.working_day(asked_on, REMIND_GROUP, letters.off)
    return "1" if due and not nights.is_night(now, letters.zone) else None


def break_silence(session: Session, letters: Letters, row: Introduction, which: str, now: datetime) -> None:
    """Ask a silent group once more; after ten working days look for another."""
    if which == EXPIRED:
        step(session, row, "expired", Part.JOB, VISITOR, now)
        end_links(session, [row.id], now)
        back_to_planning(session, row.referral, VISITOR, now)
        return
    ends_on = clocks.working_day(letters.today(row.sent_at), EXPIRES, letters.off)
    to_group(
        session,
        letters,
        row,
        kind="again",
        which=which,
        template="group_answer_again",
        purpose="answer",
        path="answer",
        until=datetime.combine(ends_on, time(0), letters.zone),
        now=now,
    )


ROUNDS: Mapping[str, Round] = {
    "remind": Round(("booked",), plan_reminder, remind),
    "outcome": Round(("booked",), plan_outcome, ask_outcome),
    "check_in": Round(("attended", "settled"), plan_check_in, check_in),
    "waiting": Round(("waitlisted",), plan_waiting, confirm_waiting),
    "again": Round(("sent",), plan_silence, break_silence),
}


def planned(session: Session, letters: Letters, kind: str, row: Introduction, now: datetime) -> str | None:
    """Say what is due of an introduction now and was not done yet; nothing is told about somebody who took it back."""
    which = ROUNDS[kind].plan(session, letters, row, now)
    if which is None or which == EXPIRED:
        return which
    if was_done(session, row.id, kind, which) or not agreed(session, row, row.referral.person_id, now):
        return None
    return which


def since(session: Session, row: Introduction) -> datetime:
    """Return when an introduction came to its state."""
    last = select(func.max(Move.at)).where(Move.entity == "introduction", Move.entity_id == row.id)
    return session.scalar(last) or row.sent_at


def _write(
    session: Session,
    letters: Letters,
    row: Introduction,
    kind: str,
    which: str,
    template: str,
    now: datetime,
    *,
    params: Mapping[str, object],
    task: str,
) -> None:
    person = row.referral.person
    done = to_person(session, letters, row, person, kind=kind, which=which, template=template, params=params, now=now)
    if task and done.way == "task" and person.contact_rule != "none":
        history.raise_need(session, row.referral, task, today=letters.today(now))
