"""Who holds a case: taken on, handed over, looked after for a while; and why one reads a colleague's."""

from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from service.accounts.permissions import Permission
from service.clock import now
from service.db import committing
from service.errors import Invalid
from service.referrals.desk import operations as desk
from service.web.access import allow, current_actor, origin
from service.web.professional.desk import case_page, caseload
from service.web.professional.desk.writing import at, done_or_shown


@allow(Permission.WORK_CASES)
def take(referral_id: UUID) -> ResponseReturnValue:
    """Take somebody on whom nobody holds."""
    version = request.form.get("version", type=int)
    return done_or_shown(referral_id, "", lambda unit: desk.take(unit, at(referral_id), version=version))


@allow(Permission.WORK_CASES)
def hand_over(referral_id: UUID) -> ResponseReturnValue:
    """Give a case to a colleague, and lead back to the desk."""
    form = request.form
    return done_or_shown(
        referral_id,
        "hand-over",
        lambda unit: desk.hand_over(
            unit, at(referral_id), to=form.get("colleague", type=UUID), words=form.get("for_them", "")
        ),
        onward=url_for(".desk", done="handed"),
    )


@allow(Permission.WORK_CASES)
def explain(referral_id: UUID) -> ResponseReturnValue:
    """Take why a colleague's case is read."""
    why = request.form.get("why", "")
    return done_or_shown(referral_id, "", lambda unit: desk.explain(unit, at(referral_id), why=why))


@allow(Permission.WORK_CASES)
def cover() -> ResponseReturnValue:
    """Have a colleague look after this desk until a day; or look after it again oneself."""
    if "end" in request.form:
        with committing() as unit:
            desk.end_cover(unit, actor=current_actor(), now=now())
        return redirect(url_for(".desk", done="back"), 303)
    try:
        with committing() as unit:
            desk.cover(
                unit,
                by=request.form.get("by", type=UUID),
                until=caseload.day_of(request.form.get("until", "")),
                actor=current_actor(),
                now=now(),
                origin=origin(),
            )
    except Invalid as refused:
        return caseload.page(case_page.wrong(refused))
    return redirect(url_for(".desk"), 303)
