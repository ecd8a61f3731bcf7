"""Where a group's page is found: by its short code, by a word it once had, and what has become of it. Never writes."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.facts import CONFIDENTIAL, Value
from service.catalog.models_reading import GroupMerge
from service.catalog.short_codes import short_code

# What a visitor may know of: a group that was never shown, or is held back, is as if it were not there.
SEEN = ("published", "paused", "archived")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a group's page is today: `status` is published, paused or archived."""

    group_id: UUID
    slug: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAddress:
    """The page of a group that may be told to anybody."""

    slug: str
    changed_at: datetime


def by_slug(session: Session, slug: str) -> Address | None:
    """Return where the group of this word is, also of one it once had; None if there is none to be seen."""
    former = select(m.FormerSlug.group_id).where(m.FormerSlug.slug == slug)
    return _one(session, or_(m.Group.slug == slug, m.Group.id.in_(former)))


def by_code(session: Session, code: str) -> Address | None:
    """Return where the group of this short code is; None if there is none to be seen."""
    return _one(session, m.Group.short_code == code)


def by_id(session: Session, group_id: UUID) -> Address | None:
    """Return where a group is; None if there is none to be seen."""
    return _one(session, m.Group.id == group_id)


def _one(session: Session, wanted: ColumnElement[bool]) -> Address | None:
    query = select(m.Group.id, m.Group.slug, m.Group.status).where(m.Group.status.in_(SEEN), wanted)
    found = session.execute(query.order_by(m.Group.id)).first()
    if found is None:
        return None
    return _kept(session, Address(group_id=found[0], slug=found[1], status=found[2]))


def _kept(session: Session, found: Address) -> Address:
    """Follow a group that was taken into another to the one that was kept."""
    seen = {found.group_id}
    while found.status == "archived":
        merged = select(GroupMerge.kept_id).where(GroupMerge.other_id == found.group_id, GroupMerge.undone_at.is_(None))
        query = select(m.Group.id, m.Group.slug, m.Group.status).where(m.Group.status.in_(SEEN), m.Group.id.in_(merged))
        row = session.execute(query.order_by(m.Group.id)).first()
        if row is None or row[0] in seen:
            break
        seen.add(row[0])
        found = Address(group_id=row[0], slug=row[1], status=row[2])
    return found


def listed_addresses(session: Session, *, limit: int, offset: int = 0) -> tuple[ListedAddress, ...]:
    """Return published groups by slug, for search engines: none that is made up, and none whose place is a secret."""
    query = _listed().order_by(m.Group.slug).limit(limit).offset(offset)
    return tuple(ListedAddress(slug=row[0], changed_at=row[1]) for row in session.execute(query))


def _listed() -> Select[str, datetime]:
    of_group, places = said_secret()
    secret_place = m.Location.confidential | m.Location.id.in_(places)
    of_place = select(m.GroupLocation.group_id).join(m.Location).where(secret_place)
    return select(m.Group.slug, m.Group.changed_at).where(
        m.Group.status == "published",
        m.Group.is_example.is_(False),
        m.Group.id.not_in(of_group),
        m.Group.id.not_in(of_place),
    )


def said_secret() -> tuple[Select[UUID | None], Select[UUID | None]]:
    """Return the groups, and the places, of which somebody said that the place is kept private."""
    said = (m.Fact.code == CONFIDENTIAL, m.Fact.value == Value.YES.value)
    of_group = select(m.Fact.group_id).where(*said, m.Fact.group_id.is_not(None))
    return of_group, select(m.Fact.location_id).where(*said, m.Fact.location_id.is_not(None))


def as_slug(words: str) -> str:
    """Make the word for a group's address: plain letters and figures; empty where there are none.

    Examples
    --------
    >>> as_slug("Café & Kuchen (Sale)")
    'cafe-kuchen-sale'
    """
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:100].strip("-")


def free_slug(session: Session, name: str, group_id: UUID) -> str:
    """Make the word for a group's address from its name; a taken one gets the start of the group's id."""
    slug = as_slug(name) or "group"
    return f"{slug}-{group_id.hex[:8]}" if holder(session, slug) else slug


def holder(session: Session, slug: str) -> UUID | None:
    """Return the group that has this word in its address, or once had it."""
    now = session.scalar(select(m.Group.id).where(m.Group.slug == slug))
    return now or session.scalar(select(m.FormerSlug.group_id).where(m.FormerSlug.slug == slug))


def free_code(session: Session, group_id: UUID) -> str:
    """Return the first code of this group that no other has."""
    attempt = 0
    while session.scalar(select(m.Group.id).where(m.Group.short_code == short_code(group_id, attempt=attempt))):
        attempt += 1
    return short_code(group_id, attempt=attempt)
