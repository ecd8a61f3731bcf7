"""One change for all listings that a filter finds: chosen, shown listing by listing, saved, followed, taken back."""

import secrets
import time
from collections.abc import Mapping, Sequence
from hashlib import sha256
from uuid import UUID

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from service.accounts.once import Replay
from service.accounts.permissions import Permission
from service.catalog import organisations
from service.catalog.changes import SHAPES
from service.catalog.desk import batches, bulk, filters
from service.catalog.desk import finding as desk_finding
from service.catalog.desk.batches import Line
from service.catalog.desk.bulk import Wish
from service.catalog.desk.filters import Filter
from service.catalog.editing.missing import missing
from service.catalog.facts import CODES
from service.catalog.reading import likely
from service.clock import now
from service.db import committing, db
from service.errors import Invalid, Problem
from service.web import fact_words, listing_lines
from service.web.access import allow, current_actor, origin
from service.web.admin import rooms, words
from service.web.admin.desk import finding, together_words
from service.web.admin.listing import looked_up, pages
from service.web.rendering import services
from service.web.sent_once import claim

SECONDS = 2.0  # for which a request works; what takes longer, the job goes on with
LONGEST_REASON = 500  # characters
WISHED = ("kind", "what", "value", "find", "reason")
NO_PAIRS: Mapping[UUID, UUID] = {}
LEAVE = "leave"  # which listings are left out of it
SENT = (*WISHED, "digest", LEAVE)


@allow(Permission.EDIT_CATALOG)
def choose() -> Response:
    """Show what can be done to the listings of the filter, or the form of one such thing."""
    return _form(finding.asked(request.args), {})


@allow(Permission.EDIT_CATALOG)
def check() -> Response:
    """Show what each listing would become. Nothing is saved."""
    wanted = finding.asked(request.form)
    try:
        return _shown(wanted, _wish(), _lines(wanted, _wish()))
    except Invalid as refused:
        return _form(wanted, {name: words.problem(one) for name, one in refused.fields.items()})


@allow(Permission.EDIT_CATALOG)
def save() -> ResponseReturnValue:
    """Begin just what was shown; where the listings are others by now, show them again."""
    wanted, wish = finding.asked(request.form), _wish()
    with committing() as unit:
        claimed = claim("admin.together", {name: " ".join(request.form.getlist(name)) for name in SENT})
        lines = _lines(wanted, wish) if not isinstance(claimed, Replay) else ()
        is_as_shown = _digest(lines) == request.form.get("digest")
        left = set(request.form.getlist(LEAVE))
        kept = [line for line in lines if line.difference and str(line.group.id) not in left]
        if kept and is_as_shown:
            batches.begin(
                unit,
                edit_id=claimed.resource_id,
                wish=wish,
                reason=_reason(),
                shown=kept,
                actor=current_actor(),
                now=now(),
                origin=origin(),
            )
    if lines and not (kept and is_as_shown):
        return _shown(wanted, wish, lines, changed=not is_as_shown)
    work(claimed.resource_id)
    return redirect(url_for(".admin_together_one", edit_id=claimed.resource_id), 303)


@allow(Permission.EDIT_CATALOG)
def show(edit_id: UUID) -> Response:
    """Show how far a change has come, and what it left."""
    done = batches.of(db.session(), edit_id)
    return rooms.page(
        "together_done.html",
        "",
        back_href=url_for(".admin_together_list"),
        again_href=request.path,
        undo_action=url_for(".admin_together_undo", edit_id=edit_id) if done.state == "done" else "",
        **_told(done),
        left=[
            {
                "name": name,
                "href": url_for(".admin_group", group_id=group_id),
                "why": words.problem(Problem(code)),
            }
            for group_id, name, _state, code in done.told
        ],
    )


@allow(Permission.EDIT_CATALOG)
def undo(edit_id: UUID) -> ResponseReturnValue:
    """Take all of it back, but for what somebody changed since."""
    with committing() as unit:
        batches.take_back(unit, edit_id=edit_id, actor=current_actor(), now=now(), origin=origin())
    work(edit_id)
    return redirect(url_for(".admin_together_one", edit_id=edit_id), 303)


@allow(Permission.EDIT_CATALOG)
def show_list() -> Response:
    """Show what was changed together lately."""
    rows = [
        {**_told(done), "href": url_for(".admin_together_one", edit_id=done.id)}
        for done in batches.lately(db.session())
    ]
    return rooms.page("together_list.html", "", rows=rows, back_href=url_for(".admin"))


def work(edit_id: UUID) -> None:
    """Go on with a change for as long as a request may take."""
    until = time.monotonic() + SECONDS
    left = True
    while left and time.monotonic() < until:
        with committing() as unit:
            left = batches.go_on(unit, edit_id, now=now())


def _told(done: batches.Done) -> dict[str, object]:
    many = done.counts
    return {
        "state": done.state,
        "deed": together_words.deed(done.wish),
        "note": done.reason or "",
        "when": pages.moment(done.made_at),
        "working": done.state in batches.WORKING,
        "changed": many.get("done", 0) + many.get("undone", 0),
        "waiting": many.get(batches.WORKING.get(done.state, ""), 0),
        "kept": many.get("refused", 0) + many.get("left", 0) + many.get("same", 0),
    }


def _lines(wanted: Filter, wish: Wish) -> tuple[Line, ...]:
    today = pages.around().today
    ids = desk_finding.ids(db.session(), wanted, today=today, limit=batches.MOST + 1, keeps=finding.keeps())
    if len(ids) > batches.MOST:
        raise Invalid("invalid", fields={"kind": Problem("too_many", {"limit": batches.MOST})})
    return batches.show(db.session(), ids, wish, reason=_reason(), actor=current_actor(), today=today)


def _digest(lines: Sequence[Line]) -> str:
    """Name what was shown: which listings, at which versions, and which of them would differ."""
    text = " ".join(f"{line.group.id}:{line.group.version}:{bool(line.difference):d}" for line in lines)
    return sha256(text.encode()).hexdigest()


def _reason() -> str:
    return request.form.get("reason", "").strip()[:LONGEST_REASON]


def _wish() -> Wish:
    """Read what was chosen; an organisation is chosen by its name, or, once shown, by its id."""
    kind, what = request.form.get("kind", ""), request.form.get("what", "").strip()
    if kind == "organisation":
        named = [one for one in organisations.bodies(db.session(), search=what) if one.name.lower() == what.lower()]
        what = str(named[0].id) if named else what
    value, find = request.form.get("value", ""), request.form.get("find", "")
    return Wish(kind=kind, what=what, value=value.strip(), find=find.strip())


def _form(wanted: Filter, errors: Mapping[str, str]) -> Response:
    typed = request.form if request.method == "POST" else request.args
    kind = typed.get("kind", "")
    shown = rooms.page(
        "together.html",
        "",
        kind=kind if kind in bulk.KINDS else "",
        kinds=[
            {"text": str(text), "href": finding.address(wanted, ".admin_together", kind=code)}
            for code, text in together_words.KINDS.items()
        ],
        title=str(together_words.KINDS.get(kind, "")),
        found=desk_finding.look(db.session(), wanted, today=pages.around().today, keeps=finding.keeps()),
        chips=finding.chips(wanted),
        sent=filters.written(wanted),
        form_action=url_for(".admin_together_check"),
        back_href=finding.address(wanted, ".admin_together" if kind else ".admin"),
        choices=_choices(kind),
        values={name: typed.get(name, "") for name in WISHED},
        is_fact=kind == "fact",
        answers=[(code, str(text)) for code, text in words.VALUES.items()],
        errors=errors,
    )
    shown.status_code = 422 if errors else 200
    return shown


def _choices(kind: str) -> list[tuple[str, str]]:
    """Return what can be chosen for one kind of change, by its label."""
    if kind in ("add_term", "take_term"):
        terms = services().matching.taxonomy.terms
        return sorted(((term.code, term.label) for term in terms), key=lambda one: (one[1], one[0]))
    if kind == "fact":
        return sorted(((code, fact_words.holds(code)) for code in CODES), key=lambda one: (one[1], one[0]))
    if kind == "status":
        return [(code, str(words.STATUSES[code])) for code in bulk.STATUSES]
    return [(name, words.label(name)) for name in SHAPES] if kind == "replace" else []


def _shown(wanted: Filter, wish: Wish, lines: Sequence[Line], *, changed: bool = False) -> Response:
    will = [line for line in lines if line.difference]
    names = looked_up.names([line.difference for line in will])
    pairs = likely.pairs_of(db.session(), [line.group.id for line in will if _shows(line)])
    shown = rooms.page(
        "together_check.html",
        "",
        deed=together_words.deed(wish),
        changed=changed,
        may_leave=True,
        rows=sorted((row(line, names, pairs) for line in will), key=lambda one: not one["lost"] and not one["pair"]),
        refused=[row(line, names, pairs) for line in lines if line.problem],
        same=sum(1 for line in lines if not line.difference and not line.problem),
        hidden=[
            *filters.written(wanted),
            *((name, getattr(wish, name)) for name in ("kind", "what", "value", "find")),
            ("reason", _reason()),
            ("digest", _digest(lines)),
            ("nonce", secrets.token_urlsafe(16)),
        ],
        form_action=url_for(".admin_together_save"),
        back_href=finding.address(wanted, ".admin_together", kind=wish.kind),
    )
    shown.status_code = 409 if changed else 200
    return shown


def row(line: Line, names: Mapping[str, str], pairs: Mapping[UUID, UUID] = NO_PAIRS) -> dict[str, object]:
    """Return what is shown of one listing."""
    pair = pairs.get(line.group.id)
    return {
        "id": str(line.group.id),
        "pair": url_for(".admin_pair", pair_id=pair) if pair else "",
        "name": line.group.name,
        "is_example": line.group.is_example,
        "href": url_for(".admin_group", group_id=line.group.id),
        "changes": pages.told(line.difference, names),
        "lines": listing_lines.lines(line.group, pages.figures()) if _shows(line) else [],
        "lost": _nowhere(line) if _shows(line) else "",
        "why": _why(line),
    }


def _shows(line: Line) -> bool:
    """Tell whether a listing is about to be seen by everybody, so that all of it is looked over."""
    return line.difference.get("status", [None, None])[1] == "published"


def _nowhere(line: Line) -> str:
    """Say which place of a listing is not on the map, so that nobody near would find it; empty for none."""
    lost = [one for one in line.group.places if one.latitude is None]
    told = lost[0].postal_code or lost[0].city or lost[0].name if lost else ""
    return words.problem(Problem("place_unknown", {"place": told})) if told else ""


def _why(line: Line) -> str:
    if not line.problem:
        return ""
    lacks = missing(line.group) if line.problem == "incomplete" else ()
    return " · ".join((words.problem(Problem(line.problem)), *(str(words.MISSING[one]) for one in lacks)))
