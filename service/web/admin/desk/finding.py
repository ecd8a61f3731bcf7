"""The editor's home: what needs somebody today, and every listing by a filter that can be kept under a name."""

from dataclasses import replace
from uuid import UUID

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from service.accounts.permissions import Permission
from service.catalog.desk import filters, finding, saved
from service.catalog.desk.filters import Filter
from service.catalog.keepers.check import scope_of
from service.catalog.keepers.rule import Scope
from service.clock import now
from service.db import db, writes
from service.errors import Invalid
from service.web.access import allow, current_actor
from service.web.admin import rooms, words
from service.web.admin.desk.needs import Asked, waiting
from service.web.admin.heard.reports import WRONG
from service.web.admin.listing import pages

LAST_PAGE = 2000  # 100,000 listings
CONFIRMED = {
    "fresh": _l("In the last 6 months"),
    "ageing": _l("6 to 12 months ago"),
    "soon": _l("Soon a year old"),
    "stale": _l("Longer ago, or never"),
    "never": _l("Never confirmed"),
}
MISSING = {"times": WRONG["times"], "position": WRONG["place"], "cost": WRONG["cost"], "contact": WRONG["contact"]}
SORTS = {"name": _l("By name"), "confirmed": _l("Longest unconfirmed first"), "changed": _l("Last changed first")}
MINE = _l("Listings you keep")
LABELS = {
    "q": _l("Name"),
    "status": words.OTHER_LABELS["status"],
    "organisation": _l("Organisation"),
    "area": _l("Town or postcode"),
    "term": _l("Interest"),
    "confirmed": words.OTHER_LABELS["last_confirmed_on"],
    "source": _l("Source"),
    "missing": _l("Not known"),
    "reported": _l("Something is wrong"),
    "sort": _l("Order"),
}


@allow(Permission.EDIT_CATALOG)
def show() -> Response:
    """Show what needs somebody today, and one page of the listings that were asked for."""
    return _page(asked(request.args), {})


@allow(Permission.EDIT_CATALOG)
@writes
def keep() -> ResponseReturnValue:
    """Keep the filter of the address under a name."""
    wanted = asked(request.form)
    query = address(wanted).partition("?")[2]
    try:
        saved.keep(db.session(), name=request.form.get("name", ""), query=query, actor=current_actor(), now=now())
    except Invalid as refused:
        return _page(wanted, {name: words.problem(one) for name, one in refused.fields.items()})
    return redirect(address(wanted), 303)


@allow(Permission.EDIT_CATALOG)
@writes
def forget(filter_id: UUID) -> ResponseReturnValue:
    """Keep one filter no more."""
    saved.forget(db.session(), filter_id=filter_id, actor=current_actor())
    return redirect(url_for(".admin"), 303)


def asked(typed: MultiDict[str, str]) -> Filter:
    """Read the filter that was sent; an editor with a part of the catalogue begins with that part."""
    wanted = filters.read(dict(typed.lists()))
    if keeps() is None:
        return replace(wanted, whose="")
    return replace(wanted, whose=wanted.whose or "mine")


def keeps() -> Scope | None:
    """Return what whoever asks keeps."""
    return scope_of(db.session(), current_actor())


def address(wanted: Filter, endpoint: str = ".admin", **more: object) -> str:
    """Return the address of a page that is about the listings of a filter."""
    query: dict[str, list[str]] = {}
    for name, text in filters.written(wanted):
        query.setdefault(name, []).append(text)
    return url_for(endpoint, **{**query, **more})  # type: ignore[arg-type]  # what stands in an address is its own


def chips(wanted: Filter) -> list[dict[str, object]]:
    """Return one line for each thing that is asked for, with the address that asks for all but that."""
    sent = [(name, text) for name, text in filters.written(wanted) if name not in ("sort", "whose")]
    found = [_mine(wanted)] if wanted.whose == "mine" else []
    for one in sent:
        rest: dict[str, list[str]] = {}
        for name, text in [other for other in filters.written(wanted) if other != one]:
            rest.setdefault(name, []).append(text)
        found.append({"text": f"{LABELS[one[0]]}: {said(*one)}", "href": url_for(".admin", **rest), "drop": True})  # type: ignore[arg-type]  # the same
    return found


def _mine(wanted: Filter) -> dict[str, object]:
    return {"text": str(MINE), "href": address(replace(wanted, whose="all")), "drop": True}


def said(name: str, text: str) -> str:
    """Say one value of a filter."""
    lists = {"status": words.STATUSES, "confirmed": CONFIRMED, "missing": MISSING, "sort": SORTS}
    if name == "reported":
        return str(words.VALUES["yes"])
    return str(lists[name][text]) if name in lists else text


def _page(wanted: Filter, errors: dict[str, str]) -> Response:
    today = pages.around().today
    page = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    found = finding.look(db.session(), wanted, today=today, page=page, keeps=keeps())
    actor = current_actor()
    first = page == 1 and not wanted.asks_more
    shown = rooms.page(
        "home.html",
        ".admin",
        query=wanted.q,
        needs=waiting(Asked(actor=actor, today=today)) if first else [],
        first=first,
        search_action=url_for(".admin"),
        new_href=url_for(".admin_new"),
        bodies_href=url_for(".admin_bodies"),
        lists_href=url_for(".admin_lists"),
        fields=_fields(wanted),
        chips=chips(wanted),
        sent=filters.written(wanted),
        kept=_kept(actor.user_id),
        whose=wanted.whose,
        mine={"text": str(MINE), "href": address(Filter(whose="mine"))} if wanted.whose == "all" else None,
        keep_action=url_for(".admin_keep") if wanted.asks_more else "",
        name=request.form.get("name", ""),
        bulk_href=address(wanted, ".admin_together") if wanted.asks and found.total and not found.more else "",
        done_href=url_for(".admin_together_list"),
        groups=[pages.line(group) for group in found.groups],
        start=(page - 1) * finding.PAGE + 1,
        total=found.total,
        more=found.more,
        older_href=address(wanted, page=page + 1) if not found.is_last else "",
        newer_href=address(wanted, page=page - 1) if page > 1 else "",
        errors=errors,
    )
    shown.status_code = 422 if errors else 200
    return shown


def _kept(user_id: UUID | None) -> list[dict[str, object]]:
    return [
        {
            "name": one.name,
            "href": f"{url_for('.admin')}?{one.query}",
            "forget": url_for(".admin_forget", filter_id=one.id),
        }
        for one in saved.kept_by(db.session(), user_id)
    ]


def _fields(wanted: Filter) -> dict[str, object]:
    """Return what the form needs: labels, values and choices."""
    anything = ("", "–")
    return {
        "labels": {name: str(label) for name, label in LABELS.items()},
        "values": {name: getattr(wanted, name) for name in LABELS},
        "status": [anything, *((code, str(text)) for code, text in words.STATUSES.items())],
        "confirmed": [anything, *((code, str(text)) for code, text in CONFIRMED.items())],
        "source": [anything, *((code, code) for code in finding.sources(db.session()))],
        "missing": [(code, str(text)) for code, text in MISSING.items()],
        "sort": [(code, str(text)) for code, text in SORTS.items()],
    }
