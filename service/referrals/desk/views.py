"""Ways to look at the desk that a link worker keeps under a name, each their own. Flushes, never commits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Permission
from service.errors import Forbidden, Invalid, Problem
from service.referrals.desk import filtering
from service.referrals.desk.filtering import Filter
from service.referrals.intake import text_problem
from service.referrals.models_desk import DeskView

MOST = 8
LONGEST_NAME = 40  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One of them."""

    id: UUID
    name: str
    wanted: Filter


def kept_by(session: Session, actor: Actor) -> tuple[Kept, ...]:
    """Return what somebody keeps, by name."""
    mine = select(DeskView).where(DeskView.user_id == actor.user_id).order_by(DeskView.name, DeskView.id)
    return tuple(Kept(id=row.id, name=row.name, wanted=_read(row.query)) for row in session.scalars(mine))


def keep(session: Session, *, name: str, wanted: Filter, actor: Actor, now: datetime) -> None:
    """Keep a way to look; one of the same name is replaced.

    Raises
    ------
    Forbidden
        `work_cases`.
    Invalid
        Field `name`: `missing`, `too_long`, `wrong_form`, or `views_full`.
    """
    user_id = _worker(actor)
    plain = " ".join(name.split())
    wrong = text_problem(plain, LONGEST_NAME) if plain else Problem("missing")
    mine = select(DeskView).where(DeskView.user_id == user_id)
    row = session.scalar(mine.where(DeskView.name == plain)) if wrong is None else None
    if wrong is None and row is None and _many(session, user_id) >= MOST:
        wrong = Problem("views_full", {"most": MOST})
    if wrong is not None:
        raise Invalid("view", fields={"name": wrong})
    if row is None:
        row = DeskView(id=uuid4(), user_id=user_id, name=plain, made_at=now)
        session.add(row)
    row.query = urlencode(filtering.written(wanted))
    session.flush()


def forget(session: Session, *, view_id: UUID | None, actor: Actor) -> None:
    """Keep one of them no more; somebody else's stays. Raises Forbidden `work_cases`."""
    session.execute(delete(DeskView).where(DeskView.id == view_id, DeskView.user_id == _worker(actor)))


def _many(session: Session, user_id: UUID) -> int:
    return session.scalar(select(func.count()).select_from(DeskView).where(DeskView.user_id == user_id)) or 0


def _read(query: str) -> Filter:
    found: Mapping[str, str] = dict(parse_qsl(query))
    return filtering.read(found)


def _worker(actor: Actor) -> UUID:
    if not actor.may(Permission.WORK_CASES) or actor.user_id is None:
        raise Forbidden(Permission.WORK_CASES.value)
    return actor.user_id
