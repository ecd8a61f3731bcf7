"""One page of figures about a group: to read, to print, to put beside a form for a grant."""

from typing import Any
from uuid import UUID

from flask import Response, render_template, url_for

from service.accounts.permissions import Permission
from service.clock import now
from service.db import db
from service.referrals.figures import counting, hiding, queries
from service.referrals.figures.queries import Led
from service.web import moments
from service.web.access import allow, current_actor
from service.web.professional.figures import words
from service.web.rendering import private
from service.web.rooms import Area
from service.web.work import work_page

STEPS = ("asked", "accepted", "first_visit", "third_visit", "settled")


@allow(Permission.FIGURES)
def of_group(group_id: UUID) -> Response:
    """Show how far people came who were sent to one group by those whose figures one may see; small counts hidden."""
    found = queries.of_group(db.session(), group_id=group_id, actor=current_actor())
    page = render_template(
        "professional/figures/sheet.html",
        sheets=[_sheet(found, hiding.chain(found.steps))],
        back_href=url_for(".figures", by="group"),
        made_on=moments.day(now()),
    )
    return private(page)


@allow(Permission.ANSWER)
def of_leader() -> Response:
    """Show a leader everything of their own groups, small counts as well: they were there."""
    found = queries.led_by(db.session(), actor=current_actor())
    return work_page(
        "professional/figures/own.html",
        Area.FIGURES,
        ".figures_own",
        sheets=[_sheet(one, [True] * len(STEPS)) for one in found],
        made_on=moments.day(now()),
    )


def _sheet(found: Led, shown: list[bool]) -> dict[str, Any]:
    names = [str(words.SENT), *(str(words.STEPS[step]) for step in STEPS[1:])]
    bars = [
        words.bar(name, figure, found.steps[0], shown=fine, first=number == 0, last=number == len(STEPS) - 1)
        for number, (name, figure, fine) in enumerate(zip(names, found.steps, shown, strict=True))
    ]
    return {
        "name": found.name,
        "is_example": found.is_example,
        "bars": bars,
        "any": found.steps[0] > 0,
        "enough": found.steps[0] >= counting.ENOUGH,
    }
