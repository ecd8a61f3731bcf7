"""Groups that were asked about a referral, by JSON: what each said as codes, and asking one more."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Annotated, Any, ParamSpec, TypeVar
from uuid import UUID

from apiflask import APIBlueprint
from flask import request
from pydantic import AwareDatetime, Field
from sqlalchemy.orm import Session

from service.accounts.once import Replay, idempotent
from service.accounts.permissions import Permission
from service.api.access import allow, current_actor, origin
from service.api.doors import PREFIX, services
from service.api.reading import Sent, Told
from service.api.referrals import KEY, KEY_PARAMETER, SECURITY, ConsentIn, to_leaders
from service.clock import now
from service.db import committing, db
from service.db.sealing import Sealer
from service.errors import Invalid, NotFound, Problem
from service.referrals import intake, operations, queries
from service.referrals.people.given import MAX_STORY
from service.referrals.queries import IntroductionView
from service.referrals.referring import operations as referring

P = ParamSpec("P")
R = TypeVar("R")
NONE = "No such referral of your organisation's"
FIELDS = {"group": "group_id", "unvetted": "acknowledge_unvetted"}
EXAMPLE: dict[str, Any] = {
    "group_id": "6b6d2f5e-0c34-5c1f-9d57-7f8f2f0c9a11",
    "consent": {
        "given": True,
        "items": ["name", "contact"],
        "words_version": "2026-11",
        "method": "spoken",
        "given_at": "2026-11-02T10:00:00Z",
    },
}


class AskIn(Sent):
    """One more group, and what the person said yes to for it."""

    group_id: UUID
    consent: Annotated[ConsentIn | None, Field(description="Not needed where a yes for this group holds.")] = None
    own_words: Annotated[str, Field(max_length=MAX_STORY, description="What the person wants the group to read.")] = ""
    acknowledge_unvetted: Annotated[
        str, Field(max_length=intake.MAX_REASON, description="Why you refer to a group nobody has checked.")
    ] = ""

    def said(self) -> intake.ConsentIn | None:
        """Return what the person said yes to for this group.

        Raises
        ------
        Invalid
            `introduction`: it is for another group, or for something else.
        """
        if self.consent is None:
            return None
        wrong: dict[str, Problem] = {}
        if self.consent.group_id not in (None, self.group_id):
            wrong["consent.group_id"] = Problem("consent_for_another_group")
        if self.consent.purpose != "introduction":
            wrong["consent.purpose"] = Problem("unknown_choice")
        if wrong:
            raise Invalid("introduction", fields=wrong)
        return self.consent.said


class AskedOut(Told):
    """One group that was asked, and what it said, as codes."""

    id: UUID
    group_id: UUID
    state: str
    reason: str | None
    first_date: AwareDatetime | None
    position: int | None
    full_until: date | None
    sent_at: AwareDatetime
    answered_at: AwareDatetime | None
    version: int


class AllAskedOut(Told):
    """Every group that was asked, first to last."""

    introductions: list[AskedOut]


def known_referral(view: Callable[P, R]) -> Callable[P, R]:
    """Look before the body is read whether this referral is the caller's to know of. Put it below `@allow`."""

    @wraps(view)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        referral_id: Any = kwargs["referral_id"]
        if not queries.is_known(db.session(), referral_id=referral_id, actor=current_actor()):
            told: dict[str, Any] = {"actor": current_actor(), "now": now(), "origin": origin()}
            with committing() as unit:
                operations.note_denied(unit, referral_id=referral_id, **told)
            raise NotFound("referral")
        return view(*args, **kwargs)

    return wrapper


def register(api: APIBlueprint) -> None:
    """Add the addresses of introductions."""
    _register_reading(api)
    _register_asking(api)


def _register_reading(api: APIBlueprint) -> None:
    @api.get("/referrals/<uuid:referral_id>/introductions")
    @allow(Permission.READ_REFERRALS)
    @api.output(AllAskedOut)
    @api.doc(security=SECURITY, operation_id="introductions", responses={404: NONE})
    def introductions(referral_id: UUID) -> AllAskedOut:
        """Read what each group answered"""
        with committing() as unit:  # reading of a person is recorded, also when refused
            found = operations.read_status(
                unit, sealer=_sealer(), referral_id=referral_id, actor=current_actor(), now=now(), origin=origin()
            )
        if found is None:
            raise NotFound("referral")
        return AllAskedOut(introductions=[_told(one) for one in found.introductions])


def _register_asking(api: APIBlueprint) -> None:
    @api.post("/referrals/<uuid:referral_id>/introductions")
    @allow(Permission.REFER)
    @known_referral
    @api.input(AskIn, example=EXAMPLE)
    @api.output(AskedOut, status_code=201)
    @api.doc(
        security=SECURITY,
        operation_id="ask",
        responses={200: "Asked before, by the same key and body", 404: NONE, 409: "Not now, or asked before"},
        extensions={"parameters": [KEY_PARAMETER]},
    )
    def ask(referral_id: UUID, json_data: AskIn) -> tuple[AskedOut, int]:
        """Ask one more group"""
        actor, at, body = current_actor(), now(), json_data.model_dump(mode="json")
        route = f"{PREFIX}/referrals/{referral_id}/introductions"
        with committing() as unit:
            once = idempotent(unit, actor=actor, route=route, key=request.headers.get(KEY), body=body, now=at)
            if not isinstance(once, Replay):
                _ask(unit, referral_id, json_data, once.resource_id)
            whole = queries.view_of(unit, sealer=_sealer(), referral_id=referral_id, actor=actor)
        asked = next((one for one in whole.introductions if one.id == once.resource_id), None)
        if asked is None:
            raise NotFound("referral")
        return _told(asked), 200 if isinstance(once, Replay) else 201


def _ask(unit: Session, referral_id: UUID, sent: AskIn, introduction_id: UUID) -> None:
    actor, at = current_actor(), now()
    referring.agree_on_plan(unit, referral_id=referral_id, actor=actor, now=at)
    try:
        referring.introduce(
            unit,
            sealer=_sealer(),
            mail=to_leaders(),
            referral_id=referral_id,
            group_id=sent.group_id,
            consent=sent.said(),
            own_words=sent.own_words,
            unvetted=sent.acknowledge_unvetted,
            introduction_id=introduction_id,
            actor=actor,
            now=at,
            origin=origin(),
        )
    except Invalid as refused:
        renamed = {_field(name): problem for name, problem in refused.fields.items()}
        raise Invalid(refused.code, fields=renamed) from refused


def _field(name: str) -> str:
    return FIELDS.get(name, name)


def _told(one: IntroductionView) -> AskedOut:
    return AskedOut.model_validate({name: getattr(one, name) for name in AskedOut.model_fields})


def _sealer() -> Sealer:
    return services().sealer(operations.PURPOSE)
