"""How the instruments score: whole scales, no score with a gap, more loneliness never means less help."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import Invalid
from service.referrals import assessments
from service.referrals.assessments import COMPANY, OFFERS, TIES, Instrument, Wording, score_company, score_ties

OFTEN = ("hardly_ever", "sometimes", "often")
TIMES = ("none", "one", "two", "three_or_more")


def answers_to(instrument: Instrument) -> st.SearchStrategy[dict[str, str]]:
    """Return any answers, some of them left open."""
    return st.fixed_dictionaries({item: st.sampled_from(["", *choices]) for item, choices in instrument.items.items()})


@pytest.mark.parametrize("instrument", [COMPANY, TIES])
def test_bands_cover_the_scale_without_a_gap(instrument: Instrument) -> None:
    held = [score for band in instrument.bands for score in range(band.lowest, band.highest + 1)]
    assert held == list(range(instrument.lowest, instrument.highest + 1))
    assert instrument.wording is Wording.OWN, "published wording needs its licence first"


def test_all_answers_about_company_reach_the_whole_scale_and_its_bands() -> None:
    reached = set()
    for given_answers in itertools.product(OFTEN, repeat=3):
        result = score_company(dict(zip(COMPANY.items, given_answers, strict=True)))
        points = sum(OFTEN.index(answer) + 1 for answer in given_answers)
        assert result.score == points
        assert result.band == ("higher" if points >= 6 else "lower")
        reached.add(points)
    assert reached == set(range(3, 10))


def test_all_answers_about_ties_earn_their_points() -> None:
    reached = set()
    for partner, calls, meetings, services, club in itertools.product(
        ("no", "yes"), TIMES, TIMES, ("none", "some", "four_or_more"), ("no", "yes")
    ):
        given_answers = {"partner": partner, "calls": calls, "meetings": meetings, "services": services, "club": club}
        points = (partner == "yes") + (club == "yes") + (services == "four_or_more")
        points += TIMES.index(calls) + TIMES.index(meetings) >= 3
        result = score_ties(given_answers)
        assert result.score == points
        assert result.band == ("few" if points <= 1 else "some" if points <= 3 else "many")
        reached.add(points)
    assert reached == set(range(5))


@given(company=answers_to(COMPANY), ties=answers_to(TIES))
def test_with_a_gap_there_is_no_score(company: dict[str, str], ties: dict[str, str]) -> None:
    for result, given_answers in ((score_company(company), company), (score_ties(ties), ties)):
        open_items = tuple(item for item in result.instrument.items if not given_answers[item])
        assert result.missing == open_items
        assert (result.score is None) == (result.band is None) == bool(open_items)


@given(answers=answers_to(COMPANY), more=st.sampled_from(list(COMPANY.items)), ties=answers_to(TIES))
def test_a_stronger_feeling_takes_no_help_away(answers: dict[str, str], more: str, ties: dict[str, str]) -> None:
    whole = {item: answer or "sometimes" for item, answer in answers.items()}
    stronger = {**whole, more: "often"}
    before = assessments.offers(score_company(whole), score_ties(ties))
    after = assessments.offers(score_company(stronger), score_ties(ties))
    assert set(before) <= set(after)
    assert "groups" in before
    assert list(after) == [code for code in OFFERS if code in after]


@given(ties=answers_to(TIES), loses=st.sampled_from(list(TIES.items)))
def test_fewer_ties_take_no_help_away(ties: dict[str, str], loses: str) -> None:
    whole = {item: answer or next(iter(TIES.items[item])) for item, answer in ties.items()}
    fewer = {**whole, loses: next(code for code, points in TIES.items[loses].items() if points == 0)}
    nothing = score_company({})
    assert set(assessments.offers(nothing, score_ties(whole))) <= set(assessments.offers(nothing, score_ties(fewer)))


def test_an_answer_nobody_offered_is_refused_by_name() -> None:
    with pytest.raises(Invalid) as refused:
        score_ties({"calls": "daily", "club": "yes"})
    assert set(refused.value.fields) == {"calls"}


def test_the_two_instruments_share_no_item_and_no_sum() -> None:
    assert not set(COMPANY.items) & set(TIES.items)
    assert COMPANY.code != TIES.code
