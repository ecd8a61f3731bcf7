"""The pages of a leader's link. Opening it shows nothing of the person and uses nothing up; only a POST does."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import Response, make_response, render_template, request, url_for
from flask_babel import gettext as _

from service.accounts.permissions import Permission
from service.clock import now
from service.db import committing, db
from service.errors import Invalid, NotFound
from service.referrals import queries
from service.referrals.answering import off, operations
from service.referrals.queries import Asked
from service.web import answer_page, leader_mail
from service.web.access import allow, origin
from service.web.figures import locale_of
from service.web.languages import current_language
from service.web.rendering import country_pack

WHY = {"link_used": "used", "link_expired": "expired", "link_revoked": "expired"}


@allow(Permission.LINK)
def show(token: str) -> Response:
    """Show that somebody asks to come. Programs that follow links in mail get no further than this."""
    try:
        asked = queries.asked(db.session(), token=token, now=now())
    except NotFound as error:
        return gone(error)
    return _page("see.html", token, asked, asked_on=day(asked.sent_at))


@allow(Permission.LINK)
def act(token: str) -> Response:
    """Show who asks to come, take the answer, or call a meeting off."""
    said = answer_page.kind()
    try:
        if said == answer_page.OFF:
            return _off(token)
        return _take(token) if said else _who(token, {})
    except NotFound as error:
        return gone(error)


def _who(token: str, errors: dict[str, str], told: str = "") -> Response:
    with committing() as unit:  # that it was read is recorded
        seen = operations.see(unit, sealer=answer_page.sealer(), token=token, now=now(), origin=origin())
    shown = _page("answer.html", token, seen.asked, **answer_page.asking(seen, errors, told))
    shown.status_code = 422 if errors else 200
    return shown


def _take(token: str) -> Response:
    try:
        reply = answer_page.reply()
        with committing() as unit:
            told = operations.answer(
                unit, means=leader_mail.means(), token=token, reply=reply, now=now(), origin=origin()
            )
    except Invalid as error:
        return _who(token, answer_page.errors(error))
    return _page("answer_done.html", token, told.asked, **answer_page.done(told))


def _off(token: str) -> Response:
    """Call the next meeting off; whoever presses twice sees what is so now."""
    asked = queries.asked(db.session(), token=token, now=now())
    starts = answer_page.moment(request.form.get("meeting", "")) or answer_page.LONG_AGO
    try:
        with committing() as unit:
            off.call_off(unit, means=leader_mail.means(), asked=asked, starts=starts, now=now(), origin=origin())
    except NotFound as error:
        if error.code != "meeting":
            raise
    return _who(token, {}, str(_("Called off. Your page says so.")))


def _page(template: str, token: str, asked: Asked, **values: object) -> Response:
    page = render_template(
        f"group_leader/{template}",
        form_action=url_for(".answer_post", token=token),
        group={"name": asked.group_name, "is_example": asked.group_is_example},
        until=day(asked.expires_at) if template != "answer_done.html" else "",
        by_link=True,
        **values,
    )
    return unlisted(make_response(page))


def gone(error: NotFound) -> Response:
    """Say that the link works no more, and what to do."""
    ended = error.params.get("ended")
    when = day(ended) if isinstance(ended, datetime) else ""
    page = render_template("group_leader/link_gone.html", why=WHY.get(error.code, "unknown"), ended=when)
    return unlisted(make_response(page, error.status))


def unlisted(response: Response) -> Response:
    """Keep a page of a link out of search engines, caches and other sites."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def day(at: datetime) -> str:
    """Say a day."""
    pack = country_pack()
    locale = locale_of(current_language(), pack.code)
    return str(format_date(at.astimezone(ZoneInfo(pack.time_zone)).date(), "long", locale=locale))
