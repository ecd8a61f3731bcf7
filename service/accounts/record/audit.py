"""The record of who did what, written in the same transaction as the deed and chained to the row before.

Never holds a value or a personal word.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection, Engine, Text, bindparam, cast, func, insert, select, type_coerce, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from service.accounts.limits import audit_network
from service.accounts.models import AuditEntry, AuditHead
from service.accounts.permissions import Actor, Permission
from service.accounts.record import chain
from service.accounts.record.chain import Head, Keys, Row
from service.db import Base
from service.db.keyring import FIRST, KeyRing
from service.errors import Unavailable

Outcome = Literal["done", "denied", "failed"]
KEYS = "kith_audit"  # the execution option of an engine that carries the keys of the chain
KEY_NUMBER = 1  # of the installation's secret
PAGE = 2000  # rows read at a time
ENTRY, HEAD = (Base.metadata.tables[table] for table in (AuditEntry.__tablename__, AuditHead.__tablename__))
END = select(HEAD.c.sequence, HEAD.c.link, HEAD.c.first_sequence)
LOCKED = END.with_for_update()
# As the driver gives them: making UUIDs and instants of text takes longer than the rest of a walk along the chain.
AS_KEPT = [
    cast(ENTRY.c[name], Text) if name == "columns" else type_coerce(ENTRY.c[name], NullType()).label(name)
    for name in Row._fields
]
BEHIND = (
    select(*AS_KEPT).where(ENTRY.c.sequence > bindparam("after")).order_by(ENTRY.c.sequence).limit(bindparam("many"))
)


class Purpose(StrEnum):
    """Why somebody's data was read or changed. The record says it, and so does what a person is told of who looked."""

    REFER = "refer"  # to bring them to a group they want to try
    FOLLOW_UP = "follow_up"  # to see what became of it
    ANSWER = "answer_group"  # to say for a group whether they may come
    RING_BACK = "ring_back"  # to ring them, as they asked
    CORRECT = "correct_listing"  # to put right what they said is wrong
    SUBJECT_REQUEST = "subject_request"  # they asked what is kept, or to have it erased
    RETENTION = "retention"  # its time was over
    ACCOUNT = "account"  # to keep their account
    SECURITY = "security"  # to guard everybody: sign-in, rights, limits, the record itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a request came from; the address is cut to its network before it is kept."""

    request_id: str | None = None
    address: str | None = None


NOWHERE = Origin()  # a command or a job


def derive_keys(secrets: Mapping[int, str], writes: int = KEY_NUMBER) -> Keys:
    """Return the keys of the chain: of each secret by its number, one for rows and one for heads outside.

    They come from secrets alone, never from the file of sealing keys: what is sealed can be sealed anew and its key
    thrown away, a link that was made stays as it was.
    """
    return Keys(
        rows={number: _derived(secret, "audit") for number, secret in secrets.items()},
        heads={number: _derived(secret, "audit-head") for number, secret in secrets.items()},
        writes=writes,
    )


def _derived(secret: str, purpose: str) -> bytes:
    return KeyRing(secret).key(FIRST, purpose)


def equip(engine: Engine, keys: Keys) -> None:
    """Give the chain's keys to an engine, and so to every session on it. Without them nothing can be recorded."""
    engine.update_execution_options(**{KEYS: keys})


def keys_of(session: Session) -> Keys:
    """Return the keys that the session's engine was given.

    Raises
    ------
    Unavailable
        `audit`: it was given none, so what must be recorded must not be done.
    """
    found = session.connection().get_execution_options().get(KEYS)
    if not isinstance(found, Keys):
        raise Unavailable("audit")
    return found


def record(
    session: Session,
    *,
    actor: Actor,
    action: str,
    subject: str,
    subject_id: UUID | None,
    outcome: Outcome = "done",
    columns: Sequence[str] = (),
    purpose: Purpose | None = None,
    now: datetime,
    request_id: str | None = None,
    origin: Origin = NOWHERE,
) -> None:
    """Add one row: `action` (a permission or a verb) on `subject` (a table or a route rule), with names of columns.

    Raises
    ------
    Unavailable
        `audit`: no key of the chain is there.
    """
    row = Row(
        sequence=0,
        at=now,
        user_id=actor.user_id,
        role=actor.role.value,
        organisation_id=actor.organisation_id,
        key_id=actor.key_id,
        acting_for=actor.acting_for,
        action=action,
        purpose=purpose.value if purpose is not None else None,
        subject=subject,
        subject_id=subject_id,
        columns=json.dumps(list(columns)),
        outcome=outcome,
        request_id=request_id or origin.request_id,
        network=audit_network(origin.address),
        chain_key=None,
        link=None,
    )
    _append(session, row, list(columns))


def _append(session: Session, row: Row, columns: list[str]) -> None:
    """Put a row at the end of the chain.

    Writers come one after another: on SQLite a writing transaction is alone, on PostgreSQL it holds the head's row
    until it ends. So numbers have no gaps, and a transaction that is undone leaves none.
    """
    keys = keys_of(session)
    session.flush()
    connection = session.connection()
    head = _locked_head(connection)
    row = row._replace(sequence=head.sequence + 1, chain_key=keys.writes)
    made = chain.link(keys.rows[keys.writes], head.link or _before_the_chain(connection), row)
    connection.execute(insert(ENTRY), {**row._asdict(), "columns": columns, "link": made})
    first = head.first_sequence or row.sequence
    connection.execute(update(HEAD), {"sequence": row.sequence, "link": made, "first_sequence": first})


def record_denied(
    session: Session, *, actor: Actor, permission: Permission, rule: str, now: datetime, origin: Origin
) -> None:
    """Add the row of an attempt that was refused: which permission was missing, at which route rule."""
    record(
        session,
        actor=actor,
        action=permission.value,
        subject=rule,
        subject_id=None,
        outcome="denied",
        purpose=Purpose.SECURITY,
        now=now,
        origin=origin,
    )


# ---- the chain's rows and its end ----


def head_of(connection: Connection, *, lock: bool = False) -> Head | None:
    """Return the end of the chain; None when nothing was recorded yet."""
    found = connection.execute(LOCKED if lock else END).one_or_none()
    return Head._make(found) if found is not None else None


def _locked_head(connection: Connection) -> Head:
    found = head_of(connection, lock=True)
    if found is not None:
        return found
    made = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    newest = connection.scalar(select(func.max(ENTRY.c.sequence))) or 0
    connection.execute(made(HEAD).values(id=1, sequence=newest).on_conflict_do_nothing())
    return Head._make(connection.execute(LOCKED).one())  # of two who made it at once, one waited for the other


def rows(connection: Connection, *, after: int = 0, many: int = PAGE) -> Iterator[Row]:
    """Give all rows behind a number in order, as the driver has them, `many` at a time: memory does not grow."""
    while True:
        page = connection.execute(BEHIND, {"after": after, "many": many}).all()
        yield from map(Row._make, page)
        if len(page) < many:
            return
        after = page[-1].sequence


def _before_the_chain(connection: Connection) -> bytes:
    genesis = chain.Genesis()
    for row in rows(connection):
        genesis.take(row)
    return genesis.link()
