"""The town in which random histories happen, what is told of people in them, and the tally of all histories."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy.orm import Session

from service.accounts.permissions import GRANTS, Actor, Role
from service.accounts.record.telling import Post
from service.catalog.models import Group, Organisation
from service.catalog.models import Session as Meeting
from service.config import Settings
from service.db.sealing import Sealer
from service.jobs import Tools
from service.notifications.channels import Message
from service.referrals.people.given import PersonGiven
from tests.referrals import cast
from tests.referrals.cast import SECRET, World
from tests.referrals.desk.working import clinic

ROOT = Path(__file__).parents[3]
OUTBOX = Sealer(SECRET, "outbox")
POST = Post(channel="console", sealer=OUTBOX, public_url="http://127.0.0.1:8000")
SAFE_TO_WRITE = ("any", "email", "text")
# How people may be reached: rule, contact, what is added to it, day of birth, under 18, not safe, who decides for them.
PEOPLE = (
    ("email", "zqaxone@example.org", "", "", False, False, ""),
    ("email", "zqaxtwo@example.org", "", "1950-05-17", False, False, ""),
    ("any", "zqaxthree@example.org", "", "", False, False, ""),
    ("text", "07700 900123", "", "", False, False, ""),
    ("any", "07700 900456", "evenings", "", False, False, ""),
    ("phone", "01632 960123", "no voicemail: it is heard by others", "", False, True, ""),
    ("phone", "zqaxfour@example.org", "rings only", "", False, False, ""),
    ("letter", "12 High Street", "", "", False, False, ""),
    ("email", "zqaxson@example.org", "goes to her son", "", False, False, "her son, power of attorney"),
    ("email", "zqaxyoung@example.org", "", "2012-01-09", True, False, ""),
    ("none", "", "", "", False, True, ""),
    ("none", "zqaxfive@example.org", "never write", "", False, False, ""),
)


def given(number: int) -> PersonGiven:
    """Return one of the people above."""
    rule, contact, notes, born, young, unsafe, decider = PEOPLE[number % len(PEOPLE)]
    return PersonGiven(
        preferred_name=f"Cai zqaxname{number % len(PEOPLE)}",
        contact=contact,
        contact_rule=rule,
        contact_notes=notes,
        born=born,
        under_18=young,
        safety=unsafe,
        representative=decider,
    )


@dataclass
class Tally:
    """What all histories together came to: the four counters, and that something was really done and tried."""

    histories: int = 0
    steps: int = 0
    illegal_accepted: int = 0
    nobody_next: int = 0
    unsafe_or_before_yes: int = 0
    overdue_unseen: int = 0
    illegal_refused: int = 0
    messages: int = 0
    overdue_seen: int = 0
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        return (
            f"histories {self.histories:,}, steps {self.steps:,}: illegal moves accepted {self.illegal_accepted}"
            f" (of {self.illegal_refused + self.illegal_accepted:,} tried), people without a next action"
            f" {self.nobody_next}, messages before consent or to unsafe channels {self.unsafe_or_before_yes}"
            f" (of {self.messages:,}), overdue unseen {self.overdue_unseen} (of {self.overdue_seen:,})"
        )


@dataclass
class Holder:
    """What carries messages hands each to the history that runs."""

    carry: Callable[[Message], None] = lambda _message: None

    def send(self, message: Message) -> None:
        """Carry one message, or do not."""
        self.carry(message)


@dataclass
class Town:
    """Those who refer, those who help, groups; in one transaction that is never kept."""

    session: Session
    settings: Settings
    channel: Holder
    tally: Tally
    world: World = field(init=False)
    groups: tuple[Group, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.world = cast.world(self.session)
        self.lou = clinic(self.session, self.world).lou
        self.session.get_one(Organisation, self.world.elsewhere).acts_as = ["link_work"]
        hall = self.session.get_one(Group, self.world.group).organisation_id
        self.eli = Actor(role=Role.GROUP_LEADER, organisation_id=hall, permissions=GRANTS[Role.GROUP_LEADER])
        names = {"Pathway Songs": "eli@example.org", "Pathway Walk": "walk@example.org", "Pathway Tea": None}
        made = [cast.add_group(self.session, hall, name, email=address) for name, address in names.items()]
        self.groups = (*made, self.session.get_one(Group, self.world.unchecked))
        self.unwritten = frozenset(one.id for one in self.groups if not one.email)  # their house has no address either
        self._meets(made[0])
        self.session.flush()
        self._sealers: dict[str, Sealer] = {}

    def _meets(self, group: Group) -> None:
        rule = {"rule": "FREQ=WEEKLY", "minutes": 90, "time_zone": "Europe/London"}
        self.session.add(Meeting(id=uuid4(), group_id=group.id, starts_at=datetime(2026, 2, 3, 19, 0), **rule))  # noqa: DTZ001  # by the clocks there

    def sealer(self, purpose: str) -> Sealer:
        if purpose not in self._sealers:
            self._sealers[purpose] = Sealer(SECRET, purpose)
        return self._sealers[purpose]

    def tools(self, clock: Callable[[], datetime]) -> Tools:
        """Return what the jobs work with."""

        def unit() -> AbstractContextManager[Session]:
            return nullcontext(self.session)

        return Tools(settings=self.settings, sealer=self.sealer, reading=unit, writing=unit, clock=clock)

    @property
    def workers(self) -> tuple[Actor, ...]:
        return (self.world.lin, self.lou, self.world.dee)
