"""How far a body that runs groups is known: what was seen of it, until when that counts, and the level that follows."""

from datetime import date
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from service.accounts.permissions import Permission
from service.catalog.editing.keeping import Save
from service.catalog.trust import papers
from service.catalog.trust.levels import LEVELS
from service.catalog.trust.papers import Paper, PaperView, RanOut, TrustView
from service.clock import now
from service.db import committing, db
from service.errors import Conflict, Invalid, Problem
from service.web.access import allow, current_actor, origin
from service.web.admin import rooms, words
from service.web.admin.listing import pages

NAMES = {
    "listed": _l("Listed: nothing was seen yet"),
    "contacted": _l("Contacted: we spoke to them"),
    "checked": _l("Checked: we saw papers"),
    "trusted": _l("Trusted: we saw papers and visited"),
}
KINDS = {
    "legal_form": _l("Legal form or charity number"),
    "safeguarding_policy": _l("Safeguarding policy"),
    "record_checks": _l("Criminal record checks"),
    "insurance": _l("Insurance"),
    "risk_assessment": _l("Risk assessment"),
    "referee": _l("Somebody who knows them"),
    "phoned": _l("A call"),
    "visited": _l("A visit"),
}
RISKS = {
    "alone": _l("somebody is alone with one person"),
    "children": _l("people under 18 come"),
    "driving": _l("people are taken along by car"),
    "nights": _l("people stay overnight"),
}


def register(blueprint: Blueprint) -> None:
    """Add the page of a body."""
    one = "/admin/organisations/<uuid:body_id>/trust"
    blueprint.add_url_rule(one, "admin_trust", show)
    blueprint.add_url_rule(one, "admin_trust_post", change, methods=["POST"])


@allow(Permission.EDIT_CATALOG)
def show(body_id: UUID) -> Response:
    """Show what was seen."""
    return _page(body_id, {})


@allow(Permission.EDIT_CATALOG)
def change(body_id: UUID) -> ResponseReturnValue:
    """Note what was seen, take it back, or set the level."""
    try:
        with committing() as unit:
            save = Save(actor=current_actor(), reason=None, now=now(), origin=origin())
            papers.trust_of(unit, body_id, today=save.now.date())  # who is not there has nothing to change
            what = request.form.get("what", "")
            if what == "add":
                papers.add(unit, organisation_id=body_id, paper=_typed(), save=save)
            elif what == "end":
                papers.end(unit, organisation_id=body_id, paper_id=_paper_id(), save=save)
            elif what == "level":
                version, level = request.form.get("version", -1, type=int), request.form.get("level", "")
                papers.set_level(unit, organisation_id=body_id, level=level, expected_version=version, save=save)
    except Invalid as refused:
        return _page(body_id, {name: words.problem(one) for name, one in refused.fields.items()}, 422)
    except Conflict:
        return _page(body_id, {"level": words.changed_first()}, 409)
    return redirect(url_for(".admin_trust", body_id=body_id), 303)


def _typed() -> Paper:
    form = request.form
    return Paper(kind=form.get("kind", ""), seen_on=_day("seen_on"), until=_day("until"), note=form.get("note", ""))


def _day(name: str) -> date | None:
    """Read a day; what is none is said beside its field."""
    text = request.form.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid("invalid", fields={name: Problem("not_a_day")}) from error


def _paper_id() -> UUID:
    return request.form.get("paper", UUID(int=0), type=UUID)


def _page(body_id: UUID, errors: dict[str, str], status: int = 200) -> Response:
    today = pages.around().today
    found = papers.trust_of(db.session(), body_id, today=today)
    shown = rooms.page(
        "trust.html",
        "",
        body={"name": pages.EXAMPLE.sub("", found.name), "is_example": found.is_example},
        level=found.level,
        ends=_ends(found, today),
        set_by=_set_by(found),
        levels=[(code, str(text)) for code, text in NAMES.items()],
        papers=[_paper(one) for one in found.papers],
        risks=[str(RISKS[code]) for code in found.risks],
        still=[str(KINDS[code]) for code in found.still],
        kinds=[("", "–"), *((code, str(text)) for code, text in KINDS.items())],
        values={name: request.form.get(name, "") for name in ("kind", "seen_on", "until", "note")},
        chosen=request.form.get("level", found.level) if request.form.get("level") in LEVELS else found.level,
        version=found.version,
        today=today.isoformat(),
        form_action=url_for(".admin_trust_post", body_id=body_id),
        back_href=url_for(".admin_body", body_id=body_id),
        errors=errors,
    )
    shown.status_code = status
    return shown


def _ends(found: TrustView, today: date) -> str:
    if found.until is None:
        return ""
    day = pages.figures().long_day(found.until)
    return str(_("Papers ran out on %(day)s.", day=day) if found.until < today else _("Holds until %(day)s.", day=day))


def _set_by(found: TrustView) -> str:
    if found.set_at is None:
        return ""
    who = words.ROLES.get(found.set_by)
    day = pages.figures().long_day(found.set_at.date())
    return f"{who}, {day}" if who else str(_("By itself, when papers ran out, %(day)s", day=day))


def _paper(one: PaperView) -> dict[str, object]:
    shown = pages.figures()
    until = ""
    if one.until is not None:
        day = shown.long_day(one.until)
        until = _("Holds until %(day)s.", day=day) if one.counts else _("Papers ran out on %(day)s.", day=day)
    return {
        "id": str(one.id),
        "kind": str(KINDS[one.kind]),
        "seen": str(_("Seen on %(day)s", day=shown.long_day(one.seen_on))),
        "until": str(until),
        "counts": one.counts,
        "note": one.note,
        "by": str(words.ROLES.get(one.by_role, "")),
    }


def ran_out() -> list[dict[str, object]]:
    """Return the lines of bodies whose papers ran out."""
    return [_late(one) for one in papers.ran_out(db.session(), today=pages.around().today)]


def _late(one: RanOut) -> dict[str, object]:
    return {
        "href": url_for(".admin_trust", body_id=one.id),
        "name": pages.EXAMPLE.sub("", one.name),
        "is_example": one.is_example,
        "when": str(_("Papers ran out on %(day)s.", day=pages.figures().long_day(one.since))),
    }
