"""Somebody asks for help themselves: on the public pages, or with a slip that they were given. Never commits.

Nobody is signed in. Whether a person is known already is told to nobody here: it stands in the referral.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from service.accounts.limits import Limit
from service.accounts.permissions import OPEN, Actor, Permission, Role
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin, Purpose
from service.catalog.short_codes import read
from service.db.sealing import Sealer
from service.errors import Gone, Invalid, NotFound, Problem
from service.referrals import danger, links, rows
from service.referrals.history import step
from service.referrals.intake import WANTS
from service.referrals.lifecycle import Part
from service.referrals.links import Held
from service.referrals.models import Person, Referral
from service.referrals.people import operations as people
from service.referrals.people import queries as people_queries
from service.referrals.referring import asking, queries
from service.referrals.referring.asking import Asking

SLIP = "slip"
SLIP_DAYS = 28  # (proposed)
# Proposed: a library's many readers share one address; a number is one of 2.8e11.
HELP_ADDRESS = Limit(scope="ask_help.address", most=10, seconds=3600)
HELP_ALL = Limit(scope="ask_help.all", most=200, seconds=86_400)
SLIP_ADDRESS = Limit(scope="slip.address", most=60, seconds=3600)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How somebody came: through which organisation, to whose link workers, and who gave them the slip."""

    organisation_id: UUID
    service: queries.Service
    source: str
    by_user_id: UUID | None = field(default=None)


def ask(
    session: Session,
    *,
    sealer: Sealer,
    referral_id: UUID,
    way: Way,
    request: Asking,
    now: datetime,
    origin: Origin = NOWHERE,
) -> None:
    """Keep that somebody asks for help, for the link workers of one service.

    Raises
    ------
    Invalid
        `referral`, with every problem at once; nothing is stored then.
    """
    problems = asking.problems(request, now.date())
    if request.given.contact_rule == "none":
        problems["contact_rule"] = Problem("unknown_choice")
    if problems:
        raise Invalid("referral", fields=problems)
    actor = Actor(
        role=Role.PERSON,
        organisation_id=way.organisation_id,
        permissions=OPEN | {Permission.REFER, Permission.READ_REFERRALS},
    )
    before = _before(session, sealer, request, actor)
    person_id = people.add(session, sealer=sealer, given=request.given, actor=actor, now=now, origin=origin)
    person = session.get_one(Person, person_id)
    referral = rows.add_referral(
        session,
        referral_id=referral_id,
        person_id=person_id,
        organisation_id=way.organisation_id,
        actor=replace(actor, user_id=way.by_user_id),
        source=way.source,
        now=now,
    )
    referral.replaces_id = before
    referral.reasons = rows.sealed(sealer, "referral", referral.id, "reasons", " ".join(sorted(request.reasons)))
    person.story = rows.sealed(sealer, "person", person_id, "story", request.words)
    referral.service_organisation_id = None if way.service.id == way.organisation_id else way.service.id
    _agree(session, sealer, referral, way, request, now)
    step(session, referral, "sent", Part.PERSON, actor, now)
    danger.look(session, sealer, referral, request.texts, now=now)
    _record(session, "referral", referral_id, ("person", "consent"), actor, now, origin)


def _record(
    session: Session,
    subject: str,
    subject_id: UUID | None,
    columns: tuple[str, ...],
    actor: Actor,
    now: datetime,
    origin: Origin,
) -> None:
    audit.record(
        session,
        actor=actor,
        action="refer",
        subject=subject,
        subject_id=subject_id,
        columns=columns,
        purpose=Purpose.REFER,
        now=now,
        origin=origin,
    )


def _agree(session: Session, sealer: Sealer, referral: Referral, way: Way, request: Asking, now: datetime) -> None:
    """Keep what they said yes to: that link workers of the service know, and perhaps that the referrer hears."""
    person_id = referral.person_id
    link_work = request.consent("link_work", asking.TO_LINK_WORKERS, now)
    rows.add_consent(session, sealer, link_work, person_id=person_id, organisation_id=way.service.id, now=now)
    if request.tell and way.by_user_id is not None:
        referral.wants = list(WANTS)
        tell = request.consent("tell_referrer", asking.HOW_IT_WENT, now)
        rows.add_consent(session, sealer, tell, person_id=person_id, organisation_id=way.organisation_id, now=now)


def _before(session: Session, sealer: Sealer, request: Asking, actor: Actor) -> UUID | None:
    """Return the referral of somebody alike that has not ended: both may be one person, and whoever helps sees it."""
    same = people_queries.same(session, sealer=sealer, given=request.given, actor=actor)
    found = (queries.open_referral(session, person_id=one.person_id) for one in same if one.by == "both")
    return next((one for one in found if one is not None), None)


def give_slip(session: Session, *, number: str, actor: Actor, now: datetime, origin: Origin = NOWHERE) -> datetime:
    """Keep that a slip was given; returns until when it works. Its number is one of `short_codes`, made at random."""
    links.give(
        session,
        person_id=None,
        organisation_id=queries.organisation_of(actor),
        purpose=SLIP,
        token=number,
        now=now,
        by_user_id=actor.user_id,
        days=SLIP_DAYS,
    )
    _record(session, SLIP, None, (), actor, now, origin)
    return now + timedelta(days=SLIP_DAYS)


def slip(session: Session, *, number: str, now: datetime) -> Held:
    """Return what a slip's number is for, however it was typed. Reading uses nothing up.

    Raises
    ------
    NotFound, Gone
        As `links.find`.
    """
    plain = read(number)
    if plain is None:
        raise NotFound("link_unknown")
    return links.find(session, token=plain, purpose=SLIP, now=now)


def take_slip(
    session: Session,
    *,
    sealer: Sealer,
    number: str,
    request: Asking,
    now: datetime,
    origin: Origin = NOWHERE,
) -> None:
    """Take what somebody filled in at home; the slip works no more then.

    Raises
    ------
    NotFound, Gone
        As `slip`; `link_expired` too where nobody is there any more who could help.
    Invalid
        As `ask`.
    """
    held = slip(session, number=number, now=now)
    service = next(iter(queries.services(session, organisation_id=held.organisation_id, now=now)), None)
    if service is None:
        raise Gone("link_expired", ended=now)
    links.use_up(session, held.id, now)
    way = Way(organisation_id=held.organisation_id, service=service, source=SLIP, by_user_id=held.by_user_id)
    ask(session, sealer=sealer, referral_id=held.id, way=way, request=request, now=now, origin=origin)
