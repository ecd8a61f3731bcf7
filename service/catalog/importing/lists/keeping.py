"""Lists that were sent: kept, read by other columns, let go. Never commits.

A list holds what will be shown to everybody, and may hold more: so it is erased when it is taken in, or after a day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Permission, Role
from service.accounts.record import audit
from service.catalog.importing.runs.sources import check_name
from service.catalog.keepers import check
from service.catalog.models_lists import SentList
from service.errors import Conflict, Forbidden, Invalid, NotFound, Problem

KEPT = timedelta(hours=24)
MOST_SENT = 950_000  # bytes: what one form may carry, with room for its other fields
MOST_WAITING = 40
AT_ONCE = 400_000  # bytes, unpacked, that are looked at while somebody waits
OPEN = ("waiting", "checked", "taking")


@dataclass(frozen=True, slots=True, kw_only=True)
class SentView:
    """A list as its page needs it."""

    id: UUID
    source: str
    name: str
    state: str
    plan: Mapping[str, Any] | None
    mapping: Mapping[str, str]
    problem: str | None
    run_number: int | None
    trusted: bool
    made_at: datetime


def send(session: Session, *, source: str, name: str, data: bytes, trusted: bool, actor: Actor, now: datetime) -> UUID:
    """Keep a list that was sent.

    Raises
    ------
    Forbidden
        `edit_catalog`; `out_of_scope`: whoever keeps a part of the catalogue; `manage` for a list to be trusted by
        somebody who is no administrator.
    Invalid
        Fields `source`: `source_name`; `file`: `needed`, `file_too_large`, `too_many`.
    """
    _permitted(actor)
    check.whole(session, actor)
    if trusted:
        may_trust(actor)
    check_name(source)
    if not data:
        raise Invalid("invalid", fields={"file": Problem("needed")})
    if len(data) > MOST_SENT:
        raise Invalid("invalid", fields={"file": Problem("file_too_large", {"limit": MOST_SENT // 1000})})
    waiting = session.scalar(select(func.count()).select_from(SentList).where(SentList.state.in_(OPEN))) or 0
    if waiting >= MOST_WAITING:
        raise Invalid("invalid", fields={"file": Problem("too_many", {"limit": MOST_WAITING})})
    row = SentList(
        id=uuid4(),
        source=source,
        name=" ".join(name.split())[:300] or source,
        data=data,
        mapping={},
        trusted=trusted,
        state="waiting",
        actor_id=actor.user_id,
        actor_role=actor.role.value,
        made_at=now,
    )
    session.add(row)
    session.flush()
    _record(session, row.id, actor, now)
    return row.id


def may_trust(actor: Actor) -> None:
    """Refuse everybody but an administrator: whoever trusts a source shows what nobody has looked at."""
    if actor.role is not Role.ADMIN:
        raise Forbidden(Permission.MANAGE.value)


def view(session: Session, list_id: UUID) -> SentView:
    """Return a list; NotFound `sent_list` for one that is not there any more."""
    return _view(_row(session, list_id))


def waiting(session: Session) -> list[SentView]:
    """Return the lists that somebody has begun with, the newest first."""
    query = select(SentList).where(SentList.state.in_(OPEN)).order_by(SentList.made_at.desc(), SentList.id)
    return [_view(row) for row in session.scalars(query.limit(MOST_WAITING))]


def correct(session: Session, list_id: UUID, mapping: Mapping[str, str], *, actor: Actor, now: datetime) -> None:
    """Have a list read by other columns."""
    row = _held(session, list_id, actor, ("checked", "failed"))
    row.mapping = {str(heading)[:300]: str(field)[:60] for heading, field in mapping.items()}
    row.state, row.plan, row.problem = "waiting", None, None
    _record(session, row.id, actor, now)


def take(session: Session, list_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Have a list taken in, as it was looked at; who asks twice asks once."""
    row = _held(session, list_id, actor, ("checked", "taking", "done"))
    if row.state == "checked":
        row.state, row.actor_id, row.actor_role = "taking", actor.user_id, actor.role.value
        _record(session, row.id, actor, now)


def drop(session: Session, list_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Let a list go that is not being taken in."""
    row = _held(session, list_id, actor, ("waiting", "checked", "failed", "done"))
    session.delete(row)
    _record(session, list_id, actor, now)


def forget_old(session: Session, *, now: datetime) -> int:
    """Erase what is older than a day; a list that is being taken in goes on from what was read of it next time."""
    old = select(SentList).where(SentList.made_at < now - KEPT)
    rows = session.scalars(old.order_by(SentList.id)).all()
    for row in rows:
        session.delete(row)
    return len(rows)


def erase(session: Session, list_id: UUID) -> None:
    """Erase the file itself; that there was one stays for a day."""
    session.execute(update(SentList).where(SentList.id == list_id).values(data=None))


def _permitted(actor: Actor) -> None:
    if not actor.may(Permission.EDIT_CATALOG):
        raise Forbidden(Permission.EDIT_CATALOG.value)


def _row(session: Session, list_id: UUID) -> SentList:
    row = session.get(SentList, list_id)
    if row is None:
        raise NotFound("sent_list")
    return row


def _held(session: Session, list_id: UUID, actor: Actor, states: tuple[str, ...]) -> SentList:
    _permitted(actor)
    check.whole(session, actor)
    row = session.get(SentList, list_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("sent_list")
    if row.state not in states:
        raise Conflict("sent_list_state")
    return row


def _view(row: SentList) -> SentView:
    return SentView(
        id=row.id,
        source=row.source,
        name=row.name,
        state=row.state,
        plan=row.plan,
        mapping=row.mapping,
        problem=row.problem,
        run_number=row.run_number,
        trusted=row.trusted,
        made_at=row.made_at,
    )


def _record(session: Session, list_id: UUID, actor: Actor, now: datetime) -> None:
    audit.record(
        session,
        actor=actor,
        action=Permission.EDIT_CATALOG.value,
        subject="sent_list",
        subject_id=list_id,
        columns=["state"],
        now=now,
    )
