"""Interests that texts speak of: how often a proposal is right, how many listings get one, what is never proposed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.catalog.reading.interest_weights import ALONE, BIAS, BIAS_ALONE, LEAST, SURE, WEIGHTS
from service.catalog.reading.interests import FEATURES, MOST, Told, chosen, found
from service.catalog.reading.learnt import DamagedModelError, Learnt, Reader, as_bytes, from_bytes
from tests.catalog.reading.fitting_interests import fitted, on_unseen
from tests.catalog.reading.judging import rows
from tests.catalog.reading.judging_interests import TAXONOMY, proposed, score, told

WORDS = [
    "choir",
    "no singing",
    "Tennis Club",
    "not a church",
    "grants",
    "Trust",
    "tea",
    "",
    "\n",
    "É",
    "🎾",
    "for children",
]
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join))
TOLDS = st.builds(Told, name=TEXTS, text=TEXTS, body=TEXTS)


def taught() -> Learnt:
    """Make a small one by hand: whatever is sung is a choir, and a tennis club is refused."""
    return Learnt(
        codes=("activity.music.singing", "activity.sport.tennis"),
        words=("n choir", "sing", "tune"),
        rarity=np.ones(3, dtype=np.float32),
        weights=np.array([[4, 4, 6], [0, 0, 0]], dtype=np.float32),
        bias=np.array([-2, -2], dtype=np.float32),
        taken={"activity.sport.tennis": -4.0},
        joined=np.array([0.0, 1.0, 0.0, 1.0, 1.0, 0.0]),
    )


def test_most_proposals_are_right_and_most_listings_get_one(capsys: pytest.CaptureFixture[str]) -> None:
    figures = score(rows("tags/test.jsonl"), proposed)
    with capsys.disabled():
        print("\ninterests: " + ", ".join(f"{name} {value:.3f}" for name, value in figures.items()))
    assert figures["precision"] >= 0.85
    assert figures["coverage"] >= 0.60


@pytest.mark.parametrize(("near", "bias", "stand"), [(True, BIAS, WEIGHTS), (False, BIAS_ALONE, ALONE)])
def test_the_weights_are_those_of_the_labelled_listings(near: bool, bias: float, stand: dict[str, float]) -> None:  # noqa: FBT001
    made, weights = fitted(near=near)
    assert made == pytest.approx(bias, abs=0.1)  # another processor rounds a cosine otherwise
    assert weights == pytest.approx(stand, abs=0.1)


@pytest.mark.parametrize(
    ("near", "least", "precision", "coverage"),
    [(True, LEAST, 0.94, 0.68), (True, SURE, 0.98, 0.50), (False, LEAST, 0.88, 0.60), (False, SURE, 0.98, 0.48)],
)
def test_of_what_is_sure_nearly_all_is_right_on_listings_the_weights_were_made_without(
    near: bool,  # noqa: FBT001
    least: float,
    precision: float,
    coverage: float,
) -> None:
    said, listings = on_unseen(near=near), rows("tags/dev.jsonl")
    of = {told(row): [one.code for one in chosen(said.get(place, ()), least)] for place, row in enumerate(listings)}
    figures = score(listings, lambda one: of[one])
    assert figures["precision"] >= precision
    assert figures["coverage"] >= coverage


@given(TOLDS)
def test_whatever_is_written_a_few_terms_are_proposed_each_sure_and_with_its_own_words(one: Told) -> None:
    for reader in (Reader(TAXONOMY), Reader(TAXONOMY, taught())):
        interests = reader.interests(one)
        assert all(0 < each.sure < 1 for each in interests)
        for each in interests:
            assert TAXONOMY.term(each.code).facet == "activity"
            assert all(words in one.name or words in one.text for words in each.words)
        best = chosen(interests, LEAST)
        assert len(best) <= MOST
        codes = [each.code for each in best]
        assert not any(other.startswith(f"{code}.") for code in codes for other in codes)
        assert best == chosen(reversed(interests), LEAST)


@given(TOLDS)
def test_each_sign_is_a_share(one: Told) -> None:
    for each in found(TAXONOMY, one):
        assert len(each.numbers) == len(FEATURES)
        assert all(0 <= number <= 1 for number in each.numbers)


def test_what_a_text_says_it_is_not_is_not_proposed() -> None:
    said = Reader(TAXONOMY).interests(Told(name="Tuesday friends", text="There is no singing here, we play chess."))
    assert {each.code for each in said} >= {"activity.games.chess"}
    assert not any(each.code.startswith("activity.music") for each in said)


def test_a_body_that_gives_money_for_a_thing_is_less_sure_to_do_it() -> None:
    club = Told(name="Heron Tennis", text="We play tennis.")
    fund = Told(name="Heron Tennis Trust Fund", text="The trustees make grants and donations for tennis.")
    sure = [
        {each.code: each.sure for each in Reader(TAXONOMY).interests(one)}["activity.sport.tennis"]
        for one in (club, fund)
    ]
    assert sure[0] > sure[1]


def test_what_was_learnt_moves_how_sure_a_term_is_and_finds_those_without_words() -> None:
    tune, tennis = Told(name="Sunday tune", text="A tune a week."), Told(name="Heron Tennis Club")
    learnt = Reader(TAXONOMY, taught())
    by_code = {each.code: each for each in learnt.interests(tune)}
    assert by_code["activity.music.singing"].words == ()
    before, after = (
        {each.code: each.sure for each in reader.interests(tennis)}["activity.sport.tennis"]
        for reader in (Reader(TAXONOMY), learnt)
    )
    assert after < before


@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=4))
def test_a_file_that_is_not_what_was_written_is_no_model(place: int, other: bytes) -> None:
    whole = as_bytes(taught())
    place %= len(whole)
    broken = whole[:place] + other + whole[place + len(other) :]
    if broken != whole:
        with pytest.raises(DamagedModelError):
            from_bytes(broken)
    with pytest.raises(DamagedModelError):
        from_bytes(whole[:place])


def test_what_is_read_again_says_the_same() -> None:
    one = Told(name="Heron Choir", text="We sing a tune.")
    assert Reader(TAXONOMY, from_bytes(as_bytes(taught()))).interests(one) == Reader(TAXONOMY, taught()).interests(one)


def test_a_parents_association_raises_money_and_its_school_is_no_church_of_it() -> None:
    parents = Told(name="St Heron's Catholic School Parent Teacher Association", text="We raise funds for the school.")
    said = chosen(Reader(TAXONOMY).interests(parents), LEAST)
    assert [each.code for each in said] == ["activity.helping.fundraising"]


def test_without_what_tells_meanings_the_words_go_on_alone() -> None:
    one = Told(name="Heron Tennis Club", text="Tennis on four courts.")
    assert Reader(TAXONOMY, meaning=lambda _text: None).interests(one) == Reader(TAXONOMY).interests(one)
