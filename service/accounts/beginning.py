"""The first administrator of an installation: made once, with a code that only its operator can know."""

import hmac
from base64 import b32encode
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from service.accounts import operations, queries
from service.accounts.credentials import same
from service.accounts.limits import SET_UP_ALL, Limits
from service.accounts.models import Membership, User
from service.accounts.once import idempotent
from service.accounts.permissions import VISITOR, Role
from service.errors import Invalid, NotFound, Problem

CODE_BYTES = 15  # 120 bits, 24 letters
SET_UP = "set_up"  # under this name the one beginning is claimed


def has_administrator(session: Session, *, now: datetime) -> bool:
    """Say whether anybody runs this installation."""
    runs = exists().where(
        Membership.role == Role.ADMIN.value,
        queries.holds(now),
        Membership.user_id == User.id,
        User.disabled_at.is_(None),
    )
    return bool(session.scalar(select(runs)))


def set_up_code(secret: str) -> str:
    """Derive the code of a new installation from its secret: nothing is kept, and whoever set the secret may have it.

    >>> set_up_code("only an example, and far too easy to guess")
    'LIJP-4DTY-BAPS-JS5U-XXWE-ZERN'
    """
    letters = b32encode(hmac.digest(secret.encode(), b"kith:set-up", "sha256")[:CODE_BYTES]).decode()
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def check_code(code: str, *, secret: str, limits: Limits, now: datetime) -> None:
    """Compare what was typed with the code, however it is spaced. Every try is counted before.

    Raises
    ------
    TooMany
        `too_often`.
    Invalid
        `set_up_code`.
    """
    limits.take(SET_UP_ALL, "", now=now)
    typed, known = (_letters(text).encode("utf-8", "replace") for text in (code, set_up_code(secret)))
    if not same(typed, known):
        raise Invalid("set_up_code", fields={"code": Problem("set_up_code")})


def make_first_administrator(session: Session, *, email: str, name: str, password_hash: str, now: datetime) -> UUID:
    """Make whoever runs this installation, when nobody does. Of many at once, one gets through.

    Raises
    ------
    NotFound
        `page`: there is an administrator; there is nothing here.
    """
    # Whoever comes second waits here for the first, and then sees what the first has made.
    idempotent(session, actor=VISITOR, route=SET_UP, key=SET_UP.ljust(8, "!"), body={}, now=now)
    if has_administrator(session, now=now):
        raise NotFound("page")
    return operations.make_administrator(session, email=email, name=name, password_hash=password_hash, now=now)


def _letters(text: str) -> str:
    return "".join(letter for letter in text.upper() if letter.isalnum())
