"""The pages of a leader's link. Opening it shows nothing of the person and uses nothing up; only a POST does."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import Response, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from service.accounts.permissions import Permission
from service.clock import now
from service.db import committing, db
from service.db.sealing import Sealer
from service.errors import Invalid, NotFound
from service.referrals import answers, operations, queries
from service.referrals.answers import Answered, Reply
from service.referrals.queries import Asked
from service.web.access import allow, origin
from service.web.figures import locale_of
from service.web.languages import current_language
from service.web.rendering import country_pack, services

REASONS = {
    "full": _l("We are full at the moment"),
    "not_eligible": _l("Our group is for other people"),
    "access_not_possible": _l("We cannot give the help that is needed"),
    "wrong_time": _l("The time does not fit"),
    "not_safe_for_group": _l("It would not be safe"),
    "closed": _l("The group does not meet any more"),
    "other": _l("Another reason"),
}
PROBLEMS = {
    "reason_needed": _l("Choose why it does not fit"),
    "too_long": _l("Say it in fewer words"),
    "wrong_form": _l("Use plain letters only"),
}
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
    """Show who asks to come, or take the answer."""
    try:
        return _take(token) if request.form.get("answer") in ("accept", "decline") else _who(token, {})
    except NotFound as error:
        return gone(error)


def _who(token: str, errors: dict[str, str]) -> Response:
    with committing() as unit:  # that it was read is recorded
        seen = answers.see(unit, sealer=_sealer(), token=token, now=now(), origin=origin())
    shown = _page(
        "answer.html",
        token,
        seen.asked,
        step="ask",
        person=seen.preferred_name,
        leader="",
        words="",
        helps=[line.strip() for line in (seen.needs or "").splitlines() if line.strip()],
        reasons=list(REASONS.items()),
        values=request.form,
        errors=errors,
        hidden=[("version", seen.asked.version)],
    )
    shown.status_code = 422 if errors else 200
    return shown


def _take(token: str) -> Response:
    reply = Reply(
        accept=request.form["answer"] == "accept",
        reason=request.form.get("reason"),
        note=request.form.get("note"),
        version=request.form.get("version", type=int),
    )
    try:
        with committing() as unit:
            told = answers.answer(unit, sealer=_sealer(), token=token, reply=reply, now=now(), origin=origin())
    except Invalid as error:
        return _who(token, {name: str(PROBLEMS[problem.code]) for name, problem in error.fields.items()})
    choice = "accept" if told.accepted else "decline"
    return _page(
        "answer_done.html", token, told.asked, answer=choice, person=told.preferred_name, leader="", text=_next(told)
    )


def _next(told: Answered) -> str:
    """Say what the leader does now; the contact is shown here and only here."""
    if not told.accepted:
        return ""
    if told.contact is None:
        return str(_("Please do not write or ring: whoever asked you agrees on the first date with you."))
    ways = {
        "phone": _("Please ring: %(contact)s.", contact=told.contact),
        "text": _("Please send a text: %(contact)s.", contact=told.contact),
        "email": _("Please write an e-mail: %(contact)s.", contact=told.contact),
        "letter": _("Please write a letter: %(contact)s.", contact=told.contact),
    }
    way = ways.get(told.contact_rule or "", _("You can reach them here: %(contact)s.", contact=told.contact))
    return " ".join((str(way), _("Note it down now: this page is shown once.")))


def _page(template: str, token: str, asked: Asked, **values: object) -> Response:
    page = render_template(
        f"group_leader/{template}",
        form_action=url_for(".answer_post", token=token),
        group={"name": asked.group_name, "is_example": asked.group_is_example},
        until=day(asked.expires_at) if template != "answer_done.html" else "",
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


def _sealer() -> Sealer:
    return services().sealer(operations.PURPOSE)
