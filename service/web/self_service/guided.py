"""The pages of the guided path: one question a page, all answers sealed in the address. They keep nothing."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from service import crisis
from service.accounts.permissions import Permission
from service.errors import Invalid
from service.web.access import allow
from service.web.forgery import without_token
from service.web.rendering import private, services
from service.web.self_service import answer_words, chips, counting, form, questions, reading, search
from service.web.self_service.questions import GROUPS, QUESTIONS, Question
from service.web.self_service.reading import Typed

ALL = "all"  # all questions on one page
BACK = "back"
SKIP = "skip"  # on, without what is on the page
LEAVING = (BACK, ALL, SKIP)  # where one may go although something here must still be put right
CHANGE = "change:"
OPEN_CHIPS = 6  # with more of them, the question itself would be out of sight on a phone


@allow(Permission.PUBLIC)
def begin_questions() -> ResponseReturnValue:
    """Begin with nothing answered yet."""
    return redirect(_address(search.seal({reading.WAY: questions.STEPWISE}), QUESTIONS[0].code), 303)


@allow(Permission.PUBLIC)
@without_token
def take_along() -> ResponseReturnValue:
    """Begin with what is on the form already: whoever changes to one question at a time loses nothing."""
    typed = reading.typed(request.form)
    before, earlier = search.before(request.form)
    way = earlier.get(reading.WAY, questions.LISTED) if before else questions.STEPWISE
    if request.form.get(reading.FOR_SOMEONE):
        typed[reading.FOR_WHOM] = "someone"
    try:
        search.check(typed, reading.strangers(request.form))
        sealed = search.seal({**reading.carried(earlier), **typed, reading.WAY: way})
    except Invalid as refusal:
        return private(render_template("self_service/start.html", **form.page(typed, refusal, sealed=before)), 422)
    return redirect(_address(sealed, QUESTIONS[0].code), 303)


@allow(Permission.PUBLIC)
def question(sealed: str, code: str) -> ResponseReturnValue:
    """Show one question with the answers so far."""
    asked = questions.find(code)
    return private(_page(asked, search.typed_of(sealed), sealed, request.args.get("to", "")))


@allow(Permission.PUBLIC)
@without_token
def answer(sealed: str, code: str) -> ResponseReturnValue:
    """Take the answers of one page and lead on; what cannot be used is said there, with every word kept."""
    asked, before = questions.find(code), search.typed_of(sealed)
    go, to = request.form.get("go", ""), _to(request.form.get("to", ""))
    typed = before if go == SKIP else reading.by_own_wishes(before, questions.answered(asked, before, request.form))
    goal = _goal(asked, go, to)
    try:
        if go not in LEAVING and not go.startswith(CHANGE):
            search.check(questions.part(asked, typed))
        again = search.seal({**typed, reading.WAY: questions.LISTED} if goal == GROUPS else typed)
    except Invalid as refusal:
        return private(_page(asked, typed, sealed, to, refusal), 422)
    field = go.removeprefix(CHANGE) if go.startswith(CHANGE) else ""
    onward = redirect(_address(again, goal, to=asked.code if field else "", anchor=field), 303)
    return _counted(onward, again) if goal == GROUPS and typed.get(reading.WAY) == questions.STEPWISE else onward


@allow(Permission.PUBLIC)
def for_you(sealed: str) -> ResponseReturnValue:
    """Lead somebody who looked for a person they care for to what is there for carers, at the same place."""
    return redirect(url_for("web.results", sealed=search.seal(questions.of_a_carer(search.typed_of(sealed)))), 303)


def _goal(asked: Question, go: str, to: str) -> str:
    """Return where to go from a question: on, back, to the list, to all questions, or to another answer."""
    if go in (ALL, GROUPS):
        return go
    if go.startswith(CHANGE):
        return questions.asking(go.removeprefix(CHANGE))
    if go == BACK:
        return to or questions.beside(asked.code, -1) or ALL
    return to or questions.beside(asked.code, 1) or GROUPS


def _address(sealed: str, goal: str, *, to: str = "", anchor: str = "") -> str:
    """Return the address of a question, of all questions on one page, or of the list."""
    if goal == GROUPS:
        return url_for("web.results", sealed=sealed)
    if goal == ALL:
        return url_for("web.change", sealed=sealed)
    return url_for("web.question", sealed=sealed, code=goal, to=to or None, _anchor=questions.anchor(anchor))


def _counted(onward: Response, sealed: str) -> Response:
    """Count a search that comes to its list for the first time, if it can be read at all."""
    try:
        return counting.counted(onward, sealed)
    except Invalid:
        return onward


def _to(to: str) -> str:
    """Return where a change leads back to, if it is a page of the path."""
    return to if to in (*questions.CODES, GROUPS) else ""


def _page(asked: Question, typed: Typed, sealed: str, to: str, refusal: Invalid | None = None) -> str:
    shown = form.page(typed, refusal, sealed=sealed)
    number = questions.CODES.index(asked.code) + 1
    back_to = _to(to)
    return render_template(
        "self_service/question.html",
        **{
            **shown,
            "errors": _errors(asked, shown["errors"]),
            "code": asked.code,
            "number": number,
            "total": len(QUESTIONS),
            **asked.words(theirs=shown["theirs"]),
            "other_interests": [one for one in shown["other_interests"] if not one["code"].startswith(questions.LIFE)],
            "to": back_to,
            "last": number == len(QUESTIONS),
            "skip_href": _address(sealed, back_to or questions.beside(asked.code, 1) or GROUPS),
            "chips": _chips(asked, typed),
            "check_href": url_for("web.check_beside", sealed=sealed),
            "open_chips": OPEN_CHIPS,
            "named_barriers": _named(typed),
            "life_choices": _life(),
            "help_first": crisis.may_be_at_risk(str(typed.get("text", ""))),
        },
    )


def _errors(asked: Question, errors: dict[str, str]) -> dict[str, str]:
    """Return what is wrong by field; what belongs to another page's field is said of the whole page."""
    here = {name for name in errors if name in asked.fields or questions.asking(name) == asked.code}
    return {name if name in here else reading.ELSEWHERE: text for name, text in errors.items()}


def _chips(asked: Question, typed: Typed) -> list[dict[str, str]]:
    """Return the answers of the other pages; one that must be put right first is told on its own page."""
    voice, said = search.voice(), []
    for other in QUESTIONS:
        if other is asked:
            continue
        answers = questions.part(other, typed)
        try:
            profile = search.check(answers)
        except Invalid:
            continue
        said += [*chips.of_profile(profile, voice), *chips.whom(answers)]
    return [{"text": text, "go": f"{CHANGE}{field}"} for field, text in said]


def _named(typed: Typed) -> list[dict[str, Any]]:
    """Return what they said would help, to be ticked as a must."""
    given = typed.get("barriers")
    return [
        {"code": code, "text": str(label), "must": given[code] == questions.MUST}
        for code, label in answer_words.BARRIERS.items()
        if isinstance(given, dict) and code in given
    ]


def _life() -> list[tuple[str, str]]:
    """Return lives that groups are made for, by the words of the taxonomy."""
    voice, taxonomy = search.voice(), services().matching.taxonomy
    codes = (term.code for term in taxonomy.terms if term.code.startswith(questions.LIFE))
    return [(code, voice.label(code)) for code in codes]
