"""Answering what a group asked about somebody, on the page of their referral."""

from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from service.accounts.permissions import Permission
from service.clock import now
from service.db import committing
from service.errors import Conflict, Invalid, NotFound
from service.referrals.answering import questions
from service.web import leader_mail
from service.web.access import allow, current_actor, origin
from service.web.professional import referrals, words


@allow(Permission.REFER)
def reply(referral_id: UUID, question_id: UUID) -> ResponseReturnValue:
    """Answer what a group asked; whoever presses twice sees what is so now."""
    found = referrals.read(referral_id)
    typed = request.form.get("words", "")
    try:
        with committing() as unit:
            questions.reply(
                unit,
                means=leader_mail.means(),
                referral_id=referral_id,
                question_id=question_id,
                words=typed,
                actor=current_actor(),
                now=now(),
                origin=origin(),
            )
    except Invalid as refused:
        page = referrals.page(found, {"words": str(words.PROBLEMS[refused.fields["words"].code])}, typed)
        page.status_code = 422
        return page
    except (Conflict, NotFound):
        pass  # it was answered, or the group has answered, or there is no such question: the page says what is so
    there = ".case" if request.form.get("to") == "case" and current_actor().may(Permission.WORK_CASES) else ".referral"
    return redirect(url_for(there, referral_id=referral_id), 303)
