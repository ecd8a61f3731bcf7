"""The page of a link that went to a group's own address: was it you who told us you run it? Only a POST says yes."""

from uuid import UUID

from flask import Response, make_response, render_template, url_for

from service.accounts.permissions import Permission
from service.catalog.proposals import claiming
from service.catalog.queries import group_by_id
from service.clock import now
from service.db import committing, db
from service.errors import NotFound
from service.web.access import allow, origin
from service.web.group_leader.answering import gone, unlisted


@allow(Permission.LINK)
def show(token: str) -> Response:
    """Show what is asked. Programs that follow links in mail get no further than this."""
    try:
        _, group_id = claiming.asked(db.session(), token=token, now=now())
    except NotFound as error:
        return gone(error)
    return _page(token, group_id, done=False)


@allow(Permission.LINK)
def act(token: str) -> Response:
    """Take the yes of whoever reads the group's own mail."""
    try:
        _, group_id = claiming.asked(db.session(), token=token, now=now())
        with committing() as unit:
            claiming.prove_by_link(unit, token=token, now=now(), origin=origin())
    except NotFound as error:
        return gone(error)
    return _page(token, group_id, done=True)


def _page(token: str, group_id: UUID, *, done: bool) -> Response:
    found = group_by_id(db.session(), group_id, today=now().date(), public=False)
    group = {"name": found.name, "is_example": found.is_example}
    there = url_for(".claim_post", token=token)
    return unlisted(
        make_response(render_template("group_leader/claim.html", group=group, form_action=there, done=done))
    )
