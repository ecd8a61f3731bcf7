"""Random histories of people on their way into groups: what they, groups, workers and the clock may do, in any order.

Every deed is the real operation, mail leaves by the real job. What may be is written down again in `oracle`, apart from
the code, and looked at after each step, whenever a group is shown something, and in the moment a message goes.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from service import jobs
from service.notifications.channels import Later, Message, Never
from service.referrals.following import turns
from service.referrals.models import Introduction
from tests.referrals.following import oracle
from tests.referrals.following.looking import Looking
from tests.referrals.following.town import Town

ZONE = ZoneInfo("Europe/London")
chance = st.integers(0, 2**32 - 1)
HOURS = (1, 4, 9, 14, 24, 24, 26, 50, 24 * 5, 24 * 7, 24 * 8, 24 * 15, 24 * 29, 24 * 60, 24 * 92)
AROUND = (-71, -71, -23, -23, -1, 6, 6, 7 * 24, 7 * 24, 28 * 24)  # hours before and after a date
WRITTEN = (-71, -23, -23, 6, 7 * 24, 28 * 24)  # when people and groups are written to
HOW = ("api", "api", "group", "workers", "elsewhere", "self")
STAGES = ("", "asked", "asked", "accepted", "booked", "booked", "booked", "attended", "attended", "waits")
KINDS = ("accept", "accept", "waitlist", "full", "decline", "decline", "question", "question")
VISITS = ("attended", "attended", "attended", "no_show", "session_cancelled", "settled", "stopped")
STATES = ("accepted", "in_contact", "planned", "on_hold", "rejected", "closed", "closed", "attending")
REASONS = ("died", "goals_met", "uncontactable", "declined")
PRESSED = ("going_well", "not_for_me", "call_me", "very_low", "cannot_come", "coming", "no_more", "still")
CAME = ("came", "came", "not_come", "not_met")
OWN = ("stop", "reach", "reach", "take back", "take back", "erasure")


def _any(random: Random) -> int:
    return random.randrange(12)


# What may happen, how often among so many, and how.
DEEDS: Mapping[str, tuple[int, Callable[["Pathway", Random], object]]] = {
    "somebody comes": (2, lambda h, r: h.somebody_comes(r)),
    "group answers by link": (6, lambda h, r: h.answer(_any(r), r.choice(KINDS), by_link=True, detail=_any(r))),
    "group answers signed in": (4, lambda h, r: h.answer(_any(r), r.choice(KINDS), by_link=False, detail=_any(r))),
    "group is rung": (4, lambda h, r: h.hear(_any(r), r.choice(KINDS), detail=_any(r))),
    "group looks": (2, lambda h, r: h.look_as_leader(_any(r))),
    "group says who came": (5, lambda h, r: h.came(_any(r), r.choice(CAME))),
    "group does not meet": (2, lambda h, r: h.call_off(back=r.random() < 0.3)),
    "group on hold or back": (2, lambda h, r: h.hold(_any(r), held=r.random() < 0.6)),
    "question is answered": (3, lambda h, r: h.answer_question(_any(r))),
    "worker takes": (2, lambda h, r: h.take(_any(r))),
    "worker rings": (4, lambda h, r: h.ring(_any(r), reached=r.random() < 0.6)),
    "worker plans": (6, lambda h, r: h.plan(_any(r), _any(r))),
    "worker asks without a yes": (1, lambda h, r: h.ask_without_yes(_any(r), _any(r))),
    "worker settles": (3, lambda h, r: h.settle(_any(r), r.choice(sorted(oracle.RAISED)))),
    "worker moves": (4, lambda h, r: h.move(_any(r), r.choice(STATES), r.choice(REASONS))),
    "worker writes down a visit": (7, lambda h, r: h.visit(_any(r), r.choice(VISITS), days_ago=r.choice((0, 0, 1, 9)))),
    "worker agrees a date": (6, lambda h, r: h.agree(_any(r), r.choice((1, 2, 4, 9)))),
    "worker hands over": (2, lambda h, r: h.hand_over(_any(r))),
    "worker is away or leaves": (4, lambda h, r: h.go_on_holiday(leaves=r.random() < 0.5)),
    "stranger": (1, lambda h, r: h.strange(_any(r))),
    "measure": (1, lambda h, r: h.measure(_any(r))),
    "own link": (3, lambda h, r: h.send_own_link(_any(r))),
    "own page": (5, lambda h, r: h.on_own_page(_any(r), r.choice(OWN), _any(r))),
    "person presses": (7, lambda h, r: h.press(_any(r), r.choice(PRESSED))),
    "person is reached otherwise": (3, lambda h, r: h.change_person(_any(r), _any(r), elsewhere=False)),
    "… by a program": (3, lambda h, r: h.change_person(_any(r), _any(r), elsewhere=True)),
    "yes is taken back": (2, lambda h, r: h.take_back(_any(r), _any(r), elsewhere=False)),
    "… by a program too": (3, lambda h, r: h.take_back(_any(r), _any(r), elsewhere=True)),
    "yes again": (2, lambda h, r: h.yes_again(_any(r), _any(r), 1 + _any(r))),
    "introduction is withdrawn": (2, lambda h, r: h.take_one_back(_any(r))),
    "no mail wanted": (1, lambda h, r: h.want_no_mail(_any(r))),
    "erased": (1, lambda h, r: h.erase(_any(r))),
    "time passes": (4, lambda h, r: h.time_passes(r.choice(HOURS))),
    "rounds": (4, lambda h, r: h.rounds_run()),
    "mail": (5, lambda h, r: h.mail_goes(r.choice((0, 0, 0, 1, 3)))),
    "a while, and all jobs": (7, lambda h, r: h.all_jobs_after(r.choice(HOURS))),
    "near a date, all jobs": (9, lambda h, r: h.near_a_date(_any(r), r.choice(AROUND), mail=True)),
    "near a date, no mail": (3, lambda h, r: h.near_a_date(_any(r), r.choice(AROUND), mail=False)),
    "while mail waits": (16, lambda h, r: h.while_mail_waits(r)),
}
NAMES, WEIGHTS = tuple(DEEDS), tuple(weight for weight, _ in DEEDS.values())
MOST = 3  # people in one history


class Pathway(Looking, RuleBasedStateMachine):
    """People of one clinic and four groups, in a transaction that is never kept."""

    def __init__(self, town: Town) -> None:
        super().__init__(town)
        self.nested = self.session.begin_nested()
        self.town.channel.carry = self.carry
        self.tools = town.tools(lambda: self.now)
        self.went: set[str] = set()
        self.fails = self.jobs = 0
        town.tally.histories += 1

    def teardown(self) -> None:
        self.nested.rollback()
        self.session.expunge_all()
        for group in self.town.groups:
            self.session.add(group)

    # ---- what may happen ----

    @initialize(number=chance)
    def people_come(self, number: int) -> None:
        """One or two people, somewhere on their way."""
        self.random = Random(number)  # noqa: S311  # a history, no secret
        for _ in range(1 + (self.random.random() < 0.25)):
            self.come(self.random.choice(HOW), _any(self.random), self.random.choice((0, 0, 0, 1, 2, 3)), self.days())
            if self.cases:
                self.bring_on(self.random.choice(STAGES))
                self.mail_goes(0)
        if not self.cases:  # nobody who came may be sent there
            self.come("api", 0, 0, 200)

    def somebody_comes(self, random: Random) -> None:
        if len(self.cases) < MOST:
            self.come(random.choice(HOW), _any(random), _any(random), random.choice((2, 200)))

    def days(self) -> int:
        """Say for how many days somebody's yes holds."""
        return self.random.choice((2, 8, 200, 200, 300))

    def bring_on(self, stage: str) -> None:
        """Bring the newest on, as far as that goes."""
        last = len(self.cases) - 1
        if not stage:
            return
        if not any(referral == self.cases[last] for referral, _ in self.asked.values()):
            self.take(last)
            self.ring(last, reached=True)
            self.plan(last, 0)
        if stage == "asked":
            return
        self.answer(0, "waitlist" if stage == "waits" else "accept", by_link=False, detail=1)
        if stage in ("booked", "attended"):
            self.agree(0, 5)
        if stage == "attended":
            self.now += timedelta(days=5, hours=3)
            self.visit(0, "attended", days_ago=0)

    @rule(number=chance)
    def something_happens(self, number: int) -> None:
        """One thing of the table, by a number of its own: a history can be told again."""
        random = Random(f"{number}:{self.random.random()}")  # noqa: S311
        before = self.so_far()
        for name in random.choices(NAMES, WEIGHTS, k=9):
            DEEDS[name][1](self, random)
            if self.so_far() != before:  # it could at least be tried
                note(f"{name}, at {self.now:%Y-%m-%d %H:%M}")
                return

    def so_far(self) -> tuple[object, ...]:
        """Tell what a deed leaves behind, also one that was refused."""
        tally = self.town.tally
        return self.now, self.jobs, tally.done.total(), tally.refused.total()

    # ---- the clock, and what runs by it ----

    def time_passes(self, many: int) -> None:
        """Nobody looks, no job runs."""
        self.now += timedelta(hours=many)
        self.is_run = False

    def rounds_run(self) -> None:
        """The job that reminds, asks and closes, until nothing is left to do."""
        self.deed, self.jobs = "job", self.jobs + 1
        while turns.follow(self.tools):
            self.told_or_rung()
        self.is_run = self.wants_look = True

    def mail_goes(self, fails: int) -> None:
        """The job that sends; the next server may refuse some."""
        self.fails, self.jobs = fails, self.jobs + 1
        jobs.send(self.tools)

    def all_jobs_after(self, many: int) -> None:
        """Time passes, and all jobs run."""
        self.time_passes(many)
        self.rounds_run()
        self.mail_goes(0)

    def near_a_date(self, number: int, about: int, *, mail: bool) -> None:
        """So many hours before or after somebody's date; the mail may wait."""
        dated = select(Introduction.first_date).where(Introduction.first_date.is_not(None))
        found = sorted(at for at in self.session.scalars(dated) if at is not None)
        at = found[number % len(found)] + timedelta(hours=about) if found else self.now
        self.time_passes(max((at - self.now) // timedelta(hours=1), 1))
        self.rounds_run()
        if mail:
            self.mail_goes(0)

    def while_mail_waits(self, random: Random) -> None:
        """The rounds have written, and before it goes something happens to the same person, or night falls."""
        number, deed = _any(random), random.choice(("reached", "reached", "back", "back", "one", "no mail", "night"))
        self.near_a_date(number, random.choice(WRITTEN), mail=False)
        if deed == "reached":
            self.change_person(number, _any(random), elsewhere=True)
        elif deed == "back":
            self.take_back(number, _any(random), elsewhere=True)
        elif deed == "one":
            self.take_one_back(number)
        elif deed == "no mail":
            self.want_no_mail(number)
        else:
            self.now += timedelta(hours=13)
            self.is_run = False
        self.mail_goes(0)

    # ---- what goes out ----

    def carry(self, message: Message) -> None:
        """Take one message, and look whether it may go."""
        if self.fails:
            self.fails -= 1
            raise Later("smtp_451")
        self.town.tally.messages += 1
        trouble = self._trouble(message)
        if trouble or message.message_id in self.went:
            self.wrong("unsafe_or_before_yes", f"{message.template}: {trouble or 'went twice'}")
        self.went.add(message.message_id)
        if "@" not in message.to and message.channel == "console":
            raise Never("no_address")
        self.arrived.setdefault(message.template, []).append(str(message.params.get("link", "")).rpartition("/")[2])

    def _trouble(self, message: Message) -> str | None:
        """Say why a message must not go."""
        if message.to in self.quiet:
            return "to an address that wants none"
        parts = message.key.split(":")
        if message.template == "own_link":
            return self._unsafe(message, UUID(parts[1]))
        if message.template == "news":
            referral = UUID(parts[1])
            known = self.known[self.person_of[referral]]
            told = known.agrees("tell_referrer", self.town.world.clinic, "outcome", self.now)
            return None if told and not known.is_dead else "told the referrer without a yes"
        if message.template in oracle.TO_PERSON | oracle.TO_GROUP:
            asked = UUID(parts[parts.index("introduction") + 1] if parts[0] == "introduction" else parts[3])
            known, referral, group = self.whose(asked)
            if known.is_dead or not known.agrees("introduction", group, "name", self.now):
                return "without a yes, or after a death"
            ended = (self.states.get(("referral", referral)), self.states.get(("introduction", asked)))
            if ended[0] in oracle.OVER or ended[1] in oracle.FAILED:
                return "of what has ended"
            return self._unsafe(message, self.person_of[referral]) if message.template in oracle.TO_PERSON else None
        return None if message.template in oracle.NAMES_NOBODY else "of a kind that nobody looked at"

    def _unsafe(self, message: Message, person: UUID) -> str | None:
        hour = self.now.astimezone(ZONE).hour
        if not oracle.FIRST_HOUR <= hour < oracle.LAST_HOUR:
            return f"at {hour} o'clock"
        return None if self.known[person].way == (message.channel, message.to) else "by a way that is not safe"

    # ---- what holds after each step ----

    @invariant()
    def all_holds(self) -> None:
        self.look()
