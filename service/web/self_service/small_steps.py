"""A way of small steps in words, and what the first visit on it is like. The ranking chose its groups."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from service.catalog.views import GroupView
from service.matching import Answer
from service.matching.steps import Step
from service.web.own_words import foreign
from service.web.self_service import group_page, notices
from service.web.self_service.helping import Groups
from service.web.self_service.naming import display_name
from service.web.self_service.scene import Scene, Voice, scene
from service.web.self_service.search import Search

FEWEST = 2  # one group is no way
WHEN: dict[str, LazyString] = {
    "gentle": lazy_gettext("To begin"),
    "next": lazy_gettext("Then"),
    "wished": lazy_gettext("Later, what you wished for"),
}
# By level, what a group asks of a newcomer (field guide).
ASKS: tuple[LazyString, ...] = (
    lazy_gettext("you only read, watch or listen"),
    lazy_gettext("you listen in"),
    lazy_gettext("you meet one other person"),
    lazy_gettext("a few people, side by side"),
    lazy_gettext("a small group that talks"),
    lazy_gettext("a bigger group, or one open to all"),
    lazy_gettext("others count on you"),
)


def box(answer: Answer, groups: Groups, search: Search, voice: Voice, *, now: datetime) -> dict[str, Any] | None:
    """Return what _small_steps.html needs; None where there is no way, or a group on it was withdrawn meanwhile."""
    known = [(step, groups.get(UUID(step.group_id))) for step in answer.steps]
    found = [
        (step, scene(group, search.profile, now=now, location_id=step.location_id))
        for step, group in known
        if group is not None
    ]
    if len(found) < max(FEWEST, len(known)):
        return None
    first = found[0][1]
    return {
        "steps": [_line(step, at, answer, search, voice) for step, at in found],
        "first": {**_named(first.group, search), "visit": group_page.visit(first)},
    }


def _line(step: Step, at: Scene, answer: Answer, search: Search, voice: Voice) -> dict[str, Any]:
    match = next((one for one in answer.matches if one.group_id == step.group_id), None)
    facts = (notices.next_date(at, voice), notices.away(match, at, voice))
    said = {
        "when": str(WHEN[step.why]),
        "asks": str(ASKS[step.level]),
        "facts": ", ".join(text for text in facts if text),
    }
    return _named(at.group, search) | said


def _named(group: GroupView, search: Search) -> dict[str, Any]:
    return {
        "name": display_name(group),
        "href": search.address("group_in_results", slug=group.slug),
        "lang": foreign(group),
        "is_example": group.is_example,
    }
