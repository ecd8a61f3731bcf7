"""What somebody's own words suggest: said plainly, confirmed or dropped with one press. It applies nothing itself."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from service.catalog.barriers import Strength
from service.matching.profile import DAYS, PARTS
from service.matching.story.reader import Suggestion
from service.web.figures import Figures
from service.web.self_service import answer_words, words
from service.web.self_service.reading import DECLINED, MOST_DECLINED, Typed
from service.web.self_service.scene import Voice
from service.web.self_service.search import Search

SHOWN = 3  # the others stand behind one press: three, not thirty
ALL = "all"
PLACE_ON_PAGE = "your-words"
INTERESTS = ("interests", "life")  # asked in one question of the form
LISTS = ("days", "parts", "languages")


def panel(search: Search, voice: Voice) -> dict[str, Any]:
    """Return what _from_your_words.html needs."""
    items = [{"key": one.key, "text": say(one, voice), "words": one.words} for one in search.suggested]
    return {"action": search.address("own_words"), "first": items[:SHOWN], "rest": items[SHOWN:], "all": ALL}


def answered(typed: Typed, suggested: Sequence[Suggestion], form: MultiDict[str, str]) -> Typed:
    """Return the answers with what was confirmed, and what was dropped kept out of sight for the rest of this search.

    What is not suggested (any more) changes nothing: the button was pressed twice, or the page was an old one.
    """
    yes, no = form.get("yes", ""), form.get("no", "")
    left = dict(typed)
    for one in suggested:
        if yes in (one.key, ALL):
            left = _confirmed(left, one)
        elif no == one.key:
            left[DECLINED] = [*_list(left, DECLINED), one.key][-MOST_DECLINED:]
    return left


def _confirmed(typed: Typed, one: Suggestion) -> Typed:
    if one.field == "barriers":
        marked = dict(found) if isinstance(found := typed.get("barriers"), dict) else {}
        return {**typed, "barriers": {**marked, str(one.value): (one.strength or Strength.HELPS).value}}
    if one.field in INTERESTS:
        return {**typed, "interests": [*_list(typed, "interests"), one.value]}
    if one.field in LISTS:
        return {**typed, one.field: list(one.value) if isinstance(one.value, tuple) else [one.value]}
    return {**typed, one.field: str(one.value)}


def _list(typed: Mapping[str, object], name: str) -> list[object]:
    return list(found) if isinstance(found := typed.get(name), list) else []


def say(one: Suggestion, voice: Voice) -> str:
    """Say one suggestion as the form would."""
    if one.field == "barriers":
        return _barrier(str(one.value), one.strength or Strength.HELPS)
    if one.field in INTERESTS:
        return voice.label(str(one.value))
    if one.field in LISTS and isinstance(one.value, tuple):
        return _named(one.field, one.value, voice.figures)
    return _single(one.field, one.value, voice.figures)


def _barrier(code: str, strength: Strength) -> str:
    if code != "mobility":
        return answer_words.barrier(code, strength)
    thing = _("No steps, seats, and time to rest")  # the form says this of two questions
    return str(_("%(thing)s: I need this", thing=thing) if strength is Strength.MUST else thing)


def _named(field: str, values: tuple[str, ...], figures: Figures) -> str:
    if field == "languages":
        return str(_("Someone who speaks %(languages)s", languages=figures.one_of(map(figures.language, values))))
    if field == "parts":
        said = figures.one_of(str(words.PARTS[PARTS.index(value)]) for value in values)
    elif values == DAYS[:5]:
        said = str(_("Monday to Friday"))
    elif len(values) == len(DAYS) - 1:
        missing = next(number for number, day in enumerate(DAYS) if day not in values)
        said = str(_("Any day but %(day)s", day=figures.weekday(missing)))
    else:
        said = figures.one_of(figures.weekday(DAYS.index(value)) for value in values)
    return said[:1].upper() + said[1:]


def _single(field: str, value: object, figures: Figures) -> str:
    named = {"travel": answer_words.TRAVEL, "mode": answer_words.MODES, "gender": answer_words.GENDERS}
    if field in named:
        return str(named[field][str(value)])
    if field == "place":
        return str(_("Near %(place)s", place=value))
    if field in ("earliest", "latest"):
        text = _("Not before %(time)s", time=value) if field == "earliest" else _("Over by %(time)s", time=value)
        return str(text)
    number = float(str(value))
    if field == "max_km":
        return str(_("Up to %(far)s", far=figures.distance(number)))
    if field == "cost_max":
        return (
            str(_("Up to %(price)s a time", price=figures.money(round(number * 100))))
            if number
            else str(_("Free only"))
        )
    return str(ngettext("%(num)s year old", "%(num)s years old", int(number)))
