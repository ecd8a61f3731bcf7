"""The plan of one case: what is looked for, goals in the person's words, the groups they chose. Reads only."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor
from service.db.sealing import Sealer
from service.referrals.desk import cases
from service.referrals.models import Introduction
from service.referrals.models_plan import CasePlan, PlanGoal, PlanGroup
from service.referrals.queries import place
from service.referrals.weekly import HELD


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What the person wants, as they say it."""

    id: UUID
    words: str
    reached_at: datetime | None
    proposal_id: UUID | None = None  # of a group they know of that was not listed then


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a person and their link worker have agreed."""

    wishes: Mapping[str, Any]  # fields of a search; empty: nothing was looked for yet
    goals: tuple[Goal, ...]
    groups: tuple[UUID, ...]  # in the order in which they were chosen
    asked: frozenset[UUID]  # of any group, also one that was not on the plan
    held: Mapping[UUID, date]  # of those, on which day a group is asked that has no room before


def plan(session: Session, *, sealer: Sealer, referral_id: UUID, actor: Actor) -> Plan:
    """Return the plan of a case that this actor may work on; raises NotFound `referral`."""
    cases.row_of(session, referral_id=referral_id, actor=actor)
    kept = wishes_of(session, sealer=sealer, ids=[referral_id])
    goals = select(PlanGoal).where(PlanGoal.referral_id == referral_id).order_by(PlanGoal.at, PlanGoal.id)
    chosen = select(PlanGroup.group_id).where(PlanGroup.referral_id == referral_id)
    asked = select(Introduction.group_id).where(Introduction.referral_id == referral_id)
    held = select(Introduction.group_id, Introduction.asks_on).where(Introduction.referral_id == referral_id, HELD)
    return Plan(
        wishes=kept.get(referral_id, {}),
        goals=tuple(
            Goal(
                id=one.id,
                words=sealer.open(place("plan_goal", one.id, "words"), one.words).decode(),
                reached_at=one.reached_at,
                proposal_id=one.proposal_id,
            )
            for one in session.scalars(goals)
        ),
        groups=tuple(session.scalars(chosen.order_by(PlanGroup.at, PlanGroup.id))),
        asked=frozenset(session.scalars(asked)),
        held={group_id: day for group_id, day in session.execute(held) if day is not None},
    )


def wishes_of(session: Session, *, sealer: Sealer, ids: Collection[UUID]) -> dict[UUID, Mapping[str, Any]]:
    """Return, by referral, what is looked for; whoever asks has seen to it that the cases are theirs to read."""
    found = session.scalars(select(CasePlan).where(CasePlan.referral_id.in_(ids))) if ids else ()
    return {one.referral_id: json.loads(sealer.open(place("case_plan", one.id, "wishes"), one.wishes)) for one in found}
