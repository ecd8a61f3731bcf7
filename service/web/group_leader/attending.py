"""The page of the link in a mail after a date: did they come? Opening it does nothing and names nobody."""

from flask import Response, make_response, render_template, request, url_for
from flask_babel import gettext as _

from service.accounts.permissions import Permission
from service.clock import now
from service.db import committing, db
from service.errors import Invalid, NotFound
from service.referrals.following import attendance
from service.referrals.kept import PURPOSE
from service.web import moments
from service.web.access import allow, origin
from service.web.group_leader.answering import gone, unlisted
from service.web.rendering import services


@allow(Permission.LINK)
def show(token: str) -> Response:
    """Show three buttons. Programs that follow links in mail get no further than this."""
    try:
        return _page(token)
    except NotFound as error:
        return gone(error)


@allow(Permission.LINK)
def act(token: str) -> Response:
    """Take the answer, or tell who it is about."""
    answer = request.form.get("answer", "")
    try:
        if answer == "who":
            return _who(token)
        with committing() as unit:
            attendance.say(unit, token=token, answer=answer, now=now(), origin=origin())
    except Invalid:
        shown = _page(token)
        shown.status_code = 422
        return shown
    except NotFound as error:
        return gone(error)
    after = {"came": _("We are glad."), "not_come": _("We ring them kindly."), "not_met": _("We find another date.")}
    return unlisted(make_response(render_template("group_leader/came_done.html", text=after[answer])))


def _who(token: str) -> Response:
    with committing() as unit:  # that it was read is recorded
        name = attendance.who(unit, sealer=services().sealer(PURPOSE), token=token, now=now(), origin=origin())
    return _page(token, name)


def _page(token: str, name: str = "") -> Response:
    asked = attendance.opened(db.session(), token=token, now=now())
    page = render_template(
        "group_leader/came.html",
        form_action=url_for(".came_post", token=token),
        group={"name": asked.group_name, "is_example": asked.group_is_example},
        when=moments.moment(asked.at),
        person=name,
        until=moments.day(asked.expires_at),
    )
    return unlisted(make_response(page))
