"""What became of the messages about a case, in plain words: on their way, sent, came back; and what to do then."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from service.db import db
from service.notifications import outbox
from service.notifications.outbox import Posted
from service.referrals.following.came_back import came_back, failed
from service.web import moments
from service.web.rendering import services

TO_PERSON: dict[str, LazyString] = {
    "appointment": _l("Message to them: a date is near"),
    "check_in": _l("Message to them: how does it go?"),
    "still_waiting": _l("Message to them: still waiting?"),
    "own_link": _l("Message to them: their own page"),
    "meeting_off": _l("Message to them: a meeting is off"),
}
TO_GROUP: dict[str, LazyString] = {
    "group_answer_link": _l("Message to the group: can they come?"),
    "group_answer_again": _l("Message to the group: we ask again"),
    "outcome_wanted": _l("Message to the group: did they come?"),
}


def lines(ids: Sequence[UUID]) -> list[tuple[datetime, dict[str, object]]]:
    """Return a line for each message to the person or to a group, with its time."""
    told = outbox.about(db.session(), ids, sealer=services().sealer(outbox.PURPOSE))
    return [(one.sent_at or one.created_at, _line(one)) for one in told if _title(one)]


def _line(one: Posted) -> dict[str, object]:
    at = one.sent_at or one.created_at
    return {
        "when": moments.moment(at),
        "title": f"{_title(one)} ({_state(one)})",
        "words": _to_do(one),
        "by": "",
        "key": False,
    }


def _title(one: Posted) -> str:
    return str(TO_PERSON.get(one.template) or TO_GROUP.get(one.template) or "")


def _state(one: Posted) -> str:
    if one.state == "sent":
        return str(_("sent"))
    if one.state == "failed":
        return str(_("came back") if came_back(one.reason or "") else _("not sent"))
    return str(_("not taken yet, we try again") if one.attempts > 1 else _("on its way"))


def _to_do(one: Posted) -> str:
    """Say what to do about a message that did not arrive."""
    if one.state != "failed":
        return ""
    reason = one.reason or ""
    if not failed(reason):
        return str(_("It was not to be sent any more."))
    if one.template in TO_GROUP:
        return str(_("Ring the group. Then tell an editor that the address does not work."))
    if came_back(reason):
        return str(_("The address does not work. Ask them how you can reach them, and change it where it is kept."))
    return str(_("It could not go in time. Tell them yourself, in the way they chose."))
