"""Groups that are asked when they have room again: found and done by a job, one by one. Never commits.

Nothing goes to a group that may not be asked any more: the request ends then, and the next group is what is needed.
"""

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.permissions import VISITOR
from service.referrals import history, intake, queries, reaching, weekly
from service.referrals.following import nights
from service.referrals.following.letters import Letters, agreed
from service.referrals.history import step
from service.referrals.lifecycle import Part
from service.referrals.models import Introduction, Person, Referral
from service.referrals.queries import GroupToRefer, place, unseal
from service.referrals.rows import Mail

MOST = 500  # groups in one run


def due(session: Session, letters: Letters, now: datetime) -> Iterator[UUID]:
    """Find who can be asked for now, and whose day is another one than was said."""
    groups = select(Introduction.group_id).where(weekly.HELD).distinct().order_by(Introduction.group_id)
    for group_id in session.scalars(groups.limit(MOST)).all():
        found = weekly.room(session, group_id, now=now, zone=letters.zone)
        for number, row in enumerate(weekly.held(session, group_id)):
            if _changes(row, found.day_for(number), letters, now):
                yield row.id


def do(session: Session, letters: Letters, introduction_id: UUID, now: datetime) -> bool:
    """Ask one group that has room now, or say its new day."""
    row = session.get(Introduction, introduction_id, with_for_update=True, populate_existing=True)
    if row is None or row.state != "proposed" or row.asks_on is None:
        return False
    referral = session.get_one(Referral, row.referral_id, with_for_update=True)
    found = weekly.room(session, row.group_id, now=now, zone=letters.zone, lock=True)
    number = [one.id for one in weekly.held(session, row.group_id)].index(row.id)
    day = found.day_for(number)
    if not _changes(row, day, letters, now):
        return False
    row.asks_on = day
    if day is None:
        _ask(session, letters, row, referral, now)
    session.flush()
    history.renew(session, referral, today=letters.today(now), off=letters.off)
    return True


def _changes(row: Introduction, day: date | None, letters: Letters, now: datetime) -> bool:
    return day != row.asks_on and (day is not None or not nights.is_night(now, letters.zone))


def _ask(session: Session, letters: Letters, row: Introduction, referral: Referral, now: datetime) -> None:
    group = queries.group_to_refer(session, row.group_id, letters.today(now))
    person = session.get_one(Person, referral.person_id)
    if group is None or _speaks_against(letters, row, person, group) or not agreed(session, row, person.id, now):
        step(session, row, "withdrawn", Part.JOB, VISITOR, now)
        return
    row.sent_at = now
    step(session, row, "sent", Part.JOB, VISITOR, now)
    if referral.state == "planned":
        step(session, referral, "introduced", Part.JOB, VISITOR, now)
    reaching.ask(session, _mail(letters), row, referral, group, now)


def _speaks_against(letters: Letters, row: Introduction, person: Person, group: GroupToRefer) -> bool:
    sealed = row.unvetted_reason
    why = letters.sealer.open(place("introduction", row.id, "unvetted_reason"), sealed).decode() if sealed else None
    in_care = bool(unseal(letters.sealer, person, "care"))
    return bool(intake.group_problems(group.standing, why, in_care=in_care))


def _mail(letters: Letters) -> Mail:
    address = f"{letters.public_url}/{letters.language}/answer"
    return Mail(
        sealer=letters.post,
        new_token=letters.new_token,
        link=lambda token: f"{address}/{token}",
        channel=letters.mail,
        zone=letters.zone,
    )
