"""Probable duplicates: how often a shown pair is one group, how many are found, and how long it takes for very many."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.catalog.reading.likeness import SHOWN, Listing, Rarity, likeness, read
from service.catalog.reading.pairs import candidates, probable
from service.catalog.reading.weights import BIAS, WEIGHTS
from tests.catalog.reading.fitting import fitted, pairs

WORDS = st.sampled_from(["Sale", "Hyde Lib.", "F.C.", "The", "Ltd", "Juniors", "’", "", " ", "É", "🎾", "under 12s"])
NAMES = st.one_of(st.text(max_size=40), st.lists(WORDS, max_size=6).map(" ".join))
LISTINGS = st.builds(
    Listing,
    id=st.integers(0, 9).map(str),
    name=NAMES,
    postcode=st.sampled_from([None, "M33 2DE", "m332de", "M33", ""]),
    phone=st.sampled_from([None, "01632 960100", "+44 1632 960100", "?"]),
    url=st.sampled_from([None, "http://www.example.org/", "example.org", "http://[", " "]),
    description=st.one_of(st.none(), st.text(max_size=30)),
    town=st.sampled_from([None, "Sale", "Hyde"]),
)


def test_what_is_shown_as_the_same_is_and_most_are_found(capsys: pytest.CaptureFixture[str]) -> None:
    compared, same, rarity, rows = pairs("test")
    shown = [likeness(a, b, rarity) >= SHOWN for a, b in compared]
    right = sum(a and b for a, b in zip(shown, same, strict=True))
    real = [place for place, row in enumerate(rows) if row["same"] and row["how"] == "real"]
    precision, recall = right / sum(shown), right / sum(same)
    among_real = sum(shown[place] for place in real) / len(real)
    with capsys.disabled():
        print(f"\nduplicates: precision {precision:.3f}, recall {recall:.3f} of {sum(same)} true pairs", end=", ")
        print(f"of the {len(real)} real ones {among_real:.3f}; {len(same)} pairs")
    assert precision >= 0.88
    assert recall >= 0.88


def test_pairs_that_are_one_are_met_without_comparing_all_with_all() -> None:
    compared, same, _, _ = pairs("dev")
    found = list({one.listing.id: one for pair in compared for one in pair}.values())
    rarity = Rarity(one.listing.name for one in found)
    met = {frozenset({found[a].listing.id, found[b].listing.id}) for a, b in candidates(found, rarity)}
    true = [frozenset(one.listing.id for one in pair) for pair, is_one in zip(compared, same, strict=True) if is_one]
    assert sum(pair in met for pair in true) >= 0.97 * len(true)


def test_the_weights_are_those_that_the_labelled_pairs_give() -> None:
    bias, weights = fitted()
    assert bias == pytest.approx(BIAS, abs=0.01)
    assert weights == pytest.approx(WEIGHTS, abs=0.01)


@given(LISTINGS, LISTINGS)
def test_any_two_can_be_compared_and_their_order_does_not_matter(one: Listing, other: Listing) -> None:
    rarity = Rarity([one.name, other.name])
    a, b = read(one), read(other)
    assert 0 <= likeness(a, b, rarity) <= 1
    assert likeness(a, b, rarity) == pytest.approx(likeness(b, a, rarity), abs=0.35)


def test_a_hundred_thousand_listings_take_minutes() -> None:
    chance = random.Random(6)  # noqa: S311  # names, not secrets
    places = [a + b for a in ("Ash", "Hal", "Stret", "Urm", "Al", "Wy") for b in ("ton", "field", "ford", "ham", "ley")]
    kinds = ["Cricket Club", "Choir", "Knitting Group", "Walkers", "Garden Society", "Book Club", "Lunch Club"]
    listings = [
        Listing(
            id=str(number),
            name=f"{chance.choice(places)} {chance.choice('ABCDEFGH')}{chance.choice(places)} {chance.choice(kinds)}",
            postcode=f"M{chance.randint(1, 99)} {chance.randint(1, 9)}AB",
            phone=f"01632 {chance.randint(900000, 999999)}",
        )
        for number in range(10_000)
    ]
    began = time.process_time()
    probable(listings)
    assert time.process_time() - began < 60, "a tenth of 100,000 in a minute, on a busy machine"


def test_branches_of_one_name_are_no_duplicates_of_each_other() -> None:
    doors = ("M33 2DE", "M41 5RR", "M16 0RA", "M32 0AD", "M41 5RR")
    branches = [Listing(id=str(n), name="Heron Trust", postcode=door) for n, door in enumerate(doors)]
    assert [(pair.first, pair.second) for pair in probable(branches)] == [(1, 4)]
    nowhere = [Listing(id=str(n), name="Heron Trust", url="example.org") for n in range(5)]
    assert probable(nowhere) == []
