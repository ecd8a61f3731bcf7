"""Inviting somebody: the letter goes through the outbox, may be sent again, and may be taken back."""

from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from service.accounts import invitations, limits
from service.accounts.credentials import LONGEST_EMAIL, limit_email
from service.accounts.invitations import LONGEST_NAME, Invited, Offer, Post
from service.accounts.permissions import Permission
from service.catalog import organisations
from service.clock import now
from service.db import committing, db
from service.errors import Invalid
from service.notifications import outbox
from service.web import account_words, rendering
from service.web.access import allow, current_actor, origin
from service.web.organisation import members, rooms
from service.web.rendering import services

ACTS = ("again", "revoke")


def register(blueprint: Blueprint) -> None:
    """Add what takes the form below a list of members, and the buttons beside each invitation."""
    blueprint.add_url_rule("/organisation/members", "invite", invite, methods=["POST"])
    place = "/organisation/members/in/<uuid:organisation_id>"
    blueprint.add_url_rule(place, "invite_to", invite, methods=["POST"])
    one = "/organisation/invitations/<uuid:invitation_id>"
    blueprint.add_url_rule(one, "invitation_post", change, methods=["POST"])


@allow(Permission.MANAGE_MEMBERS)
def invite(organisation_id: UUID | None = None) -> ResponseReturnValue:
    """Send an invitation. Nothing that happens here depends on whether the address has an account."""
    place = members.where(organisation_id)
    typed = {
        "name": request.form.get("name", "")[: 2 * LONGEST_NAME],
        "email": request.form.get("email", "")[: 2 * LONGEST_EMAIL],
        "role": request.form.get("role", ""),
        "once": request.form.get("once", "")[:100],
    }
    offer = Offer(name=typed["name"], email=typed["email"], role=typed["role"], organisation_id=place)
    try:
        _count(invitations.checked(offer, actor=current_actor()).email)
        with committing() as unit:
            invitations.invite(
                unit,
                offer=offer,
                key=typed["once"],
                post=_post(place),
                actor=current_actor(),
                now=now(),
                origin=origin(),
            )
    except Invalid as refused:
        return members.listed(place, typed, account_words.sentences(refused.fields))
    return redirect(_back(organisation_id, "invited"), 303)


@allow(Permission.MANAGE_MEMBERS)
def change(invitation_id: UUID) -> ResponseReturnValue:
    """Send an invitation again, or take it back."""
    act, actor = request.form.get("act", ""), current_actor()
    with rooms.out_of_sight(Permission.MANAGE_MEMBERS, invitations.SUBJECT, invitation_id):
        found = invitations.one(db.session(), invitation_id=invitation_id, actor=actor)
        if act not in ACTS:
            raise Invalid("not_a_choice")
        if act == "again":
            _count(found.email)
        with committing() as unit:
            if act == "again":
                post = _post(found.organisation_id)
                invitations.send_again(
                    unit, invitation_id=invitation_id, post=post, actor=actor, now=now(), origin=origin()
                )
            else:
                invitations.revoke(unit, invitation_id=invitation_id, actor=actor, now=now(), origin=origin())
    return redirect(_back_to(found, act), 303)


def _count(email: str) -> None:
    """Count what is sent to one address, in a transaction of its own and before anything is written."""
    rendering.limits().take(limits.INVITE_ADDRESS, limit_email(email), now=now())


def _post(organisation_id: UUID | None) -> Post:
    named = organisations.names(db.session(), [organisation_id])
    return Post(
        sealer=services().sealer(outbox.PURPOSE),
        link=lambda token: services().settings.public_url + url_for(".invitation", token=token),
        organisation=named[organisation_id] if organisation_id else "Whoever runs Kith",  # letters are English yet
        channel=services().mail_channel,
    )


def _back_to(found: Invited, done: str) -> str:
    mine = found.organisation_id == current_actor().organisation_id
    return _back(None if mine else found.organisation_id, done)


def _back(organisation_id: UUID | None, done: str) -> str:
    if organisation_id is None:
        return url_for(".members", done=done)
    return url_for(".members_of", organisation_id=organisation_id, done=done)
