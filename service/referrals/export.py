"""All that is kept about a person who was referred, for them: made from the classes of the columns. Never commits."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, cast, or_, select
from sqlalchemy.orm import Session

from service.accounts.models import AuditEntry
from service.accounts.permissions import VISITOR, Actor
from service.accounts.privacy.export import given_out
from service.accounts.record.audit import NOWHERE, Origin
from service.catalog.models import Group, Organisation
from service.db import Base
from service.db.opening import Row, rows
from service.db.sealing import Sealer
from service.errors import NotFound
from service.referrals.desk.belonging import OF_A_CASE
from service.referrals.models import Introduction, Person, Referral

# What somebody at work is worried about is for a safeguarding lead alone, also where the file is made for the person:
# whoever makes it may be who the worry is about, and whoever opens it at home may not be alone.
KEPT_BACK = {"incident"}


def about_person(
    session: Session,
    *,
    person_id: UUID,
    sealer: Callable[[str], Sealer],
    now: datetime,
    actor: Actor = VISITOR,
    origin: Origin = NOWHERE,
) -> Mapping[str, Any]:
    """Return everything about one person but `KEPT_BACK` as plain values, with who looked, and record that it was read.

    Raises
    ------
    NotFound
        `person`.
    """
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound("person")
    ids = _ids(session, person_id)
    kept = {name: rows(session, Base.metadata, name, where, sealer) for name, where in _theirs(person_id, ids).items()}
    looked = who_looked(session, [person_id, *ids])
    head = given_out(
        session, subject="person", subject_id=person_id, about="person", kept=kept, actor=actor, now=now, origin=origin
    )
    return {
        **head,
        "groups": _groups(session, kept["introduction"] + kept["consent"]),
        "organisation": session.scalar(select(Organisation.name).where(Organisation.id == person.organisation_id)),
        "who_looked": looked,
    }


def _ids(session: Session, person_id: UUID) -> list[UUID]:
    """Return the ids of a person's referrals and introductions."""
    referrals = session.scalars(select(Referral.id).where(Referral.person_id == person_id)).all()
    asked = session.scalars(select(Introduction.id).where(Introduction.referral_id.in_(referrals))).all()
    return [*referrals, *asked]


def _theirs(person_id: UUID, ids: Sequence[UUID]) -> dict[str, ColumnElement[bool]]:
    """Say, for each table that tells of a person, which rows are of this one."""
    tables = Base.metadata.tables
    about = tables["outbox_message"].c.key
    return {
        "person": tables["person"].c.id == person_id,
        "consent": tables["consent"].c.person_id == person_id,
        "referral": tables["referral"].c.person_id == person_id,
        "introduction": tables["introduction"].c.referral_id.in_(ids),
        "leader_link": tables["leader_link"].c.introduction_id.in_(ids),
        "follow_up": tables["follow_up"].c.introduction_id.in_(ids),
        "person_ask": tables["person_ask"].c.person_id == person_id,
        "assessment": tables["assessment"].c.person_id == person_id,
        "group_question": tables["group_question"].c.introduction_id.in_(ids),
        "person_link": tables["person_link"].c.person_id == person_id,
        **{name: tables[name].c.referral_id.in_(ids) for name in OF_A_CASE if name not in KEPT_BACK},
        "move": tables["move"].c.entity_id.in_(ids),
        "referral_event": tables["referral_event"].c.referral_id.in_(ids),
        "outbox_message": or_(*(about.contains(str(one)) for one in (person_id, *ids))),
        "idempotency": tables["idempotency"].c.resource_id.in_(ids),
    }


def who_looked(session: Session, ids: Sequence[UUID]) -> list[Row]:
    """Return who read or changed what is kept of somebody, newest first: roles and organisations, no names of staff."""
    listed = cast(AuditEntry.columns, String)
    named = or_(AuditEntry.subject_id.in_(ids), *(listed.contains(f"id:{one}") for one in ids))
    found = select(AuditEntry, Organisation.name).outerjoin(Organisation, Organisation.id == AuditEntry.organisation_id)
    newest = found.where(named, AuditEntry.outcome == "done").order_by(AuditEntry.sequence.desc())
    return [
        {
            "at": row.at.isoformat(),
            "role": row.role,
            "organisation": organisation,
            "action": row.action,
            "purpose": row.purpose,
            "columns": [column for column in row.columns if not column.startswith("id:")],
        }
        for row, organisation in session.execute(newest)
    ]


def _groups(session: Session, named: Sequence[Row]) -> dict[str, str]:
    ids = {UUID(row["group_id"]) for row in named if row["group_id"]}
    found = session.execute(select(Group.id, Group.name).where(Group.id.in_(ids))).all()
    return {str(group_id): name for group_id, name in found}
