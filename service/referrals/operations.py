"""Writes of the referring side: refer somebody, ask the group, record who read. Flushes, never commits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from service.accounts.credentials import token_hash
from service.accounts.once import Replay, idempotent
from service.accounts.permissions import Actor, Permission
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin, Purpose
from service.db.sealing import Sealer
from service.errors import Forbidden, Invalid
from service.notifications import outbox
from service.referrals import intake, kept, queries
from service.referrals.history import step
from service.referrals.intake import ConsentIn, PersonIn, Request
from service.referrals.lifecycle import START, Machine, Part
from service.referrals.models import Consent, Introduction, LeaderLink, Person, Referral
from service.referrals.queries import GroupToRefer, ReferralView, place

LINK_DAYS = 10  # a group has this long to answer (proposed)
PURPOSE = kept.PURPOSE  # of the sealing key


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """How the leader's link is made and sent.

    Attributes
    ----------
    sealer : Sealer
        The outbox's own.
    new_token : callable
        Makes a secret of at least 128 bits.
    link : callable
        Turns that secret into an address.
    channel : str
        What carries messages to e-mail addresses here.
    """

    sealer: Sealer
    new_token: Callable[[], str]
    link: Callable[[str], str]
    channel: str


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
    person = _add_person(session, sealer, request.person, organisation_id, now)
    _add_consent(session, sealer, request.consent, person.id, group.id, now)
    referral = _add_referral(session, referral_id, person.id, actor, now)
    introduction = _introduce(session, referral, group.id, actor, now)
    if not group.standing.checked:
        _seal_reason(sealer, introduction, request.acknowledge_unvetted or "")
    _ask_leader(session, mail, introduction.id, group.email or group.name, now)
    audit.record(
        session,
        actor=actor,
        action="refer" if group.standing.checked else "refer_unvetted",
        subject="referral",
        subject_id=referral.id,
        columns=("person", "consent", "introduction"),
        purpose=Purpose.REFER,
        now=now,
        origin=origin,
    )
    return queries.view_of(session, sealer=sealer, referral_id=referral.id, actor=actor)


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


def _seal_reason(sealer: Sealer, introduction: Introduction, reason: str) -> None:
    where = place("introduction", introduction.id, "unvetted_reason")
    introduction.unvetted_reason = sealer.seal(where, reason.strip().encode())


def _add_person(session: Session, sealer: Sealer, given: PersonIn, organisation_id: UUID, now: datetime) -> Person:
    person = Person(id=uuid4(), organisation_id=organisation_id, contact_rule=given.contact_rule, created_at=now)

    def sealed(column: str, text: str | None) -> bytes | None:
        text = (text or "").strip()
        return sealer.seal(place("person", person.id, column), text.encode()) if text else None

    person.preferred_name = sealed("preferred_name", given.preferred_name) or b""
    person.contact = sealed("contact", given.contact)
    person.needs = sealed("needs", given.needs)
    care = [name for name, holds in (("under_18", given.under_18), ("safety", given.safety)) if holds]
    person.care = sealed("care", " ".join(care))
    session.add(person)
    session.flush()
    return person


def _add_consent(
    session: Session, sealer: Sealer, given: ConsentIn, person_id: UUID, group_id: UUID, now: datetime
) -> None:
    row = Consent(
        id=uuid4(),
        person_id=person_id,
        group_id=group_id,
        items=sorted(given.items),
        purpose=given.purpose,
        words_version=given.words_version,
        given_by=given.given_by,
        method=given.method,
        given_at=min(given.given_at, now),  # the sender's clock may be a little ahead of ours
        expires_at=given.ends,
    )
    if given.representative:
        row.representative = sealer.seal(place("consent", row.id, "representative"), given.representative.encode())
    session.add(row)


def _add_referral(session: Session, referral_id: UUID, person_id: UUID, actor: Actor, now: datetime) -> Referral:
    referral = Referral(
        id=referral_id,
        person_id=person_id,
        organisation_id=actor.organisation_id,
        requested_by_user_id=actor.user_id,
        requested_by_key_id=actor.key_id,
        acting_for=actor.acting_for,
        state=START[Machine.REFERRAL],
        created_at=now,
        changed_at=now,
    )
    session.add(referral)
    session.flush()
    return referral


def _introduce(session: Session, referral: Referral, group_id: UUID, actor: Actor, now: datetime) -> Introduction:
    """Send the referral and its introduction on their way.

    A professional who names the group has had the conversation already and agreed the plan: after sending, the link
    worker's part is theirs too, and every step is recorded with the role they really have.
    """
    introduction = Introduction(
        id=uuid4(), referral_id=referral.id, group_id=group_id, state=START[Machine.INTRODUCTION], sent_at=now
    )
    session.add(introduction)
    session.flush()
    step(session, referral, "sent", Part.REFERRER, actor, now)
    for state in ("accepted", "in_contact", "planned"):
        step(session, referral, state, Part.LINK_WORKER, actor, now)
    step(session, introduction, "sent", Part.LINK_WORKER, actor, now)
    step(session, referral, "introduced", Part.LINK_WORKER, actor, now)
    return introduction


def _ask_leader(session: Session, mail: Mail, introduction_id: UUID, to: str, now: datetime) -> None:
    """Make the leader's link and put the message that carries it. The person is not written to, and not named."""
    token = mail.new_token()
    link = LeaderLink(
        introduction_id=introduction_id,
        token_hash=token_hash(token),
        created_at=now,
        expires_at=now + timedelta(days=LINK_DAYS),
    )
    session.add(link)
    outbox.put(
        session,
        channel=mail.channel,
        to=to,
        template="group_answer_link",
        params={"link": mail.link(token), "days": LINK_DAYS},
        now=now,
        key=f"introduction:{introduction_id}:ask",
        sealer=mail.sealer,
    )


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
