"""Telling us that something about a group is wrong: one form, one thank-you. What is written goes to editors only."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from service.accounts.limits import REPORT_ADDRESS, REPORT_ALL, limit_address
from service.accounts.permissions import Permission
from service.catalog import reports
from service.catalog.discreet import without
from service.catalog.queries import group_by_slug
from service.catalog.views import GroupView
from service.clock import now
from service.crisis import may_be_at_risk
from service.db import committing, db
from service.db.sealing import Sealer
from service.errors import Gone, Invalid, Problem, TooMany
from service.web import own_words, refusals
from service.web import sealed as seals
from service.web.access import allow
from service.web.forgery import without_token
from service.web.rendering import limits, private, services
from service.web.self_service import naming, suggest_words
from service.web.self_service.groups import Answer, address

THANKS = "thanks"
THANKS_VALID = timedelta(hours=24)
LONGEST_PASS = 400  # characters
NONCE_LENGTH = (16, 100)  # characters
HELP = {True: "x", False: "q"}  # as long when sealed: the address of the thanks must not tell what was said
TRAP = "leave_empty"  # a field that people do not see; programs fill it, and no browser knows what would go there
WRONG = {
    "times": lazy_gettext("The day or the time"),
    "place": lazy_gettext("The place"),
    "cost": lazy_gettext("What it costs"),
    "closed": lazy_gettext("It has closed, or never meets"),
    "contact": lazy_gettext("The number or the address does not work"),
    "access": lazy_gettext("Steps, toilets or other access"),
    "unsafe": lazy_gettext("Somebody was unkind, or I felt unsafe"),
    "other": lazy_gettext("Something else"),
}
PROBLEMS = {
    "wrong.not_a_choice": lazy_gettext("Choose what is wrong"),
    "words.needed": lazy_gettext("Tell us a little more, in your own words"),
    "too_long": lazy_gettext("This is too long: at most %(limit)s characters"),
    "unreadable": lazy_gettext("This has signs we cannot keep. Please type it again"),
}


@allow(Permission.PUBLIC)
def ask(slug: str, sealed: str = "") -> Answer:
    """Show the empty form."""
    return _form(_group(slug, now()), sealed, {"once": secrets.token_urlsafe(16)})


@allow(Permission.PUBLIC)
@without_token
def take(slug: str, sealed: str = "") -> Answer:
    """Keep what was said, once however often it is sent; what cannot be kept is shown again with every word."""
    moment, typed = now(), request.form
    group = _group(slug, moment)
    try:
        said = reports.said(typed)
        help_first = said.wrong == reports.HARMFUL or may_be_at_risk(said.words)
        if not typed.get(TRAP):
            _keep(group, said, _report_id(group, typed.get("once", ""), said), moment)
    except Invalid as refused:
        return _form(group, sealed, typed, {name: _sentence(name, one) for name, one in refused.fields.items()})
    except TooMany as refused:
        refusals.record(refused)
        return _form(
            group, sealed, typed, {"wrong": str(_("That was a lot at once. Please try again in an hour"))}, 429
        )
    return redirect(address("wrong_thanks", group.slug, sealed, given=_pass(moment, help_first=help_first)), 303)


@allow(Permission.PUBLIC)
def thanks(slug: str, given: str, sealed: str = "") -> Answer:
    """Say thank you, and what happens next; who was hurt sees first who can help now."""
    moment = now()
    group = _group(slug, moment)
    try:
        held = seals.unseal(_sealer(), THANKS, "thanks", given, now=moment, valid=THANKS_VALID).held
    except Gone as error:
        raise Gone("pass_gone") from error
    help_first = held.get("help") == HELP[True]
    shown = {
        "group": _named(group),
        "back_href": address("group", group.slug, sealed),
        "help_first": help_first,
        "next": suggest_words.following("unsafe" if help_first else "wrong"),
    }
    return private(render_template("self_service/thanks.html", **shown))


def _keep(group: GroupView, said: reports.Said, report_id: UUID, moment: datetime) -> None:
    if reports.is_taken(db.session(), report_id):
        return
    limits().take(REPORT_ADDRESS, limit_address(request.remote_addr), now=moment)
    limits().take(REPORT_ALL, "", now=moment)
    with committing() as unit:
        reports.take(unit, sealer=_sealer(), report_id=report_id, group_id=group.id, said=said, now=moment)


def _report_id(group: GroupView, once: str, said: reports.Said) -> UUID:
    """Return the id a form leads to: the same form with the same words, sent twice, is one report.

    Whoever goes back and writes something else tells us something else. The nonce, which nobody keeps, hides the words.
    """
    least, most = NONCE_LENGTH
    told = "\n".join((once, said.wrong, said.contact, said.words))
    return uuid5(NAMESPACE_OID, f"report:{group.id}:{told}") if least <= len(once) <= most else uuid4()


def _form(
    group: GroupView,
    sealed: str,
    typed: Mapping[str, str],
    errors: dict[str, str] | None = None,
    status: int | None = None,
) -> Answer:
    page = render_template(
        "self_service/wrong.html",
        group=_named(group),
        form_action=address("wrong_post", group.slug, sealed),
        back_href=address("group", group.slug, sealed),
        right_href=url_for(".right", slug=group.slug),
        kinds=[(code, str(words)) for code, words in WRONG.items()],
        values={name: typed.get(name, "") for name in ("wrong", "words", "contact", "once")},
        trap=TRAP,
        days=reports.CONTACT_KEPT.days,
        errors=errors or {},
    )
    return private(page, status or (422 if errors else 200))


def _sentence(name: str, problem: Problem) -> str:
    words = PROBLEMS.get(f"{name}.{problem.code}") or PROBLEMS[problem.code]
    return str(words) % dict(problem.params)


def _group(slug: str, moment: datetime) -> GroupView:
    return group_by_slug(db.session(), slug, today=moment.date())


def _named(group: GroupView) -> dict[str, Any]:
    name = without(naming.display_name(group), "…")
    return {"name": name, "is_example": group.is_example, "lang": own_words.foreign(group)}


def _sealer() -> Sealer:
    return services().sealer(reports.PURPOSE)


def _pass(moment: datetime, *, help_first: bool) -> str:
    return seals.seal(_sealer(), THANKS, "thanks", {"help": HELP[help_first]}, at=moment, longest=LONGEST_PASS) or ""
