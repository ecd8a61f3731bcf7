"""Who may publish: an administrator can ask for a second pair of eyes. Never commits."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Permission
from service.accounts.record import audit
from service.catalog.models import Revision
from service.catalog.models_desk import CatalogRule
from service.errors import Forbidden

UNPUBLISHED = ("draft", "submitted")


def second_pair(session: Session) -> bool:
    """Tell whether nobody may publish what they wrote themselves."""
    return bool(session.scalar(select(CatalogRule.second_pair)))


def ask_second_pair(
    session: Session, *, wanted: bool, actor: Actor, now: datetime, origin: audit.Origin = audit.NOWHERE
) -> None:
    """Say whether a second pair of eyes is asked for. Raises Forbidden: `manage`."""
    if not actor.may(Permission.MANAGE):
        raise Forbidden(Permission.MANAGE.value)
    row = session.get(CatalogRule, 1)
    if row is None:
        row = CatalogRule(id=1, second_pair=False)
        session.add(row)
    if row.second_pair == wanted:
        return
    row.second_pair = wanted
    session.flush()
    audit.record(
        session,
        actor=actor,
        action="set_rule",
        subject="catalog_rule",
        subject_id=None,
        columns=["second_pair"],
        now=now,
        origin=origin,
    )


def writers(session: Session, group_id: UUID) -> frozenset[UUID]:
    """Return who made a listing, and who handed it in last."""
    saves = select(Revision.actor_id, Revision.difference).where(
        Revision.entity == "group", Revision.entity_id == group_id
    )
    first = session.execute(saves.order_by(Revision.version).limit(1)).first()
    handed_in = None
    for row in session.execute(saves.order_by(Revision.version.desc())):
        if row.difference.get("status", ["", ""])[1] == "submitted":
            handed_in = row.actor_id
            break
    return frozenset(one for one in (first.actor_id if first else None, handed_in) if one is not None)


def may_publish(session: Session, group_id: UUID, actor: Actor) -> bool:
    """Tell whether this person may show on the list what was a draft until now."""
    return not second_pair(session) or actor.user_id not in writers(session, group_id)


def check(session: Session, group_id: UUID, actor: Actor) -> None:
    """Refuse whoever may not publish it. Raises Forbidden: `second_pair`."""
    if not may_publish(session, group_id, actor):
        raise Forbidden("second_pair")
