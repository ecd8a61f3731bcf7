"""Who may open a page: `@allow(Permission.X)` on every view. Rights are read from the database on each request."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import wraps
from typing import ParamSpec
from urllib.parse import quote

from flask import current_app, redirect, request, session
from flask.typing import ResponseReturnValue

from service import observability
from service.accounts import queries
from service.accounts.permissions import OPEN, VISITOR, Actor, Permission
from service.accounts.queries import SignedIn, Wait
from service.accounts.record import audit
from service.accounts.record.audit import Origin
from service.accounts.signing_in import sessions
from service.clock import now
from service.db import StoreError, committing, db
from service.errors import Forbidden, Unauthenticated, Unavailable
from service.web.languages import SEGMENTS, current_segment

P = ParamSpec("P")

COOKIE_KEY = "sid"  # all that the cookie holds, beside the form token
ASKED = "kith.signed_in"  # where the answer is kept for the rest of the request
LONGEST_NEXT = 2000  # characters
FRESH_FOR = timedelta(minutes=5)  # dangerous acts want a proof that is not older
AGAIN = "/sign-in/again"
SECOND_PAGES = {"code": "/sign-in/second", "enrol": "/account/second-factor"}
# Our own pages only: a language, then plain path letters. No second slash in front, no backslash, no control letters.
OWN_PAGE = re.compile(rf"/(?:{'|'.join(SEGMENTS)})(?:/[A-Za-z0-9_~.-]+)*/?(?:\?[A-Za-z0-9_~.=&%+-]*)?", re.ASCII)


def allow(
    permission: Permission, *, waiting: Wait | None = None
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Let a view run only for an actor who holds the permission. Put it outermost, above `@writes`.

    `waiting` is for the pages that end a wait for a second factor: they open also for whoever waits for just that.
    """

    def decorate(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            refused = None if permission in OPEN else _turned_away(permission, waiting=waiting)
            return refused or view(*args, **kwargs)

        wrapper.permission = permission  # type: ignore[attr-defined]  # read by tests/house
        return wrapper

    return decorate


def fresh(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Ask whoever proved themselves more than five minutes ago to do so again, before a dangerous act.

    Put it below `@allow` and above `@writes`, on the page with the form as well as on what takes it: then nobody fills
    in a form for nothing.
    """

    @wraps(view)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        return view(*args, **kwargs) if is_fresh() else redirect(_leading_back(AGAIN), 303)

    wrapper.fresh = True  # type: ignore[attr-defined]  # read by tests/house
    return wrapper


def is_fresh() -> bool:
    """Say whether whoever is signed in proved themselves in the last five minutes."""
    known = signed_in()
    return known is not None and now() - known.confirmed_at <= FRESH_FOR


def prove_again(after: str) -> ResponseReturnValue:
    """Ask for a new proof, and lead to a page of ours afterwards: for forms whose words would be lost by `fresh`."""
    return redirect(f"/{current_segment()}{AGAIN}?next={quote(after, safe='')}", 303)


def current_actor() -> Actor:
    """Return who acts in this request; a visitor when nobody is signed in."""
    known = signed_in()
    return known.actor if known is not None else VISITOR


def signed_in() -> SignedIn | None:
    """Return who is signed in in this browser. Asked of the database once a request."""
    if ASKED not in request.environ:
        token = session.get(COOKIE_KEY)
        known = queries.signed_in(db.session(), token=token, now=now()) if isinstance(token, str) else None
        request.environ[ASKED] = known
    found: SignedIn | None = request.environ[ASKED]
    return found


def whose() -> SignedIn:
    """Return who is signed in; pages of one's own account are about nobody else."""
    known = signed_in()
    if known is None or known.actor.user_id is None:
        raise Unauthenticated("session_ended")
    return known


def forget() -> None:
    """Ask the database again at the next question: somebody just signed in or out."""
    request.environ.pop(ASKED, None)


def origin() -> Origin:
    """Return where this request came from, for the audit."""
    return Origin(request_id=observability.request_id(), address=request.remote_addr)


def sign_in_address() -> str:
    """Return the sign-in page's address, which leads back here afterwards if here can be read again."""
    return _leading_back("/sign-in")


def begin_anew(token: str, **kept: object) -> None:
    """Put a session's new token into a new cookie with a new form token: nothing from before is carried over."""
    session.clear()
    session[COOKIE_KEY] = token
    session.update(kept)
    forget()


def safe_next(address: str | None) -> str | None:
    """Return the address when it is a page of ours, else None: nobody is led to another site after signing in."""
    if address is None or len(address) > LONGEST_NEXT or not OWN_PAGE.fullmatch(address):
        return None
    return None if any(part in (".", "..") for part in address.partition("?")[0].split("/")) else address


def _turned_away(permission: Permission, *, waiting: Wait | None) -> ResponseReturnValue | None:
    known = signed_in()
    if known is None:
        return redirect(sign_in_address(), 303)
    _touch(known)
    if known.actor.may(permission) or (waiting is not None and known.waits_for == waiting):
        return None
    if known.waits_for is not None:
        return redirect(_leading_back(SECOND_PAGES[known.waits_for]), 303)
    _record_denied(known.actor, permission)
    raise Forbidden("not_allowed")


def _leading_back(page: str) -> str:
    """Return the address of a page of ours that leads back here, if here can be read: what was sent is not repeated."""
    page = f"/{current_segment()}{page}"
    here = request.full_path.rstrip("?") if request.method == "GET" else request.path
    readable = request.method == "GET" or _reads(request.path)
    return f"{page}?next={quote(here, safe='')}" if readable and safe_next(here) else page


def _reads(path: str) -> bool:
    return current_app.url_map.bind("").test(path, "GET")


def _touch(known: SignedIn) -> None:
    if known.stale:
        with suppress(StoreError, Unavailable), committing() as unit:  # who reads goes on where nothing can be written
            sessions.touch_session(unit, session_id=known.session_id, now=now())


def _record_denied(actor: Actor, permission: Permission) -> None:
    rule = request.url_rule.rule if request.url_rule is not None else ""
    with committing() as unit:
        audit.record_denied(unit, actor=actor, permission=permission, rule=rule, now=now(), origin=origin())
