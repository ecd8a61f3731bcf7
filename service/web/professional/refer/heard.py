"""What a group said on the telephone, written down by whoever rang it: for groups that cannot be written to."""

from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from service.accounts.permissions import Permission
from service.clock import now
from service.db import committing, db
from service.errors import Conflict, Gone, Invalid, NotFound
from service.referrals.answering import hearing, operations
from service.referrals.operations import note_denied
from service.web import answer_page, leader_mail
from service.web.access import allow, current_actor, origin
from service.web.rooms import Area
from service.web.work import work_page


@allow(Permission.REFER)
def show(referral_id: UUID) -> ResponseReturnValue:
    """Show the group's number, what may be told to it, and what it may say."""
    return _ask(referral_id, request.args.get("asked", type=UUID), {})


@allow(Permission.REFER)
def take(referral_id: UUID) -> ResponseReturnValue:
    """Keep what the group said."""
    introduction_id = request.form.get("introduction", type=UUID)
    if introduction_id is None:
        return _ask(referral_id, None, {"answer": str(answer_page.PROBLEMS["unknown_choice"])})
    try:
        with committing() as unit:
            operations.answer_heard(
                unit,
                means=leader_mail.means(),
                referral_id=referral_id,
                introduction_id=introduction_id,
                reply=answer_page.reply(),
                actor=current_actor(),
                now=now(),
                origin=origin(),
            )
    except Invalid as refused:
        return _ask(referral_id, introduction_id, answer_page.errors(refused))
    except Conflict:
        return _ask(referral_id, None, {})  # it answered at the same moment: what is so now is shown
    except NotFound as refused:
        return _nothing(referral_id, refused)
    return redirect(_home(referral_id), 303)


def _ask(referral_id: UUID, introduction_id: UUID | None, errors: dict[str, str]) -> ResponseReturnValue:
    try:
        with committing() as unit:  # that it was read is recorded
            seen = operations.see_heard(
                unit,
                sealer=answer_page.sealer(),
                referral_id=referral_id,
                introduction_id=introduction_id,
                actor=current_actor(),
                now=now(),
                origin=origin(),
            )
    except NotFound as refused:
        return _nothing(referral_id, refused)
    asked = seen.asked
    values: dict[str, Any] = answer_page.asking(seen, errors)
    values["hidden"] = [*values["hidden"], ("introduction", asked.introduction_id.hex)]
    values["meeting"] = None  # its leader alone calls a meeting off
    shown = work_page(
        "group_leader/answer.html",
        Area.REFERRALS,
        "",
        form_action=url_for(".refer_heard_post", referral_id=referral_id),
        back_href=_home(referral_id),
        group={"name": asked.group_name, "is_example": asked.group_is_example},
        by_link=False,
        heard={"phone": hearing.phone_of(db.session(), group_id=asked.group_id)},
        **values,
    )
    shown.status_code = 422 if errors else 200
    return shown


def _nothing(referral_id: UUID, refused: NotFound) -> ResponseReturnValue:
    """Lead back where no group has still to answer, or the yes was taken back; what is not theirs does not exist."""
    if isinstance(refused, Gone) or refused.code == "introduction":
        return redirect(_home(referral_id), 303)
    with committing() as unit:
        note_denied(unit, referral_id=referral_id, actor=current_actor(), now=now(), origin=origin())
    raise refused


def _home(referral_id: UUID) -> str:
    page = ".case" if current_actor().may(Permission.WORK_CASES) else ".referral"
    return url_for(page, referral_id=referral_id)
