"""The form of somebody who is helped: added or changed, after a look at whoever looks the same here."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from babel import Locale
from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel.speaklater import LazyString

from service.accounts.permissions import Permission
from service.accounts.record.audit import Purpose
from service.clock import now
from service.config import LANGUAGES
from service.db import committing, db
from service.db.sealing import Sealer
from service.errors import Conflict, Invalid, NotFound
from service.referrals import operations as referrals
from service.referrals.people import merging, operations, queries
from service.referrals.people.given import PersonGiven
from service.referrals.people.queries import PersonView, Same
from service.web import moments
from service.web.access import allow, current_actor, origin
from service.web.figures import locale_of
from service.web.languages import NAMES, current_language, offered
from service.web.posting import post_office
from service.web.professional.people import words
from service.web.rendering import country_pack, services
from service.web.rooms import Area
from service.web.work import work_page

LONGEST_TYPED = 4000  # characters that a page repeats
TYPED = (
    *("preferred_name", "contact", "contact_rule", "contact_notes", "language", "interpreter", "born", "story"),
    *("needs", "representative"),
)


@allow(Permission.REFER)
def show_new() -> Response:
    """Show the empty form."""
    return _page(PersonGiven(preferred_name="", language=LANGUAGES[0]))


@allow(Permission.REFER)
def add() -> ResponseReturnValue:
    """Keep somebody; where one looks the same, ask first whether it is them."""
    given, errors = _typed(), dict[str, str]()
    alike, known = _alike(given)
    if (alike or known) and request.form.get("other") != "yes":
        return _page(given, alike=alike, known=known, status=409)
    try:
        with committing() as unit:
            made = operations.add(unit, sealer=sealer(), given=given, actor=current_actor(), now=now(), origin=origin())
    except Invalid as error:
        errors = sentences(error)
        return _page(given, errors=errors, status=422)
    return redirect(url_for(".person_consents", person_id=made), 303)


@allow(Permission.REFER)
def show_one(person_id: UUID) -> Response:
    """Show what is kept of somebody, to be changed; that it was read is recorded."""
    seen = reading(person_id)
    alike, _known = _alike(seen.given, besides=person_id)
    return _page(seen.given, seen, alike=alike)


@allow(Permission.REFER)
def change(person_id: UUID) -> ResponseReturnValue:
    """Change what is kept of somebody."""
    given = _typed()
    try:
        with known_here(person_id, "change_person"), committing() as unit:
            operations.change(
                unit,
                sealer=sealer(),
                person_id=person_id,
                given=given,
                version=request.form.get("version", 0, type=int),
                post=post_office(),
                actor=current_actor(),
                now=now(),
                origin=origin(),
            )
    except Invalid as error:
        return _page(given, reading(person_id), errors=sentences(error), status=422)
    except Conflict:
        return _again(person_id)
    return redirect(url_for(".person_consents", person_id=person_id), 303)


@allow(Permission.REFER)
def merge(person_id: UUID) -> ResponseReturnValue:
    """Put another record of the same person into this one."""
    try:
        other_id = UUID(request.form.get("other", ""))
    except ValueError:
        return _again(person_id, 422)
    try:
        with known_here(person_id, "merge_people"), committing() as unit:
            merging.merge(
                unit,
                sealer=sealer(),
                keep_id=person_id,
                other_id=other_id,
                version=request.form.get("other_version", 0, type=int),
                post=post_office(),
                actor=current_actor(),
                now=now(),
                origin=origin(),
            )
    except (Conflict, Invalid):
        return _again(person_id)
    return redirect(url_for(".person_change", person_id=person_id), 303)


def reading(person_id: UUID) -> PersonView:
    """Read somebody, and record it, also when refused."""
    with committing() as unit:
        seen = operations.read(
            unit, sealer=sealer(), person_id=person_id, actor=current_actor(), now=now(), origin=origin()
        )
    if seen is None:
        raise NotFound("person")
    return seen


def sentences(error: Invalid) -> dict[str, str]:
    """Say what is wrong with each field."""
    return {name: str(_sentence(name, problem.code)) for name, problem in error.fields.items()}


def _sentence(name: str, code: str) -> LazyString:
    missing = words.MISSING.get(name) if code == "unknown_choice" else None
    return missing or words.PROBLEMS[code]


def sealer() -> Sealer:
    """Return what seals text of people."""
    return services().sealer(referrals.PURPOSE)


@contextmanager
def known_here(person_id: UUID, action: str) -> Iterator[None]:
    """Keep that somebody asked for a person who is not there, or not theirs: which of the two nobody learns.

    Put it outside the unit of work, which rolls back.
    """
    try:
        yield
    except NotFound:
        with committing() as unit:
            operations.note(
                unit, action, person_id, (), Purpose.FOLLOW_UP, current_actor(), now(), origin(), outcome="denied"
            )
        raise


def _again(person_id: UUID, status: int = 409) -> Response:
    """Show what is kept now to whoever was too late with a change."""
    seen = reading(person_id)
    late = {"preferred_name": str(_("Somebody else changed this first. Please look it over again"))}
    return _page(seen.given, seen, errors=late, status=status)


def _typed() -> PersonGiven:
    texts = {name: request.form.get(name, "")[:LONGEST_TYPED].strip() for name in TYPED}
    care = request.form.getlist("care")
    return PersonGiven(**texts, under_18="under_18" in care, safety="safety" in care)


def _alike(given: PersonGiven, *, besides: UUID | None = None) -> tuple[tuple[Same, ...], bool]:
    """Look for whoever looks the same, and say whether somebody else here helps them already."""
    with committing() as unit:  # whose names are shown is recorded
        found = operations.look_for_same(
            unit,
            sealer=sealer(),
            given=given,
            actor=current_actor(),
            besides=besides,
            now=now(),
            origin=origin(),
        )
    if found or besides:
        return found, False
    known = queries.known(db.session(), sealer=sealer(), given=given, actor=current_actor(), now=now())
    return (), known


def _page(
    given: PersonGiven,
    seen: PersonView | None = None,
    *,
    alike: Sequence[Same] = (),
    known: bool = False,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    person_id = seen.id if seen else None
    shown = work_page(
        "professional/people/person.html",
        Area.REFERRALS,
        form_action=url_for(".person_change_post", person_id=person_id) if person_id else url_for(".person_add_post"),
        together_action=url_for(".person_together", person_id=person_id) if person_id else "",
        back_href=url_for(".person_consents", person_id=person_id) if person_id else url_for(".referrals"),
        values=given,
        care=[name for name in words.CARE if getattr(given, name)],
        shown=seen.shown if seen else queries.ALL,
        hidden=[("version", seen.version)] if seen else [],
        alike=[_line(one) for one in alike],
        known=known,
        errors=errors or {},
        rules=list(words.RULES.items()),
        care_choices=list(words.CARE.items()),
        languages=[(code, NAMES[code]) for code in LANGUAGES if code in offered() or code == given.language],
        interpreters=[("", _("No interpreter")), *_spoken()],
    )
    shown.status_code = status
    return shown


def _line(one: Same) -> dict[str, object]:
    return {
        "id": one.person_id,
        "version": one.version,
        "name": one.preferred_name,
        "href": url_for(".person_change", person_id=one.person_id),
        "looks": str(words.LOOKS[one.by]),
        "since": moments.day(one.created_at),
    }


def _spoken() -> list[tuple[str, str]]:
    """Return the languages of the world by their names in the reader's, those with two letters."""
    locale: Locale = locale_of(current_language(), country_pack().code)
    return sorted(((code, name) for code, name in locale.languages.items() if len(code) == 2), key=lambda one: one[1])
