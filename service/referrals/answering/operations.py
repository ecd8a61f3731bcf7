"""What a group's leader does: see who asks to come, and answer once, by link or signed in. Flushes, never commits.

Opening the link does neither: see `queries.asked`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Role
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin, Purpose
from service.catalog.queries import group_by_id
from service.db.sealing import Sealer
from service.errors import Conflict, Gone, Invalid, Problem
from service.referrals import consent, queries
from service.referrals.answering import consequences, dates, hearing, inbox, questions, waiting
from service.referrals.answering.dates import Date
from service.referrals.answering.means import Means
from service.referrals.answering.replies import ACCEPT, DECLINE, FULL, QUESTION, WAITLIST, Reply, problems
from service.referrals.history import step
from service.referrals.lifecycle import Part
from service.referrals.models import Introduction, LeaderLink, Person, Referral
from service.referrals.queries import Asked, place, unseal

LEADER_BY_LINK = Actor(role=Role.GROUP_LEADER)
RECORDED = {ACCEPT: "accept", WAITLIST: "waitlist", FULL: "decline", DECLINE: "decline", QUESTION: "ask_back"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a leader sees after pressing the button: what the person agreed to, and no contact yet."""

    asked: Asked
    preferred_name: str
    needs: str | None
    own_words: str | None
    state: str  # of the introduction: sent or waitlisted
    host: str  # whom the group's page names as meeting new people
    dates: tuple[Date, ...]  # the next meetings that can be offered
    next_meeting: datetime | None  # which can be called off
    talked: tuple[questions.Talk, ...]  # what the group asked before, and was answered


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a leader sees after answering. The contact comes only with a yes, and only as agreed."""

    asked: Asked
    kind: str
    preferred_name: str
    contact: str | None
    contact_rule: str | None
    on: datetime | None = None
    position: int | None = None
    until: date | None = None

    @property
    def accepted(self) -> bool:
        """Whether they said yes."""
        return self.kind == ACCEPT


def see(session: Session, *, sealer: Sealer, token: str, now: datetime, origin: Origin = NOWHERE) -> Seen:
    """Show the bearer of a leader's link who asks to come, as far as the person agreed; records that it was read.

    Uses nothing up: the link still answers afterwards.

    Raises
    ------
    NotFound, Gone
        As `queries.asked`; Gone `link_revoked` too when the person's consent no longer holds.
    """
    asked = queries.asked(session, token=token, now=now)
    return _seen(session, sealer, asked, LEADER_BY_LINK, now, origin)


def see_own(
    session: Session, *, sealer: Sealer, introduction_id: UUID, actor: Actor, now: datetime, origin: Origin = NOWHERE
) -> Seen:
    """Show a leader who is signed in who asks to come to a group of theirs. Raises as `inbox.asked`, and as `see`."""
    asked = inbox.asked(session, introduction_id=introduction_id, actor=actor)
    return _seen(session, sealer, asked, actor, now, origin)


def _seen(session: Session, sealer: Sealer, asked: Asked, actor: Actor, now: datetime, origin: Origin) -> Seen:
    person, agreed = _agreed(session, asked, now)
    row = session.get_one(Introduction, asked.introduction_id)
    columns = ["preferred_name", *(["needs"] if agreed & {"needs", "access_needs"} else [])]
    columns += ["own_words"] if row.own_words else []
    _note(session, "see_person", person.id, columns, actor, now, origin)
    group = group_by_id(session, asked.group_id, today=now.date(), public=False)
    own = row.own_words and sealer.open(place("introduction", row.id, "own_words"), row.own_words).decode()
    return Seen(
        asked=asked,
        preferred_name=unseal(sealer, person, "preferred_name") or "",
        needs=unseal(sealer, person, "needs") if "needs" in columns else None,
        own_words=own or None,
        state=row.state,
        host=group.host or "",
        dates=dates.offered(session, group, now=now),
        next_meeting=next((one.starts for one in dates.coming(group, now=now)), None),
        talked=questions.of(session, sealer=sealer, introduction_id=row.id),
    )


def _agreed(session: Session, asked: Asked, now: datetime) -> tuple[Person, frozenset[str]]:
    found = (
        select(Person)
        .join(Referral, Referral.person_id == Person.id)
        .join(Introduction, Introduction.referral_id == Referral.id)
        .where(Introduction.id == asked.introduction_id)
    )
    person = session.scalars(found).one()
    given = queries.agreements(session, person_id=person.id, recipient=asked.group_id)
    agreed = consent.check(given, asked.group_id, consent.ITEMS, now)
    if "name" not in agreed:
        raise Gone("link_revoked", ended=now)
    return person, agreed


def _note(
    session: Session, action: str, person_id: UUID, columns: list[str], actor: Actor, now: datetime, origin: Origin
) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        subject="person",
        subject_id=person_id,
        columns=columns,
        purpose=Purpose.ANSWER,
        now=now,
        origin=origin,
    )


def answer(
    session: Session, *, means: Means, token: str, reply: Reply, now: datetime, origin: Origin = NOWHERE
) -> Answered:
    """Answer for the group. Uses the link up: of two at the same moment one wins.

    Raises
    ------
    NotFound, Gone
        As `see`.
    Invalid
        `answer`, with a problem for each field; the link is not used up then.
    Conflict
        `stale`: the introduction changed since the page was shown; `not_allowed_from_here`: not from a waiting list.
    """
    asked = queries.asked(session, token=token, now=now)
    return _answered(session, means, asked, reply, LEADER_BY_LINK, now, origin)


def answer_own(
    session: Session,
    *,
    means: Means,
    introduction_id: UUID,
    reply: Reply,
    actor: Actor,
    now: datetime,
    origin: Origin = NOWHERE,
) -> Answered:
    """Answer for a group of one's own, signed in; its link has ended with that. Raises as `inbox.asked`, `answer`."""
    asked = inbox.asked(session, introduction_id=introduction_id, actor=actor)
    return _answered(session, means, asked, reply, actor, now, origin)


def see_heard(
    session: Session,
    *,
    sealer: Sealer,
    referral_id: UUID,
    introduction_id: UUID | None,
    actor: Actor,
    now: datetime,
    origin: Origin = NOWHERE,
) -> Seen:
    """Show whoever helps what they may say to a group they ring. Raises as `hearing.asked`, and as `see`."""
    asked = hearing.asked(session, referral_id=referral_id, introduction_id=introduction_id, actor=actor)
    return _seen(session, sealer, asked, actor, now, origin)


def answer_heard(
    session: Session,
    *,
    means: Means,
    referral_id: UUID,
    introduction_id: UUID,
    reply: Reply,
    actor: Actor,
    now: datetime,
    origin: Origin = NOWHERE,
) -> Answered:
    """Write down what a group said on the telephone, as whoever helps heard it. Raises as `hearing.asked`, `answer`.

    What is recorded names who wrote it down. A question is answered on the telephone, and not kept.
    """
    asked = hearing.asked(session, referral_id=referral_id, introduction_id=introduction_id, actor=actor)
    if reply.kind == QUESTION:
        raise Invalid("answer", fields={"answer": Problem("unknown_choice")})
    return _answered(session, means, asked, reply, actor, now, origin)


def _answered(
    session: Session, means: Means, asked: Asked, reply: Reply, actor: Actor, now: datetime, origin: Origin
) -> Answered:
    found = problems(reply, now.date()) or _date_problem(session, asked, reply, now)
    if found:
        raise Invalid("answer", fields=found)
    if reply.version != asked.version:
        raise Conflict("stale")
    person, agreed = _agreed(session, asked, now)
    _use_up(session, asked, now)
    row = _locked(session, asked)
    _settle(session, means, row, reply, actor, now)
    consequences.follow(session, means, row=row, reply=reply, now=now, origin=origin)
    _record(session, asked, person.id, reply.kind, actor, now, origin)
    told = reply.kind == ACCEPT and "contact" in agreed and person.contact_rule != "none"
    return Answered(
        asked=asked,
        kind=reply.kind,
        preferred_name=unseal(means.sealer, person, "preferred_name") or "",
        contact=unseal(means.sealer, person, "contact") if told else None,
        contact_rule=person.contact_rule if reply.kind == ACCEPT else None,
        on=row.first_date,
        position=row.position,
        until=row.full_until,
    )


def _date_problem(session: Session, asked: Asked, reply: Reply, now: datetime) -> dict[str, Problem]:
    if reply.kind != ACCEPT or reply.on is None:
        return {}
    group = group_by_id(session, asked.group_id, today=now.date(), public=False)
    known = {one.starts for one in dates.offered(session, group, now=now)}
    return {} if reply.on in known else {"on": Problem("no_such_meeting")}


def _use_up(session: Session, asked: Asked, now: datetime) -> None:
    """End the link that answers, or, for somebody signed in, whatever link is open."""
    open_ones = update(LeaderLink).where(LeaderLink.used_at.is_(None), LeaderLink.revoked_at.is_(None))
    if asked.link_id is None:
        theirs = (LeaderLink.introduction_id == asked.introduction_id, LeaderLink.purpose == "answer")
        session.execute(open_ones.where(*theirs).values(used_at=now))
        return
    ended = open_ones.where(LeaderLink.id == asked.link_id).values(used_at=now).returning(LeaderLink.id)
    if session.execute(ended).first() is None:
        raise Gone("link_used")


def _locked(session: Session, asked: Asked) -> Introduction:
    """Return the newest row, held until this unit of work ends, if it is still what was shown."""
    wanted = select(Introduction).where(Introduction.id == asked.introduction_id).with_for_update()
    row = session.scalars(wanted.execution_options(populate_existing=True)).one()
    if row.version != asked.version:
        raise Conflict("stale")
    return row


def _settle(session: Session, means: Means, row: Introduction, reply: Reply, actor: Actor, now: datetime) -> None:
    """Keep the answer, and move to where it leads."""
    if reply.kind == QUESTION:
        if row.state != "sent":  # whoever helps could not answer it, and the link that gives a place would be gone
            raise Conflict("not_allowed_from_here", state=row.state, to=row.state, allowed=())
        questions.ask(session, sealer=means.sealer, row=row, words=(reply.note or "").strip(), now=now)
        return
    row.answered_at = now
    row.note = _sealed(means.sealer, row, "note", reply.note)
    if reply.kind == ACCEPT:
        row.host = _sealed(means.sealer, row, "host", reply.host)
        row.first_date = reply.on
        waiting.leave(session, row)
        step(session, row, "accepted", Part.LEADER, actor, now)
        if reply.on is not None:
            step(session, row, "booked", Part.LEADER, actor, now)
    elif reply.kind == WAITLIST:
        step(session, row, "waitlisted", Part.LEADER, actor, now)
        waiting.join(session, means, row, now)
    else:
        row.reason = "full" if reply.kind == FULL else reply.reason
        row.full_until = reply.until
        step(session, row, "declined", Part.LEADER, actor, now)


def _sealed(sealer: Sealer, row: Introduction, column: str, text: str | None) -> bytes | None:
    text = (text or "").strip()
    return sealer.seal(place("introduction", row.id, column), text.encode()) if text else None


def _record(
    session: Session, asked: Asked, person_id: UUID, kind: str, actor: Actor, now: datetime, origin: Origin
) -> None:
    audit.record(
        session,
        actor=actor,
        action=RECORDED[kind],
        subject="introduction",
        subject_id=asked.introduction_id,
        columns=("state", "reason", "note", "answered_at"),
        purpose=Purpose.ANSWER,
        now=now,
        origin=origin,
    )
    columns = ["preferred_name", *(["contact"] if kind == ACCEPT else [])]
    _note(session, "see_person", person_id, columns, actor, now, origin)
