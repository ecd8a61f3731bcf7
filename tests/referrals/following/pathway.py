"""Random histories of people on their way into groups: what they, leaders, workers and the clock may do, in any order.

What may go to whom is kept here a second time, apart from the code, and looked at in the moment a message goes.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.accounts.permissions import VISITOR
from service.errors import ServiceError
from service.notifications import outbox
from service.notifications.channels import Later, Message
from service.referrals import clocks, history, lifecycle
from service.referrals.following import attendance, checking_in, operations, rounds, tries
from service.referrals.following.before import may_go
from service.referrals.following.letters import Letters
from service.referrals.lifecycle import CLOSE_REASONS, START, STATES, TABLE, TERMINAL, Machine, Part
from service.referrals.models import Consent, Introduction, Move, Person, Referral
from tests.referrals import cast
from tests.referrals.cast import SEALER, World
from tests.referrals.following.conftest import POST, Hands

ZONE = ZoneInfo("Europe/London")
LEGAL = {(row.machine.value, row.source, row.target, part.value) for row in TABLE for part in row.parts}
WRITTEN = ("any", "email")  # rules under which somebody may be written to at an e-mail address
TO_PERSON = ("appointment", "check_in", "still_waiting")
TO_GROUP = ("group_answer_link", "group_answer_again", "outcome_wanted")
CONTACTS = ("zqaxone@example.org", "zqaxtwo@example.org", "01632 960123", "")
RULES = ("any", "email", "phone", "letter", "text", "none")
which = st.integers(0, 11)
MOMENTS = (-72, -72, -24, -24, 5, 7 * 24, 7 * 24, 28 * 24)  # hours before or after a date
BEGINNINGS = st.tuples(
    st.sampled_from(["booked", "booked", "attended", "attended", "waitlisted", "sent"]),
    st.sampled_from([2, 4, 5, 9]),  # days to the date
    st.sampled_from(["email", "email", "any", "phone"]),
    st.sampled_from([*CONTACTS[:2], *CONTACTS[:2], CONTACTS[2]]),
)
hours = st.sampled_from([1, 5, 11, 23, 24, 24, 25, 49, 24 * 4, 24 * 7, 24 * 7, 24 * 15, 24 * 22, 24 * 56, 24 * 92])


@dataclass
class Known:
    """What the tests know of one person, apart from the code."""

    rule: str
    contact: str
    agreed: dict[UUID, datetime] = field(default_factory=dict)  # group to the end of the yes
    died: bool = False

    def agrees(self, group: UUID, now: datetime) -> bool:
        return group in self.agreed and now < self.agreed[group]

    @property
    def address(self) -> str | None:
        return self.contact if self.rule in WRITTEN and "@" in self.contact else None


@dataclass
class _Watched:
    """A channel that hands each message to the machine."""

    machine: "Pathway"

    def send(self, message: Message) -> None:
        """Carry one message, or do not."""
        self.machine.carry(message)


class Pathway(RuleBasedStateMachine):
    """People of one clinic and three groups, in a transaction that is never kept."""

    def __init__(self, session: Session, world: World, groups: list[UUID]) -> None:
        super().__init__()
        self.session, self.world, self.groups = session, world, groups
        self.nested = session.begin_nested()
        self.hands = Hands(session, world, cast.Post())
        self.tokens: list[str] = []
        self.letters = Letters(
            sealer=SEALER,
            post=POST,
            new_token=self._token,
            public_url="http://127.0.0.1:8000",
            mail="console",
            zone=ZONE,
        )
        self.known: dict[UUID, Known] = {}
        self.asked: list[Introduction] = []
        self.wrong: list[str] = []
        self.went: list[tuple[str, str]] = []
        self.fails = 0
        self.is_run = True

    def teardown(self) -> None:
        self.nested.rollback()
        self.session.expunge_all()

    def _token(self) -> str:
        self.tokens.append(f"{len(self.tokens)}-{uuid4().hex}")
        return self.tokens[-1]

    @property
    def now(self) -> datetime:
        return self.hands.now

    def pick(self, number: int) -> Introduction:
        return self.asked[number % len(self.asked)]

    def tried(self, act: Callable[[], Any]) -> bool:
        """Do something wholly or not at all; tell whether it was done."""
        self.is_run = False
        try:
            with self.session.begin_nested():
                act()
        except ServiceError:
            self.session.expire_all()
            return False
        return True

    # ---- what people do ----

    @initialize(first=BEGINNINGS, second=st.none() | BEGINNINGS)
    def people_come(self, first: tuple[str, int, str, str], second: tuple[str, int, str, str] | None) -> None:
        """One or two people, somewhere on their way."""
        for stage, days, rule_, contact in filter(None, (first, second)):
            self.refer(rule_, contact, days, ends_in=200 if days != 4 else 5)
            row = self.asked[-1]
            if stage == "sent":
                continue
            self.hands.accept(row, "waitlisted" if stage == "waitlisted" else "accepted")
            if stage in ("booked", "attended"):
                self.agree_a_date(len(self.asked) - 1, days, Part.LEADER)
            if stage == "attended":
                self.hands.now += timedelta(days=days, hours=6)
                self.mark(len(self.asked) - 1, "attended", Part.LEADER)

    @rule(rule_=st.sampled_from(RULES), contact=st.sampled_from(CONTACTS), group=which)
    def somebody_else_comes(self, rule_: str, contact: str, group: int) -> None:
        if len(self.asked) < 4:
            self.refer(rule_, contact, group, ends_in=200)

    def refer(self, rule_: str, contact: str, group: int, *, ends_in: int) -> None:
        chosen = self.groups[group % len(self.groups)]
        ends = self.now + timedelta(days=ends_in)
        made = cast.refer(
            self.session,
            self.hands.post,
            self.world.bo,
            cast.request(
                chosen,
                who=cast.person(contact=contact or None, contact_rule=rule_ if contact else "none"),
                said=cast.consent(expires_at=ends, given_at=self.now - timedelta(hours=1)),
            ),
            now=self.now,
        )
        self.asked.append(self.session.scalars(select(Introduction).where(Introduction.referral_id == made.id)).one())
        self.known[made.person_id] = Known(rule_ if contact else "none", contact, {chosen: ends})
        self.is_run = False

    @precondition(lambda self: self.asked)
    @rule(number=which, to=st.sampled_from(["accepted", "accepted", "waitlisted", "declined"]))
    def group_answers(self, number: int, to: str) -> None:
        row = self.pick(number)

        def act() -> None:
            history.step(self.session, row, to, Part.LEADER, VISITOR, self.now)
            if to == "declined":
                referral = self.hands.referral(row)
                operations.back_to_planning(self.session, referral, VISITOR, self.now)

        self.tried(act)

    @precondition(lambda self: self.asked)
    @rule(number=which, group=which)
    def next_group(self, number: int, group: int) -> None:
        row, chosen = self.pick(number), self.groups[group % len(self.groups)]
        referral = self.hands.referral(row)
        known = self.known[referral.person_id]
        there = {one.group_id for one in self.asked if one.referral_id == referral.id}
        if referral.state not in ("planned", "introduced") or chosen in there or len(self.asked) >= 6 or known.died:
            return
        self.asked.append(self.hands.another(row, chosen))
        known.agreed[chosen] = self.now + timedelta(days=180)
        self.is_run = False

    @precondition(lambda self: self.asked)
    @rule(number=which, days=st.sampled_from([1, 2, 4, 9]), part=st.sampled_from([Part.PERSON, Part.LEADER]))
    def agree_a_date(self, number: int, days: int, part: Part) -> None:
        at = datetime.combine((self.now + timedelta(days=days)).date(), datetime.min.time(), UTC) + timedelta(hours=10)
        row = self.pick(number)
        act = operations.book
        self.tried(lambda: act(self.session, introduction_id=row.id, at=at, part=part, actor=VISITOR, now=self.now))

    @precondition(lambda self: self.asked)
    @rule(
        number=which,
        what=st.sampled_from(operations.WHAT),
        part=st.sampled_from([Part.PERSON, Part.LEADER, Part.LINK_WORKER]),
    )
    def mark(self, number: int, what: str, part: Part) -> None:
        actor = self.world.lin if part is Part.LINK_WORKER else VISITOR
        self.tried(lambda: self.hands.mark(self.pick(number), what, part=part, actor=actor))

    @precondition(lambda self: self.asked)
    @rule(number=which)
    def take_one_back(self, number: int) -> None:
        row = self.pick(number)
        self.tried(lambda: operations.withdraw(self.session, introduction_id=row.id, now=self.now))

    @precondition(lambda self: self.asked)
    @rule(number=which, reason=st.sampled_from(CLOSE_REASONS), part=st.sampled_from([Part.PERSON, Part.LINK_WORKER]))
    def close(self, number: int, reason: str, part: Part) -> None:
        row, actor = self.pick(number), self.world.lin if part is Part.LINK_WORKER else VISITOR
        if self.tried(lambda: self.hands.close(row, reason, part, actor)):
            self.known[self.hands.referral(row).person_id].died |= reason == "died"
            assert reason != "uncontactable" or tries.days(self.session, row.referral_id) >= tries.ENOUGH

    @precondition(lambda self: self.asked)
    @rule(number=which)
    def take_a_yes_back(self, number: int) -> None:
        row = self.pick(number)
        person = self.hands.referral(row).person_id
        theirs = select(Consent).where(Consent.person_id == person, Consent.group_id == row.group_id)
        for one in self.session.scalars(theirs):
            one.withdrawn_at = self.now
        self.session.flush()
        self.known[person].agreed.pop(row.group_id, None)

    @precondition(lambda self: self.asked)
    @rule(number=which, rule_=st.sampled_from(RULES), contact=st.sampled_from(CONTACTS))
    def want_to_be_reached_otherwise(self, number: int, rule_: str, contact: str) -> None:
        person = self.session.get_one(Person, self.hands.referral(self.pick(number)).person_id)
        person.contact_rule = rule_
        person.contact = SEALER.seal(f"person:{person.id}:contact", contact.encode()) if contact else None
        self.session.flush()
        self.known[person.id].rule, self.known[person.id].contact = rule_, contact

    @precondition(lambda self: self.tokens)
    @rule(number=which, answer=st.sampled_from(["going_well", "not_for_me", "call_me", "very_low", "no_more", "came"]))
    def press(self, number: int, answer: str) -> None:
        token = self.tokens[-1 - number % len(self.tokens)]
        if answer == "came":
            self.tried(lambda: attendance.say(self.session, token=token, answer=answer, now=self.now))
            return
        self.tried(lambda: checking_in.say(self.session, sealer=SEALER, token=token, answer=answer, now=self.now))

    @precondition(lambda self: self.asked)
    @rule(number=which, machine=st.sampled_from(Machine), to=which, part=st.sampled_from(Part))
    def try_any_move(self, number: int, machine: Machine, to: int, part: Part) -> None:
        row: Introduction | Referral = self.pick(number)
        if machine is Machine.REFERRAL:
            row = self.hands.referral(self.pick(number))
        target = STATES[machine][to % len(STATES[machine])]
        if target in ("settled", "attended", "closed", "offered"):  # these come with more than a state
            return
        legal = (machine.value, row.state, target, part.value) in LEGAL
        done = self.tried(lambda: history.step(self.session, row, target, part, VISITOR, self.now))
        assert done == legal

    @rule(many=hours, fails=st.integers(0, 1))
    def time_passes(self, many: int, fails: int) -> None:
        self.hands.now += timedelta(hours=many)
        self.fails = fails
        for _ in range(2):
            for one in rounds.due(self.session, self.letters, now=self.now):
                rounds.do(self.session, self.letters, one, now=self.now)
            self.send()
        self.is_run = True

    @rule(many=st.sampled_from([1, 5, 11, 24]), fails=st.integers(0, 3))
    def a_day_passes(self, many: int, fails: int) -> None:
        self.time_passes(many, fails)

    @precondition(lambda self: self.asked)
    @rule(
        number=which, about=st.sampled_from([-72, -72, -24, -24, 5, 7 * 24, 7 * 24, 28 * 24]), fails=st.integers(0, 2)
    )
    def a_moment_comes(self, number: int, about: int, fails: int) -> None:
        """So many hours before or after somebody's date."""
        dated = [row.first_date for row in self.asked if row.first_date is not None]
        at = dated[number % len(dated)] + timedelta(hours=about) if dated else self.now
        if at > self.now:
            self.time_passes(max((at - self.now) // timedelta(hours=1), 1), fails)

    def send(self) -> None:
        """Send what is due, through a channel that looks at what it is given."""

        def unit() -> AbstractContextManager[Session]:
            return nullcontext(self.session)

        for _ in range(3):
            before = may_go(self.letters)
            outbox.send_due(unit, {"console": _Watched(self)}, sealer=POST, clock=lambda: self.now, before=before)

    # ---- what holds ----

    def carry(self, message: Message) -> None:
        """Take one message, and look whether it may go."""
        if self.fails:
            self.fails -= 1
            raise Later("smtp_451")
        self.went.append((message.message_id, message.template))
        if message.template in TO_PERSON:
            _, person, _, asked, _ = message.key.split(":", 4)
            known, row = self.known[UUID(person)], self.session.get_one(Introduction, UUID(asked))
            hour = self.now.astimezone(ZONE).hour
            self._look(known.address == message.to, f"{message.template} to an unsafe address")
            self._look(8 <= hour < 21, f"{message.template} at {hour}")
            self._look(known.agrees(row.group_id, self.now), f"{message.template} without a yes")
            self._look(not known.died, f"{message.template} after a death")
        elif message.template in TO_GROUP:
            row = self.session.get_one(Introduction, UUID(message.key.split(":")[1]))
            known = self.known[self.hands.referral(row).person_id]
            self._look(known.agrees(row.group_id, self.now), f"{message.template} without a yes")
            self._look(not known.died, f"{message.template} after a death")

    def _look(self, is_right: bool, what: str) -> None:  # noqa: FBT001
        if not is_right:
            self.wrong.append(what)

    @invariant()
    def no_message_goes_before_a_yes_or_to_an_unsafe_address(self) -> None:
        assert self.wrong == []
        assert len({name for name, _ in self.went}) == len(self.went), "each went once"

    @invariant()
    def every_state_was_reached_by_moves_of_the_table(self) -> None:
        at: dict[tuple[str, UUID], str] = {}
        for move in self.session.scalars(select(Move).order_by(Move.entity_id, Move.number)):
            before = at.get((move.entity, move.entity_id), START[Machine(move.entity)])
            assert move.from_state == before
            assert (move.entity, before, move.to_state, move.part) in LEGAL
            at[move.entity, move.entity_id] = move.to_state
        now = {("referral", row.id): row.state for row in self.session.scalars(select(Referral))}
        now |= {("introduction", row.id): row.state for row in self.session.scalars(select(Introduction))}
        assert now == at

    @invariant()
    def everybody_has_a_next_action(self) -> None:
        for row in self.session.scalars(select(Referral)):
            open_one = row.state not in TERMINAL[Machine.REFERRAL]
            assert (row.need in clocks.NEEDS, row.due_on is not None) == (open_one, open_one), row.state

    @invariant()
    def what_is_overdue_is_seen(self) -> None:
        if not self.is_run:  # the job has not looked since
            return
        today = self.letters.today(self.now)
        for row in self.session.scalars(select(Referral).where(Referral.due_on.is_not(None))).all():
            stored = (row.need, row.need_rank, row.due_on)
            history.renew(self.session, row, today=today)
            fresh = row.due_on
            row.need, row.need_rank, row.due_on = stored
            self.session.flush()
            assert fresh is not None
            assert stored[2] is not None
            assert fresh >= today or stored[2] < today, (row.state, stored, fresh)

    @invariant()
    def what_has_ended_has_nothing_open(self) -> None:
        if self.is_run:
            ended = select(Introduction.id).join(Introduction.referral)
            ended = ended.where(Referral.state.in_(TERMINAL[Machine.REFERRAL]))
            still = ended.where(Introduction.state.not_in(lifecycle.TERMINAL[Machine.INTRODUCTION]))
            assert self.session.scalars(still).all() == []
