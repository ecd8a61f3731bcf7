"""The page of one suggestion: what was proposed beside what is there now, in words. Saves nothing."""

from collections.abc import Mapping

from flask import Response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from service.accounts.permissions import Permission, Role
from service.catalog.changes import Snapshot, snapshot
from service.catalog.proposals import comparing
from service.catalog.proposals.comparing import Offer
from service.catalog.proposals.queue import Line, Opened
from service.catalog.queries import group_by_id
from service.catalog.views import GroupView
from service.db import db
from service.web.access import current_actor
from service.web.account_words import ROLES
from service.web.admin import rooms, words
from service.web.admin.listing import elsewhere, pages

KINDS: Mapping[str, LazyString] = {
    "change": _l("A change"),
    "new": _l("A new group"),
    "claim": _l("Says it is theirs"),
}
LABELS: Mapping[str, LazyString] = {
    "when": _l("When, in words"),
    "place": _l("The place"),
    "cost": _l("Price of one visit"),
    "closed": _l("Closed, or never meets"),
    "runs": _l("Who runs it"),
}
REASONS: Mapping[str, LazyString] = {
    "not_so": _l("The group says otherwise"),
    "already": _l("It was there already"),
    "unclear": _l("We cannot make out what is meant"),
    "not_here": _l("It does not belong here"),
    "unkind": _l("It is unkind"),
    "other": _l("Something else"),
}
LETTERS = {  # letters are English yet
    "not_so": "the group told us otherwise",
    "already": "it was there already",
    "unclear": "we could not make out what was meant",
    "not_here": "it is nothing that we list",
    "unkind": "it might hurt somebody",
    "other": "there was another reason",
}
STATES: Mapping[str, LazyString] = {
    "accepted": _l("All of it was taken"),
    "partly": _l("A part of it was taken"),
    "rejected": _l("Nothing of it was taken"),
}
ROWS = {"description": 4, "how_to_join": 3}


def row(line: Line) -> dict[str, object]:
    """Return one line of the list."""
    return {
        "href": url_for(".admin_suggestion", proposal_id=line.id),
        "group": pages.EXAMPLE.sub("", line.group_name) or str(KINDS["new"]),
        "is_example": line.is_example,
        "kind": str(KINDS[line.kind]),
        "urgent": line.urgent,
        "role": str(ROLES[Role(line.role)]) if line.role else "",
        "doubtful": line.doubt is not None,
        "proved": line.proved,
        "wants_answer": line.wants_answer and line.kind != "claim",
        "when": str(_("Since %(day)s", day=pages.figures().long_day(line.created_at.date()))),
    }


def field(name: str) -> str:
    """Return the field of the page that a problem is about."""
    if name.startswith("sessions."):
        return "value-when"
    if name.startswith("price_"):
        return "value-cost"
    return f"value-{name}" if name in comparing.PLAIN else "take"


def page(found: Opened, errors: dict[str, str], status: int = 200) -> Response:
    """Show one suggestion."""
    group = _group(found)
    now: Snapshot = snapshot(group) if group else {}
    offers = comparing.offers(found.values, now) if found.line.kind != "claim" else ()
    is_open = found.state == "open"
    there = found.line.id
    shown = rooms.page(
        "suggestion.html",
        "",
        suggestion=row(found.line),
        kind=found.line.kind,
        offers=[_offered(one, group, errors) for one in offers],
        open=is_open,
        outcome=_outcome(found),
        version=found.version,
        group_version=group.version if group else 0,
        reach=found.values.get(comparing.REACH, ""),
        teller=found.teller,
        claim=_claim(found, group) if found.line.kind == "claim" else None,
        take_action=url_for(".admin_suggestion_take", proposal_id=there),
        refuse_action=url_for(".admin_suggestion_refuse", proposal_id=there),
        hold_action=url_for(".admin_suggestion_hold", proposal_id=there)
        if group and group.status == "published"
        else "",
        held=group is not None and group.status == "held",
        keeper=elsewhere.keeper(group),
        edit_href=url_for(".admin_group", group_id=group.id) if group else "",
        view_href=pages.public(group) if group and group.status == "published" else "",
        reasons=[(code, str(text)) for code, text in REASONS.items()],
        values={name: request.form.get(name, "") for name in ("reason", "outcome")},
        back_href=url_for(".admin_suggestions"),
        errors=errors,
    )
    shown.status_code = status
    return shown


def _group(found: Opened) -> GroupView | None:
    if found.line.group_id is None:
        return None
    return group_by_id(db.session(), found.line.group_id, today=pages.around().today, public=False)


def _offered(one: Offer, group: GroupView | None, errors: Mapping[str, str]) -> dict[str, object]:
    sent, name = bool(request.form), one.field
    return {
        "field": name,
        "label": label(name),
        "before": _before(one, group),
        "said": one.value,
        "value": request.form.get(f"value-{name}", one.value),
        "taken": name in request.form.getlist("take") if sent else False,
        "by_hand": one.by_hand,
        "plain": name == comparing.CLOSED,
        "rows": ROWS.get(name, 0),
        "error": errors.get(f"value-{name}", ""),
    }


def label(name: str) -> str:
    """Name a field of a suggestion."""
    return str(LABELS[name]) if name in LABELS else words.label(name)


def _before(one: Offer, group: GroupView | None) -> str:
    if one.field == "place" and group is not None:
        return "; ".join(", ".join(part for part in (place.name, *place.address) if part) for place in group.places)
    if one.field == "when" and group is not None and not one.target:
        said = snapshot(group)
        return "; ".join(words.said(name, said[name], pages.figures()) for name in said if name.startswith("sessions."))
    return words.said(one.target, one.before, pages.figures()) if one.target else ""


def _outcome(found: Opened) -> str:
    if found.state == "open":
        return ""
    reason = str(REASONS[found.reason]) if found.reason else ""
    return ". ".join(part for part in (str(STATES[found.state]), reason, found.outcome) if part)


def _claim(found: Opened, group: GroupView | None) -> dict[str, object]:
    """Return what is known of whoever says that a group is theirs, and what can be done now."""
    shown = pages.figures()
    return {
        "name": found.name,
        "email": found.email,
        "role": found.values.get("role", ""),
        "proof": _proof(found),
        "proved": found.proved_at is not None,
        "phone": shown.unbroken(group.phone) if group and group.phone else "",
        "may_invite": current_actor().may(Permission.MANAGE) and bool(found.email),
        "rang_action": url_for(".admin_claim_rang", proposal_id=found.line.id),
        "invite_action": url_for(".admin_claim_invite", proposal_id=found.line.id),
    }


def _proof(found: Opened) -> str:
    shown = pages.figures()
    if found.proved_at is not None:
        day = shown.long_day(found.proved_at.date())
        if found.proved_how == "link":
            return str(_("Whoever reads the group’s e-mail said yes on %(day)s.", day=day))
        return str(_("An editor rang the group’s number on %(day)s, and was told yes.", day=day))
    if found.link_until is not None:
        day = shown.long_day(found.link_until.date())
        return str(_("We wrote to the group’s e-mail address. The link works until %(day)s.", day=day))
    return str(_("Not proved yet."))
