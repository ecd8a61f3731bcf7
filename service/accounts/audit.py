"""The record of who did what, written in the same transaction as the deed. Never holds a value or a personal word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from sqlalchemy.orm import Session

from service.accounts.limits import audit_network
from service.accounts.models import AuditEntry
from service.accounts.permissions import Actor, Permission

Outcome = Literal["done", "denied", "failed"]


class Purpose(StrEnum):
    """Why."""

    SUBJECT_REQUEST = "subject_request"
    RETENTION = "retention"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a request came from; the address is cut to its network before it is kept."""

    request_id: str | None = None
    address: str | None = None


NOWHERE = Origin()  # a command or a job


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
    """Add one row: `action` (a permission or a verb) on `subject` (a table or a route rule), with names of columns."""
    session.add(
        AuditEntry(
            at=now,
            user_id=actor.user_id,
            role=actor.role.value,
            organisation_id=actor.organisation_id,
            key_id=actor.key_id,
            acting_for=actor.acting_for,
            action=action,
            subject=subject,
            subject_id=subject_id,
            columns=list(columns),
            purpose=purpose,
            outcome=outcome,
            request_id=request_id or origin.request_id,
            network=audit_network(origin.address),
        )
    )
    session.flush()


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
        now=now,
        origin=origin,
    )
