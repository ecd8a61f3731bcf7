"""The page of a person's own link on which they say how they are. Opening it acts on nothing; sending it ends it."""

from flask import Blueprint, Response, request, url_for

from service.accounts.permissions import Permission
from service.clock import now
from service.db import committing, db
from service.errors import Invalid, NotFound
from service.referrals import links
from service.referrals.kept import PURPOSE
from service.referrals.links import Held
from service.referrals.measures import operations, queries
from service.referrals.measures.definitions import MEASURES
from service.referrals.measures.scoring import needs_comfort
from service.web import measure_words
from service.web.access import allow, origin
from service.web.helped.pages import gone, page
from service.web.rendering import services


def register(blueprint: Blueprint) -> None:
    """Add the page of the link."""
    blueprint.add_url_rule("/your-answers/<token>", "own_answers", show)
    blueprint.add_url_rule("/your-answers/<token>", "own_answers_post", take, methods=["POST"])


@allow(Permission.LINK)
def show(token: str) -> Response:
    """Ask."""
    try:
        held = links.find(db.session(), token=token, purpose=queries.ITEM, now=now())
    except NotFound as error:
        return gone(error)
    return _asked(held, token, {})


@allow(Permission.LINK)
def take(token: str) -> Response:
    """Show what the answers say; keep them with a yes, forget them without."""
    yes = request.form.get("keep") == "yes"
    sealer = services().sealer(PURPOSE)
    try:
        with committing() as unit:
            scored = operations.answer(
                unit, sealer=sealer, token=token, answers=request.form, yes=yes, now=now(), origin=origin()
            )
    except NotFound as error:
        return gone(error)
    except Invalid as refused:
        errors = {name: str(measure_words.PROBLEMS[found.code]) for name, found in refused.fields.items()}
        held = links.find(db.session(), token=token, purpose=queries.ITEM, now=now())
        return _asked(held, token, errors)
    lonely = any(needs_comfort(one) for one in scored if one.measure is not MEASURES["nhanes_sni"])
    return page("measured.html", kept=yes, comfort=lonely)


def _asked(held: Held, token: str, errors: dict[str, str]) -> Response:
    return page(
        "measuring.html",
        status=422 if errors else 200,
        form_action=url_for(".own_answers_post", token=token),
        organisation=queries.name_of(db.session(), held.organisation_id),
        parts=measure_words.parts(),
        values=request.form,
        errors=errors,
    )
