"""Everybody who has an account, for administrators: found, signed out, disabled, enabled again."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from service.accounts import people
from service.accounts.membership import USER, Member
from service.accounts.people import LONGEST_SEARCH, Account
from service.accounts.permissions import Actor, Permission
from service.accounts.record.audit import NOWHERE, Origin
from service.accounts.signing_in import taking_off
from service.catalog import organisations
from service.clock import now
from service.db import committing
from service.errors import Invalid
from service.web import account_words
from service.web.access import allow, current_actor, fresh, origin
from service.web.moments import moment
from service.web.organisation import keeping, rooms
from service.web.posting import post_office


def register(blueprint: Blueprint) -> None:
    """Add the list, looking somebody up, and the page of one account."""
    blueprint.add_url_rule("/organisation/people", "people", show_list)
    blueprint.add_url_rule("/organisation/people", "people_post", look_up, methods=["POST"])
    one = "/organisation/people/<uuid:user_id>"
    blueprint.add_url_rule(one, "account_of", show_one)
    blueprint.add_url_rule(one, "account_of_post", change, methods=["POST"])


@allow(Permission.MANAGE)
def show_list() -> Response:
    """Show all accounts by name."""
    return _list("")


@allow(Permission.MANAGE)
def look_up() -> Response:
    """Show the accounts with some letters in their name or address, which stand in no address of a page."""
    return _list(request.form.get("search", "")[:LONGEST_SEARCH].strip())


@allow(Permission.MANAGE)
def show_one(user_id: UUID) -> Response:
    """Show one account."""
    return _one(user_id, {})


@allow(Permission.MANAGE)
@fresh
def change(user_id: UUID) -> ResponseReturnValue:
    """Sign somebody out, disable the account or enable it again; say what an editor keeps.

    A lost second factor may be set up anew.
    """
    if request.form.get("act") == "find":
        return _one(user_id, {}, keeping.sent())
    acts = {"sign_out": people.sign_out, "disable": people.disable, "enable": people.enable}
    acts |= {"second": _let_set_up, "second_stop": taking_off.stop, "keeps": _keep}
    try:
        with rooms.out_of_sight(Permission.MANAGE, USER, user_id), committing() as unit:
            people.read_person(unit, user_id=user_id, actor=current_actor(), now=now(), origin=origin())
            act = acts.get(request.form.get("act", ""))
            if act is None:
                raise Invalid("not_a_choice")
            act(unit, user_id=user_id, actor=current_actor(), now=now(), origin=origin())
    except Invalid as refused:
        if refused.fields:
            return _one(user_id, account_words.sentences(refused.fields), keeping.sent())
        return _one(user_id, {"act": account_words.sentence(refused.code)})
    return redirect(url_for(".account_of", user_id=user_id, done="saved"), 303)


def _let_set_up(session: Session, *, user_id: UUID, actor: Actor, now: datetime, origin: Origin = NOWHERE) -> None:
    """Announce that the second factor of somebody who lost theirs will be taken off; they are told by mail."""
    taking_off.announce(session, post_office(), user_id=user_id, actor=actor, now=now, origin=origin)


def _keep(session: Session, *, user_id: UUID, actor: Actor, now: datetime, origin: Origin = NOWHERE) -> None:
    """Let an editor keep what was sent."""
    keeping.save(session, user_id=user_id, actor=actor, now=now, origin=origin)


def _list(search: str) -> Response:
    page = 1 if search else min(max(request.args.get("page", 1, type=int), 1), rooms.LAST_PAGE)
    with committing() as unit:  # reading of people is recorded
        found = people.read_people(unit, actor=current_actor(), now=now(), page=page, search=search, origin=origin())
        shown = found[: people.PAGE]
        names = organisations.names(unit, [role.organisation_id for one in shown for role in one.roles])
    more = len(found) > people.PAGE
    return rooms.page(
        "people.html",
        ".people",
        people=[_row(one, names) for one in shown],
        search=search,
        form_action=url_for(".people_post"),
        more=more and bool(search),
        older_href=url_for(".people", page=page + 1) if more and not search else "",
        newer_href=url_for(".people", page=page - 1) if page > 1 else "",
    )


def _one(user_id: UUID, errors: dict[str, str], typed: keeping.Typed | None = None) -> Response:
    with rooms.out_of_sight(Permission.MANAGE, USER, user_id), committing() as unit:
        found = people.read_person(unit, user_id=user_id, actor=current_actor(), now=now(), origin=origin())
        names = organisations.names(unit, [role.organisation_id for role in found.roles])
        second_off = taking_off.when(unit, user_id=user_id)
        keeps = keeping.shown(unit, typed or keeping.stored(unit, user_id)) if keeping.is_editor(found) else None
    shown = rooms.page(
        "person.html",
        "",
        person=_row(found, names),
        since=rooms.day(found.since),
        second_off=moment(second_off) if second_off else "",
        back_href=url_for(".people"),
        form_action=url_for(".account_of_post", user_id=user_id),
        keeps=keeps,
        errors=errors,
        done=request.args.get("done") == "saved",
    )
    shown.status_code = 422 if errors else 200
    return shown


def _row(one: Account, names: Mapping[UUID, str]) -> dict[str, object]:
    return {
        "href": url_for(".account_of", user_id=one.id),
        "name": one.name,
        "email": one.email,
        "roles": [_role(role, names) for role in one.roles],
        "disabled": one.disabled_at is not None,
        "sessions": one.sessions,
        "seen": _("Last signed in on %(day)s", day=rooms.day(one.last_sign_in)) if one.last_sign_in else "",
        "myself": one.id == current_actor().user_id,
    }


def _role(one: Member, names: Mapping[UUID, str]) -> dict[str, str]:
    where = names.get(one.organisation_id, "") if one.organisation_id else ""
    return {"text": str(account_words.ROLES[one.role]), "where": where, "href": url_for(".member", member_id=one.id)}
