"""Referring by JSON: send a person's referral, read what became of it. An answer never holds the leader's link."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from apiflask import APIBlueprint
from flask import Response, jsonify, request
from flask.blueprints import BlueprintSetupState
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from service.accounts.credentials import new_token
from service.accounts.permissions import Permission
from service.api.access import allow, current_actor, origin
from service.api.choosing import Said, choose_once
from service.api.conditional import IF_NONE_MATCH, UNCHANGED, tagged
from service.api.doors import PREFIX, services
from service.api.reading import Moment, Sent, Told
from service.catalog.where.packs import load_pack
from service.clock import now
from service.config import LANGUAGES
from service.db import committing
from service.db.sealing import Sealer
from service.errors import Invalid, NotFound, Problem
from service.notifications import outbox
from service.referrals import consent, intake, operations, queries
from service.referrals.operations import Mail
from service.referrals.people.given import MAX_STORY, PersonGiven

ROUTE = f"{PREFIX}/referrals"
FIELDS = ("id", "person_id", "state", "created_at", "changed_at", "version", "introductions")
KEY = "Idempotency-Key"
CHOOSING = ("person_id", "is_another", "reasons", "own_words", "tell_referrer", "service_id")  # where no group is named
SECURITY = "key"
SCHEME = {"type": "http", "scheme": "bearer", "description": "An API key of your organisation, or an access token."}
LINKS = {
    "read": {"operationId": "referral", "parameters": {"referral_id": "$response.body#/id"}},
    "introductions": {"operationId": "introductions", "parameters": {"referral_id": "$response.body#/id"}},
    "ask": {"operationId": "ask", "parameters": {"referral_id": "$response.body#/id"}},
    "plan": {"operationId": "plan", "parameters": {"person_id": "$response.body#/person_id"}},
    "change_plan": {"operationId": "change_plan", "parameters": {"person_id": "$response.body#/person_id"}},
}
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
    """What the person said yes to, for this one group; or, where link workers choose, for these."""

    given: Annotated[bool, Field(description="They said yes. Without it nothing is stored.")]
    items: Annotated[
        list[Literal["name", "contact", "needs", "access_needs", "measures", "outcome"]],
        Field(max_length=len(consent.ITEMS), description="What may be told to the group: at least name and contact."),
    ]
    words_version: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,60}$", description="The wording they were given.")]
    method: Literal["spoken", "written", "online"]
    given_at: Annotated[Moment, Field(description="When they said yes, with its time zone.")]
    given_by: Literal["self", "representative"] = "self"
    representative: Annotated[
        str | None, Field(max_length=intake.MAX_REPRESENTATIVE, description="Who decided for them, and why they may.")
    ] = None
    purpose: Annotated[
        Literal["introduction", "link_work"], Field(description="link_work: where no group is named.")
    ] = "introduction"
    expires_at: Annotated[Moment | None, Field(description="At most twelve months after given_at.")] = None
    group_id: Annotated[UUID | None, Field(description="If sent, it must be the group of the referral.")] = None

    @property
    def said(self) -> intake.ConsentIn:
        """What the person said."""
        return intake.ConsentIn(**self.model_dump(exclude={"items"}), items=frozenset(self.items))


class ReferralIn(Sent):
    """One person, referred to one group; or without one, to link workers who choose it with them."""

    group_id: Annotated[UUID | None, Field(description="Without it, link workers choose a group with the person.")] = (
        None
    )
    person: Annotated[PersonIn | None, Field(description="Somebody new.")] = None
    person_id: Annotated[UUID | None, Field(description="Somebody known, where no group is named.")] = None
    is_another: Annotated[bool, Field(description="Somebody like this is known, and it is somebody else.")] = False
    reasons: Annotated[
        list[Literal["lonely", "lost_someone", "carer", "new_here", "low_mood", "moving"]],
        Field(max_length=len(intake.REASONS), description="Why, for link workers alone."),
    ] = []
    own_words: Annotated[
        str, Field(max_length=MAX_STORY, description="What matters to them, as they say it. For link workers alone.")
    ] = ""
    tell_referrer: Annotated[bool, Field(description="They agree that you hear how it goes.")] = False
    service_id: Annotated[UUID | None, Field(description="Whose link workers; without it your own.")] = None
    consent: ConsentIn
    acknowledge_unvetted: Annotated[
        str | None,
        Field(max_length=intake.MAX_REASON, description="Why you refer to a group whose papers nobody has checked."),
    ] = None

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked for, by which it is known again: what came later and was not used is left out."""
        sent = self.model_dump(mode="json")
        return {name: value for name, value in sent.items() if value or name not in CHOOSING}

    @property
    def said(self) -> intake.ConsentIn:
        """What the person said."""
        return self.consent.said

    def request(self, group_id: UUID) -> intake.Request:
        """Return what is read where a group is named.

        Raises
        ------
        Invalid
            `referral`: no person, or a consent for something else.
        """
        wrong = {} if self.consent.purpose == "introduction" else {"consent.purpose": Problem("unknown_choice")}
        if self.person is None or wrong:
            raise Invalid("referral", fields=wrong or {"person": Problem("missing")})
        return intake.Request(
            group_id=group_id,
            person=intake.PersonIn(**self.person.model_dump()),
            consent=self.said,
            acknowledge_unvetted=self.acknowledge_unvetted,
        )

    def wish(self) -> Said:
        """Return what is read where link workers choose.

        Raises
        ------
        Invalid
            `referral`: nobody, or two at once.
        """
        if (self.person is None) == (self.person_id is None):
            raise Invalid("referral", fields={"person": Problem("one_person")})
        given = self.person.model_dump(exclude_none=True) if self.person is not None else {"preferred_name": ""}
        return Said(
            given=PersonGiven(**given),
            known=self.person_id,
            is_another=self.is_another,
            reasons=frozenset(self.reasons),
            words=self.own_words,
            yes=self.consent.given,
            tell=self.tell_referrer,
            method=self.consent.method,
            source="api",
            service_id=self.service_id,
            said=self.said,
        )


class PageIn(BaseModel):
    """Which page of a list, and what of each line."""

    model_config = ConfigDict(extra="forbid")

    page: Annotated[int, Field(ge=1, le=10_000)] = 1
    fields: Annotated[
        str | None,
        Field(
            pattern=rf"^({'|'.join(FIELDS)})(,({'|'.join(FIELDS)})){{0,{len(FIELDS)}}}$",
            description="Names with commas between: of each line only these, and its id.",
        ),
    ] = None


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
    asks_on: Annotated[date | None, Field(description="Held back until then: the group has no room before.")]


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


class ReferralPart(Told):
    """Of a referral only what `fields` asks for."""

    id: UUID
    person_id: UUID | None = None
    state: str | None = None
    created_at: AwareDatetime | None = None
    changed_at: AwareDatetime | None = None
    version: int | None = None
    introductions: list[IntroductionOut] | None = None


class ReferralOut(ReferralLine):
    """A referral, what the person agreed to, and each step so far."""

    agreed_items: list[str]
    agreed_until: AwareDatetime | None
    moves: list[MoveOut]


class ReferralsOut(Told):
    """A page of referrals, newest first. `next_page` is missing on the last."""

    referrals: list[ReferralLine | ReferralPart]
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
    @api.output(ReferralOut, status_code=201, links=LINKS)
    @api.doc(
        security=SECURITY,
        responses={200: "It was made before, by the same key and body"},
        extensions={"parameters": [KEY_PARAMETER]},
    )
    def refer(json_data: ReferralIn) -> tuple[ReferralOut, int, dict[str, str]]:
        """Refer a person to a group, or to link workers who choose one"""
        given: Any = {
            "sealer": _sealer(),
            "key": request.headers.get(KEY),
            "route": ROUTE,
            "body": json_data.asked,
            "actor": current_actor(),
            "now": now(),
            "origin": origin(),
        }
        with committing() as unit:
            if json_data.group_id is None:
                made, new = choose_once(unit, wish=json_data.wish(), **given)
            else:
                asked = json_data.request(json_data.group_id)
                made, new = operations.refer_once(unit, mail=to_leaders(), request=asked, **given)
        return ReferralOut.model_validate(made), 201 if new else 200, {"Location": f"{ROUTE}/{made.id}"}


def _register_reading(api: APIBlueprint) -> None:
    @api.get("/referrals/<uuid:referral_id>")
    @allow(Permission.READ_REFERRALS)
    @api.output(ReferralOut)
    @api.doc(
        security=SECURITY,
        operation_id="referral",
        responses={304: UNCHANGED, 404: "No such referral of your organisation"},
        extensions={"parameters": [IF_NONE_MATCH]},
    )
    def referral(referral_id: UUID) -> Response:
        """Read one referral"""
        with committing() as unit:  # reading of a person is recorded, also when refused
            found = operations.read_status(
                unit, sealer=_sealer(), referral_id=referral_id, actor=current_actor(), now=now(), origin=origin()
            )
        if found is None:
            raise NotFound("referral")
        return tagged(ReferralOut.model_validate(found))

    @api.get("/referrals")
    @allow(Permission.READ_REFERRALS)
    @api.input(PageIn, location="query")
    @api.output(ReferralsOut)
    @api.doc(security=SECURITY, responses={422: "No such page"})
    def referrals(query_data: PageIn) -> Response:
        """List your organisation's referrals"""
        page, fields = query_data.page, query_data.fields
        with committing() as unit:  # reading of people is recorded
            found = operations.read_list(
                unit, sealer=_sealer(), actor=current_actor(), now=now(), page=page, origin=origin()
            )
        wanted = {"id", *(fields.split(",") if fields else FIELDS)}
        lines = [ReferralLine.model_validate(one) for one in found[: queries.PAGE]]
        told = [line.model_dump(mode="json", include=wanted) for line in lines]
        return jsonify({"referrals": told, "next_page": page + 1 if len(found) > queries.PAGE else None})


def _sealer() -> Sealer:
    return services().sealer(operations.PURPOSE)


def to_leaders() -> Mail:
    """Return how a group's leader is written to."""
    address = f"{services().settings.public_url}/{LANGUAGES[0]}/answer"
    return Mail(
        sealer=services().sealer(outbox.PURPOSE),
        new_token=new_token,
        link=lambda token: f"{address}/{token}",
        channel=services().mail_channel,
        zone=ZoneInfo(load_pack(services().gazetteer.root, services().settings.country).time_zone),
    )


def _name_the_key(state: BlueprintSetupState) -> None:
    schemes = state.app.config["SECURITY_SCHEMES"] or {}
    state.app.config["SECURITY_SCHEMES"] = {**schemes, SECURITY: SCHEME}
