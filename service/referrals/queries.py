"""Reads of referrals. Each takes the actor and adds their scope in SQL: what is not theirs does not exist.

Never writes; as reading personal data is recorded, faces call `operations.read_status` and `operations.read_list`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, union_all
from sqlalchemy.orm import Session, joinedload, selectinload

from service.accounts.credentials import token_hash
from service.accounts.permissions import Actor, Permission, Role
from service.catalog.models import Group, Organisation
from service.db.sealing import Sealer
from service.errors import Gone, NotFound
from service.referrals.consent import ITEMS, Agreement
from service.referrals.intake import CHECKED, Standing
from service.referrals.lifecycle import Machine
from service.referrals.models import Consent, Introduction, LeaderLink, Move, Person, Referral

PAGE = 50  # referrals on one page
ANSWERS_SINCE, ANSWER_WITHIN, LATELY = timedelta(days=180), timedelta(days=14), timedelta(days=28)  # (proposed)
HELPING = (Role.LINK_WORKER, Role.ORG_MANAGER, Role.API_CLIENT)
CLOSED_TO_ANSWERS = ("held", "archived")
ANSWERABLE = ("sent", "waitlisted")  # states of an introduction in which its group says something
# Where a group's leader is written to: the group's own address, else its organisation's, joined to it; None: nowhere.
WRITTEN_TO = func.coalesce(func.nullif(Group.email, ""), func.nullif(Organisation.email, ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class IntroductionView:
    """One group that was asked, and what it said."""

    id: UUID
    group_id: UUID
    group_name: str
    group_slug: str
    group_is_example: bool
    group_open: bool  # not taken off the list, and not ended
    state: str
    reason: str | None
    note: str | None  # only of a referral read by itself
    sent_at: datetime
    answered_at: datetime | None
    asks_on: date | None  # the group is asked then: it can welcome no more new people before
    new_people_a_week: int | None
    version: int
    first_date: datetime | None = None  # the meeting they are expected at
    position: int | None = None  # on the waiting list, where the group keeps one
    full_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveView:
    """One step, as it happened."""

    entity: str
    entity_id: UUID
    from_state: str
    to_state: str
    by_role: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralView:
    """What the referring side may see of one referral: no contact, no needs."""

    id: UUID
    person_id: UUID
    preferred_name: str
    state: str
    created_at: datetime
    changed_at: datetime
    version: int
    introductions: tuple[IntroductionView, ...]
    moves: tuple[MoveView, ...] = ()  # only of a referral read by itself, as is the rest
    agreed_items: tuple[str, ...] = ()
    agreed_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupToRefer:
    """The group a referral names, as far as referring needs it."""

    id: UUID
    name: str
    email: str | None  # where its leader is written to; its organisation's, where it has none of its own
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a leader sees before pressing anything: nothing of the person."""

    link_id: UUID | None  # None: they are signed in
    introduction_id: UUID
    group_id: UUID
    group_name: str
    group_is_example: bool
    sent_at: datetime
    expires_at: datetime
    version: int


def address_of_group(session: Session, group_id: UUID) -> str | None:
    """Return where a group's leader is written to; None: nowhere."""
    found: str | None = session.scalar(select(WRITTEN_TO).join(Group.organisation).where(Group.id == group_id))
    return found


def place(table: str, row_id: UUID, column: str) -> str:
    """Name where a sealed value lives, so that it opens nowhere else."""
    return f"{table}:{row_id}:{column}"


def unseal(sealer: Sealer, person: Person, column: str) -> str | None:
    """Open one sealed column of a person."""
    sealed: bytes | None = getattr(person, column)
    return None if sealed is None else sealer.open(place("person", person.id, column), sealed).decode()


def group_to_refer(session: Session, group_id: UUID, today: date) -> GroupToRefer | None:
    """Return what decides whether somebody may be referred to this group today."""
    found = select(Group, Organisation).join(Group.organisation).where(Group.id == group_id)
    row = session.execute(found).first()
    if row is None:
        return None
    group, organisation = row
    expired = organisation.vetting_until is not None and organisation.vetting_until < today
    full = group.capacity_state == "full" and (group.capacity_until is None or group.capacity_until >= today)
    standing = Standing(
        published=group.status == "published",
        joinable=group.joinable,
        full=full,
        checked=organisation.vetting in CHECKED and not expired,
    )
    return GroupToRefer(
        id=group.id, name=group.name, email=group.email or organisation.email or None, standing=standing
    )


def mine(actor: Actor) -> ColumnElement[bool]:
    """Give the scope of an actor: what their organisation refers or helps with.

    A referrer sees only what is their own, or came from their system.
    """
    organisation = Referral.organisation_id == actor.organisation_id
    if actor.role in HELPING:
        return or_(organisation, Referral.service_organisation_id == actor.organisation_id)
    if actor.role is not Role.REFERRER:
        return organisation
    own = or_(Referral.requested_by_user_id == actor.user_id, Referral.requested_by_key_id.is_not(None))
    return and_(organisation, own)


def is_known(session: Session, *, referral_id: UUID, actor: Actor) -> bool:
    """Tell whether this referral is the actor's to know of."""
    if actor.organisation_id is None:
        return False
    return session.scalar(select(Referral.id).where(Referral.id == referral_id, mine(actor))) is not None


def known_to(organisation_id: UUID | None) -> Select[UUID]:
    """Select the ids of all whom an organisation helps, of their referrals and of what groups were asked."""
    here = Referral.organisation_id == organisation_id
    asked_of = select(Introduction.id).join(Referral, Referral.id == Introduction.referral_id).where(here)
    people = select(Person.id).where(Person.organisation_id == organisation_id)
    of_all = union_all(people, select(Referral.id).where(here), asked_of).subquery()
    return select(of_all.c.id)


def referral(session: Session, *, sealer: Sealer, referral_id: UUID, actor: Actor) -> ReferralView | None:
    """Return one referral with its steps, or None: unknown and another's look the same."""
    if not actor.may(Permission.READ_REFERRALS) or actor.organisation_id is None:
        return None
    wanted = select(Referral).where(Referral.id == referral_id, mine(actor))
    row = session.scalars(wanted.options(joinedload(Referral.person), selectinload(Referral.introductions))).first()
    if row is None:
        return None
    return _whole(session, sealer, row)


def view_of(session: Session, *, sealer: Sealer, referral_id: UUID, actor: Actor) -> ReferralView:
    """Return a referral to whoever has just made it or repeats that, also without the right to read others.

    Raises
    ------
    NotFound
        `referral`.
    """
    wanted = select(Referral).where(Referral.id == referral_id, mine(actor))
    row = session.scalars(wanted.options(joinedload(Referral.person), selectinload(Referral.introductions))).first()
    if row is None:
        raise NotFound("referral")
    return _whole(session, sealer, row)


def referrals(session: Session, *, sealer: Sealer, actor: Actor, page: int = 1) -> tuple[ReferralView, ...]:
    """Return one page of the actor's referrals, newest first; one more than `PAGE` says that there is a next page."""
    if not actor.may(Permission.READ_REFERRALS) or actor.organisation_id is None:
        return ()
    newest = select(Referral).where(mine(actor)).order_by(Referral.created_at.desc(), Referral.id)
    some = newest.options(joinedload(Referral.person), selectinload(Referral.introductions))
    rows = session.scalars(some.limit(PAGE + 1).offset((page - 1) * PAGE)).all()
    return _views(session, sealer, rows)


def _whole(session: Session, sealer: Sealer, row: Referral) -> ReferralView:
    """One referral with its steps and what the person agreed to."""
    given = select(Consent).where(Consent.person_id == row.person_id, Consent.withdrawn_at.is_(None))
    consents = session.scalars(given).all()
    view = _views(session, sealer, [row])[0]
    notes = {one.id: _note(sealer, one) for one in row.introductions}
    return replace(
        view,
        introductions=tuple(replace(one, note=notes[one.id]) for one in view.introductions),
        moves=_moves(session, row),
        agreed_items=tuple(item for item in ITEMS if any(item in one.items for one in consents)),
        agreed_until=min((one.expires_at for one in consents), default=None),
    )


def _note(sealer: Sealer, row: Introduction) -> str | None:
    return None if row.note is None else sealer.open(place("introduction", row.id, "note"), row.note).decode()


def _views(session: Session, sealer: Sealer, rows: Iterable[Referral]) -> tuple[ReferralView, ...]:
    found = list(rows)
    group_ids = {one.group_id for row in found for one in row.introductions}
    named = select(Group.id, Group.name, Group.slug, Group.is_example, Group.status, Group.new_people_a_week).where(
        Group.id.in_(group_ids)
    )
    groups = {row.id: row for row in session.execute(named)} if group_ids else {}
    return tuple(
        ReferralView(
            id=row.id,
            person_id=row.person_id,
            preferred_name=unseal(sealer, row.person, "preferred_name") or "",
            state=row.state,
            created_at=row.created_at,
            changed_at=row.changed_at,
            version=row.version,
            introductions=tuple(_introduction(one, groups[one.group_id]) for one in row.introductions),
        )
        for row in found
    )


def _introduction(row: Introduction, group: Row[UUID, str, str, bool, str, int | None]) -> IntroductionView:
    return IntroductionView(
        id=row.id,
        group_id=row.group_id,
        group_name=group.name,
        group_slug=group.slug,
        group_is_example=group.is_example,
        group_open=group.status not in CLOSED_TO_ANSWERS,
        state=row.state,
        reason=row.reason,
        note=None,
        sent_at=row.sent_at,
        answered_at=row.answered_at,
        asks_on=row.asks_on,
        new_people_a_week=group.new_people_a_week,
        version=row.version,
        first_date=row.first_date,
        position=row.position,
        full_until=row.full_until,
    )


def _moves(session: Session, row: Referral) -> tuple[MoveView, ...]:
    of_introductions = and_(
        Move.entity == Machine.INTRODUCTION, Move.entity_id.in_([one.id for one in row.introductions])
    )
    of_referral = and_(Move.entity == Machine.REFERRAL, Move.entity_id == row.id)
    found = select(Move).where(or_(of_referral, of_introductions)).order_by(Move.at, Move.number, Move.entity.desc())
    return tuple(
        MoveView(
            entity=move.entity,
            entity_id=move.entity_id,
            from_state=move.from_state,
            to_state=move.to_state,
            by_role=move.by_role,
            at=move.at,
        )
        for move in session.scalars(found)
    )


def agreements(session: Session, *, person_id: UUID, recipient: UUID) -> list[Agreement]:
    """Return every consent this person gave for this group or organisation, whether it still holds or not."""
    theirs = or_(Consent.group_id == recipient, Consent.organisation_id == recipient)
    return [
        Agreement(
            recipient=recipient,
            purpose=row.purpose,
            items=frozenset(row.items),
            given_at=row.given_at,
            expires_at=row.expires_at,
            withdrawn_at=row.withdrawn_at,
        )
        for row in session.scalars(select(Consent).where(Consent.person_id == person_id, theirs))
    ]


def groups_in_use(session: Session) -> frozenset[UUID]:
    """Return the ids of groups that a referral or a consent names."""
    agreed = select(Consent.group_id).where(Consent.group_id.is_not(None))
    return frozenset(session.scalars(select(Introduction.group_id).union(agreed)))


def introductions_by_group(session: Session, *, now: datetime) -> dict[UUID, tuple[int, int, int]]:
    """Count, for each group anybody was introduced to: asked, of them answered, and asked lately. Of nobody's person.

    Asked counts the last `ANSWERS_SINCE`, once `ANSWER_WITHIN` is over or an answer came before; a yes, a no and a
    waiting list are answers. Lately is `LATELY`, whatever came of it.
    """
    found = select(Introduction.group_id, Introduction.sent_at, Introduction.answered_at).where(
        Introduction.sent_at >= now - ANSWERS_SINCE,
        Introduction.sent_at <= now,
        Introduction.state.not_in(("proposed", "withdrawn")),
    )
    counted: dict[UUID, tuple[int, int, int]] = {}
    for group_id, sent_at, answered_at in session.execute(found):
        answered = answered_at is not None and answered_at <= min(now, sent_at + ANSWER_WITHIN)
        asked_one = answered or sent_at + ANSWER_WITHIN <= now
        many, kept, lately = counted.get(group_id, (0, 0, 0))
        counted[group_id] = (many + asked_one, kept + answered, lately + (sent_at >= now - LATELY))
    return counted


def asked(session: Session, *, token: str, now: datetime) -> Asked:
    """Return what the bearer of this link was asked. Reading it uses nothing up and tells nothing of the person.

    Raises
    ------
    NotFound
        `link_unknown`.
    Gone
        `link_used`, `link_revoked`, `link_expired` or `link_paused` (the group is on hold or no longer there).
    """
    found = (
        select(LeaderLink, Introduction, Group.name, Group.is_example, Group.status)
        .join(Introduction, Introduction.id == LeaderLink.introduction_id)
        .join(Group, Group.id == Introduction.group_id)
        .where(LeaderLink.token_hash == token_hash(token), LeaderLink.purpose == "answer")
    )
    row = session.execute(found).first()
    if row is None:
        raise NotFound("link_unknown")
    link, introduction, group_name, group_is_example, group_status = row
    _check_open(link, introduction, group_status, now)
    return Asked(
        link_id=link.id,
        introduction_id=introduction.id,
        group_id=introduction.group_id,
        group_name=group_name,
        group_is_example=group_is_example,
        sent_at=introduction.sent_at,
        expires_at=link.expires_at,
        version=introduction.version,
    )


def _check_open(link: LeaderLink, introduction: Introduction, group_status: str, now: datetime) -> None:
    """Refuse a link that no longer works, with the instant it ended where there is one."""
    if link.used_at is not None:
        raise Gone("link_used", ended=link.used_at)
    if link.revoked_at is not None or introduction.state not in ANSWERABLE:
        raise Gone("link_revoked", ended=link.revoked_at or now)
    if link.expires_at <= now:
        raise Gone("link_expired", ended=link.expires_at)
    if group_status in CLOSED_TO_ANSWERS:
        raise Gone("link_paused")
