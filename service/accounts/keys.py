"""Programs that may act for an organisation: their keys, made and shown once, seen, ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import update
from sqlalchemy.orm import Session

from service.accounts import audit
from service.accounts.credentials import new_api_key, token_hash
from service.accounts.models import ApiKey
from service.accounts.permissions import SCOPES, Actor
from service.errors import Invalid, NotFound, Problem

KEY_LASTS = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """An API key, on the one occasion on which it can be read."""

    id: UUID
    key: str
    expires_at: datetime


def create_api_key(
    session: Session,
    *,
    organisation_id: UUID,
    name: str,
    scopes: Iterable[str],
    actor: Actor,
    now: datetime,
    lasts: timedelta = KEY_LASTS,
) -> NewKey:
    """Make a key for a program of one organisation. The key is in the answer and nowhere else.

    Raises
    ------
    Invalid
        `api_key`: no scope, a scope we do not have, or a time longer than a year.
    """
    wanted = sorted(set(scopes))
    fields = {}
    if not wanted or not set(wanted) <= set(SCOPES):
        fields["scopes"] = Problem("scopes", {"known": sorted(SCOPES)})
    if not timedelta(0) < lasts <= KEY_LASTS:
        fields["lasts"] = Problem("key_lasts", {"most_days": KEY_LASTS.days})
    if fields:
        raise Invalid("api_key", fields=fields)
    prefix, key = new_api_key()
    row = ApiKey(id=uuid4(), prefix=prefix, key_hash=token_hash(key), name=name, organisation_id=organisation_id)
    row.scopes, row.created_at, row.expires_at = wanted, now, now + lasts
    session.add(row)
    session.flush()
    audit.record(session, actor=actor, action="make_key", subject="api_key", subject_id=row.id, now=now)
    return NewKey(id=row.id, key=key, expires_at=row.expires_at)


def revoke_api_key(session: Session, *, key_id: UUID, actor: Actor, now: datetime) -> None:
    """End a key from the next request on.

    Raises
    ------
    NotFound
        `api_key`.
    """
    row = session.get(ApiKey, key_id)
    if row is None:
        raise NotFound("api_key")
    row.revoked_at = row.revoked_at or now
    audit.record(session, actor=actor, action="revoke_key", subject="api_key", subject_id=key_id, now=now)


def touch_api_key(session: Session, *, key_id: UUID, now: datetime) -> None:
    """Note the day on which a key was last used."""
    session.execute(update(ApiKey).where(ApiKey.id == key_id).values(last_used_on=now.date()))
