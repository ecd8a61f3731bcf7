"""A listing that another team keeps: to be read, with what every editor may still do. Saves nothing."""

from flask import Response, url_for

from service.catalog.keepers import check, setting
from service.catalog.views import GroupView
from service.db import db
from service.web.access import current_actor
from service.web.admin import rooms, words
from service.web.admin.listing import pages
from service.web.listing_lines import lines


def instead(group: GroupView, status: int = 200) -> Response | None:
    """Return what is shown in the place of a form that this editor could not send; None where they keep the listing."""
    actor = current_actor()
    if check.keeps_listing(db.session(), group.id, actor):
        return None
    is_shown = group.status == "published"
    shown = rooms.page(
        "elsewhere.html",
        "",
        group={"name": pages.EXAMPLE.sub("", group.name), "is_example": group.is_example},
        state=str(words.STATUSES[group.status]),
        keeper=_keeper(group),
        lines=lines(group, pages.figures()),
        confirmed=pages.confirmed(group.last_confirmed_on, group.confirmed_precision),
        back_href=url_for(".admin"),
        view_href=pages.as_visitor(group),
        history_href=url_for(".admin_history", group_id=group.id),
        suggest_href=url_for(".right", slug=group.slug) if is_shown else "",
        hold_action=url_for(".admin_hold", group_id=group.id) if is_shown else "",
    )
    shown.status_code = status
    return shown


def keeper(group: GroupView | None) -> dict[str, object] | None:
    """Return whose a listing is where this editor could not answer for it; None where they keep it."""
    if group is None or check.keeps_listing(db.session(), group.id, current_actor()):
        return None
    return _keeper(group)


def _keeper(group: GroupView) -> dict[str, object]:
    return {
        "runs": pages.EXAMPLE.sub("", group.organisation.name),
        "codes": sorted({place.postal_code for place in group.places if place.postal_code}),
        "mine": mine(),
    }


def mine() -> str:
    """Say in one line what whoever looks keeps; empty for the whole catalogue."""
    actor = current_actor()
    if actor.user_id is None or check.scope_of(db.session(), actor) is None:
        return ""
    kept = setting.kept_by(db.session(), actor.user_id)
    return ", ".join((*kept.districts, *(name for _id, name in kept.organisations))) if kept else ""
