"""What a group answers by the link in a mail, without an account. Reading uses nothing up. Never commits."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from service.accounts.record import audit
from service.catalog import leader_links, reports
from service.catalog.fresh import deeds
from service.catalog.fresh.deeds import LEADER
from service.catalog.queries import group_by_id
from service.catalog.reports import Said
from service.catalog.views import GroupView
from service.db.sealing import Sealer
from service.errors import Conflict, Gone

PURPOSE = "confirm"
RIGHT, CHANGED, CLOSED = ANSWERS = ("right", "changed", "closed")


def opened(session: Session, *, token: str, now: datetime) -> GroupView:
    """Return the listing a link asks about.

    Raises
    ------
    NotFound, Gone
        As `leader_links.open_link`; also `link_paused`: the listing is not shown to anybody just now.
    """
    group_id = leader_links.open_link(session, token=token, purpose=PURPOSE, now=now)
    group = group_by_id(session, group_id, today=now.date(), public=False)
    if group.status != "published":
        raise Gone("link_paused")
    return group


def still_right(session: Session, *, token: str, version: int, now: datetime, origin: audit.Origin) -> GroupView:
    """Take the answer that all is still right. Raises as `opened`, or Conflict: it is not what was shown."""
    group = _taken(session, token, RIGHT, version, now)
    deeds.confirm(session, group_id=group.id, version=group.version, actor=LEADER, now=now, origin=origin)
    return group


def changed(session: Session, *, token: str, sealer: Sealer, said: Said, now: datetime) -> GroupView:
    """Take what is otherwise now, as a report for editors. Raises as `opened`."""
    group = _taken(session, token, CHANGED, None, now)
    reports.take(session, sealer=sealer, report_id=uuid4(), group_id=group.id, said=said, now=now)
    deeds.answered(session, group_id=group.id, now=now)
    return group


def closed(
    session: Session, *, token: str, sealer: Sealer, words: str, version: int, now: datetime, origin: audit.Origin
) -> GroupView:
    """Take the answer that the group is no more: it rests at once, and an editor is told. Raises as `still_right`."""
    group = _taken(session, token, CLOSED, version, now)
    deeds.end(
        session,
        group_id=group.id,
        status="paused",
        version=group.version,
        actor=LEADER,
        reason=words,
        now=now,
        origin=origin,
    )
    said = Said(wrong="closed", words=words)
    reports.take(session, sealer=sealer, report_id=uuid4(), group_id=group.id, said=said, now=now)
    return group


def _taken(session: Session, token: str, answer: str, version: int | None, now: datetime) -> GroupView:
    group = opened(session, token=token, now=now)
    if version is not None and version != group.version:
        raise Conflict("stale_version", current_version=group.version)
    leader_links.use(session, token=token, purpose=PURPOSE, answer=answer, now=now)
    return group
