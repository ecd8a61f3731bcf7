"""Refusals said on a page, in the reader's language. It never shows what was typed, where, or what failed inside."""

from dataclasses import dataclass

from flask import Response, make_response, render_template
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString
from markupsafe import escape

from service.errors import ServiceError, Unavailable
from service.observability import request_id

BARE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title} - Kith</title></head>
<body><h1>{title}</h1><p>{text}</p></body></html>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a refusal page says."""

    title: LazyString
    text: LazyString


BY_CODE = {
    "out_of_scope": Words(
        title=_("Another team keeps this"),
        text=_("Nothing was changed. If it should be yours, ask an administrator."),
    ),
    "form_token": Words(
        title=_("This page was open for too long"),
        text=_("Nothing was saved. Go back, load the page again, and send it once more."),
    ),
    "other_site": Words(
        title=_("This came from another website"),
        text=_("Nothing was changed. To do it yourself, begin on a page of this site."),
    ),
    "unsealable": Words(
        title=_("This list of groups has run out"),
        text=_("For your privacy a list is kept for one day only. Please search again."),
    ),
    "rung_already": Words(
        title=_("Somebody else was quicker"),
        text=_("This person was reached, or the time to ring has run out. Go back to the list."),
    ),
    "pass_gone": Words(
        title=_("This page has run out"),
        text=_("It is shown for a short time only. Go back to the group and press the button again."),
    ),
    "listing_gone": Words(
        title=_("This has gone"),
        text=_("The address may have a mistake in it, or the group may have gone. You can search for groups again."),
    ),
    "list_gone": Words(
        title=_("This link has ended"),
        text=_("A list works for 30 days. You can look for groups again and make a new one."),
    ),
    "list_ended": Words(
        title=_("This list was ended"),
        text=_("Somebody with the link ended it. Nobody can open it now. You can make a new one."),
    ),
    "list_full": Words(
        title=_("Your list is full"),
        text=_("Go back and take a group off. Then you can keep another."),
    ),
    "nothing_kept": Words(
        title=_("There is nothing to print yet"),
        text=_("None of the groups on this list is in our catalogue now. Look for groups and keep one."),
    ),
    "no_dates": Words(
        title=_("No date is sure yet"),
        text=_("Nobody has told us the coming dates. Ask the group before you go."),
    ),
    "store_busy": Words(
        title=_("Somebody else is saving just now"),
        text=_("Nothing was saved. Wait a few seconds, then load this page again: what you wrote is sent once more."),
    ),
    "store_full": Words(
        title=_("Nothing can be saved at the moment"),
        text=_("What you wrote was not saved. Keep this page open, and load it again later to send it once more."),
    ),
    "store_read_only": Words(
        title=_("Nothing can be saved at the moment"),
        text=_("What you wrote was not saved. Keep this page open, and load it again later to send it once more."),
    ),
    "busy": Words(
        title=_("Many people are making a PDF now"),
        text=_("Please try again in a minute, or print the page itself."),
    ),
    "link_used": Words(
        title=_("This link has been used already"),
        text=_("Each link works once. If you need another, ask the person who sent it."),
    ),
    "link_elsewhere": Words(
        title=_("This link belongs to another browser"),
        text=_("Open it in the browser where you asked for it. Or ask for another one here."),
    ),
    "link_expired": Words(
        title=_("This link has run out"),
        text=_("Links work for a short time only. Ask the person who sent it for another."),
    ),
}


BY_STATUS = {
    400: Words(
        title=_("We could not read that"),
        text=_("Something was missing or in the wrong form. Go back and try again."),
    ),
    403: Words(
        title=_("You cannot open this page"),
        text=_("It is for people with another kind of account. If you think it should be yours, ask whoever runs it."),
    ),
    404: Words(
        title=_("There is no page here"),
        text=_("The address may have a mistake in it, or the group may have gone. You can search for groups again."),
    ),
    405: Words(
        title=_("This page cannot be used like that"),
        text=_("Go back to the page before and use its buttons."),
    ),
    409: Words(
        title=_("Somebody else changed this first"),
        text=_("Nothing of yours was saved over theirs. Go back, look at what changed, and save again."),
    ),
    410: Words(
        title=_("This has gone"),
        text=_("The link was used, taken back, or has run out."),
    ),
    413: Words(
        title=_("That is too much at once"),
        text=_("Please send less text and try again."),
    ),
    422: Words(
        title=_("Something needs to be put right"),
        text=_("Go back, check what you wrote, and send it again."),
    ),
    429: Words(
        title=_("That was too often"),
        text=_("Please wait a little and try again."),
    ),
    500: Words(
        title=_("Something went wrong here"),
        text=_("It is our fault, not yours. Nothing you did is lost on purpose. Please try again in a minute."),
    ),
    503: Words(
        title=_("This is not ready at the moment"),
        text=_("Please try again in a minute."),
    ),
}


def error_page(error: ServiceError) -> Response:
    """Answer a refusal of ours with its page."""
    answer = render_page(error.status, error.code)
    if isinstance(error, Unavailable):
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def status_page(status: int) -> Response:
    """Answer a refusal of HTTP itself (no such page, wrong method, too large) or an unexpected failure."""
    return render_page(status, "")


def render_page(status: int, code: str) -> Response:
    """Make the page of one status; a code may say more than the status does."""
    words = BY_CODE.get(code) or BY_STATUS.get(status) or BY_STATUS[500 if status >= 500 else 400]
    try:
        page = render_template(
            "error.html", status=status, title=words.title, text=words.text, reference=request_id(), retry_href=""
        )
    except Exception:
        if status < 500:
            raise
        page = BARE.format(title=escape(words.title), text=escape(words.text))  # the frame itself may be what fails
    return make_response(page, status)
