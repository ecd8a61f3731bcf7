"""Who works in an organisation, and in which role: the list with what waits for an answer, and one member."""

from uuid import UUID, uuid4

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.accounts import invitations, membership
from service.accounts.invitations import Invited
from service.accounts.membership import MEMBERSHIP, Member
from service.accounts.permissions import Permission, Role, gives
from service.catalog import organisations
from service.clock import now
from service.db import committing, db
from service.errors import Invalid, NotFound
from service.referrals.desk import leads
from service.web import account_words, safety_notice
from service.web.access import allow, current_actor, fresh, origin
from service.web.organisation import rooms

ACTS = ("role", "sign_out", "end")


def register(blueprint: Blueprint) -> None:
    """Add the list of one's own organisation, that of another for administrators, and one member."""
    blueprint.add_url_rule("/organisation/members", "members", show)
    blueprint.add_url_rule("/organisation/members/in/<uuid:organisation_id>", "members_of", show)
    one = "/organisation/members/<uuid:member_id>"
    blueprint.add_url_rule(one, "member", show_one)
    blueprint.add_url_rule(one, "member_post", change, methods=["POST"])


@allow(Permission.MANAGE_MEMBERS)
def show(organisation_id: UUID | None = None) -> Response:
    """Show the members of an organisation, or those who keep the whole catalogue."""
    return listed(where(organisation_id), {"once": str(uuid4())}, {})


def where(organisation_id: UUID | None) -> UUID | None:
    """Return which organisation is meant: a manager's own; None for an administrator is the whole catalogue.

    Raises
    ------
    NotFound
        `organisation`: another than the manager's own, or none of ours.
    """
    actor = current_actor()
    if actor.role is not Role.ADMIN and organisation_id is None:
        organisation_id = actor.organisation_id
    if organisation_id is not None:
        with rooms.out_of_sight(Permission.MANAGE_MEMBERS, organisations.SUBJECT, organisation_id):
            if actor.role is not Role.ADMIN and organisation_id != actor.organisation_id:
                raise NotFound("organisation")
            organisations.body(db.session(), organisation_id)
    return organisation_id


def listed(organisation_id: UUID | None, typed: dict[str, str], errors: dict[str, str]) -> Response:
    """Show the list with the form below; that it was read is kept."""
    actor, page = current_actor(), min(max(request.args.get("page", 1, type=int), 1), rooms.LAST_PAGE)
    with committing() as unit:  # reading of people is recorded
        found = membership.read_members(
            unit, organisation_id=organisation_id, actor=actor, now=now(), page=page, origin=origin()
        )
        waiting = invitations.waiting(unit, organisation_id=organisation_id, actor=actor, now=now())
        name = organisations.names(unit, [organisation_id]).get(organisation_id) if organisation_id else None
    shown = rooms.page(
        "members.html",
        ".members",
        place=name or "",
        members=[_row(one) for one in found[: membership.PAGE]],
        invited=[_invited(one) for one in waiting],
        form_action=url_for(".invite_to", organisation_id=organisation_id) if organisation_id else url_for(".invite"),
        roles=_choices(gives(actor.role, organisation_id)),
        values=typed,
        errors=errors,
        done=request.args.get("done", ""),
        safety=safety_notice.waits(),
        no_lead_href=_no_lead_href(organisation_id),
        older_href=_at(organisation_id, page + 1) if len(found) > membership.PAGE else "",
        newer_href=_at(organisation_id, page - 1) if page > 1 else "",
        organisations_href=url_for(".organisations") if actor.may(Permission.MANAGE) else "",
    )
    shown.status_code = 422 if errors else 200
    return shown


def _no_lead_href(organisation_id: UUID | None) -> str:
    """Return where a lead is named by whoever may, as long as there is none."""
    if not current_actor().may(Permission.LEAD_TEAM):
        return ""
    return "" if leads.leads(db.session(), organisation_id=organisation_id, now=now()) else url_for(".safety_leads")


@allow(Permission.MANAGE_MEMBERS)
def show_one(member_id: UUID) -> Response:
    """Show one member, and what may be changed."""
    return _one(member_id, {})


@allow(Permission.MANAGE_MEMBERS)
@fresh
def change(member_id: UUID) -> ResponseReturnValue:
    """Change a role, end it, or sign somebody out; then lead back to the list."""
    act, actor = request.form.get("act", ""), current_actor()
    try:
        with rooms.out_of_sight(Permission.MANAGE_MEMBERS, MEMBERSHIP, member_id), committing() as unit:
            found = membership.read_member(unit, member_id=member_id, actor=actor, now=now(), origin=origin())
            if act == "role":
                membership.change_role(
                    unit,
                    member_id=member_id,
                    role=request.form.get("role", ""),
                    actor=actor,
                    now=now(),
                    origin=origin(),
                )
            elif act == "end":
                membership.end_membership(unit, member_id=member_id, actor=actor, now=now(), origin=origin())
            elif act == "sign_out":
                membership.sign_member_out(unit, member_id=member_id, actor=actor, now=now(), origin=origin())
            else:
                raise Invalid("not_a_choice")
            leads.end_of_leavers(unit, organisation_id=found.organisation_id, now=now())
    except Invalid as refused:
        told = account_words.sentences(refused.fields) or {"act": account_words.sentence(refused.code)}
        return _one(member_id, told)
    return redirect(_at(found.organisation_id, done=act), 303)


def _one(member_id: UUID, errors: dict[str, str]) -> Response:
    actor = current_actor()
    with rooms.out_of_sight(Permission.MANAGE_MEMBERS, MEMBERSHIP, member_id), committing() as unit:
        found = membership.read_member(unit, member_id=member_id, actor=actor, now=now(), origin=origin())
        name = organisations.names(unit, [found.organisation_id])
    shown = rooms.page(
        "member.html",
        "",
        member=_row(found),
        place=name.get(found.organisation_id, "") if found.organisation_id else "",
        since=rooms.day(found.since),
        roles=_choices(gives(actor.role, found.organisation_id)),
        role=found.role.value,
        form_action=url_for(".member_post", member_id=member_id),
        back_href=_at(found.organisation_id),
        errors=errors,
    )
    shown.status_code = 422 if errors else 200
    return shown


def _at(organisation_id: UUID | None, page: int | None = None, done: str | None = None) -> str:
    """Return the address of a list: short where it is one's own."""
    if organisation_id is None or organisation_id == current_actor().organisation_id:
        return url_for(".members", page=page, done=done)
    return url_for(".members_of", organisation_id=organisation_id, page=page, done=done)


def _row(one: Member) -> dict[str, object]:
    return {
        "href": url_for(".member", member_id=one.id),
        "name": one.name,
        "email": one.email,
        "role": str(account_words.ROLES[one.role]),
        "disabled": one.disabled,
        "myself": one.user_id == current_actor().user_id,
    }


def _invited(one: Invited) -> dict[str, object]:
    over = one.expires_at <= now()
    return {
        "action": url_for(".invitation_post", invitation_id=one.id),
        "name": one.name,
        "email": one.email,
        "role": str(account_words.ROLES[one.role]),
        "until": _("The link has run out")
        if over
        else _("The link works until %(day)s", day=rooms.day(one.expires_at)),
    }


def _choices(roles: tuple[Role, ...]) -> list[tuple[str, str, str]]:
    return [(role.value, str(account_words.ROLES[role]), str(account_words.MAY[role])) for role in roles]
