"""The private check in words of our own: its questions, and what its scores say kindly. It scores nothing."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from service.referrals.assessments import COMPANY, TIES, Result
from service.web import measure_words

ITEMS = (*COMPANY.items, *TIES.items)
QUESTIONS = {item: measure_words.QUESTIONS[item] for item in ITEMS}
ANSWERS = {item: measure_words.ANSWERS[item] for item in ITEMS}
PROBLEMS = {"unknown_choice": measure_words.PROBLEMS["unknown_choice"]}
_OPEN = _("You left something open here, so we make no sum of it. That is fine.")
COMPANY_SAYS: dict[str, LazyString] = {
    "lower": _("At the moment you do not feel alone very often. That is good to hear."),
    "higher": _("You feel alone a lot at the moment. Many people do, and few say it. It can change."),
}
TIES_SAY: dict[str, LazyString] = {
    "few": _("You have few ties to people and groups just now. One new one can make a difference."),
    "some": _("You have some ties to people and groups. There is room for more, if you want it."),
    "many": _("You have ties of many kinds, to people and to groups."),
}


def parts() -> list[dict[str, Any]]:
    """Return the questions in two parts: how it feels, and what there is."""
    return [
        {"title": gettext("How it feels"), "questions": [_question(item) for item in COMPANY.items]},
        {"title": gettext("Who is around you"), "questions": [_question(item) for item in TIES.items]},
    ]


def _question(item: str) -> dict[str, Any]:
    choices = [(code, str(words)) for code, words in ANSWERS[item].items()]
    return {"name": item, "text": str(QUESTIONS[item]), "choices": [*choices, ("", str(measure_words.NOT_SAID))]}


def company(result: Result) -> dict[str, str]:
    """Say what the three questions about feelings come to."""
    if result.score is None or result.band is None:
        return {"figure": "", "text": str(_OPEN)}
    figure = gettext("Feeling alone: %(score)s, on a scale from %(lowest)s to %(highest)s", **_figures(result))
    return {"figure": figure, "text": str(COMPANY_SAYS[result.band])}


def ties(result: Result) -> dict[str, str]:
    """Say what the five questions about ties come to."""
    if result.score is None or result.band is None:
        return {"figure": "", "text": str(_OPEN)}
    figure = gettext("Ties: %(score)s of %(highest)s kinds", **_figures(result))
    return {"figure": figure, "text": str(TIES_SAY[result.band])}


def _figures(result: Result) -> dict[str, int | None]:
    return {"score": result.score, "lowest": result.instrument.lowest, "highest": result.instrument.highest}
