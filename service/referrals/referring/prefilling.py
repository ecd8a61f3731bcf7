"""Fields of the page of referring, filled by a record system and opened once by whoever refers. Never commits.

Opening shows and uses nothing up; sending the page does. Only somebody who refers for the same organisation finds it.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.accounts.credentials import token_hash
from service.accounts.permissions import Actor, Permission
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin, Purpose
from service.db.sealing import Sealer
from service.errors import NotFound
from service.referrals.models_prefills import Prefill
from service.referrals.queries import place
from service.referrals.referring import queries

LASTS = timedelta(minutes=10)  # (proposed)
SUBJECT = "prefill"

Filled = Mapping[str, str | list[str] | bool]


def write(
    session: Session,
    *,
    sealer: Sealer,
    token: str,
    filled: Filled,
    actor: Actor,
    now: datetime,
    origin: Origin = NOWHERE,
) -> datetime:
    """Keep what the page shall say; returns until when. `token` is a new secret of at least 128 bits.

    Raises
    ------
    Forbidden
        `not_allowed`.
    """
    made = Prefill(id=uuid4(), organisation_id=queries.organisation_of(actor), by_key_id=actor.key_id)
    made.token_hash, made.created_at, made.expires_at = token_hash(token), now, now + LASTS
    made.filled = sealer.seal(place("prefill", made.id, "filled"), json.dumps(dict(filled)).encode())
    session.add(made)
    session.flush()
    _note(session, "refer", made, tuple(sorted(name for name, value in filled.items() if value)), actor, now, origin)
    return made.expires_at


def read(
    session: Session, *, sealer: Sealer, token: str, actor: Actor, now: datetime, origin: Origin = NOWHERE
) -> Filled:
    """Open what a link of one's own organisation is for, and record that it was read.

    Raises
    ------
    NotFound
        `prefill`: unknown, used, run out, or another organisation's.
    """
    mine = Prefill.organisation_id == queries.organisation_of(actor)
    wanted = select(Prefill).where(Prefill.token_hash == token_hash(token), mine, Prefill.expires_at > now)
    row = session.scalars(wanted).first()
    if row is None:
        raise NotFound(SUBJECT)
    found: Filled = json.loads(sealer.open(place("prefill", row.id, "filled"), row.filled))
    names = tuple(sorted(name for name, value in found.items() if value))
    _note(session, Permission.READ_REFERRALS.value, row, names, actor, now, origin)
    return found


def use_up(session: Session, *, token: str, actor: Actor) -> None:
    """Remove what was shown, once its page was sent; nothing happens where it is gone already."""
    mine = Prefill.organisation_id == queries.organisation_of(actor)
    session.execute(delete(Prefill).where(Prefill.token_hash == token_hash(token), mine))


def forget_old(session: Session, *, now: datetime) -> int:
    """Remove what ran out; returns how many."""
    old = delete(Prefill).where(Prefill.expires_at <= now).returning(Prefill.id)
    return len(session.scalars(old).all())


def _note(
    session: Session, action: str, row: Prefill, columns: tuple[str, ...], actor: Actor, now: datetime, origin: Origin
) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        subject=SUBJECT,
        subject_id=row.id,
        columns=columns,
        purpose=Purpose.REFER,
        now=now,
        origin=origin,
    )
