"""All that is kept about somebody with an account, for themselves: made from the classes of columns. Never commits."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Session

from service.accounts.models import User
from service.accounts.permissions import Actor
from service.accounts.record import audit
from service.accounts.record.audit import NOWHERE, Origin
from service.db import Base
from service.db.opening import Row, rows
from service.db.sealing import Sealer
from service.errors import NotFound

LATEST = 1000  # rows of the record of what they did themselves
OWN_ROWS = (
    "edit_draft",
    "saved_filter",
    "desk_view",
    "editor_scope",
    "membership",
    "authenticator",
    "passkey",
    "recovery_code",
    "external_identity",
    "signed_in_session",
    "sign_in_link",
    "email_change",
    "known_browser",
)


def about_account(
    session: Session,
    *,
    user_id: UUID,
    sealer: Callable[[str], Sealer],
    actor: Actor,
    now: datetime,
    origin: Origin = NOWHERE,
) -> Mapping[str, Any]:
    """Return everything about an account as plain values, and record that it was read.

    Raises
    ------
    NotFound
        `user`.
    """
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("user")
    tables = {name: rows(session, Base.metadata, name, where, sealer) for name, where in _theirs(user).items()}
    did = tables.pop("audit_entry")
    head = given_out(
        session,
        subject="user_account",
        subject_id=user_id,
        about="account",
        kept=tables,
        actor=actor,
        now=now,
        origin=origin,
    )
    return {
        **head,
        "did": {"in_all": len(did), "latest": _latest(did)},
    }


def given_out(
    session: Session,
    *,
    subject: str,
    subject_id: UUID,
    about: str,
    kept: Mapping[str, list[Row]],
    actor: Actor,
    now: datetime,
    origin: Origin,
) -> dict[str, Any]:
    """Record that all about somebody was given out at their wish, and return what every such answer begins with."""
    audit.record(
        session,
        actor=actor,
        action="export",
        subject=subject,
        subject_id=subject_id,
        columns=sorted(kept),
        purpose=audit.Purpose.SUBJECT_REQUEST,
        now=now,
        origin=origin,
    )
    return {"about": about, "id": str(subject_id), "made_at": now.isoformat(), "kept": kept}


def _latest(did: list[Row]) -> list[Row]:
    return did[-LATEST:][::-1]


def _theirs(user: User) -> dict[str, ColumnElement[bool]]:
    """Say, for each table that tells of an account, which rows are of this one."""
    tables = Base.metadata.tables
    own = {name: tables[name].c.user_id == user.id for name in OWN_ROWS}
    return {
        "user_account": tables["user_account"].c.id == user.id,
        **own,
        "desk_cover": or_(*(tables["desk_cover"].c[name] == user.id for name in ("for_user_id", "by_user_id"))),
        "safeguarding_lead": tables["safeguarding_lead"].c.user_id == user.id,
        "invitation": tables["invitation"].c.email == user.email,  # whom they invited is others' to know
        "audit_entry": tables["audit_entry"].c.user_id == user.id,
    }
