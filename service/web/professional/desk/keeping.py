"""Ways to look at one's desk, kept under a name and given up again."""

from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from service.accounts.permissions import Permission
from service.clock import now
from service.db import committing
from service.errors import Invalid
from service.referrals.desk import views
from service.web.access import allow, current_actor
from service.web.professional.desk import case_page, caseload, choosing


def register(blueprint: Blueprint) -> None:
    """Add what the desk takes."""
    blueprint.add_url_rule("/desk/views", "desk_keep", keep, methods=["POST"])
    blueprint.add_url_rule("/desk/views/remove", "desk_forget", forget, methods=["POST"])


@allow(Permission.WORK_CASES)
def keep() -> ResponseReturnValue:
    """Keep the way in which the desk is looked at now, under a name."""
    wanted = choosing.asked()
    try:
        with committing() as unit:
            views.keep(unit, name=request.form.get("name", ""), wanted=wanted, actor=current_actor(), now=now())
    except Invalid as refused:
        return caseload.page(case_page.wrong(refused))
    return redirect(choosing.address(wanted), 303)


@allow(Permission.WORK_CASES)
def forget() -> ResponseReturnValue:
    """Keep one of them no more."""
    with committing() as unit:
        views.forget(unit, view_id=request.form.get("kept", type=UUID), actor=current_actor())
    return redirect(url_for(".desk"), 303)
