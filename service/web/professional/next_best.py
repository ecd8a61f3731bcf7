"""After a no: the groups that come nearest to the one that did not work out. It asks for nothing of the person."""

from uuid import UUID

from flask import url_for

from service.catalog.queries import group_by_id, load_groups
from service.catalog.views import GroupView
from service.clock import now
from service.db import db
from service.matching import Profile, Where
from service.referrals.queries import ReferralView
from service.web.professional import later
from service.web.rendering import services

FAILED = ("declined", "expired", "stopped", "no_show")
OFFERED = 3
NEAR_KM = 2.0


def next_best(referral: ReferralView) -> list[dict[str, object]]:
    """Return the groups that come nearest to the one that did not work out, without those that were asked."""
    if not referral.introductions or referral.introductions[-1].state not in FAILED:
        return []
    today = now().date()
    before = group_by_id(db.session(), referral.introductions[-1].group_id, today=today, public=False)
    asked = {str(one.group_id) for one in referral.introductions}
    profile = _like(before, len(asked))
    if profile is None:
        return []
    matches = [one for one in services().matching.match(profile, now=now()).matches if one.group_id not in asked]
    ids = [UUID(one.group_id) for one in matches[:OFFERED]]
    found = load_groups(db.session(), ids, today=today)
    return [_line(found[one]) for one in ids if one in found]


def _like(group: GroupView, asked: int) -> Profile | None:
    """Ask for what a group is about, where it is; None where neither is known."""
    interests = tuple(term.code for term in group.terms if term.code.startswith("activity."))
    where = None
    for place in group.places:
        if place.latitude is not None and place.longitude is not None and not place.confidential:
            where = Where(
                label=place.city or "", latitude=place.latitude, longitude=place.longitude, uncertainty_km=NEAR_KM
            )
            break
    if not interests and where is None:
        return None
    return Profile(interests=interests, place=where, limit=OFFERED + asked)


def _line(group: GroupView) -> dict[str, object]:
    place = next((one.city for one in group.places if one.city), "")
    return {
        "href": url_for(".group", slug=group.slug),
        "name": group.name,
        "is_example": group.is_example,
        "where": place or "",
        "later": later.of(group),
    }
