"""What an administrator lets an editor keep. Never commits."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Permission
from service.accounts.record import audit
from service.catalog.keepers.rule import unknown
from service.catalog.models import Organisation
from service.catalog.models_desk import EditorScope
from service.errors import Forbidden, Invalid, Problem

MOST = 200  # districts, and organisations, of one editor
SUBJECT = "user_account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What somebody keeps, to be shown: codes, and ids with names."""

    districts: tuple[str, ...]
    organisations: tuple[tuple[UUID, str], ...]


def kept_by(session: Session, user_id: UUID) -> Kept | None:
    """Return what somebody keeps; None: the whole catalogue."""
    row = session.get(EditorScope, user_id)
    if row is None:
        return None
    ids = [UUID(one) for one in row.organisation_ids]
    named = select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    rows = session.execute(named.order_by(Organisation.name, Organisation.id))
    return Kept(districts=tuple(row.districts), organisations=tuple((one[0], one[1]) for one in rows))


def let_keep(
    session: Session,
    *,
    user_id: UUID,
    districts: Collection[str],
    organisation_ids: Collection[UUID],
    known: Collection[str],
    actor: Actor,
    now: datetime,
    origin: audit.Origin = audit.NOWHERE,
) -> None:
    """Let somebody keep these districts and organisations, and nothing else. `known` are all districts there are.

    Raises
    ------
    Forbidden
        `manage`.
    Invalid
        Field `districts`: `needed` where nothing is named, `too_many`, `unknown_district` with `which`; field
        `organisations`: `too_many`, `unknown_organisation`.
    """
    _permitted(actor)
    problems = _problems(session, set(districts), set(organisation_ids), known)
    if problems:
        raise Invalid("invalid", fields=problems)
    row = session.get(EditorScope, user_id)
    if row is None:
        row = EditorScope(user_id=user_id)
        session.add(row)
    row.districts, row.organisation_ids = sorted(set(districts)), sorted({str(one) for one in organisation_ids})
    row.at = now
    session.flush()
    _record(session, user_id, actor, now, origin)


def let_keep_all(
    session: Session, *, user_id: UUID, actor: Actor, now: datetime, origin: audit.Origin = audit.NOWHERE
) -> None:
    """Let somebody keep the whole catalogue. Raises Forbidden: `manage`."""
    _permitted(actor)
    row = session.get(EditorScope, user_id)
    if row is None:
        return
    session.delete(row)
    session.flush()
    _record(session, user_id, actor, now, origin)


def _problems(
    session: Session, districts: set[str], organisation_ids: set[UUID], known: Collection[str]
) -> dict[str, Problem]:
    problems = {}
    strange = unknown(sorted(districts), known)
    if strange:
        problems["districts"] = Problem("unknown_district", {"which": ", ".join(one[:20] for one in strange[:5])})
    elif len(districts) > MOST:
        problems["districts"] = Problem("too_many", {"limit": MOST})
    elif not districts and not organisation_ids:
        problems["districts"] = Problem("needed")
    if len(organisation_ids) > MOST:
        problems["organisations"] = Problem("too_many", {"limit": MOST})
    elif organisation_ids - set(session.scalars(select(Organisation.id).where(Organisation.id.in_(organisation_ids)))):
        problems["organisations"] = Problem("unknown_organisation")
    return problems


def _permitted(actor: Actor) -> None:
    if not actor.may(Permission.MANAGE):
        raise Forbidden(Permission.MANAGE.value)


def _record(session: Session, user_id: UUID, actor: Actor, now: datetime, origin: audit.Origin) -> None:
    audit.record(
        session,
        actor=actor,
        action="set_scope",
        subject=SUBJECT,
        subject_id=user_id,
        columns=["districts", "organisation_ids"],
        purpose=audit.Purpose.ACCOUNT,
        now=now,
        origin=origin,
    )
