"""What every way in shares: the counters, the hasher, the cookie that is begun, and the page that comes next."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from flask import current_app, redirect, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from service.accounts import sessions
from service.accounts.credentials import Hasher, standard_hasher
from service.accounts.limits import Limits, open_limits
from service.accounts.permissions import Actor
from service.accounts.proving import Proved
from service.clock import now
from service.config import Settings
from service.db import committing
from service.errors import Unauthenticated
from service.web.access import COOKIE_KEY, SECOND_PAGES, begin_anew, current_actor, origin, safe_next, signed_in
from service.web.languages import current_segment
from service.web.rendering import LIMITS

SERVICES = "kith"  # in app.extensions: what the root made, see service.web.rendering
HASHER, LANDING = "kith-hasher", "kith-landing"  # in app.extensions
Landing = Callable[[Actor], str]


def prepare(extensions: dict[str, Any], landing: Landing | None) -> None:
    """Make once what the doors need, and keep it with what the application has."""
    extensions.setdefault(HASHER, standard_hasher())
    extensions.setdefault(LANDING, landing or _start)
    if LIMITS not in extensions:
        extensions[LIMITS] = _open_limits(extensions[SERVICES].settings)


def hasher() -> Hasher:
    """Return what hashes passwords here."""
    found: Hasher = current_app.extensions[HASHER]
    return found


def enter(whose: Callable[[Session], Proved]) -> ResponseReturnValue:
    """Sign in whom `whose` names, in one unit of work with it, under a new cookie."""
    old = session.get(COOKIE_KEY)
    with committing() as unit:
        proved = whose(unit)
        token = sessions.open_session(
            unit,
            user_id=proved.user_id,
            now=now(),
            way=proved.way,
            strength=proved.strength,
            replaces=old,
            origin=origin(),
        )
    begin_anew(token)
    return onward()


def confirmed(*, strength: int | None = None) -> ResponseReturnValue:
    """Note that whoever is signed in proved themselves again: a new token, and five minutes for dangerous acts."""
    known = signed_in()
    if known is None:
        raise Unauthenticated("session_ended")
    with committing() as unit:
        token = sessions.renew_session(unit, session_id=known.session_id, now=now(), strength=strength, origin=origin())
    begin_anew(token)
    return onward()


def onward() -> ResponseReturnValue:
    """Lead to the second step if one is waited for, else to the page that was asked for or where this person begins."""
    known, after = signed_in(), next_address()
    if known is not None and known.waits_for is not None:
        page = f"/{current_segment()}{SECOND_PAGES[known.waits_for]}"
        return redirect(f"{page}?next={quote(after, safe='')}" if after else page, 303)
    landing: Landing = current_app.extensions[LANDING]
    return redirect(after or landing(current_actor()), 303)


def next_address() -> str:
    """Return the page of ours that was asked for, or nothing."""
    return safe_next(request.values.get("next")) or ""


def _start(_actor: Actor) -> str:
    return f"/{current_segment()}/"


def _open_limits(settings: Settings) -> Limits:
    return open_limits(database_url=settings.database_url, data_folder=settings.data_folder, secret=settings.secret)
