"""What an editor has typed of a listing and not saved yet. It changes no listing. Never commits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Permission
from service.catalog.models_desk import EditDraft
from service.errors import Forbidden, Invalid, Problem

KEPT = timedelta(days=30)  # the same stands in the table of retention
LARGEST = 60_000  # characters of all fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A form that waits to be gone on with."""

    typed: Mapping[str, str]
    version: int
    kept_at: datetime


def keep(
    session: Session, *, group_id: UUID, typed: Mapping[str, str], version: int, actor: Actor, now: datetime
) -> None:
    """Keep a form in the place of the one before. Raises Forbidden, or Invalid, field `reason`: `too_long`."""
    editor = _editor(actor)
    if sum(len(name) + len(text) for name, text in typed.items()) > LARGEST:
        raise Invalid("invalid", fields={"reason": Problem("too_long", {"limit": LARGEST})})
    row = _row(session, group_id, editor)
    if row is None:
        row = EditDraft(group_id=group_id, user_id=editor)
        session.add(row)
    row.typed, row.version, row.kept_at = dict(typed), version, now
    session.flush()


def find(session: Session, *, group_id: UUID, actor: Actor, now: datetime) -> Draft | None:
    """Return what this editor kept of a listing; None for nothing."""
    row = _row(session, group_id, _editor(actor))
    if row is None or row.kept_at < now - KEPT:
        return None
    return Draft(typed={name: str(text) for name, text in row.typed.items()}, version=row.version, kept_at=row.kept_at)


def throw_away(session: Session, *, group_id: UUID, actor: Actor) -> None:
    """Forget what this editor kept of a listing."""
    mine = delete(EditDraft).where(EditDraft.group_id == group_id, EditDraft.user_id == _editor(actor))
    session.execute(mine)


def forget_old(session: Session, *, now: datetime, kept: timedelta) -> int:
    """Remove drafts that nobody went on with for so long; return how many."""
    old = delete(EditDraft).where(EditDraft.kept_at < now - kept)
    return len(session.scalars(old.returning(EditDraft.id)).all())


def _editor(actor: Actor) -> UUID:
    if not actor.may(Permission.EDIT_CATALOG) or actor.user_id is None:
        raise Forbidden(Permission.EDIT_CATALOG.value)
    return actor.user_id


def _row(session: Session, group_id: UUID, editor: UUID) -> EditDraft | None:
    return session.scalar(select(EditDraft).where(EditDraft.group_id == group_id, EditDraft.user_id == editor))
