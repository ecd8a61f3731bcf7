"""The guided path: six questions, which answers belong to each, and how they are put together. It keeps nothing."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from werkzeug.datastructures import MultiDict

from service.catalog.barriers import Strength
from service.errors import NotFound
from service.web.self_service import reading
from service.web.self_service.reading import BARRIER, FOR_WHOM, Typed

LIFE = "life."  # terms of this facet are asked with "who it is for", all others with "what you enjoy"
MUST = "must"  # the barriers that are ticked as a must, by code
WAY = reading.WAY
STEPWISE, LISTED = "steps", "steps, to the list"  # on the way, and whoever has seen the list already
CARERS = ("activity.support.carers", "activity.support.respite")  # company, and somebody to take over for an hour
GROUPS = "groups"  # where the path ends: the list


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One page of the path.

    Attributes
    ----------
    code : str
        How its address calls it; it tells nothing of an answer.
    fields : frozenset of str
        The answers it asks for, as the form on one page calls them.
    name : LazyString
        What the line of progress calls it.
    title, lead : LazyString
        For somebody who looks for themselves.
    their_name, their_title, their_lead : LazyString or None
        For somebody who looks for someone else; None: the same words.
    """

    code: str
    fields: frozenset[str]
    name: LazyString
    title: LazyString
    lead: LazyString
    their_name: LazyString | None = None
    their_title: LazyString | None = None
    their_lead: LazyString | None = None

    def words(self, *, theirs: bool) -> dict[str, LazyString]:
        """Return the words of the page, for somebody who looks for themselves or for someone else."""
        own = {"name": self.name, "title": self.title, "lead": self.lead}
        other = {"name": self.their_name, "title": self.their_title, "lead": self.their_lead}
        return own | {part: said for part, said in other.items() if said is not None} if theirs else own


QUESTIONS: tuple[Question, ...] = (
    Question(
        code="enjoy",
        fields=frozenset({"text", "interests"}),
        name=_("what you enjoy"),
        title=_("What do you enjoy?"),
        lead=_("Pick what you like, or say it in your own words. A little bit counts."),
        their_name=_("what they enjoy"),
        their_title=_("What do they enjoy?"),
        their_lead=_("Pick what they like, or say it in your own words. A little bit counts."),
    ),
    Question(
        code="easier",
        fields=frozenset({"barriers"}),
        name=_("what makes it hard"),
        title=_("What would make it easier to go?"),
        lead=_("Leave alone what doesn’t matter. If you say “I need this”, we leave out groups that do not have it."),
        their_title=_("What would make it easier for them?"),
        their_lead=_("Answer as they would. Leave alone what doesn’t matter to them."),
    ),
    Question(
        code="where",
        fields=frozenset({"place", "travel", "max_distance", "max_km", "mode"}),
        name=_("where, and how you travel"),
        title=_("Where are you, and how do you get about?"),
        lead=_("A town is enough. Then we can show what is near."),
        their_name=_("where, and how they travel"),
        their_title=_("Where are they, and how do they get about?"),
        their_lead=_("A town is enough. Then we can show what is near them."),
    ),
    Question(
        code="when",
        fields=frozenset({"days", "parts", "earliest", "latest"}),
        name=_("when"),
        title=_("When could you go?"),
        lead=_("Leave this open, and any time is fine."),
        their_title=_("When could they go?"),
    ),
    Question(
        code="who",
        fields=frozenset({FOR_WHOM, "interests"}),
        name=_("who it is for"),
        title=_("Who is it for?"),
        lead=_("It helps us find the right words. Say only what you like."),
        their_lead=_("It helps us find the right words. Say only what they would like you to."),
    ),
    Question(
        code="must",
        fields=frozenset({"cost_max", "age", "gender", "languages"}),
        name=_("must-haves"),
        title=_("Is there anything you must have?"),
        lead=_("Skip this if there is not. The fewer musts, the more groups."),
        their_title=_("Is there anything they must have?"),
    ),
)
CODES = tuple(question.code for question in QUESTIONS)


def find(code: str) -> Question:
    """Return one question; raises NotFound for another word."""
    for question in QUESTIONS:
        if question.code == code:
            return question
    raise NotFound("page")


def beside(code: str, by: int) -> str:
    """Return the question `by` places further on (or back, below 0); empty where the path begins or ends.

    >>> beside("enjoy", 1), beside("must", 1), beside("enjoy", -1)
    ('easier', '', '')
    """
    place = CODES.index(code) + by
    return CODES[place] if 0 <= place < len(CODES) else ""


def asking(field: str) -> str:
    """Return the question that asks for a field of the form; `life` stands for the terms of that facet.

    >>> asking("place"), asking("barrier_hearing"), asking("life"), asking("interests")
    ('where', 'easier', 'who', 'enjoy')
    """
    if field.startswith(BARRIER):
        return "easier"
    if field == "life":
        return "who"
    return next((question.code for question in QUESTIONS if field in question.fields), CODES[0])


def anchor(field: str) -> str | None:
    """Return the place on a page where a field is asked for; of what makes it hard, an address names no more than that.

    >>> anchor("place"), anchor("life"), anchor("barrier_safety"), anchor("")
    ('place', 'interests', 'easier', None)
    """
    return {"life": "interests"}.get(field, "easier" if field.startswith(BARRIER) else field) or None


def part(question: Question, typed: Typed) -> Typed:
    """Return the answers that belong to one question."""
    found = {name: value for name, value in typed.items() if name in question.fields}
    if "interests" in found:
        found["interests"] = [code for code in _texts(found["interests"]) if _asks(question, code)]
    return {name: value for name, value in found.items() if value}


def answered(question: Question, typed: Typed, form: MultiDict[str, str]) -> Typed:
    """Return all answers with those of one page in place of what they were before; every other one stays."""
    given = part(question, reading.typed(form))
    rest = {name: value for name, value in typed.items() if name not in question.fields}
    others = [code for code in _texts(typed.get("interests")) if not _asks(question, code)]
    if "interests" in question.fields and others:
        given["interests"] = [*others, *_texts(given.get("interests"))]
    if question.code == MUST and isinstance(barriers := typed.get("barriers"), dict) and barriers:
        rest["barriers"] = _musts(barriers, form.getlist(MUST))
    return {WAY: STEPWISE, **rest, **given}


def of_a_carer(typed: Typed) -> Typed:
    """Return what somebody who cares for another may look for themselves, as far away as the other would go."""
    return {**part(find("where"), typed), "interests": list(CARERS), FOR_WHOM: "me"}


def _musts(barriers: dict[str, str], ticked: Iterable[str]) -> Typed:
    """Return what helps, with what was ticked as a must; what is neither stays as it was written."""
    known, musts = tuple(Strength), set(ticked)
    return {
        code: strength if strength not in known else (Strength.MUST if code in musts else Strength.HELPS).value
        for code, strength in barriers.items()
    }


def _asks(question: Question, code: str) -> bool:
    return code.startswith(LIFE) == (FOR_WHOM in question.fields)


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []
