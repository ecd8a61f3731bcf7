"""What people outside propose: the list, one of them beside the listing as it is now, and what becomes of it."""

from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from service.accounts.permissions import Permission
from service.accounts.record.telling import Post
from service.catalog.operations import set_status
from service.catalog.proposals import deciding, queue, taking
from service.catalog.proposals.deciding import Deed, Refused, Wanted
from service.catalog.proposals.queue import Opened
from service.clock import now
from service.db import committing, db, writes
from service.errors import Conflict, Invalid
from service.notifications import outbox
from service.web.access import allow, current_actor, origin
from service.web.admin import rooms, words
from service.web.admin.bodies import trust
from service.web.admin.heard import suggestion_page
from service.web.admin.listing import pages
from service.web.rendering import services

LAST_PAGE = 10_000
HISTORY, HEARD = (
    "Suggested by a visitor",
    "Suggested by somebody who helps people",
)  # in a listing's history, which is kept as it was written


def register(blueprint: Blueprint) -> None:
    """Add the list, one suggestion, and what becomes of it."""
    one = "/admin/suggestions/<uuid:proposal_id>"
    blueprint.add_url_rule("/admin/suggestions", "admin_suggestions", show_list)
    blueprint.add_url_rule(one, "admin_suggestion", show_one)
    blueprint.add_url_rule(f"{one}/take", "admin_suggestion_take", accept, methods=["POST"])
    blueprint.add_url_rule(f"{one}/refuse", "admin_suggestion_refuse", reject, methods=["POST"])
    blueprint.add_url_rule(f"{one}/hold", "admin_suggestion_hold", hold, methods=["POST"])


@allow(Permission.EDIT_CATALOG)
def show_list() -> Response:
    """Show what waits: what may harm somebody first, then the oldest. Nothing that was written stands here."""
    page = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    found = queue.waiting(db.session(), actor=current_actor(), page=page)
    return rooms.page(
        "suggestions.html",
        ".admin_suggestions",
        suggestions=[suggestion_page.row(line) for line in found[: queue.PAGE]],
        total=queue.count_waiting(db.session()),
        papers=trust.ran_out() if page == 1 else [],
        older_href=url_for(".admin_suggestions", page=page + 1) if len(found) > queue.PAGE else "",
        newer_href=url_for(".admin_suggestions", page=page - 1) if page > 1 else "",
    )


@allow(Permission.EDIT_CATALOG)
def show_one(proposal_id: UUID) -> Response:
    """Show what was written, beside the listing as it is now."""
    return suggestion_page.page(opened(proposal_id), {})


@allow(Permission.EDIT_CATALOG)
def accept(proposal_id: UUID) -> ResponseReturnValue:
    """Put what is ticked into the listing; what somebody else changed meanwhile is shown first."""
    typed = request.form
    ticked = dict.fromkeys(typed.getlist("take"))
    wanted = Wanted(
        versions=(typed.get("version", -1, type=int), typed.get("group_version", -1, type=int)),
        texts={name: typed.get(f"value-{name}", "") for name in ticked},
        reason=HISTORY,
        time_zone=pages.around().time_zone,
        heard=HEARD,
    )
    act = deciding.accept_new if typed.get("kind") == "new" else deciding.accept
    try:
        with committing() as unit:
            group_id = act(unit, proposal_id=proposal_id, wanted=wanted, deed=deed())
    except Invalid as refused:
        errors = {suggestion_page.field(name): words.problem(one) for name, one in refused.fields.items()}
        return suggestion_page.page(opened(proposal_id), errors, 422)
    except Conflict:
        return suggestion_page.page(opened(proposal_id), {"take": words.changed_first()}, 409)
    new = typed.get("kind") == "new"
    return redirect(url_for(".admin_group", group_id=group_id) if new else url_for(".admin_suggestions"), 303)


@allow(Permission.EDIT_CATALOG)
def reject(proposal_id: UUID) -> ResponseReturnValue:
    """Take nothing of it, and note why."""
    typed = request.form
    reason = typed.get("reason", "")
    refused = Refused(reason=reason, outcome=typed.get("outcome", ""), why=suggestion_page.LETTERS.get(reason, ""))
    try:
        with committing() as unit:
            version = typed.get("version", -1, type=int)
            deciding.reject(unit, proposal_id=proposal_id, version=version, refused=refused, deed=deed())
    except Invalid as error:
        errors = {name: words.problem(one) for name, one in error.fields.items()}
        return suggestion_page.page(opened(proposal_id), errors, 422)
    except Conflict:
        return suggestion_page.page(opened(proposal_id), {"reason": words.changed_first()}, 409)
    return redirect(url_for(".admin_suggestions"), 303)


@allow(Permission.EDIT_CATALOG)
@writes
def hold(proposal_id: UUID) -> ResponseReturnValue:
    """Take the listing off the list at once, until somebody else has looked into it."""
    found = opened(proposal_id, db_only=True)
    if request.form.get("hold") == "yes" and found.line.group_id:
        set_status(
            db.session(),
            group_id=found.line.group_id,
            status="held",
            expected_version=None,
            actor=current_actor(),
            reason=HISTORY,
            now=now(),
            origin=origin(),
        )
    return redirect(url_for(".admin_suggestion", proposal_id=proposal_id), 303)


def opened(proposal_id: UUID, *, db_only: bool = False) -> Opened:
    """Read one suggestion, which is recorded; `db_only` inside a unit of work that commits."""
    if db_only:
        return _read(proposal_id)
    with committing():
        return _read(proposal_id)


def _read(proposal_id: UUID) -> Opened:
    return queue.read(
        db.session(),
        sealer=services().sealer(taking.PURPOSE),
        proposal_id=proposal_id,
        actor=current_actor(),
        now=now(),
        origin=origin(),
    )


def deed() -> Deed:
    """Return who decides now, and how whoever asked is told."""
    made = services()
    post = Post(channel=made.mail_channel, sealer=made.sealer(outbox.PURPOSE), public_url=made.settings.public_url)
    return Deed(actor=current_actor(), now=now(), origin=origin(), sealer=made.sealer(taking.PURPOSE), post=post)
