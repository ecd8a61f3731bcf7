"""What must hold of somebody on their way into a group, written out by hand and apart from the code. Pure.

Which moves there are (`tests/referrals/test_lifecycle.py` has them by hand), what may be done in which state, by which
way somebody may be written to, and who has to see what by when.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from tests.referrals.test_lifecycle import INTRODUCTION, REFERRAL

MOVES = {
    (machine, source, target, part)
    for machine, table in (("referral", REFERRAL), ("introduction", INTRODUCTION))
    for source, targets in table.items()
    for target, parts in targets.items()
    for part in parts
}
STATES = {"referral": tuple(REFERRAL), "introduction": tuple(INTRODUCTION)}
START = {"referral": "draft", "introduction": "proposed"}
OVER = frozenset({"declined_offer", "rejected", "closed", "cancelled", "entered_in_error"})  # of a referral
OUT = frozenset({"settled", "stopped", "declined", "expired", "withdrawn"})  # of an introduction
FAILED = OUT - {"settled"}

# In which states of an introduction something may change it; nothing else may, and nothing in a referral that is over.
ASKABLE, MISSED = frozenset({"sent"}), frozenset({"no_show", "session_cancelled"})
MAY = {
    "accept": ASKABLE | {"waitlisted"},
    "waitlist": ASKABLE,
    "full": ASKABLE,
    "decline": ASKABLE,
    "question": ASKABLE,
    "book": MISSED | {"accepted", "booked"},
    "attended": MISSED | {"accepted", "booked", "attended"},
    "no_show": frozenset({"booked"}),
    "session_cancelled": frozenset({"booked"}),
    "settled": frozenset({"attended"}),
    "stopped": MISSED | {"attended"},
}

# Of whom a message of ours may tell. Whatever is not named here must not go.
TO_PERSON = frozenset({"appointment", "check_in", "still_waiting", "meeting_off"})
TO_GROUP = frozenset({"group_answer_link", "group_answer_again", "outcome_wanted"})
NAMES_NOBODY = frozenset({"group_not_open", "person_said", "please_erase", "listing_off", "ring_to_erase"})
FIRST_HOUR, LAST_HOUR = 8, 21  # on the wall: people are not woken


@dataclass
class Known:
    """What the tests know of one person."""

    rule: str
    contact: str
    born: str = ""
    in_care: bool = False
    yes: dict[tuple[str, UUID], tuple[frozenset[str], datetime]] = field(default_factory=dict)
    is_dead: bool = False
    is_erased: bool = False

    def agrees(self, purpose: str, recipient: UUID, item: str, now: datetime) -> bool:
        items, until = self.yes.get((purpose, recipient), (frozenset(), now))
        return item in items and now < until

    @property
    def way(self) -> tuple[str, str] | None:
        """The one channel and address by which they may be written to; None: somebody rings, or waits."""
        if self.is_dead or self.is_erased:
            return None
        name, at, host = self.contact.partition("@")
        if at and name and "." in host and " " not in self.contact:
            return ("console", self.contact) if self.rule in ("any", "email") else None
        digits = sum(sign.isdigit() for sign in self.contact)
        if digits >= 6 and digits + sum(sign in "+ ()-" for sign in self.contact) == len(self.contact):
            return ("text", self.contact) if self.rule in ("any", "text") else None
        return None


# ---- who has to see what, by when ------------------------------------------------------------------------------------

DANGER, VISIT_MISSED, PROMISED, SILENT, REST = range(5)
RAISED = {
    "safety": (DANGER, 0),
    "asks_for_call": (PROMISED, 0),
    "question": (PROMISED, 1),
    "not_for_me": (PROMISED, 2),
    "remind": (PROMISED, 0),
    "ring_group": (PROMISED, 0),
    "way": (PROMISED, 1),
    "check_in": (REST, 0),
    "measure": (REST, 5),
}
OF_REFERRAL = {
    "draft": ("finish_draft", REST, 5),
    "sent": ("take_on", PROMISED, 2),
    "on_hold": ("review_hold", REST, 10),
    "accepted": ("first_call", PROMISED, 5),
    "in_contact": ("make_plan", PROMISED, 15),
    "planned": ("introduce", PROMISED, 5),
    "introduced": ("next_group", PROMISED, 1),
    "attending": ("check_in", REST, 0),
    "settled": ("close_or_keep", REST, 10),
}
OF_INTRODUCTION = {
    "proposed": ("send_introduction", PROMISED, 5),
    "sent": ("await_answer", SILENT, 5),
    "accepted": ("agree_date", PROMISED, 5),
    "no_show": ("kind_call", VISIT_MISSED, 2),
    "session_cancelled": ("offer_date", PROMISED, 0),
    "waitlisted": ("still_waiting", SILENT, 20),
}
# Public holidays of England in the years that histories reach; who counts without them is no later.
HOLIDAYS = frozenset(
    date.fromisoformat(day)
    for day in (
        *("2026-01-01", "2026-04-03", "2026-04-06", "2026-05-04", "2026-05-25", "2026-08-31", "2026-12-25"),
        *("2026-12-28", "2027-01-01", "2027-03-26", "2027-03-29", "2027-05-03", "2027-05-31", "2027-08-30"),
        *("2027-12-27", "2027-12-28"),
    )
)


@dataclass(frozen=True)
class Wanted:
    """Something that somebody has to look at by a day."""

    need: str
    rank: int
    by: date

    def is_due(self, today: date) -> bool:
        return self.rank <= VISIT_MISSED or self.by <= today


@dataclass(frozen=True)
class Asked:
    """One introduction as it stands."""

    state: str
    since: date
    first_date: date | None
    attended: int


def works(day: date, off: Collection[date] = HOLIDAYS) -> bool:
    return day.isoweekday() <= 5 and day not in off


def within(start: date, days: int, off: Collection[date] = HOLIDAYS) -> date:
    """Return the day so many working days on; the longest that counting with holidays may give."""
    day = start
    while days if days else not works(day, off):
        day += timedelta(days=1)
        days -= bool(days) and works(day, off)
    return day if works(day, off) else within(day, 0, off)


def wants(state: str, since: date, asked: Iterable[Asked], raised: dict[str, date], today: date) -> tuple[Wanted, ...]:
    """Say all that has to be looked at of a referral, and by when at the latest; nothing once it is over."""
    if state in OVER:
        return ()
    each = tuple(asked)
    groups = [found for one in each if (found := _of_group(one, today)) is not None]
    mine = [*groups, *_of_referral(state, since, each, today, alone=not groups)]
    mine += [Wanted(need, RAISED[need][0], within(on, RAISED[need][1])) for need, on in raised.items()]
    return tuple(mine)


def _of_group(one: Asked, today: date) -> Wanted | None:
    if one.state == "booked" and one.first_date is not None:
        if one.first_date >= today:
            return Wanted("first_visit", REST, within(one.first_date, 0))
        return Wanted("ask_outcome", PROMISED, within(one.first_date, 2))
    if one.state not in OF_INTRODUCTION:
        return None
    need, rank, days = OF_INTRODUCTION[one.state]
    return Wanted(need, rank, within(one.since, days))


def _of_referral(state: str, since: date, asked: tuple[Asked, ...], today: date, *, alone: bool) -> Iterator[Wanted]:
    if state == "introduced" and not alone:
        return
    need, rank, days = OF_REFERRAL[state]
    if state == "planned" and any(one.state in FAILED for one in asked):
        need, rank, days = "next_group", PROMISED, 1
    if state == "attending":
        first = min((one.first_date for one in asked if one.attended and one.first_date), default=since)
        weeks = [first + timedelta(weeks=number) for number in (1, 4, 12)]
        since = next((day for day in weeks if day >= today), weeks[-1])
    yield Wanted(need, rank, within(since, days))
