"""Measures by JSON: keep what somebody answered, scored here, with their yes; read what was kept, while it holds."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from apiflask import APIBlueprint
from flask import request
from pydantic import Field

from service.accounts.once import Replay, idempotent
from service.accounts.permissions import Permission
from service.api.access import allow, current_actor, origin
from service.api.doors import PREFIX, services
from service.api.people import NONE, known_person
from service.api.reading import Sent, Told
from service.api.referrals import KEY, KEY_PARAMETER, SECURITY
from service.clock import now
from service.db import committing
from service.errors import Invalid, Problem
from service.referrals import operations
from service.referrals.measures import queries
from service.referrals.measures.definitions import MEASURES, Kind
from service.referrals.measures.operations import Sitting
from service.referrals.measures.queries import Taken
from service.referrals.measures.scoring import LONGEST_NAME, needs_comfort, score
from service.referrals.people import measuring

ROUTE = f"{PREFIX}/people"
MOST_ANSWERS = 32  # eight groups of a map with four things said of each
EXAMPLE: dict[str, Any] = {
    "measure": "ucla3",
    "answers": {"company": "often", "left_out": "sometimes", "cut_off": "hardly_ever"},
    "mode": "phone",
    "taken_on": "2026-11-20",
    "yes": True,
}


Code = Literal[
    "ucla3",
    "ons_direct",
    "ons4",
    "nhanes_sni",
    "groups_map",
    "swemwbs",
    "who5",
    "dejong6",
    "lsns6",
    "cel3",
]


class AssessmentIn(Sent):
    """One measure, taken once. Whatever was not asked or not answered is left out."""

    measure: Annotated[
        Code,
        Field(description="swemwbs, who5, dejong6, lsns6 and cel3: with `total` alone, and your licence."),
    ]
    answers: Annotated[
        dict[Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")], Annotated[str, Field(max_length=LONGEST_NAME)]],
        Field(max_length=MOST_ANSWERS, description="By item, as codes; figures as text."),
    ] = {}
    total: Annotated[int | None, Field(ge=0, le=999, description="The raw sum of a measure others license.")] = None
    mode: Annotated[
        Literal["self", "help", "phone", "paper"], Field(description="Who filled it in, or how it was asked.")
    ]
    taken_on: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    yes: Annotated[bool, Field(description="They agree that this is kept; not needed while an earlier yes holds.")] = (
        False
    )


class FigureOut(Told):
    """One figure on its scale; `band` where the scale has bands."""

    scale: str
    value: int
    lowest: int
    highest: int
    band: str | None


class AssessmentOut(Told):
    """One measure as it was kept. No figure ranks or rules out a group."""

    id: UUID
    measure: str
    version: str
    mode: str
    taken_on: date
    answers: dict[str, str]
    figures: list[FigureOut]


class AssessmentKeptOut(AssessmentOut):
    """What was kept; `comfort` says that kind words, and whom to talk to now, belong beside it."""

    comfort: bool


class AssessmentsOut(Told):
    """First to last; nothing is here while no yes of theirs holds."""

    agreed: bool
    assessments: list[AssessmentOut]


def register(api: APIBlueprint) -> None:
    """Add the addresses of measures."""
    _register_taking(api)
    _register_reading(api)


def _register_taking(api: APIBlueprint) -> None:
    @api.post("/people/<uuid:person_id>/assessments")
    @allow(Permission.MEASURE)
    @known_person
    @api.input(AssessmentIn, example=EXAMPLE)
    @api.output(AssessmentKeptOut, status_code=201, links={"all": ALL})
    @api.doc(
        security=SECURITY,
        operation_id="assess",
        responses={200: "Kept before, by the same key and body", 404: NONE},
        extensions={"parameters": [KEY_PARAMETER]},
    )
    def assess(person_id: UUID, json_data: AssessmentIn) -> tuple[AssessmentKeptOut, int]:
        """Keep what somebody answered"""
        measure, answers, actor, at = MEASURES[json_data.measure], _answers(json_data), current_actor(), now()
        body, route = json_data.model_dump(mode="json"), f"{ROUTE}/{person_id}/assessments"
        sealer = services().sealer(operations.PURPOSE)
        with committing() as unit:
            once = idempotent(unit, actor=actor, route=route, key=request.headers.get(KEY), body=body, now=at)
            if not isinstance(once, Replay):
                try:
                    measuring.take_one(
                        unit,
                        sealer=sealer,
                        person_id=person_id,
                        assessment_id=once.resource_id,
                        measure=measure,
                        answers=answers,
                        sitting=Sitting(mode=json_data.mode, taken_on=_day(json_data.taken_on), yes=json_data.yes),
                        actor=actor,
                        now=at,
                        origin=origin(),
                    )
                except Invalid as refused:
                    raise _renamed(refused, json_data) from refused
            kept = queries.one(unit, sealer=sealer, assessment_id=once.resource_id, actor=actor)
        told = AssessmentKeptOut(**_told(kept), comfort=needs_comfort(score(measure, answers)))
        return told, 200 if isinstance(once, Replay) else 201


def _register_reading(api: APIBlueprint) -> None:
    @api.get("/people/<uuid:person_id>/assessments")
    @allow(Permission.READ_MEASURES)
    @known_person
    @api.output(AssessmentsOut)
    @api.doc(security=SECURITY, operation_id="assessments", responses={404: NONE})
    def assessments(person_id: UUID) -> AssessmentsOut:
        """Read what somebody answered"""
        with committing() as unit:  # reading of a person is recorded
            found = measuring.read_taken(
                unit,
                sealer=services().sealer(operations.PURPOSE),
                person_id=person_id,
                actor=current_actor(),
                now=now(),
                origin=origin(),
            )
        told = [AssessmentOut(**_told(one)) for one in found.taken]
        return AssessmentsOut(agreed=found.agreed, assessments=told)


ALL = {"operationId": "assessments", "parameters": {"person_id": "$request.path.person_id"}}


def _answers(sent: AssessmentIn) -> dict[str, str]:
    """Read answers, or the sum of a measure that has no questions here: one of them, as the measure asks for."""
    has_sum = MEASURES[sent.measure].kind is Kind.TOTAL
    wrong = "answers" if has_sum and sent.answers else "total" if not has_sum and sent.total is not None else ""
    if wrong:
        raise Invalid("assessment", fields={wrong: Problem("unknown_field")})
    return {"total": str(sent.total)} if sent.total is not None else sent.answers


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid("assessment", fields={"taken_on": Problem("wrong_form")}) from error


def _renamed(refused: Invalid, sent: AssessmentIn) -> Invalid:
    own = {*AssessmentIn.model_fields}
    named = {name if name in own else f"answers.{name}": problem for name, problem in refused.fields.items()}
    if not sent.answers:  # what is wrong is that there are none
        named = {("answers" if name.startswith("answers.") else name): problem for name, problem in named.items()}
    return Invalid(refused.code, fields=named)


def _told(kept: Taken) -> dict[str, Any]:
    scales = {one.code: one for one in MEASURES[kept.instrument].scales} if kept.instrument in MEASURES else {}
    figures = [
        FigureOut(
            scale=code,
            value=value,
            lowest=scales[code].lowest,
            highest=scales[code].highest,
            band=scales[code].band(value),
        )
        for code, value in kept.figures.items()
        if code in scales
    ]
    return {
        "id": kept.id,
        "measure": kept.instrument,
        "version": kept.version,
        "mode": kept.mode,
        "taken_on": kept.taken_on,
        "answers": dict(kept.answers),
        "figures": figures,
    }
