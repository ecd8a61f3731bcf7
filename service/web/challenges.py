"""What this browser was asked by us and has to answer soon: kept in its own signed cookie, taken out by any answer."""

import base64
from datetime import datetime

from flask import session

from service.errors import Invalid

KEPT = "asked"  # in the cookie


def keep(what: str, challenge: bytes, *, until: datetime) -> None:
    """Remember what was asked; whatever was asked before counts no more."""
    session[KEPT] = [what, base64.b64encode(challenge).decode(), int(until.timestamp())]


def look(what: str) -> bytes | None:
    """Return what was asked and leave it there: for a page that shows it, and does nothing."""
    match session.get(KEPT):
        case [str(kind), str(text), int()] if kind == what:
            return base64.b64decode(text)
    return None


def take(what: str, *, now: datetime) -> bytes:
    """Return what was asked, and forget it.

    Raises
    ------
    Invalid
        `not_asked`: nothing, something else, or too long ago.
    """
    match session.pop(KEPT, None):
        case [str(kind), str(text), int(until)] if kind == what and now.timestamp() < until:
            return base64.b64decode(text)
    raise Invalid("not_asked")
