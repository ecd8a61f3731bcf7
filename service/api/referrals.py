"""Referring by JSON: send a person's referral, read what became of it. An answer never holds the leader's link."""

from typing import Annotated, Any, Literal
from uuid import UUID

from apiflask import APIBlueprint
from flask import request
from flask.blueprints import BlueprintSetupState
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from service.accounts.credentials import new_token
from service.accounts.permissions import Permission
from service.api.access import allow, current_actor, origin
from service.api.doors import PREFIX, services
from service.api.reading import Sent, Told
from service.clock import now
from service.config import LANGUAGES
from service.db import committing
from service.db.sealing import Sealer
from service.errors import NotFound
from service.notifications import outbox
from service.referrals import consent, intake, operations, queries
from service.referrals.operations import Mail

ROUTE = f"{PREFIX}/referrals"
KEY = "Idempotency-Key"
SECURITY = "key"
SCHEME = {"type": "http", "scheme": "bearer", "description": "An API key of your organisation, or an access token."}
KEY_PARAMETER = {
    "name": KEY,
    "in": "header",
    "required": True,
    "description": "Yours, new for each referral. Sent again with the same body, it makes nothing twice.",
    "schema": {"type": "string", "minLength": 8, "maxLength": 200, "pattern": "^[!-~]{8,200}$"},
}
EXAMPLE: dict[str, Any] = {
    "group_id": "6b6d2f5e-0c34-5c1f-9d57-7f8f2f0c9a11",
    "person": {
        "preferred_name": "Cai",
        "contact": "01632 960123",
        "contact_rule": "phone",
        "needs": "Sits by the door",
    },
    "consent": {
        "given": True,
        "items": ["name", "contact", "access_needs"],
        "words_version": "2026-01",
        "method": "spoken",
        "given_at": "2026-11-02T10:00:00Z",
    },
}


class PersonIn(Sent):
    """The person, with the least a group needs to welcome them."""

    preferred_name: Annotated[
        str,
        Field(min_length=1, max_length=intake.MAX_NAME, description="What they like to be called; told to the group."),
    ]
    contact: Annotated[
        str | None,
        Field(max_length=intake.MAX_CONTACT, description="One safe way to reach them; told on a yes."),
    ] = None
    contact_rule: Annotated[
        Literal["any", "phone", "text", "email", "letter", "none"], Field(description="none: by nobody, never.")
    ] = "any"
    needs: Annotated[
        str | None, Field(max_length=intake.MAX_NEEDS, description="Access needs to tell. No diagnosis, no score.")
    ] = None
    under_18: Annotated[bool, Field(description="Only a checked organisation may be told.")] = False
    safety: Annotated[bool, Field(description="At risk: only a checked organisation may be told.")] = False


class ConsentIn(Sent):
    """What the person said yes to, for this one group."""

    given: Annotated[bool, Field(description="They said yes. Without it nothing is stored.")]
    items: Annotated[
        list[Literal["name", "contact", "needs", "access_needs", "measures", "outcome"]],
        Field(max_length=len(consent.ITEMS), description="What may be told to the group: at least name and contact."),
    ]
    words_version: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,60}$", description="The wording they were given.")]
    method: Literal["spoken", "written", "online"]
    given_at: Annotated[AwareDatetime, Field(description="When they said yes, with its time zone.")]
    given_by: Literal["self", "representative"] = "self"
    representative: Annotated[
        str | None, Field(max_length=intake.MAX_REPRESENTATIVE, description="Who decided for them, and why they may.")
    ] = None
    purpose: Literal["introduction"] = "introduction"
    expires_at: Annotated[AwareDatetime | None, Field(description="At most twelve months after given_at.")] = None
    group_id: Annotated[UUID | None, Field(description="If sent, it must be the group of the referral.")] = None


class ReferralIn(Sent):
    """One person, referred to one group."""

    group_id: UUID
    person: PersonIn
    consent: ConsentIn
    acknowledge_unvetted: Annotated[
        str | None,
        Field(max_length=intake.MAX_REASON, description="Why you refer to a group whose papers nobody has checked."),
    ] = None

    def request(self) -> intake.Request:
        """Return what the domain reads."""
        said = self.consent.model_dump(exclude={"items"})
        return intake.Request(
            group_id=self.group_id,
            person=intake.PersonIn(**self.person.model_dump()),
            consent=intake.ConsentIn(**said, items=frozenset(self.consent.items)),
            acknowledge_unvetted=self.acknowledge_unvetted,
        )


class PageIn(BaseModel):
    """Which page of a list."""

    model_config = ConfigDict(extra="forbid")

    page: Annotated[int, Field(ge=1, le=10_000)] = 1


class IntroductionOut(Told):
    """One group that was asked, and what it said."""

    id: UUID
    group_id: UUID
    group_name: str
    state: str
    reason: str | None
    note: str | None
    sent_at: AwareDatetime
    answered_at: AwareDatetime | None


class MoveOut(Told):
    """One step, as it happened."""

    entity: Literal["referral", "introduction"]
    entity_id: UUID
    from_state: str
    to_state: str
    by_role: str
    at: AwareDatetime


class ReferralLine(Told):
    """Where a referral stands. It names nobody: you know the person by the referral's id."""

    id: UUID
    person_id: UUID
    state: str
    created_at: AwareDatetime
    changed_at: AwareDatetime
    version: int
    introductions: list[IntroductionOut]


class ReferralOut(ReferralLine):
    """A referral, what the person agreed to, and each step so far."""

    agreed_items: list[str]
    agreed_until: AwareDatetime | None
    moves: list[MoveOut]


class ReferralsOut(Told):
    """A page of referrals, newest first. `next_page` is missing on the last."""

    referrals: list[ReferralLine]
    next_page: int | None


def register(api: APIBlueprint) -> None:
    """Add the addresses of referrals."""
    api.record_once(_name_the_key)
    _register_referring(api)
    _register_reading(api)


def _register_referring(api: APIBlueprint) -> None:
    @api.post("/referrals")
    @allow(Permission.REFER)
    @api.input(ReferralIn, example=EXAMPLE)
    @api.output(ReferralOut, status_code=201)
    @api.doc(
        security=SECURITY,
        responses={200: "It was made before, by the same key and body"},
        extensions={"parameters": [KEY_PARAMETER]},
    )
    def refer(json_data: ReferralIn) -> tuple[ReferralOut, int, dict[str, str]]:
        """Refer a person to a group"""
        with committing() as unit:
            made, new = operations.refer_once(
                unit,
                sealer=_sealer(),
                mail=_mail(),
                key=request.headers.get(KEY),
                route=ROUTE,
                body=json_data.model_dump(mode="json"),
                request=json_data.request(),
                actor=current_actor(),
                now=now(),
                origin=origin(),
            )
        return ReferralOut.model_validate(made), 201 if new else 200, {"Location": f"{ROUTE}/{made.id}"}


def _register_reading(api: APIBlueprint) -> None:
    @api.get("/referrals/<uuid:referral_id>")
    @allow(Permission.READ_REFERRALS)
    @api.output(ReferralOut)
    @api.doc(security=SECURITY, responses={404: "No such referral of your organisation"})
    def referral(referral_id: UUID) -> ReferralOut:
        """Read one referral"""
        with committing() as unit:  # reading of a person is recorded, also when refused
            found = operations.read_status(
                unit, sealer=_sealer(), referral_id=referral_id, actor=current_actor(), now=now(), origin=origin()
            )
        if found is None:
            raise NotFound("referral")
        return ReferralOut.model_validate(found)

    @api.get("/referrals")
    @allow(Permission.READ_REFERRALS)
    @api.input(PageIn, location="query")
    @api.output(ReferralsOut)
    @api.doc(security=SECURITY, responses={422: "No such page"})
    def referrals(query_data: PageIn) -> ReferralsOut:
        """List your organisation's referrals"""
        page = query_data.page
        with committing() as unit:  # reading of people is recorded
            found = operations.read_list(
                unit, sealer=_sealer(), actor=current_actor(), now=now(), page=page, origin=origin()
            )
        lines = [ReferralLine.model_validate(one) for one in found[: queries.PAGE]]
        return ReferralsOut(referrals=lines, next_page=page + 1 if len(found) > queries.PAGE else None)


def _sealer() -> Sealer:
    return services().sealer(operations.PURPOSE)


def _mail() -> Mail:
    address = f"{services().settings.public_url}/{LANGUAGES[0]}/answer"
    return Mail(
        sealer=services().sealer(outbox.PURPOSE),
        new_token=new_token,
        link=lambda token: f"{address}/{token}",
        channel=services().mail_channel,
    )


def _name_the_key(state: BlueprintSetupState) -> None:
    schemes = state.app.config["SECURITY_SCHEMES"] or {}
    state.app.config["SECURITY_SCHEMES"] = {**schemes, SECURITY: SCHEME}
