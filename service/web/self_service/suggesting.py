"""Telling us what is right, of a new group, or that a group is one's own. What is written goes to editors only."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from service.accounts.limits import CLAIM_GROUP, SUGGEST_ADDRESS, SUGGEST_ALL, limit_address
from service.accounts.permissions import Permission
from service.accounts.record.telling import Post
from service.catalog.discreet import without
from service.catalog.proposals import claiming, saying, taking
from service.catalog.proposals.saying import Said
from service.catalog.proposals.taking import Arrival
from service.catalog.queries import group_by_slug
from service.catalog.views import GroupView
from service.clock import now
from service.crisis import may_be_at_risk
from service.db import committing, db
from service.db.sealing import Sealer
from service.errors import Gone, Invalid, NotFound, TooMany
from service.notifications import outbox
from service.web import own_words, refusals
from service.web import sealed as seals
from service.web.access import allow
from service.web.forgery import without_token
from service.web.rendering import limits, private, services
from service.web.self_service import naming, suggest_words
from service.web.self_service.groups import Answer
from service.web.self_service.mistakes import HELP, LONGEST_PASS, THANKS_VALID, TRAP

FORM, THANKS = "suggest", "suggested"  # what is sealed: when a form was made; what the page of thanks says
FORM_VALID = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One of the three forms, and the group it is about."""

    kind: str
    action: str
    group: GroupView | None = None

    @property
    def ways(self) -> tuple[str, ...]:
        """How it can be proved that the group is somebody's."""
        return claiming.ways(self.group) if self.kind == "claim" and self.group else saying.WAYS


def register(blueprint: Blueprint) -> None:
    """Add the three forms, what takes them, and the page of thanks."""
    one = "/groups/<slug>"
    blueprint.add_url_rule(f"{one}/right", "right", ask_right)
    blueprint.add_url_rule(f"{one}/right", "right_post", take_right, methods=["POST"])
    blueprint.add_url_rule(f"{one}/yours", "yours", ask_yours)
    blueprint.add_url_rule(f"{one}/yours", "yours_post", take_yours, methods=["POST"])
    blueprint.add_url_rule("/add-a-group", "add_group", ask_new)
    blueprint.add_url_rule("/add-a-group", "add_group_post", take_new, methods=["POST"])
    blueprint.add_url_rule("/suggested/<given>", "suggested", thanks)


@allow(Permission.PUBLIC)
def ask_right(slug: str) -> Answer:
    """Show the empty form for what is right."""
    return _empty(_of_group("change", slug))


@allow(Permission.PUBLIC)
@without_token
def take_right(slug: str) -> Answer:
    """Keep what is right, or show the form again with every word."""
    return _take(_of_group("change", slug))


@allow(Permission.PUBLIC)
def ask_yours(slug: str) -> Answer:
    """Show the empty form of whoever runs a group."""
    return _empty(_of_group("claim", slug))


@allow(Permission.PUBLIC)
@without_token
def take_yours(slug: str) -> Answer:
    """Keep that somebody runs a group, and write to the group's own address if they chose that."""
    return _take(_of_group("claim", slug))


@allow(Permission.PUBLIC)
def ask_new() -> Answer:
    """Show the empty form for a group that is not here."""
    return _empty(Form(kind="new", action=url_for(".add_group_post")))


@allow(Permission.PUBLIC)
@without_token
def take_new() -> Answer:
    """Keep a new group for the editors."""
    return _take(Form(kind="new", action=url_for(".add_group_post")))


@allow(Permission.PUBLIC)
def thanks(given: str) -> Answer:
    """Say thank you, and what happens next; who was hurt sees first who can help now."""
    moment = now()
    try:
        held = seals.unseal(_sealer(), THANKS, THANKS, given, now=moment, valid=THANKS_VALID).held
    except Gone as error:
        raise Gone("pass_gone") from error
    group = None
    if held["slug"]:
        try:
            group = group_by_slug(db.session(), held["slug"], today=moment.date())
        except NotFound:  # taken off the list since
            group = None
    shown = {
        "group": _named(group) if group else None,
        "back_href": url_for(".group", slug=group.slug) if group else "",
        "help_first": held["help"] == HELP[True],
        "next": suggest_words.following(held["kind"]),
    }
    return private(render_template("self_service/thanks.html", **shown))


def _of_group(kind: str, slug: str) -> Form:
    group = group_by_slug(db.session(), slug, today=now().date())
    return Form(kind=kind, action=request.path, group=group)


def _empty(form: Form) -> Answer:
    return _form(form, {}, {})


def _take(form: Form) -> Answer:
    """Keep it once, however often it is sent. What speaks for a program is noted and changes nothing here."""
    moment, typed = now(), request.form
    try:
        said = saying.said(form.kind, typed, ways=form.ways)
        at_risk = may_be_at_risk(said.words)
        _keep(form, said, typed.get("once", ""), moment, at_risk=at_risk)
    except Invalid as refused:
        return _form(form, typed, suggest_words.sentences(form.kind, refused.fields))
    except TooMany as refused:
        refusals.record(refused)
        return _form(form, typed, {"main": str(_("That was a lot at once. Please try again in an hour"))}, 429)
    return redirect(url_for(".suggested", given=_pass(form, said, moment, at_risk=at_risk)), 303)


def _keep(form: Form, said: Said, once: str, moment: datetime, *, at_risk: bool) -> None:
    told = "\n".join((once, *said.values.values(), said.name, said.email))
    proposal_id = uuid5(NAMESPACE_OID, f"proposal:{form.kind}:{form.group.id if form.group else ''}:{told}")
    if taking.is_taken(db.session(), proposal_id):
        return
    limits().take(SUGGEST_ADDRESS, limit_address(request.remote_addr), now=moment)
    limits().take(SUGGEST_ALL, "", now=moment)
    arrival = Arrival(trapped=bool(request.form.get(TRAP)), age=_age(once, moment), urgent=at_risk)
    to = _proving_address(form, said, moment)
    with committing() as unit:
        trusted = taking.take(
            unit,
            sealer=_sealer(),
            proposal_id=proposal_id,
            group_id=form.group.id if form.group else None,
            said=said,
            arrival=arrival,
            now=moment,
        )
        if trusted and to:
            _write(unit, proposal_id, to, moment)


def _proving_address(form: Form, said: Said, moment: datetime) -> str:
    """Return where to write that somebody says a group is theirs; nowhere when that was done often just now."""
    if form.kind != "claim" or said.values["proof"] != "mail" or form.group is None or form.group.email is None:
        return ""
    try:
        limits().take(CLAIM_GROUP, str(form.group.id), now=moment)
    except TooMany:
        return ""
    return form.group.email


def _write(unit: Session, proposal_id: UUID, to: str, moment: datetime) -> None:
    settings = services().settings
    post = Post(
        channel=services().mail_channel, sealer=services().sealer(outbox.PURPOSE), public_url=settings.public_url
    )
    claiming.send_link(
        unit,
        proposal_id=proposal_id,
        to=to,
        post=post,
        link=lambda token: settings.public_url + url_for(".claim", token=token),
        now=moment,
    )


def _age(once: str, moment: datetime) -> timedelta | None:
    """Return how long ago a form of ours was made; None for any other."""
    try:
        return moment - seals.unseal(_sealer(), FORM, FORM, once, now=moment, valid=FORM_VALID).at
    except Gone:
        return None


def _form(form: Form, typed: Mapping[str, str], errors: dict[str, str], status: int | None = None) -> Answer:
    made = typed.get("once") or seals.seal(
        _sealer(), FORM, FORM, {"n": secrets.token_urlsafe(16)}, at=now(), longest=LONGEST_PASS
    )
    group = form.group
    page = render_template(
        "self_service/suggest.html",
        kind=form.kind,
        group=_named(group) if group else None,
        form_action=form.action,
        back_href=url_for(".group", slug=group.slug) if group else url_for(".start"),
        fields=suggest_words.fields(form.kind, typed, errors),
        ways=suggest_words.ways(form.ways),
        values={name: typed.get(name, "") for name in ("proof", "closed", "your_name", "your_email", "role")},
        once=made,
        trap=TRAP,
        days=taking.CONTACT_KEPT.days,
        errors=errors,
    )
    return private(page, status or (422 if errors else 200))


def _named(group: GroupView) -> dict[str, Any]:
    name = without(naming.display_name(group), "…")
    return {"name": name, "is_example": group.is_example, "lang": own_words.foreign(group)}


def _sealer() -> Sealer:
    return services().sealer(taking.PURPOSE)


def _pass(form: Form, said: Said, moment: datetime, *, at_risk: bool) -> str:
    proof = said.values.get("proof", "")
    held = {
        "kind": f"claim_{proof}" if form.kind == "claim" else form.kind,
        "slug": form.group.slug if form.group else "",
        "help": HELP[at_risk],
    }
    return seals.seal(_sealer(), THANKS, THANKS, held, at=moment, longest=LONGEST_PASS) or ""
