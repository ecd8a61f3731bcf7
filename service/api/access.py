"""Who may call the API: `@allow(Permission.X)` on every view. Never reads a cookie.

One door for both kinds of program: a key that lasts, or the access token that a signed assertion was taken for. Either
is looked up on each call, so that whatever ended is refused at the next one.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import current_app, g, request

from service import observability
from service.accounts import queries
from service.accounts.limits import KEY_CALLS, Limits
from service.accounts.permissions import OPEN, VISITOR, Actor, Permission
from service.accounts.programs import keys
from service.accounts.record import audit
from service.accounts.record.audit import Origin
from service.clock import now
from service.db import StoreError, committing, db
from service.errors import Forbidden, Unauthenticated, Unavailable

P = ParamSpec("P")
R = TypeVar("R")

ACTING_FOR = "X-Acting-For"
LONGEST_KEY = 200  # characters; ours have 57, and tokens 54
LIMITS = "kith-limits"  # in app.extensions


def allow(permission: Permission) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a view run only for a key that holds the permission. Put it outermost, above `@writes`."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
            g.kith_api_actor = VISITOR
            if permission not in OPEN:
                actor = g.kith_api_actor = _by_key()
                if not actor.may(permission):
                    _record_denied(actor, permission)
                    raise Forbidden("not_allowed")
            return view(*args, **kwargs)

        wrapper.permission = permission  # type: ignore[attr-defined]  # read by tests/house
        return wrapper

    return decorate


def current_actor() -> Actor:
    """Return who acts in this call; a visitor where no key is asked for."""
    found: Actor = g.get("kith_api_actor", VISITOR)
    return found


def limits() -> Limits:
    """Return the counters of this installation."""
    found: Limits = current_app.extensions[LIMITS]
    return found


def origin() -> Origin:
    """Return where this call came from, for the audit."""
    return Origin(request_id=observability.request_id(), address=request.remote_addr)


def _by_key() -> Actor:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    key = key.strip()
    if scheme.casefold() != "bearer" or not key or len(key) > LONGEST_KEY:
        raise Unauthenticated("key_missing")
    at = now()
    holder = queries.key_holder(db.session(), key=key, acting_for=request.headers.get(ACTING_FOR), now=at)
    if holder is None or holder.actor.key_id is None:
        raise Unauthenticated("key_unknown")
    limits().take(KEY_CALLS, str(holder.actor.key_id), now=at)
    if holder.stale:
        with suppress(StoreError, Unavailable), committing() as unit:  # who reads goes on where nothing can be written
            keys.touch_api_key(unit, key_id=holder.actor.key_id, now=at)
    return holder.actor


def _record_denied(actor: Actor, permission: Permission) -> None:
    rule = request.url_rule.rule if request.url_rule is not None else ""
    with committing() as unit:
        audit.record_denied(unit, actor=actor, permission=permission, rule=rule, now=now(), origin=origin())
