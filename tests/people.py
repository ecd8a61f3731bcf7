"""The cast of tests at the faces: Ada edits, Bo refers, Cai is helped, Dee is from elsewhere, Eli leads a group.

Cai and Eli have no accounts: Cai is a person in a referral, Eli answers by a link.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from service.accounts import operations
from service.accounts.permissions import SCOPES, VISITOR, Role
from service.accounts.programs import keys
from service.accounts.signing_in import sessions
from service.catalog.models import Group, Organisation
from service.clock import now
from service.db import committing
from service.web.access import COOKIE_KEY
from tests.catalog import making

LONG_AGO = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Cast:
    """Ids of the people, their organisations, one group, and two API keys."""

    surgery: UUID
    elsewhere: UUID
    ada: UUID
    bo: UUID
    dee: UUID
    eli_group: UUID
    eli_slug: str
    bo_key: str
    dee_key: str


def settle(app: Flask) -> Cast:
    """Write the cast into the application's database."""
    with app.app_context(), committing() as session:
        surgery, elsewhere = (Organisation(id=uuid4(), name=name) for name in ("Oak Surgery", "Elm Surgery"))
        session.add_all([surgery, elsewhere])
        session.flush()
        group = _group(session)
        return Cast(
            surgery=surgery.id,
            elsewhere=elsewhere.id,
            ada=_user(session, "ada", Role.ADMIN, None),
            bo=_user(session, "bo", Role.REFERRER, surgery.id),
            dee=_user(session, "dee", Role.LINK_WORKER, elsewhere.id),
            eli_group=group.id,
            eli_slug=group.slug,
            bo_key=_key(session, surgery.id),
            dee_key=_key(session, elsewhere.id),
        )


def another_key(app: Flask, organisation_id: UUID) -> str:
    """Make one more API key for an organisation."""
    with app.app_context(), committing() as session:
        return _key(session, organisation_id)


def signed_in(app: Flask, user_id: UUID) -> FlaskClient:
    """Return the browser of somebody who has signed in, second factor and all."""
    with app.app_context(), committing() as session:
        token = sessions.open_session(session, user_id=user_id, now=now(), strength=2)
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie[COOKIE_KEY] = token
    return client


def keyed(key: str, acting_for: str = "Bo") -> dict[str, Any]:
    """Return the headers of a program that has a key."""
    return {"Authorization": f"Bearer {key}", "X-Acting-For": acting_for}


def _group(session: Session) -> Group:
    trusted = Organisation(id=uuid4(), name="Sale Tables", vetting="checked")
    session.add(trusted)
    session.flush()
    return making.group(session, organisation=trusted, email="tables@example.org", last_confirmed_on=now().date())


def _user(session: Session, name: str, role: Role, organisation_id: UUID | None) -> UUID:
    return operations.make_user(
        session,
        email=f"{name}@example.org",
        name=name.title(),
        role=role,
        organisation_id=organisation_id,
        password_hash=None,
        now=LONG_AGO,
    )


def _key(session: Session, organisation_id: UUID) -> str:
    made = keys.create_api_key(
        session,
        organisation_id=organisation_id,
        name="record system",
        scopes=list(SCOPES),
        actor=VISITOR,
        now=now(),
    )
    return made.key
