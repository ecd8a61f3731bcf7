"""News of one referral for whoever made it, ready to be pasted into a record. Reading it is recorded."""

from datetime import UTC, datetime, time
from uuid import UUID

from flask import Response, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from service.accounts.permissions import Permission
from service.clock import now
from service.db import committing
from service.errors import Forbidden, NotFound
from service.referrals.following import back
from service.referrals.following.back import Back, Offered
from service.referrals.kept import PURPOSE
from service.web import moments
from service.web.access import allow, current_actor, origin
from service.web.professional import words
from service.web.professional.desk.words import CLOSE_REASONS
from service.web.rendering import services
from service.web.rooms import Area
from service.web.work import work_page

HEADINGS: dict[str, LazyString] = {
    "person": _l("Who it is"),
    "needs": _l("Needs and concerns"),
    "support": _l("Support offered"),
    "outcomes": _l("How it went"),
}
REASONS: dict[str, LazyString] = {
    "lonely": _l("Lonely or cut off"),
    "lost_someone": _l("Lost someone"),
    "carer": _l("Cares for someone"),
    "new_here": _l("New to the area"),
    "low_mood": _l("Low mood or worry"),
    "moving": _l("Wants to get moving"),
}
# Neutral where safety is the reason; of the dead nothing is told at all, see `back.read`.
ENDS: dict[str, LazyString] = {**CLOSE_REASONS, **dict.fromkeys(("escalated_safeguarding", "died"), _l("Closed"))}


@allow(Permission.READ_REFERRALS)
def show(referral_id: UUID) -> Response:
    """Show the news, or that the person did not agree to it."""
    try:
        with committing() as unit:  # reading of a person is recorded, also when refused
            told = back.read(
                unit,
                sealer=services().sealer(PURPOSE),
                referral_id=referral_id,
                actor=current_actor(),
                now=now(),
                origin=origin(),
            )
    except Forbidden as error:
        if error.code != "not_agreed":
            raise
        return _page(referral_id, [])
    if told is None:
        raise NotFound("referral")
    return _page(referral_id, words_for(told))


def words_for(told: Back) -> list[tuple[str, list[str]]]:
    """Say what may be told, under the four headings; a heading without news says so."""
    referred = _("%(name)s, referred on %(date)s", name=told.preferred_name, date=moments.day(told.referred_at))
    lines = {
        "person": [str(referred)],
        "needs": [str(REASONS[code]) for code in told.reasons if code in REASONS],
        "support": [_of_group(one) for one in told.support],
        "outcomes": _outcomes(told),
    }
    nothing = str(_("Nothing to tell yet."))
    return [(str(HEADINGS[name]), lines[name] or [nothing]) for name in back.HEADINGS]


def _of_group(one: Offered) -> str:
    return f"{one.group_name}: {words.STATES[one.state][1]}, {moments.day(one.asked_at)}"


def _outcomes(told: Back) -> list[str]:
    found = [_visits(one) for one in told.support if one.first_visit is not None]
    if told.closed_at is not None:
        reason = ENDS.get(told.close_reason or "", words.FINISHED.get(told.state, _l("Closed")))
        found.append(f"{moments.day(told.closed_at)}: {reason}")
    return found


def _visits(one: Offered) -> str:
    first = moments.day(one.first_visit) if one.first_visit else ""
    last = moments.day(datetime.combine(one.last_visit, time(12), UTC)) if one.last_visit else first
    return str(
        _(
            "%(group)s: first visit %(first)s, last known visit %(last)s, visits we know of: %(count)s",
            group=one.group_name,
            first=first,
            last=last,
            count=one.visits,
        )
    )


def _page(referral_id: UUID, parts: list[tuple[str, list[str]]]) -> Response:
    text = "\n\n".join(f"{heading}\n" + "\n".join(f"- {line}" for line in lines) for heading, lines in parts)
    return work_page(
        "professional/news.html",
        Area.REFERRALS,
        "",
        back_href=url_for(".referral", referral_id=referral_id),
        parts=parts,
        text=text,
        rows=text.count("\n") + 2,
    )
