"""Whatever happens in whatever order: no illegal move, nobody without a next action, no message that may not go.

The slow run prints its four counters: `python -m pytest -m slow -s tests/referrals/following/test_pathway.py`.
"""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service import jobs
from service.config import Settings
from tests.by_itself import EACH_BY_ITSELF
from tests.referrals.following.pathway import Pathway
from tests.referrals.following.town import Holder, Tally, Town

TEN_THOUSAND, CHUNK = 10_000, 500  # histories, and of one seed
STEPS = 12  # of one history


@pytest.fixture
def town(engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """One transaction for all histories; what the job that sends would print is looked at."""
    channel = Holder()
    monkeypatch.setattr(jobs, "_console", lambda _settings: channel)
    with Session(engine.execution_options(writes=True), expire_on_commit=False) as session:
        yield Town(session=session, settings=settings, channel=channel, tally=Tally())
        session.rollback()


def histories(town: Town, many: int, steps: int, number: int | None = None) -> None:
    """Run so many histories; the same ones each time."""

    class Fresh(Pathway):
        def __init__(self) -> None:
            super().__init__(town)

    run_state_machine_as_test(
        Fresh if number is None else seed(number)(Fresh),
        settings=settings(
            max_examples=many,
            stateful_step_count=steps,
            deadline=None,
            derandomize=number is None,
            database=None,
            backend=EACH_BY_ITSELF,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.asvs("V2.3.1", "V2.3.3")
def test_a_few_histories(town: Town) -> None:
    told(town, 60)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(TEN_THOUSAND // CHUNK))
def test_ten_thousand_histories(town: Town, number: int) -> None:
    told(town, CHUNK, number)


def told(town: Town, many: int, number: int | None = None) -> None:
    """Run histories, and print what they came to, also where one goes wrong."""
    try:
        histories(town, many, STEPS, number)
    finally:
        print(f"\n{town.tally}", flush=True)
    tally = town.tally
    found = (tally.illegal_accepted, tally.nobody_next, tally.unsafe_or_before_yes, tally.overdue_unseen)
    assert found == (0, 0, 0, 0)
    assert tally.histories >= many
    assert min(tally.illegal_refused, tally.messages, tally.overdue_seen) >= many // 2, "something was really tried"
