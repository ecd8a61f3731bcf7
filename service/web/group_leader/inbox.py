"""What waits for a leader who is signed in, and the same answers as by link. Reading about somebody is recorded."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.accounts.permissions import Permission
from service.clock import now
from service.db import committing, db
from service.errors import Conflict, Gone, Invalid, NotFound
from service.referrals.answering import inbox, off, operations, welcoming
from service.referrals.queries import Asked
from service.web import answer_page, leader_mail, moments
from service.web.access import allow, current_actor, origin
from service.web.rendering import country_pack
from service.web.rooms import Area
from service.web.work import work_page


@allow(Permission.ANSWER)
def show() -> Response:
    """Show what waits: names of groups, and of nobody."""
    return _list({})


@allow(Permission.ANSWER)
def welcome() -> ResponseReturnValue:
    """Take how many new people a week a group can welcome."""
    group_id = request.form.get("group", type=UUID)
    if group_id is None:  # no page of ours sends that
        return redirect(url_for(".inbox"), 303)
    try:
        with committing() as unit:
            welcoming.say(
                unit,
                group_id=group_id,
                typed=request.form.get("new_people_a_week", ""),
                actor=current_actor(),
                now=now(),
                origin=origin(),
            )
    except Invalid:
        return _list({group_id: str(answer_page.PROBLEMS["not_a_number"])})
    return redirect(url_for(".inbox"), 303)


def _list(errors: Mapping[UUID, str]) -> Response:
    found = inbox.waiting(db.session(), actor=current_actor())
    lines = [
        {
            "href": url_for(".inbox_one", introduction_id=one.introduction_id),
            "group": {"name": one.group_name, "is_example": one.group_is_example},
            "when": moments.day(one.sent_at),
            "place": one.position if one.state == "waitlisted" else None,
        }
        for one in found
    ]
    page = work_page(
        "group_leader/inbox.html",
        Area.REFERRALS,
        ".inbox",
        waiting=lines,
        groups=_groups(errors),
        welcome_action=url_for(".inbox_welcome"),
        errors={f"most-{one.hex}": text for one, text in errors.items()},
    )
    page.status_code = 422 if errors else 200
    return page


def _groups(errors: Mapping[UUID, str]) -> list[dict[str, object]]:
    zone = ZoneInfo(country_pack().time_zone)
    return [
        {
            "id": one.group_id.hex,
            "name": one.name,
            "is_example": one.is_example,
            "most": request.form.get("new_people_a_week", "")[:20] if one.group_id in errors else one.most or "",
            "asked": one.asked if one.most else 0,
            "held": one.held,
            "error": errors.get(one.group_id, ""),
        }
        for one in welcoming.mine(db.session(), actor=current_actor(), now=now(), zone=zone)
    ]


@allow(Permission.ANSWER)
def show_one(introduction_id: UUID) -> ResponseReturnValue:
    """Show who asks to come."""
    return _who(introduction_id, {})


@allow(Permission.ANSWER)
def act(introduction_id: UUID) -> ResponseReturnValue:
    """Take the answer, or call a meeting off."""
    said = answer_page.kind()
    if said == answer_page.OFF:
        return _off(introduction_id)
    return _take(introduction_id) if said else _who(introduction_id, {})


def _who(introduction_id: UUID, errors: dict[str, str], told: str = "") -> ResponseReturnValue:
    try:
        with committing() as unit:  # that it was read is recorded
            seen = operations.see_own(
                unit,
                sealer=answer_page.sealer(),
                introduction_id=introduction_id,
                actor=current_actor(),
                now=now(),
                origin=origin(),
            )
    except NotFound as error:
        return _gone(introduction_id, error)
    shown = _page("answer.html", seen.asked, **answer_page.asking(seen, errors, told))
    shown.status_code = 422 if errors else 200
    return shown


def _take(introduction_id: UUID) -> ResponseReturnValue:
    try:
        with committing() as unit:
            told = operations.answer_own(
                unit,
                means=leader_mail.means(),
                introduction_id=introduction_id,
                reply=answer_page.reply(),
                actor=current_actor(),
                now=now(),
                origin=origin(),
            )
    except Invalid as error:
        return _who(introduction_id, answer_page.errors(error))
    except Conflict:
        return _who(introduction_id, {})  # somebody answered at the same moment: what is so now is shown
    except NotFound as error:
        return _gone(introduction_id, error)
    return _page("answer_done.html", told.asked, **answer_page.done(told))


def _off(introduction_id: UUID) -> ResponseReturnValue:
    starts = answer_page.moment(request.form.get("meeting", "")) or answer_page.LONG_AGO
    try:
        with committing() as unit:
            asked = inbox.asked(unit, introduction_id=introduction_id, actor=current_actor())
            off.call_off(unit, means=leader_mail.means(), asked=asked, starts=starts, now=now(), origin=origin())
    except NotFound as error:
        if error.code != "meeting":
            return _gone(introduction_id, error)
    return _who(introduction_id, {}, str(_("Called off. Your page says so.")))


def _gone(introduction_id: UUID, error: NotFound) -> ResponseReturnValue:
    """Lead back where the person took their yes back; whatever is not theirs to know of does not exist."""
    if isinstance(error, Gone):
        return redirect(url_for(".inbox"), 303)
    with committing() as unit:
        inbox.refused(unit, introduction_id=introduction_id, actor=current_actor(), now=now(), origin=origin())
    raise error


def _page(template: str, asked: Asked, **values: Any) -> Response:
    return work_page(
        f"group_leader/{template}",
        Area.REFERRALS,
        form_action=url_for(".inbox_post", introduction_id=asked.introduction_id),
        back_href=url_for(".inbox"),
        group={"name": asked.group_name, "is_example": asked.group_is_example},
        by_link=False,
        **values,
    )
