"""What is said of a group that is not open while somebody waits for it: on the desk, and on the page of a person."""

from collections.abc import Iterable
from uuid import UUID

from flask import url_for
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from service.clock import now
from service.db import db
from service.referrals.desk.scope import Colleague
from service.referrals.planning import resting
from service.referrals.planning.resting import Rests
from service.web.access import current_actor

STATUS: dict[str, LazyString] = {
    "published": _l("The group is open."),
    "paused": _l("The group has a rest. It may come back."),
    "archived": _l("The group does not meet any more."),
}
OFF = _l("The group is off the list for now.")  # held, or written anew: an editor looks at it

ANOTHER = _l("Look for another group together")


def of_desk(covers: Iterable[Colleague]) -> list[dict[str, object]]:
    """Return the groups that rest while somebody of this desk waits; `covers`: whose desks are looked after too."""
    found = resting.of_desk(db.session(), actor=current_actor(), covers=covers, now=now())
    return [line(one) for one in found]


def of_case(referral_id: UUID) -> list[dict[str, object]]:
    """Return the groups that rest while one person waits."""
    found = resting.of_case(db.session(), actor=current_actor(), referral_id=referral_id)
    return [{**line(one), "people": str(ANOTHER)} for one in found]


def line(one: Rests) -> dict[str, object]:
    """Say of one group how it stands, and how many people wait."""
    return {
        "href": url_for(".desk_resting", group_id=one.group_id),
        "name": one.name,
        "is_example": one.is_example,
        "state": str(STATUS.get(one.status, OFF)),
        "people": ngettext("%(num)s person to look after", "%(num)s people to look after", one.people),
        "number": one.people,
    }
