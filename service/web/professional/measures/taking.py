"""One sheet of questions, answered with somebody; and all sheets on paper, of nobody."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID, uuid4

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.accounts.permissions import Permission
from service.clock import now
from service.db import committing, db
from service.errors import Invalid, NotFound
from service.referrals.measures import operations
from service.referrals.measures.definitions import Measure
from service.referrals.measures.operations import Sitting
from service.web import measure_words, sent_once
from service.web.access import allow, current_actor, origin
from service.web.professional.measures import history
from service.web.rendering import private
from service.web.work import work_page

ROUTE = "measure"


@allow(Permission.WORK_CASES)
def show(referral_id: UUID, sheet: str) -> Response:
    """Ask."""
    return _page(referral_id, sheet, {})


@allow(Permission.WORK_CASES)
def take(referral_id: UUID, sheet: str) -> ResponseReturnValue:
    """Score what was answered, and keep it with a yes."""
    measures = _asked(sheet)
    sitting = Sitting(mode=request.form.get("mode", ""), taken_on=_day(), yes=request.form.get("yes") == "yes")
    history.read(referral_id)
    try:
        with committing() as unit:
            if not sent_once.was_sent(ROUTE, {"sheet": sheet, "referral": str(referral_id)}):
                operations.take(
                    unit,
                    sealer=history.sealer(),
                    referral_id=referral_id,
                    measures=measures,
                    answers=request.form,
                    sitting=sitting,
                    actor=current_actor(),
                    now=now(),
                    origin=origin(),
                )
    except Invalid as refused:
        if refused.code != "assessment":
            raise
        return _page(referral_id, sheet, history.wrong(refused))
    return redirect(url_for(".measures", referral_id=referral_id), 303)


@allow(Permission.WORK_CASES)
def paper() -> Response:
    """Show all sheets to be printed and filled in by hand."""
    return private(
        render_template(
            "professional/measures/paper.html",
            parts=measure_words.parts(),
            back_href=url_for(".desk"),
        )
    )


def _asked(sheet: str) -> tuple[Measure, ...]:
    found = operations.measures_of(db.session(), sheet=sheet, actor=current_actor())
    if not found:
        raise NotFound("page")
    return found


def _page(referral_id: UUID, sheet: str, errors: Mapping[str, str]) -> Response:
    measures, found = _asked(sheet), history.read(referral_id)
    shown = work_page(
        "professional/measures/sheet.html",
        history.AREA,
        person=found.preferred_name,
        part=measure_words.part(sheet, measures),
        modes=[(code, str(text)) for code, text in measure_words.MODES.items()],
        values=request.form,
        today=now().date().isoformat(),
        agreed=found.agreed,
        nonce=str(uuid4()),
        errors=dict(errors),
        form_action=url_for(".measure_post", referral_id=referral_id, sheet=sheet),
        back_href=url_for(".measures", referral_id=referral_id),
    )
    shown.status_code = 422 if errors else 200
    return shown


def _day() -> date:
    """Return the day that was typed; what is no day counts as one to come, which is refused by name."""
    try:
        return date.fromisoformat(request.form.get("taken_on", "").strip())
    except ValueError:
        return date.max
