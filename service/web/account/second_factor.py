"""Setting up the second step of signing in: an app that shows codes, and codes to keep for the day it is lost."""

from urllib.parse import urlsplit

import segno
from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from service.accounts import queries
from service.accounts.permissions import Permission
from service.accounts.record import telling
from service.accounts.signing_in import second_factor, sessions, taking_off
from service.clock import now
from service.db import committing, db, writes
from service.db.sealing import Sealer
from service.errors import Invalid
from service.web.access import allow, begin_anew, fresh, origin, whose
from service.web.account.rooms import page
from service.web.moments import day, moment
from service.web.posting import post_office
from service.web.rendering import limits, services, site_name
from service.web.signing_in.entering import first_page, hasher, landing, next_address

ROOM = ".second_factor"


def register(blueprint: Blueprint) -> None:
    """Add the pages."""
    blueprint.add_url_rule("/account/second-factor", "second_factor", show)
    blueprint.add_url_rule("/account/second-factor", "second_factor_begin", begin, methods=["POST"])
    blueprint.add_url_rule("/account/second-factor/app", "second_factor_app", show_app)
    blueprint.add_url_rule("/account/second-factor/app", "second_factor_app_post", take_code, methods=["POST"])
    blueprint.add_url_rule("/account/second-factor/codes", "second_factor_codes", new_codes, methods=["POST"])
    blueprint.add_url_rule("/account/second-factor/keep", "second_factor_keep", keep, methods=["POST"])
    blueprint.add_url_rule("/account/second-factor/off", "second_factor_off", turn_off, methods=["POST"])


@allow(Permission.ACCOUNT, waiting="enrol")
def show() -> ResponseReturnValue:
    """Show what is set up, and what can be done."""
    known = whose()
    held = second_factor.state(db.session(), user_id=queries.owner(known.actor), now=now())
    since = day(held.app_since) if held.app_since is not None else ""
    must = known.waits_for == "enrol"
    off_at = taking_off.when(db.session(), user_id=queries.owner(known.actor))
    ends = moment(off_at) if off_at is not None else ""
    return page("second_factor.html", ROOM, held=held, since=since, ends=ends, must=must, next=next_address())


@allow(Permission.ACCOUNT, waiting="enrol")
@fresh
@writes
def begin() -> ResponseReturnValue:
    """Make a secret for an app, and lead to the page that shows it."""
    second_factor.begin_app(db.session(), actor=whose().actor, sealer=_sealer(), now=now())
    return redirect(url_for(".second_factor_app", next=next_address() or None), 303)


@allow(Permission.ACCOUNT, waiting="enrol")
@fresh
def show_app() -> ResponseReturnValue:
    """Show the secret as a square code and in letters, and ask for the first code."""
    return _app({})


@allow(Permission.ACCOUNT, waiting="enrol")
@fresh
def take_code() -> ResponseReturnValue:
    """Take the first code of the app: from now on it counts. Shows the recovery codes, this once."""
    known = whose()
    user_id = queries.owner(known.actor)
    second_factor.count_try(limits(), user_id=user_id, now=now())
    codes = second_factor.new_recovery_codes()
    hashes = [hasher().hash(code) for code in codes]
    try:
        with committing() as unit:
            second_factor.confirm_app(
                unit,
                actor=known.actor,
                code=request.form.get("code", ""),
                sealer=_sealer(),
                now=now(),
                origin=origin(),
            )
            second_factor.keep_recovery_codes(unit, actor=known.actor, hashes=hashes, now=now(), origin=origin())
            sessions.end_other_sessions(unit, keep=known.session_id, actor=known.actor, now=now(), origin=origin())
            token = sessions.renew_session(unit, session_id=known.session_id, now=now(), strength=2, origin=origin())
            telling.tell_of_change(unit, post_office(), user_id=user_id, now=now())
    except Invalid:
        return _app({"code": _("This code is not right. Look at the app and type the newest one.")}, 422)
    second_factor.forgive_try(limits(), user_id=user_id)
    begin_anew(token)
    return _shown_once(codes, new=known.waits_for == "enrol")


@allow(Permission.ACCOUNT)
@fresh
def new_codes() -> ResponseReturnValue:
    """Make new recovery codes in place of those before, and show them, this once."""
    known = whose()
    codes = second_factor.new_recovery_codes()
    hashes = [hasher().hash(code) for code in codes]
    with committing() as unit:
        second_factor.keep_recovery_codes(unit, actor=known.actor, hashes=hashes, now=now(), origin=origin())
        telling.tell_of_change(unit, post_office(), user_id=queries.owner(known.actor), now=now())
    return _shown_once(codes)


@allow(Permission.ACCOUNT)
@writes
def keep() -> ResponseReturnValue:
    """Stop what an administrator announced: the second step stays."""
    actor = whose().actor
    taking_off.stop(db.session(), user_id=queries.owner(actor), actor=actor, now=now(), origin=origin())
    return redirect(url_for(ROOM), 303)


@allow(Permission.ACCOUNT)
@fresh
@writes
def turn_off() -> ResponseReturnValue:
    """Give the second step up, where the role does not ask for one."""
    known, unit = whose(), db.session()
    second_factor.turn_off(unit, actor=known.actor, now=now(), origin=origin())
    sessions.end_other_sessions(unit, keep=known.session_id, actor=known.actor, now=now(), origin=origin())
    telling.tell_of_change(unit, post_office(), user_id=queries.owner(known.actor), now=now())
    return redirect(url_for(ROOM), 303)


def _app(errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    known = whose()
    secret = second_factor.begun_app(db.session(), actor=known.actor, sealer=_sealer())
    if secret is None:
        return redirect(url_for(ROOM, next=next_address() or None), 303)
    email = queries.email_of(db.session(), user_id=queries.owner(known.actor))
    issuer = f"{site_name()} {urlsplit(services().settings.public_url).hostname}"
    shown = page(
        "second_factor_app.html",
        ROOM,
        square=_square(second_factor.address_for_app(secret, email=email, issuer=issuer)),
        secret=second_factor.in_words(secret),
        errors=errors,
        next=next_address(),
    )
    shown.status_code = status
    return shown


def _shown_once(codes: list[str], *, new: bool = False) -> ResponseReturnValue:
    """Show recovery codes; whoever is new here goes on to where they begin."""
    half = second_factor.RECOVERY_LENGTH // 2
    written = [f"{code[:half]}-{code[half:]}" for code in codes]
    return page(
        "recovery_codes.html", ROOM, codes=written, onward_href=next_address() or (first_page() if new else landing())
    )


def _square(address: str) -> Markup:
    code = segno.make(address, error="m", micro=False)
    title = str(_("Square code for your app"))
    drawn = code.svg_inline(title=title, svgclass="kith-qr kith-qr--large", lineclass=None, omitsize=True, dark="#000")
    return Markup(drawn.replace("<svg ", '<svg role="img" ', 1))  # noqa: S704  # the library escapes the title


def _sealer() -> Sealer:
    return services().sealer(second_factor.PURPOSE)
