"""Lists that editors send: the form, what a list would do, its columns put right, taking it in, and how far it is."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any
from uuid import UUID

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from service.accounts.permissions import Permission, Role
from service.catalog.importing.lists import keeping, working
from service.catalog.importing.lists.keeping import SentView
from service.catalog.importing.runs import sources
from service.clock import now
from service.db import committing, db
from service.errors import Invalid, NotFound
from service.web.access import allow, current_actor
from service.web.admin import rooms, words
from service.web.admin.importing import telling, wording
from service.web.admin.listing import pages
from service.web.rendering import country_pack, services

MOST_COLUMNS = 200  # that a page lets somebody put right
AGAIN_SECONDS = 5
MOVING = ("waiting", "taking")
SMALL_ROWS = 1000  # that are taken in while somebody waits


@allow(Permission.EDIT_CATALOG)
def show_home() -> Response:
    """Show the form, what was begun, and every source."""
    return _home({}, {})


def _home(typed: Mapping[str, str], errors: Mapping[str, str]) -> Response:
    shown = rooms.page(
        "importing/home.html",
        ".admin_lists",
        action=url_for(".admin_list_send"),
        largest=keeping.MOST_SENT // 1000,
        may_trust=current_actor().role is Role.ADMIN,
        typed=typed,
        errors=errors,
        begun=[_begun(one) for one in keeping.waiting(db.session())],
        sources=_sources(),
    )
    shown.status_code = 422 if errors else 200
    return shown


def _begun(one: SentView) -> dict[str, str]:
    return {"href": url_for(".admin_list", list_id=one.id), "name": one.name, "source": one.source, "state": one.state}


def _sources() -> list[dict[str, Any]]:
    asked = sources.asked(db.session())
    return [_source(one, asked.get(one.name)) for one in sources.listed(db.session())]


def _source(one: sources.SourceView, failures: int | None) -> dict[str, Any]:
    last = one.last
    return {
        "feed": "" if failures is None else "silent" if failures >= sources.SILENT else "asked",
        "href": url_for(".admin_source", source=one.name),
        "name": one.name,
        "trusted": one.trusted,
        "when": pages.figures().long_day(last.started_at.date()) if last else "",
        "what": wording.in_short(last.counts) if last else "",
    }


@allow(Permission.EDIT_CATALOG)
def send() -> ResponseReturnValue:
    """Keep a list, and look at it at once if it is small."""
    sent, typed = request.files.get("file"), request.form.get("source", "").strip()
    source = sources.plain_name(typed)
    data = sent.read() if sent else b""
    if sent:
        sent.close()
    try:
        with committing() as unit:
            list_id = keeping.send(
                unit,
                source=source,
                name=PurePath(sent.filename or "").name if sent else "",
                data=data,
                trusted=request.form.get("trusted") == "yes" and current_actor().role is Role.ADMIN,
                actor=current_actor(),
                now=now(),
            )
    except Invalid as refused:
        wrong = {name: _file_words(name, one.code, one.params) for name, one in refused.fields.items()}
        wrong = wrong or {"source": wording.why(refused.code, {})}
        return _home({"source": typed}, wrong)
    if working.is_small(data):
        working.check(tool(), list_id)
    return redirect(url_for(".admin_list", list_id=list_id), 303)


def _file_words(name: str, code: str, params: Mapping[str, object]) -> str:
    return wording.of_file(code) if name == "file" and code.startswith("file_") else wording.why(code, params)


@allow(Permission.EDIT_CATALOG)
def show(list_id: UUID) -> Response:
    """Show where a list stands; one that is being worked on is shown anew by itself."""
    found = keeping.view(db.session(), list_id)
    shown = rooms.page(
        "importing/list.html",
        "",
        one={"name": found.name, "source": found.source, "state": found.state, "trusted": found.trusted},
        action=url_for(".admin_list_act", list_id=list_id),
        home_href=url_for(".admin_lists"),
        again_href=url_for(".admin_list", list_id=list_id),
        source_href=url_for(".admin_source", source=found.source) if found.state == "done" else "",
        drafts=telling.drafts(found.source) if found.state == "done" and not found.trusted else None,
        done_rows=working.done_rows(db.session(), found.source) if found.state == "taking" else 0,
        problem=wording.of_file(found.problem) if found.problem and found.problem != "mapping" else "",
        **_plan(found),
    )
    if found.state in MOVING:
        shown.headers["Refresh"] = str(AGAIN_SECONDS)
    shown.status_code = 422 if found.state == "failed" else 200
    return shown


def _plan(found: SentView) -> dict[str, Any]:
    made = found.plan or {}
    wrong = {name: wording.why(code, params) for name, (code, params) in made.get("fields", {}).items()}
    rows = made.get("rows", 0)
    return {
        "counts": wording.counted(made.get("counts", {})),
        "rows": rows,
        "held": bool(made.get("counts", {}).get("removal_held")),
        "columns": [
            {**one, "name": f"column-{place}"} for place, one in enumerate(made.get("columns", [])[:MOST_COLUMNS])
        ],
        "choices": wording.choices(),
        "quality": [
            {"text": str(text), "count": made["quality"].get(code, 0)}
            for code, text in wording.QUALITY.items()
            if made.get("quality") is not None
        ],
        "told": telling.told(made.get("told", ())),
        "remarks": made.get("remarks", 0),
        "stays": [_stays(one) for one in made.get("stays", ())],
        "shown": {
            code: [_shown(one) for one in made.get("shown", ()) if one["outcome"] == code] for code in wording.OUTCOMES
        },
        "outcomes": [
            (code, str(text)) for code, text in wording.OUTCOMES.items() if code in ("new", "changed", "removed")
        ],
        "errors": {"columns": next(iter(wrong.values()), "")} if wrong else {},
    }


def _stays(one: Mapping[str, Any]) -> dict[str, str]:
    figures = pages.figures()
    said, stands = (words.said(one["field"], one[name], figures) for name in ("said", "stands"))
    return {"name": one["name"], "field": words.label(one["field"]), "said": said, "stands": stands}


def _shown(one: Mapping[str, Any]) -> dict[str, Any]:
    href = url_for(".admin_group", group_id=one["group"]) if one["group"] else ""
    return {"name": one["name"], "row": one["row"] or "", "href": href}


@allow(Permission.EDIT_CATALOG)
def act(list_id: UUID) -> ResponseReturnValue:
    """Read it by other columns, take it in, or let it go."""
    deed = DEEDS.get(request.form.get("act", ""))
    if deed is None:
        raise NotFound("page")
    return redirect(deed(list_id), 303)


def _read_again(list_id: UUID) -> str:
    made = keeping.view(db.session(), list_id).plan or {}
    known = [one["heading"] for one in made.get("columns", [])[:MOST_COLUMNS]]
    said = {heading: request.form.get(f"column-{place}", "") for place, heading in enumerate(known)}
    db.session.rollback()
    with committing() as unit:
        keeping.correct(unit, list_id, said, actor=current_actor(), now=now())
    if made.get("rows", 0) <= SMALL_ROWS * 2:
        working.check(tool(), list_id)
    return url_for(".admin_list", list_id=list_id)


def _take(list_id: UUID) -> str:
    rows = (keeping.view(db.session(), list_id).plan or {}).get("rows", 0)
    db.session.rollback()
    with committing() as unit:
        keeping.take(unit, list_id, actor=current_actor(), now=now())
    if rows <= SMALL_ROWS:
        working.take_in(tool(), list_id)
    return url_for(".admin_list", list_id=list_id)


def _let_go(list_id: UUID) -> str:
    with committing() as unit:
        keeping.drop(unit, list_id, actor=current_actor(), now=now())
    return url_for(".admin_lists")


DEEDS = {"columns": _read_again, "take": _take, "drop": _let_go}


def tool() -> working.Tool:
    """Return what lists are worked on with, while somebody waits."""
    db.session.rollback()
    taxonomy = services().matching.taxonomy
    return working.Tool(reading=committing, writing=committing, pack=country_pack(), now=now(), taxonomy=taxonomy)
