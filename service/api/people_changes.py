"""Changing what is kept of somebody, by JSON: only by whoever read it first. No answer holds a word of them."""

from typing import Annotated, Any, Literal
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response
from pydantic import Field
from sqlalchemy.orm import Session

from service.accounts.permissions import Permission
from service.api.access import allow, current_actor, origin
from service.api.conditional import CHANGED, IF_MATCH, matches, needs_match, tagged
from service.api.people import NONE, PersonOut, known_person, sealer_of_people, to_others, told_of
from service.api.reading import Sent
from service.api.referrals import SECURITY
from service.clock import now
from service.config import LANGUAGES
from service.db import committing
from service.referrals import intake
from service.referrals.people import given, queries
from service.referrals.people import operations as people

EXAMPLE: dict[str, Any] = {"contact": "01632 960188", "contact_rule": "phone"}


class PersonChangeIn(Sent):
    """What changes of somebody; what is left out stays. An empty text takes away what was there."""

    preferred_name: Annotated[str | None, Field(min_length=1, max_length=intake.MAX_NAME)] = None
    contact: Annotated[str | None, Field(max_length=intake.MAX_CONTACT)] = None
    contact_rule: Literal["any", "phone", "text", "email", "letter", "none"] | None = None
    contact_notes: Annotated[str | None, Field(max_length=given.MAX_NOTES)] = None
    language: Annotated[str | None, Field(pattern=rf"^({'|'.join(LANGUAGES)})$")] = None
    interpreter: Annotated[str | None, Field(pattern=r"^([a-z]{2,3})?$")] = None
    born: Annotated[str | None, Field(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")] = None
    needs: Annotated[str | None, Field(max_length=intake.MAX_NEEDS)] = None
    under_18: bool | None = None
    safety: bool | None = None
    representative: Annotated[str | None, Field(max_length=intake.MAX_REPRESENTATIVE)] = None


def register(api: APIBlueprint) -> None:
    """Add the address by which somebody is changed."""

    @api.patch("/people/<uuid:person_id>")
    @allow(Permission.REFER)
    @known_person
    @api.input(PersonChangeIn, example=EXAMPLE)
    @api.output(PersonOut)
    @api.doc(
        security=SECURITY,
        operation_id="change_person",
        responses={403: "The key may not do this, or another organisation keeps them", 404: NONE, **CHANGED},
        extensions={"parameters": [IF_MATCH]},
    )
    def change_person(person_id: UUID, json_data: PersonChangeIn) -> Response:
        """Change what is kept of somebody"""
        needs_match()
        with committing() as unit:
            _change(unit, person_id, json_data.model_dump(exclude_none=True))
            return tagged(told_of(queries.person(unit, person_id=person_id, **_asking())))


def _change(unit: Session, person_id: UUID, changes: dict[str, Any]) -> None:
    queries.find(unit, person_id=person_id, actor=current_actor(), now=now(), lock=True)
    found = queries.person(unit, person_id=person_id, **_asking())
    matches(told_of(found))
    people.change(
        unit,
        person_id=person_id,
        given=people.changed(found, changes),
        version=found.version,
        post=to_others(),
        origin=origin(),
        **_asking(),
    )


def _asking() -> dict[str, Any]:
    return {"sealer": sealer_of_people(), "actor": current_actor(), "now": now()}
