"""Asks groups by mail whether their listing is still right, by the schedule. Puts mail into the outbox, sends nothing.

Only listings that are shown and can be joined are asked about, never examples, and never where no address is known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from service.accounts.record.telling import Post
from service.catalog import leader_links
from service.catalog import models as m
from service.catalog.fresh import schedule
from service.catalog.fresh.leading import PURPOSE
from service.catalog.fresh.schedule import Asked
from service.catalog.freshness import CHASE_MONTHS, not_younger
from service.catalog.models_fresh import ChaseSent
from service.db.units import Unit
from service.errors import Invalid
from service.notifications import outbox
from service.notifications.addresses import for_envelope, normal

TEMPLATE = "listing_check"
LIVES = timedelta(days=30)
BATCH = 200  # listings looked at in one unit of work
MOST = 2000  # mails of one run: the next goes on
KEY = "chase"  # how the keys of these messages begin


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What asking needs to know of a listing. `since` is the day of its last confirmation, or of its making."""

    id: UUID
    since: date
    address: str


def asked_about() -> ColumnElement[bool]:
    """Return which listings anybody is asked about at all."""
    return and_(m.Group.status == "published", m.Group.joinable, ~m.Group.is_example)


def grown_old(now: datetime) -> ColumnElement[bool]:
    """Return which listings were confirmed so long ago that the first step has come."""
    day = not_younger(CHASE_MONTHS[0], now.date())
    never = and_(m.Group.last_confirmed_on.is_(None), m.Group.created_at < now - (now.date() - day))
    return or_(m.Group.last_confirmed_on <= day, never)


def sent_about(session: Session, ids: Iterable[UUID]) -> dict[UUID, list[Asked]]:
    """Return which mails were sent about each of these listings."""
    found: dict[UUID, list[Asked]] = {}
    for row in session.scalars(select(ChaseSent).where(ChaseSent.group_id.in_(list(ids)))):
        answered_on = row.answered_at.date() if row.answered_at else None
        one = Asked(since=row.since, step=row.step, on=row.sent_at.date(), answered_on=answered_on)
        found.setdefault(row.group_id, []).append(one)
    return found


def listings(session: Session, *, now: datetime, after: UUID | None, limit: int = BATCH) -> list[Listing]:
    """Return some listings that may be due, by id, behind `after`."""
    address = func.coalesce(func.nullif(m.Group.email, ""), m.Organisation.email)
    found = (
        select(m.Group.id, m.Group.last_confirmed_on, m.Group.created_at, address)
        .join(m.Group.organisation)
        .where(asked_about(), grown_old(now), func.coalesce(address, "") != "")
        .order_by(m.Group.id)
        .limit(limit)
    )
    rows = session.execute(found if after is None else found.where(m.Group.id > after))
    return [Listing(id=row[0], since=row[1] or row[2].date(), address=row[3]) for row in rows]


def ask_all(unit: Unit, post: Post, *, now: datetime) -> int:
    """Go through the whole catalogue, some listings in each unit of work; return how many mails were put.

    No address gets more than one of them: an organisation with many groups is asked about one a day.
    """
    written: set[str] = set()
    after: UUID | None = None
    number = 0
    while number < MOST:
        with unit() as session:
            found = listings(session, now=now, after=after)
            number += ask(session, post, found, now=now, written=written, most=MOST - number)
        if len(found) < BATCH:
            break
        after = found[-1].id
    return number


def ask(session: Session, post: Post, found: Iterable[Listing], *, now: datetime, written: set[str], most: int) -> int:
    """Ask about those that are due today, at most `most`, and note in `written` which addresses had their mail.

    Returns how many mails were put.
    """
    chosen = list(found)
    history = sent_about(session, [one.id for one in chosen])
    number = 0
    for one in chosen:
        to = _usable(one.address)
        step = schedule.next_step(one.since, history.get(one.id, ()), now.date())
        if number < most and step is not None and to is not None and to not in written:
            _put(session, post, one, step, to, now)
            written.add(to)
            number += 1
    return number


def _usable(address: str) -> str | None:
    try:
        return normal(for_envelope(address))
    except Invalid:
        return None


def _put(session: Session, post: Post, one: Listing, step: int, to: str, now: datetime) -> None:
    token = leader_links.make(session, group_id=one.id, purpose=PURPOSE, now=now, lives=LIVES)
    session.add(ChaseSent(group_id=one.id, since=one.since, step=step, sent_at=now))
    link = f"{post.public_url}/{post.language}/confirm/{token}"
    params: Mapping[str, object] = {"link": link, "days": LIVES.days}
    outbox.put(
        session,
        channel=post.channel,
        to=to,
        template=TEMPLATE,
        params=params,
        now=now,
        key=f"{KEY}:{one.id}:{one.since}:{step}",
        sealer=post.sealer,
        language=post.language,
    )
