"""Writes of the referring side: refer somebody, ask the group, record who read. Flushes, never commits."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from service.accounts.once import Replay, idempotent
from service.accounts.permissions import Actor, Permission
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin, Purpose
from service.db.sealing import Sealer
from service.errors import Forbidden, Invalid
from service.referrals import danger, intake, kept, queries, reaching, rows, weekly
from service.referrals.history import steps
from service.referrals.intake import Request
from service.referrals.lifecycle import Part
from service.referrals.models import Introduction, Referral
from service.referrals.queries import GroupToRefer, ReferralView
from service.referrals.rows import LINK_DAYS, Mail

__all__ = ("LINK_DAYS", "PURPOSE", "Mail", "read_list", "read_status", "refer", "refer_once")
PURPOSE = kept.PURPOSE  # of the sealing key


def refer_once(
    session: Session,
    *,
    sealer: Sealer,
    mail: Mail,
    key: str | None,
    route: str,
    body: Mapping[str, object],
    request: Request,
    actor: Actor,
    now: datetime,
    origin: Origin = NOWHERE,
) -> tuple[ReferralView, bool]:
    """Refer, unless this same request came before: then tell of the referral it made. Says whether it is new.

    Raises
    ------
    Invalid
        As `refer`; and `idempotency_key` or `idempotency_reused` (same key, another `body`).
    """
    _organisation(actor)
    claim = idempotent(session, actor=actor, route=route, key=key, body=body, now=now)
    if isinstance(claim, Replay):
        return queries.view_of(session, sealer=sealer, referral_id=claim.resource_id, actor=actor), False
    made = refer(
        session,
        sealer=sealer,
        mail=mail,
        referral_id=claim.resource_id,
        request=request,
        actor=actor,
        now=now,
        origin=origin,
    )
    return made, True


def refer(
    session: Session,
    *,
    sealer: Sealer,
    mail: Mail,
    referral_id: UUID,
    request: Request,
    actor: Actor,
    now: datetime,
    origin: Origin = NOWHERE,
) -> ReferralView:
    """Refer one person to one group: store what was agreed, ask the group's leader by link, record it.

    `referral_id` comes from `accounts.operations.idempotent`.

    Raises
    ------
    Forbidden, Invalid
        `referral`, with every problem at once; nothing is stored then.
    """
    organisation_id = _organisation(actor)
    group = _group_for(session, request, now)
    person = rows.add_person(session, sealer, request.person, organisation_id, now)
    rows.add_consent(session, sealer, request.consent, person_id=person.id, group_id=group.id, now=now)
    referral = rows.add_referral(
        session,
        referral_id=referral_id,
        person_id=person.id,
        organisation_id=organisation_id,
        actor=actor,
        source="api",
        now=now,
    )
    introduction = agreed_already(session, referral, group.id, actor, now)
    asked = weekly.ask_or_hold(session, introduction, referral, actor=actor, now=now, zone=mail.zone)
    if not group.standing.checked:
        introduction.unvetted_reason = rows.sealed(
            sealer, "introduction", introduction.id, "unvetted_reason", request.acknowledge_unvetted
        )
    if asked:
        reaching.ask(session, mail, introduction, referral, group, now)
    danger.look(session, sealer, referral, (request.person.needs, request.acknowledge_unvetted), now=now)
    action = "refer" if group.standing.checked else "refer_unvetted"
    _record(session, action, referral.id, actor, now, origin)
    return queries.view_of(session, sealer=sealer, referral_id=referral.id, actor=actor)


def _record(session: Session, action: str, referral_id: UUID, actor: Actor, now: datetime, origin: Origin) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        subject="referral",
        subject_id=referral_id,
        columns=("person", "consent", "introduction"),
        purpose=Purpose.REFER,
        now=now,
        origin=origin,
    )


def _organisation(actor: Actor) -> UUID:
    if not actor.may(Permission.REFER) or actor.organisation_id is None:
        raise Forbidden("not_allowed")
    return actor.organisation_id


def _group_for(session: Session, request: Request, now: datetime) -> GroupToRefer:
    group = queries.group_to_refer(session, request.group_id, now.date())
    problems = intake.problems(request, group.standing if group else None, now)
    if problems or group is None:
        raise Invalid("referral", fields=problems)
    return group


def agreed_already(session: Session, referral: Referral, group_id: UUID, actor: Actor, now: datetime) -> Introduction:
    """Send the referral on its way, up to asking the group.

    A professional who names the group has had the conversation already and agreed the plan: after sending, the link
    worker's part is theirs too, and every step is recorded with the role they really have.
    """
    introduction = rows.add_introduction(session, referral_id=referral.id, group_id=group_id, now=now)
    link_worker = [(referral, state, Part.LINK_WORKER) for state in ("accepted", "in_contact", "planned")]
    steps(session, [(referral, "sent", Part.REFERRER), *link_worker], actor, now)
    return introduction


def read_status(
    session: Session,
    *,
    sealer: Sealer,
    referral_id: UUID,
    actor: Actor,
    now: datetime,
    origin: Origin = NOWHERE,
) -> ReferralView | None:
    """Read one referral and record the reading; None, recorded as denied, when it is not the actor's to see."""
    found = queries.referral(session, sealer=sealer, referral_id=referral_id, actor=actor)
    audit.record(
        session,
        actor=actor,
        action=Permission.READ_REFERRALS.value,
        subject="referral",
        subject_id=referral_id,
        outcome="denied" if found is None else "done",
        columns=() if found is None else ("preferred_name", "state"),
        purpose=Purpose.FOLLOW_UP,
        now=now,
        origin=origin,
    )
    return found


def note_denied(session: Session, *, referral_id: UUID, actor: Actor, now: datetime, origin: Origin = NOWHERE) -> None:
    """Record that somebody asked for a referral that is not theirs to know of."""
    audit.record(
        session,
        actor=actor,
        action=Permission.READ_REFERRALS.value,
        subject="referral",
        subject_id=referral_id,
        outcome="denied",
        purpose=Purpose.FOLLOW_UP,
        now=now,
        origin=origin,
    )


def read_list(
    session: Session,
    *,
    sealer: Sealer,
    actor: Actor,
    now: datetime,
    page: int = 1,
    origin: Origin = NOWHERE,
) -> tuple[ReferralView, ...]:
    """Read one page of the actor's referrals and record whose they are; one more than a page says there is a next."""
    found = queries.referrals(session, sealer=sealer, actor=actor, page=page)
    audit.record(
        session,
        actor=actor,
        action=Permission.READ_REFERRALS.value,
        subject="referral",
        subject_id=None,
        columns=("preferred_name", "state", *(f"id:{one.id}" for one in found[: queries.PAGE])),
        purpose=Purpose.FOLLOW_UP,
        now=now,
        origin=origin,
    )
    return found
