"""What was asked for is counted so that it tells of nobody: no words, no ids, nothing below ten, gone in time."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, select

from service.db.engine import prepare
from service.matching.answer import Answer
from service.matching.asked import Wish
from service.matching.counting import KEPT_DAYS, LEAST, Counts, Unmet, open_counts, terms_of
from service.matching.models import OUTCOMES, AskedCount

DAY = date(2026, 11, 20)
CHESS = "activity.games.chess"
CODES = (CHESS, "activity.music", "activity.food", "life.bereaved", "barrier.cost", "format.online")


def answer(read: list[str]) -> Answer:
    return Answer(
        matches=(),
        relaxed=(),
        if_only=(),
        understood=tuple(Wish(code=code, weight=0.5) for code in read),
        avoided=(),
        corrected={},
        relevant=0,
        nothing_fits=False,
        support=(),
        steps=(),
        sequence=0,
    )


@pytest.fixture
def counts(database_url: str, tmp_path: Path) -> Iterator[Counts]:
    made = open_counts(database_url=database_url, data_folder=tmp_path)
    yield made
    made.close()


def ask(counts: Counts, times: int, *, day: date = DAY, area: str = "M33", outcome: str = "none") -> None:
    for n in range(times):
        counts.add(day=day - timedelta(days=n % 3), area=area, terms=[CHESS], outcome=outcome)


def test_nine_are_told_to_nobody_and_ten_are(counts: Counts) -> None:
    ask(counts, LEAST - 1)
    assert counts.unmet(since=DAY - timedelta(days=91)) == ()
    ask(counts, 1)
    assert counts.unmet(since=DAY - timedelta(days=91)) == (Unmet(area="M33", term=CHESS, asked=10),)


def test_somebody_who_tries_all_evening_is_not_told_of(counts: Counts) -> None:
    for _ in range(40):
        counts.add(day=DAY, area="M33", terms=[CHESS], outcome="none")
    assert counts.unmet(since=DAY) == ()


def test_what_was_found_and_what_was_asked_elsewhere_or_earlier_does_not_add_up(counts: Counts) -> None:
    ask(counts, 9)
    ask(counts, 9, area="M32")
    ask(counts, 9, outcome="found")
    ask(counts, 9, outcome="few")
    ask(counts, 9, day=DAY - timedelta(days=120))
    assert counts.unmet(since=DAY - timedelta(days=91)) == ()


def test_counts_older_than_thirteen_months_are_removed(counts: Counts) -> None:
    ask(counts, 12)
    assert counts.forget_old(today=DAY + timedelta(days=KEPT_DAYS - 2)) == 0
    assert counts.forget_old(today=DAY + timedelta(days=KEPT_DAYS + 1)) == 3
    assert counts.unmet(since=date(2020, 1, 1)) == ()


def test_a_row_holds_a_day_a_district_a_code_and_a_number_and_nothing_else() -> None:
    assert set(AskedCount.__table__.columns.keys()) == {"day", "area", "term", "outcome", "n"}


@given(st.lists(st.sampled_from(CODES), max_size=9), st.lists(st.sampled_from(CODES), max_size=9))
def test_only_what_people_like_to_do_is_counted_each_once_and_few(chosen: list[str], read: list[str]) -> None:
    terms = terms_of(chosen, answer(read))
    assert len(terms) == len(set(terms)) <= 5
    assert all(code.startswith("activity.") for code in terms)


def test_on_sqlite_the_counts_lie_in_a_file_of_their_own(counts: Counts, database_url: str, tmp_path: Path) -> None:
    ask(counts, 1)
    if not database_url.startswith("sqlite"):
        return
    assert (tmp_path / "counts.sqlite").exists()
    main = create_engine(database_url)
    prepare(main)
    with main.connect() as connection:
        assert connection.execute(select(AskedCount.__table__)).all() == []
    main.dispose()


def test_two_processes_count_into_one_store(counts: Counts, database_url: str, tmp_path: Path) -> None:
    other = open_counts(database_url=database_url, data_folder=tmp_path)
    ask(counts, 6)
    ask(other, 6)
    other.close()
    assert counts.unmet(since=DAY - timedelta(days=9))[0].asked == 12
    assert OUTCOMES == ("found", "few", "none")
