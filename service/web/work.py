"""The frame of pages for people at work: who is signed in, where they are, and no cache that keeps them."""

from flask import make_response, render_template, url_for
from flask.wrappers import Response

from service.web.access import signed_in


def work_page(template: str, *, links: list[dict[str, object]], **values: object) -> Response:
    """Show a page of a room.

    Parameters
    ----------
    links : list of dict
        The rooms of this person: `text`, `href`, and `current` for the first page of a room.
    """
    known = signed_in()
    page = render_template(
        template,
        who=known.name if known else "",
        sign_out_href=url_for(".sign_out"),
        nav_links=links,
        **values,
    )
    shown = make_response(page)
    shown.headers["Cache-Control"] = "no-store"
    return shown
