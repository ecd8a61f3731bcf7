"""The plan of one person: look for groups with them, choose up to three, goals in their words. It tells nobody."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from service.accounts.credentials import new_token
from service.accounts.permissions import Permission
from service.catalog import barriers
from service.catalog.proposals import queue
from service.catalog.queries import load_groups
from service.catalog.views import GroupView
from service.clock import now
from service.db import committing, db
from service.errors import Invalid, NotFound, Problem
from service.matching import Answer
from service.referrals import operations
from service.referrals.desk.cases import CaseView
from service.referrals.desk.reading import Closed
from service.referrals.intake import CHECKED
from service.referrals.planning import operations as planning
from service.referrals.planning import queries
from service.referrals.planning.queries import Goal, Plan
from service.web import leader_mail, rhythm
from service.web.access import allow, current_actor
from service.web.languages import current_segment
from service.web.professional import later
from service.web.professional import words as told
from service.web.professional.desk import case_page
from service.web.professional.desk.caseload import figures
from service.web.professional.desk.writing import at, denied
from service.web.professional.refer import unlisted
from service.web.professional.refer.words import sentences
from service.web.professional.wishes import profile
from service.web.rendering import services
from service.web.rooms import Area
from service.web.work import work_page

SHOWN = 8  # groups that are offered
TO = ("plan", "goal", "group", "ask", "unlisted")
ASKING = ("in_contact", "planned", "introduced")  # states in which a group may be asked
STEPS: dict[str, LazyString] = {
    "gentle": _l("To begin"),
    "next": _l("Then"),
    "wished": _l("Later, what you wished for"),
}


@allow(Permission.WORK_CASES)
def show(referral_id: UUID) -> ResponseReturnValue:
    """Show the plan."""
    return page(referral_id, {})


@allow(Permission.WORK_CASES)
def wish(referral_id: UUID) -> ResponseReturnValue:
    """Keep what is looked for, and show which groups suit."""
    wishes = _typed()

    def keep(unit: Session) -> None:
        profile(wishes)
        planning.wish(unit, at(referral_id), wishes=wishes)

    return _done(referral_id, keep, wishes)


@allow(Permission.WORK_CASES)
def goal(referral_id: UUID) -> ResponseReturnValue:
    """Take a goal, or that one was reached."""
    form = request.form
    if "reached" in form:
        goal_id = form.get("reached", type=UUID)
        return _done(referral_id, lambda unit: planning.reach(unit, at(referral_id), goal_id=goal_id))
    return _done(referral_id, lambda unit: planning.goal(unit, at(referral_id), words=form.get("goal", "")))


@allow(Permission.WORK_CASES)
def group(referral_id: UUID) -> ResponseReturnValue:
    """Put a group on the plan, or take it off."""
    off, on = request.form.get("off", type=UUID), request.form.get("on", type=UUID)
    if off is not None:
        return _done(referral_id, lambda unit: planning.drop(unit, at(referral_id), group_id=off))
    return _done(referral_id, lambda unit: planning.choose(unit, at(referral_id), group_id=on))


@allow(Permission.WORK_CASES)
def hear(referral_id: UUID) -> ResponseReturnValue:
    """Take a group that is not listed: for the editors, and as a line of the plan that nobody has checked."""
    typed = request.form

    def deed(unit: Session) -> None:
        proposal_id = unlisted.hear(unit, typed, typed.get("nonce", ""))
        planning.hear(unit, at(referral_id), words=unlisted.on_plan(typed), proposal_id=proposal_id)

    return _done(referral_id, deed, said=sentences, anchor="group")


@allow(Permission.WORK_CASES)
def ask(referral_id: UUID) -> ResponseReturnValue:
    """Ask a group that was chosen, after a yes."""
    form = request.form

    def deed(unit: Session) -> None:
        planning.ask(
            unit,
            at(referral_id),
            mail=leader_mail.mail(),
            group_id=form.get("group", type=UUID),
            yes="yes" in form,
            own_words=form.get("own_words", ""),
            unvetted=form.get("unvetted", ""),
        )

    return _done(referral_id, deed, said=_of_group)


def page(referral_id: UUID, errors: dict[str, str], typed: Mapping[str, Any] | None = None) -> Response:
    """Show the plan, with what is to be put right; a colleague's asks for a reason first."""
    sealer = services().sealer(operations.PURPOSE)
    found = case_page.read(referral_id)
    if isinstance(found, Closed):
        return case_page.page(referral_id)
    made = queries.plan(db.session(), sealer=sealer, referral_id=referral_id, actor=current_actor())
    shown = _page(found, made, errors, typed if typed is not None else made.wishes)
    shown.status_code = 422 if errors else 200
    return shown


def _page(found: CaseView, made: Plan, errors: dict[str, str], wishes: Mapping[str, Any]) -> Response:
    answer = services().matching.match(profile(made.wishes), now=now()) if made.wishes else None
    ids = [UUID(one.group_id) for one in answer.matches[:SHOWN]] if answer else []
    steps = [UUID(one.group_id) for one in answer.steps] if answer else []
    heard = [one.proposal_id for one in made.goals if one.proposal_id]
    groups = load_groups(db.session(), [*made.groups, *ids, *steps, *heard], today=now().date())
    there = [one for one in made.groups if one in groups]
    stands = {one.group_id: _stands(one.state) for one in found.groups}
    return work_page(
        "professional/desk/plan.html",
        Area.CASES,
        "",
        back_href=url_for(".case", referral_id=found.referral_id),
        person=found.name,
        to={name: url_for(f".case_{name}", referral_id=found.referral_id) for name in TO},
        leaflet_action=url_for(".prepare_leaflet_for"),
        text=wishes.get("text", found.story or ""),
        place=wishes.get("place", ""),
        barriers=wishes.get("barriers", {}),
        needs=found.needs or "",
        goals=[_goal(one) for one in made.goals if one.proposal_id is None],
        heard=_heard(made, groups),
        unlisted=unlisted.fields(request.form, errors),
        nonce=request.form.get("nonce") or new_token(),
        chosen=[
            {**_named(groups[one]), "asked": stands.get(one, ""), "later": _later(groups[one], made)} for one in there
        ],
        may_ask=found.state in ASKING,
        asking=request.form if "group" in errors else {},
        found=[_match(one, groups, made) for one in answer.matches[:SHOWN] if UUID(one.group_id) in groups]
        if answer
        else [],
        steps=_steps(answer, groups),
        looked=answer is not None,
        errors=errors,
    )


def _match(one: Any, groups: Mapping[UUID, GroupView], made: Plan) -> dict[str, object]:
    group_id = UUID(one.group_id)
    away = figures().distance(one.km) if one.km is not None else ""
    return {
        **_named(groups[group_id]),
        "fit": one.fit,
        "away": away,
        "ask_first": one.ask_first,
        "chosen": group_id in made.groups,
        "asked": group_id in made.asked,
    }


def _named(found: GroupView) -> dict[str, object]:
    price = found.price_pence
    return {
        "id": found.id.hex,
        "name": found.name,
        "is_example": found.is_example,
        "href": f"/{current_segment()}/groups/{found.slug}",
        "when": rhythm.often(found, figures()),
        "cost": figures().money(price, found.currency) if price else "",
        "free": price == 0,
        "unvetted": found.organisation.vetting not in CHECKED,
    }


def _stands(state: str) -> str:
    return str(_("The group was asked") if state == "sent" else told.STATES[state][1])


def _goal(one: Goal) -> dict[str, object]:
    return {"id": one.id.hex, "words": one.words, "reached": one.reached_at is not None}


def _heard(made: Plan, groups: Mapping[UUID, GroupView]) -> list[dict[str, object]]:
    """Return the groups they know of that were not listed; one that is listed by now is led to until it is chosen."""
    lines = [(one, one.proposal_id) for one in made.goals if one.proposal_id and one.reached_at is None]
    states = queue.states(db.session(), [found for _, found in lines])
    return [
        {
            **_goal(one),
            "state": str(unlisted.STATES[states.get(found, "open")]),
            "listed": _named(groups[found]) if found in groups else None,
        }
        for one, found in lines
        if found not in made.groups
    ]


def _later(group: GroupView, made: Plan) -> str:
    """Say when a group would hear of it, or will, where it can welcome no more new people before."""
    held = made.held.get(group.id)
    return later.sentence(group.new_people_a_week, held) if held or group.id in made.asked else later.of(group)


def _steps(answer: Answer | None, groups: Mapping[UUID, GroupView]) -> list[dict[str, object]]:
    steps = answer.steps if answer else ()
    return [
        {"when": str(STEPS[one.why]), **_named(groups[UUID(one.group_id)])}
        for one in steps
        if UUID(one.group_id) in groups
    ]


def _typed() -> dict[str, Any]:
    form = request.form
    given = {code: form.get(f"barrier_{code}", "") for code in barriers.CODES}
    wished = {code: strength for code, strength in given.items() if strength}
    return {"text": form.get("text", "").strip(), "place": form.get("place", "").strip(), "barriers": wished}


def _done(
    referral_id: UUID,
    deed: Callable[[Session], None],
    typed: Mapping[str, Any] | None = None,
    *,
    said: Callable[[Mapping[str, Problem]], dict[str, str]] | None = None,
    anchor: str | None = None,
) -> ResponseReturnValue:
    try:
        with committing() as unit:
            planning.checked(unit, at(referral_id))
            deed(unit)
    except NotFound:
        denied(referral_id)
        raise
    except Invalid as refused:
        return page(referral_id, said(refused.fields) if said else case_page.wrong(refused), typed)
    return redirect(url_for(".case_plan", referral_id=referral_id, _anchor=anchor), 303)


def _of_group(problems: Mapping[str, Problem]) -> dict[str, str]:
    """Say all that is wrong with asking a group in one place."""
    return {"group": " ".join(f"{text}." for text in sentences(problems).values())}
