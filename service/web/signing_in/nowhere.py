"""The page of a way of proving oneself that led nowhere: why, and the other ways."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from service.web.access import sign_in_address, signed_in
from service.web.rendering import private


def leads_nowhere(said: str, status: int) -> ResponseReturnValue:
    """Say in a sentence why, and lead to the other ways."""
    known = signed_in()
    page = render_template(
        "sign_in_refused.html",
        said=said,
        again_href=sign_in_address() if known is None else url_for(".sign_in_again"),
        who=known.name if known else "",
        sign_out_href=url_for(".sign_out"),
    )
    return private(page, status)
