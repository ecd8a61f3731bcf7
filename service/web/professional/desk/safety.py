"""Safety: tell a safeguarding lead that one is worried, and what a lead reads. Whoever is no lead learns of nothing."""

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.accounts.credentials import new_token
from service.accounts.once import IDEMPOTENCY_KEY, Fresh
from service.accounts.permissions import Permission
from service.clock import now
from service.db import committing, db
from service.errors import Conflict, Invalid, NotFound
from service.referrals import operations
from service.referrals.desk import incidents, leads
from service.referrals.desk.incidents import Here, Line, Said, Whole
from service.web import moments, sent_once
from service.web.access import allow, current_actor, origin
from service.web.languages import current_segment
from service.web.posting import post_office
from service.web.professional import referrals
from service.web.professional.desk import case_page, words
from service.web.professional.desk.caseload import LAST_PAGE, figures
from service.web.rendering import services
from service.web.rooms import Area
from service.web.work import work_page

ROOM = ".safety"


def register(blueprint: Blueprint) -> None:
    """Add the room, the form (of somebody, or by itself) and one incident."""
    blueprint.add_url_rule("/safety", "safety", show)
    blueprint.add_url_rule("/safety/tell", "worry", tell)
    blueprint.add_url_rule("/safety/tell", "worry_post", send, methods=["POST"])
    about = "/referrals/<uuid:referral_id>/safety"
    blueprint.add_url_rule(about, "worry_about", tell_about)
    blueprint.add_url_rule(about, "worry_about_post", send_about, methods=["POST"])
    blueprint.add_url_rule("/safety/<uuid:incident_id>", "incident", show_one)
    blueprint.add_url_rule("/safety/<uuid:incident_id>", "incident_post", close, methods=["POST"])


@allow(Permission.SAFETY)
def show() -> Response:
    """Show what to do now, what one told oneself, and to a lead what waits."""
    number = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    with committing() as unit:  # a lead's reading of the list is recorded
        found = incidents.read_list(unit, _here(), page=number)
        own = incidents.told_by(unit, _here())
    rows = found or ()
    more = len(rows) > incidents.PAGE
    return work_page(
        "professional/desk/safety.html",
        Area.SAFETY,
        ROOM,
        is_lead=found is not None,
        rows=[_row(one) for one in rows[: incidents.PAGE]],
        told=[_own(one) for one in own],
        readers=_readers(),
        tell_href=url_for(".worry"),
        done=request.args.get("done", ""),
        older_href=url_for(ROOM, page=number + 1) if more else "",
        newer_href=url_for(ROOM, page=number - 1) if number > 1 else "",
    )


@allow(Permission.SAFETY)
def tell() -> Response:
    """Show the form."""
    return _form(None, {})


@allow(Permission.READ_REFERRALS)
def tell_about(referral_id: UUID) -> Response:
    """Show the form about somebody who is referred or helped."""
    return _form(referral_id, {})


@allow(Permission.SAFETY)
def send() -> ResponseReturnValue:
    """Take what somebody is worried about."""
    return _take(None)


@allow(Permission.READ_REFERRALS)
def send_about(referral_id: UUID) -> ResponseReturnValue:
    """Take it about somebody who is referred or helped."""
    return _take(referral_id)


@allow(Permission.SAFETY)
def show_one(incident_id: UUID) -> Response:
    """Show one to a lead; to anybody else it is not there."""
    return _one(incident_id, {})


@allow(Permission.SAFETY)
def close(incident_id: UUID) -> ResponseReturnValue:
    """Take what came of it."""
    try:
        with committing() as unit:
            incidents.close(unit, _here(), incident_id=incident_id, outcome=request.form.get("outcome", ""))
    except NotFound:
        _denied(incident_id)
        raise
    except Invalid as refused:
        return _one(incident_id, case_page.wrong(refused))
    except Conflict:
        pass  # another lead was faster: the page says what is so
    return redirect(url_for(".incident", incident_id=incident_id), 303)


def _take(referral_id: UUID | None) -> ResponseReturnValue:
    form = request.form
    said = Said(
        kind=form.get("kind", ""),
        words=form.get("words", ""),
        done_now=form.get("done_now", ""),
        referral_id=referral_id,
        group_id=form.get("group", type=UUID) if form.get("kind") == "group" else None,
    )
    try:
        with committing() as unit:
            claimed = sent_once.claim(request.path, {})
            if isinstance(claimed, Fresh):
                incidents.tell_of(unit, _here(), said, incident_id=claimed.resource_id, post=post_office())
    except Invalid as refused:
        return _form(referral_id, _wrong(refused))
    return redirect(url_for(ROOM, done="told"), 303)


def _wrong(refused: Invalid) -> dict[str, str]:
    """Say what is to be put right; a form without its number comes back with one, and with all that was typed."""
    if "idempotency_key" in refused.fields:
        return {"words": str(_("Please look it over and send it again"))}
    return case_page.wrong(refused)


def _form(referral_id: UUID | None, errors: dict[str, str]) -> Response:
    person, groups = "", tuple[tuple[UUID, str], ...]()
    if referral_id is not None:
        person = referrals.read(referral_id).preferred_name
        groups = incidents.groups_of(db.session(), referral_id=referral_id)
    known = request.form.get("nonce", "")
    shown = work_page(
        "professional/desk/worry.html",
        Area.SAFETY,
        "",
        person=person,
        back_href=url_for(ROOM),
        form_action=request.path,
        kinds=[(code, str(text)) for code, text in words.INCIDENTS.items()],
        groups=[(str(group_id), name) for group_id, name in groups],
        readers=_readers(),
        typed=request.form if request.method == "POST" else {"kind": "person" if person else ""},
        nonce=known if IDEMPOTENCY_KEY.fullmatch(known) else new_token(),
        errors=errors,
    )
    shown.status_code = 422 if errors else 200
    return shown


def _one(incident_id: UUID, errors: dict[str, str]) -> Response:
    with committing() as unit:  # that it was read is recorded
        found = incidents.read_one(unit, _here(), incident_id=incident_id)
    if found is None:
        _denied(incident_id)
        raise NotFound("incident")
    shown = work_page(
        "professional/desk/incident.html",
        Area.SAFETY,
        "",
        back_href=url_for(ROOM),
        form_action=url_for(".incident_post", incident_id=incident_id),
        typed=request.form.get("outcome", ""),
        errors=errors,
        **_whole(found),
    )
    shown.status_code = 422 if errors else 200
    return shown


def _denied(incident_id: UUID) -> None:
    with committing() as unit:
        incidents.denied(unit, _here(), incident_id)


def _here() -> Here:
    sealer = services().sealer(operations.PURPOSE)
    return Here(sealer=sealer, actor=current_actor(), now=now(), origin=origin())


def _readers() -> str:
    """Name who reads what is told here; empty where nobody does."""
    found = leads.leads(db.session(), organisation_id=current_actor().organisation_id, now=now())
    return figures().all_of(one.name for one in found) if found else ""


def _row(one: Line) -> dict[str, object]:
    return {
        "href": url_for(".incident", incident_id=one.id),
        "kind": str(words.INCIDENTS[one.kind]),
        "when": moments.moment(one.at),
        "by": one.by,
        "state": _state(one),
        "late": one.late,
        "open": one.closed_at is None,
    }


def _state(one: Line) -> str:
    if one.closed_at is not None:
        return str(_("Closed"))
    if one.seen_at is not None:
        return str(_("Was read"))
    return str(_("Late") if one.late else _("Not read yet"))


def _own(one: Line) -> dict[str, str]:
    told = str(_("You told the safeguarding lead on %(date)s", date=moments.moment(one.at)))
    return {"text": told, "state": str(_("Was read") if one.seen_at else _("Not read yet"))}


def _whole(found: Whole) -> Mapping[str, object]:
    line = found.line
    return {
        "kind": str(words.INCIDENTS[line.kind]),
        "when": moments.moment(line.at),
        "by": line.by,
        "person": found.person,
        "person_href": _case(found.referral_id),
        "group": found.group,
        "group_href": f"/{current_segment()}/groups/{found.group_slug}" if found.group_slug else "",
        "by_list": not found.words,  # nobody told it: a list of words found something in what was written
        "words": found.words,
        "done_now": found.done_now,
        "outcome": found.outcome,
        "closed": moments.moment(line.closed_at) if line.closed_at else "",
    }


def _case(referral_id: UUID | None) -> str:
    """Return the page of the person that this lead may open; not every lead may open one."""
    actor = current_actor()
    if referral_id is None:
        return ""
    if actor.may(Permission.WORK_CASES):
        return url_for(".case", referral_id=referral_id)
    return url_for(".referral", referral_id=referral_id) if actor.may(Permission.READ_REFERRALS) else ""
