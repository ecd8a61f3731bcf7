"""Every measure against examples that were worked out by hand, from the table of the field's rules, gaps included."""

import ast
import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import Invalid
from service.referrals.assessments import Wording
from service.referrals.measures.definitions import (
    GROUPS_MAP,
    MEASURES,
    MOST_GROUPS,
    NHANES_SNI,
    ONS4,
    ONS_DIRECT,
    SHEETS,
    SLOTS,
    UCLA3,
    Kind,
    Measure,
)
from service.referrals.measures.scoring import count_map, needs_comfort, read_map, score

H, S, O = "hardly_ever", "sometimes", "often"  # noqa: E741  points 1, 2, 3
# Answers to company, left out, cut off; the sum; its band. 6 and more is the higher one.
UCLA = [
    ((H, H, H), 3, "lower"),
    ((S, H, H), 4, "lower"),
    ((S, S, H), 5, "lower"),
    ((H, H, O), 5, "lower"),
    ((S, S, S), 6, "higher"),
    ((H, S, O), 6, "higher"),
    ((O, O, H), 7, "higher"),
    ((O, S, O), 8, "higher"),
    ((O, O, O), 9, "higher"),
    ((O, O, ""), None, None),
    (("", "", ""), None, None),
]
# partner, calls, meetings, services, club; points 1 + 1 (three or more calls and meetings a week) + 1 + 1.
SNI = [
    (("yes", "two", "one", "four_or_more", "yes"), 4, "many"),
    (("yes", "three_or_more", "none", "four_or_more", "no"), 3, "some"),
    (("no", "one", "one", "four_or_more", "yes"), 2, "some"),  # two contacts a week earn nothing
    (("no", "none", "three_or_more", "some", "no"), 1, "few"),
    (("no", "two", "none", "none", "no"), 0, "few"),
    (("yes", "two", "one", "", "yes"), None, None),
    (("", "two", "one", "four_or_more", "yes"), None, None),
]
# satisfied, worthwhile, happy, anxious; each stands alone.
LIFE = [
    (("0", "4", "5", "0"), ["low", "low", "medium", "very_low"]),
    (("6", "7", "8", "1"), ["medium", "high", "high", "very_low"]),
    (("9", "10", "9", "2"), ["very_high", "very_high", "very_high", "low"]),
    (("5", "5", "5", "3"), ["medium", "medium", "medium", "low"]),
    (("5", "5", "5", "4"), ["medium", "medium", "medium", "medium"]),
    (("5", "5", "5", "5"), ["medium", "medium", "medium", "medium"]),
    (("5", "5", "5", "6"), ["medium", "medium", "medium", "high"]),
    (("5", "", "5", "10"), ["medium", "medium", "high"]),
    (("", "", "", ""), []),
]
TOTALS = [
    ("swemwbs", "7", 7, None),
    ("swemwbs", "35", 35, None),
    ("who5", "0", 0, "very_low"),
    ("who5", "7", 7, "very_low"),  # 28 of 100
    ("who5", "8", 8, "low"),  # 32
    ("who5", "12", 12, "low"),  # 48
    ("who5", "13", 13, "usual"),  # 52
    ("dejong6", "6", 6, None),  # no band is told of one person
    ("lsns6", "11", 11, "few"),
    ("lsns6", "12", 12, "more"),
    ("cel3", "12", 12, None),
]


def _answers(measure: Measure, given: tuple[str, ...]) -> dict[str, str]:
    return dict(zip(measure.items, given, strict=True))


@pytest.mark.parametrize(("given_answers", "total", "band"), UCLA)
def test_three_questions_make_one_sum_or_none(given_answers: tuple[str, ...], total: int | None, band: str) -> None:
    found = score(UCLA3, _answers(UCLA3, given_answers))
    assert [(one.value, one.band) for one in found.figures] == ([(total, band)] if total else [])
    assert found.missing == tuple(item for item, answer in _answers(UCLA3, given_answers).items() if not answer)


@pytest.mark.parametrize(("given_answers", "total", "band"), SNI)
def test_ties_earn_a_point_each_or_there_is_no_figure(
    given_answers: tuple[str, ...], total: int | None, band: str | None
) -> None:
    found = score(NHANES_SNI, _answers(NHANES_SNI, given_answers))
    assert [(one.value, one.band) for one in found.figures] == ([] if total is None else [(total, band)])


@pytest.mark.parametrize(("given_answers", "bands"), LIFE)
def test_four_figures_stay_four(given_answers: tuple[str, ...], bands: list[str]) -> None:
    found = score(ONS4, _answers(ONS4, given_answers))
    assert [one.band for one in found.figures] == bands
    assert [one.value for one in found.figures] == [int(answer) for answer in given_answers if answer]


@pytest.mark.parametrize(("code", "typed", "value", "band"), TOTALS)
def test_a_total_is_taken_as_it_was_typed(code: str, typed: str, value: int, band: str | None) -> None:
    found = score(MEASURES[code], {"total": typed})
    assert [(one.value, one.band) for one in found.figures] == [(value, band)]


@pytest.mark.parametrize(
    ("code", "typed"),
    [("swemwbs", "6"), ("swemwbs", "36"), ("who5", "26"), ("dejong6", "7"), ("lsns6", "31"), ("cel3", "13")]
    + [("who5", "-1"), ("who5", "12.5"), ("who5", "many"), ("who5", "\u0663"), ("who5", "0" * 5000)],
)
def test_a_total_outside_its_scale_is_refused(code: str, typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        score(MEASURES[code], {"total": typed})
    assert refused.value.fields["total"].code == "out_of_range"


@pytest.mark.parametrize("answer", list(ONS_DIRECT.items["lonely"]))
def test_the_direct_question_is_an_answer_and_no_figure(answer: str) -> None:
    found = score(ONS_DIRECT, {"lonely": answer})
    assert (found.figures, found.kept) == ((), {"lonely": answer})
    assert needs_comfort(found) is (answer == "always")
    assert score(ONS_DIRECT, {}).empty


def test_the_direct_question_comes_after_the_others_and_belongs_to_no_sum() -> None:
    assert SHEETS["feeling"] == (UCLA3, ONS_DIRECT)
    assert not ONS_DIRECT.scales


def test_of_the_ties_the_points_are_kept_and_not_what_was_said() -> None:
    said = {"partner": "yes", "calls": "two", "meetings": "one", "services": "some", "club": "no"}
    assert score(NHANES_SNI, said).kept == {"partner": "1", "contact": "1", "services": "0", "club": "0"}
    assert score(NHANES_SNI, {**said, "calls": ""}).kept == {"partner": "1", "services": "0", "club": "0"}


def test_a_map_is_counted_and_never_scored() -> None:
    said = {
        "name_1": " The  choir ",
        "wish_1": "restart",
        "often_1": "before",
        "weight_1": "5",
        "name_3": "Canal Lane Shed",
        "wish_3": "join",
        "name_4": "Family",
        "wish_4": "more",
        "often_4": "weekly",
        "name_8": "Street",
        "wish_8": "leave",
        "often_8": "rarely",
        "weight_2": "3",  # a line without a name is no line
    }
    lines = read_map(said)
    assert [line.name for line in lines] == ["The choir", "Canal Lane Shed", "Family", "Street"]
    counts = count_map(lines)
    assert (counts.now, counts.restart, counts.join) == (2, 1, 1)
    found = score(GROUPS_MAP, said)
    assert (found.figures, found.measure.scales) == ((), ())
    assert read_map(found.kept) == lines, "what is kept is read back as it was"


def test_a_ninth_group_is_not_read_and_nonsense_is_named() -> None:
    assert len(read_map({f"name_{number}": "x" for number in range(1, 12)})) == MOST_GROUPS
    with pytest.raises(Invalid) as refused:
        read_map({"name_1": "x" * 121, "wish_1": "marry", "weight_2": "6"})
    assert set(refused.value.fields) == {"name_1", "wish_1", "weight_2"}


def test_nothing_of_a_licensed_measure_is_shipped_but_its_range() -> None:
    for slot in SLOTS:
        assert (slot.kind, dict(slot.items), slot.wording) == (Kind.TOTAL, {}, Wording.PUBLISHED)
    others = [one for one in MEASURES.values() if one not in SLOTS]
    assert {one.wording for one in others} == {Wording.OWN}, "published wording needs its licence first"


def test_bands_cover_their_scales_without_a_gap() -> None:
    for measure, scale in ((one, scale) for one in MEASURES.values() for scale in one.scales if scale.bands):
        held = [value for band in scale.bands for value in range(band.lowest, band.highest + 1)]
        assert held == list(range(scale.lowest, scale.highest + 1)), measure.code


ANSWERED = [one for one in MEASURES.values() if one.items]


@st.composite
def _any_answers(draw: st.DrawFn) -> tuple[Measure, dict[str, str]]:
    measure = draw(st.sampled_from(ANSWERED))
    return measure, {item: draw(st.sampled_from(["", *choices])) for item, choices in measure.items.items()}


@given(_any_answers())
def test_whatever_is_left_open_figures_stay_on_their_scales(said: tuple[Measure, dict[str, str]]) -> None:
    measure, answers = said
    found = score(measure, answers)
    assert all(one.scale.lowest <= one.value <= one.scale.highest for one in found.figures)
    assert found.missing == tuple(item for item in measure.items if not answers[item])
    if measure.kind is Kind.CHOICES:
        assert len(found.figures) == (len(measure.scales) if not found.missing else 0)
    assert found.empty is (not any(answers.values())) or measure is NHANES_SNI


@given(_any_answers(), st.data())
def test_an_answer_that_nobody_offered_is_refused_by_name(
    said: tuple[Measure, dict[str, str]], data: st.DataObject
) -> None:
    measure, answers = said
    item = data.draw(st.sampled_from(list(measure.items)))
    with pytest.raises(Invalid) as refused:
        score(measure, {**answers, item: "x"})
    assert set(refused.value.fields) == {item}


def test_comfort_stands_beside_every_high_answer_and_no_other() -> None:
    for given_answers in itertools.product((H, S, O), repeat=3):
        found = score(UCLA3, _answers(UCLA3, given_answers))
        assert needs_comfort(found) is (found.figures[0].value >= 6)
    worst = {"satisfied": "4", "worthwhile": "4", "happy": "4", "anxious": "6"}
    fine = {"satisfied": "5", "worthwhile": "5", "happy": "5", "anxious": "5"}
    for item, answer in worst.items():
        assert needs_comfort(score(ONS4, {**fine, item: answer}))
    assert not needs_comfort(score(ONS4, fine))
    assert needs_comfort(score(MEASURES["who5"], {"total": "7"}))
    assert not needs_comfort(score(NHANES_SNI, _answers(NHANES_SNI, SNI[4][0])))


ROOMS_THAT_FIND = ("matching", "catalog", "interop")


def test_nothing_that_finds_or_orders_groups_knows_of_measures() -> None:
    service = Path(__file__).parents[3] / "service"
    files = [path for room in ROOMS_THAT_FIND for path in (service / room).rglob("*.py")]
    assert len(files) > 100
    for path in files:
        for node in ast.walk(ast.parse(path.read_text())):
            named = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            named += [one.name for one in node.names] if isinstance(node, ast.Import) else []
            assert not any("referrals" in name or "assessment" in name for name in named), path
