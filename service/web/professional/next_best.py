"""After a no: the groups that come nearest to what was looked for together, else to the one that did not work out."""

from dataclasses import replace
from uuid import UUID

from flask import url_for

from service.accounts.permissions import Permission
from service.catalog.queries import group_by_id, load_groups
from service.catalog.views import GroupView
from service.clock import now
from service.db import db
from service.errors import NotFound
from service.matching import Profile, Where
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


def next_best(referral: ReferralView) -> list[dict[str, object]]:
    """Return the groups that come nearest to the one that did not work out, without those that were asked."""
    if not referral.introductions or referral.introductions[-1].state not in FAILED:
        return []
    today = now().date()
    before = group_by_id(db.session(), referral.introductions[-1].group_id, today=today, public=False)
    asked = {str(one.group_id) for one in referral.introductions}
    planned = _of_plan(referral)
    profile = planned or _like(before)
    if profile is None:
        return []
    wanted = replace(profile, limit=LOOKED_AT + len(asked))
    matches = [one for one in services().matching.match(wanted, now=now()).matches if one.group_id not in asked]
    ids = [UUID(one.group_id) for one in matches[:LOOKED_AT]]
    found = load_groups(db.session(), ids, today=today)
    there = [found[one] for one in ids if one in found]
    return [_line(one) for one in (there if planned else _of_the_same(before, there))[:OFFERED]]


def _of_plan(referral: ReferralView) -> Profile | None:
    """Ask for what was looked for with the person; only for whoever may open their case without a reason."""
    actor, session = current_actor(), db.session()
    if not actor.may(Permission.WORK_CASES):
        return None
    try:
        row = cases.row_of(session, referral_id=referral.id, actor=actor)
    except NotFound:
        return None
    if cases.needs_a_reason(session, row=row, actor=actor, now=now()):
        return None
    sealer = services().sealer(kept.PURPOSE)
    wishes = plans.plan(session, sealer=sealer, referral_id=referral.id, actor=actor).wishes
    return profile_of(wishes) if wishes else None


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


def _line(group: GroupView) -> dict[str, object]:
    place = next((one.city for one in group.places if one.city), "")
    return {
        "href": url_for(".group", slug=group.slug),
        "name": group.name,
        "is_example": group.is_example,
        "where": place or "",
        "later": later.of(group),
    }
