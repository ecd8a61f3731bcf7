"""Who comes first of groups that suit as well: sooner, with room, answering, and not where everybody was sent."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import numpy as np
import pytest

from service.catalog import schedule
from service.catalog.schedule import Meeting
from service.catalog.views import ListedGroup, SessionView
from service.catalog.words.taxonomy import Taxonomy
from service.matching import matcher
from service.matching.answer import Answer, Match
from service.matching.answering import Answering, Figures
from service.matching.day import Day
from service.matching.explanation import Part
from service.matching.laying import lay
from service.matching.profile import Profile
from service.matching.snapshot import Snapshot
from tests.matching.making import TODAY, group, meets, person
from tests.matching.test_matching import CHESS, SINGING, ask, codes, numbers, singers

AT_TEN = datetime(2026, 11, 24, 10)  # noqa: DTZ001  # a Tuesday, two days from TODAY; wall time


def introduced(taxonomy: Taxonomy, profile: Profile, found: Figures, *groups: ListedGroup) -> Answer:
    return matcher.match(Snapshot.build(groups, taxonomy, 1), profile, TODAY, answering=Answering.of(found))


def part(match: Match, code: str) -> Part:
    return next(part for part in match.parts if part.scorer == code)


def once(days: int) -> SessionView:
    return meets(AT_TEN + timedelta(days=days), rule=None)


# ---- soon ------------------------------------------------------------------------------------------------------------


def soon(session: SessionView) -> float:
    columns = lay([group(1, sessions=(session,))], {})
    return float(Day(columns=columns, today=TODAY).soon[0])


@pytest.mark.parametrize(
    ("days", "expected"), [(0, 1.0), (5, 1.0), (6, 0.7), (12, 0.7), (13, 0.4), (29, 0.4), (30, 0.2), (300, 0.2)]
)
def test_a_single_date_counts_by_how_soon_it_is(days: int, expected: float) -> None:
    assert soon(once(days)) == expected


def test_a_rhythm_counts_by_its_next_meeting_and_an_involved_rule_by_half() -> None:
    assert soon(meets(AT_TEN - timedelta(days=70), rule="FREQ=WEEKLY")) == 1.0
    assert soon(meets(AT_TEN - timedelta(days=7), rule="FREQ=WEEKLY;INTERVAL=2")) == 0.7
    assert soon(meets(AT_TEN + timedelta(days=70), rule="FREQ=WEEKLY")) == 0.2
    assert soon(meets(AT_TEN, rule="FREQ=MONTHLY;BYDAY=4TU")) == 0.5


@pytest.mark.parametrize("rule", ["FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=MO,SA", "FREQ=WEEKLY;INTERVAL=3;BYDAY=SU,MO,TH"])
def test_the_next_day_of_a_rhythm_is_that_of_the_calendar(rule: str) -> None:
    shares = {7: 1.0, 14: 0.7, 31: 0.4}
    for late in range(40):
        starts = datetime(2026, 10, 20, 10) + timedelta(days=late)  # noqa: DTZ001
        meeting = Meeting(rule=rule, starts_at=starts, minutes=None, time_zone="UTC")
        after = datetime.combine(TODAY, datetime.min.time(), tzinfo=UTC)
        [coming] = schedule.next_dates(meeting, after=after, limit=1)
        days = (coming.starts.date() - TODAY).days
        expected = next((share for most, share in shares.items() if days <= most), 0.2)
        assert soon(meets(starts, rule=rule)) == expected, (starts, coming)


def test_of_two_groups_as_good_the_one_that_meets_sooner_comes_first(taxonomy: Taxonomy) -> None:
    answer = ask(
        taxonomy, person(interests=(SINGING,)), singers(1, sessions=(once(40),)), singers(2, sessions=(once(3),))
    )
    assert numbers(answer) == [2, 1]


def test_soon_is_soon_at_a_wanted_time(taxonomy: Taxonomy) -> None:
    evening = meets(AT_TEN.replace(hour=19) + timedelta(days=21), rule=None)
    both, late = singers(1, sessions=(once(0), evening)), singers(2, sessions=(evening,))
    wanted = person(interests=(SINGING,), slots=frozenset({(1, 2)}))
    assert [part(match, "schedule").value for match in ask(taxonomy, wanted, both, late).matches] == [
        pytest.approx((1 + 0.2 + 0.4) / 3)
    ] * 2


# ---- room ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["full", "waiting_list"])
def test_what_has_no_room_never_stands_before_what_may_have_some(taxonomy: Taxonomy, state: str) -> None:
    good = singers(1, capacity_state=state, capacity_until=TODAY + timedelta(days=5), price_pence=0, group_size=6)
    plain = singers(2, last_confirmed_on=date(2025, 1, 1), price_pence=900)
    answer = ask(taxonomy, person(interests=(SINGING,)), good, plain)
    assert answer.matches[0].score < answer.matches[1].score
    assert numbers(answer) == [2, 1]
    assert state in codes(answer, 2)


def test_what_is_full_still_comes_before_what_was_not_asked_for(taxonomy: Taxonomy) -> None:
    full = singers(1, capacity_state="full", capacity_until=TODAY + timedelta(days=5))
    assert numbers(ask(taxonomy, person(interests=(SINGING,)), full, group(2, terms=[CHESS]))) == [1, 2]


def test_what_was_full_long_ago_is_not_confirmed_and_loses_nothing(taxonomy: Taxonomy) -> None:
    was_full = singers(1, capacity_state="full", capacity_until=TODAY - timedelta(days=1))
    assert numbers(ask(taxonomy, person(interests=(SINGING,)), was_full, singers(2))) == [1, 2]


# ---- answering, and who was asked a lot ------------------------------------------------------------------------------


def test_a_group_that_answers_comes_before_one_that_does_not(taxonomy: Taxonomy) -> None:
    figures = {UUID(int=1): (10, 1, 0), UUID(int=2): (10, 9, 0)}
    answer = introduced(taxonomy, person(), figures, group(1), group(2))
    assert numbers(answer) == [2, 1]


def test_one_silence_is_no_verdict_and_nothing_known_counts_for_nothing(taxonomy: Taxonomy) -> None:
    figures = {UUID(int=1): (1, 0, 0), UUID(int=2): (20, 0, 0)}
    answer = introduced(taxonomy, person(), figures, group(1), group(2), group(3))
    values = {number: part(match, "trust").value for number, match in zip(numbers(answer), answer.matches, strict=True)}
    assert values[1] == pytest.approx((1 + 2.1 / 4) / 2)
    assert values[2] == pytest.approx((1 + 2.1 / 23) / 2)
    assert values[3] == 1.0


def test_a_group_everybody_was_sent_to_gives_way_to_one_as_good_and_to_no_better_one(taxonomy: Taxonomy) -> None:
    busy = {UUID(int=1): (0, 0, 9)}
    answer = introduced(taxonomy, person(interests=(SINGING,)), busy, singers(1), singers(2), group(3))
    assert numbers(answer) == [2, 1, 3]
    assert answer.matches[0].score - answer.matches[1].score == pytest.approx(0.02)


@pytest.mark.parametrize(
    ("size", "lately", "expected"),
    [(None, 2, -0.01), (None, 40, -0.02), (8, 2, -0.01), (40, 2, -0.004), (40, 10, -0.02)],
)
def test_how_much_it_gives_way_goes_by_its_size_and_is_said(
    taxonomy: Taxonomy, size: int | None, lately: int, expected: float
) -> None:
    answer = introduced(taxonomy, person(), {UUID(int=1): (0, 0, lately)}, group(1, group_size=size))
    [match] = answer.matches
    assert part(match, "exposure").contribution == pytest.approx(expected)
    assert sum(each.contribution for each in match.parts) == pytest.approx(match.score, abs=1e-8)


def test_figures_are_laid_beside_the_groups_they_are_of() -> None:
    ids = [UUID(int=number << shift) for number in range(1, 200) for shift in (0, 64, 3)]
    counted = {key: (number % 7, number % 5, number % 3) for number, key in enumerate(dict.fromkeys(ids)) if number % 2}
    columns = Answering.of(counted).laid(lay([group(id=key) for key in dict.fromkeys(ids)], {}))
    got = np.stack([columns.asked_for, columns.answered, columns.asked_lately]).T.tolist()
    assert [tuple(one) for one in got] == [counted.get(key, (0, 0, 0)) for key in dict.fromkeys(ids)]
