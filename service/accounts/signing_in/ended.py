"""Lists whose links somebody ended. Only a hash of the list's random id is kept, and only until the links run out."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service.accounts.credentials import token_hash
from service.accounts.models import EndedList


def end(session: Session, *, list_id: str, until: datetime, now: datetime) -> None:
    """End every link to a list, at once and in every process; `until` is when they would have ended anyway."""
    forget(session, now=now)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(EndedList).values(id_hash=token_hash(list_id), until=until).on_conflict_do_nothing())


def has_ended(session: Session, *, list_id: str) -> bool:
    """Tell whether somebody ended the links to a list."""
    found = select(EndedList.id_hash).where(EndedList.id_hash == token_hash(list_id))
    return session.scalar(found) is not None


def forget(session: Session, *, now: datetime) -> None:
    """Remove what nobody could open any more."""
    session.execute(delete(EndedList).where(EndedList.until < now))
