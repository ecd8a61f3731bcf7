"""What is forgotten of accounts when its time is over: sessions, links, invitations, tokens, keys. Never commits."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, or_, select
from sqlalchemy.orm import Session

from service.accounts.models import (
    AccessToken,
    ApiKey,
    AuditEntry,
    EmailChange,
    EndedList,
    Idempotency,
    Invitation,
    KnownBrowser,
    Membership,
    SignedInSession,
    SignInLink,
    UsedAssertion,
    User,
)
from service.accounts.permissions import Role


def forget_old(session: Session, *, now: datetime, kept: Mapping[str, timedelta]) -> dict[str, int]:
    """Remove what has served; `kept` says how long each kind is kept after its end. Returns how many rows of each."""
    before = {kind: now - time for kind, time in kept.items()}
    old: Sequence[tuple[str, type[Any], ColumnElement[bool]]] = (
        ("sessions", SignedInSession, SignedInSession.ends_at <= before["sessions"]),
        ("sessions", SignedInSession, SignedInSession.ended_at <= before["sessions"]),
        ("sessions", SignInLink, SignInLink.expires_at <= before["sessions"]),
        ("sessions", EmailChange, EmailChange.expires_at <= before["sessions"]),
        ("browsers", KnownBrowser, KnownBrowser.until <= before["browsers"]),
        ("links", EndedList, EndedList.until <= before["links"]),
        ("invitations", Invitation, _invitation_ended(before["invitations"])),
        ("tokens", AccessToken, AccessToken.expires_at <= before["tokens"]),
        ("tokens", UsedAssertion, UsedAssertion.until <= before["tokens"]),
        ("repeats", Idempotency, Idempotency.created_at <= before["repeats"]),
        ("programs", ApiKey, or_(ApiKey.expires_at <= before["programs"], ApiKey.revoked_at <= before["programs"])),
    )
    gone = dict.fromkeys((kind for kind, _, _ in old), 0)
    for kind, model, condition in old:
        key = next(iter(model.__table__.primary_key))
        gone[kind] += len(session.execute(delete(model).where(condition).returning(key)).all())
    return gone


def _invitation_ended(before: datetime) -> ColumnElement[bool]:
    return or_(Invitation.expires_at <= before, Invitation.accepted_at <= before, Invitation.revoked_at <= before)


def unused_accounts(
    session: Session, *, now: datetime, unused: timedelta, closed: timedelta, limit: int
) -> Sequence[UUID]:
    """Find accounts whose owner did nothing for so long, or that were closed so long ago. Never an administrator's."""
    since = now - unused
    did = exists().where(AuditEntry.user_id == User.id, AuditEntry.at >= since)
    seen = exists().where(SignedInSession.user_id == User.id, SignedInSession.last_seen_at >= since)
    keeps_the_house = exists().where(Membership.user_id == User.id, Membership.role == Role.ADMIN.value)
    idle = (User.created_at < since) & ~did & ~seen & ~keeps_the_house
    found = select(User.id).where(or_(idle, User.disabled_at < now - closed)).order_by(User.created_at, User.id)
    return session.scalars(found.limit(limit)).all()
