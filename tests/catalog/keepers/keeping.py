"""Sue keeps Sale; Ann keeps all of it; Max runs the house."""

from collections.abc import Collection
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from service.accounts.models import User
from service.accounts.permissions import GRANTS, Actor, Role
from service.catalog import models as m
from service.catalog.models_desk import EditorScope
from tests.catalog.making import NOW, group, location


def somebody(store: Session, role: Role = Role.EDITOR) -> Actor:
    """Return who has an account and acts in this role."""
    made = User(id=uuid4(), email=f"{uuid4().hex}@example.org", name="Sue", created_at=NOW)
    store.add(made)
    store.flush()
    return Actor(role=role, user_id=made.id, permissions=GRANTS[role])


def keep(store: Session, actor: Actor, districts: Collection[str] = (), bodies: Collection[UUID] = ()) -> Actor:
    """Let somebody keep this and nothing else."""
    assert actor.user_id is not None
    row = store.get(EditorScope, actor.user_id) or EditorScope(user_id=actor.user_id)
    row.districts, row.organisation_ids, row.at = sorted(districts), sorted(str(one) for one in bodies), NOW
    store.add(row)
    store.flush()
    return actor


def sue(store: Session) -> Actor:
    """Return an editor of Sale."""
    return keep(store, somebody(store), ["M33"])


def at(store: Session, postcode: str | None, name: str = "Table", body: m.Organisation | None = None) -> m.Group:
    """Add a listing at a place with this postcode, run by a body of its own."""
    body = body or m.Organisation(id=uuid4(), name=f"Hands {uuid4().hex[:6]}")
    return group(store, name, hall=location(name=name, postal_code=postcode), organisation=body)
