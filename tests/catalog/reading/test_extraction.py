"""Facts read out of free text: what holds for any text, and how often it is right on the opened sets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.catalog.facts import CODES
from service.catalog.reading.extraction import read_facts
from service.catalog.reading.suggestion import LONGEST, Hours
from tests.catalog.reading.judging import ASKED, LEAST, judged, table

REAL = ("facts/dev.jsonl", "facts/test.jsonl", "facts/more.jsonl", "facts/second.jsonl")
MADE = ("facts/made-dev.jsonl", "facts/made-test.jsonl")
PIECES = st.sampled_from(
    """
    Tuesdays,Mon,Sunday,closed,except,every,fortnightly,first,of the month,7,7.30pm,-,to,and,.,:,(,),£3,free,under 16s
    over 60,aged 5-12,no,not,wheelchair access,hearing loop,drop-in,book,by phone,01632 960123,www.example.org,’,é,🎉
    24/7,12 places,women,men,25 December,noon,midnight,parking,step-free
    """.strip()
    .replace("\n    ", ",")
    .split(",")
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=40).map(" ".join), st.lists(PIECES).map("".join))


@given(TEXTS)
def test_any_text_can_be_read_and_every_suggestion_quotes_it(text: str) -> None:
    found = read_facts(text)
    for one in found:
        assert text[one.start : one.end] == one.words != ""
        assert 0 < one.confidence <= 1
        assert one.kind in ASKED or one.kind in CODES
        assert isinstance(one.value, Hours) == (one.kind == "time")
    assert found == sorted(found, key=lambda one: one.start)
    facts = [one.kind for one in found if one.value in ("yes", "no")]
    assert len(facts) == len(set(facts)), "a fact is never said to be so and not so"


def test_a_text_of_any_length_is_read_only_so_far() -> None:
    assert [one.words for one in read_facts("Free. " + "x " * LONGEST + "Meets Tuesdays 7-9pm.")] == ["Free"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("There is no wheelchair access.", "step_free"),
        ("We have no hearing loop.", "hearing_loop"),
        ("Parking is not available.", "parking"),
        ("You do not need to book.", "booking_needed"),
        ("This ride is not suitable for beginners.", "beginners_welcome"),
    ],
)
def test_what_is_denied_is_no(text: str, code: str) -> None:
    assert [(one.kind, one.value) for one in read_facts(text)] == [(code, "no")]


@pytest.mark.parametrize(
    "text", ["We hope to install a hearing loop.", "Is there a lift? Please ask.", "Step-free access is not known."]
)
def test_what_is_left_open_is_not_suggested(text: str) -> None:
    assert read_facts(text) == []


def test_a_lower_age_may_be_said_by_who_is_kept_out() -> None:
    assert [(one.kind, one.value) for one in read_facts("Not suitable for under 16s.")] == [("age_min", 16)]


@pytest.mark.parametrize("names", [REAL, (*REAL, *MADE)], ids=["real", "real and made"])
def test_of_each_kind_most_of_what_is_suggested_is_right(
    names: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """On the texts the rules were written from: these figures flatter, the third set judges."""
    score = judged(*names)
    with capsys.disabled():
        print(f"\n{', '.join(names)}: opened, the rules were written from them\n{table(score)}")
    figures = {kind: score.figures(kind) for kind in score.right | score.wrong | score.missed}
    counted = {kind: (precision, recall) for kind, (precision, recall, n) in figures.items() if n >= LEAST}
    assert len(counted) >= 15
    assert {kind: precision for kind, (precision, _) in counted.items() if precision < 0.95} == {}
    assert {kind: recall for kind, (_, recall) in counted.items() if recall < 0.70} == {}
    assert score.marked >= 0.95 * score.right.total(), "the words marked are those that say it"


def test_where_most_texts_state_nothing_of_joining_nothing_is_made_up(capsys: pytest.CaptureFixture[str]) -> None:
    """On a set that nobody who writes the rules has read: what is missed may be asked, what is wrong misleads."""
    score = judged("facts/third.jsonl")
    with capsys.disabled():
        print(f"\nfacts/third.jsonl: not opened\n{table(score)}")
    assert score.figures()[0] >= 0.95
