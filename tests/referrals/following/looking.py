"""What is looked at after each step of a random history: moves, facts, next actions, desks, what must be refused."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from service.accounts.permissions import VISITOR, Actor
from service.errors import ServiceError
from service.referrals import history
from service.referrals.desk import filtering
from service.referrals.desk import queries as desk
from service.referrals.lifecycle import Part
from service.referrals.models import Introduction, Move, Referral
from service.referrals.models_following import FollowUp
from tests.referrals.cast import SEALER
from tests.referrals.following import oracle
from tests.referrals.following.helping import Helping
from tests.referrals.following.town import Town

HERE = ZoneInfo("Europe/London")
_R, _I, _M = Referral, Introduction, Move
REFERRAL = (_R.id, _R.state, _R.need, _R.need_rank, _R.due_on, _R.raised, _R.owner_user_id, _R.created_at)
INTRODUCTION = (_I.id, _I.referral_id, _I.state, _I.first_date, _I.attended, _I.sent_at)
MOVE = (_M.entity, _M.entity_id, _M.number, _M.from_state, _M.to_state, _M.part, _M.at)
BY_JOB = ("remind", "check_in")  # raised by rounds, where no message may go
ALSO = (*BY_JOB, "measure", "way")


class Looking(Helping):
    """A history that is looked at."""

    def __init__(self, town: Town) -> None:
        super().__init__(town)
        self.since: dict[UUID, datetime] = {}
        self.facts: dict[UUID, tuple[str, object, int]] = {}
        self.is_run = False  # the rounds have run since the clock moved
        self.wants_look = False
        self.rung: set[UUID] = set()  # asked of groups that cannot be written to, as known before
        self.moves_seen: dict[tuple[str, UUID], int] = {}

    def look(self) -> None:
        """Look at everything once."""
        if self.today != self.now.astimezone(HERE).date():  # two days at once: what is due is looked at an hour later
            self.is_run = self.wants_look = False
        self.town.tally.steps += 1
        over = {one for (machine, one), state in self.states.items() if machine == "referral" and state in oracle.OVER}
        self._moves(over)
        referrals = self.session.execute(select(*REFERRAL)).all()
        introductions = self.session.execute(select(*INTRODUCTION)).all()
        self._states({("referral", one.id): one.state for one in referrals})
        self._states({("introduction", one.id): one.state for one in introductions})
        self._facts(introductions)
        due: dict[UUID, UUID | None] = {}
        for row in referrals:
            wanted = self._wanted(row, [one for one in introductions if one.referral_id == row.id])
            self._next(row, wanted)
            if any(one.is_due(self.today) for one in wanted) and self.is_run:
                due[row.id] = row.owner_user_id
        if self.wants_look:
            self._desks(due)
        self._try_what_may_not_be()
        self.deed, self.wants_look = "", False

    # ---- moves and facts ----

    def _moves(self, over: set[UUID]) -> None:
        """Every step taken since is one that there is, and nothing moves of what is over."""
        seen = self.moves_seen
        for one in self.session.execute(select(*MOVE).order_by(Move.entity_id, Move.number)):
            key = (one.entity, one.entity_id)
            if one.number <= seen.get(key, 0):
                continue
            before = self.states.get(key, oracle.START[one.entity])
            if one.from_state != before or (one.entity, before, one.to_state, one.part) not in oracle.MOVES:
                self.wrong("illegal_accepted", f"{one.entity} from {before} to {one.to_state} by {one.part}")
            whole = self.asked.get(one.entity_id, (None, None))[0]
            if whole in over and one.to_state != "withdrawn":
                self.wrong("illegal_accepted", f"{one.to_state} of a referral that is over")
            seen[key], self.states[key], self.since[one.entity_id] = one.number, one.to_state, one.at

    def _states(self, stored: dict[tuple[str, UUID], str]) -> None:
        for key, state in stored.items():
            if self.states.get(key, oracle.START[key[0]]) != state:
                self.wrong("illegal_accepted", f"{key[0]} is {state} without a step")

    def _facts(self, introductions: Sequence[Any]) -> None:
        """A date or a visit changes only by a deed that may change it, in a state in which it may."""
        for one in introductions:
            now, before = (one.state, one.first_date, one.attended), self.facts.get(one.id)
            if before is not None and before[1:] != now[1:] and before[0] not in oracle.MAY.get(self.deed, ()):
                self.wrong(
                    "illegal_accepted", f"{self.deed or 'something'} changed a date or visits of one {before[0]}"
                )
            self.facts[one.id] = now

    # ---- next actions ----

    def _wanted(self, row: Any, introductions: Sequence[Any]) -> tuple[oracle.Wanted, ...]:
        for need in (row.raised or "").split():
            if need in ALSO:
                self.raise_need(row.id, need)
        self._to_be_rung(row.id, {one.id for one in introductions if one.state == "sent"})
        asked = [
            oracle.Asked(
                state=one.state,
                since=self.since.get(one.id, one.sent_at).date(),
                first_date=one.first_date.date() if one.first_date else None,
                attended=one.attended,
            )
            for one in introductions
        ]
        since = self.since.get(row.id, row.created_at).date()
        return oracle.wants(row.state, since, asked, self.raised.get(row.id, {}), self.today)

    def _to_be_rung(self, referral: UUID, waiting: set[UUID]) -> None:
        """A group that is asked and cannot be written to is to be rung, while one is asked."""
        unwritten = {one for one in waiting if self.asked[one][1] in self.town.unwritten}
        if unwritten - self.rung:
            self.raise_need(referral, "ring_group")
        self.rung |= unwritten
        if not waiting:
            self.raised.get(referral, {}).pop("ring_group", None)

    def _next(self, row: Any, wanted: tuple[oracle.Wanted, ...]) -> None:
        """Somebody who is helped has one next action with a day; what is due sooner is not hidden by what is later."""
        if (row.need is not None, row.due_on is not None) != (bool(wanted), bool(wanted)):
            self.wrong("nobody_next", f"{row.state} needs {row.need} by {row.due_on}")
        lost = set(self.raised.get(row.id, {})) - set((row.raised or "").split()) if wanted else set()
        if lost:
            self.wrong("overdue_unseen", f"{sorted(lost)} was raised, and is not there")
        if not wanted or not self.is_run:
            return
        same = [one for one in wanted if one.need == row.need]
        if not same or row.due_on > max(one.by for one in same):
            self.wrong("nobody_next", f"{row.state} needs {row.need} by {row.due_on}, not one of {wanted}")
        urgent = min(one.rank for one in wanted)
        if urgent <= oracle.VISIT_MISSED and row.need_rank != urgent:
            self.wrong("overdue_unseen", f"{row.need} stands before a danger or a missed visit")

    # ---- who sees it ----

    def _desks(self, due: dict[UUID, UUID | None]) -> None:
        """What is due is seen by whoever holds the case; where nobody does, or they left, by all who help there."""
        if not due:
            return
        lists: dict[tuple[UUID | None, str], set[UUID]] = {}
        at_work = {one.user_id: one for one in self.town.workers if one.user_id not in self.gone}
        for referral, owner in due.items():
            helps = self.worker(referral, 0).organisation_id
            here = [one for one in at_work.values() if one.organisation_id == helps]
            must = [(at_work[owner], "now")] if owner in at_work else [(one, "new") for one in here]
            blind = [one.user_id for one, view in must if referral not in self._list(lists, one, view)]
            if blind or not must:
                row = self.session.get_one(Referral, referral)
                self.wrong(
                    "overdue_unseen", f"{row.state} needs {row.need} by {row.due_on}: {len(blind)} do not see it"
                )
            self.town.tally.overdue_seen += 1

    def _list(self, lists: dict[tuple[UUID | None, str], set[UUID]], worker: Actor, view: str) -> set[UUID]:
        """Return whom a desk shows as due, or as new."""
        key = (worker.user_id, view)
        if key not in lists:
            page = desk.caseload(
                self.session, sealer=SEALER, actor=worker, wanted=filtering.read({"view": view}), now=self.now
            )
            lists[key] = {row.referral_id for row in page.rows}
        return lists[key]

    def told_or_rung(self) -> None:
        """Where the rounds found no way to write, somebody has it on their desk to ring."""
        done = select(FollowUp.introduction_id, FollowUp.kind).where(FollowUp.way == "task", FollowUp.at == self.now)
        for asked, kind in self.session.execute(done.where(FollowUp.kind.in_(BY_JOB))):
            known, referral, _ = self.whose(asked)
            raised = self.session.scalar(select(Referral.raised).where(Referral.id == referral))
            if known.rule != "none" and kind not in (raised or "").split():
                self.wrong("overdue_unseen", f"nobody is told to ring about a {kind}")

    # ---- what must be refused ----

    def _try_what_may_not_be(self) -> None:
        """Try, of one referral or introduction, every move that there is not: each is refused."""
        rows = [*(("referral", one) for one in self.cases), *(("introduction", one) for one in self.asked)]
        machine, chosen = rows[self.town.tally.steps % len(rows)]
        row: Referral | Introduction | None = self.session.get(Introduction, chosen)
        if machine == "referral":
            row = self.session.get(Referral, chosen)
        if row is None:
            return
        for target in oracle.STATES[machine]:
            for part in Part:
                if (machine, row.state, target, part.value) not in oracle.MOVES:
                    self._must_be_refused(row, target, part)

    def _must_be_refused(self, row: Referral | Introduction, target: str, part: Part) -> None:
        before = row.state
        try:
            history.step(self.session, row, target, part, VISITOR, self.now)
        except ServiceError:
            self.town.tally.illegal_refused += 1
        else:
            self.wrong("illegal_accepted", f"from {before} to {target} by {part.name} when tried")
