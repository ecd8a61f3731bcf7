"""Reads of measures: what one organisation was told, with a yes that still holds. Never writes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Permission
from service.catalog.models import Organisation
from service.db.sealing import Sealer
from service.errors import NotFound
from service.referrals import consent, queries
from service.referrals.models import Person, Referral
from service.referrals.models_measures import Assessment, MeasureLicence

ITEM = "measures"  # of a consent, and its purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One measure as it was taken.

    Attributes
    ----------
    answers, figures : mapping
        By item, and by scale; both are what somebody said of themselves.
    """

    id: UUID
    instrument: str
    version: str
    mode: str
    taken_on: date
    answers: Mapping[str, str] = field(repr=False)
    figures: Mapping[str, int] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """All that an organisation knows of one person by measures, first to last, and what they said matters to them."""

    person_id: UUID
    version: int  # of the person
    preferred_name: str = field(repr=False)
    story: str = field(repr=False)
    agreed: bool  # a yes holds today; without one nothing is in `taken`
    taken: tuple[Taken, ...] = field(repr=False)


def person_of(session: Session, *, referral_id: UUID, actor: Actor) -> Person:
    """Return whom a referral is about, to whoever helps there.

    Raises
    ------
    NotFound
        `referral`: there is none, or it is not theirs to know of.
    """
    found = None
    if actor.may(Permission.WORK_CASES) and actor.organisation_id is not None:
        theirs = select(Person).join(Referral, Referral.person_id == Person.id)
        found = session.scalars(theirs.where(Referral.id == referral_id, queries.mine(actor))).first()
    if found is None:
        raise NotFound("referral")
    return found


def agreed(session: Session, *, person_id: UUID, organisation_id: UUID, now: datetime) -> bool:
    """Say whether this person's yes to keeping their answers holds for this organisation now."""
    given = queries.agreements(session, person_id=person_id, recipient=organisation_id)
    return bool(consent.check(given, organisation_id, [ITEM], now, purpose=ITEM))


def course(session: Session, *, sealer: Sealer, referral_id: UUID, actor: Actor, now: datetime) -> Course:
    """Return the measures of one person. Raises NotFound as `person_of`."""
    person = person_of(session, referral_id=referral_id, actor=actor)
    here = _organisation(actor)
    holds = agreed(session, person_id=person.id, organisation_id=here, now=now)
    return Course(
        person_id=person.id,
        version=person.version,
        preferred_name=queries.unseal(sealer, person, "preferred_name") or "",
        story=queries.unseal(sealer, person, "story") or "",
        agreed=holds,
        taken=_taken(session, sealer, person.id, here) if holds else (),
    )


def taken_of(session: Session, *, sealer: Sealer, person: Person, actor: Actor, now: datetime) -> Course:
    """Return the measures of somebody; whether the actor may know of them was asked before."""
    here = _organisation(actor)
    holds = agreed(session, person_id=person.id, organisation_id=here, now=now)
    return Course(
        person_id=person.id,
        version=person.version,
        preferred_name="",
        story="",
        agreed=holds,
        taken=_taken(session, sealer, person.id, here) if holds else (),
    )


def one(session: Session, *, sealer: Sealer, assessment_id: UUID, actor: Actor) -> Taken:
    """Return what was just kept, to whoever kept it. Raises NotFound `assessment`: it was erased since."""
    row = session.get(Assessment, assessment_id)
    if row is None or row.organisation_id != actor.organisation_id:
        raise NotFound("assessment")
    return opened(sealer, row)


def opened(sealer: Sealer, row: Assessment) -> Taken:
    """Open one row."""

    def read(column: str, sealed: bytes) -> dict[str, str | int]:
        found: dict[str, str | int] = json.loads(sealer.open(queries.place("assessment", row.id, column), sealed))
        return found

    return Taken(
        id=row.id,
        instrument=row.instrument,
        version=row.version,
        mode=row.mode,
        taken_on=row.taken_on,
        answers={item: str(answer) for item, answer in read("answers", row.answers).items()},
        figures={scale: int(value) for scale, value in read("scores", row.scores).items()},
    )


def licensed(session: Session, *, organisation_id: UUID | None) -> dict[str, str]:
    """Return the licence number an organisation entered, by measure."""
    found = select(MeasureLicence.instrument, MeasureLicence.number).where(
        MeasureLicence.organisation_id == organisation_id
    )
    return {row.instrument: row.number for row in session.execute(found.order_by(MeasureLicence.instrument))}


def name_of(session: Session, organisation_id: UUID) -> str:
    """Return what an organisation is called, for whoever is asked whether it may know."""
    return session.scalar(select(Organisation.name).where(Organisation.id == organisation_id)) or ""


def _taken(session: Session, sealer: Sealer, person_id: UUID, organisation_id: UUID) -> tuple[Taken, ...]:
    theirs = select(Assessment).where(Assessment.person_id == person_id, Assessment.organisation_id == organisation_id)
    in_order = theirs.order_by(Assessment.taken_on, Assessment.created_at, Assessment.id)
    return tuple(opened(sealer, row) for row in session.scalars(in_order))


def _organisation(actor: Actor) -> UUID:
    if actor.organisation_id is None:
        raise NotFound("referral")
    return actor.organisation_id
