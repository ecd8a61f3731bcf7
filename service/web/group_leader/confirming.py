"""The pages of the link in a yearly mail: still right, something changed, it has closed. Opening it changes nothing."""

import re
from datetime import datetime

from flask import Response, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from service.accounts.permissions import Permission
from service.catalog import reports
from service.catalog.fresh import leading
from service.catalog.reports import Said
from service.catalog.views import GroupView
from service.clock import now
from service.db import committing, db
from service.db.sealing import Sealer
from service.errors import Conflict, Gone, Invalid, NotFound, Problem
from service.web.access import allow, origin
from service.web.figures import Figures, locale_of
from service.web.group_leader.answering import day, gone, unlisted
from service.web.languages import current_language
from service.web.listing_lines import lines
from service.web.rendering import country_pack, services

# What may be otherwise: the field, its label, and what kind of report it makes where it is the only one.
CHANGES = {
    "when": (_l("When"), "times"),
    "where": (_l("Where"), "place"),
    "cost": (_l("Cost"), "cost"),
    "contact": (_l("Number or address"), "contact"),
    "more": (_l("Something else"), "other"),
}
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # no page can show these
LONGEST = 300  # characters of one field: all of them fit into one report
THANKS = {
    leading.RIGHT: _l("Your page now says that it is right as of today."),
    leading.CHANGED: _l("One of our editors puts it right."),
    leading.CLOSED: _l("Nobody finds it on our lists any more."),
}
PROBLEMS = {
    "needed": _l("Tell us a little more, in your own words"),
    "too_long": _l("Say it in fewer words"),
}


@allow(Permission.LINK)
def show(token: str) -> Response:
    """Show the listing as it is, and three buttons. Programs that follow links in mail get no further than this."""
    try:
        return _page(token, _opened(token), "show")
    except NotFound as error:
        return _ended(error)


@allow(Permission.LINK)
def act(token: str) -> Response:
    """Take an answer; two of the three ask for one thing more before they do anything."""
    said, sure = request.form.get("answer", ""), request.form.get("step") == "send"
    try:
        if said == leading.RIGHT:
            return _right(token)
        if said == leading.CHANGED and sure:
            return _changed(token)
        if said == leading.CLOSED and sure:
            return _closed(token)
        return _page(token, _opened(token), said if said in leading.ANSWERS else "show")
    except Conflict:
        return _page(token, _opened(token), "show", changed_meanwhile=True)
    except NotFound as error:
        return _ended(error)


def _right(token: str) -> Response:
    with committing() as unit:
        group = leading.still_right(unit, token=token, version=_version(), now=now(), origin=origin())
    return _told(leading.RIGHT, group.name, "")


def _changed(token: str) -> Response:
    typed = {name: _UNSEEN.sub(" ", request.form.get(name, "")).strip() for name in CHANGES}
    try:
        told = _report(typed)
    except Invalid as error:
        errors = {name: str(PROBLEMS[problem.code]) for name, problem in error.fields.items()}
        return _page(token, _opened(token), leading.CHANGED, errors=errors, values=typed)
    with committing() as unit:
        group = leading.changed(unit, token=token, sealer=_sealer(), said=told, now=now())
    return _told(leading.CHANGED, group.name, "")


def _report(typed: dict[str, str]) -> Said:
    """Put what was filled in into one report, each line under its label.

    Raises
    ------
    Invalid
        With a problem for each field: `too_long`, or `needed` for the first.
    """
    filled = {name: text for name, text in typed.items() if text}
    first = next(iter(filled or typed))
    long = {name: Problem("too_long") for name, text in filled.items() if len(text) > LONGEST}
    if long or not filled:
        raise Invalid("invalid", fields=long or {first: Problem("needed")})
    kind = CHANGES[first][1] if len(filled) == 1 else "other"
    told = [f"{CHANGES[name][0]}: {text}" for name, text in filled.items()]
    return reports.said({"wrong": kind, "words": "\n".join([_by_link(), *told])})


def _closed(token: str) -> Response:
    with committing() as unit:
        group = leading.closed(
            unit, token=token, sealer=_sealer(), words=_by_link(), version=_version(), now=now(), origin=origin()
        )
    return _told(leading.CLOSED, group.name, "")


def _by_link() -> str:
    return str(_("The group says so itself, by the link we sent."))


def _opened(token: str) -> GroupView:
    return leading.opened(db.session(), token=token, now=now())


def _page(token: str, group: GroupView, step: str, **more: object) -> Response:
    pack = country_pack()
    figures = Figures(
        locale=locale_of(current_language(), pack.code), miles=pack.distance_unit == "mile", currency=pack.currency
    )
    page = render_template(
        "group_leader/confirm.html",
        step=step,
        form_action=url_for(".confirm_post", token=token),
        back_href=url_for(".confirm", token=token),
        group={"name": group.name, "is_example": group.is_example},
        lines=lines(group, figures),
        fields=[(name, str(label)) for name, (label, _kind) in CHANGES.items()],
        version=group.version,
        **more,
    )
    return unlisted(make_response(page, 422 if more.get("errors") else 200))


def _ended(error: NotFound) -> Response:
    """Tell whoever answered already what they said; of any other link, that it works no more."""
    answer, at = error.params.get("answer"), error.params.get("ended")
    if isinstance(error, Gone) and answer in THANKS and isinstance(at, datetime):
        return _told(str(answer), "", day(at))
    return gone(error)


def _told(answer: str, name: str, before: str) -> Response:
    page = render_template("group_leader/confirm_done.html", name=name, before=before, text=str(THANKS[answer]))
    return unlisted(make_response(page))


def _version() -> int:
    return request.form.get("version", -1, type=int)


def _sealer() -> Sealer:
    return services().sealer(reports.PURPOSE)
