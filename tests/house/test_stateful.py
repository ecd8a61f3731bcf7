"""Whatever three people of two organisations do, in any order: nothing foreign is seen, each effect has its row."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from service.accounts import membership, operations, queries
from service.accounts.models import AuditEntry
from service.accounts.permissions import GRANTS, Actor, Permission, Role, gives
from service.catalog.models import Organisation
from service.errors import Forbidden, Gone, NotFound
from service.referrals import operations as referring
from service.referrals import queries as referrals
from service.referrals.answering import operations as answers
from service.referrals.answering.replies import Reply
from service.referrals.lifecycle import START, TABLE, Machine
from service.referrals.models import Consent, Introduction, Move, Referral
from tests.referrals import cast
from tests.referrals.cast import SEALER, Post

HOUSES = ("oak", "elm")
PEOPLE = {"bo": ("oak", Role.REFERRER), "beth": ("oak", Role.LINK_WORKER), "dee": ("elm", Role.LINK_WORKER)}
MANAGERS = {"mia": "oak", "max": "elm"}
MINUTE = timedelta(minutes=1)
MOVES = {(row.machine.value, row.source, row.target) for row in TABLE}
who = st.sampled_from(sorted(PEOPLE))
manager = st.sampled_from(sorted(MANAGERS))
role = st.sampled_from(gives(Role.ORG_MANAGER, UUID(int=1)))
number = st.integers(min_value=0, max_value=50)


@dataclass
class Sent:
    """A referral as it should be."""

    id: UUID
    name: str
    by: UUID
    where: UUID
    token: str
    answered: bool = False
    withdrawn: bool = False


class House(RuleBasedStateMachine):
    """Two organisations that refer, in a transaction that is never kept."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.session = Session(engine.execution_options(writes=True))
        self.now, self.post = cast.NOW, Post()
        self.sent: list[Sent] = []
        self.where = {name: self._organisation(name) for name in HOUSES}
        hall = self._organisation("hall", vetting="checked")
        self.group = cast.add_group(self.session, hall, "Evening Singers", email="singers@example.org").id
        self.people = {name: self._person(name, kind, self.where[at]) for name, (at, kind) in PEOPLE.items()}
        self.people |= {name: self._person(name, Role.ORG_MANAGER, self.where[at]) for name, at in MANAGERS.items()}
        self.rows = [("give_role", "done")] * len(self.people)

    def _organisation(self, name: str, vetting: str = "listed") -> UUID:
        made = Organisation(id=uuid4(), name=name, vetting=vetting)
        self.session.add(made)
        self.session.flush()
        return made.id

    def _person(self, name: str, kind: Role, organisation: UUID) -> UUID:
        return operations.make_user(
            self.session,
            email=f"{name}@example.org",
            name=name,
            role=kind,
            organisation_id=organisation,
            password_hash=None,
            now=self.now,
        )

    def teardown(self) -> None:
        self.session.rollback()
        self.session.close()

    def actor(self, name: str) -> Actor:
        """Return what somebody is now, as the next request would find it."""
        held = queries.current_membership(self.session, user_id=self.people[name], now=self.now)
        return queries.actor_of(self.people[name], held, now=self.now)

    def do(self, act: Callable[[], Any]) -> Any:
        """Do something wholly or not at all; a refusal leaves nothing behind."""
        with self.session.begin_nested():
            return act()

    def sees(self, actor: Actor, one: Sent) -> bool:
        mine = actor.role is not Role.REFERRER or one.by == actor.user_id
        return actor.may(Permission.READ_REFERRALS) and actor.organisation_id == one.where and mine

    def pick(self, which: int) -> Sent:
        return self.sent[which % len(self.sent)]

    # ---- what people do ----

    @rule(name=who)
    def refer(self, name: str) -> None:
        self.now += MINUTE
        actor, house = self.actor(name), PEOPLE[name][0]
        called = f"zqax{house}" + "".join(chr(97 + int(digit)) for digit in str(len(self.sent)))
        asked = cast.request(self.group, who=cast.person(preferred_name=called))
        act = partial(cast.refer, self.session, self.post, actor, asked, now=self.now)
        if not actor.may(Permission.REFER):
            with pytest.raises(Forbidden):
                self.do(act)
            return
        assert actor.user_id
        self.sent.append(Sent(self.do(act).id, called, actor.user_id, self.where[house], self.post.last))
        self.rows.append(("refer", "done"))

    @precondition(lambda self: self.sent)
    @rule(name=who, which=number)
    def read(self, name: str, which: int) -> None:
        one, actor = self.pick(which), self.actor(name)
        found = referring.read_status(self.session, sealer=SEALER, referral_id=one.id, actor=actor, now=self.now)
        assert (found is not None) == self.sees(actor, one)
        assert found is None or found.preferred_name == one.name
        self.rows.append((Permission.READ_REFERRALS.value, "done" if found else "denied"))

    @precondition(lambda self: self.sent)
    @rule(which=number)
    def leader_sees(self, which: int) -> None:
        one = self.pick(which)
        act = partial(answers.see, self.session, sealer=SEALER, token=one.token, now=self.now)
        if one.answered or one.withdrawn:
            with pytest.raises(Gone):
                self.do(act)
            return
        assert self.do(act).preferred_name == one.name
        self.rows.append(("see_person", "done"))

    @precondition(lambda self: self.sent)
    @rule(which=number, accept=st.booleans())
    def leader_answers(self, which: int, *, accept: bool) -> None:
        one = self.pick(which)
        if one.answered:
            with pytest.raises(Gone):
                referrals.asked(self.session, token=one.token, now=self.now)
            return
        asked = referrals.asked(self.session, token=one.token, now=self.now)
        reply = Reply(kind="accept" if accept else "decline", reason=None if accept else "other", version=asked.version)
        act = partial(answers.answer, self.session, means=self.post.means, token=one.token, reply=reply, now=self.now)
        if one.withdrawn:
            with pytest.raises(Gone):
                self.do(act)
            return
        assert (self.do(act).contact is not None) == accept
        one.answered = True
        self.rows += [("accept" if accept else "decline", "done"), ("see_person", "done")]

    @precondition(lambda self: self.sent)
    @rule(which=number)
    def person_withdraws(self, which: int) -> None:
        one = self.pick(which)
        person = select(Referral.person_id).where(Referral.id == one.id).scalar_subquery()
        self.session.execute(update(Consent).where(Consent.person_id == person).values(withdrawn_at=self.now))
        one.withdrawn = True

    @rule(by=manager, name=who, to=role)
    def change_role(self, by: str, name: str, to: Role) -> None:
        self._member_act(by, name, partial(membership.change_role, role=to.value), changed=to)

    @rule(by=manager, name=who)
    def end_membership(self, by: str, name: str) -> None:
        self._member_act(by, name, membership.end_membership, changed=None)

    @rule(name=who, to=role)
    def come_back(self, name: str, to: Role) -> None:
        """Take part again, when one was no member any more."""
        self.now += MINUTE
        if membership.held(self.session, user_id=self.people[name], now=self.now):
            return
        where = self.where[PEOPLE[name][0]]
        mine = Actor(role=Role.PERSON, user_id=self.people[name])
        membership.join(
            self.session, user_id=self.people[name], role=to, organisation_id=where, actor=mine, now=self.now
        )
        self.rows.append(("give_role", "done"))

    def _member_act(self, by: str, name: str, act: Callable[..., None], *, changed: Role | None) -> None:
        self.now += MINUTE
        held = membership.held(self.session, user_id=self.people[name], now=self.now)
        acting = Actor(
            role=Role.ORG_MANAGER,
            user_id=self.people[by],
            organisation_id=self.where[MANAGERS[by]],
            permissions=GRANTS[Role.ORG_MANAGER],
        )
        member_id = held[0].id if held else uuid4()
        going = partial(act, self.session, member_id=member_id, actor=acting, now=self.now)
        if not held or PEOPLE[name][0] != MANAGERS[by]:
            with pytest.raises(NotFound):
                self.do(going)
            return
        self.do(going)
        if changed is None:
            self.rows.append(("take_role", "done"))
        elif changed is not held[0].role:
            self.rows += [("take_role", "done"), ("give_role", "done")]

    # ---- what holds after each step ----

    @invariant()
    def nobody_sees_what_is_not_theirs(self) -> None:
        for name, (house, _) in PEOPLE.items():
            actor = self.actor(name)
            found = referrals.referrals(self.session, sealer=SEALER, actor=actor)
            seen = {one.preferred_name for one in found}
            newest = [one for one in reversed(self.sent) if self.sees(actor, one)][: referrals.PAGE + 1]
            assert seen == {one.name for one in newest}
            foreign = next(other for other in HOUSES if other != house)
            assert f"zqax{foreign}" not in repr(found)

    @invariant()
    def every_effect_has_its_row_and_every_row_its_effect(self) -> None:
        rows = select(AuditEntry.action, AuditEntry.outcome).order_by(AuditEntry.sequence)
        assert [(action, outcome) for action, outcome in self.session.execute(rows)] == self.rows

    @invariant()
    def every_state_was_reached_by_moves_of_the_table(self) -> None:
        at: dict[tuple[str, UUID], str] = {}
        for move in self.session.scalars(select(Move).order_by(Move.entity_id, Move.number)):
            before = at.get((move.entity, move.entity_id), START[Machine(move.entity)])
            assert move.from_state == before
            assert (move.entity, before, move.to_state) in MOVES
            at[move.entity, move.entity_id] = move.to_state
        now = {("referral", row.id): row.state for row in self.session.scalars(select(Referral))}
        now |= {("introduction", row.id): row.state for row in self.session.scalars(select(Introduction))}
        assert now == at


@pytest.mark.asvs("V8.2.2", "V8.4.1", "V2.3.1", "V2.3.3")
def test_whatever_happens_in_whatever_order(engine: Engine) -> None:
    class Fresh(House):
        def __init__(self) -> None:
            super().__init__(engine)

    run_state_machine_as_test(
        Fresh,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_day_in_one_order(engine: Engine) -> None:
    """The machine itself does what it says: referred, seen, role taken, withdrawn, and nothing of it for Dee."""
    house = House(engine)
    try:
        house.refer("bo")
        house.read("beth", 0)
        house.read("dee", 0)
        house.leader_sees(0)
        house.end_membership("max", "bo")
        house.end_membership("mia", "bo")
        house.refer("bo")
        house.person_withdraws(0)
        house.leader_sees(0)
        house.nobody_sees_what_is_not_theirs()
        house.every_effect_has_its_row_and_every_row_its_effect()
        house.every_state_was_reached_by_moves_of_the_table()
        assert house.rows[-5:] == [
            ("refer", "done"),
            ("read_referrals", "done"),
            ("read_referrals", "denied"),
            ("see_person", "done"),
            ("take_role", "done"),
        ]
    finally:
        house.teardown()
