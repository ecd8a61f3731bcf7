"""People say what they want in their own words: each sentence here was written before it was known how it is read."""

from pathlib import Path

import pytest

from service.catalog.words.spotting import SITUATION, STRONG
from service.catalog.words.taxonomy import SPELT_OUT, Taxonomy, TaxonomyMistake, Term
from service.catalog.words.vocabulary import load_taxonomy

TAXONOMY = load_taxonomy(Path(__file__).resolve().parents[2] / "seeds" / "taxonomy")


def rows(name: str) -> list[tuple[str, str]]:
    """Read one table of `everyday/`: a line a sentence, what somebody might say | what it must be understood as.

    ``more`` was written after the words had been widened for ``wishes`` and ``needs``, to see whether others are
    understood as well.
    """
    lines = (Path(__file__).parent / "everyday" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [(text, code) for text, _, code in (line.rpartition(" | ") for line in lines)]


def said(text: str, *, refused: bool = False) -> set[str]:
    """Return what a person wants, or does not want."""
    return {one.code for one in TAXONOMY.spot(text) if one.negated == refused}


@pytest.mark.parametrize(("text", "code"), rows("wishes"))
def test_a_wish_is_understood_in_everyday_words(text: str, code: str) -> None:
    assert code in said(text)


@pytest.mark.parametrize(("text", "code"), rows("needs"))
def test_what_somebody_is_going_through_leads_to_what_may_help(text: str, code: str) -> None:
    assert code in said(text)


@pytest.mark.parametrize(("text", "code"), rows("more"))
def test_other_sentences_of_the_same_kinds_are_understood_as_well(text: str, code: str) -> None:
    assert code in said(text)


@pytest.mark.parametrize(("text", "code"), rows("elsewhere"))
def test_an_ordinary_word_that_means_something_else_is_no_wish(text: str, code: str) -> None:
    assert code not in said(text)


@pytest.mark.parametrize(("text", "code"), rows("refused"))
def test_what_somebody_does_not_want_is_heard_as_that(text: str, code: str) -> None:
    assert code in said(text, refused=True)
    assert code not in said(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I'm sick of microwave meals", "activity.food.lunch_club"),
        ("I hate seeing food go to waste", "activity.food.community_fridge"),
        ("fed up with being behind with the rent", "activity.support.money_advice"),
        ("I can't stand being stuck in the flat all day", "activity.support.befriending"),
    ],
)
def test_to_be_sick_of_a_situation_is_to_be_in_it(text: str, code: str) -> None:
    assert code in said(text)


def test_a_wish_spoken_out_weighs_more_than_one_that_follows_from_a_situation() -> None:
    weights = {one.code: one.weight for one in TAXONOMY.spot("the bills are piling up and I miss singing")}
    assert weights["activity.music.singing"] == STRONG
    assert weights["activity.support.money_advice"] == SITUATION < STRONG


def test_a_listing_is_not_read_for_what_only_a_person_says() -> None:
    terms = (
        Term(code="activity.music", facet="activity", label="Music", said=("in a band",), situations=("too quiet",)),
    )
    taxonomy = Taxonomy(terms)
    assert len(taxonomy.spot("I was in a band and it is too quiet")) == 2
    assert taxonomy.spot("in a band; it is too quiet", sides="listing") == ()


def test_two_phrases_that_share_a_word_both_count_for_a_person() -> None:
    assert {"activity.families.dads", "activity.families.single_parents"} <= said("single dad and other dads")
    assert said("I want to learn bridge") >= {"activity.games.cards"}


@pytest.mark.parametrize("name", sorted(SPELT_OUT))
def test_what_stands_for_several_words_is_spelt_out(name: str) -> None:
    term = Term(code="activity.talk", facet="activity", label="Talk", said=(f"x {{{name}}} y",))
    assert all(Taxonomy((term,)).spot(f"x {word} y") for word in SPELT_OUT[name])


def test_a_name_that_stands_for_nothing_is_refused() -> None:
    with pytest.raises(TaxonomyMistake):
        Taxonomy((Term(code="activity.talk", facet="activity", label="Talk", said=("{nothing} to do",)),))


def test_every_interest_has_everyday_words_in_six_more_languages() -> None:
    for term in TAXONOMY.terms:
        for language in ("de", "es", "fr", "it", "pl", "pt"):
            assert len(term.synonyms.get(language, ())) >= 3, (term.code, language)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Me gustaría jugar a la petanca", "activity.sport.bowls"),
        ("Tuve un ictus el año pasado", "activity.support.stroke"),
        ("Chciałabym układać krzyżówki z kimś", "activity.games.puzzles"),
        ("Jestem sama, samotna matka", "activity.families.single_parents"),
        ("J'aimerais chercher mes ancêtres", "activity.learning.family_history"),
        ("Je cherche une fanfare", "activity.music.bands"),
        ("Ich möchte wieder segeln", "activity.sport.sailing"),
        ("Wir suchen eine Hausaufgabenhilfe für unseren Sohn", "activity.learning.tutoring"),
        ("Vorrei giocare a bocce", "activity.sport.bowls"),
        ("Ho paura di cadere", "activity.movement.strength_balance"),
        ("Gostava de observar aves", "activity.nature.birdwatching"),
        ("Quero deixar de fumar", "activity.support.healthy_living"),
        ("Hoffwn i wylio adar, dwi'n hoffi gwylio adar", "activity.nature.birdwatching"),
        ("مجھے کرکٹ کھیلنا پسند ہے", "activity.sport.cricket"),
    ],
)
def test_the_same_is_understood_in_other_languages(text: str, code: str) -> None:
    assert code in said(text)


def test_a_dislike_in_another_language_is_heard_for_new_words_too() -> None:
    assert "activity.sport.golf" in said("no me gusta jugar al golf", refused=True)
    assert "activity.sport.climbing" in said("nie lubię wspinaczkę", refused=True)
