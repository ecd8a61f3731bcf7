"""The page of one person, as the link worker who helps sees it: safe contact, what is next, what happened, the plan."""

from datetime import datetime
from uuid import UUID

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from service.accounts.credentials import new_token
from service.accounts.permissions import Permission
from service.catalog.telephone import dialled
from service.clock import now
from service.db import committing, db
from service.errors import Invalid, NotFound
from service.referrals import operations
from service.referrals.clocks import RING
from service.referrals.desk import cases, reading, scope
from service.referrals.desk import operations as desk
from service.referrals.desk.cases import CaseView, Step, TaskView
from service.referrals.desk.reading import Closed
from service.referrals.following.tries import ENOUGH
from service.referrals.safe import BY_POST
from service.web import moments
from service.web.access import allow, current_actor, origin
from service.web.pressed_words import SAID
from service.web.professional import words as told
from service.web.professional.desk import case_groups, posted, resting_notice, words
from service.web.professional.desk.caseload import due, figures
from service.web.professional.refer.words import REASONS
from service.web.rendering import services
from service.web.rooms import Area
from service.web.work import work_page


@allow(Permission.WORK_CASES)
def show(referral_id: UUID) -> ResponseReturnValue:
    """Show one person; by a person's own number, their newest case."""
    newest = cases.newest_of(db.session(), person_id=referral_id, actor=current_actor())
    if newest is not None:
        return redirect(url_for(".case", referral_id=newest), 303)
    return page(referral_id)


def page(referral_id: UUID, errors: dict[str, str] | None = None, form: str = "") -> Response:
    """Show the page, with what is to be put right in one of its forms; raises NotFound `referral`."""
    found = read(referral_id)
    shown = _closed(found, errors or {}) if isinstance(found, Closed) else _open(found, errors or {}, form)
    shown.status_code = 422 if errors else 200
    return shown


def read(referral_id: UUID) -> CaseView | Closed:
    """Read a case; that it was read, or asked for, is kept. Raises NotFound `referral`."""
    with committing() as unit:  # reading of a person is recorded, also when refused
        found = reading.read_case(
            unit,
            sealer=services().sealer(operations.PURPOSE),
            referral_id=referral_id,
            actor=current_actor(),
            now=now(),
            origin=origin(),
        )
    if found is None:
        raise NotFound("referral")
    return found


def wrong(refused: Invalid) -> dict[str, str]:
    """Say what is to be put right, field by field."""
    return {name: words.problem(one.code, dict(one.params)) for name, one in refused.fields.items()}


def _closed(found: Closed, errors: dict[str, str]) -> Response:
    return work_page(
        "professional/desk/why.html",
        Area.CASES,
        back_href=url_for(".desk"),
        form_action=url_for(".case_why", referral_id=found.referral_id),
        choices=[(code, str(text)) for code, text in words.WHY.items()],
        errors=errors,
    )


def _open(found: CaseView, errors: dict[str, str], form: str) -> Response:
    return work_page(
        "professional/desk/case.html",
        Area.CASES,
        "",
        back_href=url_for(".desk"),
        person=found.name,
        contact=_contact(found),
        path=_path(found),
        state=_state(found),
        owner=found.owner,
        mine=found.owner_user_id == current_actor().user_id,
        next=_next(found),
        late=_late(found),
        steps=_happened(found),
        why=_why(found),
        **case_groups.parts(found),
        tasks=[_task(one) for one in found.tasks],
        agreed=_agreed(found),
        consents_href=url_for(".person_consents", person_id=found.person_id),
        story=found.story or "",
        needs=found.needs or "",
        resting=resting_notice.of_case(found.referral_id),
        errors=errors,
        typed=request.form if errors else {},
        wrong_form=form,
        nonce=new_token(),
        **_forms(found),
    )


def _forms(found: CaseView) -> dict[str, object]:
    """Return what the forms of the page need; one who has ended can be read, and written of, no more moved."""
    others = scope.colleagues(db.session(), actor=current_actor(), now=now())
    moves = desk.choices(found.state)
    return {
        "to": {
            name: url_for(f".case_{name}", referral_id=found.referral_id)
            for name in ("note", "call", "task", "done", "visit", "date", "settle", "move", "take", "hand_over")
        },
        "plan_href": url_for(".case_plan", referral_id=found.referral_id),
        "letter_href": url_for(".case_letter", referral_id=found.referral_id) if _by_post(found) else "",
        "version": found.version,
        "moves": [(code, _moved(found, code)) for code in moves if code in ("accepted", "in_contact", "planned")],
        "endings": [(code, str(words.MOVES[code])) for code in moves if code in ("on_hold", "rejected", "closed")],
        "reasons": [(code, str(text)) for code, text in words.CLOSE_REASONS.items()],
        "channels": [(code, str(text)) for code, text in words.CHANNELS.items()],
        "doers": [(code, str(text)) for code, text in words.WHO.items()],
        "colleagues": [(str(one.user_id), one.name) for one in others],
        "takes": found.owner_user_id is None and bool(moves),
        "raised": str(words.NEEDS[found.raised][0]) if found.raised in words.NEEDS else "",
    }


def _by_post(found: CaseView) -> bool:
    return found.contact_rule in BY_POST and bool(desk.choices(found.state))


def _moved(found: CaseView, to: str) -> str:
    """Say what a move is: to a plan one comes after the first talk, or back from a group that did not suit."""
    back = to == "planned" and found.state != "in_contact"
    return str(words.STEPS["referral:introduced:planned"] if back else words.MOVES[to])


def _contact(found: CaseView) -> dict[str, object]:
    """Say how somebody may be reached; one who may not be contacted is shown without number."""
    never = found.contact_rule == "none"
    number = found.contact or ""
    to_dial = dialled(number)
    spoken = str(figures().language(found.interpreter)) if found.interpreter else ""
    return {
        "rule": str(words.CONTACT_RULES.get(found.contact_rule, "")),
        "never": never,
        "value": "" if never else number,
        "href": f"tel:{to_dial}" if len(to_dial) >= 6 and "@" not in number and not never else "",
        "notes": found.contact_notes or "",
        "interpreter": str(_("Speaks %(language)s: an interpreter is needed", language=spoken)) if spoken else "",
        "safety": "safety" in found.care,
        "young": "under_18" in found.care,
        "through": _through(found) if never else "",
    }


def _why(found: CaseView) -> str:
    """Say why somebody was referred, as whoever referred them ticked it."""
    return figures().all_of(str(REASONS[code]) for code in found.reasons if code in REASONS) if found.reasons else ""


def _through(found: CaseView) -> str:
    """Say through whom one may reach somebody who is not to be contacted; nobody for who came by themselves."""
    return next((one.by for one in reversed(found.steps) if one.kind == "move" and one.by), "")


def _path(found: CaseView) -> list[dict[str, object]]:
    here = words.WHERE.get(found.state, found.state)
    place = words.PATH.index(here) if here in words.PATH else -1
    return [
        {"text": str(words.ON_PATH[code]), "done": number < place, "current": number == place}
        for number, code in enumerate(words.PATH)
    ]


def _state(found: CaseView) -> str:
    if found.state in words.STATES:
        return str(words.STATES[found.state])
    ended = str(told.FINISHED.get(found.state, found.state))
    return f"{ended}: {words.CLOSE_REASONS[found.close_reason]}" if found.close_reason else ended


def _next(found: CaseView) -> dict[str, str] | None:
    """Say what is next; of one who has ended nothing is."""
    if found.need is None or found.need not in words.NEEDS:
        return None
    rings = found.need == RING and any(one.can_answer for one in found.groups)
    return {
        "text": str(words.NEEDS[found.need][0]),
        "due": due(found.need, found.due_on, now().date()) if found.due_on else "",
        "ring_href": url_for(".refer_heard", referral_id=found.referral_id) if rings else "",
    }


def _late(found: CaseView) -> str:
    """Say on how many days nobody was reached while one still tries."""
    if found.state != "accepted" or not found.tries:
        return ""
    said = ngettext("Tried on %(num)s day", "Tried on %(num)s days", found.tries)
    return f"{said}. {words.NEEDS['close_or_keep'][0]}" if found.tries >= ENOUGH else said


def _happened(found: CaseView) -> list[dict[str, object]]:
    """Return what happened, newest first, with what became of the messages about it."""
    lines = [(one.at, line) for one in found.steps if (line := _step(one)) is not None]
    lines += posted.lines(cases.ids_of(found))
    return [line for _at, line in sorted(lines, key=lambda one: one[0], reverse=True)]


def _step(one: Step) -> dict[str, object] | None:
    """Return one line of what happened; None: a step that says nothing more."""
    title = _title(one)
    if not title:
        return None
    return {
        "when": moments.moment(one.at),
        "title": title,
        "words": one.words,
        "by": one.by if one.kind != "hand_over" else "",
        "key": one.kind == "said" or (one.kind == "move" and one.code.split(":")[-1] in words.KEY),
    }


def _title(one: Step) -> str:
    if one.kind == "note":
        return str(_("Note"))
    if one.kind == "try":
        missed = _("Posted") if one.code == "letter" else _("No answer")
        outcome = _("Reached") if one.reached else missed
        return f"{words.CHANNELS[one.code]}: {outcome}"
    if one.kind == "said":
        return str(_("They answered: %(answer)s", answer=SAID[one.code])) if one.code in SAID else ""
    if one.kind == "hand_over":
        return str(_("%(name)s helps from now on", name=one.by)) if one.by else ""
    machine, _before, after = one.code.split(":")
    return str(words.STEPS.get(one.code) or words.CAME_TO.get(f"{machine}:{after}") or "")


def _task(one: TaskView) -> dict[str, object]:
    return {
        "what": one.what,
        "who": str(words.WHO[one.who]),
        "when": figures().whole_day(one.due_on),
        "late": one.done_at is None and one.due_on < now().date(),
        "done": "" if one.done_at else one.id.hex,
    }


def _agreed(found: CaseView) -> list[dict[str, object]]:
    at: datetime = now()
    return [
        {
            "recipient": one.recipient,
            "items": figures().all_of(str(told.ITEMS[item]) for item in one.items if item in told.ITEMS),
            "until": str(_("Until %(date)s", date=moments.day(one.expires_at))),
        }
        for one in found.agreed
        if one.expires_at > at
    ]
