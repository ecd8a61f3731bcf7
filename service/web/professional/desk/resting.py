"""A group rests or is no more: everybody who waits for it on one page, each with the groups that come next."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from service.accounts.permissions import Permission
from service.catalog.queries import group_by_id
from service.catalog.views import GroupView
from service.clock import now
from service.db import committing, db
from service.errors import Conflict, Invalid, NotFound, Problem
from service.referrals.intake import CHECKED
from service.referrals.planning import resting
from service.referrals.planning.resting import Waiting
from service.web import leader_mail
from service.web.access import allow
from service.web.professional import later, next_best
from service.web.professional import words as told
from service.web.professional.desk import words
from service.web.professional.desk.resting_notice import line as group_line
from service.web.professional.desk.writing import at, denied
from service.web.professional.next_best import Wanted
from service.web.professional.refer.words import sentences
from service.web.rooms import Area
from service.web.work import work_page

NOBODY = UUID(int=0)
LAST_PAGE = 1_000
MEANWHILE: dict[str, LazyString] = {
    "asked_another": _l("Another group was asked meanwhile"),
    "rests_no_more": _l("Nothing is to be done here any more"),
}
FIELDS = {"consent.given": "yes", "unvetted": "why"}  # of a row; anything else is about the choice of a group


def register(blueprint: Blueprint) -> None:
    """Add the page and what it takes."""
    there = "/desk/resting/<uuid:group_id>"
    blueprint.add_url_rule(there, "desk_resting", show)
    blueprint.add_url_rule(there, "desk_resting_post", take, methods=["POST"])


@allow(Permission.WORK_CASES)
def show(group_id: UUID) -> Response:
    """Show who waits for a group that is not open."""
    return _page(group_id, {})


@allow(Permission.WORK_CASES)
def take(group_id: UUID) -> ResponseReturnValue:
    """Ask another group for each who was ticked, one by one: what cannot be done for one stops nobody else."""
    people = dict.fromkeys(request.form.getlist("person", type=UUID)[: resting.PAGE])
    errors: dict[str, str] = {}
    asked = 0
    for referral_id in people:
        to = request.form.get(f"to_{referral_id.hex}", type=UUID)
        if to is not None:
            wrong = _ask(group_id, referral_id, to)
            errors |= wrong
            asked += not wrong
    if errors or not asked:
        return _page(group_id, errors)
    return redirect(url_for(".desk_resting", group_id=group_id, done=asked), 303)


def _ask(group_id: UUID, referral_id: UUID, to: UUID) -> dict[str, str]:
    """Ask for one person; return what is to be put right, by the fields of their row."""
    form, row = request.form, referral_id.hex
    try:
        with committing() as unit:
            resting.go_on(
                unit,
                at(referral_id),
                mail=leader_mail.mail(),
                resting=group_id,
                to=to,
                yes=f"yes_{row}" in form,
                unvetted=form.get(f"why_{row}", ""),
            )
    except NotFound:
        denied(referral_id)
        return {f"to_{row}": str(MEANWHILE["rests_no_more"])}
    except Conflict:
        return {f"to_{row}": str(MEANWHILE["asked_another"])}
    except Invalid as refused:
        return _said(row, refused.fields)
    return {}


def _said(row: str, problems: Mapping[str, Problem]) -> dict[str, str]:
    said = {}
    for name, problem in problems.items():
        if problem.code in MEANWHILE:
            text = str(MEANWHILE[problem.code])
        elif problem.code in words.PROBLEMS:
            text = words.problem(problem.code, dict(problem.params))
        else:
            text = sentences({name: problem})[name]
        said[f"{FIELDS.get(name, 'to')}_{row}"] = text
    return said


def _page(group_id: UUID, errors: dict[str, str]) -> Response:
    number = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    with committing() as unit:  # reading of people is recorded
        found = resting.read(unit, at=at(NOBODY), group_id=group_id, page=number)
    may_ask = [one for one in found.rows if one.may_ask]
    offers = dict(zip((one.referral_id for one in may_ask), _offers(group_id, may_ask), strict=True))
    asked = request.args.get("done", 0, type=int)
    shown = work_page(
        "professional/desk/resting.html",
        Area.CASES,
        "",
        back_href=url_for(".desk"),
        form_action=url_for(".desk_resting_post", group_id=group_id, page=number),
        group=group_line(found.group),
        sends=any(offers.values()),
        rows=[_row(one, offers.get(one.referral_id), errors) for one in found.rows],
        errors={name: text for name, text in errors.items() if _is_shown(name, found.rows)},
        done=ngettext("%(num)s group was asked.", "%(num)s groups were asked.", asked) if asked > 0 else "",
        newer_href=url_for(".desk_resting", group_id=group_id, page=number - 1) if number > 1 else "",
        older_href=url_for(".desk_resting", group_id=group_id, page=number + 1) if found.more else "",
    )
    shown.status_code = 422 if errors else 200
    return shown


def _is_shown(name: str, rows: Sequence[Waiting]) -> bool:
    return name.partition("_")[2] in {one.referral_id.hex for one in rows}


def _offers(group_id: UUID, rows: Sequence[Waiting]) -> list[list[dict[str, object]]]:
    """Return what comes nearest for each of them, in a number of questions that does not grow with them."""
    if not rows:
        return []
    before = group_by_id(db.session(), group_id, today=now().date(), public=False)
    wanted = [Wanted(wishes=one.wishes, asked=one.asked) for one in rows]
    found = next_best.for_each(before, wanted)
    told_of = later.of_each({one.id: one for each in found for one in each}.values())
    return [[_offer(one, told_of.get(one.id, "")) for one in each] for each in found]


def _offer(one: GroupView, later_on: str) -> dict[str, object]:
    return {
        **next_best.line(one),
        "id": one.id.hex,
        "later": later_on,
        "unvetted": str(_("Nobody has checked it.")) if one.organisation.vetting not in CHECKED else "",
    }


def _row(one: Waiting, offers: Sequence[Mapping[str, object]] | None, errors: Mapping[str, str]) -> dict[str, object]:
    row, form = one.referral_id.hex, request.form
    return {
        "id": row,
        "href": url_for(".case", referral_id=one.referral_id),
        "plan_href": url_for(".case_plan", referral_id=one.referral_id),
        "person": one.name,
        "helper": one.helper,
        "opened": one.opened,
        "there": str(told.STATES[one.there][1]) if one.there else str(_("On their plan")),
        "other": _other(one),
        "may_ask": offers is not None,
        "offers": offers or [],
        "unvetted": any(each["unvetted"] for each in offers or ()) or bool(errors.get(f"why_{row}")),
        "to": form.get(f"to_{row}", ""),
        "yes": f"yes_{row}" in form,
        "why": form.get(f"why_{row}", ""),
        "errors": {name: errors.get(f"{name}_{row}", "") for name in ("to", "yes", "why")},
    }


def _other(one: Waiting) -> dict[str, object] | None:
    if one.other is None:
        return None
    state = told.LATER if one.other.asks_on else words.STEPS["introduction:proposed:sent"]
    return {"name": one.other.name, "is_example": one.other.is_example, "state": str(state)}
