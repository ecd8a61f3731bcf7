"""Whatever happens in whatever order: no illegal move, nobody without a next action, no message that may not go."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.catalog.models import Group
from service.referrals.lifecycle import Part
from tests.referrals import cast
from tests.referrals.following.pathway import Pathway


@pytest.fixture
def begin(engine: Engine) -> Iterator[Any]:
    """The machine, in one transaction for all histories."""
    with Session(engine.execution_options(writes=True), expire_on_commit=False) as session:
        world = cast.world(session)
        hall = session.get_one(Group, world.group).organisation_id
        names = ("Pathway Walk", "Pathway Songs", "Pathway Tea")
        groups = [cast.add_group(session, hall, name, email="eli@example.org").id for name in names]
        session.flush()

        class Fresh(Pathway):
            def __init__(self) -> None:
                super().__init__(session, world, groups)

        yield Fresh
        session.rollback()


def histories(machine: Any, many: int, steps: int) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=many,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.asvs("V2.3.1", "V2.3.3")
def test_sixty_histories(begin: Any) -> None:
    histories(begin, 60, 14)


@pytest.mark.slow
def test_ten_thousand_histories(begin: Any) -> None:
    histories(begin, 10_000, 16)


def test_one_history_in_one_order(begin: Any) -> None:
    """The machine itself does what it says: somebody is reminded, comes three times and settles."""
    made = begin()
    try:
        made.refer("email", "zqaxone@example.org", 0, ends_in=200)
        made.time_passes(1, 0)
        made.group_answers(0, "accepted")
        made.agree_a_date(0, 9, Part.LEADER)
        for _ in range(9):
            made.time_passes(24, 0)
            made.no_message_goes_before_a_yes_or_to_an_unsafe_address()
            made.what_is_overdue_is_seen()
        for _ in range(3):
            made.mark(0, "attended", Part.PERSON)
            made.time_passes(24 * 8, 0)
        made.everybody_has_a_next_action()
        made.every_state_was_reached_by_moves_of_the_table()
        made.what_has_ended_has_nothing_open()
        row = made.pick(0)
        assert (row.state, made.hands.referral(row).state) == ("settled", "settled")
        sent = [template for _, template in made.went]
        assert sent[:3] == ["group_answer_link", "appointment", "appointment"]
        assert "check_in" in sent
        assert made.now - cast.NOW > timedelta(days=30)
    finally:
        made.teardown()
