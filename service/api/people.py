"""People by JSON: keep somebody once, and what they say yes to; take a yes back. No answer holds a word of them."""

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, Literal, ParamSpec, TypeVar
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, request
from pydantic import AwareDatetime, Field

from service.accounts.once import Replay, idempotent
from service.accounts.permissions import Permission
from service.accounts.record.audit import Purpose
from service.accounts.record.telling import Post
from service.api.access import allow, current_actor, origin
from service.api.conditional import IF_NONE_MATCH, UNCHANGED, tagged
from service.api.doors import PREFIX, services
from service.api.reading import Sent, Told
from service.api.referrals import KEY, KEY_PARAMETER, SECURITY
from service.clock import now
from service.config import LANGUAGES
from service.db import committing, db
from service.db.sealing import Sealer
from service.errors import NotFound
from service.notifications import outbox
from service.referrals import consent, intake, operations
from service.referrals.people import given, queries
from service.referrals.people import operations as people
from service.referrals.people.given import PersonGiven, Yes

P = ParamSpec("P")
R = TypeVar("R")
ROUTE = f"{PREFIX}/people"
NONE = "No such person of your organisation's"
LINKS = {
    "read": {"operationId": "person", "parameters": {"person_id": "$response.body#/id"}},
    "change": {"operationId": "change_person", "parameters": {"person_id": "$response.body#/id"}},
    "consents": {"operationId": "consents", "parameters": {"person_id": "$response.body#/id"}},
    "assess": {"operationId": "assess", "parameters": {"person_id": "$response.body#/id"}},
    "assessments": {"operationId": "assessments", "parameters": {"person_id": "$response.body#/id"}},
}
ID = "$response.body#/id"
REFERENCE = r"^[A-Za-z0-9._-]{0,64}$"
EXAMPLE: dict[str, Any] = {"preferred_name": "Cai", "contact": "01632 960123", "contact_rule": "phone"}
YES_EXAMPLE: dict[str, Any] = {
    "purpose": "tell_referrer",
    "recipient": "6b6d2f5e-0c34-5c1f-9d57-7f8f2f0c9a11",
    "items": ["outcome"],
    "words_version": given.WORDS_VERSION,
    "method": "spoken",
    "given": True,
}


class PersonKeepIn(Sent):
    """Somebody, with the least that is needed to help them."""

    preferred_name: Annotated[str, Field(min_length=1, max_length=intake.MAX_NAME)]
    contact: Annotated[str, Field(max_length=intake.MAX_CONTACT, description="One safe way to reach them.")] = ""
    contact_rule: Literal["any", "phone", "text", "email", "letter", "none"] = "any"
    contact_notes: Annotated[
        str, Field(max_length=given.MAX_NOTES, description="When and how it is safe: mornings, no voicemail.")
    ] = ""
    language: Annotated[str, Field(pattern=rf"^({'|'.join(LANGUAGES)})$", description="Of messages to them.")] = "en"
    interpreter: Annotated[str, Field(pattern=r"^([a-z]{2,3})?$", description="The language they need one for.")] = ""
    born: Annotated[
        str, Field(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$", description="Only where it tells two people apart.")
    ] = ""
    needs: Annotated[str, Field(max_length=intake.MAX_NEEDS, description="Access needs. No diagnosis.")] = ""
    under_18: bool = False
    safety: bool = False
    representative: Annotated[
        str, Field(max_length=intake.MAX_REPRESENTATIVE, description="Who decides for them, and why they may.")
    ] = ""
    reference: Annotated[str, Field(pattern=REFERENCE, description="What your system calls them; names nobody.")] = ""


class SameOut(Told):
    """Somebody of your organisation who looks the same, by name, contact or both."""

    person_id: UUID
    by: Literal["both", "contact", "name"]
    created_at: AwareDatetime


class PersonOut(Told):
    """Somebody by their id. What was sent is kept and not sent back."""

    id: UUID
    version: int
    contact_rule: str
    language: str
    referrals: list[UUID]


class PersonKeptOut(PersonOut):
    """Somebody who was kept, and who may be the same: look before you refer twice."""

    looks_like: list[SameOut]


class YesIn(Sent):
    """One yes: for one recipient, for one purpose."""

    purpose: Literal["introduction", "link_work", "tell_referrer", "measures"]
    recipient: Annotated[UUID, Field(description="The group (introduction) or organisation (all others) it is for.")]
    items: Annotated[
        list[Literal["name", "contact", "needs", "access_needs", "measures", "outcome"]],
        Field(max_length=len(consent.ITEMS)),
    ]
    words_version: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,60}$", description="The wording they were given.")]
    method: Literal["spoken", "written", "online"]
    given: Annotated[bool, Field(description="They said yes. Without it nothing is stored.")]
    given_by: Literal["self", "representative"] = "self"
    representative: Annotated[str, Field(max_length=intake.MAX_REPRESENTATIVE)] = ""
    months: Annotated[int, Field(ge=1, le=consent.MAX_MONTHS)] = consent.MAX_MONTHS


class YesOut(Told):
    """One yes as it was said, and whether it holds now."""

    id: UUID
    purpose: str
    recipient: UUID
    items: list[str]
    given_by: str
    method: str
    given_at: AwareDatetime
    expires_at: AwareDatetime
    withdrawn_at: AwareDatetime | None
    holds: bool


class YesesOut(Told):
    """All that somebody said yes to, newest first."""

    consents: list[YesOut]


def known_person(view: Callable[P, R]) -> Callable[P, R]:
    """Look before the body is read whether this person is the caller's to know of. Put it below `@allow`."""

    @wraps(view)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        person_id: Any = kwargs["person_id"]
        try:
            queries.find(db.session(), person_id=person_id, actor=current_actor(), now=now())
        except NotFound:
            with committing() as unit:
                told = (current_actor(), now(), origin())
                people.note(unit, "read_person", person_id, (), Purpose.FOLLOW_UP, *told, outcome="denied")
            raise
        return view(*args, **kwargs)

    return wrapper


def register(api: APIBlueprint) -> None:
    """Add the addresses of people."""
    _register_keeping(api)
    _register_reading(api)
    _register_giving(api)
    _register_taking_back(api)


def _register_keeping(api: APIBlueprint) -> None:
    @api.post("/people")
    @allow(Permission.REFER)
    @api.input(PersonKeepIn, example=EXAMPLE)
    @api.output(PersonKeptOut, status_code=201, links=LINKS)
    @api.doc(
        security=SECURITY,
        responses={200: "Kept before, by the same key and body"},
        extensions={"parameters": [KEY_PARAMETER]},
    )
    def keep(json_data: PersonKeepIn) -> tuple[PersonKeptOut, int, dict[str, str]]:
        """Keep somebody"""
        sent, actor, at = json_data.model_dump(mode="json"), current_actor(), now()
        wanted = PersonGiven(**{name: value for name, value in sent.items() if name != "reference"})
        with committing() as unit:
            once = idempotent(unit, actor=actor, route=ROUTE, key=request.headers.get(KEY), body=_asked(sent), now=at)
            here: dict[str, Any] = {"sealer": sealer_of_people(), "given": wanted, "actor": actor}
            if not isinstance(once, Replay):
                told_as: dict[str, Any] = {"reference": json_data.reference, "origin": origin()}
                people.add(unit, person_id=once.resource_id, now=at, **told_as, **here)
            looks = people.look_for_same(unit, now=at, besides=once.resource_id, origin=origin(), **here)
        told = PersonKeptOut(
            id=once.resource_id,
            version=1,
            contact_rule=wanted.contact_rule,
            language=wanted.language,
            referrals=[],
            looks_like=[
                SameOut.model_validate({"person_id": one.person_id, "by": one.by, "created_at": one.created_at})
                for one in looks
            ],
        )
        new = not isinstance(once, Replay)
        return told, 201 if new else 200, {"Location": f"{ROUTE}/{once.resource_id}"}


def _register_reading(api: APIBlueprint) -> None:
    @api.get("/people/<uuid:person_id>")
    @allow(Permission.READ_REFERRALS)
    @api.output(PersonOut)
    @api.doc(
        security=SECURITY,
        operation_id="person",
        responses={304: UNCHANGED, 404: NONE},
        extensions={"parameters": [IF_NONE_MATCH]},
    )
    def person(person_id: UUID) -> Response:
        """Read which referrals somebody has"""
        with committing() as unit:  # reading of a person is recorded, also when refused
            found = people.read(
                unit, sealer=sealer_of_people(), person_id=person_id, actor=current_actor(), now=now(), origin=origin()
            )
        if found is None:
            raise NotFound("person")
        return tagged(told_of(found))

    @api.get("/people/<uuid:person_id>/consents")
    @allow(Permission.READ_REFERRALS)
    @known_person
    @api.output(YesesOut)
    @api.doc(security=SECURITY, operation_id="consents", responses={404: NONE})
    def consents(person_id: UUID) -> YesesOut:
        """Read what somebody said yes to"""
        told = (current_actor(), now(), origin())
        with committing() as unit:  # reading of a person is recorded
            found = queries.consents(unit, person_id=person_id, now=now())
            people.note(unit, "read_person", person_id, ("consent",), Purpose.FOLLOW_UP, *told)
        return YesesOut(consents=[_told(one) for one in found])


def _register_giving(api: APIBlueprint) -> None:
    @api.post("/people/<uuid:person_id>/consents")
    @allow(Permission.REFER)
    @known_person
    @api.input(YesIn, example=YES_EXAMPLE)
    @api.output(
        YesOut,
        status_code=201,
        links={
            "withdraw": {
                "operationId": "withdraw",
                "parameters": {"person_id": "$request.path.person_id", "consent_id": ID},
            }
        },
    )
    @api.doc(
        security=SECURITY,
        responses={200: "Kept before, by the same key and body", 404: NONE},
        extensions={"parameters": [KEY_PARAMETER]},
    )
    def consent_given(person_id: UUID, json_data: YesIn) -> tuple[YesOut, int]:
        """Keep what somebody said yes to"""
        sent, actor, at = json_data.model_dump(), current_actor(), now()
        yes = Yes(**{**sent, "items": frozenset(json_data.items)})
        body, route = json_data.model_dump(mode="json"), f"{ROUTE}/{person_id}/consents"
        with committing() as unit:
            once = idempotent(unit, actor=actor, route=route, key=request.headers.get(KEY), body=body, now=at)
            if not isinstance(once, Replay):
                people.give_consent(
                    unit,
                    sealer=sealer_of_people(),
                    person_id=person_id,
                    consent_id=once.resource_id,
                    yes=yes,
                    actor=actor,
                    now=at,
                    origin=origin(),
                )
            told = _yes(queries.consents(unit, person_id=person_id, now=at), once.resource_id)
        return told, 200 if isinstance(once, Replay) else 201


def _register_taking_back(api: APIBlueprint) -> None:
    @api.post("/people/<uuid:person_id>/consents/<uuid:consent_id>/withdraw")
    @allow(Permission.REFER)
    @known_person
    @api.output(YesOut)
    @api.doc(
        security=SECURITY,
        operation_id="withdraw",
        responses={404: "No such person, or no such consent of theirs", 422: "No Idempotency-Key"},
        extensions={"parameters": [KEY_PARAMETER]},
    )
    def withdraw(person_id: UUID, consent_id: UUID) -> YesOut:
        """Take a yes back: what rested on it ends at once"""
        actor, at, route = current_actor(), now(), f"{ROUTE}/{person_id}/consents/{consent_id}/withdraw"
        with committing() as unit:
            idempotent(unit, actor=actor, route=route, key=request.headers.get(KEY), body={}, now=at)
            people.withdraw(
                unit, person_id=person_id, consent_id=consent_id, post=to_others(), actor=actor, now=at, origin=origin()
            )
            return _yes(queries.consents(unit, person_id=person_id, now=now()), consent_id)


def _yes(found: tuple[queries.ConsentView, ...], consent_id: UUID) -> YesOut:
    for one in found:
        if one.id == consent_id:
            return _told(one)
    raise NotFound("consent")  # it was sent before, and the person was erased or made one with another since


def _told(one: queries.ConsentView) -> YesOut:
    copied = ("id", "given_by", "method", "given_at", "expires_at", "withdrawn_at", "holds")
    made = {name: getattr(one, name) for name in copied}
    return YesOut.model_validate(
        {**made, "purpose": one.recipient.purpose, "recipient": one.recipient.id, "items": list(one.items)}
    )


def _asked(sent: dict[str, Any]) -> dict[str, Any]:
    """What was asked for, by which it is known again: what came later and was not used is left out."""
    return {name: value for name, value in sent.items() if value or name != "reference"}


def told_of(found: queries.PersonView) -> PersonOut:
    """Tell of somebody by their id, without a word of them."""
    return PersonOut(
        id=found.id,
        version=found.version,
        contact_rule=found.given.contact_rule,
        language=found.given.language,
        referrals=list(found.referrals),
    )


def sealer_of_people() -> Sealer:
    """Return what seals what is kept of people."""
    return services().sealer(operations.PURPOSE)


def to_others() -> Post:
    """Return how those are written to whom a change concerns."""
    made = services()
    return Post(channel=made.mail_channel, sealer=made.sealer(outbox.PURPOSE), public_url=made.settings.public_url)
