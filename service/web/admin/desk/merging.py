"""Listings that look the same: the pairs, two side by side, and making them one."""

from uuid import UUID

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from service.accounts.permissions import Permission
from service.catalog.editing import merging
from service.catalog.queries import group_by_id
from service.catalog.reading import likely
from service.catalog.reading.likely import PairView
from service.catalog.reading.united import differing
from service.catalog.snapshots import FIELDS, snapshot
from service.catalog.views import GroupView
from service.clock import now
from service.db import committing, db, writes
from service.errors import Conflict, Invalid
from service.web.access import allow, current_actor, origin
from service.web.admin import rooms, words
from service.web.admin.listing import pages

LAST_PAGE = 10_000
FIELD = "field-"
WHY = {
    "name": _l("Nearly the same name"),
    "phone": _l("The same phone number"),
    "page": _l("The same website"),
    "place": _l("The same place"),
    "text": _l("Much the same text"),
}


@allow(Permission.EDIT_CATALOG)
def show_list() -> Response:
    """Show the pairs that wait, the likeliest first."""
    page = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    found = likely.open_pairs(db.session(), page=page)
    return rooms.page(
        "pairs.html",
        ".admin_pairs",
        pairs=[_row(pair) for pair in found[: likely.PAGE]],
        older_href=url_for(".admin_pairs", page=page + 1) if len(found) > likely.PAGE else "",
        newer_href=url_for(".admin_pairs", page=page - 1) if page > 1 else "",
    )


@allow(Permission.EDIT_CATALOG)
def show_one(pair_id: UUID) -> Response:
    """Show both, field by field."""
    return _one(pair_id)


@allow(Permission.EDIT_CATALOG)
def merge(pair_id: UUID) -> ResponseReturnValue:
    """Make them one; the other's page leads to the one that is kept."""
    pair, typed = likely.pair_by_id(db.session(), pair_id), request.form
    ids = {"a": pair.first_id, "b": pair.second_id}
    side = "b" if typed.get("keep") == "b" else "a"
    other = "a" if side == "b" else "b"
    chosen = [name.removeprefix(FIELD) for name, said in typed.items() if name.startswith(FIELD) and said == other]
    versions = {each: typed.get(f"version-{each}", -1, type=int) for each in ids}
    try:
        with committing() as unit:
            merging.merge_groups(
                unit,
                kept_id=ids[side],
                other_id=ids[other],
                chosen=chosen,
                versions=(versions[side], versions[other]),
                actor=current_actor(),
                reason=str(_("Two listings of one group made into one")),
                now=now(),
                origin=origin(),
            )
    except Conflict:
        return _one(pair_id, stale=True)
    except Invalid as refused:
        return _one(pair_id, {FIELD + name: words.problem(one) for name, one in refused.fields.items()})
    return redirect(url_for(".admin_pair", pair_id=pair_id), 303)


@allow(Permission.EDIT_CATALOG)
@writes
def apart(pair_id: UUID) -> ResponseReturnValue:
    """Remember that they are two groups."""
    likely.not_same(db.session(), pair_id, actor=current_actor(), now=now())
    return redirect(url_for(".admin_pairs"), 303)


@allow(Permission.EDIT_CATALOG)
def take_back(pair_id: UUID) -> ResponseReturnValue:
    """Give both back as they were."""
    pair = likely.pair_by_id(db.session(), pair_id)
    try:
        with committing() as unit:
            if pair.merge_id is not None:
                merging.undo_merge(
                    unit,
                    merge_id=pair.merge_id,
                    kept_expected=request.form.get("version", -1, type=int),
                    actor=current_actor(),
                    reason=str(_("They are two groups after all")),
                    now=now(),
                    origin=origin(),
                )
    except Conflict:
        return _one(pair_id, stale=True)
    return redirect(url_for(".admin_pair", pair_id=pair_id), 303)


def _row(pair: PairView) -> dict[str, object]:
    return {
        "href": url_for(".admin_pair", pair_id=pair.id),
        "names": [pages.EXAMPLE.sub("", name) for name in pair.names],
        "percent": round(pair.score * 100),
        "why": [str(WHY[code]) for code in pair.why],
    }


def _one(pair_id: UUID, errors: dict[str, str] | None = None, *, stale: bool = False) -> Response:
    pair = likely.pair_by_id(db.session(), pair_id)
    today = pages.around().today
    both = [group_by_id(db.session(), each, today=today, public=False) for each in (pair.first_id, pair.second_id)]
    kept = likely.merge_of(db.session(), pair.merge_id)[0] if pair.merge_id else None
    shown = rooms.page(
        "pair.html",
        "",
        pair=_row(pair),
        sides=[_side(letter, group) for letter, group in zip("ab", both, strict=True)],
        fields=_fields(both),
        merged=pair.merge_id is not None,
        kept=next((_side("", group) for group in both if group.id == kept), None),
        stale=stale,
        errors=errors or {},
        merge_action=url_for(".admin_pair_merge", pair_id=pair.id),
        apart_action=url_for(".admin_pair_apart", pair_id=pair.id),
        back_action=url_for(".admin_pair_back", pair_id=pair.id),
        back_href=url_for(".admin_pairs"),
    )
    shown.status_code = 409 if stale else 422 if errors else 200
    return shown


def _side(letter: str, group: GroupView) -> dict[str, object]:
    return {
        "letter": letter,
        "name": pages.EXAMPLE.sub("", group.name),
        "is_example": group.is_example,
        "runs": group.organisation.name,
        "place": ", ".join(filter(None, (p.name or p.city or "" for p in group.places))),
        "state": str(words.STATUSES[group.status]),
        "version": group.version,
        "edit_href": url_for(".admin_group", group_id=group.id),
    }


def _fields(both: list[GroupView]) -> list[dict[str, object]]:
    """Return the fields that differ, and those that only one has; the better filled side is chosen first."""
    a, b = (snapshot(group) for group in both)
    shown = pages.figures()
    apart = set(differing(a, b))
    return [
        {
            "name": FIELD + name,
            "label": words.label(name),
            "a": words.said(name, a[name], shown),
            "b": words.said(name, b[name], shown),
        }
        for name in FIELDS
        if name in apart
    ]
