"""What somebody at work is worried about: told once, read by a safeguarding lead alone. Flushes, never commits.

The record names an incident by its own number and never with the number of a person or a referral: what is told of who
looked at a person (their export, the page of what was done) must not say that there is one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, func, select
from sqlalchemy.orm import Session

from service.accounts.models import User
from service.accounts.permissions import Actor, Permission
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin, Outcome, Purpose
from service.accounts.record.telling import Post, tell
from service.catalog.models import Group
from service.db.sealing import Sealer
from service.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from service.referrals.desk import leads
from service.referrals.desk_choices import INCIDENTS, MAX_DONE_NOW, MAX_INCIDENT
from service.referrals.intake import text_problem
from service.referrals.models import Introduction, Person, Referral
from service.referrals.models_desk import Incident
from service.referrals.queries import mine, place, unseal

SUBJECT = "incident"
PAGE = 50
OWN_MOST = 20  # of what one told oneself
UNREAD_FOR = timedelta(days=1)  # proposed: after that it stands first on every lead's desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """Who tells or reads, when."""

    sealer: Sealer
    actor: Actor
    now: datetime
    origin: Origin = field(default=NOWHERE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody is worried about, as typed: of somebody they refer or help, a group that was asked, or neither."""

    kind: str
    words: str
    done_now: str = ""
    referral_id: UUID | None = None
    group_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One incident in a list: no word of it."""

    id: UUID
    kind: str
    by: str
    at: datetime
    seen_at: datetime | None
    closed_at: datetime | None
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """One incident, for a lead."""

    line: Line
    words: str
    done_now: str
    outcome: str
    referral_id: UUID | None
    person: str
    group: str
    group_slug: str


def tell_of(session: Session, here: Here, said: Said, *, incident_id: UUID, post: Post) -> None:
    """Keep what somebody is worried about, and write to every lead that something waits, without a word of it.

    Raises
    ------
    Forbidden
        `not_allowed`: somebody who works for no organisation.
    NotFound
        `referral`: none of theirs.
    Invalid
        With a problem for each field.
    """
    organisation_id = _own(here.actor)
    if said.referral_id is not None:
        _theirs(session, here.actor, said.referral_id)
    problems = _problems(session, said)
    if problems:
        raise Invalid("incident", fields=problems)
    made = Incident(id=incident_id, organisation_id=organisation_id, referral_id=said.referral_id, kind=said.kind)
    made.group_id, made.by_user_id, made.at = said.group_id, here.actor.user_id, here.now
    made.words = _sealed(here, incident_id, "words", said.words)
    made.done_now = _sealed(here, incident_id, "done_now", said.done_now) if said.done_now.strip() else None
    session.add(made)
    session.flush()
    _write(session, post, made, here.now)
    _note(session, here, "tell_incident", incident_id, ("kind", "words"))


def unsaid(session: Session, now: datetime) -> tuple[Incident, ...]:
    """Return what Kith itself put before the leads within a day, and none has read. Some may know of it by mail."""
    fresh = (Incident.by_user_id.is_(None), Incident.seen_at.is_(None), Incident.at > now - UNREAD_FOR)
    return tuple(session.scalars(select(Incident).where(*fresh).order_by(Incident.at, Incident.id)))


def tell_leads(session: Session, post: Post, *, now: datetime) -> int:
    """Write to every lead of what `unsaid` returns, once each, without a word of it. Safe to repeat."""
    found = unsaid(session, now)
    for one in found:
        _write(session, post, one, now)
    return len(found)


def _write(session: Session, post: Post, incident: Incident, now: datetime) -> None:
    for one in leads.leads(session, organisation_id=incident.organisation_id, now=now):
        link = {"link": f"{post.public_url}/{post.language}/sign-in"}
        key = f"something_waits:{incident.id}:{one.user_id}"
        tell(session, post, to=one.email, template="something_waits", params=link, now=now, key=key)


def read_list(session: Session, here: Here, *, page: int = 1) -> tuple[Line, ...] | None:
    """Give a lead what was told in their organisation: open ones first, the oldest first. None: they are no lead.

    One more than a page says that there is a next.
    """
    if not leads.is_lead(session, actor=here.actor):
        return None
    wanted = _lines().where(Incident.organisation_id == here.actor.organisation_id)
    order = (Incident.closed_at.is_not(None), Incident.at, Incident.id)
    found = session.execute(wanted.order_by(*order).offset((page - 1) * PAGE).limit(PAGE + 1))
    lines = tuple(_line(row, name, here.now) for row, name in found)
    _note(session, here, "read_incidents", None, ("kind", *(f"id:{one.id}" for one in lines[:PAGE])))
    return lines


def told_by(session: Session, here: Here) -> tuple[Line, ...]:
    """Give somebody the days on which they told something, the newest first; no word of it comes back."""
    own = (Incident.by_user_id == here.actor.user_id, Incident.organisation_id == here.actor.organisation_id)
    wanted = _lines().where(*own).order_by(Incident.at.desc(), Incident.id).limit(OWN_MOST)
    return tuple(_line(row, name, here.now) for row, name in session.execute(wanted))


def waiting(session: Session, *, actor: Actor, now: datetime) -> tuple[int, int]:
    """Count for a lead what nobody has read yet, and what of it is late; nothing for anybody else."""
    many, late = session.execute(select(*unread(actor, now))).one()
    return int(many), int(late)


def unread(actor: Actor, now: datetime) -> tuple[ScalarSelect[int], ScalarSelect[int]]:
    """Give both counts as parts of a statement."""
    ours = (Incident.organisation_id == actor.organisation_id, Incident.seen_at.is_(None), leads.leading(actor))
    many = select(func.count()).select_from(Incident).where(*ours)
    return many.scalar_subquery(), many.where(Incident.at <= now - UNREAD_FOR).scalar_subquery()


def read_one(session: Session, here: Here, *, incident_id: UUID) -> Whole | None:
    """Read one; that it was read, or asked for by somebody who may not, is kept. None: it is not theirs to read."""
    row = _row(session, here, incident_id)
    if row is None:
        return None
    row.seen_at = row.seen_at or here.now
    session.flush()
    by = session.scalar(select(User.name).where(User.id == row.by_user_id)) or ""
    group = session.execute(select(Group.name, Group.slug).where(Group.id == row.group_id)).first()
    whole = Whole(
        line=_line(row, by, here.now),
        words=_opened(here, row, "words"),
        done_now=_opened(here, row, "done_now"),
        outcome=_opened(here, row, "outcome"),
        referral_id=row.referral_id,
        person=_person(session, here, row.referral_id),
        group=group.name if group else "",
        group_slug=group.slug if group else "",
    )
    _note(session, here, "read_incident", incident_id, ("words", "done_now", "outcome", "preferred_name"))
    return whole


def close(session: Session, here: Here, *, incident_id: UUID, outcome: str) -> None:
    """Say what came of it, and close it.

    Raises
    ------
    NotFound
        `incident`: none, or not theirs to read.
    Invalid
        `outcome`: empty or too long.
    Conflict
        `closed`: another lead was faster.
    """
    row = _row(session, here, incident_id, lock=True)
    if row is None:
        raise NotFound("incident")
    wrong = text_problem(outcome, MAX_INCIDENT) if outcome.strip() else Problem("missing")
    if wrong is not None:
        raise Invalid("incident", fields={"outcome": wrong})
    if row.closed_at is not None:
        raise Conflict("closed")
    row.outcome = _sealed(here, incident_id, "outcome", outcome)
    row.closed_at, row.closed_by, row.seen_at = here.now, here.actor.user_id, row.seen_at or here.now
    _note(session, here, "close_incident", incident_id, ("outcome", "closed_at"))


def groups_of(session: Session, *, referral_id: UUID) -> tuple[tuple[UUID, str], ...]:
    """Return the groups that were asked about somebody, by name: it may be one of these one is worried about."""
    asked = select(Introduction.group_id).where(Introduction.referral_id == referral_id)
    found = select(Group.id, Group.name).where(Group.id.in_(asked)).order_by(Group.name, Group.id)
    return tuple((group_id, name) for group_id, name in session.execute(found))


def denied(session: Session, here: Here, incident_id: UUID) -> None:
    """Keep that somebody asked for what is not theirs to read."""
    _note(session, here, "read_incident", incident_id, (), outcome="denied")


def _problems(session: Session, said: Said) -> Mapping[str, Problem]:
    found = {
        "kind": None if said.kind in INCIDENTS else Problem("not_a_choice"),
        "words": text_problem(said.words, MAX_INCIDENT) if said.words.strip() else Problem("missing"),
        "done_now": text_problem(said.done_now, MAX_DONE_NOW),
    }
    if said.group_id is not None:
        asked = groups_of(session, referral_id=said.referral_id) if said.referral_id else ()
        known = said.group_id in {group_id for group_id, _name in asked}
        found["group"] = None if known else Problem("not_a_choice")
    return {name: problem for name, problem in found.items() if problem is not None}


def _own(actor: Actor) -> UUID:
    if not actor.may(Permission.SAFETY) or actor.organisation_id is None or actor.user_id is None:
        raise Forbidden("not_allowed")
    return actor.organisation_id


def _theirs(session: Session, actor: Actor, referral_id: UUID) -> None:
    wanted = select(Referral.id).where(Referral.id == referral_id, mine(actor))
    if not actor.may(Permission.READ_REFERRALS) or session.scalar(wanted) is None:
        raise NotFound("referral")


def _row(session: Session, here: Here, incident_id: UUID, *, lock: bool = False) -> Incident | None:
    if not leads.is_lead(session, actor=here.actor):
        return None
    of_ours = (Incident.id == incident_id, Incident.organisation_id == here.actor.organisation_id)
    wanted = select(Incident).where(*of_ours)
    return session.scalar(wanted.with_for_update() if lock else wanted)


def _lines() -> Select[Incident, str]:
    return select(Incident, func.coalesce(User.name, "")).outerjoin(User, User.id == Incident.by_user_id)


def _line(row: Incident, by: str, now: datetime) -> Line:
    late = row.seen_at is None and row.at <= now - UNREAD_FOR
    return Line(id=row.id, kind=row.kind, by=by, at=row.at, seen_at=row.seen_at, closed_at=row.closed_at, late=late)


def _person(session: Session, here: Here, referral_id: UUID | None) -> str:
    wanted = select(Person).join(Referral, Referral.person_id == Person.id).where(Referral.id == referral_id)
    person = session.scalar(wanted) if referral_id is not None else None
    return unseal(here.sealer, person, "preferred_name") or "" if person is not None else ""


def _sealed(here: Here, incident_id: UUID, column: str, text: str) -> bytes:
    return here.sealer.seal(place(SUBJECT, incident_id, column), text.strip().encode())


def _opened(here: Here, row: Incident, column: str) -> str:
    sealed: bytes | None = getattr(row, column)
    return here.sealer.open(place(SUBJECT, row.id, column), sealed).decode() if sealed else ""


def _note(
    session: Session,
    here: Here,
    action: str,
    incident_id: UUID | None,
    columns: tuple[str, ...],
    outcome: Outcome = "done",
) -> None:
    session.flush()
    audit.record(
        session,
        actor=here.actor,
        action=action,
        subject=SUBJECT,
        subject_id=incident_id,
        outcome=outcome,
        columns=columns,
        purpose=Purpose.SECURITY,
        now=here.now,
        origin=here.origin,
    )
