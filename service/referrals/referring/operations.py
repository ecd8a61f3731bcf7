"""Writes of the referring side: to link workers who choose, to a group, to one more group. Never commits."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Permission
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin, Purpose
from service.db.sealing import Sealer
from service.errors import Conflict, Invalid, NotFound, Problem
from service.referrals import consent as consents
from service.referrals import danger, intake, operations, reaching, rows, weekly
from service.referrals import queries as all_queries
from service.referrals.history import step
from service.referrals.intake import WANTS, ConsentIn
from service.referrals.lifecycle import Part
from service.referrals.models import Introduction, Person, Referral
from service.referrals.people import operations as people
from service.referrals.people import queries as people_queries
from service.referrals.queries import GroupToRefer, ReferralView
from service.referrals.referring import asking, queries
from service.referrals.referring.asking import Asking
from service.referrals.rows import Mail

OPEN_TO_GROUPS = ("planned", "introduced")  # states in which one more group may be asked


def refer_to_service(
    session: Session,
    *,
    sealer: Sealer,
    referral_id: UUID,
    request: Asking,
    actor: Actor,
    now: datetime,
    origin: Origin = NOWHERE,
) -> ReferralView:
    """Hand somebody to link workers, who choose a group together with them.

    `referral_id` comes from `accounts.once.idempotent`.

    Raises
    ------
    Forbidden, Invalid
        `referral`, with every problem at once; nothing is stored then.
    """
    organisation_id = queries.organisation_of(actor)
    problems = asking.problems(request, now.date())
    service = _service(session, request, organisation_id, now)
    if service is None:
        problems["service"] = Problem("unknown_choice")
    person = _person(session, sealer, request, problems, actor, now, origin)
    if service is None or person is None:
        raise Invalid("referral", fields=problems)
    referral = _begin(session, sealer, referral_id, person, request, actor, now)
    if not service.own:
        referral.service_organisation_id = service.id
    link_work = request.consent("link_work", asking.TO_LINK_WORKERS, now)
    rows.add_consent(session, sealer, link_work, person_id=person.id, organisation_id=service.id, now=now)
    step(session, referral, "sent", Part.REFERRER, actor, now)
    danger.look(session, sealer, referral, request.texts, now=now)
    _note(session, "refer", referral.id, ("person", "consent", "reasons"), actor, now, origin)
    return all_queries.view_of(session, sealer=sealer, referral_id=referral.id, actor=actor)


def refer_to_group(
    session: Session,
    *,
    sealer: Sealer,
    mail: Mail,
    referral_id: UUID,
    request: Asking,
    group_id: UUID,
    unvetted: str,
    actor: Actor,
    now: datetime,
    origin: Origin = NOWHERE,
) -> ReferralView:
    """Send somebody to a group that was chosen with them, and ask its leader by link.

    Raises
    ------
    Forbidden, Invalid
        `referral`, with every problem at once; nothing is stored then.
    """
    queries.organisation_of(actor)
    problems = asking.problems(request, now.date())
    known = _known(session, sealer, request, actor)
    in_care = bool((known.given if known else request.given).care(now.date()))
    group = all_queries.group_to_refer(session, group_id, now.date())
    problems |= _group_problems(group, unvetted, in_care=in_care)
    person = _person(session, sealer, request, problems, actor, now, origin)
    if group is None or person is None:
        raise Invalid("referral", fields=problems)
    referral = _begin(session, sealer, referral_id, person, request, actor, now)
    introduction = operations.agreed_already(session, referral, group.id, actor, now)
    asked = weekly.ask_or_hold(session, introduction, referral, actor=actor, now=now, zone=mail.zone)
    _say_to_group(sealer, introduction, group, request.words, unvetted)
    if asked:
        reaching.ask(session, mail, introduction, referral, group, now)
    said = request.consent("introduction", asking.TO_GROUPS, now)
    rows.add_consent(session, sealer, said, person_id=person.id, group_id=group.id, now=now)
    danger.look(session, sealer, referral, (*request.texts, unvetted), now=now)
    action = "refer" if group.standing.checked else "refer_unvetted"
    _note(session, action, referral.id, ("person", "consent", "introduction"), actor, now, origin)
    return all_queries.view_of(session, sealer=sealer, referral_id=referral.id, actor=actor)


def introduce(
    session: Session,
    *,
    sealer: Sealer,
    mail: Mail,
    referral_id: UUID,
    group_id: UUID,
    consent: ConsentIn | None,
    own_words: str = "",
    unvetted: str = "",
    introduction_id: UUID | None = None,
    actor: Actor,
    now: datetime,
    origin: Origin = NOWHERE,
) -> UUID:
    """Ask one more group for somebody whose plan is made; returns the introduction.

    `consent` may be None where one for this group holds already. `introduction_id` is the id to keep it under, where
    somebody asked for it with an idempotency key.

    Raises
    ------
    NotFound
        `referral`: there is none, or it is not the actor's.
    Conflict
        `not_allowed_from_here`, or `asked_already`: this group was asked before.
    Invalid
        `introduction`, with every problem at once; nothing is stored then.
    """
    referral, person = _of_mine(session, referral_id, actor)
    if referral.state not in OPEN_TO_GROUPS:
        raise Conflict("not_allowed_from_here", state=referral.state, to="introduced", allowed=())
    group = all_queries.group_to_refer(session, group_id, now.date())
    care = all_queries.unseal(sealer, person, "care")
    problems = _group_problems(group, unvetted, in_care=bool(care))
    problems |= _consent_problems(session, person, group_id, consent, now)
    if group is None or problems:
        raise Invalid("introduction", fields=problems)
    if queries.was_asked(session, referral_id=referral.id, group_id=group.id):
        raise Conflict("asked_already")
    introduction = rows.add_introduction(
        session, referral_id=referral.id, group_id=group.id, now=now, introduction_id=introduction_id
    )
    if consent is not None:
        rows.add_consent(session, sealer, consent, person_id=person.id, group_id=group.id, now=now)
    asked = weekly.ask_or_hold(session, introduction, referral, actor=actor, now=now, zone=mail.zone)
    _say_to_group(sealer, introduction, group, own_words, unvetted)
    if asked:
        reaching.ask(session, mail, introduction, referral, group, now)
    danger.look(session, sealer, referral, (own_words, unvetted), now=now)
    action = "refer" if group.standing.checked else "refer_unvetted"
    _note(session, action, referral.id, ("consent", "introduction"), actor, now, origin)
    return introduction.id


def agree_on_plan(session: Session, *, referral_id: UUID, actor: Actor, now: datetime) -> None:
    """Note that a group was chosen with somebody who was only talked to so far; raises NotFound `referral`."""
    referral, _person = _of_mine(session, referral_id, actor)
    if referral.state == "in_contact":
        step(session, referral, "planned", Part.LINK_WORKER, actor, now)


def read_people(
    session: Session,
    *,
    sealer: Sealer,
    besides: Collection[UUID],
    actor: Actor,
    now: datetime,
    origin: Origin = NOWHERE,
) -> tuple[queries.Known, ...]:
    """Read whom the actor may refer again, the latest and some more, and record whom."""
    found = queries.people(session, sealer=sealer, besides=besides, actor=actor)
    if found:
        audit.record(
            session,
            actor=actor,
            action=Permission.READ_REFERRALS.value,
            subject="person",
            subject_id=None,
            columns=("preferred_name", *(f"id:{one.id}" for one in found)),
            purpose=Purpose.REFER,
            now=now,
            origin=origin,
        )
    return found


def _service(session: Session, request: Asking, organisation_id: UUID, now: datetime) -> queries.Service | None:
    found = queries.services(session, organisation_id=organisation_id, now=now)
    wanted = request.service_id
    return next((one for one in found if one.id == wanted or (wanted is None and one.own)), None)


def _known(session: Session, sealer: Sealer, request: Asking, actor: Actor) -> queries.Known | None:
    row = queries.person_of(session, person_id=request.known, actor=actor) if request.known else None
    return None if row is None else queries.known(sealer, row)


def _person(
    session: Session,
    sealer: Sealer,
    request: Asking,
    problems: dict[str, Problem],
    actor: Actor,
    now: datetime,
    origin: Origin,
) -> Person | None:
    """Find or keep who is referred; None, with a problem added, where that cannot be."""
    if request.known:
        row = queries.person_of(session, person_id=request.known, actor=actor, to_change=True)
        if row is None:
            problems["known"] = Problem("unknown_choice")
        else:
            problems |= _still_open(session, row, actor)
        return None if problems else row
    if not problems and not request.is_another:
        same = people_queries.same(session, sealer=sealer, given=request.given, actor=actor)
        if same:
            problems["same"] = Problem("known_already", {"people": [one.person_id for one in same]})
    if problems:
        return None
    made = people.add(session, sealer=sealer, given=request.given, actor=actor, now=now, origin=origin)
    return session.get_one(Person, made)


def _still_open(session: Session, row: Person, actor: Actor) -> dict[str, Problem]:
    """Say that somebody has a referral that has not ended, and which, where the actor may see it."""
    found = queries.open_referral(session, person_id=row.id)
    if found is None:
        return {}
    seen = queries.referral_of(session, referral_id=found, actor=actor) is not None
    return {"known": Problem("already_open", {"referral": found if seen else None})}


def _begin(
    session: Session,
    sealer: Sealer,
    referral_id: UUID,
    person: Person,
    request: Asking,
    actor: Actor,
    now: datetime,
) -> Referral:
    """Keep the referral as a draft, with why, and with the yes to hear how it goes."""
    organisation_id = queries.organisation_of(actor)
    referral = rows.add_referral(
        session,
        referral_id=referral_id,
        person_id=person.id,
        organisation_id=organisation_id,
        actor=actor,
        source=request.source,
        now=now,
    )
    referral.reasons = rows.sealed(sealer, "referral", referral.id, "reasons", " ".join(sorted(request.reasons)))
    if request.words.strip():
        person.story = rows.sealed(sealer, "person", person.id, "story", request.words)
    if request.tell:
        referral.wants = list(WANTS)
        tell = request.consent("tell_referrer", asking.HOW_IT_WENT, now)
        rows.add_consent(session, sealer, tell, person_id=person.id, organisation_id=organisation_id, now=now)
    session.flush()
    return referral


def _group_problems(group: GroupToRefer | None, unvetted: str, *, in_care: bool) -> dict[str, Problem]:
    """Everything that speaks against this group, by the fields of our own forms."""
    found = intake.group_problems(group.standing if group else None, unvetted, in_care=in_care)
    return {"group" if name == "group_id" else "unvetted": problem for name, problem in found.items()}


def _consent_problems(
    session: Session, person: Person, group_id: UUID, given: ConsentIn | None, now: datetime
) -> Mapping[str, Problem]:
    needed = frozenset({"name"} if person.contact_rule == "none" else {"name", "contact"})
    if given is not None:
        return intake.consent_problems(given, needed, now)
    said = all_queries.agreements(session, person_id=person.id, recipient=group_id)
    holds = consents.check(said, group_id, needed, now) == needed
    return {} if holds else {"consent.given": Problem("consent_needed")}


def _say_to_group(
    sealer: Sealer,
    introduction: Introduction,
    group: GroupToRefer,
    own_words: str,
    unvetted: str,
) -> None:
    """Put what the person wants the group to read, and why it is asked though nobody checked it."""
    introduction.own_words = rows.sealed(sealer, "introduction", introduction.id, "own_words", own_words)
    if not group.standing.checked:
        introduction.unvetted_reason = rows.sealed(sealer, "introduction", introduction.id, "unvetted_reason", unvetted)


def _of_mine(session: Session, referral_id: UUID, actor: Actor) -> tuple[Referral, Person]:
    queries.organisation_of(actor)
    row = queries.referral_of(session, referral_id=referral_id, actor=actor)
    if row is None:
        raise NotFound("referral")
    return row, session.get_one(Person, row.person_id)


def _note(
    session: Session,
    action: str,
    referral_id: UUID,
    columns: tuple[str, ...],
    actor: Actor,
    now: datetime,
    origin: Origin,
) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        subject="referral",
        subject_id=referral_id,
        columns=columns,
        purpose=Purpose.REFER,
        now=now,
        origin=origin,
    )
