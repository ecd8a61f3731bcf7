"""The caseload: who needs somebody now, first; why, and what is to be done today. Reads only; faces call `reading`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from service.accounts.models import User
from service.accounts.permissions import Actor
from service.catalog.models import Group
from service.db.sealing import Sealer
from service.referrals.desk.filtering import OF_GROUP, OF_PERSON, Filter
from service.referrals.desk.incidents import unread
from service.referrals.desk.scope import (
    ENDED,
    Around,
    around,
    held_by,
    helped_here,
    is_due,
    is_free,
    is_free_here,
    is_new,
    is_nobodys_danger,
    is_theirs,
    worked_on,
)
from service.referrals.lifecycle import TERMINAL, Machine
from service.referrals.models import Introduction, Person, Referral
from service.referrals.models_desk import CaseTask, ContactAttempt, HandOver
from service.referrals.models_plan import PlanGroup
from service.referrals.queries import place, unseal

PAGE = 25  # people on one page
TODAY_MOST = 12  # tasks shown beside the caseload
NEWS_MOST, NEWS_DAYS = 3, 7
UNREAD = ("unread", "unread_late")  # notes about safety, of a lead
HANDED = "handed"  # to this person, in the last days
RESTS = "rests"  # 1 where a group is not open that somebody waits for
SOON_DAYS = 7
GROUPS_MOST = 100  # that one may choose from
LAST = 9  # stands behind every need
URGENCY = (
    func.coalesce(Referral.need_rank, LAST),
    case((Referral.due_on.is_(None), 1), else_=0),  # databases differ in where they put what is empty
    Referral.due_on,
    Referral.created_at,
    Referral.id,
)
WAITS = or_(Referral.state == "introduced", Referral.need == "asked_later")  # for a group, asked or still to be asked
RUNNING = Introduction.state.not_in(sorted(TERMINAL[Machine.INTRODUCTION]))
GOOD = ("accepted", "booked", "attended", "settled")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """One person on the desk, and what is needed next of whoever helps."""

    referral_id: UUID
    person_id: UUID
    name: str
    state: str
    need: str | None
    need_rank: int | None
    due_on: date | None
    owner_user_id: UUID | None
    created_at: datetime
    version: int
    tries: int  # days on which nobody was reached
    group_name: str  # of the newest introduction, or empty
    group_is_example: bool
    first_date: datetime | None
    at_risk: bool  # whoever referred them is worried about their safety


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """Something to be done by today, and for whom."""

    id: UUID
    referral_id: UUID
    name: str
    what: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """Something that went well in the last days."""

    referral_id: UUID
    name: str
    group_name: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """Somebody whom a colleague handed over in the last days."""

    referral_id: UUID
    name: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Caseload:
    """One page of a caseload: `rows` may hold one more than a page, which says that there is a next."""

    view: str
    rows: tuple[CaseRow, ...]
    counts: Mapping[str, int]
    today: tuple[TaskRow, ...]
    news: tuple[News, ...]
    around: Around
    handed: tuple[Handed, ...]
    groups: tuple[tuple[UUID, str], ...]  # asked for somebody, and still at it: by name

    @property
    def shown(self) -> tuple[UUID, ...]:
        """The people whose names are on this page."""
        named = [*(row.referral_id for row in self.rows[:PAGE]), *(row.referral_id for row in self.today)]
        named += [row.referral_id for row in self.handed]
        return tuple(dict.fromkeys([*named, *(row.referral_id for row in self.news)]))


def caseload(
    session: Session,
    *,
    sealer: Sealer,
    actor: Actor,
    wanted: Filter,
    now: datetime,
    page: int = 1,
    choosing: bool = False,
) -> Caseload:
    """Return one page of whom somebody works for, ordered by who needs them now.

    `choosing`: the groups to choose from are wanted too. The order is safety, a missed visit, a promise that is due,
    silence, the rest; then the day, then who came first.
    """
    today = now.date()
    beside = around(session, actor=actor, now=now)
    held = and_(worked_on(actor), held_by([actor.user_id, *(one.user_id for one in beside.covers)]))
    workers = beside.workers(actor)
    chosen = and_(_views(actor, held, workers, now)[wanted.view], *_narrowed(wanted, today))
    found = _page(session, sealer, chosen, page, now)
    counts = _counts(session, actor, held, beside, now)
    return Caseload(
        view=wanted.view,
        rows=found,
        counts=counts,
        today=_today(session, sealer, held, today),
        news=_news(session, sealer, held, now),
        around=beside,
        handed=_handed(session, sealer, actor, now) if counts[HANDED] else (),
        groups=_groups(session, held) if choosing or wanted.narrows else (),
    )


def _views(
    actor: Actor, held: ColumnElement[bool], workers: Iterable[UUID], now: datetime
) -> dict[str, ColumnElement[bool]]:
    return {
        "now": or_(and_(held, is_due(now.date())), is_nobodys_danger(actor, workers, now)),
        "new": is_new(actor, workers, now),
        "waiting": and_(held, WAITS),
        "going": and_(held, Referral.state == "attending"),
        "settled": and_(held, Referral.state == "settled"),
        "everyone": held,
    }


def _narrowed(wanted: Filter, today: date) -> list[ColumnElement[bool]]:
    """Say, as conditions on a case and its person, what a filter asks more."""
    need = func.coalesce(Referral.need, "")
    waits = {"group": need.in_(OF_GROUP), "person": need.in_(OF_PERSON), "me": need.not_in((*OF_GROUP, *OF_PERSON))}
    due = {
        "late": Referral.due_on < today,
        "today": Referral.due_on <= today,
        "week": Referral.due_on <= today + timedelta(days=SOON_DAYS),
    }
    asked = exists().where(Introduction.referral_id == Referral.id, Introduction.group_id == wanted.group_id, RUNNING)
    found = [
        Referral.state == wanted.state if wanted.state else None,
        waits.get(wanted.waits),
        due.get(wanted.due),
        Person.interpreter.is_not(None) if wanted.interpreter else None,
        asked if wanted.group else None,
    ]
    return [one for one in found if one is not None]


def _groups(session: Session, held: ColumnElement[bool]) -> tuple[tuple[UUID, str], ...]:
    found = (
        select(Group.id, Group.name)
        .join(Introduction, Introduction.group_id == Group.id)
        .join(Referral, Referral.id == Introduction.referral_id)
        .where(held, RUNNING)
        .distinct()
        .order_by(Group.name, Group.id)
        .limit(GROUPS_MOST)
    )
    return tuple((group_id, name) for group_id, name in session.execute(found))


def _counts(session: Session, actor: Actor, held: ColumnElement[bool], beside: Around, now: datetime) -> dict[str, int]:
    """Count every view in one statement, and for a safeguarding lead what is not read yet."""
    workers, every = beside.workers(actor), select(func.count()).select_from(Referral)
    new = every.where(is_new(actor, workers, now)).scalar_subquery()
    danger = every.where(is_nobodys_danger(actor, workers, now)).scalar_subquery()
    handed = select(func.count()).select_from(Referral).join(HandOver, HandOver.referral_id == Referral.id)
    wanted = select(
        func.count().filter(is_due(now.date())) + danger,
        new,
        func.count().filter(WAITS),
        *(func.count().filter(Referral.state == state) for state in ("attending", "settled")),
        func.count(),
        handed.where(*_was_handed(actor, now)).scalar_subquery(),
        case((_rests(actor, beside), 1), else_=0),
        *unread(actor, now),
    ).where(held)
    row = session.execute(wanted.select_from(Referral)).one()
    names = ("now", "new", "waiting", "going", "settled", "everyone", HANDED, RESTS, *UNREAD)
    return dict(zip(names, map(int, row), strict=True))


def _rests(actor: Actor, beside: Around) -> ColumnElement[bool]:
    """Say, as a condition, that somebody this reader cares for waits for a group that is not open."""
    closed = Group.status != "published"
    asked = exists().where(Introduction.referral_id == Referral.id, RUNNING, Group.id == Introduction.group_id, closed)
    chosen = exists().where(PlanGroup.referral_id == Referral.id, Group.id == PlanGroup.group_id, closed)
    looked_after = is_theirs(actor, beside.covers, is_free_here(beside.workers(actor)))
    cared_for = (worked_on(actor), helped_here(actor), looked_after, Referral.state.not_in(ENDED), or_(asked, chosen))
    return select(Referral.id).where(*cared_for).correlate(None).exists()


def _page(
    session: Session, sealer: Sealer, wanted: ColumnElement[bool], page: int, now: datetime
) -> tuple[CaseRow, ...]:
    tries = (
        select(func.count(ContactAttempt.on_day.distinct()))
        .where(ContactAttempt.referral_id == Referral.id, ContactAttempt.reached.is_(False))
        .scalar_subquery()
    )
    joined = select(Referral.id).join(Person, Person.id == Referral.person_id).where(wanted)
    shown = joined.order_by(*URGENCY).limit(PAGE + 1).offset((page - 1) * PAGE).subquery()  # the rest is asked of these
    found = select(Referral, Person, tries, is_free(now)).join(Person, Person.id == Referral.person_id)
    rows = session.execute(found.where(Referral.id.in_(select(shown.c.id))).order_by(*URGENCY)).all()
    groups = newest_groups(session, [row.id for row, *_ in rows])
    return tuple(
        replace(made, owner_user_id=None) if free else made
        for row, person, many, free in rows
        for made in [_row(sealer, row, person, many, groups.get(row.id))]
    )


def newest_groups(session: Session, referral_ids: Sequence[UUID]) -> dict[UUID, tuple[Introduction, str, bool]]:
    """Return, by referral, the introduction that was made last, with the name of its group."""
    if not referral_ids:
        return {}
    found = (
        select(Introduction, Group.name, Group.is_example)
        .join(Group, Group.id == Introduction.group_id)
        .where(Introduction.referral_id.in_(referral_ids))
        .order_by(Introduction.sent_at, Introduction.id)
    )
    return {row.referral_id: (row, name, is_example) for row, name, is_example in session.execute(found)}


def _row(
    sealer: Sealer, row: Referral, person: Person, tries: int, group: tuple[Introduction, str, bool] | None
) -> CaseRow:
    asked, group_name, is_example = group or (None, "", False)
    return CaseRow(
        referral_id=row.id,
        person_id=person.id,
        name=unseal(sealer, person, "preferred_name") or "",
        state=row.state,
        need=row.need,
        need_rank=row.need_rank,
        due_on=row.due_on,
        owner_user_id=row.owner_user_id,
        created_at=row.created_at,
        version=row.version,
        tries=tries,
        group_name=group_name,
        group_is_example=is_example,
        first_date=asked.first_date if asked is not None else None,
        at_risk="safety" in (unseal(sealer, person, "care") or "").split(),
    )


def _today(session: Session, sealer: Sealer, held: ColumnElement[bool], today: date) -> tuple[TaskRow, ...]:
    due = (CaseTask.done_at.is_(None), CaseTask.due_on <= today)
    found = (
        select(CaseTask, Person)
        .join(Referral, Referral.id == CaseTask.referral_id)
        .join(Person, Person.id == Referral.person_id)
        .where(held, *due)
        .order_by(CaseTask.due_on, CaseTask.id)
        .limit(TODAY_MOST)
    )
    return tuple(
        TaskRow(
            id=task.id,
            referral_id=task.referral_id,
            name=unseal(sealer, person, "preferred_name") or "",
            what=sealer.open(place("case_task", task.id, "what"), task.what).decode(),
            due_on=task.due_on,
        )
        for task, person in session.execute(found)
    )


def _news(session: Session, sealer: Sealer, held: ColumnElement[bool], now: datetime) -> tuple[News, ...]:
    """Return whom a group said yes to, and who went, in the last days; the newest first."""
    since = now - timedelta(days=NEWS_DAYS)
    lately = or_(Introduction.answered_at >= since, Introduction.last_attended_on >= since.date())
    found = (
        select(Introduction, Group.name, Person)
        .join(Referral, Referral.id == Introduction.referral_id)
        .join(Person, Person.id == Referral.person_id)
        .join(Group, Group.id == Introduction.group_id)
        .where(held, lately, Introduction.state.in_(GOOD))
        .order_by(Introduction.answered_at.desc(), Introduction.id)
        .limit(NEWS_MOST)
    )
    return tuple(
        News(
            referral_id=row.referral_id,
            name=unseal(sealer, person, "preferred_name") or "",
            group_name=group_name,
            state=row.state,
        )
        for row, group_name, person in session.execute(found)
    )


def _handed(session: Session, sealer: Sealer, actor: Actor, now: datetime) -> tuple[Handed, ...]:
    """Return whom colleagues handed over to this person in the last days; the newest first."""
    found = (
        select(HandOver.referral_id, Person, User.name)
        .join(Referral, Referral.id == HandOver.referral_id)
        .join(Person, Person.id == Referral.person_id)
        .join(User, User.id == HandOver.from_user_id)
        .where(*_was_handed(actor, now))
        .order_by(HandOver.at.desc(), HandOver.id)
        .limit(NEWS_MOST)
    )
    return tuple(
        Handed(referral_id=referral_id, name=unseal(sealer, person, "preferred_name") or "", by=by)
        for referral_id, person, by in session.execute(found)
    )


def _was_handed(actor: Actor, now: datetime) -> tuple[ColumnElement[bool], ...]:
    given = (HandOver.to_user_id == actor.user_id, HandOver.from_user_id.is_not(None))
    return (
        worked_on(actor),
        Referral.owner_user_id == actor.user_id,
        *given,
        HandOver.at >= now - timedelta(NEWS_DAYS),
    )
