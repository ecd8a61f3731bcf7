"""What the pages of an answer say, by link or signed in: who asks to come, what may be said, what happens next."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from service.clock import now
from service.db.sealing import Sealer
from service.errors import Invalid
from service.referrals import operations
from service.referrals.answering.dates import SHOWN
from service.referrals.answering.operations import Answered, Seen
from service.referrals.answering.replies import ACCEPT, DECLINE, FULL, KINDS, QUESTION, WAITLIST, Reply
from service.web.figures import Figures, locale_of
from service.web.languages import current_language
from service.web.rendering import country_pack, services

OFF = "off"
LONG_AGO = datetime.fromtimestamp(0, UTC)
BY_FIELD = {"on": ACCEPT, "until": FULL, "meeting": OFF}  # a button that says a day says with it what it is about
FIELDS = {ACCEPT: ("on", "host"), FULL: ("until",), DECLINE: ("reason", "rule", "note"), QUESTION: ("question",)}
FULL_FOR = (timedelta(weeks=4), timedelta(weeks=12))  # (proposed)
REASONS = {
    "full": _l("We are full at the moment"),
    "not_eligible": _l("Our group is for other people"),
    "access_not_possible": _l("We cannot give the help that is needed"),
    "wrong_time": _l("The time does not fit"),
    "not_safe_for_group": _l("It would not be safe"),
    "closed": _l("The group does not meet any more"),
    "other": _l("Another reason"),
}
PROBLEMS = {
    "reason_needed": _l("Choose why it does not fit"),
    "too_long": _l("Say it in fewer words"),
    "wrong_form": _l("Use plain letters only"),
    "missing": _l("Write your question"),
    "no_such_meeting": _l("This date is taken or called off. Choose another one"),
    "out_of_range": _l("Choose one of the days"),
    "unknown_choice": _l("Choose one of the answers"),
    "not_a_number": _l("Write a number from 1 to 1000, or leave it empty"),
}


def kind() -> str:
    """Return what the form says: one of `KINDS`, `OFF`, or empty where it says nothing."""
    said = request.form.get("answer") or next((BY_FIELD[name] for name in BY_FIELD if name in request.form), "")
    return said if said in (*KINDS, OFF) else ""


def reply() -> Reply:
    """Read what the form says: of each answer what its own form asks, and nothing else."""
    said = kind()
    own = {name: request.form.get(name) for name in FIELDS.get(said, ())}
    return Reply(
        kind=said,
        version=request.form.get("version", type=int),
        on=moment(own.get("on") or ""),
        host=own.get("host"),
        until=request.form.get("until", type=date.fromisoformat) if "until" in own else None,
        reason=own.get("reason"),
        rule=own.get("rule"),
        note=own.get("question") if said == QUESTION else own.get("note"),
    )


def moment(text: str) -> datetime | None:
    """Read an instant; None where there is none, and long ago, when nothing meets, for what names no instant."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return LONG_AGO
    return LONG_AGO if at.tzinfo is None else at


def errors(refused: Invalid) -> dict[str, str]:
    """Return a sentence for each field that is wrong, under the name the form gives it."""
    asks = kind() == QUESTION
    found = {name: str(PROBLEMS[problem.code]) for name, problem in refused.fields.items()}
    return {"question" if asks and name == "note" else name: text for name, text in found.items()}


def asking(seen: Seen, wrong: dict[str, str], told: str = "") -> dict[str, Any]:
    """Return what answer.html needs, but where it is sent."""
    today = now().astimezone(ZoneInfo(country_pack().time_zone)).date()
    return {
        "step": "ask",
        "person": seen.preferred_name,
        "waiting": seen.state == "waitlisted",
        "words": seen.own_words or "",
        "helps": [line.strip() for line in (seen.needs or "").splitlines() if line.strip()],
        "talked": seen.talked,
        "host": request.form.get("host", seen.host),
        "dates": [
            {"value": one.starts.isoformat(), "day": _day(one.starts), "clock": _figures().clock(one.starts)}
            for one in seen.dates[:SHOWN]
        ],
        "full": [(today + one, _figures().long_day(today + one)) for one in FULL_FOR],
        "meeting": seen.next_meeting and (seen.next_meeting.isoformat(), _day(seen.next_meeting)),
        "reasons": list(REASONS.items()),
        "values": request.form,
        "errors": wrong,
        "told": told,
        "hidden": [("version", seen.asked.version)],
    }


def done(told: Answered) -> dict[str, Any]:
    """Return what answer_done.html needs."""
    return {"person": told.preferred_name, "lines": [line for line in _lines(told) if line]}


def _lines(told: Answered) -> list[str]:
    name = told.preferred_name
    if told.kind == ACCEPT and told.on is not None:
        when = f"{_day(told.on)}, {_figures().clock(told.on)}"
        return [str(_("%(name)s comes on %(when)s.", name=name, when=when)), _next(told)]
    if told.kind == ACCEPT:
        return [str(_("%(name)s can come.", name=name)), _next(told)]
    if told.kind == WAITLIST:
        return [
            str(_("%(name)s is number %(place)s on your waiting list.", name=name, place=told.position)),
            str(_("We sent you a new link. Use it when a place is free.")),
        ]
    if told.kind == QUESTION:
        return [str(_("We pass your question on. The answer comes with a new link."))]
    full = told.kind == FULL and told.until
    return [
        str(_("We look for another group for %(name)s.", name=name)),
        str(_("Your page says that you are full until %(date)s.", date=_figures().long_day(told.until)))
        if full and told.until
        else "",
    ]


def _next(told: Answered) -> str:
    """Say what the leader does now; the contact is shown here and only here."""
    if told.contact is None:
        if told.on is not None:
            return str(_("Please do not write or ring: whoever asked you tells them."))
        return str(_("Please do not write or ring: whoever asked you agrees on the first date with you."))
    ways = {
        "phone": _("Please ring: %(contact)s.", contact=told.contact),
        "text": _("Please send a text: %(contact)s.", contact=told.contact),
        "email": _("Please write an e-mail: %(contact)s.", contact=told.contact),
        "letter": _("Please write a letter: %(contact)s.", contact=told.contact),
    }
    way = ways.get(told.contact_rule or "", _("You can reach them here: %(contact)s.", contact=told.contact))
    return " ".join((str(way), _("Note it down now: this page is shown once.")))


def sealer() -> Sealer:
    """Return what seals people."""
    return services().sealer(operations.PURPOSE)


def _day(at: datetime) -> str:
    """Say a day by the clocks of where the group meets, as the instant carries them."""
    return _figures().whole_day(at.date())


def _figures() -> Figures:
    pack = country_pack()
    locale = locale_of(current_language(), pack.code)
    return Figures(locale=locale, miles=pack.distance_unit == "mile", currency=pack.currency)
