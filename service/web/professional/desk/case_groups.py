"""The groups on the page of a person: how each stands, what it asked, and which come nearest after a no."""

from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from service.db import db
from service.referrals import operations, queries
from service.referrals.answering import questions
from service.referrals.desk.cases import AskedGroup, CaseView
from service.web import moments
from service.web.access import current_actor
from service.web.languages import current_segment
from service.web.professional import later, next_best
from service.web.professional import words as told
from service.web.professional.desk import words
from service.web.professional.desk.caseload import figures
from service.web.rendering import services

MOVING = ("planned", "introduced", "attending")  # a case in which another group may be looked for


def parts(found: CaseView) -> dict[str, object]:
    """Return what the page says of groups."""
    talks = _talks(found)
    raised = found.raised if found.raised in words.NEEDS else None
    return {
        "groups": [_group(found.referral_id, one) for one in found.groups],
        "talks": talks,
        "next_best": _nearest(found),
        "settles": "" if talks and raised == "question" else raised or "",  # a question is settled by its answer
    }


def _nearest(found: CaseView) -> list[dict[str, object]]:
    """Return what comes nearest to a group that did not work out, for one who still looks."""
    if found.state not in MOVING or not found.groups or found.groups[-1].state not in next_best.FAILED:
        return []
    sealer, actor = services().sealer(operations.PURPOSE), current_actor()
    seen = queries.referral(db.session(), sealer=sealer, referral_id=found.referral_id, actor=actor)
    return next_best.next_best(seen) if seen is not None else []


def _talks(found: CaseView) -> list[dict[str, str]]:
    """Return what groups asked that nobody answered yet, and where the answer is sent."""
    sealer = services().sealer(operations.PURPOSE)
    named = {one.id: one.name for one in found.groups if one.state == "sent"}
    return [
        {
            "group": named[one.introduction_id],
            "words": one.words,
            "when": moments.moment(one.asked_at),
            "action": url_for(".reply_to_group", referral_id=found.referral_id, question_id=one.id),
        }
        for one in questions.of_referral(db.session(), sealer=sealer, referral_id=found.referral_id)
        if one.answer is None and one.introduction_id in named
    ]


def _group(referral_id: UUID, one: AskedGroup) -> dict[str, object]:
    kind, state, following = told.STATES[one.state]
    if one.state == "proposed" and one.asks_on is not None:
        state, following = told.LATER, later.sentence(one.new_people_a_week, one.asks_on)
    return {
        "name": one.name,
        "is_example": one.is_example,
        "href": f"/{current_segment()}/groups/{one.slug}",
        "kind": kind,
        "state": str(state),
        "next": str(following or ""),
        "reason": str(told.REASONS[one.reason]) if one.reason else "",
        "note": one.note or "",
        "date": moments.moment(one.first_date) if one.first_date else "",
        "host": one.host or "",
        "visits": _visits(one),
        "number": one.id.hex,
        "heard_href": url_for(".refer_heard", referral_id=referral_id, asked=one.id) if one.can_answer else "",
        "marks": [(code, str(words.CAME_TO[f"introduction:{code}"])) for code in words.MARKS.get(one.state, ())],
        "dated": one.state in words.DATED,
    }


def _visits(one: AskedGroup) -> str:
    """Say how often somebody was there: two presses on one day are one visit, and the page shows it."""
    if not one.attended or one.last_attended_on is None:
        return ""
    day = figures().whole_day(one.last_attended_on)
    said = ngettext("%(num)s visit, on %(day)s.", "%(num)s visits, the last one on %(day)s.", one.attended, day=day)
    return f"{said} {_('The third visit settles.')}" if one.state == "attended" else str(said)
