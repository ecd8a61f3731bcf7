"""Rows for the figures, in the scope of whoever looks: nobody's name, contact or need. Never writes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor, Permission, Role
from service.catalog.models import Group, GroupLocation, Location, Organisation
from service.db.sealing import Sealer
from service.errors import NotFound
from service.referrals.figures import counting
from service.referrals.figures.counting import By, Journey
from service.referrals.lifecycle import Machine
from service.referrals.measures import course
from service.referrals.measures import queries as measures
from service.referrals.measures.definitions import UCLA3
from service.referrals.models import Consent, Introduction, Move, Referral
from service.referrals.models_measures import Assessment

OVER_ALL = frozenset({Role.INSIGHT, Role.ADMIN})
WAITS = (("sent", "accepted"), ("accepted", "in_contact"), ("in_contact", "planned"), ("planned", "introduced"))
LED = 30  # groups of one leader that are shown

States = Mapping[UUID, set[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One introduction as figures see it."""

    referral_id: UUID
    group_id: UUID
    state: str
    attended: int
    states: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Led:
    """One group and how far those came who were sent to it: asked, yes, first visit, third visit, settled."""

    group_id: UUID
    name: str
    is_example: bool
    steps: tuple[int, ...]


def scope(actor: Actor) -> ColumnElement[bool]:
    """Give whose referrals somebody's figures count: their own, their organisation's, or all."""
    if not actor.may(Permission.FIGURES):
        raise NotFound("page")
    if actor.role in OVER_ALL:
        return true()
    here = Referral.organisation_id == actor.organisation_id
    if actor.role is Role.REFERRER:
        return and_(here, Referral.requested_by_user_id == actor.user_id)
    return or_(here, Referral.service_organisation_id == actor.organisation_id)


def journeys(session: Session, *, actor: Actor, since: datetime) -> list[Journey]:
    """Return every referral in scope that was begun since then, as figures see it."""
    theirs = and_(scope(actor), Referral.created_at >= since)
    wanted = select(
        Referral.id, Referral.state, Referral.close_reason, Referral.created_at, Organisation.name.label("referrer")
    ).join(Organisation, Organisation.id == Referral.organisation_id)
    rows = session.execute(wanted.where(theirs).order_by(Referral.created_at, Referral.id)).all()
    came_to = _states(session, _moves_of_referrals(theirs))
    asked = _asked(session, theirs)
    places = _places(session, {one.group_id for many in asked.values() for one in many})
    return [_journey(row, came_to.get(row.id, set()), asked.get(row.id, []), places) for row in rows]


def waits(session: Session, *, actor: Actor, since: datetime) -> dict[tuple[str, str], list[float]]:
    """Return how many days each wait of `WAITS` took, for each referral in scope that is past it."""
    theirs = and_(scope(actor), Referral.created_at >= since)
    moves = session.execute(_moves_of_referrals(theirs).order_by(Move.entity_id, Move.number)).all()
    begun: dict[UUID, list[tuple[str, datetime]]] = {}
    for entity_id, state, at in moves:
        begun.setdefault(entity_id, []).append((state, at))
    found: dict[tuple[str, str], list[float]] = {pair: [] for pair in WAITS}
    for one in begun.values():
        stayed = counting.stays(one)
        for pair in WAITS:
            if pair[0] in stayed:
                found[pair].append(stayed[pair[0]])
    return found


def before_and_after(
    session: Session, *, sealer: Sealer, actor: Actor, since: datetime, now: datetime
) -> list[tuple[int, int]]:
    """Return the first and the later figure of each person in scope who answered twice, with a yes, in one wording."""
    theirs = and_(scope(actor), Referral.created_at >= since)
    people = select(Referral.person_id).where(theirs)
    yes = exists().where(
        Consent.person_id == Assessment.person_id,
        Consent.organisation_id == Assessment.organisation_id,
        Consent.purpose == measures.ITEM,
        Consent.withdrawn_at.is_(None),
        Consent.expires_at > now,
    )
    wanted = select(Assessment).where(
        yes, Assessment.person_id.in_(people), Assessment.instrument == UCLA3.code, Assessment.version == UCLA3.version
    )
    if actor.role not in OVER_ALL:
        wanted = wanted.where(Assessment.organisation_id == actor.organisation_id)
    taken: dict[tuple[UUID, UUID], list[tuple[Any, int]]] = {}
    for row in session.scalars(wanted.order_by(Assessment.taken_on, Assessment.created_at, Assessment.id)):
        found = measures.opened(sealer, row)
        if "sum" in found.figures:
            taken.setdefault((row.person_id, row.organisation_id), []).append((row.taken_on, found.figures["sum"]))
    pairs = (course.before_and_after(one) for one in taken.values())
    return [pair for pair in pairs if pair is not None]


def of_group(session: Session, *, group_id: UUID, actor: Actor) -> Led:
    """Return how far those in scope came who were sent to one group. Raises NotFound `group`."""
    found = session.execute(select(Group.id, Group.name, Group.is_example).where(Group.id == group_id)).first()
    if found is None:
        raise NotFound("group")
    return _led(session, [found], scope(actor))[0]


def led_by(session: Session, *, actor: Actor) -> list[Led]:
    """Return all that were sent to the groups of a leader's own organisation, whoever sent them."""
    if not actor.may(Permission.ANSWER) or actor.organisation_id is None:
        return []
    theirs = select(Group.id, Group.name, Group.is_example).where(
        Group.organisation_id == actor.organisation_id, Group.status == "published"
    )
    rows = session.execute(theirs.order_by(func.lower(Group.name), Group.id).limit(LED)).all()
    return _led(session, rows, true())


def _led(session: Session, groups: Sequence[Any], theirs: ColumnElement[bool]) -> list[Led]:
    ids = [one.id for one in groups]
    asked = _asked(session, and_(theirs, Introduction.group_id.in_(ids)))
    by_group: dict[UUID, list[Asked]] = {one: [] for one in ids}
    for one in (each for many in asked.values() for each in many if each.group_id in by_group):
        by_group[one.group_id].append(one)
    return [
        Led(group_id=one.id, name=one.name, is_example=one.is_example, steps=_steps(by_group[one.id])) for one in groups
    ]


def _steps(asked: Iterable[Asked]) -> tuple[int, ...]:
    """Count introductions that were sent by how far they came; each figure is at most the one before it."""
    sent = [_reached(one) for one in asked if one.state != "proposed"]
    return tuple(sum(reached >= step for reached in sent) for step in range(5))


def _reached(one: Asked) -> int:
    journey = _as_journey(one)
    order = {"accepted": 1, "first_visit": 2, "third_visit": 3, "settled": 4}
    return order.get(counting.STEPS[journey.furthest], 0)


def _as_journey(one: Asked) -> Journey:
    states = one.states | {one.state}
    return Journey(
        state="introduced", close_reason=None, states=frozenset(), asked=states, attended=one.attended, labels={}
    )


def _journey(row: Any, states: set[str], asked: list[Asked], places: Mapping[UUID, tuple[str, str]]) -> Journey:
    last = max(asked, key=lambda one: (_reached(one), one.attended, one.group_id), default=None)
    name, area = places.get(last.group_id, ("", "")) if last is not None else ("", "")
    labels = {By.TIME: counting.quarter(row.created_at), By.AREA: area, By.GROUP: name, By.REFERRER: row.referrer}
    return Journey(
        state=row.state,
        close_reason=row.close_reason,
        states=frozenset(states | {row.state}),
        asked=frozenset(state for one in asked for state in (*one.states, one.state)),
        attended=max((one.attended for one in asked), default=0),
        labels=labels,
    )


def _moves_of_referrals(theirs: ColumnElement[bool]) -> Select[UUID, str, datetime]:
    moved = select(Move.entity_id, Move.to_state, Move.at).join(Referral, Referral.id == Move.entity_id)
    return moved.where(Move.entity == Machine.REFERRAL.value, theirs)


def _states(session: Session, moves: Select[UUID, str, datetime]) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = {}
    for entity_id, state, _at in session.execute(moves):
        found.setdefault(entity_id, set()).add(state)
    return found


def _asked(session: Session, theirs: ColumnElement[bool]) -> dict[UUID, list[Asked]]:
    moved = (
        select(Move.entity_id, Move.to_state, Move.at)
        .join(Introduction, Introduction.id == Move.entity_id)
        .join(Referral, Referral.id == Introduction.referral_id)
        .where(Move.entity == Machine.INTRODUCTION.value, theirs)
    )
    came_to = _states(session, moved)
    wanted = select(
        Introduction.id, Introduction.referral_id, Introduction.group_id, Introduction.state, Introduction.attended
    ).join(Referral, Referral.id == Introduction.referral_id)
    found: dict[UUID, list[Asked]] = {}
    for row in session.execute(wanted.where(theirs).order_by(Introduction.id)):
        found.setdefault(row.referral_id, []).append(
            Asked(
                referral_id=row.referral_id,
                group_id=row.group_id,
                state=row.state,
                attended=row.attended,
                states=frozenset(came_to.get(row.id, ())),
            )
        )
    return found


def _places(session: Session, groups: set[UUID]) -> dict[UUID, tuple[str, str]]:
    """Return the name and the town of each group; of a place that is kept secret, none."""
    town = (
        select(func.min(Location.city))
        .join(GroupLocation, GroupLocation.location_id == Location.id)
        .where(GroupLocation.group_id == Group.id, Location.confidential.is_(False))
        .scalar_subquery()
    )
    wanted = select(Group.id, Group.name, town.label("town")).where(Group.id.in_(groups))
    return {row.id: (row.name, row.town or "") for row in session.execute(wanted)} if groups else {}
