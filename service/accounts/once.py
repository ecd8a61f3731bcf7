"""Creating one thing only once, however often it is asked for: the claim and the thing are one transaction."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service.accounts.credentials import token_hash
from service.accounts.models import Idempotency
from service.accounts.permissions import Actor
from service.errors import Invalid, Problem

IDEMPOTENCY_KEY = re.compile("[!-~]{8,200}")  # visible characters that every HTTP library sends unchanged


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """Nobody asked for this before: create it, under this id."""

    resource_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """It was asked for and done before: answer from what was created then."""

    resource_id: UUID


def idempotent(
    session: Session, *, actor: Actor, route: str, key: str | None, body: Mapping[str, object], now: datetime
) -> Fresh | Replay:
    """Claim the right to create one thing, inside the writing unit of work that creates it (TRUST rule 4).

    Fresh: create the thing under `resource_id`; if that fails, the claim is rolled back with it. Replay: it exists.
    `body` is what was asked for, as plain JSON values, without the key and without a form's token.

    Raises
    ------
    Invalid
        `idempotency_key` (missing, or not 8 to 200 visible characters) or `idempotency_reused` (same key, other body).
    """
    if key is None or not IDEMPOTENCY_KEY.fullmatch(key):
        raise Invalid("idempotency_key", fields={"idempotency_key": Problem("idempotency_key")})
    mine = {"actor": actor.handle, "route": route, "key_hash": token_hash(key)}
    asked = sha256(json.dumps(body, sort_keys=True, default=str).encode()).digest()
    fresh = Fresh(resource_id=uuid4())
    row = {"id": uuid4(), "body_hash": asked, "resource_id": fresh.resource_id, "created_at": now, **mine}
    if session.scalar(_insert_new(session, row)) is not None:
        return fresh
    kept = session.execute(select(Idempotency.body_hash, Idempotency.resource_id).filter_by(**mine)).one()
    if kept.body_hash != asked:
        raise Invalid("idempotency_reused", fields={"idempotency_key": Problem("idempotency_reused")})
    return Replay(resource_id=kept.resource_id)


def _insert_new(session: Session, row: dict[str, Any]) -> Any:  # the two dialects share no type for it
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return insert(Idempotency).values(**row).on_conflict_do_nothing().returning(Idempotency.id)
