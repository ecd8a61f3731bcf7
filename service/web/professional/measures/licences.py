"""Which measures of other owners an organisation says it holds a licence of: only then can a total be entered."""

from collections.abc import Mapping

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from service.accounts.permissions import Permission
from service.clock import now
from service.db import committing, db
from service.errors import Invalid
from service.referrals.measures import operations, queries
from service.referrals.measures.definitions import SLOTS
from service.web import measure_words
from service.web.access import allow, current_actor, origin
from service.web.professional.measures import history
from service.web.rooms import Area
from service.web.work import work_page


@allow(Permission.PRIVACY)
def show() -> Response:
    """Show the measures that need a licence, and the number that was entered."""
    return _page({})


@allow(Permission.PRIVACY)
def enter() -> ResponseReturnValue:
    """Note a licence, or take it away."""
    instrument = request.form.get("instrument", "")
    try:
        with committing() as unit:
            operations.enter_licence(
                unit,
                instrument=instrument,
                number=request.form.get("number", ""),
                actor=current_actor(),
                now=now(),
                origin=origin(),
            )
    except Invalid as refused:
        return _page({instrument: next(iter(history.wrong(refused).values()))})
    return redirect(url_for(".licences"), 303)


def _page(errors: Mapping[str, str]) -> Response:
    entered = queries.licensed(db.session(), organisation_id=current_actor().organisation_id)
    rows = [
        {
            "code": one.code,
            "name": measure_words.NAMES[one.code],
            "note": str(measure_words.NOTES[one.code]),
            "number": entered.get(one.code, ""),
        }
        for one in SLOTS
    ]
    shown = work_page(
        "professional/measures/licences.html",
        Area.ORGANISATION,
        ".licences",
        rows=rows,
        form_action=url_for(".licences_post"),
        errors=dict(errors),
    )
    shown.status_code = 422 if errors else 200
    return shown
