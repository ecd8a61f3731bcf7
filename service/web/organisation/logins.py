"""An organisation's own sign-in service (OpenID Connect): adding it, changing it, ending it."""

from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from service.accounts.permissions import Permission
from service.accounts.signing_in import logins, openid
from service.accounts.signing_in.logins import PURPOSE, SUBJECT, Login, Setting
from service.accounts.signing_in.openid import Disbelieved
from service.catalog import organisations
from service.clock import now
from service.db import committing, db
from service.db.sealing import Sealer
from service.errors import Invalid
from service.outgoing import OutsideError
from service.web import account_words
from service.web.access import allow, current_actor, fresh, origin
from service.web.organisation import rooms
from service.web.organisation.whose import run_by_actor
from service.web.rendering import services
from service.web.signing_in.organisation import redirect_address

ROOM = ".logins"
PROBLEMS = {
    "login_name": _l("Write what should stand on the button, in at most 60 letters"),
    "login_issuer": _l("This must be an address like https://login.example.org"),
    "login_client": _l("Write the client id that the service gave you"),
    "login_secret": _l("This is too long for a secret"),
    "login_taken": _l("This client of this service is in use already"),
    "not_a_choice": _l("Choose one of the answers"),
}


def register(blueprint: Blueprint) -> None:
    """Add the list, the form of a new one, and the page of one; those of another organisation for administrators."""
    path = "/organisation/sign-in"
    rooms.own_and_others(blueprint, path, "logins", show, show_form, make)
    blueprint.add_url_rule(f"{path}/<uuid:login_id>", "login", show_one)
    blueprint.add_url_rule(f"{path}/<uuid:login_id>", "login_post", change, methods=["POST"])


@allow(Permission.MANAGE_KEYS)
def show(organisation_id: UUID | None = None) -> ResponseReturnValue:
    """Show the services of an organisation."""
    meant = run_by_actor(organisation_id, Permission.MANAGE_KEYS)
    if meant is None:
        return redirect(url_for(".organisations"), 303)
    found = logins.logins_of(db.session(), actor=current_actor(), organisation_id=meant)
    return rooms.page(
        "logins.html",
        ROOM,
        place=_place(meant),
        logins=[{"href": url_for(".login", login_id=one.id), "login": one} for one in found],
        new_href=_at(meant, "_new"),
    )


@allow(Permission.MANAGE_KEYS)
@fresh
def show_form(organisation_id: UUID | None = None) -> ResponseReturnValue:
    """Show the form of a new one."""
    meant = run_by_actor(organisation_id, Permission.MANAGE_KEYS)
    if meant is None:
        return redirect(url_for(".organisations"), 303)
    return _form(meant, None, {})


@allow(Permission.MANAGE_KEYS)
@fresh
def make(organisation_id: UUID | None = None) -> ResponseReturnValue:
    """Keep a new one, once its service has said where it answers."""
    meant = run_by_actor(organisation_id, Permission.MANAGE_KEYS)
    if meant is None:
        return redirect(url_for(".organisations"), 303)
    try:
        setting = _answered(_typed())
        with committing() as unit:
            made = logins.set_up(
                unit,
                organisation_id=meant,
                setting=setting,
                sealer=_sealer(),
                actor=current_actor(),
                now=now(),
                origin=origin(),
            )
    except Invalid as refused:
        return _form(meant, None, _sentences(refused))
    return redirect(url_for(".login", login_id=made, done="saved"), 303)


@allow(Permission.MANAGE_KEYS)
@fresh
def show_one(login_id: UUID) -> ResponseReturnValue:
    """Show one, and its form."""
    return _one(login_id, {})


@allow(Permission.MANAGE_KEYS)
@fresh
def change(login_id: UUID) -> ResponseReturnValue:
    """Keep what was changed, or stop believing the service."""
    works = request.form.get("act") != "end"
    try:
        setting = _answered(_typed()) if works else _kept(login_id)
        with rooms.out_of_sight(Permission.MANAGE_KEYS, SUBJECT, login_id), committing() as unit:
            logins.change(
                unit,
                login_id=login_id,
                setting=setting,
                works=works,
                sealer=_sealer(),
                actor=current_actor(),
                now=now(),
                origin=origin(),
            )
    except Invalid as refused:
        return _one(login_id, _sentences(refused))
    return redirect(url_for(".login", login_id=login_id, done="saved"), 303)


def _typed() -> Setting:
    form = request.form
    return Setting(
        name=form.get("name", ""),
        issuer=form.get("issuer", ""),
        client_id=form.get("client_id", ""),
        client_secret=form.get("client_secret", ""),
        role=form.get("role", ""),
        vouches=form.get("vouches") == "yes",
    )


def _kept(login_id: UUID) -> Setting:
    with rooms.out_of_sight(Permission.MANAGE_KEYS, SUBJECT, login_id):
        found = logins.read_login(db.session(), login_id=login_id, actor=current_actor())
    return Setting(
        name=found.name,
        issuer=found.issuer,
        client_id=found.client_id,
        client_secret="",
        role=found.role,
        vouches=found.vouches,
    )


def _answered(typed: Setting) -> Setting:
    """Check what was written, and then whether there is such a service."""
    demo = services().settings.demo
    setting = logins.check_setting(typed, demo=demo)
    try:
        openid.discover(setting.issuer, demo=demo)
    except (OutsideError, Disbelieved) as error:
        raise Invalid("login_silent") from error
    return setting


def _form(meant: UUID, found: Login | None, errors: dict[str, str]) -> Response:
    posted = request.method == "POST"
    typed = _typed() if posted or found is None else None
    shown = rooms.page(
        "login.html",
        "",
        place=_place(meant),
        login=found,
        values=typed or found,
        redirect_address=redirect_address(),
        roles=[("", _("Nobody: only the invited may come in"))]
        + [(role.value, str(account_words.ROLES[role])) for role in logins.ROLES],
        form_action=url_for(".login_post", login_id=found.id) if found else _at(meant, "_new_post"),
        back_href=_at(meant),
        errors=errors,
        saved=request.args.get("done") == "saved" and not errors,
    )
    shown.status_code = 422 if errors else 200
    return shown


def _one(login_id: UUID, errors: dict[str, str]) -> Response:
    with rooms.out_of_sight(Permission.MANAGE_KEYS, SUBJECT, login_id):
        found = logins.read_login(db.session(), login_id=login_id, actor=current_actor())
    return _form(found.organisation_id, found, errors)


def _place(organisation_id: UUID) -> str:
    return organisations.names(db.session(), [organisation_id]).get(organisation_id, "")


def _at(organisation_id: UUID, more: str = "") -> str:
    """Return the address of a list or a form: short where it is one's own."""
    if organisation_id == current_actor().organisation_id and not current_actor().may(Permission.MANAGE):
        return url_for(f".logins{more}")
    return url_for(f".logins_of{more}", organisation_id=organisation_id)


def _sealer() -> Sealer:
    return services().sealer(PURPOSE)


def _sentences(refused: Invalid) -> dict[str, str]:
    told = {name: str(PROBLEMS[one.code]) for name, one in refused.fields.items()}
    return told or {"issuer": _("This service does not answer as it should. Look at the address.")}
