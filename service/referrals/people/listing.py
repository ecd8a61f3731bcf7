"""All people of one organisation, in the order in which they changed, to be read on and on. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Permission
from service.db.sealing import Sealer
from service.referrals.models import Person, Referral
from service.referrals.people import references
from service.referrals.people.queries import theirs
from service.referrals.queries import mine

PAGE = 50
changed = func.coalesce(Person.changed_at, Person.created_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """Somebody in a list: nothing that they said, and no name."""

    id: UUID
    version: int
    contact_rule: str
    language: str
    changed_at: datetime
    referrals: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whom to list. With `after`, those that come behind this person, who had changed at `since`."""

    since: datetime | None = None
    after: UUID | None = None
    reference: str = ""


def people(session: Session, *, sealer: Sealer, wanted: Wanted, actor: Actor) -> tuple[PersonLine, ...]:
    """Return a page of people of the actor's own organisation; one more than `PAGE` says that there is a next."""
    if actor.organisation_id is None or not actor.may(Permission.READ_REFERRALS):
        return ()
    own = (Person.organisation_id == actor.organisation_id, theirs(actor))
    found = session.execute(
        select(Person, changed)
        .where(*own, *_asked(sealer, wanted, actor.organisation_id))
        .order_by(changed, Person.id)
        .limit(PAGE + 1)
    ).all()
    referrals = _referrals(session, [row.id for row, _at in found], actor)
    return tuple(
        PersonLine(
            id=row.id,
            version=row.version,
            contact_rule=row.contact_rule,
            language=row.language,
            changed_at=row.changed_at or row.created_at,
            referrals=referrals.get(row.id, ()),
        )
        for row, _at in found
    )


def _asked(sealer: Sealer, wanted: Wanted, organisation_id: UUID) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.reference:
        found.append(Person.reference_hash == references.mark(sealer, organisation_id, wanted.reference))
    if wanted.since is not None and wanted.after is not None:
        found.append(or_(changed > wanted.since, and_(changed == wanted.since, Person.id > wanted.after)))
    elif wanted.since is not None:
        found.append(changed >= wanted.since)
    return found


def _referrals(session: Session, people_ids: list[UUID], actor: Actor) -> Mapping[UUID, tuple[UUID, ...]]:
    wanted = select(Referral.person_id, Referral.id).where(Referral.person_id.in_(people_ids), mine(actor))
    found: dict[UUID, tuple[UUID, ...]] = {}
    for person_id, referral_id in session.execute(wanted.order_by(Referral.created_at.desc(), Referral.id)):
        found[person_id] = (*found.get(person_id, ()), referral_id)
    return found
