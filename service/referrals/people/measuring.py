"""Measures that a program sends and reads, one at a time, of a person whom it knows by their id. Never commits."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Permission
from service.accounts.record.audit import NOWHERE, Origin
from service.db.sealing import Sealer
from service.errors import Forbidden, Invalid, Problem
from service.referrals.measures import queries
from service.referrals.measures.definitions import MOST_GROUPS, SLOTS, Kind, Measure
from service.referrals.measures.operations import Sitting, agree, keep, record, scored_of
from service.referrals.measures.queries import Course
from service.referrals.measures.scoring import Scored
from service.referrals.people import queries as people


def take_one(
    session: Session,
    *,
    sealer: Sealer,
    person_id: UUID,
    assessment_id: UUID,
    measure: Measure,
    answers: Mapping[str, str],
    sitting: Sitting,
    actor: Actor,
    now: datetime,
    origin: Origin = NOWHERE,
) -> Scored:
    """Score one measure that a program sends, and keep it; of a measure that others license, with a licence alone.

    Raises
    ------
    Forbidden, NotFound
        `not_allowed` · `person`.
    Invalid
        As `take`; `licence_needed`; or `unknown_field` for what is no item of this measure.
    """
    if not actor.may(Permission.MEASURE) or actor.organisation_id is None:
        raise Forbidden("not_allowed")
    here = actor.organisation_id
    row = people.find(session, person_id=person_id, actor=actor, now=now, lock=True)
    if measure in SLOTS and measure.code not in queries.licensed(session, organisation_id=here):
        raise Invalid("assessment", fields={"measure": Problem("licence_needed")})
    unknown = {name: Problem("unknown_field") for name in answers if name not in fields_of(measure)}
    if unknown:
        raise Invalid("assessment", fields=unknown)
    [scored] = scored_of((measure,), answers, sitting, now)
    if not queries.agreed(session, person_id=row.id, organisation_id=here, now=now):
        if not sitting.yes:
            raise Invalid("assessment", fields={"yes": Problem("no_yes")})
        agree(session, row.id, here, "spoken", now)
    keep(session, sealer, row.id, here, (scored,), sitting, actor, now, assessment_id)
    record(session, actor, "measure", row.id, ("assessment",), now, origin)
    return scored


def read_taken(
    session: Session, *, sealer: Sealer, person_id: UUID, actor: Actor, now: datetime, origin: Origin = NOWHERE
) -> Course:
    """Read, by a program, all that an organisation was told by measures, and record it. Raises NotFound `person`."""
    if not actor.may(Permission.READ_MEASURES):
        raise Forbidden("not_allowed")
    row = people.find(session, person_id=person_id, actor=actor, now=now)
    found = queries.taken_of(session, sealer=sealer, person=row, actor=actor, now=now)
    record(session, actor, Permission.READ_MEASURES.value, found.person_id, ("assessment",), now, origin)
    return found


def fields_of(measure: Measure) -> frozenset[str]:
    """Return what may be answered of a measure."""
    if measure.kind is Kind.TOTAL:
        return frozenset({"total"})
    if measure.kind is Kind.MAP:
        parts = ("name", "weight", "often", "wish")
        return frozenset(f"{part}_{number}" for part in parts for number in range(1, MOST_GROUPS + 1))
    return frozenset(measure.items)
