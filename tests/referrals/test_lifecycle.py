"""A referral and an introduction move only as the table says: every pair of states, by every part, both ways."""

import itertools

import pytest

from service.errors import Conflict
from service.referrals import lifecycle
from service.referrals.lifecycle import Machine, Part, move

# Written out by hand, apart from the code's own table, from the description of the pathway.
REFERRAL = {
    "offered": {"draft": "PRL", "declined_offer": "PR", "closed": "PJ", "entered_in_error": "RLA"},
    "draft": {"sent": "RP", "cancelled": "RP", "closed": "PJ", "entered_in_error": "RLA"},
    "sent": {
        "accepted": "L",
        "rejected": "L",
        "on_hold": "L",
        "cancelled": "RP",
        "closed": "PJ",
        "entered_in_error": "RLA",
    },
    "on_hold": {"accepted": "L", "rejected": "L", "cancelled": "RP", "closed": "P", "entered_in_error": "RLA"},
    "accepted": {"in_contact": "L", "closed": "LJP", "entered_in_error": "RLA"},
    "in_contact": {"planned": "LP", "closed": "LPJ", "entered_in_error": "RLA"},
    "planned": {"introduced": "LPJ", "closed": "LPJ", "entered_in_error": "RLA"},
    "introduced": {"attending": "LGP", "planned": "LP", "closed": "LPJ", "entered_in_error": "RLA"},
    "attending": {"settled": "LGP", "planned": "LP", "closed": "LPJ", "entered_in_error": "RLA"},
    "settled": {"closed": "LPJ", "planned": "LP", "entered_in_error": "RLA"},
    "declined_offer": {"entered_in_error": "RLA"},
    "rejected": {"entered_in_error": "RLA"},
    "closed": {"entered_in_error": "RLA"},
    "cancelled": {"entered_in_error": "RLA"},
    "entered_in_error": {},
}
INTRODUCTION = {
    "proposed": {"sent": "LPJ", "withdrawn": "PLJ"},
    "sent": {"accepted": "G", "waitlisted": "G", "declined": "G", "expired": "J", "withdrawn": "P"},
    "accepted": {"booked": "GLP", "withdrawn": "P"},
    "booked": {"attended": "GLP", "no_show": "G", "session_cancelled": "G", "withdrawn": "P"},
    "attended": {"attended": "GLP", "settled": "GLP", "stopped": "PLG", "withdrawn": "P"},
    "no_show": {"booked": "GLP", "stopped": "PLG", "withdrawn": "P"},
    "session_cancelled": {"booked": "GLP", "stopped": "PLG", "withdrawn": "P"},
    "waitlisted": {"accepted": "G", "expired": "J", "withdrawn": "P"},
    "settled": {},
    "stopped": {},
    "declined": {},
    "expired": {},
    "withdrawn": {},
}
EXPECTED = {Machine.REFERRAL: REFERRAL, Machine.INTRODUCTION: INTRODUCTION}


@pytest.mark.asvs("V2.3.1")
@pytest.mark.parametrize("machine", list(Machine))
def test_every_pair_of_states_by_every_part_is_allowed_exactly_where_the_pathway_says(machine: Machine) -> None:
    expected = EXPECTED[machine]
    assert set(lifecycle.STATES[machine]) == set(expected)
    for source, target, who in itertools.product(expected, expected, Part):
        if who.value in expected[source].get(target, ""):
            assert move(machine, source, target, who) == target
        else:
            with pytest.raises(Conflict) as refused:
                move(machine, source, target, who)
            assert refused.value.code == "not_allowed_from_here"


@pytest.mark.parametrize("machine", list(Machine))
def test_a_refused_move_says_what_is_allowed_instead(machine: Machine) -> None:
    for source, who in itertools.product(EXPECTED[machine], Part):
        with pytest.raises(Conflict) as refused:
            move(machine, source, "nowhere", who)
        allowed = {target for target, parts in EXPECTED[machine][source].items() if who.value in parts}
        assert set(refused.value.params["allowed"]) == allowed  # type: ignore[call-overload]


@pytest.mark.parametrize("machine", list(Machine))
def test_finished_means_finished(machine: Machine) -> None:
    for state in lifecycle.TERMINAL[machine]:
        assert set(EXPECTED[machine][state]) <= {"entered_in_error"}
    for state in set(EXPECTED[machine]) - lifecycle.TERMINAL[machine]:
        assert EXPECTED[machine][state], "nobody may be stuck in an open state"


def test_the_person_may_leave_from_every_open_state() -> None:
    for state in set(REFERRAL) - lifecycle.TERMINAL[Machine.REFERRAL]:
        assert move(Machine.REFERRAL, state, "closed", Part.PERSON) == "closed"
    for state in set(INTRODUCTION) - lifecycle.TERMINAL[Machine.INTRODUCTION]:
        assert move(Machine.INTRODUCTION, state, "withdrawn", Part.PERSON) == "withdrawn"


@pytest.mark.parametrize("machine", list(Machine))
def test_every_state_can_be_reached(machine: Machine) -> None:
    reached = {lifecycle.START[machine], *([lifecycle.OFFERED] if machine is Machine.REFERRAL else [])}
    for _ in lifecycle.STATES[machine]:
        reached |= {row.target for row in lifecycle.TABLE if row.machine is machine and row.source in reached}
    assert reached == set(lifecycle.STATES[machine])
