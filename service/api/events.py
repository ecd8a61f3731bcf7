"""What happened to an organisation's referrals, as a feed: numbers and states, in one order, to be read on and on."""

from typing import Annotated, Literal
from uuid import UUID

from apiflask import APIBlueprint
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from service.accounts.permissions import Permission
from service.api.access import allow, current_actor, origin
from service.api.doors import PREFIX
from service.api.reading import Told
from service.api.referrals import SECURITY
from service.clock import now
from service.db import committing
from service.referrals.events import feed

ROUTE = f"{PREFIX}/events"
MOST_NUMBER = 2_147_483_647


class AfterIn(BaseModel):
    """From where to read on."""

    model_config = ConfigDict(extra="forbid")

    after: Annotated[int, Field(ge=0, le=MOST_NUMBER, description="The `after` of the answer before; 0: all.")] = 0
    limit: Annotated[int, Field(ge=1, le=feed.PAGE)] = feed.PAGE


class EventOut(Told):
    """One step. Of an introduction it names the group; it never holds a word of the person."""

    number: int
    id: UUID
    type: Literal["referral.step"] = "referral.step"
    at: AwareDatetime
    referral_id: UUID
    introduction_id: UUID | None
    group_id: UUID | None
    from_state: str
    to_state: str
    by_role: str


class EventsOut(Told):
    """Events by their numbers. Keep `after` and send it the next time; `more` says that some wait already."""

    events: list[EventOut]
    after: int
    more: bool


def register(api: APIBlueprint) -> None:
    """Add the address of the feed."""

    @api.get("/events")
    @allow(Permission.READ_REFERRALS)
    @api.input(AfterIn, location="query")
    @api.output(EventsOut, links={"next": {"operationId": "events", "parameters": {"after": "$response.body#/after"}}})
    @api.doc(security=SECURITY, operation_id="events", responses={422: "No such number"})
    def events(query_data: AfterIn) -> EventsOut:
        """Read what happened to your organisation's referrals"""
        after, limit = query_data.after, query_data.limit
        with committing() as unit:  # reading of people is recorded
            found = feed.read(unit, after=after, limit=limit, actor=current_actor(), now=now(), origin=origin())
        told = found[:limit]
        return EventsOut(
            events=[EventOut.model_validate(one) for one in told],
            after=told[-1].number if told else after,
            more=len(found) > limit,
        )
