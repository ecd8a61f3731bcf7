"""Services that help people to one group: what for, how, when and for how much, in one line. It finds none itself."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from service.catalog.views import GroupView
from service.matching.answer import Match
from service.matching.support import Support
from service.web import rhythm
from service.web.own_words import joined, theirs, without_marks
from service.web.self_service import answer_words
from service.web.self_service.naming import display_name
from service.web.self_service.scene import Voice
from service.web.self_service.search import Search

Groups = Mapping[UUID, GroupView]
Slip = dict[str, Any]


def helpers(match: Match | None) -> set[UUID]:
    """Return the ids of the services beside one group."""
    return {UUID(support.group_id) for support in match.support} if match else set()


def slips(
    match: Match | None, groups: Groups, search: Search, voice: Voice, attached: set[str] | None = None
) -> list[Slip]:
    """Return the services that help people to one group; those already attached elsewhere are left out."""
    seen = set() if attached is None else attached
    found = []
    for support in match.support if match else ():
        group = groups.get(UUID(support.group_id))
        if group is not None and support.group_id not in seen:
            seen.add(support.group_id)
            found.append(_slip(support, group, search, voice))
    return found


def _slip(support: Support, group: GroupView, search: Search, voice: Voice) -> Slip:
    """Return the words about a service that removes a barrier."""
    when = rhythm.say(group, voice.figures) if group.times_confirmed else ""
    said = [when, answer_words.cost(group, voice.figures), _how(group)]
    return {
        "href": search.address("group_in_results", slug=group.slug),
        "name": display_name(group),
        "text": str(answer_words.HELP[support.barrier]),
        "whom": _whom(support, group, search, voice),
        "how": joined(" ", (_sentence(text) for text in said if text)),
        "is_example": group.is_example,
    }


def _whom(support: Support, group: GroupView, search: Search, voice: Voice) -> str:
    """Say for whom it is there: the service was found for this person, so their area is among its areas."""
    if support.km is not None:
        return str(_("is about %(distance)s from you", distance=voice.figures.distance(support.km)))
    if group.areas and search.profile.place is not None:
        return str(_("takes people from your area"))
    if group.areas:
        return str(_("takes people from %(area)s", area=voice.figures.all_of(one.name for one in group.areas[:2])))
    if group.mode in ("online", "phone"):
        return str(_("helps by phone") if group.mode == "phone" else _("helps online"))
    return str(_("takes people from everywhere")) if group.nationwide else str(_("can help"))


def _how(group: GroupView) -> str:
    """Say how to ask: in their own words, else by what is on their page."""
    if group.how_to_join:
        return theirs(group.how_to_join, group)
    return str(_("Ring to ask")) if group.phone else str(_("Open its page to see how to ask"))


def _sentence(text: str) -> str:
    return text if without_marks(text).endswith((".", "!", "?", "…")) else text + "."
