"""A slip with a number and a square code, to be filled in at home. It names nobody, and is shown once."""

import secrets

import segno
from flask import Response, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from service.accounts.permissions import Permission
from service.catalog.short_codes import ALPHABET, LENGTH, written
from service.clock import now
from service.db import committing, db
from service.referrals.referring import arriving, queries
from service.web.access import allow, current_actor, origin
from service.web.professional.refer.next_steps import long_day
from service.web.rendering import services
from service.web.rooms import Area
from service.web.work import work_page


@allow(Permission.REFER)
def show() -> Response:
    """Say what a slip is, and offer to make one."""
    found = queries.services(db.session(), organisation_id=current_actor().organisation_id, now=now())
    return _page(offered=bool(found))


@allow(Permission.REFER)
def make() -> Response:
    """Make a slip and show it, this once."""
    number = "".join(secrets.choice(ALPHABET) for _letter in range(LENGTH))
    with committing() as unit:
        until = arriving.give_slip(unit, number=number, actor=current_actor(), now=now(), origin=origin())
    base = services().settings.public_url
    return _page(
        offered=True,
        number=written(number),
        address=(base + url_for("web.slip")).partition("://")[2],
        square=square_code(base + url_for("web.slip_form", token=written(number))),
        until=long_day(until.date()),
    )


def _page(*, offered: bool, **made: object) -> Response:
    return work_page(
        "professional/refer/slip.html",
        Area.REFERRALS,
        "",
        form_action=url_for(".refer_slip_post"),
        back_href=url_for(".refer"),
        offered=offered,
        **made,
    )


def square_code(address: str, look: str = "kith-qr kith-qr--large") -> Markup:
    """Return a square code as an inline picture that says where it leads."""
    code = segno.make(address, error="m", micro=False)
    title = str(_("Square code: opens the page of %(name)s", name=address))
    drawn = code.svg_inline(title=title, svgclass=look, lineclass=None, omitsize=True, dark="#000")
    return Markup(drawn.replace("<svg ", '<svg role="img" ', 1))  # noqa: S704  # the library escapes the title
