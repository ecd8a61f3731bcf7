"""Signing in with a passkey; as the second step too, and again before something dangerous. Needs a script."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from service.accounts import queries
from service.accounts.limits import SIGN_IN_ADDRESS, limit_address
from service.accounts.permissions import Permission
from service.accounts.signing_in import passkeys
from service.accounts.signing_in.passkeys import CHALLENGE_LASTS, RefusedPasskey, RelyingParty
from service.clock import now
from service.db import committing
from service.errors import Invalid
from service.web import challenges
from service.web.access import allow, origin, sign_in_address, signed_in
from service.web.rendering import limits, private, services
from service.web.signing_in.entering import confirmed, enter, next_address
from service.web.signing_in.nowhere import leads_nowhere

ASKED = "prove"  # what a browser was asked for: see challenges


def register(blueprint: Blueprint) -> None:
    """Add the page."""
    blueprint.add_url_rule("/sign-in/passkey", "sign_in_passkey", show)
    blueprint.add_url_rule("/sign-in/passkey", "sign_in_passkey_post", take, methods=["POST"])


def offered(place: str) -> list[dict[str, str]]:
    """Offer a passkey beside the other ways, wherever there can be one."""
    if passkeys.relying_party(services().settings.public_url) is None:
        return []
    text = _("Sign in with a passkey") if place == "sign_in" else _("Use a passkey")
    return [{"text": text, "href": url_for(".sign_in_passkey", next=next_address() or None)}]


@allow(Permission.PUBLIC)
def show() -> ResponseReturnValue:
    """Show one button, which asks the device."""
    site = _site()
    return _page(site, {}) if site is not None else _nowhere()


@allow(Permission.PUBLIC)
def take() -> ResponseReturnValue:
    """Take what the device answered: sign its owner in, or let whoever is signed in go on."""
    site, address = _site(), limit_address(request.remote_addr)
    if site is None:
        return _nowhere()
    limits().take(SIGN_IN_ADDRESS, address, now=now())
    try:
        answer = _let_in(site, request.form.get("answer", ""), challenges.take(ASKED, now=now()))
    except Invalid as refused:
        if isinstance(refused, RefusedPasskey):
            with committing() as unit:
                passkeys.refuse(unit, refused=refused, now=now(), origin=origin())
        return _page(site, {"answer": _("This passkey was not taken. Try again, or use another way.")}, 422)
    limits().give_back(SIGN_IN_ADDRESS, address)
    return answer


def _let_in(site: RelyingParty, answer: str, challenge: bytes) -> ResponseReturnValue:
    known = signed_in()
    if known is None:
        return enter(lambda unit: passkeys.prove(unit, site=site, answer=answer, challenge=challenge, now=now()))
    mine = queries.owner(known.actor)

    def again(unit: Session) -> None:
        passkeys.prove(unit, site=site, answer=answer, challenge=challenge, now=now(), only=mine)

    return confirmed(again, strength=2)


def _page(site: RelyingParty, errors: dict[str, str], status: int = 200) -> ResponseReturnValue:
    asked, known = passkeys.ask_to_prove(site), signed_in()
    challenges.keep(ASKED, asked.challenge, until=now() + CHALLENGE_LASTS)
    page = render_template(
        "sign_in_passkey.html",
        form_action=url_for(".sign_in_passkey_post"),
        options=asked.options,
        next=next_address(),
        errors=errors,
        back_href=sign_in_address() if known is None else "",
        who=known.name if known else "",
        sign_out_href=url_for(".sign_out"),
    )
    return private(page, status)


def _nowhere() -> ResponseReturnValue:
    return leads_nowhere(_("Passkeys work only where Kith has a name. Here its address is a number."), 422)


def _site() -> RelyingParty | None:
    return passkeys.relying_party(services().settings.public_url)
