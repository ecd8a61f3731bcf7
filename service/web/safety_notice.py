"""What stands first where a safeguarding lead begins their day: that something waits, and whether it is late."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from service.clock import now
from service.db import db
from service.referrals.desk import incidents
from service.web.access import current_actor


def waits() -> dict[str, object] | None:
    """Return it for a lead; None where nothing waits, and for everybody else."""
    return said(*incidents.waiting(db.session(), actor=current_actor(), now=now()))


def said(many: int, late: int) -> dict[str, object] | None:
    """Say how many are not read yet; None where there are none."""
    if not many:
        return None
    text = ngettext("%(num)s note about safety is not read yet.", "%(num)s notes about safety are not read yet.", many)
    told = str(_("It has waited for more than a day.")) if late else ""
    return {"text": text, "late": told, "href": url_for(".safety")}
