"""The measures in words of our own: what is asked, what may be answered, what a figure is called. It scores nothing.

Both the private check, which keeps nothing, and the pages of people who are helped speak with these.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from service.referrals.assessments import COMPANY
from service.referrals.measures.definitions import HOW_OFTEN, MOST_GROUPS, SHEETS, WEIGHTS, WISHES, Kind, Measure

QUESTIONS: dict[str, LazyString] = {
    "company": _("Are you short of company?"),
    "left_out": _("Do others leave you out?"),
    "cut_off": _("Do you feel cut off from people around you?"),
    "lonely": _("All in all, how often do you feel lonely?"),
    "partner": _("Do you live with a partner, or are you married?"),
    "calls": _("In a normal week, how often do you talk on the phone with family or friends?"),
    "meetings": _("In a normal week, how often do you meet family or friends?"),
    "services": _("In a year, how often do you go to a church, mosque, temple or the like?"),
    "club": _("Do you belong to a club or a group?"),
    "satisfied": _("How content are you with your life just now?"),
    "worthwhile": _("How worthwhile is what you do?"),
    "happy": _("How glad were you yesterday?"),
    "anxious": _("How worried were you yesterday?"),
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
    "lonely": {
        "always": _("Often or always"),
        "some_of_the_time": _("Some of the time"),
        "occasionally": _("Now and then"),
        "hardly_ever": _("Hardly ever"),
        "never": _("Never"),
    },
    "often": {
        "weekly": _("Every week"),
        "monthly": _("Every month"),
        "rarely": _("Less often"),
        "before": _("Not any more"),
    },
    "wish": {
        "keep": _("Keep it as it is"),
        "more": _("More of it"),
        "restart": _("Begin again"),
        "leave": _("Leave it"),
        "join": _("Join it"),
    },
}
NOT_SAID = _("I’d rather not say")
TITLES: dict[str, LazyString] = {
    "feeling": _("How it feels"),
    "life": _("Life as it is"),
    "ties": _("Who is around you"),
    "groups": _("Groups that matter to you"),
}
NAMES: Mapping[str, str] = {
    "swemwbs": "SWEMWBS",
    "who5": "WHO-5",
    "dejong6": "De Jong Gierveld 6",
    "lsns6": "LSNS-6",
    "cel3": "Campaign to End Loneliness",
}
"""Names of measures that others own: the same in every language."""
NOTES: dict[str, LazyString] = {
    "swemwbs": _("The raw sum, before you convert it."),
    "who5": _("The raw sum. Up to 7, ask a clinician to look."),
    "dejong6": _("Made for research. It says little of one person."),
    "lsns6": _("Made for people of 65 and over. Below 12, few ties."),
    "cel3": _("For follow-up only. It is no test of who may have help."),
}
FIGURES: dict[str, LazyString | str] = {
    "ucla3": _("Feeling alone"),
    "ons_direct": QUESTIONS["lonely"],
    "ons4": _("Life as it is"),
    "nhanes_sni": _("Who is around you"),
    **NAMES,
}
OPEN = _("Left open")
MODES: dict[str, LazyString] = {
    "phone": _("On the phone"),
    "help": _("With help"),
    "self": _("By themselves"),
    "paper": _("On paper"),
}
PROBLEMS: dict[str, LazyString] = {
    "unknown_choice": _("Pick one of the answers that are here."),
    "out_of_range": _("Type a whole number that is on the scale."),
    "too_long": _("Say it in fewer words"),
    "nothing_answered": _("Answer at least one question."),
    "no_yes": _("Ask first. Without a yes we keep nothing."),
    "in_future": _("Choose a day that has been."),
}


def title(sheet: str) -> str:
    """Return what a sheet is called."""
    return str(TITLES[sheet]) if sheet in TITLES else NAMES[sheet]


def parts(sheets: Sequence[str] = tuple(SHEETS)) -> list[dict[str, Any]]:
    """Return what is asked on some sheets, ready to be shown."""
    return [part(sheet, SHEETS[sheet]) for sheet in sheets]


def part(sheet: str, measures: Sequence[Measure]) -> dict[str, Any]:
    """Return what is asked on one sheet: its title, its kind, and its questions or its lines."""
    first = measures[0]
    asked = [_question(item, one.kind) for one in measures for item in one.items]
    return {
        "code": sheet,
        "title": title(sheet),
        "kind": first.kind.value,
        "questions": asked,
        "lines": range(1, MOST_GROUPS + 1) if first.kind is Kind.MAP else (),
        "often": _choices("often", HOW_OFTEN),
        "wishes": _choices("wish", WISHES),
        "weights": [("", ""), *((one, one) for one in WEIGHTS)],
        "scale": first.scales[0] if first.kind is Kind.TOTAL else None,
        "note": str(NOTES.get(sheet, "")),
    }


def _question(item: str, kind: Kind) -> dict[str, Any]:
    if kind is Kind.FIGURES:
        choices = [(str(figure), str(figure)) for figure in range(11)]
    else:
        choices = [(code, str(words)) for code, words in ANSWERS[item].items()]
    return {"name": item, "text": str(QUESTIONS[item]), "choices": [*choices, ("", str(NOT_SAID))]}


def _choices(part_of_line: str, codes: Sequence[str]) -> list[tuple[str, str]]:
    return [("", ""), *((code, str(ANSWERS[part_of_line][code])) for code in codes)]
