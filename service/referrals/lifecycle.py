"""The states of a referral and of an introduction, and every move between them, as one table. Pure.

No other code sets a state. A referral is a person and whoever helps them; an introduction is that referral and one
group. Whoever moves takes a part: the person, the referrer, the link worker (also a professional who names the group
without one), the group's leader, an administrator or safeguarding lead, or a timed job.
"""

from dataclasses import dataclass
from enum import StrEnum

from service.errors import Conflict


class Machine(StrEnum):
    """Which of the two machines."""

    REFERRAL = "referral"
    INTRODUCTION = "introduction"


class Part(StrEnum):
    """The part somebody takes when they move a referral or an introduction."""

    PERSON = "P"
    REFERRER = "R"
    LINK_WORKER = "L"
    LEADER = "G"
    ADMIN = "A"
    JOB = "J"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: from here, to there, by these parts."""

    machine: Machine
    source: str
    target: str
    parts: frozenset[Part]


START = {Machine.REFERRAL: "draft", Machine.INTRODUCTION: "proposed"}
OFFERED = "offered"  # help was offered and nothing is written yet

_REFERRAL = """
offered       draft PRL | declined_offer PR
draft         sent RP | cancelled RP
sent          accepted L | rejected L | on_hold L | cancelled RP
on_hold       accepted L | rejected L | cancelled RP
accepted      in_contact L | closed LJ
in_contact    planned LP | closed LP
planned       introduced LPJ | closed LP
introduced    attending LGP | planned LP | closed LP
attending     settled LGP | planned LP | closed LP
settled       closed LP | planned LP
"""
_INTRODUCTION = """
proposed           sent LPJ
sent               accepted G | waitlisted G | declined G | expired J
accepted           booked GLP
booked             attended GLP | no_show G | session_cancelled G
attended           attended GLP | settled GLP | stopped PLG
no_show            booked GLP | stopped PLG
session_cancelled  booked GLP | stopped PLG
waitlisted         accepted G | expired J
"""
TERMINAL = {
    Machine.REFERRAL: frozenset({"declined_offer", "rejected", "closed", "cancelled", "entered_in_error"}),
    Machine.INTRODUCTION: frozenset({"settled", "stopped", "declined", "expired", "withdrawn"}),
}
NEEDS_REASON = {
    Machine.REFERRAL: frozenset({"rejected", "on_hold", "closed"}),
    Machine.INTRODUCTION: frozenset({"declined"}),
}
DECLINED_REASONS = (
    "full",
    "not_eligible",
    "access_not_possible",
    "wrong_time",
    "not_safe_for_group",
    "closed",
    "other",
)
CLOSE_REASONS = (
    "goals_met",
    "settled_in_group",
    "declined",
    "uncontactable",
    "moved_away",
    "no_suitable_group",
    "group_full_or_closed",
    "unsuitable_or_unsafe",
    "escalated_clinical",
    "escalated_safeguarding",
    "died",
    "duplicate",
    "lapsed",
)


def _read(text: str) -> dict[tuple[str, str], frozenset[Part]]:
    rows: dict[tuple[str, str], frozenset[Part]] = {}
    for line in text.strip().splitlines():
        source, _, rest = line.partition(" ")
        for move_to in rest.split("|"):
            target, parts = move_to.split()
            rows[source, target] = frozenset(map(Part, parts))
    return rows


def _states(machine: Machine, rows: dict[tuple[str, str], frozenset[Part]]) -> tuple[str, ...]:
    named = dict.fromkeys(state for pair in rows for state in pair)
    return tuple(dict.fromkeys([*named, *sorted(TERMINAL[machine])]))


def _table() -> tuple[Row, ...]:
    """Join the rows written above with the three that hold for whole classes of states."""
    tables = {Machine.REFERRAL: _read(_REFERRAL), Machine.INTRODUCTION: _read(_INTRODUCTION)}
    referral, introduction = tables[Machine.REFERRAL], tables[Machine.INTRODUCTION]
    for state in _states(Machine.REFERRAL, referral):
        if state not in TERMINAL[Machine.REFERRAL]:
            anyone = {Part.PERSON} if state == "on_hold" else {Part.PERSON, Part.JOB}
            referral[state, "closed"] = referral.get((state, "closed"), frozenset()) | anyone
        if state != "entered_in_error":
            referral[state, "entered_in_error"] = frozenset({Part.REFERRER, Part.LINK_WORKER, Part.ADMIN})
    for state in _states(Machine.INTRODUCTION, introduction):
        if state not in TERMINAL[Machine.INTRODUCTION]:
            introduction[state, "withdrawn"] = frozenset({Part.PERSON})
    introduction["proposed", "withdrawn"] |= {Part.LINK_WORKER, Part.JOB}
    return tuple(
        Row(machine, source, target, parts)
        for machine, rows in tables.items()
        for (source, target), parts in rows.items()
    )


TABLE: tuple[Row, ...] = _table()
STATES: dict[Machine, tuple[str, ...]] = {
    machine: _states(machine, {(row.source, row.target): row.parts for row in TABLE if row.machine is machine})
    for machine in Machine
}
_ALLOWED = {(row.machine, row.source, row.target): row.parts for row in TABLE}


def targets(machine: Machine, state: str, who: Part) -> tuple[str, ...]:
    """Return where this part may move from here, in the order of the table."""
    return tuple(row.target for row in TABLE if row.machine is machine and row.source == state and who in row.parts)


def move(machine: Machine, state: str, to: str, who: Part) -> str:
    """Return the new state.

    Raises
    ------
    Conflict
        `not_allowed_from_here`, with the states this part may move to.

    Examples
    --------
    >>> move(Machine.INTRODUCTION, "sent", "accepted", Part.LEADER)
    'accepted'
    """
    if who not in _ALLOWED.get((machine, state, to), frozenset()):
        raise Conflict("not_allowed_from_here", state=state, to=to, allowed=targets(machine, state, who))
    return to
