"""The page of a link that asks a group about one thing nobody has confirmed. Opening it changes nothing."""

from flask import Response, make_response, render_template, request, url_for

from service.accounts.permissions import Permission
from service.catalog.facts import Value
from service.catalog.fresh import asking
from service.clock import now
from service.db import committing, db
from service.errors import NotFound
from service.web import fact_words
from service.web.access import allow, origin
from service.web.group_leader.answering import gone, unlisted

ANSWERS = {value.value: value for value in Value}


@allow(Permission.LINK)
def show(token: str) -> Response:
    """Show the question, and three buttons."""
    try:
        return _page(token, asking.opened(db.session(), token=token, now=now()), done=False)
    except NotFound as error:
        return gone(error)


@allow(Permission.LINK)
def act(token: str) -> Response:
    """Take the answer."""
    said = ANSWERS.get(request.form.get("answer", ""))
    try:
        wanted = asking.opened(db.session(), token=token, now=now())
        if said is not None:
            with committing() as unit:
                asking.answer(unit, token=token, said=said, now=now(), origin=origin())
    except NotFound as error:
        return gone(error)
    return _page(token, wanted, done=said is not None)


def _page(token: str, wanted: asking.Wanted, *, done: bool) -> Response:
    page = render_template(
        "group_leader/asked.html",
        form_action=url_for(".asked_post", token=token),
        group={"name": wanted.group.name, "is_example": wanted.group.is_example},
        thing=fact_words.thing(wanted.code),
        view_href=url_for(".group", slug=wanted.group.slug),
        done=done,
    )
    return unlisted(make_response(page))
