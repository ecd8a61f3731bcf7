"""Ringing groups: whom to ring about which page, what to say, and one press for what was heard."""

import secrets
from datetime import date
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from service.accounts.permissions import Permission
from service.catalog import reports
from service.catalog.fresh import calls, sample
from service.catalog.fresh.calls import Answer, CallLine
from service.catalog.queries import group_by_id
from service.catalog.telephone import international
from service.clock import now
from service.db import db, writes
from service.errors import Invalid
from service.web.access import allow, current_actor, origin
from service.web.admin import rooms
from service.web.admin.listing import pages
from service.web.listing_lines import lines
from service.web.rendering import country_pack, services
from service.web.sent_once import was_sent

LAST_PAGE = 200  # nobody rings further down; what stands there comes up as the first are answered
RIGHT, CLOSED = _l("Still right"), _l("It has closed")
# What is pressed, its words and its sign; the order is that of the keys 1, 2, 3 …
ANSWERS = {
    "right": (RIGHT, "check"),
    "changed": (_l("Something changed"), "edit"),
    "closed": (CLOSED, "cross"),
    "no_answer": (_l("No answer"), "phone"),
    "wrong_number": (_l("Wrong number"), "warning"),
}
FOUND = {
    "right": (RIGHT, "check"),
    "partly": (_l("Wrong in part"), "edit"),
    "closed": (CLOSED, "cross"),
    "not_reached": (_l("Not reached"), "phone"),
}


def register(blueprint: Blueprint) -> None:
    """Add the telephone round, and the sample of the month."""
    call, drawn = "/admin/to-confirm/<uuid:group_id>", "/admin/to-confirm/drawn/<uuid:drawn_id>"
    blueprint.add_url_rule("/admin/to-confirm", "admin_calls", show_queue)
    blueprint.add_url_rule(call, "admin_call", show_call)
    blueprint.add_url_rule(call, "admin_call_post", answer_call, methods=["POST"])
    blueprint.add_url_rule("/admin/to-confirm/drawn", "admin_sample", show_sample)
    blueprint.add_url_rule(drawn, "admin_sample_one", show_sample_one)
    blueprint.add_url_rule(drawn, "admin_sample_post", answer_sample, methods=["POST"])


@allow(Permission.EDIT_CATALOG)
def show_queue() -> Response:
    """Show whom to ring: what would do most harm if it were wrong comes first."""
    page = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    today = pages.around().today
    found = calls.queue(db.session(), actor=current_actor(), today=today, page=page)
    month = sample.of_month(db.session(), actor=current_actor(), month=sample.month_of(today))
    return rooms.page(
        "to_confirm.html",
        ".admin_calls",
        calls=[_row(line) for line in found[: calls.PAGE]],
        total=calls.count(db.session(), today=today, actor=current_actor()),
        older_href=url_for(".admin_calls", page=page + 1) if len(found) > calls.PAGE and page < LAST_PAGE else "",
        newer_href=url_for(".admin_calls", page=page - 1) if page > 1 else "",
        sample_href=url_for(".admin_sample"),
        drawn=_done_of(month),
    )


@allow(Permission.EDIT_CATALOG)
def show_call(group_id: UUID) -> Response:
    """Show one listing as it is read out, and the answers."""
    version, tries = calls.call(db.session(), group_id=group_id, actor=current_actor())
    action = url_for(".admin_call_post", group_id=group_id)
    return _call(group_id, action, version, ANSWERS, tries=_tries(tries), back_href=url_for(".admin_calls"))


@allow(Permission.EDIT_CATALOG)
@writes
def answer_call(group_id: UUID) -> ResponseReturnValue:
    """Take what was heard, once however often it is sent, and lead to the next one."""
    outcome = request.form.get("answer", "")
    group_by_id(db.session(), group_id, today=pages.around().today, public=False)  # there is such a listing
    if not _claimed_before("call", group_id):
        calls.answer(
            db.session(),
            group_id=group_id,
            said=Answer(
                outcome=outcome,
                call_version=_number("version"),
                group_version=_number("group_version"),
                words=_heard(outcome),
            ),
            sealer=services().sealer(reports.PURPOSE),
            actor=current_actor(),
            now=now(),
            origin=origin(),
        )
    if outcome == "changed":
        return redirect(url_for(".admin_group", group_id=group_id), 303)
    following = calls.following(db.session(), today=pages.around().today, actor=current_actor())
    there = url_for(".admin_call", group_id=following) if following else url_for(".admin_calls")
    return redirect(there, 303)


@allow(Permission.EDIT_CATALOG)
def show_sample() -> Response:
    """Show the listings drawn this month: what is still to be found out comes first."""
    month = sample.month_of(pages.around().today)
    drawn = sample.of_month(db.session(), actor=current_actor(), month=month)
    return rooms.page(
        "sample.html",
        "",
        drawn=[
            {
                "href": "" if one.found in sample.TOLD else url_for(".admin_sample_one", drawn_id=one.id),
                "name": pages.EXAMPLE.sub("", one.name),
                "found": str(FOUND[one.found][0]) if one.found else "",
                "phone": one.phone or "",
            }
            for one in drawn
        ],
        done=_done_of(drawn),
        month=pages.figures().month(month),
        back_href=url_for(".admin_calls"),
    )


@allow(Permission.EDIT_CATALOG)
def show_sample_one(drawn_id: UUID) -> Response:
    """Show one listing of the sample as it is read out."""
    one = sample.one(db.session(), sample_id=drawn_id, actor=current_actor())
    action = url_for(".admin_sample_post", drawn_id=drawn_id)
    return _call(one.group_id, action, one.version, FOUND, tries="", back_href=url_for(".admin_sample"))


@allow(Permission.EDIT_CATALOG)
@writes
def answer_sample(drawn_id: UUID) -> ResponseReturnValue:
    """Take what was found, once however often it is sent."""
    found = request.form.get("answer", "")
    one = sample.one(db.session(), sample_id=drawn_id, actor=current_actor())
    if not _claimed_before("sample", drawn_id):
        sample.answer(
            db.session(),
            sample_id=drawn_id,
            found=found,
            version=_number("version"),
            group_version=_number("group_version"),
            words=_heard(found),
            actor=current_actor(),
            now=now(),
            origin=origin(),
        )
    if found == "partly":
        return redirect(url_for(".admin_group", group_id=one.group_id), 303)
    return redirect(url_for(".admin_sample"), 303)


def _call(
    group_id: UUID, action: str, version: int, answers: dict[str, tuple[object, str]], *, tries: str, back_href: str
) -> Response:
    group = group_by_id(db.session(), group_id, today=pages.around().today, public=False)
    return rooms.page(
        "call.html",
        "",
        form_action=action,
        back_href=back_href,
        edit_href=url_for(".admin_group", group_id=group_id),
        group={"name": pages.EXAMPLE.sub("", group.name), "is_example": group.is_example},
        phone=group.phone or "",
        phone_href=_href(group.phone),
        confirmed=pages.confirmed(group.last_confirmed_on, group.confirmed_precision),
        tries=tries,
        lines=lines(group, pages.figures()),
        answers=[(code, str(words), icon, key) for key, (code, (words, icon)) in enumerate(answers.items(), start=1)],
        version=version,
        group_version=group.version,
        nonce=secrets.token_urlsafe(16),
    )


def _row(line: CallLine) -> dict[str, object]:
    return {
        "href": url_for(".admin_call", group_id=line.group_id),
        "name": pages.EXAMPLE.sub("", line.name),
        "is_example": line.is_example,
        "phone": line.phone or "",
        "note": pages.confirmed(line.last_confirmed_on, line.confirmed_precision),
        "tries": _tries(line.tries),
    }


def _tries(number: int) -> str:
    return str(ngettext("Tried %(num)s time", "Tried %(num)s times", number)) if number else ""


def _done_of(drawn: tuple[sample.Drawn, ...]) -> str:
    if not drawn:
        return ""
    done = sum(one.found in sample.TOLD for one in drawn)
    return str(_("%(done)s of %(total)s are done.", done=done, total=len(drawn)))


def _href(number: str | None) -> str:
    try:
        return f"tel:{international(number or '', country_pack().telephone)}"
    except Invalid:
        return ""


def _heard(outcome: str) -> str:
    """Return what is kept of a call in the history of a listing, or in a report."""
    today: date = pages.around().today
    if outcome == "wrong_number":
        return str(_("Rung on %(day)s: the number is wrong.", day=pages.figures().long_day(today)))
    return str(_("Told on the telephone on %(day)s.", day=pages.figures().long_day(today)))


def _claimed_before(kind: str, about: UUID) -> bool:
    meant = {name: request.form.get(name, "") for name in ("answer", "version", "group_version")}
    return was_sent(f"admin.{kind}.{about}", meant)


def _number(name: str) -> int:
    return request.form.get(name, -1, type=int)
