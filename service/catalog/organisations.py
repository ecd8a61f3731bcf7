"""Bodies that refer people or run groups: made once by their name. Never edits one that is there."""

from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog.models import Organisation


def organisation_named(session: Session, name: str) -> UUID:
    """Return the organisation of this name, which is made if there is none; it is listed, not vetted."""
    known = session.scalar(select(Organisation.id).where(Organisation.name == name).order_by(Organisation.id))
    if known is not None:
        return known
    made = Organisation(id=uuid4(), name=name)
    session.add(made)
    session.flush()
    return made.id
