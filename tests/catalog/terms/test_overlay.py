"""Acts of editors laid over the files: whatever is done and undone, what stands is a tree."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.catalog.words.known import found, known
from service.catalog.words.overlay import ACTS, LANGUAGES, Change, Overlaid, new_code, overlaid
from service.catalog.words.taxonomy import Taxonomy, Term

GROUND = (
    Term(code="activity.water", facet="activity", label="Water", pictogram="swimming"),
    Term(
        code="activity.water.rowing",
        facet="activity",
        label="Rowing",
        broader="activity.water",
        words=("oars",),
        hints=("river",),
        not_words=("a rowing machine",),
        synonyms={"pl": ("wiosłowanie",)},
    ),
    Term(code="activity.water.sailing", facet="activity", label="Sailing", broader="activity.water", words=("boats",)),
    Term(code="activity.land", facet="activity", label="Land"),
    Term(code="activity.land.walks", facet="activity", label="Walks", broader="activity.land"),
    Term(code="life.carer", facet="life", label="Carer"),
)
CODES = [term.code for term in GROUND]
ADDED = ["activity.water.diving", "activity.land.climbing", "activity.land.climbing_indoors"]
VALUES = [
    "diving",
    "Climbing",
    "oars",
    "river",
    "wiosłowanie",
    "a long walk",
    "",
    "  ",
    "x" * 99,
    "{kin}",
    "Walks",
    "=",
]


def does(act: str, code: str = "activity.water.rowing", value: str = "", **more: str) -> Change:
    return Change(number=1, code=code, act=act, value=value, **more)  # type: ignore[arg-type]


def after(*changes: Change) -> Overlaid:
    return overlaid(GROUND, [replace(one, number=number) for number, one in enumerate(changes, start=1)])


def term_of(laid: Overlaid, code: str = "activity.water.rowing") -> Term:
    return next(term for term in laid.terms if term.code == code)


CHANGE = st.builds(
    Change,
    number=st.integers(1, 1000),
    code=st.sampled_from(CODES + ADDED),
    act=st.sampled_from([*ACTS, "nothing"]),
    value=st.sampled_from(VALUES),
    language=st.sampled_from([*LANGUAGES, "xx"]),
    under=st.sampled_from([*CODES, *ADDED, ""]),
    undone=st.booleans(),
)
CHANGES = st.lists(CHANGE, max_size=25, unique_by=lambda one: one.number)


@settings(max_examples=400, deadline=None)
@given(CHANGES)
def test_whatever_is_done_what_stands_is_a_tree_that_can_be_asked(changes: list[Change]) -> None:
    laid = overlaid(GROUND, changes)
    taxonomy = Taxonomy(laid.terms, retired=laid.retired)
    for term in taxonomy.terms:
        assert sum(1 for _ in taxonomy._above(term.code)) < len(taxonomy.terms), "no circle"
        assert taxonomy.closeness(term.code, term.code) == 1.0
    assert {"activity.water", "activity.land", "life.carer"} <= {term.code for term in taxonomy.terms}, "families stay"
    for old in {
        *CODES,
        *(one.code for one in changes if one.act == "add" and not (one.undone or one.number in laid.left_out)),
    }:
        assert taxonomy.get(old) is not None, f"{old} still answers"
    assert taxonomy.spot("oars and a long walk") is not None


@settings(max_examples=200, deadline=None)
@given(CHANGES, st.randoms())
def test_what_stands_does_not_depend_on_the_order_in_which_acts_are_read(
    changes: list[Change], chance: random.Random
) -> None:
    mixed = list(changes)
    chance.shuffle(mixed)
    assert overlaid(GROUND, mixed) == overlaid(GROUND, changes)


@settings(max_examples=200, deadline=None)
@given(CHANGES, CHANGE)
def test_taking_an_act_back_gives_the_tree_as_it_was_before(changes: list[Change], one: Change) -> None:
    last = replace(one, number=2000, undone=False)
    laid, back = overlaid(GROUND, [*changes, last]), overlaid(GROUND, [*changes, replace(last, undone=True)])
    assert back.terms == overlaid(GROUND, changes).terms
    assert set(back.left_out) == set(laid.left_out) - {2000}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (does("move", under="activity.water.rowing"), "circle"),
        (does("move", "activity.water", under="activity.land"), "family_stays"),
        (does("move", under="life.carer"), "no_broader"),
        (does("merge_into", "life.carer", under="activity.land"), "family_stays"),
        (does("add", "activity.water.rowing", "Another", under="activity.water"), "code_taken"),
        (does("add", "activity.water.diving", "Walks", under="activity.water"), "label_taken"),
        (does("add", "life.new", "New", under="life.carer"), "no_broader"),
        (does("label", value="sailing"), "label_taken"),
        (does("label", value="Aviron", language="xx"), "no_language"),
        (does("word_add", value="Oars"), "word_there"),
        (does("word_add", value="rowing machine"), None),
        (does("word_add", value="a rowing machine"), "word_refused"),
        (does("word_add", value="since my {kin} died"), "no_word"),
        (does("word_add", value=" "), "needed"),
        (does("word_add", value="x" * 81), "word_too_long"),
        (does("word_remove", value="canoe"), "no_such_word"),
        (does("word_refuse", value="oars"), "word_there"),
        (does("map_open_active", value="someMatch https://example.org/1"), "no_match"),
        (does("label", "activity.gone", "Gone"), "no_term"),
    ],
)
def test_what_does_not_fit_is_told_and_left_out(change: Change, problem: str | None) -> None:
    laid = after(change)
    assert laid.left_out.get(1) == problem
    assert problem is None or laid.terms == GROUND


def test_a_renamed_term_is_found_by_its_old_name_and_keeps_its_translations() -> None:
    laid = after(does("label", value="Oarsmanship"), does("label", value="Wioślarstwo", language="pl"))
    term = term_of(laid)
    assert (term.label, term.known_as, term.labels) == ("Oarsmanship", "Rowing", {"pl": "Wioślarstwo"})
    taxonomy = Taxonomy(laid.terms)
    for text, language in (("rowing", "en"), ("oarsmanship", "en"), ("wioślarstwo", "pl")):
        assert [one.code for one in taxonomy.spot(text, language=language)] == [term.code]


def test_a_merged_term_takes_its_words_along_and_a_retired_one_does_not() -> None:
    merged = Taxonomy(*unpacked(after(does("merge_into", under="activity.water.sailing"))))
    assert [one.code for one in merged.spot("I like oars")] == ["activity.water.sailing"]
    assert [one.code for one in merged.spot("wiosłowanie", language="pl")] == ["activity.water.sailing"]
    retired = after(does("retire", under="activity.water"))
    assert Taxonomy(retired.terms).spot("I like oars") == ()
    for laid in (after(does("merge_into", under="activity.water.sailing")), retired):
        taxonomy = Taxonomy(laid.terms, retired=laid.retired)
        found_by_old = taxonomy.get("activity.water.rowing")
        assert found_by_old is not None
        assert found_by_old.code in ("activity.water.sailing", "activity.water")
        assert taxonomy.closeness("activity.water.rowing", found_by_old.code) == 1.0


def unpacked(laid: Overlaid) -> tuple[tuple[Term, ...]]:
    return (laid.terms,)


def test_a_word_is_moved_from_a_hint_to_what_means_it_and_can_be_taken_away() -> None:
    strong = term_of(after(does("word_add", value="river")))
    assert (strong.words, strong.hints) == (("oars", "river"), ())
    assert term_of(after(does("word_remove", value="Wiosłowanie", language="pl"))).synonyms["pl"] == ()


def test_codes_of_new_terms_are_free_and_short() -> None:
    assert new_code("Tai chi & qigong!", "activity.land.walks", CODES) == "activity.land.tai_chi_and_qigong"
    assert new_code("Walks", "activity.land", CODES) == "activity.land.walks_2"
    assert len(new_code("long " * 40, "activity.land", CODES)) <= 60
    assert new_code("太極", "activity.land", CODES).startswith("activity.land.")


def test_a_term_is_found_by_anything_said_for_it_and_who_has_a_word_is_told() -> None:
    assert [term.label for term in found(GROUND, "OAR")] == ["Rowing"]
    assert [term.label for term in found(GROUND, "wioslo")] == ["Rowing"]
    assert found(GROUND, "kayak") == ()
    stem = Taxonomy(GROUND).stem
    assert [tuple(one) for one in known(GROUND, "boat", stem)] == [("activity.water.sailing", "en", "words")]
    assert [one.kind for one in known(GROUND, "rowing machine", stem)] == ["not_words"]
