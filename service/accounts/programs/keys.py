"""Programs that may act for an organisation: their keys, made and shown once, listed, replaced, ended."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, false, select, true, update
from sqlalchemy.orm import Session

from service.accounts.credentials import new_api_key, token_hash
from service.accounts.models import ApiKey
from service.accounts.permissions import SCOPES, Actor, Permission
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin
from service.errors import Conflict, Invalid, NotFound, Problem

KEY_LASTS = timedelta(days=365)
MOST_OVERLAP = timedelta(days=14)  # for which a key works on beside the one that replaces it
LONGEST_NAME = 200  # characters
PAGE = 50
SUBJECT = "api_key"  # of audit rows


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """An API key, on the one occasion on which it can be read."""

    id: UUID
    key: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLine:
    """A program in a list: what tells it apart, and nothing that opens a door."""

    id: UUID
    prefix: str
    name: str
    organisation_id: UUID
    scopes: tuple[str, ...]
    signs: bool  # it signs what it sends, and has no key of ours
    created_at: datetime
    expires_at: datetime
    last_used_on: date | None
    replaced: bool
    works: bool


def create_api_key(
    session: Session,
    *,
    organisation_id: UUID,
    name: str,
    scopes: Iterable[str],
    actor: Actor,
    now: datetime,
    lasts: timedelta = KEY_LASTS,
    public_keys: Mapping[str, Any] | None = None,
    key_id: UUID | None = None,
    origin: Origin = NOWHERE,
) -> NewKey:
    """Let a program of one organisation in: by a key, which is in the answer and nowhere else, or by what it signs.

    `public_keys` is what `assertions.key_set` made of a program's own keys; then there is no key of ours. `key_id` is
    the id to make it under, where somebody asked for it with an idempotency key.

    Raises
    ------
    Invalid
        `api_key`: no name, no scope, a scope we do not have, or a time longer than a year.
    """
    row, key = _row(organisation_id=organisation_id, name=name, scopes=scopes, now=now, lasts=lasts)
    row.id = key_id or row.id
    if public_keys is None:
        row.key_hash = token_hash(key)
    else:
        row.public_keys, key = dict(public_keys), ""
    return _made(session, row, key, actor=actor, now=now, origin=origin)


def rotate_api_key(
    session: Session, *, key_id: UUID, actor: Actor, now: datetime, overlap: timedelta, origin: Origin = NOWHERE
) -> NewKey:
    """Make the key that replaces another one, which works on for the overlap: long enough to change the program.

    Raises
    ------
    NotFound
        `api_key`: none of this actor's, or a program that signs and so replaces its keys itself.
    Conflict
        `key_ended` or `key_replaced`: there is nothing left to replace.
    Invalid
        `api_key`: an overlap longer than two weeks.
    """
    if not timedelta(0) <= overlap <= MOST_OVERLAP:
        raise Invalid("api_key", fields={"overlap": Problem("key_overlap", {"most_days": MOST_OVERLAP.days})})
    old = _one(session, key_id, actor)
    if old.public_keys is not None:
        raise NotFound("api_key")
    if old.revoked_at is not None or old.expires_at <= now:
        raise Conflict("key_ended")
    if old.replaced_by is not None:
        raise Conflict("key_replaced")
    row, key = _row(
        organisation_id=old.organisation_id,
        name=old.name,
        scopes=old.scopes,
        now=now,
        lasts=old.expires_at - old.created_at,
    )
    row.key_hash = token_hash(key)
    made = _made(session, row, key, actor=actor, now=now, origin=origin)
    old.replaced_by, old.expires_at = row.id, min(old.expires_at, now + overlap)
    audit.record(
        session,
        actor=actor,
        action="replace_key",
        subject=SUBJECT,
        subject_id=key_id,
        purpose=audit.Purpose.SECURITY,
        now=now,
        origin=origin,
    )
    return made


def revoke_api_key(session: Session, *, key_id: UUID, actor: Actor, now: datetime, origin: Origin = NOWHERE) -> None:
    """End a key from the next request on, and with it every access token of its program.

    Raises
    ------
    NotFound
        `api_key`: none that this actor may end.
    """
    row = _one(session, key_id, actor)
    row.revoked_at = row.revoked_at or now
    audit.record(
        session,
        actor=actor,
        action="revoke_key",
        subject=SUBJECT,
        subject_id=key_id,
        purpose=audit.Purpose.SECURITY,
        now=now,
        origin=origin,
    )


def change_public_keys(
    session: Session,
    *,
    key_id: UUID,
    public_keys: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    origin: Origin = NOWHERE,
) -> None:
    """Give a program that signs other public keys: how it replaces its own, with both in the set for a while.

    Raises
    ------
    NotFound
        `api_key`: none that this actor may change, or one that does not sign.
    """
    row = _one(session, key_id, actor)
    if row.public_keys is None:
        raise NotFound("api_key")
    row.public_keys = dict(public_keys)
    audit.record(
        session,
        actor=actor,
        action="replace_key",
        subject=SUBJECT,
        subject_id=key_id,
        columns=("public_keys",),
        purpose=audit.Purpose.SECURITY,
        now=now,
        origin=origin,
    )


def keys_of(
    session: Session, *, actor: Actor, now: datetime, organisation_id: UUID | None = None, page: int = 1
) -> list[KeyLine]:
    """List the programs this actor may manage, newest first; one more than a page holds, if there are more."""
    found = select(ApiKey).where(within(actor)).order_by(ApiKey.created_at.desc(), ApiKey.id)
    if organisation_id is not None:
        found = found.where(ApiKey.organisation_id == organisation_id)
    rows = session.scalars(found.offset((page - 1) * PAGE).limit(PAGE + 1))
    return [_line(row, now) for row in rows]


def read_key(session: Session, *, key_id: UUID, actor: Actor, now: datetime) -> KeyLine:
    """Give one program of this actor's.

    Raises
    ------
    NotFound
        `api_key`.
    """
    return _line(_one(session, key_id, actor), now)


def touch_api_key(session: Session, *, key_id: UUID, now: datetime) -> None:
    """Note the day on which a key was last used."""
    session.execute(update(ApiKey).where(ApiKey.id == key_id).values(last_used_on=now.date()))


def within(actor: Actor) -> ColumnElement[bool]:
    """Say, as a condition, which programs somebody may manage: all, those of their organisation, or none."""
    if not actor.may(Permission.MANAGE_KEYS):
        return false()
    if actor.may(Permission.MANAGE):
        return true()
    return ApiKey.organisation_id == actor.organisation_id if actor.organisation_id is not None else false()


def _one(session: Session, key_id: UUID, actor: Actor) -> ApiKey:
    row = session.scalar(select(ApiKey).where(ApiKey.id == key_id, within(actor)))
    if row is None:
        raise NotFound("api_key")
    return row


def _row(
    *, organisation_id: UUID, name: str, scopes: Iterable[str], now: datetime, lasts: timedelta
) -> tuple[ApiKey, str]:
    wanted, called = sorted(set(scopes)), " ".join(name.split())
    fields = {}
    if not 0 < len(called) <= LONGEST_NAME:
        fields["name"] = Problem("key_name", {"most": LONGEST_NAME})
    if not wanted or not set(wanted) <= set(SCOPES):
        fields["scopes"] = Problem("scopes", {"known": sorted(SCOPES)})
    if not timedelta(0) < lasts <= KEY_LASTS:
        fields["lasts"] = Problem("key_lasts", {"most_days": KEY_LASTS.days})
    if fields:
        raise Invalid("api_key", fields=fields)
    prefix, key = new_api_key()
    row = ApiKey(id=uuid4(), prefix=prefix, name=called, organisation_id=organisation_id)
    row.scopes, row.created_at, row.expires_at = wanted, now, now + lasts
    return row, key


def _made(session: Session, row: ApiKey, key: str, *, actor: Actor, now: datetime, origin: Origin) -> NewKey:
    session.add(row)
    session.flush()
    audit.record(
        session,
        actor=actor,
        action="make_key",
        subject=SUBJECT,
        subject_id=row.id,
        purpose=audit.Purpose.SECURITY,
        now=now,
        origin=origin,
    )
    return NewKey(id=row.id, key=key, expires_at=row.expires_at)


def _line(row: ApiKey, now: datetime) -> KeyLine:
    return KeyLine(
        id=row.id,
        prefix=row.prefix,
        name=row.name,
        organisation_id=row.organisation_id,
        scopes=tuple(row.scopes),
        signs=row.public_keys is not None,
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_on=row.last_used_on,
        replaced=row.replaced_by is not None,
        works=row.revoked_at is None and row.expires_at > now,
    )
