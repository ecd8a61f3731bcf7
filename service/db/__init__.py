"""The session, the declarative base, and the only two places that commit."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import wraps
from typing import ParamSpec

from flask import make_response
from flask.typing import ResponseReturnValue
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import MetaData
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session

from service import metrics
from service.db import failing, replicas
from service.errors import Unavailable

P = ParamSpec("P")

StoreError = SQLAlchemyError  # what a face may catch of the database, without knowing how it is spoken to
NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What every table inherits. Models use this, never `db.Model`, so that mypy sees them."""

    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base, session_options={"class_": replicas.Routed})

PATIENCE_S = 5.0  # for another writer: as long as SQLite itself waits for another process
SOON_S = 1.0  # by then any usual write is done, also on a busy machine


class _Queue:
    """One writer of this process at a time, and few who wait for long, so that threads are left for whoever reads.

    SQLite's own back-off is unfair when many threads write: they queue here first (TRUST rule 3). When the writer in
    front found the database locked by another process, whoever waited behind it has waited as long as anybody may.
    """

    def __init__(self) -> None:
        self._writing = threading.Lock()
        self._waiting = threading.Lock()  # held by the one who waits longer than a moment
        self._locked_at = 0.0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one's turn; raises Unavailable `store_busy` when it does not come in time."""
        began = time.monotonic()
        if not (self._writing.acquire(timeout=SOON_S) or self._patiently()):
            raise Unavailable(failing.BUSY)
        try:
            if self._locked_at > began:
                raise Unavailable(failing.BUSY)
            yield
        except OperationalError as error:
            if failing.meaning(error) == failing.BUSY:
                self._locked_at = time.monotonic()
            raise
        finally:
            self._writing.release()

    def _patiently(self) -> bool:
        if not self._waiting.acquire(blocking=False):
            return False
        try:
            return self._writing.acquire(timeout=PATIENCE_S)
        finally:
            self._waiting.release()


_queue = _Queue()


@contextmanager
def committing() -> Iterator[Session]:
    """Begin a writing unit of work, commit on the way out, roll back on an exception.

    The first statement is BEGIN IMMEDIATE on SQLite, so a reader never has to turn into a writer half way.
    """
    session, began = db.session(), time.perf_counter()
    with _queue.turn() if session.get_bind().dialect.name == "sqlite" else nullcontext():
        try:
            replicas.write(session)
            session.rollback()  # end any reading transaction: the writing one starts afresh
            session.connection(execution_options={"writes": True})
            metrics.waited_to_write(time.perf_counter() - began)
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise


class _RefusedError(Exception):
    """Carries an answer of 400 or above out of a writing unit of work, so that it rolls back."""


def writes(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Mark a view as one that changes state: commit if it answers below 400, roll back otherwise."""

    @wraps(view)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        response = None
        try:
            with committing():
                response = make_response(view(*args, **kwargs))
                if response.status_code >= 400:
                    raise _RefusedError
        except _RefusedError:
            pass
        assert response is not None  # noqa: S101  # either the view answered or its exception left already
        return response

    wrapper.commits = True  # type: ignore[attr-defined]  # read by tests/house
    return wrapper
