"""What every way in shares: the counters, the hasher, the cookie that is begun, and the page that comes next."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from flask import current_app, make_response, redirect, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from service.accounts.credentials import Hasher, standard_hasher
from service.accounts.limits import Limits, open_limits
from service.accounts.permissions import Actor, Permission
from service.accounts.signing_in import known_browsers, sessions, taking_off
from service.accounts.signing_in.proving import Proved
from service.clock import now
from service.config import Settings
from service.db import committing
from service.web.access import COOKIE_KEY, SECOND_PAGES, begin_anew, current_actor, origin, safe_next, signed_in, whose
from service.web.devices import device_of
from service.web.languages import current_segment
from service.web.posting import post_office
from service.web.rendering import LIMITS
from service.web.signing_in import known

SERVICES = "kith"  # in app.extensions: what the root made, see service.web.rendering
HASHER, LANDING = "kith-hasher", "kith-landing"  # in app.extensions
OTHER_WAYS = "kith-other-ways"  # in app.extensions: a list of functions from a place to what to offer there
Landing = Callable[[Actor], str]


def prepare(extensions: dict[str, Any], begins_at: Landing | None) -> None:
    """Make once what the doors need, and keep it with what the application has."""
    extensions.setdefault(HASHER, standard_hasher())
    extensions.setdefault(LANDING, begins_at or _start)
    extensions.setdefault(OTHER_WAYS, [])
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
        if proved.strength == 1:  # whoever just showed a second factor has not lost it
            taking_off.if_due(unit, post_office(), user_id=proved.user_id, now=now(), origin=origin())
        token = sessions.open_session(
            unit,
            user_id=proved.user_id,
            now=now(),
            way=proved.way,
            device=device_of(request.user_agent.string),
            strength=proved.strength,
            replaces=old,
            origin=origin(),
        )
        here = known_browsers.remember(unit, user_id=proved.user_id, token=known.shown(), now=now())
    begin_anew(token)
    answer = make_response(onward())
    known.keep(answer, here)
    return answer


def confirmed(proof: Callable[[Session], None] | None = None, *, strength: int | None = None) -> ResponseReturnValue:
    """Note that whoever is signed in proved themselves again: a new token, and five minutes for dangerous acts.

    `proof` uses up what they proved it with, in the same unit of work.
    """
    mine = whose()
    with committing() as unit:
        if proof is not None:
            proof(unit)
        token = sessions.renew_session(unit, session_id=mine.session_id, now=now(), strength=strength, origin=origin())
    begin_anew(token)
    return onward()


def onward() -> ResponseReturnValue:
    """Lead to the second step if one is waited for, else to the page that was asked for or where this person begins."""
    who, after = signed_in(), next_address()
    if who is not None and who.waits_for is not None:
        page = f"/{current_segment()}{SECOND_PAGES[who.waits_for]}"
        return redirect(f"{page}?next={quote(after, safe='')}" if after else page, 303)
    return redirect(after or landing(), 303)


def landing() -> str:
    """Return the page on which whoever is signed in begins."""
    where: Landing = current_app.extensions[LANDING]
    return where(current_actor())


def first_page() -> str:
    """Return the page that a new account begins on: whoever runs this installation has a few things to set up."""
    return f"/{current_segment()}/organisation/set-up" if current_actor().may(Permission.MANAGE) else landing()


def other_ways(place: str) -> list[Mapping[str, str]]:
    """Return further ways to prove oneself (`text`, `href`) at a place: `sign_in`, `second` or `again`."""
    return [way for offer in current_app.extensions[OTHER_WAYS] for way in offer(place)]


def next_address() -> str:
    """Return the page of ours that was asked for, or nothing."""
    return safe_next(request.values.get("next")) or ""


def _start(_actor: Actor) -> str:
    return f"/{current_segment()}/"


def _open_limits(settings: Settings) -> Limits:
    return open_limits(database_url=settings.database_url, data_folder=settings.data_folder, secret=settings.secret)
