"""Signing in with one's organisation's own service. Coming back does nothing; the button, or its script, does."""

import json
from dataclasses import asdict
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from service.accounts import queries
from service.accounts.limits import OUTSIDE_ADDRESS, limit_address
from service.accounts.permissions import Permission
from service.accounts.signing_in import logins, openid
from service.accounts.signing_in.openid import ATTEMPT_LASTS, Attempt, Client, Disbelieved, Said
from service.clock import now
from service.config import LANGUAGES
from service.db import committing, db
from service.errors import Invalid
from service.outgoing import OutsideError
from service.web import challenges
from service.web.access import allow, origin, signed_in
from service.web.languages import current_segment
from service.web.rendering import limits, private, services
from service.web.signing_in.entering import confirmed, enter, next_address
from service.web.signing_in.nowhere import leads_nowhere

ASKED = "organisation"  # what a browser was sent for: see challenges
BACK = "/sign-in/back"
LONGEST_CODE = 4_000  # characters
WORDS = {
    "not_invited": _l("Nobody has asked you to join yet. Ask your manager."),
    "works_elsewhere": _l("This service may not sign you in here. Use your password or a passkey."),
    "email": _l("The service you chose did not say which e-mail address is yours."),
    "another": _l("That is not who is signed in here."),
}
NO_ANSWER = _l("The service you chose does not answer. Try again in a minute, or sign in another way.")


def register(blueprint: Blueprint) -> None:
    """Add the way out to a service and the page somebody comes back to."""
    blueprint.add_url_rule("/sign-in/organisation/<uuid:service_id>", "sign_in_organisation", leave)
    blueprint.add_url_rule(BACK, "sign_in_back", come_back)
    blueprint.add_url_rule(BACK, "sign_in_back_post", take, methods=["POST"])


def offered(place: str) -> list[dict[str, str]]:
    """Offer the services of organisations: all of them to whoever signs in, one's own to prove oneself again."""
    known = signed_in()
    if place == "sign_in":
        found = logins.offered(db.session())
    else:
        found = logins.offered_to(db.session(), user_id=queries.owner(known.actor)) if known is not None else []
    after = next_address() or None
    return [
        {
            "text": _("Sign in with %(name)s", name=one.name),
            "href": url_for(".sign_in_organisation", service_id=one.id, next=after),
        }
        for one in found
    ]


def redirect_address() -> str:
    """Return where services send people back to: one address for all languages, as services want it named."""
    return f"{services().settings.public_url}/{LANGUAGES[0]}{BACK}"


@allow(Permission.PUBLIC)
def leave(service_id: UUID) -> ResponseReturnValue:
    """Send the browser to the service, and remember what it was sent for."""
    limits().take(OUTSIDE_ADDRESS, limit_address(request.remote_addr), now=now())
    issuer, client = _client(service_id)
    attempt = openid.new_attempt(again=signed_in() is not None)
    try:
        there = openid.address(openid.discover(issuer, demo=services().settings.demo), client, attempt)
    except (OutsideError, Disbelieved):
        return leads_nowhere(str(NO_ANSWER), 503)
    sent = {"login": str(service_id), "next": next_address(), "segment": current_segment(), **asdict(attempt)}
    challenges.keep(ASKED, json.dumps(sent).encode(), until=now() + ATTEMPT_LASTS)
    return redirect(there, 303)


@allow(Permission.PUBLIC)
def come_back() -> ResponseReturnValue:
    """Show one button, which a script presses: being sent here signs nobody in."""
    sent = [(name, request.args.get(name, "")[:LONGEST_CODE]) for name in ("code", "state", "iss")]
    if not sent[0][1]:
        return leads_nowhere(_("The service you chose did not let you in."), 422)
    kept = json.loads(challenges.look(ASKED) or b"{}")
    page = render_template(
        "sign_in_back.html",
        form_action=f"/{kept.get('segment', LANGUAGES[0])}{BACK}",
        fields=[*sent, ("next", kept.get("next", ""))],
    )
    return private(page)


@allow(Permission.PUBLIC)
def take() -> ResponseReturnValue:
    """Ask the service who came back, and let them in."""
    limits().take(OUTSIDE_ADDRESS, limit_address(request.remote_addr), now=now())
    sent: dict[str, str] = {}
    try:
        sent = json.loads(challenges.take(ASKED, now=now()))
        return _let_in(UUID(sent["login"]), sent)
    except OutsideError:
        return leads_nowhere(str(NO_ANSWER), 503)
    except Invalid as refused:
        why = str(refused.params.get("why", refused.code))
        if sent:
            with committing() as unit:
                logins.refuse(unit, login_id=UUID(sent["login"]), why=why, now=now(), origin=origin())
        return leads_nowhere(str(WORDS.get(why, _("We could not make sure who you are. Try again."))), 422)


def _let_in(login_id: UUID, sent: dict[str, str]) -> ResponseReturnValue:
    attempt = Attempt(state=sent["state"], nonce=sent["nonce"], verifier=sent["verifier"], again=bool(sent["again"]))
    said = _said(login_id, attempt)
    known = signed_in()
    if known is None:
        return enter(lambda unit: logins.whose(unit, login_id=login_id, said=said, attempt=attempt, now=now()))
    mine = queries.owner(known.actor)

    def again(unit: Session) -> None:
        if logins.whose(unit, login_id=login_id, said=said, attempt=attempt, now=now()).user_id != mine:
            raise Disbelieved("another")

    return confirmed(again)


def _said(login_id: UUID, attempt: Attempt) -> Said:
    form = request.form
    issuer, client = _client(login_id)
    if attempt.again != (signed_in() is not None):
        raise Disbelieved("state")
    openid.check_state(attempt, state=form.get("state", ""))
    provider = openid.discover(issuer, demo=services().settings.demo)
    openid.check_issuer(provider, issuer=form.get("iss") or None)
    return openid.redeem(provider, client, attempt, code=form.get("code", "")[:LONGEST_CODE], now=now())


def _client(login_id: UUID) -> tuple[str, Client]:
    sealer = services().sealer(logins.PURPOSE)
    return logins.client_of(db.session(), login_id=login_id, sealer=sealer, redirect_uri=redirect_address())
