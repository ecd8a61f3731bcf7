"""One case, as the link worker who helps sees it: the person, what happened, what is to be done. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from service.accounts.models import User
from service.accounts.permissions import Actor
from service.catalog.models import Group, Organisation
from service.db.sealing import Sealer
from service.errors import NotFound
from service.referrals.desk.scope import covered, explained, is_free, worked_on
from service.referrals.models import Consent, Introduction, Move, Referral
from service.referrals.models_desk import CaseNote, CaseTask, ContactAttempt, HandOver
from service.referrals.models_following import FollowUp
from service.referrals.queries import ANSWERABLE, CLOSED_TO_ANSWERS, place, unseal


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that happened: a move, a note, a try to reach them, what they answered, a hand-over."""

    kind: str
    at: datetime
    by: str = ""  # who, where we know
    code: str = ""  # of a move "machine:state before:state after"; of a try the channel; of what was said the answer
    words: str = ""
    reached: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """Who does what by when."""

    id: UUID
    who: str
    what: str
    due_on: date
    done_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedGroup:
    """One group that was asked, and where that stands."""

    id: UUID
    group_id: UUID
    name: str
    slug: str
    is_example: bool
    can_answer: bool  # asked, and not closed by an editor
    state: str
    reason: str | None
    note: str | None
    host: str | None
    first_date: datetime | None
    attended: int
    last_attended_on: date | None
    asks_on: date | None  # held back until then
    new_people_a_week: int | None
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """Who may know what, until when; withdrawn ones are left out."""

    consent_id: UUID
    recipient: str
    purpose: str
    items: tuple[str, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """All that a link worker needs to help one person."""

    referral_id: UUID
    person_id: UUID
    name: str
    contact: str | None
    contact_rule: str
    contact_notes: str | None
    language: str
    interpreter: str | None
    story: str | None
    needs: str | None
    care: tuple[str, ...]
    reasons: tuple[str, ...]
    state: str
    close_reason: str | None
    need: str | None
    raised: str | None
    due_on: date | None
    version: int
    created_at: datetime
    owner_user_id: UUID | None
    owner: str
    groups: tuple[AskedGroup, ...]
    steps: tuple[Step, ...] = field(default=())
    tasks: tuple[TaskView, ...] = ()
    agreed: tuple[Agreed, ...] = ()
    tries: int = 0


def row_of(session: Session, *, referral_id: UUID, actor: Actor, lock: bool = False) -> Referral:
    """Return the case itself; raises NotFound `referral`: there is none, or it is not theirs to work on."""
    wanted = select(Referral).where(Referral.id == referral_id, worked_on(actor))
    row = session.scalars(wanted.with_for_update(of=Referral) if lock else wanted).first()
    if row is None:
        raise NotFound("referral")
    return row


def newest_of(session: Session, *, person_id: UUID, actor: Actor) -> UUID | None:
    """Return the newest case of a person that this actor may work on."""
    theirs = select(Referral.id).where(Referral.person_id == person_id, worked_on(actor))
    return session.scalars(theirs.order_by(Referral.created_at.desc(), Referral.id).limit(1)).first()


def is_open_to_all(session: Session, *, row: Referral, now: datetime) -> bool:
    """Tell whether anybody may take a case on: nobody holds it who still works here."""
    return bool(session.scalar(select(Referral.id).where(Referral.id == row.id, is_free(now))))


def needs_a_reason(session: Session, *, row: Referral, actor: Actor, now: datetime) -> bool:
    """Tell whether somebody else holds the case, and nobody said yet why this actor reads it.

    A program is nobody's colleague: what it may see was said when it was let in.
    """
    if row.owner_user_id in (None, actor.user_id) or actor.key_id is not None:
        return False
    if is_open_to_all(session, row=row, now=now):
        return False
    if row.owner_user_id in {one.user_id for one in covered(session, actor=actor, today=now.date())}:
        return False
    return not explained(session, referral_id=row.id, actor=actor)


def case(session: Session, *, sealer: Sealer, referral_id: UUID, actor: Actor) -> CaseView:
    """Return one case whole; raises NotFound as `row_of`."""
    wanted = select(Referral).where(Referral.id == referral_id, worked_on(actor))
    row = session.scalars(wanted.options(joinedload(Referral.person), selectinload(Referral.introductions))).first()
    if row is None:
        raise NotFound("referral")
    names = _names(session, row)
    steps, tries = _steps(session, sealer, row, names)
    return _view(sealer, row, names, _groups(session, sealer, row), steps, tries, _tasks(session, sealer, row),
                 _agreed(session, row))  # fmt: skip


def _view(
    sealer: Sealer,
    row: Referral,
    names: dict[UUID, str],
    groups: tuple[AskedGroup, ...],
    steps: tuple[Step, ...],
    tries: int,
    tasks: tuple[TaskView, ...],
    agreed: tuple[Agreed, ...],
) -> CaseView:
    person = row.person
    reasons = row.reasons and sealer.open(place("referral", row.id, "reasons"), row.reasons).decode()
    return CaseView(
        referral_id=row.id,
        person_id=person.id,
        name=unseal(sealer, person, "preferred_name") or "",
        contact=unseal(sealer, person, "contact"),
        contact_rule=person.contact_rule,
        contact_notes=unseal(sealer, person, "contact_notes"),
        language=person.language,
        interpreter=person.interpreter,
        story=unseal(sealer, person, "story"),
        needs=unseal(sealer, person, "needs"),
        care=tuple((unseal(sealer, person, "care") or "").split()),
        reasons=tuple((reasons or "").split()),
        state=row.state,
        close_reason=row.close_reason,
        need=row.need,
        raised=row.need if row.need in (row.raised or "").split() else None,
        due_on=row.due_on,
        version=row.version,
        created_at=row.created_at,
        owner_user_id=row.owner_user_id,
        owner=names.get(row.owner_user_id, "") if row.owner_user_id else "",
        groups=groups,
        steps=steps,
        tasks=tasks,
        agreed=agreed,
        tries=tries,
    )


def _names(session: Session, row: Referral) -> dict[UUID, str]:
    """Return the names of everybody at work who had a part in a case."""
    of_case = [select(table.by_user_id).where(table.referral_id == row.id) for table in (CaseNote, ContactAttempt)]
    handed = select(HandOver.to_user_id).where(HandOver.referral_id == row.id)
    given = select(HandOver.from_user_id).where(HandOver.referral_id == row.id)
    known = [one for one in (row.owner_user_id, row.requested_by_user_id) if one is not None]
    everybody = User.id.in_(known) | User.id.in_(of_case[0].union(of_case[1], handed, given))
    return {row.id: row.name for row in session.execute(select(User.id, User.name).where(everybody))}


def _groups(session: Session, sealer: Sealer, row: Referral) -> tuple[AskedGroup, ...]:
    ids = {one.group_id for one in row.introductions}
    told = (Group.id, Group.name, Group.slug, Group.is_example, Group.status, Group.new_people_a_week)
    groups = {found.id: found for found in session.execute(select(*told).where(Group.id.in_(ids)))} if ids else {}
    return tuple(
        AskedGroup(
            id=one.id,
            group_id=one.group_id,
            name=groups[one.group_id].name,
            slug=groups[one.group_id].slug,
            is_example=groups[one.group_id].is_example,
            can_answer=one.state in ANSWERABLE and groups[one.group_id].status not in CLOSED_TO_ANSWERS,
            state=one.state,
            reason=one.reason,
            note=_opened(sealer, one, "note"),
            host=_opened(sealer, one, "host"),
            first_date=one.first_date,
            attended=one.attended,
            last_attended_on=one.last_attended_on,
            asks_on=one.asks_on,
            new_people_a_week=groups[one.group_id].new_people_a_week,
            version=one.version,
        )
        for one in row.introductions
    )


def _opened(sealer: Sealer, row: Introduction, column: str) -> str | None:
    sealed: bytes | None = getattr(row, column)
    return None if sealed is None else sealer.open(place("introduction", row.id, column), sealed).decode()


def _steps(session: Session, sealer: Sealer, row: Referral, names: dict[UUID, str]) -> tuple[tuple[Step, ...], int]:
    """Return all that happened, newest first, and on how many days nobody was reached."""
    notes = session.scalars(select(CaseNote).where(CaseNote.referral_id == row.id)).all()
    tries = session.scalars(select(ContactAttempt).where(ContactAttempt.referral_id == row.id)).all()
    handed = session.scalars(select(HandOver).where(HandOver.referral_id == row.id)).all()
    found = [
        *(
            Step(kind="try", at=one.at, by=_name(names, one.by_user_id), code=one.channel, reached=one.reached)
            for one in tries
        ),
        *(
            Step(kind="note", at=one.at, by=_name(names, one.by_user_id), words=_words(sealer, "case_note", one))
            for one in notes
        ),
        *_said(session, sealer, row),
        *_moves(session, row, names),
        *(
            Step(
                kind="hand_over",
                at=one.at,
                by=_name(names, one.to_user_id),
                words=_words(sealer, "hand_over", one),
                code="taken" if one.from_user_id is None else "handed",
            )
            for one in handed
        ),
    ]
    missed = {one.on_day for one in tries if not one.reached}
    # What happened at one moment stays in the order in which it was found: a call and its words before where they led.
    return tuple(sorted(found, key=lambda one: one.at))[::-1], len(missed)


def _moves(session: Session, row: Referral, names: dict[UUID, str]) -> list[Step]:
    ids = [row.id, *(one.id for one in row.introductions)]
    wanted = select(Move).where(Move.entity_id.in_(ids)).order_by(Move.at, Move.number, Move.entity.desc(), Move.id)
    return [
        Step(
            kind="move",
            at=one.at,
            code=f"{one.entity}:{one.from_state}:{one.to_state}",
            by=_referred_by(row, names) if one.from_state == "draft" else "",
        )
        for one in sorted(session.scalars(wanted), key=lambda one: (one.at, not _leads_to_a_group(one)))
    ]


def _said(session: Session, sealer: Sealer, row: Referral) -> list[Step]:
    """Return what the person answered to our messages, each as the message and the answer."""
    theirs = FollowUp.introduction_id.in_([one.id for one in row.introductions])
    wanted = select(FollowUp).where(theirs, FollowUp.answered_at.is_not(None)).order_by(FollowUp.at, FollowUp.id)
    return [
        Step(
            kind="said", at=one.answered_at, code=sealer.open(place("follow_up", one.id, "answer"), one.answer).decode()
        )
        for one in session.scalars(wanted)
        if one.answer is not None and one.answered_at is not None
    ]


def _leads_to_a_group(one: Move) -> bool:
    """Whether a move comes before a group may be asked: at one moment too, though each counts its own moves."""
    return one.entity == "referral" and one.from_state in ("draft", "sent", "accepted", "in_contact")


def _referred_by(row: Referral, names: dict[UUID, str]) -> str:
    return row.acting_for or _name(names, row.requested_by_user_id)


def _name(names: dict[UUID, str], user_id: UUID | None) -> str:
    return names.get(user_id, "") if user_id else ""


def _words(sealer: Sealer, table: str, row: CaseNote | HandOver) -> str:
    return sealer.open(place(table, row.id, "words"), row.words).decode() if row.words else ""


def _tasks(session: Session, sealer: Sealer, row: Referral) -> tuple[TaskView, ...]:
    found = select(CaseTask).where(CaseTask.referral_id == row.id)
    return tuple(
        TaskView(
            id=one.id,
            who=one.who,
            what=sealer.open(place("case_task", one.id, "what"), one.what).decode(),
            due_on=one.due_on,
            done_at=one.done_at,
        )
        for one in session.scalars(found.order_by(CaseTask.done_at.is_not(None), CaseTask.due_on, CaseTask.id))
    )


def _agreed(session: Session, row: Referral) -> tuple[Agreed, ...]:
    found = (
        select(Consent, Group.name, Organisation.name)
        .outerjoin(Group, Group.id == Consent.group_id)
        .outerjoin(Organisation, Organisation.id == Consent.organisation_id)
        .where(Consent.person_id == row.person_id, Consent.withdrawn_at.is_(None))
        .order_by(Consent.given_at, Consent.id)
    )
    return tuple(
        Agreed(
            consent_id=one.id,
            recipient=group or organisation or "",
            purpose=one.purpose,
            items=tuple(one.items),
            expires_at=one.expires_at,
        )
        for one, group, organisation in session.execute(found)
    )


def ids_of(view: CaseView) -> Sequence[UUID]:
    """Return the ids by which messages about a case are found."""
    return [view.person_id, view.referral_id, *(one.id for one in view.groups)]
