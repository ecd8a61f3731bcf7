"""What people do with their accounts, in one line each."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from service.accounts import operations, people, queries
from service.accounts.credentials import Hasher
from service.accounts.limits import Limits
from service.accounts.models import AuditEntry
from service.accounts.permissions import VISITOR, Actor
from service.accounts.signing_in import proving, sessions
from service.errors import ServiceError
from tests.accounts.conftest import NOW, PASSWORD, Unit

ADA = "ada@example.org"
MINUTE = timedelta(minutes=1)


def authenticate(
    unit: Unit, limits: Limits, hasher: Hasher, *, email: str = ADA, password: str = PASSWORD, now: datetime = NOW
) -> UUID:
    with unit() as session:
        return proving.authenticate(
            session, email=email, password=password, address="203.0.113.7", limits=limits, hasher=hasher, now=now
        )


def sign_in(unit: Unit, user_id: UUID, *, now: datetime = NOW, replaces: str | None = None, strength: int = 2) -> str:
    with unit() as session:
        return sessions.open_session(session, user_id=user_id, now=now, replaces=replaces, strength=strength)


def actor_of(unit: Unit, token: str, *, now: datetime = NOW) -> Actor | None:
    with unit() as session:
        known = queries.signed_in(session, token=token, now=now)
    return known.actor if known is not None else None


def disable(unit: Unit, user_id: UUID) -> None:
    """Close an account; somebody else runs the installation on."""
    with unit() as session:
        operations.make_administrator(session, email="zed@example.org", name="Zed", password_hash=None, now=NOW)
        people.disable(session, user_id=user_id, actor=VISITOR, now=NOW)


def audited(unit: Unit) -> Sequence[tuple[str, str]]:
    with unit() as session:
        rows = select(AuditEntry.action, AuditEntry.outcome).order_by(AuditEntry.sequence)
        return [(action, outcome) for action, outcome in session.execute(rows)]


def refused_as(error: ServiceError) -> tuple[str, object, object]:
    return error.code, error.fields, error.params
