"""Programs that act for an organisation: the list, letting one in, changing its key, ending it. Keys are shown once."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from service.accounts.once import Replay, idempotent
from service.accounts.permissions import SCOPES, Permission
from service.accounts.programs import assertions, keys
from service.accounts.programs.keys import KEY_LASTS, MOST_OVERLAP, SUBJECT, KeyLine, NewKey
from service.catalog import organisations
from service.clock import now
from service.db import committing, db
from service.errors import Invalid, Problem
from service.web.access import allow, current_actor, fresh, origin
from service.web.organisation import rooms
from service.web.organisation.whose import run_by_actor
from service.web.rendering import services

ROOM = ".keys"
SCOPE_WORDS = {
    "refer": _l("Refer people"),
    "refer.read": _l("Read what became of them"),
    "plan": _l("Change their plans"),
    "plan.read": _l("Read their plans"),
    "measures": _l("Keep how they feel, with their yes"),
    "measures.read": _l("Read how they feel, while their yes holds"),
}
KINDS = ("key", "signs")
LASTS = (30, 90, 180, KEY_LASTS.days)
OVERLAPS = (0, 1, 7, MOST_OVERLAP.days)
TOKEN_PATH = "/api/v1/token"  # noqa: S105  # an address; whoever signs must name it
PROBLEMS = {
    "key_name": _l("Say what the program is, in at most 200 letters"),
    "scopes": _l("Choose what it may do"),
    "key_lasts": _l("A year is the longest"),
    "key_overlap": _l("Two weeks is the longest"),
    "jwk_unreadable": _l("Paste a set of keys as JSON (a JWK set), with 8 keys at most"),
    "jwk_private": _l("There is a secret part in this. Paste public keys only, and use that key no more."),
    "jwk_kind": _l("Keys must be RSA with 2048 to 4096 bits, or EC on the curve P-384"),
    "jwk_names": _l("Each key needs a “kid” of its own"),
}


def register(blueprint: Blueprint) -> None:
    """Add the list, the form, and the page of one program; those of another organisation for administrators."""
    path = "/organisation/keys"
    rooms.own_and_others(blueprint, path, "keys", show, show_form, make)
    blueprint.add_url_rule(f"{path}/<uuid:key_id>", "key", show_one)
    blueprint.add_url_rule(f"{path}/<uuid:key_id>", "key_post", change, methods=["POST"])


@allow(Permission.MANAGE_KEYS)
def show(organisation_id: UUID | None = None) -> Response:
    """Show the programs of an organisation; an administrator who names none sees all."""
    meant = run_by_actor(organisation_id, Permission.MANAGE_KEYS)
    page = min(max(request.args.get("page", 1, type=int), 1), rooms.LAST_PAGE)
    session = db.session()
    found = keys.keys_of(session, actor=current_actor(), organisation_id=meant, now=now(), page=page)
    names = organisations.names(session, [line.organisation_id for line in found] + [meant])
    more = len(found) > keys.PAGE
    return rooms.page(
        "keys.html",
        ROOM,
        place=names.get(meant, "") if meant else "",
        programs=[_row(line, "" if meant else names[line.organisation_id]) for line in found[: keys.PAGE]],
        new_href=_at(meant, "_new") if meant else "",
        told_href=url_for(".told_of", organisation_id=organisation_id) if organisation_id else url_for(".told"),
        older_href=_at(organisation_id, page=page + 1) if more else "",
        newer_href=_at(organisation_id, page=page - 1) if page > 1 else "",
        ended=request.args.get("done") == "ended",
    )


@allow(Permission.MANAGE_KEYS)
@fresh
def show_form(organisation_id: UUID | None = None) -> ResponseReturnValue:
    """Show the form that lets a program in."""
    meant = run_by_actor(organisation_id, Permission.MANAGE_KEYS)
    if meant is None:
        return redirect(url_for(".organisations"), 303)
    return _form(meant, {"once": str(uuid4()), "kind": KINDS[0], "scopes": list(SCOPES), "lasts": KEY_LASTS.days}, {})


@allow(Permission.MANAGE_KEYS)
@fresh
def make(organisation_id: UUID | None = None) -> ResponseReturnValue:
    """Let a program in: make its key and show it, or keep the public keys with which it signs."""
    meant = run_by_actor(organisation_id, Permission.MANAGE_KEYS)
    if meant is None:
        return redirect(url_for(".organisations"), 303)
    typed = _typed()
    try:
        signs = typed["kind"] == "signs"
        public = assertions.key_set(str(typed["public_keys"])) if signs else None
        with committing() as unit:
            once = idempotent(
                unit, actor=current_actor(), route=SUBJECT, key=str(typed["once"]) or None, body=typed, now=now()
            )
            made = None if isinstance(once, Replay) else _made(meant, once.resource_id, typed, public)
    except Invalid as refused:
        return _form(meant, typed, _sentences(refused))
    if made is None or public is not None:
        return redirect(url_for(".key", key_id=once.resource_id), 303)
    return _shown_once(made, str(typed["name"]))


@allow(Permission.MANAGE_KEYS)
@fresh
def show_one(key_id: UUID) -> Response:
    """Show one program, and what may be done with it."""
    return _one(key_id, {}, {})


@allow(Permission.MANAGE_KEYS)
@fresh
def change(key_id: UUID) -> ResponseReturnValue:
    """Replace a program's key, or end it."""
    act = request.form.get("act", "")
    where: dict[str, Any] = {"key_id": key_id, "actor": current_actor(), "now": now(), "origin": origin()}
    replaced = None
    try:
        with rooms.out_of_sight(Permission.MANAGE_KEYS, SUBJECT, key_id), committing() as unit:
            line = keys.read_key(unit, key_id=key_id, actor=current_actor(), now=now())
            if act == "rotate":
                overlap = timedelta(days=request.form.get("overlap", -1, type=int))
                replaced = keys.rotate_api_key(unit, overlap=overlap, **where)
            elif act == "keys":
                public = assertions.key_set(request.form.get("public_keys", ""))
                keys.change_public_keys(unit, public_keys=public, **where)
            elif act == "end":
                keys.revoke_api_key(unit, **where)
    except Invalid as refused:
        return _one(key_id, {"public_keys": request.form.get("public_keys", "")}, _sentences(refused))
    if replaced is not None:
        return _shown_once(replaced, line.name)
    if act == "end":
        return redirect(_at(line.organisation_id, done="ended"), 303)
    return redirect(url_for(".key", key_id=key_id), 303)


def _made(meant: UUID, key_id: UUID, typed: dict[str, Any], public: dict[str, Any] | None) -> NewKey:
    return keys.create_api_key(
        db.session(),
        key_id=key_id,
        organisation_id=meant,
        name=typed["name"],
        scopes=typed["scopes"],
        public_keys=public,
        lasts=timedelta(days=typed["lasts"]),
        actor=current_actor(),
        now=now(),
        origin=origin(),
    )


def _typed() -> dict[str, Any]:
    form = request.form
    kind = form.get("kind", "")
    return {
        "once": form.get("once", ""),
        "kind": kind if kind in KINDS else KINDS[0],
        "name": form.get("name", "")[: 2 * keys.LONGEST_NAME],
        "scopes": form.getlist("scopes"),
        "lasts": form.get("lasts", 0, type=int),
        "public_keys": form.get("public_keys", "")[: 2 * assertions.LONGEST_SET],
    }


def _form(meant: UUID, typed: dict[str, Any], errors: dict[str, str]) -> Response:
    shown = rooms.page(
        "key_new.html",
        "",
        place=organisations.names(db.session(), [meant]).get(meant, ""),
        form_action=_at(meant, "_new_post"),
        back_href=_at(meant),
        scopes=[(scope, str(SCOPE_WORDS[scope])) for scope in SCOPES],
        lasts=[(days, _days(days)) for days in LASTS],
        values=typed,
        errors=errors,
    )
    shown.status_code = 422 if errors else 200
    return shown


def _one(key_id: UUID, typed: dict[str, Any], errors: dict[str, str]) -> Response:
    with rooms.out_of_sight(Permission.MANAGE_KEYS, SUBJECT, key_id):
        line = keys.read_key(db.session(), key_id=key_id, actor=current_actor(), now=now())
    name = organisations.names(db.session(), [line.organisation_id])[line.organisation_id]
    shown = rooms.page(
        "key.html",
        "",
        program=_row(line, name),
        since=rooms.day(line.created_at),
        token_address=f"{services().settings.public_url}{TOKEN_PATH}",
        overlaps=[(days, _days(days)) for days in OVERLAPS],
        form_action=url_for(".key_post", key_id=key_id),
        back_href=_at(line.organisation_id),
        values=typed,
        errors=errors,
    )
    shown.status_code = 422 if errors else 200
    return shown


def _shown_once(made: NewKey, name: str) -> Response:
    return rooms.page(
        "key_made.html",
        "",
        name=name,
        key=made.key,
        until=rooms.day(made.expires_at),
        onward_href=url_for(".key", key_id=made.id),
    )


def _at(organisation_id: UUID | None, more: str = "", **values: Any) -> str:
    """Return the address of a list or a form: short where it is one's own."""
    if organisation_id is None or organisation_id == current_actor().organisation_id:
        return url_for(f".keys{more}", **values)
    return url_for(f".keys_of{more}", organisation_id=organisation_id, **values)


def _row(line: KeyLine, place: str) -> dict[str, object]:
    return {
        "href": url_for(".key", key_id=line.id),
        "id": str(line.id),
        "name": line.name,
        "place": place,
        "prefix": line.prefix,
        "signs": line.signs,
        "works": line.works,
        "replaced": line.replaced,
        "may": [str(SCOPE_WORDS[scope]) for scope in line.scopes if scope in SCOPE_WORDS],
        "until": rooms.day(line.expires_at),
        "used": _day(line.last_used_on) if line.last_used_on else "",
    }


def _day(day: date) -> str:
    return rooms.day(datetime.combine(day, time(12), UTC))


def _days(days: int) -> str:
    return str(ngettext("%(num)s day", "%(num)s days", days))


def _sentences(refused: Invalid) -> dict[str, str]:
    """Say each problem; a form that was sent twice with other words in it names its first field."""
    told = {name: _sentence(one) for name, one in refused.fields.items() if one.code in PROBLEMS}
    return told or {"name": str(_l("This form was sent before. Open it again."))}


def _sentence(one: Problem) -> str:
    return str(PROBLEMS[one.code])
