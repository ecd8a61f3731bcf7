"""Whoever says that a group is theirs: an editor rings the group's number, an administrator sends the invitation."""

from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from service.accounts import invitations, limits
from service.accounts.credentials import limit_email
from service.accounts.invitations import Offer
from service.accounts.permissions import Permission, Role
from service.catalog import organisations
from service.catalog.proposals import claiming, deciding
from service.catalog.proposals.queue import Opened
from service.clock import now
from service.db import committing, db
from service.errors import Conflict, Invalid
from service.notifications import outbox
from service.web import rendering
from service.web.access import allow, current_actor, origin
from service.web.admin import words
from service.web.admin.heard import suggestion_page
from service.web.admin.heard.suggestions import deed, opened
from service.web.rendering import services


def register(blueprint: Blueprint) -> None:
    """Add the two buttons of a claim."""
    one = "/admin/suggestions/<uuid:proposal_id>"
    blueprint.add_url_rule(f"{one}/rang", "admin_claim_rang", rang, methods=["POST"])
    blueprint.add_url_rule(f"{one}/invite", "admin_claim_invite", invite, methods=["POST"])


@allow(Permission.EDIT_CATALOG)
def rang(proposal_id: UUID) -> ResponseReturnValue:
    """Note that the group's own number said yes."""
    try:
        with committing() as unit:
            claiming.prove_by_phone(
                unit,
                proposal_id=proposal_id,
                version=request.form.get("version", -1, type=int),
                actor=current_actor(),
                now=now(),
                origin=origin(),
            )
    except Conflict:
        return suggestion_page.page(opened(proposal_id), {"take": words.changed_first()}, 409)
    return redirect(url_for(".admin_suggestion", proposal_id=proposal_id), 303)


@allow(Permission.MANAGE)
def invite(proposal_id: UUID) -> ResponseReturnValue:
    """Invite whoever proved that a group is theirs to lead it; only who may give roles does."""
    found = opened(proposal_id)
    try:
        if found.proved_at is None or not found.email:
            raise Conflict("changed_meanwhile")
        rendering.limits().take(limits.INVITE_ADDRESS, limit_email(found.email), now=now())
        _invite(found)
    except (Conflict, Invalid):
        return suggestion_page.page(opened(proposal_id), {"take": words.changed_first()}, 409)
    return redirect(url_for(".admin_suggestions"), 303)


def _invite(found: Opened) -> None:
    organisation_id = claiming.organisation_of(db.session(), found.line.group_id)
    named = organisations.names(db.session(), [organisation_id])
    post = invitations.Post(
        sealer=services().sealer(outbox.PURPOSE),
        link=lambda token: services().settings.public_url + url_for(".invitation", token=token),
        organisation=named[organisation_id],
        channel=services().mail_channel,
    )
    offer = Offer(name=found.name, email=found.email, role=Role.GROUP_LEADER.value, organisation_id=organisation_id)
    with committing() as unit:
        version = request.form.get("version", -1, type=int)
        deciding.close_claim(unit, proposal_id=found.line.id, version=version, deed=deed())
        invitations.invite(
            unit,
            offer=offer,
            key=f"claim:{found.line.id}",
            post=post,
            actor=current_actor(),
            now=now(),
            origin=origin(),
        )
