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
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session

from service import metrics

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


db = SQLAlchemy(model_class=Base)

# SQLite's own back-off is unfair when many threads write: one process queues its writers here first (TRUST rule 3).
_writing = threading.Lock()


@contextmanager
def committing() -> Iterator[Session]:
    """Begin a writing unit of work, commit on the way out, roll back on an exception.

    The first statement is BEGIN IMMEDIATE on SQLite, so a reader never has to turn into a writer half way.
    """
    session, began = db.session(), time.perf_counter()
    with _writing if session.get_bind().dialect.name == "sqlite" else nullcontext():
        try:
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
