"""What an organisation keeps of one person: given to them, or erased. They are found by a referral's number alone."""

from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from service.accounts.permissions import Permission
from service.accounts.record.audit import Purpose
from service.clock import now
from service.db import committing, db
from service.errors import Forbidden, NotFound
from service.referrals.clearing import Place, publish
from service.referrals.erasure import erase_person, person_of
from service.referrals.export import about_person
from service.referrals.people import asks
from service.referrals.people.asks import Ask
from service.web import kept_words
from service.web.access import allow, current_actor, fresh, origin
from service.web.organisation import rooms
from service.web.rendering import services
from service.web.rooms import Area
from service.web.work import work_page

ROOM = ".person_data"
SUBJECT = "referral"
ASKED: dict[str, LazyString] = {
    "copy": _l("A copy of all that is kept"),
    "erasure": _l("To have all of it erased"),
}
LONGEST = 60  # characters of a number with what may stand around it


def register(blueprint: Blueprint) -> None:
    """Add the question for a number, and what may be done with whom it leads to."""
    own = "/organisation/privacy"
    one = f"{own}/<uuid:referral_id>"
    blueprint.add_url_rule(own, "person_data", show)
    blueprint.add_url_rule(own, "person_data_post", find, methods=["POST"])
    blueprint.add_url_rule(f"{own}/asked", "person_data_met", meet, methods=["POST"])
    blueprint.add_url_rule(one, "person_data_one", show_one)
    blueprint.add_url_rule(f"{one}/all", "person_data_all", show_all)
    blueprint.add_url_rule(f"{one}/file", "person_data_file", give)
    blueprint.add_url_rule(f"{one}/erase", "person_data_erase", erase, methods=["POST"])


@allow(Permission.PRIVACY)
def show() -> Response:
    """Ask for the number of a referral."""
    return _ask()


@allow(Permission.PRIVACY)
def find() -> ResponseReturnValue:
    """Lead to whom the number is about."""
    number = request.form.get("number", "").strip().rstrip("/").rpartition("/")[2][:LONGEST]
    try:
        referral_id = UUID(number)
        _person(referral_id)
    except (ValueError, NotFound):
        return _ask(number, {"number": _("We found no referral with this number")})
    return redirect(url_for(".person_data_one", referral_id=referral_id), 303)


@allow(Permission.PRIVACY)
def meet() -> ResponseReturnValue:
    """Note that what somebody asked for on their own page was done."""
    try:
        ask_id = UUID(request.form.get("ask", ""))
    except ValueError:
        return _ask(errors={"number": _("That did not work")})
    with rooms.out_of_sight(Permission.PRIVACY, "ask", ask_id), committing() as unit:
        asks.met(unit, ask_id=ask_id, actor=current_actor(), now=now(), origin=origin())
    return redirect(url_for(ROOM), 303)


@allow(Permission.PRIVACY)
@fresh
def show_one(referral_id: UUID) -> Response:
    """Show what may be done; nothing of the person yet."""
    _person(referral_id)
    return _one(referral_id, {})


@allow(Permission.PRIVACY)
@fresh
def show_all(referral_id: UUID) -> Response:
    """Show all that is kept, to be read or printed."""
    told = _told(referral_id)
    return work_page(
        "kept.html",
        Area.ORGANISATION,
        sections=kept_words.sections(told),
        lookers=kept_words.lookers(told),
        organisation=told["organisation"],
        back_href=url_for(".person_data_one", referral_id=referral_id),
        file_href=url_for(".person_data_file", referral_id=referral_id),
    )


@allow(Permission.PRIVACY)
@fresh
def give(referral_id: UUID) -> Response:
    """Give all that is kept as a file that programs read."""
    return kept_words.as_file(_told(referral_id))


@allow(Permission.PRIVACY)
@fresh
def erase(referral_id: UUID) -> ResponseReturnValue:
    """Erase the person, once it was said that they asked for it."""
    person_id = _person(referral_id)
    if request.form.get("asked") != "yes":
        return _one(referral_id, {"asked": _("Tick this first")})
    with committing() as unit:
        erase_person(
            unit,
            person_id=person_id,
            purpose=Purpose.SUBJECT_REQUEST,
            actor=current_actor(),
            now=now(),
            origin=origin(),
        )
    made = services()
    publish(Place(unit=committing, sealer=made.sealer, folder=made.settings.data_folder))
    return redirect(url_for(ROOM, done="erased"), 303)


def _person(referral_id: UUID) -> UUID:
    actor = current_actor()
    if actor.organisation_id is None:
        raise Forbidden("not_allowed")
    with rooms.out_of_sight(Permission.PRIVACY, SUBJECT, referral_id):
        return person_of(db.session(), referral_id=referral_id, actor=actor)


def _told(referral_id: UUID) -> kept_words.Told:
    person_id = _person(referral_id)
    with committing() as unit:  # that it was read is recorded
        return about_person(
            unit, person_id=person_id, sealer=services().sealer, actor=current_actor(), now=now(), origin=origin()
        )


def _ask(number: str = "", errors: dict[str, str] | None = None) -> Response:
    shown = rooms.page(
        "privacy.html",
        ROOM,
        number=number,
        errors=errors or {},
        erased=request.args.get("done") == "erased",
        form_action=url_for(".person_data_post"),
        met_action=url_for(".person_data_met"),
        asked=[_line(one) for one in asks.waiting(db.session(), actor=current_actor())],
    )
    shown.status_code = 422 if errors else 200
    return shown


def _line(one: Ask) -> dict[str, str]:
    """Say what somebody asked for; whom it is about only the number of their referral tells."""
    number = one.referral_id
    return {
        "id": str(one.id),
        "what": str(ASKED[one.kind]),
        "when": rooms.day(one.asked_at),
        "number": str(number or one.person_id),
        "href": url_for(".person_data_one", referral_id=number) if number else "",
    }


def _one(referral_id: UUID, errors: dict[str, str]) -> Response:
    shown = rooms.page(
        "privacy_one.html",
        "",
        number=str(referral_id),
        errors=errors,
        back_href=url_for(ROOM),
        all_href=url_for(".person_data_all", referral_id=referral_id),
        file_href=url_for(".person_data_file", referral_id=referral_id),
        form_action=url_for(".person_data_erase", referral_id=referral_id),
    )
    shown.status_code = 422 if errors else 200
    return shown
