"""What a group's leader does by link: see who asks to come, and answer once. Flushes, never commits.

Opening the link does neither: see `queries.asked`.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Role
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin, Purpose
from service.db.sealing import Sealer
from service.errors import Conflict, Gone, Invalid, Problem
from service.referrals import consent, lifecycle, queries
from service.referrals.history import step
from service.referrals.intake import text_problem
from service.referrals.lifecycle import DECLINED_REASONS, Machine, Part
from service.referrals.models import Introduction, LeaderLink, Person, Referral
from service.referrals.queries import Asked, place, unseal

MAX_NOTE = 300  # characters
LEADER_BY_LINK = Actor(role=Role.GROUP_LEADER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a leader sees after pressing the button: what the person agreed to, and no contact yet."""

    asked: Asked
    preferred_name: str
    needs: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a leader says: yes, or not suitable with one of `DECLINED_REASONS`; and the version they were shown."""

    accept: bool
    reason: str | None = None
    note: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a leader sees after answering. The contact comes only with a yes, and only as agreed."""

    asked: Asked
    accepted: bool
    preferred_name: str
    contact: str | None
    contact_rule: str | None


def see(session: Session, *, sealer: Sealer, token: str, now: datetime, origin: Origin = NOWHERE) -> Seen:
    """Show the bearer of a leader's link who asks to come, as far as the person agreed; records that it was read.

    Uses nothing up: the link still answers afterwards.

    Raises
    ------
    NotFound, Gone
        As `queries.asked`; Gone `link_revoked` too when the person's consent no longer holds.
    """
    asked = queries.asked(session, token=token, now=now)
    person, agreed = _agreed(session, asked, now)
    columns = ["preferred_name", *(["needs"] if agreed & {"needs", "access_needs"} else [])]
    _note(session, "see_person", person.id, columns, now, origin)
    return Seen(
        asked=asked,
        preferred_name=unseal(sealer, person, "preferred_name") or "",
        needs=unseal(sealer, person, "needs") if "needs" in columns else None,
    )


def _agreed(session: Session, asked: Asked, now: datetime) -> tuple[Person, frozenset[str]]:
    found = (
        select(Person)
        .join(Referral, Referral.person_id == Person.id)
        .join(Introduction, Introduction.referral_id == Referral.id)
        .where(Introduction.id == asked.introduction_id)
    )
    person = session.scalars(found).one()
    given = queries.agreements(session, person_id=person.id, group_id=asked.group_id)
    agreed = consent.check(given, asked.group_id, consent.ITEMS, now)
    if "name" not in agreed:
        raise Gone("link_revoked", ended=now)
    return person, agreed


def _note(session: Session, action: str, person_id: UUID, columns: list[str], now: datetime, origin: Origin) -> None:
    audit.record(
        session,
        actor=LEADER_BY_LINK,
        action=action,
        subject="person",
        subject_id=person_id,
        columns=columns,
        purpose=Purpose.ANSWER,
        now=now,
        origin=origin,
    )


def answer(
    session: Session,
    *,
    sealer: Sealer,
    token: str,
    reply: Reply,
    now: datetime,
    origin: Origin = NOWHERE,
) -> Answered:
    """Answer for the group. Uses the link up: of two at the same moment one wins.

    Raises
    ------
    NotFound, Gone
        As `see`.
    Invalid
        `answer`: the reason is missing or unknown, the note too long; the link is not used up then.
    Conflict
        `stale`: the introduction changed since the page was shown.
    """
    asked = queries.asked(session, token=token, now=now)
    problems = _problems(reply)
    if problems:
        raise Invalid("answer", fields=problems)
    if reply.version != asked.version:
        raise Conflict("stale")
    person, agreed = _agreed(session, asked, now)
    _use_up(session, asked.link_id, now)
    _settle(session, sealer, asked, reply, now)
    _record(session, asked, person.id, accept=reply.accept, now=now, origin=origin)
    told = reply.accept and "contact" in agreed and person.contact_rule != "none"
    return Answered(
        asked=asked,
        accepted=reply.accept,
        preferred_name=unseal(sealer, person, "preferred_name") or "",
        contact=unseal(sealer, person, "contact") if told else None,
        contact_rule=person.contact_rule if reply.accept else None,
    )


def _problems(reply: Reply) -> dict[str, Problem]:
    found = {}
    if not reply.accept and reply.reason not in DECLINED_REASONS:
        found["reason"] = Problem("reason_needed")
    wrong = text_problem(reply.note, MAX_NOTE)
    return found if wrong is None else {**found, "note": wrong}


def _use_up(session: Session, link_id: UUID, now: datetime) -> None:
    unused = update(LeaderLink).where(
        LeaderLink.id == link_id, LeaderLink.used_at.is_(None), LeaderLink.revoked_at.is_(None)
    )
    if session.execute(unused.values(used_at=now).returning(LeaderLink.id)).first() is None:
        raise Gone("link_used")


def _settle(session: Session, sealer: Sealer, asked: Asked, reply: Reply, now: datetime) -> None:
    introduction = session.get_one(Introduction, asked.introduction_id, with_for_update=True)
    introduction.answered_at = now
    introduction.reason = None if reply.accept else reply.reason
    note = (reply.note or "").strip()
    introduction.note = sealer.seal(place("introduction", introduction.id, "note"), note.encode()) if note else None
    step(session, introduction, "accepted" if reply.accept else "declined", Part.LEADER, LEADER_BY_LINK, now)
    if not reply.accept:
        _back_to_planning(session, introduction, now)


def _back_to_planning(session: Session, introduction: Introduction, now: datetime) -> None:
    """When the last introduction that was out has failed, the referral returns to whoever helps the person."""
    out = select(func.count()).where(
        Introduction.referral_id == introduction.referral_id,
        Introduction.state.not_in(lifecycle.TERMINAL[Machine.INTRODUCTION]),
    )
    referral = session.get_one(Referral, introduction.referral_id, with_for_update=True)
    if not session.scalar(out) and referral.state == "introduced":
        step(session, referral, "planned", Part.LINK_WORKER, LEADER_BY_LINK, now)


def _record(session: Session, asked: Asked, person_id: UUID, *, accept: bool, now: datetime, origin: Origin) -> None:
    audit.record(
        session,
        actor=LEADER_BY_LINK,
        action="accept" if accept else "decline",
        subject="introduction",
        subject_id=asked.introduction_id,
        columns=("state", "reason", "note", "answered_at"),
        purpose=Purpose.ANSWER,
        now=now,
        origin=origin,
    )
    columns = ["preferred_name", *(["contact"] if accept else [])]
    _note(session, "see_person", person_id, columns, now, origin)
