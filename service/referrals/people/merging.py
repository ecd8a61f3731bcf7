"""Two records of one person become one: referrals, consents, notes and links follow. Flushes, never commits."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, update
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor
from service.accounts.record.audit import NOWHERE, Origin, Purpose
from service.accounts.record.telling import Post
from service.db import Base
from service.db.sealing import Sealer
from service.errors import Conflict, Invalid
from service.referrals import links
from service.referrals.models import Person
from service.referrals.people import queries
from service.referrals.people.given import PersonGiven
from service.referrals.people.operations import note, reach, write
from service.referrals.people.queries import ALL

FILLED = ("contact_notes", "interpreter", "born", "story", "needs", "representative")


def merge(
    session: Session,
    *,
    sealer: Sealer,
    keep_id: UUID,
    other_id: UUID,
    version: int,
    post: Post,
    actor: Actor,
    now: datetime,
    origin: Origin = NOWHERE,
) -> None:
    """Put the other record into the one that is kept, where both are of the actor's own organisation.

    What the kept one lacks is filled in from the other; the more careful of two rules holds. Links to the other's own
    page end.

    Raises
    ------
    NotFound, Invalid, Conflict
        `person` · `same_record` · `stale`: the other one changed since it was shown.
    """
    if keep_id == other_id:
        raise Invalid("same_record")
    first, second = (
        queries.find(session, person_id=one, actor=actor, now=now, lock=True) for one in sorted((keep_id, other_id))
    )
    keep, other = (first, second) if first.id == keep_id else (second, first)
    if keep.organisation_id != other.organisation_id or keep.organisation_id != actor.organisation_id:
        raise Invalid("same_record")
    if other.version != version:
        raise Conflict("stale")
    made = together(queries.given_of(sealer, keep), queries.given_of(sealer, other))
    reach(session, sealer, other, made, ALL, post, now)
    reach(session, sealer, keep, made, ALL, post, now)
    write(sealer, keep, made, ALL, now)
    mark, other.reference_hash = keep.reference_hash or other.reference_hash, None
    session.flush()  # no two people have the same mark, not even for a moment
    keep.reference_hash = mark
    links.revoke(session, person_id=other.id, now=now)
    session.flush()
    for column in _pointing():
        session.execute(update(column.table).where(column == other.id).values({column.name: keep.id}))
    session.execute(delete(Person).where(Person.id == other.id))
    session.expire_all()
    note(session, "merge_people", keep.id, ("person", f"id:{other.id}"), Purpose.FOLLOW_UP, actor, now, origin)


def together(keep: PersonGiven, other: PersonGiven) -> PersonGiven:
    """Join what is known of one person: the kept record first, and on the safe side."""
    filled = {name: getattr(keep, name) or getattr(other, name) for name in FILLED}
    no_contact = "none" in (keep.contact_rule, other.contact_rule)
    return replace(
        keep,
        **filled,
        contact=keep.contact or other.contact,
        contact_rule="none" if no_contact else keep.contact_rule if keep.contact else other.contact_rule,
        under_18=keep.under_18 or other.under_18,
        safety=keep.safety or other.safety,
    )


def _pointing() -> list[ColumnElement[UUID]]:
    """Return every column of every table that names a person: what a room adds later follows as well."""
    people = Base.metadata.tables[Person.__tablename__]
    return [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.column.table is people for key in column.foreign_keys)
    ]
