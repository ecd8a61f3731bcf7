"""Asking a group for somebody about one thing that is not confirmed. Nothing of whoever asks is kept or told."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.accounts.limits import ASK_ADDRESS, ASK_GROUP, limit_address
from service.accounts.permissions import Permission
from service.accounts.record.telling import Post
from service.catalog.fresh import asking
from service.catalog.queries import group_by_slug
from service.clock import now
from service.config import LANGUAGES
from service.db import committing, db
from service.errors import Invalid
from service.notifications import outbox
from service.web.access import allow
from service.web.forgery import without_token
from service.web.rendering import limits, private, services
from service.web.self_service import naming


@allow(Permission.PUBLIC)
@without_token
def ask(slug: str) -> ResponseReturnValue:
    """Send the question to the group, and say what happens now; asked twice, it is sent once."""
    moment = now()
    found = group_by_slug(db.session(), slug, today=moment.date())
    limits().take(ASK_ADDRESS, limit_address(request.remote_addr), now=moment)
    limits().take(ASK_GROUP, str(found.id), now=moment)
    status = 200
    try:
        with committing() as unit:
            asking.ask(unit, _post(), group=found, code=request.form.get("fact", ""), now=moment)
    except Invalid:
        status = 422
    shown = {"name": naming.display_name(found), "is_example": found.is_example}
    back = url_for(".group", slug=slug)
    page = render_template("self_service/asked_them.html", group=shown, back_href=back, sent=status == 200)
    return private(page, status)


def _post() -> Post:
    return Post(
        channel=services().mail_channel,
        sealer=services().sealer(outbox.PURPOSE),
        public_url=services().settings.public_url,
        language=LANGUAGES[0],
    )
