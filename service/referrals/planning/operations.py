"""Writes of a plan: what is looked for, goals, groups that were chosen and asked. Flushes, never commits."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from service.catalog.queries import load_groups
from service.errors import Invalid, NotFound, Problem
from service.referrals.desk import cases, reading
from service.referrals.desk.operations import At
from service.referrals.desk_choices import MAX_GOAL, MOST_GROUPS
from service.referrals.history import step
from service.referrals.intake import ConsentIn, text_problem
from service.referrals.lifecycle import Part
from service.referrals.models_plan import CasePlan, PlanGoal, PlanGroup
from service.referrals.operations import Mail
from service.referrals.people.given import WORDS_VERSION
from service.referrals.planning import queries
from service.referrals.planning.queries import Plan
from service.referrals.queries import place
from service.referrals.referring import operations as referring
from service.referrals.referring.asking import TO_GROUPS

LARGEST = 20_000  # letters of all wishes


def read_plan(session: Session, at: At) -> Plan:
    """Read a plan, and keep that it was read; raises NotFound."""
    found = queries.plan(session, sealer=at.sealer, referral_id=at.referral_id, actor=at.actor)
    reading.note(session, "read_plan", at.referral_id, at.actor, at.now, at.origin, ("words", "wishes"))
    return found


def wish(session: Session, at: At, *, wishes: Mapping[str, Any]) -> None:
    """Keep what is looked for with the person, in the place of what was; raises NotFound, Invalid `too_long`."""
    checked(session, at)
    text = json.dumps(dict(wishes))
    if len(text) > LARGEST:
        raise Invalid("plan", fields={"text": Problem("too_long", {"max_length": LARGEST})})
    kept = session.scalars(select(CasePlan).where(CasePlan.referral_id == at.referral_id)).first()
    if kept is None:
        kept = CasePlan(id=uuid4(), referral_id=at.referral_id)
        session.add(kept)
    kept.wishes = at.sealer.seal(place("case_plan", kept.id, "wishes"), text.encode())
    kept.by_user_id, kept.changed_at = at.actor.user_id, at.now
    _kept(session, at, "wishes")


def goal(session: Session, at: At, *, words: str) -> None:
    """Write down what the person wants; raises NotFound, or Invalid: empty or too long."""
    checked(session, at)
    _add_goal(session, at, words)


def _add_goal(session: Session, at: At, words: str, proposal_id: UUID | None = None) -> None:
    wrong = text_problem(words, MAX_GOAL) if words.strip() else Problem("missing")
    if wrong is not None:
        raise Invalid("goal", fields={"goal": wrong})
    made = PlanGoal(id=uuid4(), referral_id=at.referral_id, by_user_id=at.actor.user_id, at=at.now)
    made.proposal_id = proposal_id
    made.words = at.sealer.seal(place("plan_goal", made.id, "words"), words.strip().encode())
    session.add(made)
    _kept(session, at, "words")


def hear(session: Session, at: At, *, words: str, proposal_id: UUID) -> None:
    """Write down a group they know of that is not listed, once; nobody is asked or sent there by that.

    Raises NotFound, or Invalid: empty.
    """
    checked(session, at)
    mine = (PlanGoal.referral_id == at.referral_id, PlanGoal.proposal_id == proposal_id)
    if session.scalar(select(PlanGoal.id).where(*mine)) is None:
        _add_goal(session, at, words[:MAX_GOAL], proposal_id)


def reach(session: Session, at: At, *, goal_id: UUID | None) -> None:
    """Note that a goal was reached; raises NotFound, or Invalid: not of this case."""
    checked(session, at)
    found = session.get(PlanGoal, goal_id) if goal_id is not None else None
    if found is None or found.referral_id != at.referral_id:
        raise Invalid("goal", fields={"goal": Problem("not_a_choice")})
    found.reached_at = found.reached_at or at.now
    _kept(session, at, "reached_at")


def choose(session: Session, at: At, *, group_id: UUID | None) -> None:
    """Put a group on the plan, once; raises NotFound, or Invalid: no such group, or three are chosen."""
    checked(session, at)
    if group_id is None or group_id not in load_groups(session, [group_id], today=at.now.date()):
        raise Invalid("plan", fields={"group": Problem("not_a_choice")})
    mine = PlanGroup.referral_id == at.referral_id
    if session.scalar(select(PlanGroup.id).where(mine, PlanGroup.group_id == group_id)) is not None:
        return
    if (session.scalar(select(func.count()).select_from(PlanGroup).where(mine)) or 0) >= MOST_GROUPS:
        raise Invalid("plan", fields={"group": Problem("plan_full", {"most": MOST_GROUPS})})
    session.add(
        PlanGroup(id=uuid4(), referral_id=at.referral_id, group_id=group_id, by_user_id=at.actor.user_id, at=at.now)
    )
    _kept(session, at, "group_id")


def drop(session: Session, at: At, *, group_id: UUID | None) -> None:
    """Take a group off the plan; one that is not on it is no mistake. Raises NotFound."""
    checked(session, at)
    mine = (PlanGroup.referral_id == at.referral_id, PlanGroup.group_id == group_id)
    session.execute(delete(PlanGroup).where(*mine))
    _kept(session, at, "group_id")


def ask(
    session: Session,
    at: At,
    *,
    mail: Mail,
    group_id: UUID | None,
    yes: bool,
    own_words: str = "",
    unvetted: str = "",
) -> None:
    """Ask a group that was chosen with the person, who said yes to it; with that the plan is made.

    Raises
    ------
    NotFound, Invalid, Conflict
        As `referring.operations.introduce`; Invalid too where the group is not on the plan.
    """
    checked(session, at)
    mine = (PlanGroup.referral_id == at.referral_id, PlanGroup.group_id == group_id)
    if group_id is None or session.scalar(select(PlanGroup.id).where(*mine)) is None:
        raise Invalid("plan", fields={"group": Problem("group_needed")})
    row = cases.row_of(session, referral_id=at.referral_id, actor=at.actor, lock=True)
    if row.state == "in_contact":
        step(session, row, "planned", Part.LINK_WORKER, at.actor, at.now)
    given = ConsentIn(given=yes, items=TO_GROUPS, words_version=WORDS_VERSION, method="spoken", given_at=at.now)
    referring.introduce(
        session,
        sealer=at.sealer,
        mail=mail,
        referral_id=at.referral_id,
        group_id=group_id,
        consent=given,
        own_words=own_words,
        unvetted=unvetted,
        actor=at.actor,
        now=at.now,
        origin=at.origin,
    )


def checked(session: Session, at: At) -> None:
    """Raise NotFound `referral`: the case is not theirs, or a colleague's that they gave no reason to open."""
    row = cases.row_of(session, referral_id=at.referral_id, actor=at.actor, lock=True)
    if cases.needs_a_reason(session, row=row, actor=at.actor, now=at.now):
        raise NotFound("referral")


def _kept(session: Session, at: At, *columns: str) -> None:
    session.flush()
    reading.note(session, "change_plan", at.referral_id, at.actor, at.now, at.origin, columns)
