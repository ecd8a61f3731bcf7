"""What a link worker writes on the page of a person. Each leads back there."""

from collections.abc import Callable
from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from service.accounts.permissions import Permission
from service.clock import now
from service.db import committing
from service.errors import Invalid, NotFound
from service.notifications import outbox
from service.referrals import operations
from service.referrals.desk import cases, reading
from service.referrals.desk import operations as desk
from service.referrals.desk.operations import At
from service.web import moments, sent_once
from service.web.access import allow, current_actor, origin
from service.web.professional.desk import case_page
from service.web.professional.desk.caseload import day_of, moment_of
from service.web.rendering import services

ONCE = ("note", "call", "task")
NAMES = {  # fields of the page whose name elsewhere is another
    "call": {"words": "said"},
    "ending": {"words": "because"},
    "groups": {"what": "groups", "on": "groups"},
    "hand-over": {"words": "for_them", "to": "colleague"},
}


def at(referral_id: UUID) -> At:
    """Say who works on which case, now."""
    sealer = services().sealer(operations.PURPOSE)
    post = services().sealer(outbox.PURPOSE)
    return At(sealer=sealer, referral_id=referral_id, actor=current_actor(), now=now(), origin=origin(), post=post)


def done_or_shown(
    referral_id: UUID, form: str, deed: Callable[[Session], None], onward: str = "", *, once: bool = True
) -> ResponseReturnValue:
    """Do it and lead back to the person; where something is wrong, show the page with what was typed.

    What is written down is written once, however often its form is sent.
    """
    try:
        with committing() as unit:
            cases.row_of(unit, referral_id=referral_id, actor=current_actor())  # what is not theirs is not there
            if not (once and form in ONCE and _came_before()):
                deed(unit)
    except NotFound:
        denied(referral_id)
        raise
    except Invalid as refused:
        if "idempotency_key" in refused.fields:
            raise  # a form that is not ours
        names = NAMES.get(form, {})
        errors = {names.get(field, field): text for field, text in case_page.wrong(refused).items()}
        return case_page.page(referral_id, errors, form)
    return redirect(onward or url_for(".case", referral_id=referral_id, _anchor=form or None), 303)


def _came_before() -> bool:
    return sent_once.was_sent(request.path, {**request.form, "nonce": "", "csrf_token": ""})


def denied(referral_id: UUID) -> None:
    """Keep that somebody wrote where there is nothing of theirs."""
    with committing() as unit:
        reading.note(unit, reading.CASE, referral_id, current_actor(), now(), origin(), (), outcome="denied")


@allow(Permission.WORK_CASES)
def note(referral_id: UUID) -> ResponseReturnValue:
    """Take a note."""
    text = request.form.get("words", "")
    return done_or_shown(referral_id, "note", lambda unit: desk.note(unit, at(referral_id), words=text))


@allow(Permission.WORK_CASES)
def call(referral_id: UUID) -> ResponseReturnValue:
    """Take that somebody tried to reach them."""
    form = request.form
    return done_or_shown(
        referral_id,
        "call",
        lambda unit: desk.attempt(
            unit,
            at(referral_id),
            channel=form.get("channel", ""),
            reached=form.get("reached") == "yes",
            words=form.get("said", ""),
            on=moments.here(now()).date(),
        ),
    )


@allow(Permission.WORK_CASES)
def task(referral_id: UUID) -> ResponseReturnValue:
    """Take who does what by when."""
    form = request.form
    return done_or_shown(
        referral_id,
        "task",
        lambda unit: desk.task(
            unit,
            at(referral_id),
            what=form.get("what", ""),
            who=form.get("who", ""),
            due_on=day_of(form.get("due_on", "")),
        ),
    )


@allow(Permission.WORK_CASES)
def done(referral_id: UUID) -> ResponseReturnValue:
    """Tick a task off, and lead back to where it was ticked."""
    task_id = request.form.get("task", type=UUID)
    onward = url_for(".desk") if request.form.get("to") == "desk" else ""
    return done_or_shown(
        referral_id, "task", lambda unit: desk.done(unit, at(referral_id), task_id=task_id), onward, once=False
    )


@allow(Permission.WORK_CASES)
def settle(referral_id: UUID) -> ResponseReturnValue:
    """Take that what was raised has been looked after."""
    need = request.form.get("need", "")
    return done_or_shown(referral_id, "", lambda unit: desk.settle(unit, at(referral_id), need=need))


@allow(Permission.WORK_CASES)
def move(referral_id: UUID) -> ResponseReturnValue:
    """Move the case on, or end it."""
    form = request.form
    return done_or_shown(
        referral_id,
        "ending" if form.get("to") in ("on_hold", "rejected", "closed") else "",
        lambda unit: desk.move(
            unit,
            at(referral_id),
            to=form.get("to", ""),
            reason=form.get("reason", ""),
            words=form.get("because", ""),
            version=form.get("version", type=int),
        ),
    )


@allow(Permission.WORK_CASES)
def visit(referral_id: UUID) -> ResponseReturnValue:
    """Take what became of a visit that was to be by today."""
    form = request.form
    return done_or_shown(
        referral_id,
        "groups",
        lambda unit: desk.visit(
            unit,
            at(referral_id),
            introduction_id=form.get("asked", type=UUID),
            what=form.get("what", ""),
            on=moments.here(now()).date(),
        ),
    )


@allow(Permission.WORK_CASES)
def agree(referral_id: UUID) -> ResponseReturnValue:
    """Take the date on which somebody is expected."""
    form = request.form
    return done_or_shown(
        referral_id,
        "groups",
        lambda unit: desk.agree(
            unit,
            at(referral_id),
            introduction_id=form.get("asked", type=UUID),
            on=moment_of(form.get("at", "")),
        ),
    )
