"""The caseload: whoever needs somebody now, first, why, and one thing to do for each."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from service.accounts.permissions import Permission
from service.clock import now
from service.db import committing
from service.referrals import operations
from service.referrals.clocks import RING
from service.referrals.desk import queries, reading
from service.referrals.desk.queries import Caseload, CaseRow, Handed, News, TaskRow
from service.web import moments, safety_notice
from service.web.access import allow, current_actor, origin, whose
from service.web.figures import Figures, locale_of
from service.web.languages import current_language
from service.web.professional.desk import choosing, resting_notice, words
from service.web.professional.desk.choosing import NARROW
from service.web.rendering import country_pack, services
from service.web.rooms import Area
from service.web.work import work_page

LAST_PAGE = 10_000
LATER = "asked_later"  # what is needed of somebody for whom a group is asked when it has room
DONE = {"handed": _l("Handed over. They find it on their desk."), "back": _l("You look after your desk again.")}
SPOKEN = {"accepted": "yes", "booked": "yes", "attended": "went", "settled": "settled"}


@allow(Permission.WORK_CASES)
def show() -> Response:
    """Show whom this link worker helps."""
    return page({})


def page(errors: dict[str, str]) -> Response:
    """Show the desk, with what is to be put right in its form."""
    number = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    at, wanted = now(), choosing.asked()
    panel = NARROW in request.args or bool(errors)
    with committing() as unit:  # reading of people is recorded
        found = reading.read_caseload(
            unit,
            sealer=services().sealer(operations.PURPOSE),
            actor=current_actor(),
            wanted=wanted,
            now=at,
            page=number,
            choosing=panel,
            origin=origin(),
        )
    more = len(found.rows) > queries.PAGE
    shown = work_page(
        "professional/desk/caseload.html",
        Area.CASES,
        ".desk",
        resting=resting_notice.of_desk(found.around.covers) if found.counts[queries.RESTS] else [],
        safety=safety_notice.said(*(found.counts[name] for name in queries.UNREAD)),
        first_name=whose().name.split(" ")[0],
        view=str(words.VIEWS[found.view]),
        views=(views := _views(found)),
        new=next((one for one in views if one["code"] == "new" and one["number"] and not one["current"]), None),
        empty=not any(found.counts[code] for code in words.VIEWS),
        needed=found.counts["now"],
        rows=[_row(one, found, at.date()) for one in found.rows[: queries.PAGE]],
        newer_href=choosing.address(wanted, page=number - 1) if number > 1 else "",
        older_href=choosing.address(wanted, page=number + 1) if more else "",
        done=str(DONE.get(request.args.get("done", ""), "")),
        **_beside(found, at),
        **_cover_form(found, errors),
        **choosing.parts(wanted, found, panel=panel),
    )
    shown.status_code = 422 if errors else 200
    return shown


def _beside(found: Caseload, at: datetime) -> dict[str, object]:
    """Return what stands beside the list: the day, what is new, whose desk is looked after."""
    return {
        "day": figures().whole_day(moments.here(at).date()),
        "tasks": [_task(one, at.date()) for one in found.today],
        "news": [_news(one) for one in found.news],
        "covers": figures().all_of(one.name for one in found.around.covers) if found.around.covers else "",
        "handed": [_handed(one) for one in found.handed],
    }


def _handed(one: Handed) -> dict[str, str]:
    text = _("%(person)s, from %(name)s", person=one.name, name=one.by)
    return {"text": str(text), "href": url_for(".case", referral_id=one.referral_id)}


def _cover_form(found: Caseload, errors: dict[str, str]) -> dict[str, object]:
    """Return who looks after this desk, and what the form needs by which a colleague does."""
    cover, day = found.around.cover, figures().whole_day
    said = _("%(name)s looks after your desk until %(day)s.", name=cover.name, day=day(cover.until)) if cover else ""
    return {
        "colleagues": [(str(one.user_id), one.name) for one in found.around.colleagues],
        "covered": str(said),
        "cover_action": url_for(".desk_cover"),
        "errors": errors,
    }


def figures() -> Figures:
    """Return how numbers and days look to this reader."""
    pack = country_pack()
    return Figures(
        locale=locale_of(current_language(), pack.code), miles=pack.distance_unit == "mile", currency=pack.currency
    )


def _views(found: Caseload) -> list[dict[str, object]]:
    return [
        {
            "code": code,
            "href": url_for(".desk", view=code),
            "text": str(text),
            "number": found.counts[code],
            "current": code == found.view,
        }
        for code, text in words.VIEWS.items()
    ]


def _row(one: CaseRow, found: Caseload, today: date) -> dict[str, object]:
    href = url_for(".case", referral_id=one.referral_id)
    tag, look = words.NEEDS[one.need] if one.need in words.NEEDS else (words.STATES.get(one.state, one.state), "")
    of = {each.user_id: each.name for each in found.around.covers}
    return {
        "href": href,
        "person": one.name,
        "tag": str(tag),
        "look": look,
        "at_risk": one.at_risk and one.need != "safety",
        "group": one.group_name,
        "is_example": one.group_is_example,
        "why": _why(one, today),
        "of": of.get(one.owner_user_id, "") if one.owner_user_id else "",
        "version": one.version,
        **_action(one, href),
    }


def _action(one: CaseRow, href: str) -> dict[str, str]:
    """Return the one next thing: take on, log a call, plan, or read first."""
    if one.owner_user_id is None:
        return {"take": url_for(".case_take", referral_id=one.referral_id), "action": str(_("Take on")), "go": ""}
    if one.need == RING:
        heard = url_for(".refer_heard", referral_id=one.referral_id)
        return {"take": "", "action": str(_("Ring the group")), "go": heard}
    if one.need in words.CALLS:
        return {"take": "", "action": str(_("Log a call")), "go": f"{href}#call"}
    if one.need in words.PLANS:
        return {
            "take": "",
            "action": str(words.NEEDS["make_plan"][0]),
            "go": url_for(".case_plan", referral_id=one.referral_id),
        }
    return {"take": "", "action": str(_("Open")), "go": href}


def _why(one: CaseRow, today: date) -> list[str]:
    """Say why this person stands here, in few words."""
    said = []
    if one.first_date is not None and one.need in words.VISITS:
        said.append(str(_("Expected on %(when)s", when=moments.moment(one.first_date))))
    if one.tries and one.state == "accepted":  # of whom was reached since it says nothing
        said.append(ngettext("Tried on %(num)s day", "Tried on %(num)s days", one.tries))
    expected = one.first_date is not None and one.need == "first_visit"
    if one.due_on is not None and not expected:  # the day they are expected is the day it is due
        said.append(due(one.need, one.due_on, today))
    return said


def due(need: str | None, day: date, today: date) -> str:
    """Say by when something is needed; of a group that is asked by itself, when that is."""
    written = figures().whole_day(day)
    if need == LATER:
        return str(_("On %(day)s", day=written))
    return str(_("Was due on %(day)s", day=written) if day < today else _("Due on %(day)s", day=written))


def _task(one: TaskRow, today: date) -> dict[str, str]:
    return {
        "href": url_for(".case", referral_id=one.referral_id),
        "person": one.name,
        "what": one.what,
        "when": figures().whole_day(one.due_on) if one.due_on < today else "",
        "done": url_for(".case_done", referral_id=one.referral_id),
        "task": one.id.hex,
    }


def _news(one: News) -> dict[str, str]:
    told = {
        "yes": _("%(group)s said yes to %(name)s.", group=one.group_name, name=one.name),
        "went": _("%(name)s went to %(group)s.", group=one.group_name, name=one.name),
        "settled": _("%(name)s has found their group: %(group)s.", group=one.group_name, name=one.name),
    }
    href = url_for(".case", referral_id=one.referral_id)
    return {"text": str(told[SPOKEN[one.state]]), "href": href}


def day_of(text: str) -> date | None:
    """Read a day as a browser sends it; None for anything else."""
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d").date()  # noqa: DTZ007  # a day has no zone
    except ValueError:
        return None


def moment_of(text: str) -> datetime | None:
    """Read a day and a time of this country's clocks as a browser sends them; None for anything else."""
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%dT%H:%M").replace(tzinfo=ZoneInfo(country_pack().time_zone))
    except ValueError:
        return None
