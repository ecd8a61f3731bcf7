"""A person's own page: what they said yes to, and one press that takes it back. Opening it changes nothing."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _

from service.accounts.permissions import Permission
from service.clock import now
from service.db import committing, db
from service.db.sealing import Sealer
from service.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from service.referrals import operations
from service.referrals.people import own
from service.referrals.people.own import Own
from service.referrals.people.queries import ConsentView
from service.web import moments
from service.web.access import allow, origin
from service.web.helped import words
from service.web.helped.pages import gone, page
from service.web.posting import post_office
from service.web.rendering import services

LONGEST_TYPED = 2000  # characters that a page repeats
REACH = ("contact_rule", "contact", "contact_notes")


def register(blueprint: Blueprint) -> None:
    """Add the page and what its buttons do."""
    blueprint.add_url_rule("/my/<token>", "own", show)
    blueprint.add_url_rule("/my/<token>", "own_post", act, methods=["POST"])


@allow(Permission.LINK)
def show(token: str) -> Response:
    """Show somebody their own page, or first ask for the day of birth where one is kept."""
    try:
        if own.wants_birthday(db.session(), token=token, now=now()):
            return _ask(token)
        return _page(token, "")
    except NotFound as error:
        return gone(error)


@allow(Permission.LINK)
def act(token: str) -> Response:
    """Take the day of birth, or do what a button of the page says."""
    proof, wish = request.form.get("proof", ""), request.form.get("act", "")
    try:
        if wish == "born":
            return _take_birthday(token)
        _do(token, proof, wish)
        return _page(token, proof, done=wish)
    except Forbidden as error:
        if error.code != "born_needed":
            raise
        return _ask(token)
    except Conflict:
        return _page(token, proof, errors={"contact": str(_("Somebody else changed this meanwhile."))}, status=409)
    except Invalid as error:
        return _page(token, proof, errors=_sentences(error), status=422)
    except NotFound as error:
        return gone(error)


def _take_birthday(token: str) -> Response:
    parts = [request.form.get(name, "").strip() for name in ("year", "month", "day")]
    said = "-".join(part.zfill(width) for part, width in zip(parts, (4, 2, 2), strict=True))
    with committing() as unit:  # a wrong day is counted
        proof = own.prove(unit, sealer=_sealer(), token=token, born=said, now=now())
    if proof is None:
        return _ask(token, wrong=True)
    return _page(token, proof)


def _do(token: str, proof: str, wish: str) -> None:
    """Do what one button says."""
    with committing() as unit:
        known: dict[str, Any] = {
            "sealer": _sealer(),
            "token": token,
            "proof": proof,
            "post": post_office(),
            "now": now(),
            "origin": origin(),
        }
        if wish == "withdraw":
            own.withdraw(unit, consent_id=_id(request.form.get("consent", "")), **known)
        elif wish == "stop":
            own.stop(unit, **known)
        elif wish == "reach":
            seen = own.see(unit, **{name: one for name, one in known.items() if name != "post"})
            typed: dict[str, Any] = {name: request.form.get(name, "")[:LONGEST_TYPED].strip() for name in REACH}
            version = request.form.get("version", 0, type=int)
            own.change_reach(unit, given=replace(seen.given, **typed), version=version, **known)
        else:
            own.ask(unit, kind=wish, **known)


def _ask(token: str, *, wrong: bool = False) -> Response:
    sentence = str(_("This is not the day we know. After three wrong days the link ends."))
    return page(
        "born.html",
        status=422 if wrong else 200,
        form_action=url_for(".own_post", token=token),
        errors={"day": sentence} if wrong else {},
        values=request.form if wrong else {},
    )


def _page(
    token: str, proof: str, *, done: str = "", errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    with committing() as unit:  # that it was read is recorded
        seen = own.see(unit, sealer=_sealer(), token=token, proof=proof, now=now(), origin=origin())
    return page(
        "own.html",
        status=status,
        form_action=url_for(".own_post", token=token),
        hidden=[("proof", proof), ("version", seen.version)],
        person=seen.preferred_name,
        done=str(words.DONE.get(done, "")),
        steps=_steps(seen),
        consents=[_consent(one) for one in seen.consents],
        going_on=seen.going_on,
        asked=seen.asked,
        until=moments.day(seen.until),
        rules=list(words.RULES.items()),
        values=request.form if errors else {name: getattr(seen.given, name) for name in REACH},
        errors=errors or {},
    )


def _steps(seen: Own) -> list[dict[str, object]]:
    return [
        {
            "group": one.group_name,
            "is_example": one.is_example,
            "state": str(words.STATES[one.state]),
            "when": moments.moment(one.first_date) if one.first_date and one.state == "booked" else "",
        }
        for one in seen.steps
    ]


def _consent(one: ConsentView) -> dict[str, object]:
    return {
        "id": one.id,
        "name": one.recipient.name,
        "is_example": one.recipient.is_example,
        "kind": str(words.KINDS[one.recipient.purpose]),
        "shared": ", ".join(str(words.ITEMS[item]) for item in one.items),
        "holds": one.holds,
        "until": moments.day(one.expires_at),
        "taken_back": moments.day(one.withdrawn_at) if one.withdrawn_at else "",
    }


def _sentences(error: Invalid) -> dict[str, str]:
    problems = error.fields or {"contact_rule": Problem("unknown_choice")}
    return {name: str(words.PROBLEMS[problem.code]) for name, problem in problems.items()}


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid("unknown_choice") from error


def _sealer() -> Sealer:
    return services().sealer(operations.PURPOSE)
