"""What is asked once more just before a message about somebody goes: is it still so, safe, agreed, and not at night?

The outbox asks it of every message, also of one that is tried again hours later. Reads only.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, contains_eager

from service.notifications.channels import Message
from service.notifications.outbox import Before
from service.referrals.following import nights
from service.referrals.following.letters import Letters, agreed, may_tell
from service.referrals.lifecycle import TERMINAL, Machine
from service.referrals.models import Introduction, Person, Referral

TO_PERSON = frozenset({"appointment", "check_in", "still_waiting", "own_link", "meeting_off"})
ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
PERSON = re.compile(rf"(?:^|:)person:({ID})")
INTRODUCTION = re.compile(rf"(?:^|:)introduction:({ID})")
NEWS = re.compile(rf"(?:^|:)news:({ID})")
LAST = re.compile(rf"^person:{ID}:[a-z_]+:({ID})")  # the introduction a message to a person is about
ENDED = TERMINAL[Machine.REFERRAL]
# In which states of the introduction a message still says what is so.
WHILE: Mapping[str, tuple[str, ...]] = {
    "appointment": ("booked",),
    "check_in": ("attended", "settled"),
    "still_waiting": ("waitlisted",),
    "group_answer_link": ("sent", "waitlisted"),  # who waits can still be given a place
    "group_answer_again": ("sent",),
    "outcome_wanted": ("booked",),
    "meeting_off": ("session_cancelled", "booked"),  # another date may be agreed already; that meeting is off still
}
DATED = ("appointment", "outcome_wanted")


def may_go(letters: Letters) -> Before:
    """Return what the outbox asks of each message: None lets it go, a code gives it up, a moment keeps it back."""

    def ask(session: Session, message: Message, now: datetime) -> str | datetime | None:
        for look in (_of_introduction, _to_person, _to_referrer):
            stopped = look(session, letters, message, now)
            if stopped is not None:
                return stopped
        return None

    return ask


def _of_introduction(session: Session, _letters: Letters, message: Message, now: datetime) -> str | None:
    """Stop what is not so any more, and what the person does not agree to any more."""
    if message.template not in WHILE:
        return None
    named = LAST.search(message.key) or INTRODUCTION.search(message.key)
    if named is None:  # of a cause we know nothing of
        return None
    row = _introduction(session, UUID(named[1]))
    if row is None or row.state not in WHILE[message.template] or row.referral.state in ENDED:
        return "not_so_any_more"
    if message.template in DATED and not (row.first_date and row.first_date.isoformat() in message.key):
        return "not_so_any_more"
    if message.template == "appointment" and row.first_date is not None and row.first_date <= now:
        return "too_late"
    return None if agreed(session, row, row.referral.person_id, now) else "not_agreed"


def _to_person(session: Session, letters: Letters, message: Message, now: datetime) -> str | datetime | None:
    """Stop what would go to an address that is not safe, or about somebody who died; keep the rest for the day."""
    if message.template not in TO_PERSON:
        return None
    person = _person(session, message.key)
    if person is None:
        return "not_so_any_more"
    died = exists().where(Referral.person_id == person.id, Referral.close_reason == "died")
    if session.scalar(select(died)):
        return "died"
    way = letters.way(person)
    if way is None or (way[0], way[1].address) != (message.channel, message.to):
        return "unsafe"
    return nights.by_day(now, letters.zone) if nights.is_night(now, letters.zone) else None


def _to_referrer(session: Session, _letters: Letters, message: Message, now: datetime) -> str | None:
    named = NEWS.search(message.key) if message.template == "news" else None
    if named is None:
        return None
    referral = session.get(Referral, UUID(named[1]))
    return None if referral is not None and may_tell(session, referral, now) else "not_agreed"


def _introduction(session: Session, introduction_id: UUID) -> Introduction | None:
    found = select(Introduction).join(Introduction.referral).options(contains_eager(Introduction.referral))
    return session.scalars(found.where(Introduction.id == introduction_id)).first()


def _person(session: Session, key: str) -> Person | None:
    direct = PERSON.search(key)
    if direct is not None:
        return session.get(Person, UUID(direct[1]))
    named = INTRODUCTION.search(key)
    if named is None:
        return None
    of_this = select(Person).join(Referral, Referral.person_id == Person.id)
    found = of_this.join(Introduction, Introduction.referral_id == Referral.id)
    return session.scalars(found.where(Introduction.id == UUID(named[1]))).first()
