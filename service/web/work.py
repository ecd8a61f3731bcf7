"""The frame of pages for people at work: who is signed in, where they are, and no cache that keeps them."""

from flask import make_response, render_template, url_for
from flask.wrappers import Response

from service.web.access import signed_in


def work_page(template: str, *, place: str, endpoint: str, current: bool, **values: object) -> Response:
    """Show a page of a room.

    Parameters
    ----------
    place, endpoint : str
        The room's name in the reader's language, and its first page.
    current : bool
        Whether this is that first page.
    """
    known = signed_in()
    page = render_template(
        template,
        who=known.name if known else "",
        sign_out_href=url_for(".sign_out"),
        nav_links=[{"text": place, "href": url_for(endpoint), "current": current}],
        **values,
    )
    shown = make_response(page)
    shown.headers["Cache-Control"] = "no-store"
    return shown
