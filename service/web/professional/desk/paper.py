"""A letter to somebody who is reached by post: chosen, made as PDF to print, and written down when it was posted."""

import re
from collections.abc import Mapping
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from service.accounts.credentials import new_token
from service.accounts.permissions import Permission
from service.clock import now
from service.db import committing, db
from service.errors import Invalid, NotFound
from service.notifications import channels
from service.notifications.wording import filled, signed
from service.referrals.desk import paper
from service.referrals.desk.paper import OWN_PAGE, Letter, Waits
from service.referrals.desk.reading import Closed
from service.referrals.intake import NUMBER
from service.web import moments, pdf
from service.web.access import allow
from service.web.figures import Figures, locale_of
from service.web.languages import direction
from service.web.professional.desk import case_page
from service.web.professional.desk.writing import at, denied
from service.web.professional.refer.slips import square_code
from service.web.rendering import country_pack, local_help, private, services, site_name
from service.web.rooms import Area
from service.web.work import work_page

LONGEST_NUMBER = 40  # characters
ABOUT: Mapping[str, LazyString] = {
    "appointment": _l("A reminder of a date"),
    "check_in": _l("How does it go?"),
    "still_waiting": _l("Do they still wait?"),
    OWN_PAGE: _l("Their own page"),
}
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff]")  # Hebrew, Arabic and their like
LINK = "{link}"  # where the link stands among the paragraphs of a message


@allow(Permission.WORK_CASES)
def show(referral_id: UUID) -> ResponseReturnValue:
    """Show what may be said by letter."""
    return _page(referral_id, {})


@allow(Permission.WORK_CASES)
def make(referral_id: UUID) -> ResponseReturnValue:
    """Send the letter as PDF; where that cannot be done here, as a page to print."""
    form = request.form
    number = form.get("number", "").strip()
    if number and not _is_number(number):
        return _page(referral_id, {"number": str(_("Write a phone number"))})
    try:
        with committing() as unit:
            letter = paper.write(
                unit,
                at(referral_id),
                about=form.get("about", ""),
                nonce=form.get("nonce", ""),
                public_url=services().settings.public_url,
                zone=ZoneInfo(country_pack().time_zone),
            )
    except NotFound:
        denied(referral_id)
        raise
    except Invalid as refused:
        return _page(referral_id, case_page.wrong(refused))
    page = _printed(letter, number)
    try:
        made = pdf.make(page)
    except pdf.NotHere:
        return private(page)
    answer = private(made, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = 'inline; filename="letter.pdf"'
    return answer


def _is_number(text: str) -> bool:
    return len(text) <= LONGEST_NUMBER and NUMBER.fullmatch(text.replace("\u00a0", " ")) is not None


def _page(referral_id: UUID, errors: dict[str, str]) -> Response:
    found = case_page.read(referral_id)
    if isinstance(found, Closed):
        return case_page.page(referral_id)
    waits = paper.waiting(db.session(), at(referral_id))
    ours = local_help()
    shown = work_page(
        "professional/desk/letter.html",
        Area.CASES,
        "",
        back_href=url_for(".case", referral_id=referral_id),
        form_action=url_for(".case_letter_post", referral_id=referral_id),
        posted_action=url_for(".case_call", referral_id=referral_id),
        person=found.name,
        choices=[(one.about, _said(one)) for one in waits],
        about=request.form.get("about", waits[0].about if waits else ""),
        number=request.form.get("number", ours["number"] if ours else ""),
        nonce=new_token(),
        errors=errors,
    )
    shown.status_code = 422 if errors else 200
    return shown


def _said(one: Waits) -> str:
    name = str(ABOUT[one.template])
    return f"{name}: {moments.moment(one.at)}" if one.at else name


def _printed(letter: Letter, number: str) -> str:
    """Return the letter as a page, in the language of whoever gets it."""
    said = signed(channels.words(letter.template, letter.language), site_name())
    body = filled(said.body, {**letter.params, "link": LINK}, letter.language)
    pack, link = country_pack(), str(letter.params["link"])
    figures = Figures(
        locale=locale_of(letter.language, pack.code), miles=pack.distance_unit == "mile", currency=pack.currency
    )
    with force_locale(letter.language):
        return render_template(
            "print/letter.html",
            lang=letter.language,
            text_direction=direction(letter.language),
            day=figures.long_day(moments.here(now()).date()),
            sender=letter.sender,
            number=number,
            name=letter.name,
            address=_lines(letter.address),
            address_direction="rtl" if RIGHT_TO_LEFT.search(letter.address) else "ltr",
            title=said.subject,
            paragraphs=re.split(r"\n\s*\n", body.strip()),
            link=_typed(link),
            square=square_code(link, "kith-qr"),
        )


def _typed(link: str) -> tuple[str, str]:
    """Return an address as one types it, in two lines: what stands before the secret, and the secret."""
    before, slash, secret = link.partition("://")[2].rpartition("/")
    return before + slash, secret


def _lines(address: str) -> list[str]:
    """Write an address as an envelope has it; the number of a house stays with its street.

    >>> _lines("4, Elm Road, Sale, M33 1AB")
    ['4, Elm Road', 'Sale', 'M33 1AB']
    """
    parts = re.sub(r"(?m)(^|,)[ \t]*(\d+\w?)[ \t]*,[ \t]*", "\\1 \\2\x00 ", address)
    return [part.replace("\x00", ",").strip() for part in re.split(r"[,\n]", parts) if part.strip()]
