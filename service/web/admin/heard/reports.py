"""What visitors say is wrong: the list, one of them, and closing it. Opening one is recorded."""

from datetime import datetime
from uuid import UUID

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from service.accounts.permissions import Permission
from service.catalog import reports
from service.catalog.operations import set_status
from service.catalog.queries import group_by_id
from service.catalog.reports import ReportLine, ReportView
from service.clock import now
from service.db import committing, db, writes
from service.db.sealing import Sealer
from service.errors import Invalid
from service.web.access import allow, current_actor, origin
from service.web.admin import rooms, words
from service.web.admin.listing import elsewhere, pages
from service.web.rendering import services

LAST_PAGE = 10_000
WRONG = {
    "times": _l("Day or time"),
    "place": _l("Place"),
    "cost": _l("Cost"),
    "closed": _l("Closed, or never meets"),
    "contact": _l("Number or address"),
    "access": _l("Access"),
    "unsafe": _l("Unkind or unsafe"),
    "other": _l("Something else"),
}
STATES = {"done": _l("Put right"), "not_so": _l("It is not so")}


@allow(Permission.EDIT_CATALOG)
def show_list() -> Response:
    """Show what waits: what may harm somebody first, then the oldest. Nothing that was written stands here."""
    page = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    found = reports.open_reports(db.session(), actor=current_actor(), page=page)
    return rooms.page(
        "reports.html",
        ".admin_reports",
        reports=[_row(line) for line in found[: reports.PAGE]],
        total=reports.count_open(db.session()),
        older_href=url_for(".admin_reports", page=page + 1) if len(found) > reports.PAGE else "",
        newer_href=url_for(".admin_reports", page=page - 1) if page > 1 else "",
    )


@allow(Permission.EDIT_CATALOG)
def show_one(report_id: UUID) -> Response:
    """Show what was written."""
    return _one(report_id, {})


@allow(Permission.EDIT_CATALOG)
def close(report_id: UUID) -> ResponseReturnValue:
    """Note what was done about it; how to reach its writer is erased."""
    typed = request.form
    try:
        with committing() as unit:
            reports.close(
                unit,
                sealer=_sealer(),
                report_id=report_id,
                state=typed.get("state", ""),
                outcome=typed.get("outcome", ""),
                expected_version=typed.get("version", -1, type=int),
                actor=current_actor(),
                now=now(),
                origin=origin(),
            )
    except Invalid as refused:
        return _one(report_id, {name: words.problem(one) for name, one in refused.fields.items()})
    return redirect(url_for(".admin_reports"), 303)


@allow(Permission.EDIT_CATALOG)
@writes
def hold(report_id: UUID) -> ResponseReturnValue:
    """Take the listing off the list at once, until somebody else has looked into it."""
    found = _read(report_id)
    there = redirect(url_for(".admin_report", report_id=report_id), 303)
    if request.form.get("hold") != "yes":
        return there
    set_status(
        db.session(),
        group_id=found.line.group_id,
        status="held",
        expected_version=None,
        actor=current_actor(),
        reason=str(_("A visitor told us: %(what)s", what=WRONG[found.line.wrong])),
        now=now(),
        origin=origin(),
    )
    return there


def _one(report_id: UUID, errors: dict[str, str]) -> Response:
    with committing():  # reading what somebody wrote is recorded
        found = _read(report_id)
    line = found.line
    group = group_by_id(db.session(), line.group_id, today=pages.around().today, public=False)
    shown = rooms.page(
        "report.html",
        "",
        report={
            **_row(line),
            "words": found.words,
            "contact": found.contact,
            "open": found.state == "open",
            "state": str(STATES.get(found.state, "")),
            "outcome": found.outcome,
            "version": found.version,
        },
        edit_href=url_for(".admin_group", group_id=line.group_id),
        view_href=pages.public(group) if group.status == "published" else "",
        close_action=url_for(".admin_report_close", report_id=line.id),
        hold_action=url_for(".admin_report_hold", report_id=line.id) if group.status == "published" else "",
        held=group.status == "held",
        keeper=elsewhere.keeper(group),
        states=[(code, str(text)) for code, text in STATES.items()],
        values={name: request.form.get(name, "") for name in ("state", "outcome")},
        back_href=url_for(".admin_reports"),
        errors=errors,
    )
    shown.status_code = 422 if errors else 200
    return shown


def _read(report_id: UUID) -> ReportView:
    return reports.read(
        db.session(), sealer=_sealer(), report_id=report_id, actor=current_actor(), now=now(), origin=origin()
    )


def _row(line: ReportLine) -> dict[str, object]:
    return {
        "href": url_for(".admin_report", report_id=line.id),
        "group": pages.EXAMPLE.sub("", line.group_name),
        "is_example": line.is_example,
        "wrong": str(WRONG[line.wrong]),
        "harmful": line.wrong == reports.HARMFUL,
        "wants_answer": line.wants_answer,
        "when": _since(line.created_at),
    }


def _since(at: datetime) -> str:
    return str(_("Since %(day)s", day=pages.figures().long_day(at.date())))


def _sealer() -> Sealer:
    return services().sealer(reports.PURPOSE)
