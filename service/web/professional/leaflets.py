"""A professional chooses groups for somebody and prints the same leaflet. No word of the person is asked or kept."""

from uuid import UUID

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.accounts.permissions import Permission
from service.catalog.queries import load_groups, search_names
from service.catalog.views import NameView
from service.clock import now
from service.db import db
from service.web import keeping
from service.web.access import allow
from service.web.rendering import services
from service.web.rooms import Area
from service.web.work import work_page

FOUND = 20  # groups that are offered for a word
MOST = 20  # groups on one leaflet: more than that is no help to anybody
PAGES = {"normal": "web.leaflet", "large": "web.leaflet_large", "list": "web.shortlist"}


@allow(Permission.READ_REFERRALS)
def show() -> Response:
    """Show the empty page."""
    return _page([], "")


@allow(Permission.READ_REFERRALS)
def take() -> ResponseReturnValue:
    """Look groups up by name, keep those that are ticked, or lead to their leaflet."""
    chosen = _chosen()
    made = PAGES.get(request.form.get("make", ""))
    if made is None:
        return _page(chosen, request.form.get("name", "").strip())
    if not chosen:
        return _page(chosen, "", errors={"name": str(_("Choose a group first. Look it up by its name."))})
    kept = keeping.begin(chosen, now=now(), by=request.form.get("by", ""))
    sealed = keeping.seal(services().sealer(keeping.PURPOSE), kept)
    return redirect(url_for(made, sealed=sealed), 303)


def _chosen() -> list[UUID]:
    """Return the groups that are ticked and may be seen, in the order in which they were chosen."""
    ids = []
    for text in request.form.getlist("group")[: 2 * MOST]:
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    there = load_groups(db.session(), ids, today=now().date())
    return [one for one in dict.fromkeys(ids) if one in there][:MOST]


def _page(chosen: list[UUID], name: str, errors: dict[str, str] | None = None) -> Response:
    groups = load_groups(db.session(), chosen, today=now().date())
    ticked = [{"id": one.hex, "name": groups[one].name, "by": groups[one].organisation.name} for one in chosen]
    found = [_row(one) for one in _look_up(name) if one.id not in chosen]
    shown = work_page(
        "professional/leaflet.html",
        Area.REFERRALS,
        form_action=url_for(".prepare_leaflet_for"),
        back_href=url_for(".referrals"),
        find_href=url_for("web.start"),
        chosen=ticked,
        found=found,
        name=name,
        by=request.form.get("by", ""),
        errors=errors or {},
    )
    shown.status_code = 422 if errors else 200
    return shown


def _look_up(name: str) -> list[NameView]:
    """Return published groups one can join whose name has these words."""
    if not name:
        return []
    rows = search_names(db.session(), name, today=now().date(), limit=5 * FOUND)
    return [row for row in rows if row.status == "published" and row.joinable][:FOUND]


def _row(found: NameView) -> dict[str, str]:
    return {"id": found.id.hex, "name": found.name, "by": found.organisation_name}
