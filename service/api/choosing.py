"""Referring without a group: link workers choose one with the person. Joins what is wrong with it, in our fields."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from service.accounts.once import Replay, idempotent
from service.accounts.permissions import Actor
from service.accounts.record.audit import Origin
from service.db.sealing import Sealer
from service.errors import Invalid, Problem
from service.referrals import intake, queries
from service.referrals.intake import ConsentIn
from service.referrals.queries import ReferralView
from service.referrals.referring import operations
from service.referrals.referring.asking import Asking

FIELDS = {"words": "own_words", "yes": "consent.given", "service": "service_id", "same": "person", "known": "person_id"}
LINK_WORK = "link_work"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said(Asking):
    """A wish with what the person really said, and when."""

    said: ConsentIn

    def consent(self, purpose: str, items: frozenset[str], now: datetime) -> ConsentIn:
        """Write down what they said yes to: to link workers what was sent, beyond that what the purpose needs."""
        given = self.said.items if purpose == LINK_WORK else items
        return replace(self.said, purpose=purpose, items=given, given_at=min(self.said.given_at, now))


def choose_once(
    session: Session,
    *,
    sealer: Sealer,
    key: str | None,
    route: str,
    body: Mapping[str, object],
    wish: Said,
    actor: Actor,
    now: datetime,
    origin: Origin,
) -> tuple[ReferralView, bool]:
    """Hand somebody to link workers, unless this same request came before. Says whether it is new.

    Raises
    ------
    Forbidden, Invalid
        `referral`, with every problem at once; `idempotency_key` or `idempotency_reused`.
    """
    claim = idempotent(session, actor=actor, route=route, key=key, body=body, now=now)
    if isinstance(claim, Replay):
        return queries.view_of(session, sealer=sealer, referral_id=claim.resource_id, actor=actor), False
    wrong = _consent_problems(wish, now)
    try:
        made = operations.refer_to_service(
            session,
            sealer=sealer,
            referral_id=claim.resource_id,
            request=wish,
            actor=actor,
            now=now,
            origin=origin,
        )
    except Invalid as refused:
        raise Invalid(refused.code, fields={**_renamed(refused.fields, wish), **wrong}) from refused
    if wrong:
        raise Invalid("referral", fields=wrong)
    return made, True


def _consent_problems(wish: Said, now: datetime) -> dict[str, Problem]:
    needed = {"name"} if wish.given.contact_rule == "none" else {"name", "contact"}
    found = dict(intake.consent_problems(wish.said, frozenset(needed), now))
    if wish.said.purpose != LINK_WORK:
        found["consent.purpose"] = Problem("consent_for_link_work")
    return found


def _renamed(problems: Mapping[str, Problem], wish: Said) -> dict[str, Problem]:
    ours = set(Asking.__dataclass_fields__) | set(FIELDS)
    told = {}
    for name, problem in problems.items():
        field = FIELDS.get(name, name if name in ours or wish.known else f"person.{name}")
        told[field] = _named(problem)
    return told


def _named(problem: Problem) -> Problem:
    """Name who is known already as what may be sent instead."""
    people = problem.params.get("people")
    return Problem(problem.code, {"choices": [str(one) for one in people]}) if isinstance(people, list) else problem
