"""The private check: asked on one page, scored on the next, then gone. Stores, logs and carries nothing of it."""

from collections.abc import Mapping
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.accounts.permissions import Permission
from service.errors import Invalid
from service.referrals import assessments
from service.web.access import allow
from service.web.forgery import without_token
from service.web.rendering import private
from service.web.self_service import check_words, questions, reading, search


@allow(Permission.PUBLIC)
def check(sealed: str = "") -> ResponseReturnValue:
    """Ask. Beside a search, the way back to its list stays open; its answers and these never meet."""
    return private(render_template("self_service/check.html", **_asked(sealed, {})))


@allow(Permission.PUBLIC)
@without_token
def checked(sealed: str = "") -> ResponseReturnValue:
    """Score what was sent and show it in the same answer: no address leads here, so that nothing of it stays."""
    answers = {name: request.form.get(name, "") for name in check_words.ITEMS}
    try:
        company, ties = assessments.score_company(answers), assessments.score_ties(answers)
    except Invalid as refusal:
        errors = {name: str(check_words.PROBLEMS[found.code]) for name, found in refusal.fields.items()}
        return private(render_template("self_service/check.html", **_asked(sealed, answers), errors=errors), 422)
    first = assessments.offers(company, ties)
    return private(
        render_template(
            "self_service/checked.html",
            **_around(sealed),
            company=check_words.company(company),
            ties=check_words.ties(ties),
            first=first,
            rest=[code for code in assessments.OFFERS if code not in first],
        )
    )


def _asked(sealed: str, answers: Mapping[str, str]) -> dict[str, Any]:
    return {**_around(sealed), "parts": check_words.parts(), "values": answers}


def _around(sealed: str) -> dict[str, str]:
    """Return the ways back and on; raises Gone where the search has run out."""
    if not sealed:
        here, nothing = url_for("web.check"), search.seal({reading.WAY: questions.STEPWISE})
        return {"here": here, "list_href": "", "steps_href": url_for("web.question", sealed=nothing, code="easier")}
    search.typed_of(sealed)
    return {
        "here": url_for("web.check_beside", sealed=sealed),
        "list_href": url_for("web.results", sealed=sealed),
        "steps_href": url_for("web.question", sealed=sealed, code="easier"),
    }
