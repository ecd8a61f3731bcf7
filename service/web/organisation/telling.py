"""Addresses that are told of each step of an organisation's referrals: list, adding one, last messages, the end."""

from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from service.accounts.once import Replay, idempotent
from service.accounts.permissions import Permission
from service.catalog import organisations
from service.clock import now
from service.db import committing, db
from service.db.sealing import Sealer
from service.errors import Invalid
from service.referrals.events import webhooks
from service.referrals.events.webhooks import SUBJECT, DeliveryLine, NewWebhook, WebhookLine
from service.web import moments
from service.web.access import allow, current_actor, fresh, origin
from service.web.organisation import rooms
from service.web.organisation.whose import run_by_actor
from service.web.rendering import services

PROBLEMS = {
    "webhook_address": _l("Write a web address that starts with https:// and that all can reach"),
    "webhooks_enough": _l("There are five already. End one first."),
}


def register(blueprint: Blueprint) -> None:
    """Add the list, the form, and the page of one address; those of another organisation for administrators."""
    path = "/organisation/told"
    rooms.own_and_others(blueprint, path, "told", show, show_form, add)
    blueprint.add_url_rule(f"{path}/<uuid:webhook_id>", "told_one", show_one)
    blueprint.add_url_rule(f"{path}/<uuid:webhook_id>", "told_one_post", stop, methods=["POST"])


@allow(Permission.MANAGE_KEYS)
def show(organisation_id: UUID | None = None) -> Response:
    """Show the addresses of an organisation; an administrator who names none sees all."""
    meant = run_by_actor(organisation_id, Permission.MANAGE_KEYS)
    found = webhooks.webhooks_of(db.session(), actor=current_actor(), organisation_id=meant, now=now())
    names = organisations.names(db.session(), [line.organisation_id for line in found] + [meant])
    return rooms.page(
        "told.html",
        "",
        place=names.get(meant, "") if meant else "",
        addresses=[_row(line, "" if meant else names[line.organisation_id]) for line in found],
        new_href=_at(meant, "_new") if meant else "",
        back_href=_programs(meant),
        ended=request.args.get("done") == "ended",
    )


@allow(Permission.MANAGE_KEYS)
@fresh
def show_form(organisation_id: UUID | None = None) -> ResponseReturnValue:
    """Show the form that adds an address."""
    meant = run_by_actor(organisation_id, Permission.MANAGE_KEYS)
    return _form(meant, {"once": str(uuid4())}, {}) if meant else redirect(url_for(".organisations"), 303)


@allow(Permission.MANAGE_KEYS)
@fresh
def add(organisation_id: UUID | None = None) -> ResponseReturnValue:
    """Add an address, and show its secret the one time."""
    meant = run_by_actor(organisation_id, Permission.MANAGE_KEYS)
    if meant is None:
        return redirect(url_for(".organisations"), 303)
    typed = {
        "once": request.form.get("once", ""),
        "address": request.form.get("address", "")[: 2 * webhooks.LONGEST_ADDRESS],
    }
    try:
        with committing() as unit:
            once = idempotent(
                unit, actor=current_actor(), route=SUBJECT, key=typed["once"] or None, body=typed, now=now()
            )
            made = None if isinstance(once, Replay) else _added(meant, once.resource_id, typed["address"])
    except Invalid as refused:
        told = {name: str(PROBLEMS[one.code]) for name, one in refused.fields.items() if one.code in PROBLEMS}
        return _form(meant, typed, told or {"address": _("This form was sent before. Open it again.")})
    if made is None:
        return redirect(url_for(".told_one", webhook_id=once.resource_id), 303)
    return rooms.page("told_made.html", "", secret=made.secret, onward_href=url_for(".told_one", webhook_id=made.id))


@allow(Permission.MANAGE_KEYS)
def show_one(webhook_id: UUID) -> Response:
    """Show one address by its host, and what became of its last messages."""
    with rooms.out_of_sight(Permission.MANAGE_KEYS, SUBJECT, webhook_id):
        line, last = webhooks.read(db.session(), webhook_id=webhook_id, actor=current_actor(), now=now())
    name = organisations.names(db.session(), [line.organisation_id])[line.organisation_id]
    return rooms.page(
        "told_one.html",
        "",
        address=_row(line, name),
        messages=[_message(one) for one in last],
        form_action=url_for(".told_one_post", webhook_id=webhook_id),
        back_href=_at(line.organisation_id),
    )


@allow(Permission.MANAGE_KEYS)
def stop(webhook_id: UUID) -> ResponseReturnValue:
    """Tell an address nothing more. Pressed twice, it is ended once."""
    with rooms.out_of_sight(Permission.MANAGE_KEYS, SUBJECT, webhook_id), committing() as unit:
        line, _last = webhooks.read(unit, webhook_id=webhook_id, actor=current_actor(), now=now())
        if line.stopped_at is None:
            webhooks.stop(unit, webhook_id=webhook_id, actor=current_actor(), now=now(), origin=origin())
    return redirect(_at(line.organisation_id, done="ended"), 303)


def _added(meant: UUID, webhook_id: UUID, address: str) -> NewWebhook:
    return webhooks.add(
        db.session(),
        sealer=_sealer(),
        organisation_id=meant,
        address=address,
        webhook_id=webhook_id,
        actor=current_actor(),
        now=now(),
        origin=origin(),
    )


def _sealer() -> Sealer:
    return services().sealer(webhooks.PURPOSE)


def _form(meant: UUID, typed: dict[str, str], errors: dict[str, str]) -> Response:
    shown = rooms.page(
        "told_new.html",
        "",
        place=organisations.names(db.session(), [meant]).get(meant, ""),
        form_action=_at(meant, "_new_post"),
        back_href=_at(meant),
        values=typed,
        errors=errors,
    )
    shown.status_code = 422 if errors else 200
    return shown


def _at(organisation_id: UUID | None, more: str = "", **values: Any) -> str:
    """Return the address of the list or the form: short where it is one's own."""
    if organisation_id is None or organisation_id == current_actor().organisation_id:
        return url_for(f".told{more}", **values)
    return url_for(f".told_of{more}", organisation_id=organisation_id, **values)


def _programs(organisation_id: UUID | None) -> str:
    own = organisation_id is None or organisation_id == current_actor().organisation_id
    return url_for(".keys") if own else url_for(".keys_of", organisation_id=organisation_id)


def _row(line: WebhookLine, place: str) -> dict[str, object]:
    return {
        "href": url_for(".told_one", webhook_id=line.id),
        "host": line.host,
        "place": place,
        "since": rooms.day(line.created_at),
        "ended": line.stopped_at is not None,
        "gone": line.gone,
        "quiet": line.quiet,
    }


def _message(one: DeliveryLine) -> dict[str, object]:
    waits = ngettext("Waits, tried %(num)s time", "Waits, tried %(num)s times", one.attempts)
    states = {"done": _("Arrived"), "given_up": _("Given up")}
    return {
        "when": moments.moment(one.created_at),
        "state": states.get(one.state, waits),
        "arrived": one.state == "done",
        "given_up": one.state == "given_up",
        "said": _said(one.said),
    }


def _said(said: str | None) -> str:
    """Say what came of the last try: a status of HTTP as it is, anything else as nobody's answer."""
    if said is None:
        return ""
    if not said.isdigit():
        return str(_("Nobody answered as a receiver should."))
    known = {one.value for one in HTTPStatus}
    name = HTTPStatus(int(said)).phrase if int(said) in known else ""
    return str(_("It answered %(status)s.", status=f"{said} {name}".strip()))
