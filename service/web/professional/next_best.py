"""After a no or a closing: the groups nearest to what was looked for together, else to the one that failed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import url_for

from service.accounts.permissions import Permission
from service.catalog.queries import group_by_id, load_groups
from service.catalog.views import GroupView
from service.clock import now
from service.db import db
from service.errors import Invalid, NotFound
from service.matching import Answer, Profile, Where
from service.referrals import kept
from service.referrals.desk import cases
from service.referrals.planning import queries as plans
from service.referrals.queries import ReferralView
from service.web.access import current_actor
from service.web.professional import later
from service.web.professional.wishes import profile as profile_of
from service.web.rendering import services

FAILED = ("declined", "expired", "stopped", "no_show")
OFFERED = 3
LOOKED_AT = 20  # of which those that share an interest come first
NEAR_KM = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Somebody for whom another group is looked for: what was looked for with them, and whom they asked."""

    wishes: Mapping[str, Any]  # empty: nothing was, or it is not for this reader
    asked: frozenset[UUID]


def next_best(referral: ReferralView) -> list[dict[str, object]]:
    """Return the groups that come nearest to the one that did not work out, without those that were asked."""
    last = referral.introductions[-1] if referral.introductions else None
    if last is None or (last.state not in FAILED and last.group_open):
        return []
    before = group_by_id(db.session(), last.group_id, today=now().date(), public=False)
    asked = frozenset(one.group_id for one in referral.introductions)
    [found] = for_each(before, [Wanted(wishes=_of_plan(referral), asked=asked)])
    told = later.of_each(found)
    return [{**line(one), "later": told.get(one.id, "")} for one in found]


def for_each(before: GroupView, wanted: Sequence[Wanted]) -> list[list[GroupView]]:
    """Return, for each of several people, the groups that come nearest, read together however many they are."""
    planned = [_profile(one.wishes) for one in wanted]
    like = _like(before) if None in planned else None
    most = LOOKED_AT + max((len(one.asked) for one in wanted), default=0)
    questions = [replace(one, limit=most) for one in (*planned, like) if one is not None]
    answers = iter(services().matching.match_each(questions, now=now()) if questions else [])
    of_plan = [None if one is None else _ids(next(answers)) for one in planned]
    of_like = _ids(next(answers)) if like is not None else []
    ids = [
        _left(of_like, one, LOOKED_AT) if found is None else _left(found, one, OFFERED)
        for found, one in zip(of_plan, wanted, strict=True)
    ]
    there = load_groups(db.session(), {one for each in ids for one in each}, today=now().date())
    views = [[there[one] for one in each if one in there] for each in ids]
    return [
        (found if mine is not None else _of_the_same(before, found))[:OFFERED]
        for found, mine in zip(views, of_plan, strict=True)
    ]


def line(group: GroupView) -> dict[str, object]:
    """Return a group as it is offered: its name, and where it is."""
    place = next((one.city for one in group.places if one.city), "")
    return {
        "href": url_for(".group", slug=group.slug),
        "name": group.name,
        "is_example": group.is_example,
        "where": place or "",
    }


def _ids(answer: Answer) -> list[UUID]:
    return [UUID(one.group_id) for one in answer.matches]


def _left(ids: Sequence[UUID], one: Wanted, most: int) -> list[UUID]:
    return [group_id for group_id in ids if group_id not in one.asked][:most]


def _profile(wishes: Mapping[str, Any]) -> Profile | None:
    """Read what was looked for; what cannot be read any more is as if nothing was."""
    try:
        return profile_of(wishes) if wishes else None
    except Invalid:
        return None


def _of_plan(referral: ReferralView) -> Mapping[str, Any]:
    """Return what was looked for with the person; only for whoever may open their case without a reason."""
    actor, session = current_actor(), db.session()
    if not actor.may(Permission.WORK_CASES):
        return {}
    try:
        row = cases.row_of(session, referral_id=referral.id, actor=actor)
    except NotFound:
        return {}
    if cases.needs_a_reason(session, row=row, actor=actor, now=now()):
        return {}
    sealer = services().sealer(kept.PURPOSE)
    return plans.plan(session, sealer=sealer, referral_id=referral.id, actor=actor).wishes


def _of_the_same(before: GroupView, found: list[GroupView]) -> list[GroupView]:
    """Put first what shares an interest; where something does, leave out what is only near."""
    about = _interests(before)
    alike = [one for one in found if about & _interests(one)]
    return alike or found


def _interests(group: GroupView) -> set[str]:
    return {term.code for term in group.terms if term.code.startswith("activity.")}


def _like(group: GroupView) -> Profile | None:
    """Ask for what a group is about, where it is; None where neither is known."""
    interests = tuple(sorted(_interests(group)))
    where = None
    for place in group.places:
        if place.latitude is not None and place.longitude is not None and not place.confidential:
            where = Where(
                label=place.city or "", latitude=place.latitude, longitude=place.longitude, uncertainty_km=NEAR_KM
            )
            break
    if not interests and where is None:
        return None
    return Profile(interests=interests, place=where)
