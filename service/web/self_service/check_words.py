"""The private check in words of our own: its questions, and what its scores say kindly. It scores nothing."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from service.referrals.assessments import COMPANY, TIES, Result

ITEMS = (*COMPANY.items, *TIES.items)
PROBLEMS: dict[str, LazyString] = {"unknown_choice": _("Pick one of the answers that are here.")}
QUESTIONS: dict[str, LazyString] = {
    "company": _("Are you short of company?"),
    "left_out": _("Do others leave you out?"),
    "cut_off": _("Do you feel cut off from people around you?"),
    "partner": _("Do you live with a partner, or are you married?"),
    "calls": _("In a normal week, how often do you talk on the phone with family or friends?"),
    "meetings": _("In a normal week, how often do you meet family or friends?"),
    "services": _("In a year, how often do you go to a church, mosque, temple or the like?"),
    "club": _("Do you belong to a club or a group?"),
}
_OFTEN = {"hardly_ever": _("Hardly ever, or never"), "sometimes": _("Some of the time"), "often": _("Often")}
_TIMES = {"none": _("Not at all"), "one": _("Once"), "two": _("Twice"), "three_or_more": _("Three times or more")}
_YES_NO = {"yes": _("Yes"), "no": _("No")}
ANSWERS: dict[str, Mapping[str, LazyString]] = {
    **dict.fromkeys(COMPANY.items, _OFTEN),
    "partner": _YES_NO,
    "calls": _TIMES,
    "meetings": _TIMES,
    "club": _YES_NO,
    "services": {"none": _("Never"), "some": _("One to three times"), "four_or_more": _("Four times or more")},
}
_OPEN = _("You left something open here, so we make no sum of it. That is fine.")
NOT_SAID = _("I’d rather not say")
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
    return {"name": item, "text": str(QUESTIONS[item]), "choices": [*choices, ("", str(NOT_SAID))]}


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
