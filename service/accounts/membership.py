"""Who holds which role where: given, changed and ended. Each read and each write is scoped by organisation in SQL."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, and_, false, select, true, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.accounts import queries
from service.accounts.models import Membership, SignedInSession, User
from service.accounts.permissions import GIVES, Actor, Role, gives
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin
from service.errors import Invalid, NotFound, Problem

MEMBERSHIP, USER = "membership", "user_account"  # subjects of audit rows
PAGE = 50  # members
SEEN = ("name", "email")  # what reading members shows of people


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A role that somebody holds now."""

    id: UUID
    user_id: UUID
    name: str
    email: str
    role: Role
    organisation_id: UUID | None
    since: datetime
    disabled: bool


def within(actor: Actor, organisation_id: InstrumentedAttribute[UUID | None]) -> ColumnElement[bool]:
    """Say, as a condition, what somebody may run: an administrator everything, a manager their own organisation."""
    if actor.role is Role.ADMIN:
        return true()
    if actor.role in GIVES and actor.organisation_id is not None:
        return organisation_id == actor.organisation_id
    return false()


def held(session: Session, *, user_id: UUID, now: datetime) -> tuple[Member, ...]:
    """Give the roles somebody holds now, the oldest first."""
    return _read(session, _members(now).where(Membership.user_id == user_id))


def held_by(session: Session, *, user_ids: Iterable[UUID], now: datetime) -> dict[UUID, tuple[Member, ...]]:
    """Give the roles of several people at once."""
    found = _read(session, _members(now).where(Membership.user_id.in_(list(user_ids))))
    return {who: tuple(one for one in found if one.user_id == who) for who in {one.user_id for one in found}}


def read_members(
    session: Session,
    *,
    organisation_id: UUID | None,
    actor: Actor,
    now: datetime,
    page: int = 1,
    origin: Origin = NOWHERE,
) -> tuple[Member, ...]:
    """Read one page of the members of an organisation, or of the whole catalogue, by name; that it was read is kept.

    One more than a page says that there is a next.
    """
    here = Membership.organisation_id == organisation_id  # None: IS NULL
    wanted = _members(now).where(here, within(actor, Membership.organisation_id)).order_by(None)
    ordered = wanted.order_by(User.name, Membership.id).offset((page - 1) * PAGE).limit(PAGE + 1)
    found = _read(session, ordered)
    _note(session, "read_members", None, actor, now, origin, (*SEEN, *(f"id:{one.id}" for one in found[:PAGE])))
    return found


def read_member(session: Session, *, member_id: UUID, actor: Actor, now: datetime, origin: Origin = NOWHERE) -> Member:
    """Read one member; that it was read is kept.

    Raises
    ------
    NotFound
        `member`: there is none, or not where this actor may look.
    """
    found = _read(session, _one(member_id, actor, now))
    if not found:
        raise NotFound("member")
    _note(session, "read_members", member_id, actor, now, origin, SEEN)
    return found[0]


def join(
    session: Session,
    *,
    user_id: UUID,
    role: Role,
    organisation_id: UUID | None,
    actor: Actor,
    now: datetime,
    origin: Origin = NOWHERE,
) -> UUID:
    """Give somebody a role; one they hold already is left as it is. Whether `actor` may give it is asked before.

    Raises
    ------
    Invalid
        `role`: not one that is held in an organisation, or without one.
    """
    if role not in gives(Role.ADMIN, organisation_id):
        raise Invalid("role", fields={"role": Problem("role")})
    same = (Membership.role == role.value, Membership.organisation_id == organisation_id, queries.holds(now))
    known = session.scalar(select(Membership.id).where(Membership.user_id == user_id, *same).order_by(Membership.id))
    if known is not None:
        return known
    row = Membership(id=uuid4(), user_id=user_id, role=role.value, organisation_id=organisation_id, valid_from=now)
    session.add(row)
    session.flush()
    audit.record(
        session,
        actor=actor,
        action="give_role",
        subject=USER,
        subject_id=user_id,
        purpose=audit.Purpose.ACCOUNT,
        now=now,
        origin=origin,
    )
    return row.id


def change_role(
    session: Session, *, member_id: UUID, role: str, actor: Actor, now: datetime, origin: Origin = NOWHERE
) -> None:
    """Give a member another role in the same place; whoever acts in the old one is signed out.

    Raises
    ------
    NotFound
        `member`.
    Invalid
        `role` (not the actor's to give or to take), `last_administrator` or `last_manager`.
    """
    row = _row(session, member_id, actor, now)
    allowed = gives(actor.role, row.organisation_id)
    if role not in allowed or row.role not in allowed:
        raise Invalid("role", fields={"role": Problem("not_a_choice")})
    if role == row.role:
        return
    _end(session, row, actor, now, origin)
    user_id, where = row.user_id, row.organisation_id
    join(session, user_id=user_id, role=Role(role), organisation_id=where, actor=actor, now=now, origin=origin)


def end_membership(session: Session, *, member_id: UUID, actor: Actor, now: datetime, origin: Origin = NOWHERE) -> None:
    """Take a role away, from now on; whoever acts in it is signed out.

    Raises
    ------
    NotFound
        `member`.
    Invalid
        `role` (not the actor's to take), `last_administrator` or `last_manager`.
    """
    row = _row(session, member_id, actor, now)
    if row.role not in gives(actor.role, row.organisation_id):
        raise Invalid("role", fields={"role": Problem("not_a_choice")})
    _end(session, row, actor, now, origin)


def sign_member_out(
    session: Session, *, member_id: UUID, actor: Actor, now: datetime, origin: Origin = NOWHERE
) -> None:
    """End every session in which this membership is acted in; what somebody does elsewhere is not touched.

    Raises
    ------
    NotFound
        `member`.
    """
    row = _row(session, member_id, actor, now)
    _sign_out(session, row.id, now)
    _note(session, "end_sessions", row.id, actor, now, origin)


def keep_an_administrator(session: Session, *, user_id: UUID, now: datetime) -> None:
    """Refuse what would leave nobody to run this installation; two at once wait for one another.

    Raises
    ------
    Invalid
        `last_administrator`.
    """
    able = (Membership.role == Role.ADMIN.value, queries.holds(now), User.disabled_at.is_(None))
    running = select(Membership.user_id).join(User, User.id == Membership.user_id).where(*able)
    if set(session.scalars(running.order_by(Membership.id).with_for_update())) == {user_id}:
        raise Invalid("last_administrator")


def _end(session: Session, row: Membership, actor: Actor, now: datetime, origin: Origin) -> None:
    if row.role == Role.ADMIN:
        keep_an_administrator(session, user_id=row.user_id, now=now)
    if row.role == Role.ORG_MANAGER and row.user_id == actor.user_id:
        _keep_a_manager(session, row, now)
    row.valid_until = now
    session.flush()
    _sign_out(session, row.id, now)
    _note(session, "take_role", row.id, actor, now, origin, ("role", "valid_until"))


def _keep_a_manager(session: Session, row: Membership, now: datetime) -> None:
    """Nobody locks their own organisation by going; an administrator may end its last manager."""
    here = (Membership.organisation_id == row.organisation_id, Membership.role == row.role, queries.holds(now))
    able = select(Membership.user_id).join(User, User.id == Membership.user_id).where(*here, User.disabled_at.is_(None))
    if set(session.scalars(able.order_by(Membership.id).with_for_update())) == {row.user_id}:
        raise Invalid("last_manager")


def _sign_out(session: Session, member_id: UUID, now: datetime) -> None:
    acting = (SignedInSession.membership_id == member_id, SignedInSession.ended_at.is_(None))
    session.execute(update(SignedInSession).where(*acting).values(ended_at=now))


def _members(now: datetime) -> Select[Membership, User]:
    roles = select(Membership, User).join(User, User.id == Membership.user_id).where(queries.holds(now))
    return roles.order_by(Membership.valid_from, Membership.id)


def _one(member_id: UUID, actor: Actor, now: datetime) -> Select[Membership, User]:
    return _members(now).where(and_(Membership.id == member_id, within(actor, Membership.organisation_id)))


def _row(session: Session, member_id: UUID, actor: Actor, now: datetime) -> Membership:
    row: Membership | None = session.scalar(_one(member_id, actor, now))
    if row is None:
        raise NotFound("member")
    return row


def _read(session: Session, wanted: Select[Membership, User]) -> tuple[Member, ...]:
    return tuple(
        Member(
            id=row.id,
            user_id=user.id,
            name=user.name,
            email=user.email,
            role=Role(row.role),
            organisation_id=row.organisation_id,
            since=row.valid_from,
            disabled=user.disabled_at is not None,
        )
        for row, user in session.execute(wanted)
    )


def _note(
    session: Session,
    action: str,
    member_id: UUID | None,
    actor: Actor,
    now: datetime,
    origin: Origin,
    columns: tuple[str, ...] = (),
) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        subject=MEMBERSHIP,
        subject_id=member_id,
        columns=columns,
        purpose=audit.Purpose.ACCOUNT,
        now=now,
        origin=origin,
    )
