"""What every deed of a random history needs: who is known, by number, and doing something wholly or not at all."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import select

from service.accounts.permissions import Actor
from service.errors import ServiceError
from service.referrals.desk.operations import At
from service.referrals.models import Referral
from tests.referrals import cast
from tests.referrals.cast import NOW, SEALER
from tests.referrals.following.oracle import Known
from tests.referrals.following.town import OUTBOX, Town

YEAR = timedelta(days=365)


class Deeds:
    """One history's people and what they do; everything by number, so that a history can be told again."""

    def __init__(self, town: Town) -> None:
        super().__init__()
        self.town, self.session, self.now = town, town.session, NOW
        self.known: dict[UUID, Known] = {}
        self.cases: list[UUID] = []
        self.person_of: dict[UUID, UUID] = {}
        self.asked: dict[UUID, tuple[UUID, UUID]] = {}  # introduction: its referral and its group
        self.raised: dict[UUID, dict[str, date]] = {}
        self.arrived: dict[str, list[str]] = {}  # tokens of links, by the template that brought them
        self.states: dict[tuple[str, UUID], str] = {}  # of referrals and introductions, as the steps led to it
        self.held: set[UUID] = set()
        self.quiet: set[str] = set()
        self.gone: set[UUID | None] = set()  # who works here no more
        self.deed = ""  # of the oracle's `MAY`, what a rule tried last
        self.post = cast.Post()
        self.tokens = count(1)

    # ---- shortcuts ----

    @property
    def today(self) -> date:
        return self.now.date()

    def do(self, name: str, act: Callable[[], Any]) -> bool:
        """Do something wholly or not at all; tell whether it was done."""
        try:
            with self.session.begin_nested():
                act()
        except ServiceError as error:
            self.town.tally.refused[f"{name}: {error.code}"] += 1
            return False
        self.town.tally.done[name] += 1
        return True

    def wrong(self, counter: str, what: str) -> None:
        """Note that something held no longer."""
        setattr(self.town.tally, counter, getattr(self.town.tally, counter) + 1)
        raise AssertionError(f"{counter}: {what}")

    def case(self, number: int) -> UUID:
        return self.cases[number % len(self.cases)]

    def introduction(self, number: int, *states: str) -> UUID | None:
        """Pick one, mostly of those that stand where something may be done with them."""
        fits = [one for one in self.asked if self.states.get(("introduction", one)) in states]
        those = fits if fits and number % 6 else list(self.asked)
        return those[-1 - number % len(those)] if those else None

    def whose(self, introduction_id: UUID) -> tuple[Known, UUID, UUID]:
        referral, group = self.asked[introduction_id]
        return self.known[self.person_of[referral]], referral, group

    def worker(self, referral_id: UUID, number: int) -> Actor:
        """Return who works on a case: mostly somebody of those who help."""
        row = self.session.get(Referral, referral_id)
        if row is not None and row.service_organisation_id == self.town.world.elsewhere:
            return self.town.world.dee
        lin = self.town.world.lin
        return self.town.lou if number % 4 == 3 or lin.user_id in self.gone else lin

    def at(self, referral_id: UUID, actor: Actor) -> At:
        return At(sealer=SEALER, referral_id=referral_id, actor=actor, now=self.now, post=OUTBOX)

    def raise_need(self, referral_id: UUID, need: str) -> None:
        self.raised.setdefault(referral_id, {}).setdefault(need, self.today)

    def settled(self, referral_id: UUID, may_vanish: frozenset[str]) -> None:
        """What was raised and stands there no more has been looked after, if this deed may do that."""
        raised = self.session.scalar(select(Referral.raised).where(Referral.id == referral_id))
        gone = set(self.raised.get(referral_id, {})) - set((raised or "").split())
        if gone - may_vanish:
            self.wrong("overdue_unseen", f"{sorted(gone)} vanished, and nobody had looked after it")
        for need in gone:
            del self.raised[referral_id][need]
