"""Which groups suit this person, as JSON: the same reading and the same list as the page. It keeps nothing."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, current_app, jsonify, request
from pydantic import Field, RootModel

from service.accounts.permissions import Permission
from service.api.access import allow
from service.api.doors import services
from service.api.reading import Told
from service.catalog import barriers, facts
from service.catalog.barriers import Strength
from service.catalog.views import GroupView
from service.catalog.where.places import Place
from service.clock import now
from service.db import db
from service.errors import Invalid
from service.matching import Answer, Story, Where
from service.matching.answer import Match
from service.matching.dates import with_dates
from service.matching.profile import ProfileIn
from service.matching.steps import Step, Why
from service.matching.story import reader as story

MOST_FIELDS = 100  # of a profile; it knows about thirty


class MatchIn(RootModel[Annotated[dict[str, Any], Field(max_length=MOST_FIELDS)]]):
    """A profile. It is checked where the search form is checked, so that both say the same of the same mistake."""

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return the schema of a profile: codes of barriers and needs by name, a bare list meaning helps."""
        schema = ProfileIn.model_json_schema(*args, **kwargs)
        for name, codes in (("barriers", barriers.CODES), ("needs", facts.CODES)):
            code = {"type": "string", "enum": list(codes)}
            strengths = {"type": "object", "propertyNames": code, "additionalProperties": {"enum": ["helps", "must"]}}
            field = schema["properties"][name]
            kept = {key: field[key] for key in ("description", "title") if key in field}
            schema["properties"][name] = {**kept, "anyOf": [strengths, {"type": "array", "items": code}], "default": {}}
        return schema


class PointOut(Told):
    """One reason for or against: a code, and the figures its sentence needs."""

    kind: str
    code: str
    params: dict[str, Any]


class SupportOut(Told):
    """A service that takes a barrier away."""

    barrier: str
    group_id: UUID
    km: float | None


class PartOut(Told):
    """One line of the score: contribution = weight × (value - reference)."""

    scorer: str
    weight: float
    value: float | None
    reference: float
    contribution: float


class MatchOut(Told):
    """One group in the answer; GET /groups/{id} tells the rest."""

    rank: int
    group_id: UUID
    slug: str
    name: str
    organisation: str
    mode: str
    price_pence: int | None
    currency: str
    is_example: bool
    source_year: int | None
    last_confirmed_on: date | None
    freshness: str
    location_id: UUID | None
    score: float
    fit: str
    ask_first: bool
    km: float | None
    minutes: int | None
    estimated: bool
    next_dates: list[datetime]
    reasons: list[PointOut]
    misfits: list[PointOut]
    parts: list[PartOut]
    support: list[SupportOut]


class RelaxedOut(Told):
    """A wish that was given up because too little was left, and how many groups that brought."""

    code: str
    more: int


class IfOnlyOut(Told):
    """What one wish less would bring, all other wishes as they are.

    `code` is further (`amount` km more), mode (take part in any way) or price (pay anything); `more` is how many groups
    would fit then and do not now.
    """

    code: str
    more: int
    amount: float | None


class WishOut(Told):
    """An interest that was read from the person's words."""

    code: str
    words: str


class SuggestionOut(Told):
    """What the person's own words suggest for a field they left open. Nothing of it was applied: ask them first.

    `field` and `value` are a field of the profile and what to send in it: for days, parts and languages a list; for
    barriers one code, with its `strength`; for interests and life one term code, to be sent among the interests.
    `words` is the piece of the text that suggested it.
    """

    field: story.Field
    value: str | int | float | list[str]
    strength: Strength | None
    words: str


class StepOut(Told):
    """A group on the way from a gentle first step to what was wished for; `why` is gentle, next or wished."""

    level: int
    group_id: UUID
    location_id: UUID | None
    why: Why


class AnswerOut(Told):
    """The groups that suit, best first, and what had to be done to find them.

    `like` names the terms of the group that was to be liked: they took the place of text and interests.
    """

    matches: list[MatchOut]
    relevant: int
    nothing_fits: bool
    relaxed: list[RelaxedOut]
    if_only: list[IfOnlyOut]
    understood: list[WishOut]
    suggestions: list[SuggestionOut]
    avoided: list[str]
    like: list[str]
    corrected: dict[str, str]
    language: str
    understood_by: str
    words_only: bool
    support: list[SupportOut]
    steps: list[StepOut]


def register(api: APIBlueprint) -> None:
    """Add the address that matches."""

    @api.post("/match")
    @api.input(
        MatchIn, example={"text": "I like singing", "place": "M33 4ND", "cost_max": 0, "barriers": ["transport"]}
    )
    @api.output(AnswerOut)
    @allow(Permission.PUBLIC)
    def match(json_data: MatchIn) -> Response:
        """Find groups that suit a person"""
        at = now()
        made = services().matching.again(
            ("match", request.host_url, request.get_data()), lambda: _found(json_data, at).get_data(), now=at
        )
        return current_app.response_class(made, mimetype="application/json")


def _found(json_data: MatchIn, at: datetime) -> Response:
    matching = services().matching
    profile = matching.read(json_data.root, strict=True, resolve_place=where)
    answer = matching.match(profile, now=at)
    groups = services().shown.groups(db.session(), {UUID(found.group_id) for found in answer.matches}, today=at.date())
    suggested = matching.read_story(profile, _place_named)
    return jsonify(_told(with_dates(answer, groups, at), groups, suggested).model_dump(mode="json"))


def where(text: str) -> Where:
    """Find a place of this installation's country by its name or postcode; raises Invalid."""
    made = services()
    place = made.gazetteer.resolve(text, country=made.settings.country)
    return Where(
        label=place.label,
        latitude=place.latitude,
        longitude=place.longitude,
        uncertainty_km=place.uncertainty_km,
    )


def _place_named(text: str) -> str | None:
    """Return what to send as the place for a name in the person's words; it never asks a network."""
    made = services()
    try:
        found = made.gazetteer.look_up(text, country=made.settings.country)
    except Invalid:
        return None
    return found.label if isinstance(found, Place) else text if found else None


def _told(answer: Answer, groups: Mapping[UUID, GroupView], suggested: Story) -> AnswerOut:
    known = [(found, groups.get(UUID(found.group_id))) for found in answer.matches]
    return AnswerOut.model_validate(
        {
            "matches": [_match(found, group) for found, group in known if group is not None],
            "relevant": answer.relevant,
            "nothing_fits": answer.nothing_fits,
            "relaxed": answer.relaxed,
            "if_only": answer.if_only,
            "understood": [{"code": wish.code, "words": wish.words} for wish in answer.understood],
            "suggestions": [_suggested(one) for one in suggested.suggestions],
            "avoided": answer.avoided,
            "like": answer.like,
            "corrected": answer.corrected,
            "language": answer.language,
            "understood_by": answer.understood_by,
            "words_only": answer.words_only,
            "support": answer.support,
            "steps": [_step(step) for step in answer.steps],
        }
    )


def _step(one: Step) -> dict[str, object]:
    return {"level": one.level, "group_id": one.group_id, "location_id": one.location_id or None, "why": one.why}


def _suggested(one: story.Suggestion) -> dict[str, object]:
    value = list(one.value) if isinstance(one.value, tuple) else one.value
    return {"field": one.field, "value": value, "strength": one.strength, "words": one.words}


def _match(found: Match, group: GroupView) -> dict[str, Any]:
    copied = ("rank", "score", "fit", "ask_first", "km", "minutes", "estimated", "parts")
    made = {name: getattr(found, name) for name in copied}
    for name in ("slug", "name", "mode", "price_pence", "currency", "is_example", "source_year", "last_confirmed_on"):
        made[name] = getattr(group, name)
    for name in ("reasons", "misfits"):
        points = getattr(found, name)
        made[name] = [{"kind": point.kind, "code": point.code, "params": dict(point.params)} for point in points]
    return made | {
        "group_id": group.id,
        "organisation": group.organisation.name,
        "freshness": group.freshness,
        "location_id": UUID(found.location_id) if found.location_id else None,
        "next_dates": [coming.starts for coming in found.next_dates],
        "support": found.support,
    }
