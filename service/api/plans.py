"""The plan of somebody who is helped, by JSON: goals, chosen groups, wishes, steps. It is changed with its ETag."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response
from pydantic import AwareDatetime, Field
from sqlalchemy.orm import Session

from service.accounts.permissions import Permission
from service.api.access import allow, current_actor, origin
from service.api.conditional import CHANGED, IF_MATCH, IF_NONE_MATCH, UNCHANGED, matches, needs_match, tagged
from service.api.doors import services
from service.api.people import NONE, known_person
from service.api.reading import Sent, Told
from service.api.referrals import SECURITY
from service.api.search import where
from service.clock import now
from service.db import committing
from service.errors import Invalid, NotFound
from service.matching.profile import MAX_TEXT
from service.referrals import operations
from service.referrals.desk import cases
from service.referrals.desk.operations import At
from service.referrals.desk_choices import MAX_GOAL, MOST_GROUPS
from service.referrals.planning import operations as planning
from service.referrals.planning import queries

MOST_GOALS = 10  # in one request
MAX_PLACE = 200
FIELDS = {"goal": "add_goals", "group": "groups"}
EXAMPLE: dict[str, Any] = {
    "add_goals": ["Sing with others again"],
    "groups": ["6b6d2f5e-0c34-5c1f-9d57-7f8f2f0c9a11"],
    "wishes": {"text": "I like singing", "place": "M33 4ND", "barriers": {"transport": "helps"}},
}
Wished = Literal["helps", "must"]


class WishesIn(Sent):
    """What is looked for with the person, in the place of what was."""

    text: Annotated[str, Field(max_length=MAX_TEXT)] = ""
    place: Annotated[str, Field(max_length=MAX_PLACE)] = ""
    barriers: Annotated[dict[Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")], Wished], Field(max_length=40)] = {}


class PlanIn(Sent):
    """What changes; what is left out stays. Goals are added and reached, never taken away."""

    add_goals: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=MAX_GOAL)]],
        Field(max_length=MOST_GOALS, description="In the person's words."),
    ] = []
    reached: Annotated[list[UUID], Field(max_length=MOST_GOALS, description="Ids of goals that were reached.")] = []
    groups: Annotated[
        list[UUID] | None, Field(max_length=MOST_GROUPS, description="All groups on the plan. Nobody is told of it.")
    ] = None
    wishes: WishesIn | None = None


class GoalOut(Told):
    """What the person wants, as they say it."""

    id: UUID
    words: str
    reached_at: AwareDatetime | None


class ChosenOut(Told):
    """A group on the plan, and whether it was asked."""

    group_id: UUID
    asked: bool


class StepOut(Told):
    """A way of small steps to what they wish for."""

    level: int
    group_id: UUID
    why: str


class WishesOut(Told):
    """What is looked for."""

    text: str
    place: str
    barriers: dict[str, str]


class PlanOut(Told):
    """What a person and whoever helps them have agreed."""

    referral_id: UUID
    goals: list[GoalOut]
    groups: list[ChosenOut]
    wishes: WishesOut
    steps: list[StepOut]


def register(api: APIBlueprint) -> None:
    """Add the addresses of plans."""
    _register_reading(api)
    _register_changing(api)


def _register_reading(api: APIBlueprint) -> None:
    @api.get("/people/<uuid:person_id>/plan")
    @allow(Permission.READ_PLANS)
    @known_person
    @api.output(PlanOut)
    @api.doc(
        security=SECURITY,
        operation_id="plan",
        responses={304: UNCHANGED, 404: NONE},
        extensions={"parameters": [IF_NONE_MATCH]},
    )
    def plan(person_id: UUID) -> Response:
        """Read somebody's plan"""
        with committing() as unit:  # reading of a person is recorded
            return tagged(_read(unit, _case(unit, person_id)))


def _register_changing(api: APIBlueprint) -> None:
    @api.patch("/people/<uuid:person_id>/plan")
    @allow(Permission.PLAN)
    @known_person
    @api.input(PlanIn, example=EXAMPLE)
    @api.output(PlanOut)
    @api.doc(
        security=SECURITY,
        operation_id="change_plan",
        responses={404: NONE, **CHANGED},
        extensions={"parameters": [IF_MATCH]},
    )
    def change_plan(person_id: UUID, json_data: PlanIn) -> Response:
        """Change somebody's plan"""
        needs_match()
        with committing() as unit:
            referral_id = _case(unit, person_id)
            here = _at(referral_id)
            planning.checked(unit, here)
            matches(_read(unit, referral_id))
            try:
                _change(unit, here, json_data)
            except Invalid as refused:
                told = {FIELDS.get(name, name): problem for name, problem in refused.fields.items()}
                raise Invalid(refused.code, fields=told) from refused
            return tagged(_read(unit, referral_id))


def _change(unit: Session, here: At, sent: PlanIn) -> None:
    for words in sent.add_goals:
        planning.goal(unit, here, words=words)
    for goal_id in sent.reached:
        planning.reach(unit, here, goal_id=goal_id)
    if sent.groups is not None:
        _choose(unit, here, sent.groups)
    if sent.wishes is not None:
        wishes = sent.wishes.model_dump()
        _wished(wishes, strict=True)
        planning.wish(unit, here, wishes=wishes)


def _choose(unit: Session, here: At, wanted: list[UUID]) -> None:
    made = queries.plan(unit, sealer=here.sealer, referral_id=here.referral_id, actor=here.actor)
    for group_id in made.groups:
        if group_id not in wanted:
            planning.drop(unit, here, group_id=group_id)
    for group_id in wanted:
        planning.choose(unit, here, group_id=group_id)


def _case(unit: Session, person_id: UUID) -> UUID:
    found = cases.newest_of(unit, person_id=person_id, actor=current_actor())
    if found is None:
        raise NotFound("referral")
    return found


def _at(referral_id: UUID) -> At:
    sealer = services().sealer(operations.PURPOSE)
    return At(sealer=sealer, referral_id=referral_id, actor=current_actor(), now=now(), origin=origin())


def _read(unit: Session, referral_id: UUID) -> PlanOut:
    made = planning.read_plan(unit, _at(referral_id))
    empty: dict[str, Any] = {"text": "", "place": "", "barriers": {}}
    wishes = {name: made.wishes.get(name, nothing) for name, nothing in empty.items()}
    return PlanOut(
        referral_id=referral_id,
        goals=[GoalOut.model_validate(one) for one in made.goals],
        groups=[ChosenOut(group_id=one, asked=one in made.asked) for one in made.groups],
        wishes=WishesOut(**wishes),
        steps=_steps(wishes),
    )


def _steps(wishes: Mapping[str, Any]) -> list[StepOut]:
    """Say by which groups somebody could get to what they wish for; none where a place is known no more."""
    try:
        found = _wished(wishes, strict=False)
    except Invalid:
        return []
    return [StepOut(level=one.level, group_id=UUID(one.group_id), why=one.why) for one in found]


def _wished(wishes: Mapping[str, Any], *, strict: bool) -> tuple[Any, ...]:  # of matching, which is not ours to name
    asked = {name: wishes[name] for name in ("text", "place", "barriers") if wishes.get(name)}
    if not asked:
        return ()
    try:
        profile = services().matching.read(asked, strict=strict, resolve_place=where)
    except Invalid as refused:
        raise Invalid("plan", fields={f"wishes.{name}": one for name, one in refused.fields.items()}) from refused
    return services().matching.match(profile, now=now()).steps
