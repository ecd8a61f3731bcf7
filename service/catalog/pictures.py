"""Pictures of a group's door and room: kept here, sent by us, with words for those who cannot see it. Never commits.

A picture is drawn anew before it is kept: what a telephone writes into it (where, when, by whom) is left behind.
"""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from uuid import UUID, uuid4

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Permission
from service.accounts.record import audit
from service.catalog import models as m
from service.catalog.keepers import check
from service.errors import Forbidden, Invalid, NotFound, Problem

LARGEST = 900_000  # bytes of what is sent: a request has at most a million
MOST_PIXELS = 40_000_000  # a picture that unfolds to more is refused unread
SIDE = 1200  # pixels of the longer side of what is kept
QUALITY = 78  # of WebP: a door is still a door
LONGEST_WORDS = 300  # characters
FORMATS = ("JPEG", "PNG", "WEBP")


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureView:
    """A picture as a page needs it; its bytes are asked for apart."""

    id: UUID
    shows: str
    alternative: str
    width: int
    height: int


def pictures_of(session: Session, group_id: UUID) -> dict[str, PictureView]:
    """Return the pictures of a group by what they show."""
    rows = session.scalars(select(m.Picture).where(m.Picture.group_id == group_id))
    return {
        row.shows: PictureView(
            id=row.id, shows=row.shows, alternative=row.alternative, width=row.width, height=row.height
        )
        for row in rows
    }


def picture_file(session: Session, picture_id: UUID) -> tuple[str, bytes]:
    """Return the kind and the bytes of a picture of a group that may be seen; NotFound `picture`."""
    query = (
        select(m.Picture.kind, m.Picture.data)
        .join(m.Group, m.Group.id == m.Picture.group_id)
        .where(m.Picture.id == picture_id, m.Group.status == "published")
    )
    found = session.execute(query).first()
    if found is None:
        raise NotFound("picture")
    return found[0], found[1]


def set_picture(
    session: Session,
    *,
    group_id: UUID,
    shows: str,
    alternative: str,
    data: bytes,
    actor: Actor,
    now: datetime,
    origin: audit.Origin = audit.NOWHERE,
) -> UUID:
    """Put a picture in the place of the one that showed the same; no `data` only changes the words.

    Raises
    ------
    Forbidden, NotFound
        `edit_catalog`, `group`.
    Invalid
        Fields `shows` (`not_a_choice`), `alternative` (`needed`, `too_long`), `file` (`needed`, `not_a_picture`,
        `too_large`).
    """
    _permitted(actor)
    if session.get(m.Group, group_id) is None:
        raise NotFound("group")
    check.listing(session, group_id, actor)
    words = " ".join(alternative.split())
    known = session.scalar(select(m.Picture).where(m.Picture.group_id == group_id, m.Picture.shows == shows))
    problems = _problems(shows, words, data, known=known is not None)
    if problems:
        raise Invalid("invalid", fields=problems)
    if known is not None and not data:
        known.alternative = words
        kept = known.id
    else:
        session.execute(delete(m.Picture).where(m.Picture.group_id == group_id, m.Picture.shows == shows))
        drawn, width, height = drawn_anew(data)
        kept = uuid4()
        row = m.Picture(id=kept, group_id=group_id, shows=shows, alternative=words, kind="image/webp")
        row.width, row.height, row.data = width, height, drawn
        session.add(row)
    session.flush()
    _record(session, actor, group_id, ["picture", shows], now, origin)
    return kept


def remove_picture(
    session: Session,
    *,
    group_id: UUID,
    shows: str,
    actor: Actor,
    now: datetime,
    origin: audit.Origin = audit.NOWHERE,
) -> None:
    """Take a picture away; none there is no mistake."""
    _permitted(actor)
    check.listing(session, group_id, actor)
    session.execute(delete(m.Picture).where(m.Picture.group_id == group_id, m.Picture.shows == shows))
    _record(session, actor, group_id, ["picture", shows], now, origin)


def drawn_anew(data: bytes) -> tuple[bytes, int, int]:
    """Return a picture as WebP, upright and no larger than a page needs, without anything that was written into it."""
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as found:
            if found.width * found.height > MOST_PIXELS:
                raise Invalid("invalid", fields={"file": Problem("too_large", {"limit": LARGEST // 1000})})
            upright = ImageOps.exif_transpose(found).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Invalid("invalid", fields={"file": Problem("not_a_picture")}) from error
    upright.thumbnail((SIDE, SIDE))
    out = BytesIO()
    upright.save(out, "WEBP", quality=QUALITY)
    return out.getvalue(), upright.width, upright.height


def _problems(shows: str, words: str, data: bytes, *, known: bool) -> dict[str, Problem]:
    problems = {}
    if shows not in m.PICTURED:
        problems["shows"] = Problem("not_a_choice")
    if not words:
        problems["alternative"] = Problem("needed")
    elif len(words) > LONGEST_WORDS:
        problems["alternative"] = Problem("too_long", {"limit": LONGEST_WORDS, "length": len(words)})
    if len(data) > LARGEST:
        problems["file"] = Problem("too_large", {"limit": LARGEST // 1000})
    elif not data and not known:
        problems["file"] = Problem("needed")
    return problems


def _permitted(actor: Actor) -> None:
    if not actor.may(Permission.EDIT_CATALOG):
        raise Forbidden(Permission.EDIT_CATALOG.value)


def _record(
    session: Session, actor: Actor, group_id: UUID, columns: list[str], now: datetime, origin: audit.Origin
) -> None:
    audit.record(
        session,
        actor=actor,
        action=Permission.EDIT_CATALOG.value,
        subject="group",
        subject_id=group_id,
        columns=columns,
        now=now,
        origin=origin,
    )
