"""Words to copy into a text message: short, plain, and without the name of a group, which may say too much."""

from collections.abc import Iterable

from flask_babel import gettext as _

from service.catalog.views import GroupView
from service.web.own_words import without_marks
from service.web.self_service import answer_words
from service.web.self_service.naming import display_name
from service.web.self_service.notices import meets, next_date, place_line
from service.web.self_service.scene import Scene, Voice

LONGEST = 300  # characters for one group: two text messages


def to_myself(found: Scene, voice: Voice) -> str:
    """Return what to remember of one group: when, where, whom to ask for, what it costs, whom to ring."""
    group = found.group
    cost = answer_words.cost(group, voice.figures)
    parts = [
        next_date(found, voice) or str(_("Ask for the date")),
        place_line(found) or _from_home(group),
        meets(found),
        cost,
        str(_("Ring %(number)s", number=group.phone)) if group.phone else "",
        str(_("This is an example")) if group.is_example else "",
    ]
    return _within(parts)


def of_list(scenes: Iterable[Scene], voice: Voice) -> str:
    """Return the same of every group, one to a line."""
    return "\n".join(to_myself(found, voice) for found in scenes)


def to_share(found: Scene, voice: Voice, address: str) -> str:
    """Return words for somebody else, with the name and the address of the page."""
    group = found.group
    name = str(_("%(name)s (example)", name=display_name(group))) if group.is_example else display_name(group)
    cost = answer_words.cost(group, voice.figures)
    return f"{_within([name, next_date(found, voice), place_line(found) or _from_home(group), cost])} {address}"


def _from_home(group: GroupView) -> str:
    return str(answer_words.MODES[group.mode]) if group.mode in ("online", "phone") else ""


def _within(parts: Iterable[str]) -> str:
    """Join sentences as far as they fit."""
    said = ""
    for part in parts:
        text = without_marks(part).strip()
        if not text:
            continue
        sentence = text if text[-1] in ".!?…۔" else f"{text}."
        if len(said) + 1 + len(sentence) <= LONGEST:
            said = f"{said} {sentence}".strip()
    return said
