"""What was done, as the record tells it: for whoever runs an organisation, and for everybody what concerns themselves.

It shows who did what to which kind of thing, when and what for; never what it said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.orm import Session

from service.accounts.models import AuditEntry, Membership, OrganisationLogin, SignedInSession, User
from service.accounts.permissions import Actor, Permission, Role
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin, Purpose

PAGE = 50
UNTOLD = ("tell_incident",)  # who told of a worry is for a safeguarding lead: it may be about whoever runs the place
SUBJECT = "audit_entry"  # of the rows about reading rows
ID = "id:"  # before the number of a thing among the columns of a row about many


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FAMILIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "people": _listed(
            "refer% read_referrals see_person accept decline answer% confirm waitlist ring_back rang.% %_report "
            "%_incident% safety work_cases read_case% explain_case %_person look_for_same merge_people write_% "
            "log_call settle_need plan change_plan read_plan% read_measures move_case take_case hand_over "
            "cover_desk close stop check_in book mark_% %_consent withdraw measure%"
        ),
        "signing_in": _listed(
            "sign_% %_password make_link %second_factor %recovery_codes %passkey% %_email %_reset link %_login"
        ),
        "members": _listed(
            "%_role %_lead lead_team read_team invit% revoke set_scope read_members read_people disable enable "
            "end_sessions manage%"
        ),
        "programs": _listed("%_key %_token %_login %_webhook run_job"),
        "set_up": _listed("set_up_%"),
        "listings": _listed("edit_catalog %_organisation %_many set_rule %_proposal prove_claim"),
        "privacy": _listed(
            "export erase privacy read_audit met_% ask_back ask_copy ask_erasure see_own send_own_link mail_% licence"
        ),
    }
)
"""What one may look for: patterns of actions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which rows somebody wants to see; None is any. `before` is a row's number, to read on from."""

    who: UUID | None = None
    what: str | None = None
    outcome: str | None = None
    since: datetime | None = None
    until: datetime | None = None  # not itself
    about: UUID | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One row. `name` is None for programs, visitors and people of other organisations.

    `on_server` says that nobody asked for it over the network: a command of whoever runs the server, or its clock.
    """

    sequence: int
    at: datetime
    name: str | None
    role: str
    on_server: bool
    action: str
    purpose: str | None
    subject: str
    subject_id: UUID | None
    things: int  # how many it was about
    outcome: str


def read(
    session: Session,
    *,
    wish: Wish,
    subjects: Select[UUID] | None,
    actor: Actor,
    now: datetime,
    origin: Origin = NOWHERE,
) -> tuple[Deed, ...]:
    """Read one page of the record, newest first, as far as this actor may see it; that it was read is recorded.

    `subjects` are the ids of people and referrals of the actor's organisation: what others did with these is shown too.
    One more than a page says that there is a next.
    """
    if not actor.may(Permission.READ_AUDIT):
        return ()
    ours = _ours(actor, subjects)
    named = User.id.is_not(None) if actor.role is Role.ADMIN else AuditEntry.organisation_id == actor.organisation_id
    found = _deeds(
        session,
        select(AuditEntry, User.name, named.label("named")).where(
            ours, AuditEntry.action.not_in(UNTOLD), *_wished(wish)
        ),
    )
    audit.record(
        session,
        actor=actor,
        action=Permission.READ_AUDIT.value,
        subject=SUBJECT,
        subject_id=wish.about,
        columns=tuple(name for name in ("who", "what", "outcome", "since", "until", "about") if getattr(wish, name)),
        purpose=Purpose.SECURITY,
        now=now,
        origin=origin,
    )
    return found


def own(session: Session, *, user_id: UUID, before: int | None = None) -> tuple[Deed, ...]:
    """Give one page of what an account did and what was done to it, newest first, and one more."""
    sessions = select(SignedInSession.id).where(SignedInSession.user_id == user_id)
    roles = select(Membership.id).where(Membership.user_id == user_id)
    about = or_(
        AuditEntry.user_id == user_id,
        AuditEntry.subject_id == user_id,
        AuditEntry.subject_id.in_(roles),
        AuditEntry.subject_id.in_(sessions),
    )
    mine = AuditEntry.user_id == user_id
    wanted = select(AuditEntry, User.name, mine.label("named")).where(about, *_wished(Wish(before=before)))
    return _deeds(session, wanted)


def colleagues(session: Session, *, actor: Actor) -> list[tuple[UUID, str]]:
    """Give everybody whose deeds this actor may look for: those who hold or held a role where the actor runs."""
    here = true() if actor.role is Role.ADMIN else Membership.organisation_id == actor.organisation_id
    wanted = select(User.id, User.name).where(User.id.in_(select(Membership.user_id).where(here)))
    return [(one, name) for one, name in session.execute(wanted.order_by(User.name, User.id))]


def _ours(actor: Actor, subjects: Select[UUID] | None) -> ColumnElement[bool]:
    if actor.role is Role.ADMIN:
        return true()
    if actor.organisation_id is None:
        return false()
    here = actor.organisation_id
    members = select(Membership.user_id).where(Membership.organisation_id == here)
    things = [
        members,
        select(Membership.id).where(Membership.organisation_id == here),
        select(OrganisationLogin.id).where(OrganisationLogin.organisation_id == here),
        *([subjects] if subjects is not None else []),
    ]
    of_members = AuditEntry.organisation_id.is_(None) & AuditEntry.user_id.in_(members)
    return or_(
        AuditEntry.organisation_id == here,
        AuditEntry.subject_id == here,
        of_members,
        *(AuditEntry.subject_id.in_(ids) for ids in things),
    )


def _wished(wish: Wish) -> list[ColumnElement[bool]]:
    equal = ((AuditEntry.user_id, wish.who), (AuditEntry.outcome, wish.outcome), (AuditEntry.subject_id, wish.about))
    found: list[ColumnElement[bool]] = [column == value for column, value in equal if value is not None]
    if wish.what is not None:
        found.append(or_(false(), *(AuditEntry.action.like(one) for one in FAMILIES.get(wish.what, ()))))
    if wish.since is not None:
        found.append(AuditEntry.at >= wish.since)
    if wish.until is not None:
        found.append(AuditEntry.at < wish.until)
    if wish.before is not None:
        found.append(AuditEntry.sequence < wish.before)
    return found


def _deeds(session: Session, wanted: Select[AuditEntry, str, bool]) -> tuple[Deed, ...]:
    newest = wanted.outerjoin(User, User.id == AuditEntry.user_id).order_by(AuditEntry.sequence.desc()).limit(PAGE + 1)
    return tuple(
        Deed(
            sequence=row.sequence,
            at=row.at,
            name=name if named else None,
            role=row.role,
            on_server=row.role == Role.VISITOR and row.request_id is None,
            action=row.action,
            purpose=row.purpose,
            subject=row.subject,
            subject_id=row.subject_id,
            things=sum(column.startswith(ID) for column in row.columns) or int(row.subject_id is not None),
            outcome=row.outcome,
        )
        for row, name, named in session.execute(newest)
    )
