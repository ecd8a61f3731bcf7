"""Setting the name, who runs it, the place and the look of an installation, a part at a time. Never commits."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Permission
from service.accounts.record import audit
from service.catalog.checks import SHAPES
from service.catalog.models_site import ONLY, Site
from service.catalog.site import colours
from service.catalog.site.logos import drawn
from service.catalog.telephone import Telephone, international
from service.catalog.where.packs import countries
from service.catalog.where.places import Ambiguous, Gazetteer, Place
from service.config import LANGUAGES
from service.errors import Conflict, Forbidden, Invalid, Problem

LONGEST_NAME = 40  # characters: it stands in the head of every page
LONGEST_OPERATOR = 120
LONGEST_CONTACT = 200
LONGEST_AREA = 120
PARTS = ("name", "operator", "country", "area", "languages", "colour", "logo")
SUBJECT = "site"


@dataclass(frozen=True, slots=True, kw_only=True)
class Save:
    """Who sets something, and what they saw: `version` of what their page showed, 0 when nothing was set."""

    version: int | None
    actor: Actor
    now: datetime
    origin: audit.Origin = audit.NOWHERE


def name(typed: str) -> dict[str, object]:
    """Read a name; Invalid with `needed`, `too_long` or `unprintable`."""
    return {"name": _line("name", typed, LONGEST_NAME)}


def operator(typed: str, reached: str, telephone: Telephone) -> dict[str, object]:
    """Read who runs it, and where they are reached about what is kept.

    Raises
    ------
    Invalid
        As `name`; also with `contact_unreadable` for what is no e-mail address, https address or number of here.
    """
    found, contact = _line("operator", typed, LONGEST_OPERATOR), _line("contact", reached, LONGEST_CONTACT)
    if not (SHAPES["email"](contact) or (contact.startswith("https://") and SHAPES["url"](contact))):
        try:
            international(contact, telephone)
        except Invalid as error:
            raise _refused("contact", "contact_unreadable") from error
    return {"operator": found, "contact": contact}


def _line(field: str, typed: str, longest: int) -> str:
    found = " ".join(typed.split())
    if not found:
        raise _refused(field, "needed")
    if len(found) > longest:
        raise _refused(field, "too_long", limit=longest)
    if not found.isprintable():
        raise _refused(field, "unprintable")
    return found


def country(code: str, root: Path, *, rung: bool) -> dict[str, object]:
    """Read a country there is a pack for. `rung`: somebody says that its help lines answer.

    Raises
    ------
    Invalid
        With `not_a_choice`, or with `not_rung` for the field `rung`: its help lines stand on every page.
    """
    if code.upper() not in countries(root):
        raise _refused("country", "not_a_choice")
    if not rung:
        raise _refused("rung", "not_rung")
    return {"country": code.lower()}


def area(typed: str, gazetteer: Gazetteer, *, country: str) -> dict[str, object]:
    """Read a town or postcode; nothing typed gives the choice back to the environment.

    Raises
    ------
    Invalid
        With `too_long`, `area_unknown`, or `area_several` (with `choices`).
    """
    words = " ".join(typed.split())
    if not words:
        return {"area": None}
    if len(words) > LONGEST_AREA:
        raise _refused("area", "too_long", limit=LONGEST_AREA)
    try:
        found = gazetteer.look_up(words, country=country)
    except Invalid as error:
        raise _refused("area", "area_unknown") from error
    if isinstance(found, Ambiguous):
        raise _refused("area", "area_several", choices=tuple(place.label for place in found.choices))
    if not isinstance(found, Place):
        raise _refused("area", "area_unknown")
    return {"area": words}


def languages(ticked: Collection[str]) -> dict[str, object]:
    """Read which languages the pages have; English is one of them, ticked or not."""
    if not set(ticked) <= set(LANGUAGES):
        raise _refused("languages", "not_a_choice")
    return {"languages": [code for code in LANGUAGES if code in ticked or code == LANGUAGES[0]]}


def colour(typed: str) -> dict[str, object]:
    """Read the main colour.

    Raises
    ------
    Invalid
        With `needed`, `not_a_colour`, or `colour_pale` (with the `ratio` it has, the `least`, and the `nearest` that
        works).
    """
    if not typed.strip():
        raise _refused("colour", "needed")
    found = colours.read(typed)
    if found is None:
        raise _refused("colour", "not_a_colour")
    if not colours.works(found):
        figures = {"ratio": colours.ratio(found), "least": colours.LEAST, "nearest": colours.nearest(found)}
        raise Invalid("site", fields={"colour": Problem("colour_pale", figures)})
    return {"colour": found}


def logo(data: bytes) -> dict[str, object]:
    """Read a logo; Invalid as `logos.drawn` says."""
    made = drawn(data)
    return {"logo": made.data, "logo_width": made.width, "logo_height": made.height}


NO_LOGO: Mapping[str, object] = {"logo": None, "logo_width": None, "logo_height": None}


def keep(session: Session, part: str, values: Mapping[str, object], save: Save) -> None:
    """Keep the values of a part, and that it was set.

    Raises
    ------
    Forbidden
        `manage`.
    Conflict
        `changed_meanwhile`: somebody else set something since.
    """
    if not save.actor.may(Permission.MANAGE):
        raise Forbidden(Permission.MANAGE.value)
    row = session.get(Site, ONLY)
    if save.version != (row.version if row else 0):
        raise Conflict("changed_meanwhile")
    if row is None:
        row = Site(id=ONLY)
        session.add(row)
    for column, value in values.items():
        setattr(row, column, value)
    try:
        session.flush()
    except IntegrityError as error:  # two began at once
        raise Conflict("changed_meanwhile") from error
    audit.record(
        session,
        actor=save.actor,
        action=f"set_up_{part}",
        subject=SUBJECT,
        subject_id=None,
        columns=tuple(values),
        now=save.now,
        origin=save.origin,
    )


def _refused(field: str, code: str, **params: object) -> Invalid:
    return Invalid("site", fields={field: Problem(code, params)})
