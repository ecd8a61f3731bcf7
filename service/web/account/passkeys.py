"""One's own passkeys: the list, making one, calling it otherwise, giving it up."""

from dataclasses import replace
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.accounts import queries
from service.accounts.permissions import Permission
from service.accounts.record import telling
from service.accounts.signing_in import passkeys, sessions
from service.accounts.signing_in.passkeys import (
    CHALLENGE_LASTS,
    LONGEST_NAME,
    PasskeyLine,
    RefusedPasskey,
    RelyingParty,
)
from service.clock import now
from service.db import committing, db
from service.errors import Conflict, Invalid, NotFound
from service.web import challenges
from service.web.access import allow, begin_anew, fresh, origin, whose
from service.web.account.rooms import page
from service.web.devices import device_of
from service.web.moments import day
from service.web.posting import post_office
from service.web.rendering import services, site_name
from service.web.signing_in.entering import first_page, next_address

ROOM = ".passkeys"
ASKED = "register"  # what a browser was asked for: see challenges


def register(blueprint: Blueprint) -> None:
    """Add the pages."""
    own = "/account/passkeys"
    blueprint.add_url_rule(own, "passkeys", show)
    blueprint.add_url_rule(f"{own}/new", "passkey_new", show_new)
    blueprint.add_url_rule(f"{own}/new", "passkey_new_post", take_new, methods=["POST"])
    blueprint.add_url_rule(f"{own}/<uuid:passkey_id>", "passkey", show_one)
    blueprint.add_url_rule(f"{own}/<uuid:passkey_id>", "passkey_post", change, methods=["POST"])


@allow(Permission.ACCOUNT, waiting="enrol")
def show() -> ResponseReturnValue:
    """Show one's passkeys."""
    found = passkeys.passkeys_of(db.session(), actor=whose().actor)
    site = passkeys.relying_party(services().settings.public_url)
    return page(
        "passkeys.html",
        ROOM,
        passkeys=[_row(one) for one in found],
        possible=site is not None,
        full=len(found) >= passkeys.MOST_PASSKEYS,
        next=next_address(),
    )


@allow(Permission.ACCOUNT, waiting="enrol")
@fresh
def show_new() -> ResponseReturnValue:
    """Show the button that has the device make a passkey."""
    site = _site()
    return (
        _new(site, {}, device_of(request.user_agent.string) or "") if site is not None else redirect(url_for(ROOM), 303)
    )


@allow(Permission.ACCOUNT, waiting="enrol")
@fresh
def take_new() -> ResponseReturnValue:
    """Keep the passkey; other browsers are signed out, and its owner is told."""
    known, name, site = whose(), request.form.get("name", ""), _site()
    if site is None:
        return redirect(url_for(ROOM), 303)
    user_id = queries.owner(known.actor)
    try:
        challenge = challenges.take(ASKED, now=now())
        with committing() as unit:
            passkeys.register(
                unit,
                actor=known.actor,
                site=site,
                answer=request.form.get("answer", ""),
                challenge=challenge,
                name=name,
                now=now(),
                origin=origin(),
            )
            sessions.end_other_sessions(unit, keep=known.session_id, actor=known.actor, now=now(), origin=origin())
            token = sessions.renew_session(unit, session_id=known.session_id, now=now(), strength=2, origin=origin())
            telling.tell_of_change(unit, post_office(), user_id=user_id, now=now())
    except Invalid as refused:
        if isinstance(refused, RefusedPasskey) or not refused.fields:
            return _new(site, {"answer": _("This passkey was not taken. Try again, or use another way.")}, name)
        return _new(site, {"name": _("Give it a name, in at most 60 letters")}, name)
    begin_anew(token)
    return redirect(next_address() or (first_page() if known.waits_for == "enrol" else url_for(ROOM)), 303)


@allow(Permission.ACCOUNT)
@fresh
def show_one(passkey_id: UUID) -> ResponseReturnValue:
    """Show one passkey, and what may be done with it."""
    return _one(passkey_id, {})


@allow(Permission.ACCOUNT)
@fresh
def change(passkey_id: UUID) -> ResponseReturnValue:
    """Call a passkey otherwise, or give it up."""
    known = whose()
    try:
        with committing() as unit:
            if request.form.get("act") == "remove":
                passkeys.remove(unit, passkey_id=passkey_id, actor=known.actor, now=now(), origin=origin())
                sessions.end_other_sessions(unit, keep=known.session_id, actor=known.actor, now=now(), origin=origin())
                telling.tell_of_change(unit, post_office(), user_id=queries.owner(known.actor), now=now())
            else:
                name = request.form.get("name", "")
                passkeys.rename(unit, passkey_id=passkey_id, actor=known.actor, name=name, now=now(), origin=origin())
    except Invalid:
        return _one(passkey_id, {"name": _("Give it a name, in at most 60 letters")})
    except Conflict:
        return _one(passkey_id, {"remove": _("Set up another second step first")})
    return redirect(url_for(ROOM), 303)


def _new(site: RelyingParty, errors: dict[str, str], name: str) -> ResponseReturnValue:
    asked = passkeys.ask_to_register(db.session(), actor=whose().actor, site=site)
    challenges.keep(ASKED, asked.challenge, until=now() + CHALLENGE_LASTS)
    shown = page(
        "passkey_new.html",
        ROOM,
        form_action=url_for(".passkey_new_post"),
        back_href=url_for(ROOM, next=next_address() or None),
        options=asked.options,
        name=name[:LONGEST_NAME],
        next=next_address(),
        errors=errors,
    )
    shown.status_code = 422 if errors else 200
    return shown


def _one(passkey_id: UUID, errors: dict[str, str]) -> ResponseReturnValue:
    actor = whose().actor
    found = next((one for one in passkeys.passkeys_of(db.session(), actor=actor) if one.id == passkey_id), None)
    if found is None:
        raise NotFound("passkey")
    shown = page(
        "passkey.html",
        ROOM,
        passkey=_row(found),
        may_remove=passkeys.may_remove(db.session(), actor=actor, now=now()),
        form_action=url_for(".passkey_post", passkey_id=passkey_id),
        back_href=url_for(ROOM),
        name=request.form.get("name", found.name)[:LONGEST_NAME],
        errors=errors,
    )
    shown.status_code = 422 if errors else 200
    return shown


def _row(one: PasskeyLine) -> dict[str, object]:
    return {
        "href": url_for(".passkey", passkey_id=one.id),
        "name": one.name,
        "made": day(one.created_at),
        "used": day(one.last_used_at) if one.last_used_at else "",
    }


def _site() -> RelyingParty | None:
    found = passkeys.relying_party(services().settings.public_url)
    return replace(found, name=site_name()) if found else None
