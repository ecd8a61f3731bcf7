"""How long statements take: counted, and those above a limit told in the log by their shape, never with a value."""

import re
import time
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import ExceptionContext

from service import metrics, tracing
from service.observability import logger, note_statement, where

SLOW_MS = 200.0  # unless the operator chose another limit
LONGEST = 600  # characters of a shape
_TEXT = re.compile(r"'(?:[^']|'')*'")
_QUOTE = "'"
# Texts with escapes, texts between dollars, comments.
_ODD = re.compile(r"(?<![\w'])(?:[EeBbXxNn]|[Uu]&)'|\$\w*\$|\\|--|/\*")
_NUMBER = re.compile(r"(?<![\w:%.$])\d+(?:\.\d+)?(?![\w])")
_LIST = re.compile(r"\((?:\s*(?:\?|%s|[:%$]\(?[A-Za-z_]?\w*\)?s?)\s*,)+\s*(?:\?|%s|[:%$]\(?[A-Za-z_]?\w*\)?s?)\s*\)")
_BLANKS = re.compile(r"\s+")
_LOCKED = ("locked", "busy", "lock timeout", "connection", "closed")


def shape(statement: str) -> str:
    """Return a statement without anything that could be a value: texts, numbers and long lists become question marks.

    >>> shape("SELECT a  FROM b WHERE c = 'x''y' AND d IN (?, ?, ?) AND e = 42 LIMIT :n")
    'SELECT a FROM b WHERE c = ? AND d IN (…) AND e = ? LIMIT :n'
    """
    plain = _BLANKS.sub(" ", statement)
    if _ODD.search(plain) or _QUOTE in _TEXT.sub("", plain):  # where a text begins and ends is not sure
        return f"{plain.split(maxsplit=1)[0][:20]} (text)"
    short = _NUMBER.sub("?", _TEXT.sub("?", plain))
    return _LIST.sub("(…)", short).strip()[:LONGEST]


def watch(engine: Engine, *, slow_ms: float = SLOW_MS) -> None:
    """Attach what measures every statement of an engine, and its connections."""

    def before(connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        told = {"shape": shape(statement)} if tracing.is_on() else {}
        connection.info.setdefault("kith_began", []).append((time.perf_counter(), tracing.begin("database", **told)))

    def after(connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
        _measured(connection, statement, slow_ms)

    event.listen(engine, "before_cursor_execute", before)
    event.listen(engine, "after_cursor_execute", after)
    event.listen(engine, "handle_error", _failed)
    event.listen(engine, "checkout", lambda *_: metrics.lent(1))
    event.listen(engine, "checkin", lambda *_: metrics.lent(-1))


def _measured(connection: Connection, statement: str, slow_ms: float) -> None:
    began, opened = connection.info["kith_began"].pop()
    seconds = time.perf_counter() - began
    tracing.end(opened)
    slow = seconds * 1000 >= slow_ms > 0
    metrics.statement(seconds, slow=slow)
    note_statement(seconds)
    if slow:
        extra = {"statement": shape(statement), "ms": round(seconds * 1000, 1), **where()}
        logger().warning("slow statement", extra=extra)


def _failed(context: ExceptionContext) -> None:
    connection = context.connection
    if connection is not None and connection.info.get("kith_began"):
        tracing.end(connection.info["kith_began"].pop()[1], error=type(context.original_exception).__name__)
    words = str(context.original_exception).lower()
    if any(word in words for word in _LOCKED):
        metrics.locked()
