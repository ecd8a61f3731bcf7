"""Making two listings of one group into one, and taking that back. Never commits.

The other listing stays, archived: whatever points at it still finds it. Its addresses and outside ids lead to the one
that is kept.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor
from service.accounts.record import audit
from service.catalog import models as m
from service.catalog.models_reading import GroupMerge, LikelyPair
from service.catalog.operations import edit_group, readdress, restore, set_status
from service.catalog.queries import group_by_id
from service.catalog.reading.united import united
from service.catalog.snapshots import snapshot
from service.errors import Conflict, NotFound

# From archived, the moves that lead back to what a listing was.
WAY_BACK = {
    "published": ("published",),
    "draft": ("draft",),
    "submitted": ("draft", "submitted"),
    "paused": ("published", "paused"),
    "archived": (),
}
LONGEST = 80  # letters of an address that are kept when it is put aside


def merge_groups(
    session: Session,
    *,
    kept_id: UUID,
    other_id: UUID,
    chosen: Collection[str] = (),
    versions: tuple[int, int],
    actor: Actor,
    reason: str,
    now: datetime,
    origin: audit.Origin = audit.NOWHERE,
) -> GroupMerge:
    """Take one group into another; `chosen` names the fields in which the other is right.

    Raises
    ------
    Forbidden, NotFound
        As `edit_group`.
    Conflict
        `stale_version` of either, or `status_move`: what is on hold is neither kept nor put away.
    Invalid
        What is united cannot be kept: as `edit_group`.
    """
    if kept_id == other_id:
        raise Conflict("stale_version", current_version=versions[0])
    kept, other = (group_by_id(session, each, today=now.date(), public=False) for each in (kept_id, other_id))
    if "held" in (kept.status, other.status):
        raise Conflict("status_move", before="held", after="archived")
    if other.version != versions[1]:
        raise Conflict("stale_version", current_version=other.version)
    changes = united(kept_id, snapshot(kept), snapshot(other), chosen)
    common = {"actor": actor, "reason": reason, "now": now, "origin": origin}
    saved = edit_group(session, group_id=kept_id, changes=changes, expected_version=versions[0], **common)  # type: ignore[arg-type]
    _as_known(session, kept_id, other_id, changes.facts, changes.terms or ())
    merge = GroupMerge(
        id=uuid4(),
        kept_id=kept_id,
        other_id=other_id,
        kept_version=saved.version if saved.version != versions[0] else None,
        status=other.status,
        slug=other.slug,
        moved_slugs=[],
        moved_ids=[],
        at=now,
    )
    _put_away(session, merge, versions[1], actor, reason, now, origin)
    session.add(merge)
    _decide(session, kept_id, other_id, "merged", now)
    session.flush()
    return merge


def _as_known(session: Session, kept_id: UUID, other_id: UUID, facts: Collection[str], terms: Collection[str]) -> None:
    """Keep with each fact and interest that came over who said it and when: nobody has asked anew."""
    for fact in session.scalars(select(m.Fact).where(m.Fact.group_id == other_id, m.Fact.code.in_(facts))):
        session.execute(
            update(m.Fact)
            .where(m.Fact.group_id == kept_id, m.Fact.code == fact.code)
            .values(
                source=fact.source,
                confirmed_on=fact.confirmed_on,
                confirmed_by_role=fact.confirmed_by_role,
                note=fact.note,
                amount=fact.amount,
            )
        )
    mine = set(session.scalars(select(m.GroupTerm.code).where(m.GroupTerm.group_id == kept_id, m.GroupTerm.weight < 1)))
    for term in session.scalars(select(m.GroupTerm).where(m.GroupTerm.group_id == other_id)):
        if term.code in terms and term.code not in mine:
            session.execute(
                update(m.GroupTerm)
                .where(m.GroupTerm.group_id == kept_id, m.GroupTerm.code == term.code)
                .values(source=term.source, weight=term.weight)
            )


def _put_away(
    session: Session, merge: GroupMerge, version: int, actor: Actor, reason: str, now: datetime, origin: audit.Origin
) -> None:
    """Archive the other one; its addresses and outside ids lead to the kept one from now on."""
    other = merge.other_id
    moved = select(m.FormerSlug.slug).where(m.FormerSlug.group_id == other).order_by(m.FormerSlug.slug)
    merge.moved_slugs = list(session.scalars(moved))
    aside = f"{merge.slug[:LONGEST]}-{merge.id.hex[:8]}"
    common = {"actor": actor, "reason": reason, "now": now, "origin": origin}
    put = readdress(session, group_id=other, words=aside, expected_version=version, **common)  # type: ignore[arg-type]
    session.execute(update(m.FormerSlug).where(m.FormerSlug.group_id == other).values(group_id=merge.kept_id))
    own = select(m.ExternalId.id).where(m.ExternalId.entity == "group", m.ExternalId.entity_id == other)
    ids = list(session.scalars(own.order_by(m.ExternalId.id)))
    session.execute(update(m.ExternalId).where(m.ExternalId.id.in_(ids)).values(entity_id=merge.kept_id))
    merge.moved_ids = [str(one) for one in ids]
    if merge.status != "archived":
        set_status(session, group_id=other, status="archived", expected_version=put.version, **common)  # type: ignore[arg-type]


def undo_merge(
    session: Session,
    *,
    merge_id: UUID,
    kept_expected: int,
    actor: Actor,
    reason: str,
    now: datetime,
    origin: audit.Origin = audit.NOWHERE,
) -> None:
    """Give both back as they were. Raises as `restore`; Conflict `stale_version` if it was taken back before."""
    merge = session.get(GroupMerge, merge_id, with_for_update=True, populate_existing=True)
    if merge is None:
        raise NotFound("group")
    if merge.undone_at is not None:
        raise Conflict("stale_version", current_version=kept_expected)
    common = {"actor": actor, "reason": reason, "now": now, "origin": origin}
    if merge.kept_version is not None:
        kept = {"group_id": merge.kept_id, "version": merge.kept_version, "expected_version": kept_expected}
        restore(session, **kept, **common)  # type: ignore[arg-type]
    back = [UUID(one) for one in merge.moved_ids]
    session.execute(update(m.ExternalId).where(m.ExternalId.id.in_(back)).values(entity_id=merge.other_id))
    session.execute(
        update(m.FormerSlug).where(m.FormerSlug.slug.in_(merge.moved_slugs)).values(group_id=merge.other_id)
    )
    session.execute(delete(m.FormerSlug).where(m.FormerSlug.slug == merge.slug))
    other = group_by_id(session, merge.other_id, today=now.date(), public=False)
    put = readdress(session, group_id=other.id, words=merge.slug, expected_version=other.version, **common)  # type: ignore[arg-type]
    for status in WAY_BACK[merge.status]:
        put = set_status(session, group_id=other.id, status=status, expected_version=put.version, **common)  # type: ignore[arg-type]
    merge.undone_at = now
    _decide(session, merge.kept_id, merge.other_id, "open", now)
    session.flush()


def _decide(session: Session, one: UUID, other: UUID, state: str, now: datetime) -> None:
    first, second = sorted((one, other))
    pair = (LikelyPair.first_id == first, LikelyPair.second_id == second)
    decided = None if state == "open" else now
    session.execute(update(LikelyPair).where(*pair).values(state=state, decided_at=decided))
