"""How a change of something that groups share is kept: its revision, its audit row, and word of it to every worker."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.orm.exc import StaleDataError

from service.accounts.permissions import Actor, Permission
from service.accounts.record import audit
from service.catalog import models as m
from service.catalog.keepers import check
from service.catalog.operations import touch
from service.catalog.snapshots import Difference
from service.errors import Conflict, Forbidden


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """An organisation or a place as an editor sees it: what can be changed of it, and how many groups share it."""

    id: UUID
    values: Mapping[str, object]
    groups: int
    version: int
    is_example: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Save:
    """Who saves, why and when."""

    actor: Actor
    reason: str | None
    now: datetime
    origin: audit.Origin = audit.NOWHERE

    def permitted(self) -> None:
        """Raise Forbidden `edit_catalog` for whoever may not."""
        if not self.actor.may(Permission.EDIT_CATALOG):
            raise Forbidden(Permission.EDIT_CATALOG.value)


def theirs(session: Session, row: m.Organisation | m.Location, save: Save) -> None:
    """Raise Forbidden `out_of_scope` where another team keeps it. Ask before anything of it is changed."""
    check.shared(session, row, save.actor)


def same_version(row: m.Organisation | m.Location, expected_version: int) -> None:
    """Raise Conflict `stale_version` where somebody saved since this version was read."""
    if row.version != expected_version:
        raise Conflict("stale_version", current_version=row.version)


def keep(
    session: Session,
    entity: str,
    row: m.Organisation | m.Location,
    changed: Difference,
    groups: Collection[UUID],
    save: Save,
) -> None:
    """Write a row with its revision, its audit row and the number of each group it belongs to, in this order."""
    if row in session and row not in session.new:
        flag_modified(row, "name")  # a new version also where only facts differ
    session.add(row)
    try:
        session.flush()
    except StaleDataError as error:  # cannot happen while the row is held; never overwrite if it does
        raise Conflict("stale_version", current_version=row.version) from error
    session.add(
        m.Revision(
            entity=entity,
            entity_id=row.id,
            version=row.version,
            difference=changed,
            reason=save.reason,
            actor_id=save.actor.user_id,
            actor_role=save.actor.role.value,
            at=save.now,
        )
    )
    touch(session, groups, now=save.now)
    audit.record(
        session,
        actor=save.actor,
        action=Permission.EDIT_CATALOG.value,
        subject=entity,
        subject_id=row.id,
        columns=sorted(changed),
        now=save.now,
        origin=save.origin,
    )
