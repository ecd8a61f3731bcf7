"""All people of one organisation by JSON: ids and how they may be reached, on and on. No word of anybody."""

from typing import Annotated
from uuid import UUID

from apiflask import APIBlueprint
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from service.accounts.permissions import Permission
from service.accounts.record.audit import Purpose
from service.api.access import allow, current_actor, origin
from service.api.doors import services
from service.api.people import REFERENCE
from service.api.reading import Moment, Told
from service.api.referrals import SECURITY
from service.clock import now
from service.db import committing
from service.errors import Invalid, Problem
from service.referrals import operations
from service.referrals.people import listing
from service.referrals.people import operations as people
from service.referrals.people.listing import Wanted

SINCE = "When it was changed, or later; with its time zone."


class PeopleIn(BaseModel):
    """From where to read on, and whom."""

    model_config = ConfigDict(extra="forbid")

    updated_since: Annotated[Moment | None, BeforeValidator(lambda given: str(given).replace(" ", "+")),
                             Field(description=SINCE)] = None  # fmt: skip
    after: Annotated[UUID | None, Field(description="With updated_since: as `next` of the answer before says.")] = None
    reference: Annotated[str, Field(pattern=REFERENCE, description="What your system calls somebody.")] = ""


class PersonLineOut(Told):
    """Somebody by their id."""

    id: UUID
    version: int
    contact_rule: str
    language: str
    changed_at: AwareDatetime
    referrals: list[UUID]


class NextOut(Told):
    """What to send to read on."""

    updated_since: AwareDatetime
    after: UUID


class PeopleOut(Told):
    """People in the order in which they changed; `next` is null at the end."""

    people: list[PersonLineOut]
    next: NextOut | None


NEXT = {
    "operationId": "people",
    "parameters": {
        "updated_since": "$response.body#/next/updated_since",
        "after": "$response.body#/next/after",
    },
}


def register(api: APIBlueprint) -> None:
    """Add the address of the list."""

    @api.get("/people")
    @allow(Permission.READ_REFERRALS)
    @api.input(PeopleIn, location="query")
    @api.output(PeopleOut, links={"next": NEXT})
    @api.doc(security=SECURITY, operation_id="people", responses={422: "No such time, or `after` without it"})
    def list_people(query_data: PeopleIn) -> PeopleOut:
        """List your organisation's people"""
        if query_data.after is not None and query_data.updated_since is None:
            raise Invalid("parameters", fields={"updated_since": Problem("missing")})
        wanted = Wanted(since=query_data.updated_since, after=query_data.after, reference=query_data.reference)
        actor, at = current_actor(), now()
        with committing() as unit:  # reading of people is recorded
            found = listing.people(unit, sealer=services().sealer(operations.PURPOSE), wanted=wanted, actor=actor)
            told = found[: listing.PAGE]
            named = ("contact_rule", "language", *(f"id:{one.id}" for one in told))
            people.note(unit, "read_people", None, named, Purpose.FOLLOW_UP, actor, at, origin())
        more = len(found) > len(told)
        onward = NextOut(updated_since=told[-1].changed_at, after=told[-1].id) if more else None
        return PeopleOut(people=[PersonLineOut.model_validate(_line(one)) for one in told], next=onward)


def _line(one: listing.PersonLine) -> dict[str, object]:
    return {name: getattr(one, name) for name in PersonLineOut.model_fields if name != "referrals"} | {
        "referrals": list(one.referrals)
    }
