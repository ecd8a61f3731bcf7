"""The list of an organisation's referrals, and one of them. Reading either is recorded; nothing else is written."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from flask import Response, request, url_for
from flask_babel import gettext as _

from service.accounts.permissions import Permission
from service.clock import now
from service.db import committing, db
from service.db.sealing import Sealer
from service.errors import NotFound
from service.referrals import operations, queries
from service.referrals.answering import questions
from service.referrals.queries import IntroductionView, MoveView, ReferralView
from service.web import safety_notice
from service.web.access import allow, current_actor, origin
from service.web.figures import locale_of
from service.web.languages import current_language, current_segment
from service.web.professional import later, next_best, words
from service.web.rendering import country_pack, services
from service.web.rooms import Area
from service.web.work import work_page

LAST_PAGE = 10_000


@allow(Permission.READ_REFERRALS)
def show_list() -> Response:
    """Show whom this person's organisation referred, newest first."""
    page = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    with committing() as unit:  # reading of people is recorded
        found = operations.read_list(
            unit, sealer=_sealer(), actor=current_actor(), now=now(), page=page, origin=origin()
        )
    rows = [_row(one) for one in found[: queries.PAGE]]
    older = url_for(".referrals", page=page + 1) if len(found) > queries.PAGE else ""
    waiting = sum(row["kind"] == "waiting" for row in rows)
    answered = not any(row["kind"] == "new" for row in rows)
    told = {"waiting": waiting, "answered": answered, "safety": safety_notice.waits()}
    return _page("status.html", referrals=rows, older_href=older, **told)


@allow(Permission.READ_REFERRALS)
def show_one(referral_id: UUID) -> Response:
    """Show where one referral stands."""
    return page(read(referral_id))


def read(referral_id: UUID) -> ReferralView:
    """Read one referral for whoever is signed in. Raises NotFound `referral`."""
    with committing() as unit:  # reading of a person is recorded, also when refused
        found = operations.read_status(
            unit, sealer=_sealer(), referral_id=referral_id, actor=current_actor(), now=now(), origin=origin()
        )
    if found is None:
        raise NotFound("referral")
    return found


def page(found: ReferralView, wrong: Mapping[str, str] | None = None, typed: str = "") -> Response:
    """Return the page of one referral; `wrong` is about an answer that was typed and could not be taken."""
    _kind, state, following = _standing(found)
    return _page(
        "referral.html",
        person=found.preferred_name,
        group=_group(found),
        back_href=url_for(".referrals"),
        state=state,
        next=following,
        answer=_answer(found.introductions[-1]) if found.introductions else None,
        held=bool(found.introductions) and found.introductions[-1].asks_on is not None,
        timeline=_timeline(found.moves),
        shared=[words.ITEMS[item] for item in found.agreed_items],
        consents_href=url_for(".person_consents", person_id=found.person_id),
        consent_until=_day(found.agreed_until) if found.agreed_until else "",
        talks=_talks(found),
        errors=wrong or {},
        typed=typed,
        next_best=next_best.next_best(found),
    )


def _row(referral: ReferralView) -> dict[str, object]:
    kind, state, following = _standing(referral)
    group = _group(referral)
    return {
        "href": url_for(".referral", referral_id=referral.id),
        "person": referral.preferred_name,
        "group": group["name"],
        "is_example": group["is_example"],
        "state": state,
        "kind": kind,
        "when": _("Referred on %(date)s", date=_day(referral.created_at)),
        "next": following,
    }


def _standing(referral: ReferralView) -> tuple[str, str, str]:
    """Say how a referral stands: the look of its tag, what is so, and what happens now."""
    if referral.state in words.FINISHED:
        return "closed", str(words.FINISHED[referral.state]), ""
    if not referral.introductions:
        return "new", str(_("No group was asked yet")), ""
    last = referral.introductions[-1]
    if last.state == "proposed" and last.asks_on is not None:
        return "waiting", str(words.LATER), later.sentence(last.new_people_a_week, last.asks_on)
    kind, state, following = words.STATES[last.state]
    return kind, str(state), str((following if last.group_open else words.NOT_OPEN) or "")


def _group(referral: ReferralView) -> dict[str, object]:
    if not referral.introductions:
        return {"name": "", "is_example": False, "href": ""}
    last = referral.introductions[-1]
    href = f"/{current_segment()}/groups/{last.group_slug}"
    return {"name": last.group_name, "is_example": last.group_is_example, "href": href}


def _answer(last: IntroductionView) -> dict[str, str] | None:
    if last.answered_at is None:
        return None
    return {
        "text": str(words.STATES[last.state][1]),
        "reason": str(words.REASONS[last.reason]) if last.reason else "",
        "note": last.note or "",
        "when": _moment(last.answered_at),
    }


def _talks(referral: ReferralView) -> list[dict[str, str]]:
    """Return what groups asked; the first that waits for an answer says where to send it."""
    talks = questions.of_referral(db.session(), sealer=_sealer(), referral_id=referral.id)
    waiting = {one.id for one in referral.introductions if one.state == "sent"}
    still = [one.id for one in talks if one.answer is None and one.introduction_id in waiting]
    first = still[0] if still and current_actor().may(Permission.REFER) else None
    return [
        {
            "words": one.words,
            "answer": one.answer or "",
            "when": _moment(one.asked_at),
            "action": url_for(".reply_to_group", referral_id=referral.id, question_id=one.id)
            if one.id == first
            else "",
        }
        for one in talks
    ]


def _timeline(moves: tuple[MoveView, ...]) -> list[dict[str, str]]:
    told = [(move, words.STEPS.get((move.entity, move.from_state, move.to_state))) for move in moves]
    return [
        {
            "when": _moment(move.at),
            "title": str(title),
            "text": "",
            "kind": "key" if move.entity == "introduction" and move.to_state in words.ANSWERS else "",
        }
        for move, title in reversed(told)
        if title is not None
    ]


def _page(template: str, **values: object) -> Response:
    room = ".referrals" if template == "status.html" else ""
    return work_page(f"professional/{template}", Area.REFERRALS, room, **values)


def _day(at: datetime) -> str:
    return str(format_date(_here(at).date(), "long", locale=_locale()))


def _moment(at: datetime) -> str:
    day, clock = _day(at), format_time(_here(at).replace(tzinfo=None), "short", locale=_locale())
    return str(_("%(day)s, %(time)s", day=day, time=clock))


def _here(at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(country_pack().time_zone))


def _locale() -> Locale:
    return locale_of(current_language(), country_pack().code)


def _sealer() -> Sealer:
    return services().sealer(operations.PURPOSE)
