"""How people find a listing, what would make it found more, and what it must say before it is shown. Reads only."""

from uuid import UUID

from flask import Response, url_for

from service.accounts.permissions import Permission
from service.catalog.editing.finding import Findable, findable
from service.catalog.editing.missing import missing
from service.catalog.editing.publishing import UNSHOWN
from service.catalog.queries import group_by_id
from service.db import db
from service.web import fact_words
from service.web.access import allow
from service.web.admin import rooms, words
from service.web.admin.listing import pages
from service.web.languages import current_language
from service.web.rendering import services
from service.web.term_words import label_of

AT = {
    "interests": "#interests",
    "when": "#when",
    "where": "#where",
    "price": "#price",
    "contact": "#join",
    "age": "#age_min",
}


@allow(Permission.EDIT_CATALOG)
def show(group_id: UUID) -> Response:
    """Show it for one listing."""
    group = group_by_id(db.session(), group_id, today=pages.around().today, public=False)
    found = findable(group, services().matching.taxonomy, language=current_language())
    edit = url_for(".admin_group", group_id=group.id)
    unshown = group.status in UNSHOWN
    gaps = missing(group) if unshown else ()
    return rooms.page(
        "found.html",
        "",
        group=group,
        state=str(words.STATUSES[group.status]),
        unshown=unshown,
        gaps=[{"text": words.MISSING[gap], "href": f"{edit}{pages.GAP_AT[gap]}"} for gap in gaps],
        searches=[_search(one.code, one.words) for one in found.searches],
        near=found.towns[0] if found.towns else "",
        towns=pages.figures().all_of(found.towns),
        lifts=_lifts(found, edit),
        unasked=[{"text": fact_words.holds(code), "href": f"{edit}#fact_{code}"} for code in found.unasked],
        find_action=url_for(".find"),
        publish_action=url_for(".admin_page_post", group_id=group.id),
        edit_href=edit,
        view_href=pages.as_visitor(group),
    )


def _search(code: str, said: tuple[str, ...]) -> dict[str, object]:
    return {"code": code, "label": label_of(services().matching.taxonomy, code), "words": ", ".join(said)}


def _lifts(found: Findable, edit: str) -> list[dict[str, object]]:
    return [{"text": words.LIFTS[gap], "href": f"{edit}{AT[gap]}"} for gap in found.gaps]
