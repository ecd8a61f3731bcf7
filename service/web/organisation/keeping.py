"""What an editor keeps, as an administrator says it: the whole catalogue, or some districts and organisations."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session

from service.accounts.people import LONGEST_SEARCH, Account
from service.accounts.permissions import Actor, Role
from service.accounts.record.audit import Origin
from service.catalog import organisations
from service.catalog.editing.organisations import search_organisations
from service.catalog.keepers import setting
from service.catalog.keepers.rule import districts_of
from service.web.rendering import country_pack

LONGEST = 4000  # characters of all districts
FOUND = 20  # organisations shown of those that were looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The form as it stands."""

    scope: str = "whole"
    districts: str = ""
    organisations: tuple[UUID, ...] = ()
    find: str = ""


def is_editor(person: Account) -> bool:
    """Tell whether somebody edits the catalogue now, so that there is something to say."""
    return any(role.role is Role.EDITOR for role in person.roles)


def sent() -> Typed:
    """Return the form as it was sent."""
    ids = (_id(text) for text in request.form.getlist("organisations")[: setting.MOST + 1])
    return Typed(
        scope=request.form.get("scope", ""),
        districts=request.form.get("districts", "")[:LONGEST],
        organisations=tuple(dict.fromkeys(one for one in ids if one is not None)),
        find=request.form.get("find_organisation", "").strip()[:LONGEST_SEARCH],
    )


def stored(session: Session, user_id: UUID) -> Typed:
    """Return the form as it is kept."""
    kept = setting.kept_by(session, user_id)
    if kept is None:
        return Typed()
    ids = tuple(one for one, _name in kept.organisations)
    return Typed(scope="part", districts=", ".join(kept.districts), organisations=ids)


def save(session: Session, *, user_id: UUID, actor: Actor, now: datetime, origin: Origin) -> None:
    """Keep what was sent. Raises as `setting.let_keep`."""
    typed = sent()
    if typed.scope != "part":
        setting.let_keep_all(session, user_id=user_id, actor=actor, now=now, origin=origin)
        return
    setting.let_keep(
        session,
        user_id=user_id,
        districts=districts_of(typed.districts),
        organisation_ids=typed.organisations,
        known=districts(),
        actor=actor,
        now=now,
        origin=origin,
    )


def districts() -> frozenset[str]:
    """Return the districts of this country; where it has none, the codes of its widest table."""
    tables, levels = country_pack().tables, country_pack().levels
    return frozenset(tables.get("districts") or tables[levels[-1].table])


def shown(session: Session, typed: Typed) -> dict[str, object]:
    """Return what the form needs; what is looked for comes behind what is chosen."""
    known = organisations.names(session, typed.organisations)
    chosen = [(str(one), known[one]) for one in typed.organisations if one in known]
    found = search_organisations(session, typed.find, limit=FOUND) if typed.find else ()
    more = [(str(one.id), one.name) for one in found if one.id not in known]
    return {
        "scope": typed.scope if typed.scope == "part" else "whole",
        "districts": typed.districts,
        "organisations": sorted(chosen, key=lambda one: (one[1], one[0])) + more,
        "chosen": [one for one, _name in chosen],
        "find": typed.find,
        "nothing_found": bool(typed.find) and not found,
    }


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
