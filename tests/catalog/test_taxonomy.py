"""What the interests promise: plain names, everyday words of nine languages, and dislikes heard as dislikes."""

from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.catalog.words.spotting import Spotter, counted, fold, stem, tokens
from service.catalog.words.taxonomy import (
    BROADER,
    KIN,
    NARROWER,
    SAME,
    SIBLING,
    UNRELATED,
    Taxonomy,
    TaxonomyMistake,
    Term,
    parse_terms,
)
from service.catalog.words.vocabulary import load_stems, load_taxonomy
from tests.catalog.stems import english

FOLDER = Path(__file__).resolve().parents[2] / "seeds" / "taxonomy"
TAXONOMY = load_taxonomy(FOLDER)
FAMILIES = [
    *("reading", "writing", "making", "music", "stage", "art", "games", "movement", "sport", "nature", "food", "talk"),
    *("learning", "helping", "support", "families", "faith", "digital"),
]
LANGUAGES = {"de", "es", "pt", "fr", "it", "pl", "ur", "cy"}
# One everyday word may rightly mean two things in two families; each is named here, and the list only shrinks.
SHARED = {
    *("art society", "baby signing", "baby yoga", "boxercise", "buggy walk", "climate action", "day centre"),
    *("diving club", "family swim", "form filling", "friends of the park", "good neighbour scheme", "hear stories"),
    *("lip reading", "lipreading", "listening group", "makerspace", "mothers union", "muslim women's group"),
    *("parent carers", "pregnancy yoga", "shift weight", "short breaks", "singing for the brain", "soup kitchen"),
    *("speak my language", "sports and social", "sprint", "talking newspaper", "toy library", "tumble tots"),
}


def said(text: str, *, negated: bool = False) -> set[str]:
    return {one.code for one in TAXONOMY.spot(text) if one.negated == negated}


def test_the_families_are_the_agreed_ones() -> None:
    assert [term.code for term in TAXONOMY.families()] == [f"activity.{name}" for name in FAMILIES]


def test_every_term_has_a_short_plain_name_of_its_own_a_meaning_and_a_drawing() -> None:
    labels = [term.label for term in TAXONOMY.terms]
    assert len(set(map(str.casefold, labels))) == len(labels)
    for term in TAXONOMY.terms:
        assert len(term.label.split()) <= 4, term.code
        assert term.definition, term.code
        assert term.pictogram, term.code


def test_every_term_is_found_by_its_own_name_and_code() -> None:
    for term in TAXONOMY.terms:
        assert TAXONOMY.spot_exact(term.label)[0] == term.code
        assert TAXONOMY.spot_exact(f"  {term.code.upper()} ") == (term.code,)


def test_every_term_has_enough_everyday_words() -> None:
    for term in TAXONOMY.terms:
        assert len(term.words) >= 6, term.code
        assert not {fold(word) for word in term.words} & {fold(word) for word in term.not_words}, term.code


def test_every_word_of_every_term_leads_to_it() -> None:
    for term in TAXONOMY.terms:
        for word in term.words:
            plain = word.removeprefix("=").replace("{kin}", "mum")
            assert term.code in TAXONOMY._spotter.meanings(plain), (term.code, word)


def test_no_word_means_two_unrelated_activities_unless_it_is_named() -> None:
    claimed: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for term in TAXONOMY.terms:
        if term.facet == "activity":
            for word in term.words:
                claimed[_key(word)].add(".".join(term.code.split(".")[:2]))
    named = {_key(word) for word in SHARED}
    assert {key: families for key, families in claimed.items() if len(families) > 1 and key not in named} == {}


def _key(word: str) -> tuple[str, ...]:
    found = tokens(word.removeprefix("=").replace("{kin}", "mum"))
    return tuple(found[place].surface if word.startswith("=") else found[place].stem for place in counted(found))


def test_eight_more_languages_name_every_family() -> None:
    assert set().union(*(term.synonyms for term in TAXONOMY.terms)) == LANGUAGES
    for family in TAXONOMY.families():
        assert set(family.synonyms) == LANGUAGES, family.code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Ich singe gern", "activity.music.singing"),
        ("Estoy sola y no conozco a nadie", "activity.talk.making_friends"),
        ("Gosto de cantar num coro", "activity.music.singing"),
        ("Je suis veuve depuis un an", "activity.support.bereavement"),
        ("Vorrei imparare l'inglese", "activity.learning.english"),
        ("Szukam grupy dla mam z dziećmi", "activity.families.parents_and_babies"),
        ("Gdzie jest polska msza?", "activity.faith.church"),
        ("مجھے باغبانی پسند ہے", "activity.nature.gardening"),
        ("Dwi'n hoffi canu mewn côr", "activity.music.singing"),
        ("Hoffwn i ganu yn y gôr", "activity.music.singing"),
    ],
)
def test_everyday_words_of_other_languages_are_understood(text: str, code: str) -> None:
    assert code in said(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("since my husband died the evenings are long", "activity.support.bereavement"),
        ("the house is too quiet", "mechanism.social_contact"),
        ("I have nobody to talk to", "mechanism.social_contact"),
        ("I'm looking after my mum all day", "activity.support.carers"),
        ("our cupboards are empty", "activity.support.food_help"),
        ("I can't use a computer", "activity.digital.computer_help"),
        ("I'd like to mend things in a shed", "activity.making.shed"),
        ("I like to get my hands dirty", "activity.nature.gardening"),
        ("who were my ancestors?", "activity.learning.family_history"),
        ("a soccer team for my mom", "activity.sport.football"),
        ("easy walks, nothing steep", "activity.movement.walking"),
        ("a women's institute", "activity.talk.womens_group"),
    ],
)
def test_a_person_may_speak_as_people_do(text: str, code: str) -> None:
    assert code in said(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("veterans bowling section", "activity.support.veterans"),
        ("veterans bowling section", "life.veteran"),
        ("please book a place", "activity.reading"),
        ("food for thought", "activity.food"),
        ("walking football on Mondays", "activity.movement.walking"),
        ("walking football on Mondays", "activity.sport.football"),
        ("the walk-in centre", "activity.movement.walking"),
        ("it has been running since 1998", "activity.movement.running"),
        ("people with a learning disability", "activity.learning"),
        ("meets in the church hall", "activity.faith.church"),
        ("the swimming pool", "activity.games.pub_games"),
        ("the choir. The group meets", "activity.music.listening"),
    ],
)
def test_a_word_that_means_something_else_here_is_left_alone(text: str, code: str) -> None:
    assert code not in {one.code for one in TAXONOMY.spot(text, sides="listing")}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("no football please", "activity.sport.football"),
        ("I don't like football, cricket or rugby", "activity.sport.rugby"),
        ("I hate bingo", "activity.games.bingo"),
        ("anything but karaoke or dancing", "activity.movement.dance"),
        ("I'm not religious", "activity.faith"),
        ("not into yoga", "activity.movement.yoga"),
        ("walks without dogs", "activity.nature.animals"),
        ("yoga is not for me", "activity.movement.yoga"),
        ("I'd rather not go to a church", "activity.faith.church"),
        ("no online groups", "format.online"),
        ("I can't face big groups", "format.large"),
        ("kein Fußball bitte", "activity.sport.football"),
        ("no me gusta el fútbol", "activity.sport.football"),
        ("não gosto de futebol", "activity.sport.football"),
        ("je n'aime pas le football", "activity.sport.football"),
        ("non mi piace il calcio", "activity.sport.football"),
        ("nie lubię piłki nożnej", "activity.sport.football"),
        ("فٹبال پسند نہیں", "activity.sport.football"),
        ("ddim yn hoffi pêl-droed", "activity.sport.football"),
    ],
)
def test_a_dislike_is_heard_as_one(text: str, code: str) -> None:
    assert code in said(text, negated=True)
    assert code not in said(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("somewhere not far, with singing", "activity.music.singing"),
        ("no car but I love gardening", "activity.nature.gardening"),
        ("I don't know anyone", "activity.talk.making_friends"),
        ("nobody to talk to", "mechanism.social_contact"),
        ("I can't get out", "activity.support.befriending"),
        ("I don't like football but I love a walk", "activity.movement.walking"),
        ("no football, singing would be nice", "activity.music.singing"),
        ("I hate being lonely", "mechanism.social_contact"),
        ("no singing experience needed", "activity.music.singing"),
        ("I wouldn't say no to a quiz", "activity.games.quiz"),
        ("not only chess", "activity.games.chess"),
        ("I can't swim yet", "activity.movement.swimming"),
        ("Me gusta cantar y no me gusta correr", "activity.music.singing"),
        ("I have never tried pottery", "activity.making.pottery"),
    ],
)
def test_a_no_about_something_else_refuses_nothing(text: str, code: str) -> None:
    assert code in said(text)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("footbal", "activity.sport.football"),
        ("gardenning", "activity.nature.gardening"),
        ("photogrpahy", "activity.art.photography"),
        ("horse riding", "activity.nature.horses"),
        ("choir", "activity.music.singing"),
        ("Crochet", "activity.making.knitting"),
    ],
)
def test_one_typed_interest_is_resolved_slips_included(typed: str, code: str) -> None:
    assert TAXONOMY.spot_exact(typed)[0] == code


@pytest.mark.parametrize("word", ["seeing", "sitting", "according", "addition", "available", "cheese", "qwertyuiop"])
def test_an_ordinary_word_is_never_taken_for_a_slip(word: str) -> None:
    assert {one.code for one in TAXONOMY.spot(word) if one.weight == 0.8} == set()


def test_known_words_and_listings_are_never_corrected() -> None:
    terms = (Term(code="activity.music", facet="activity", label="Music", words=("choirs",)),)
    assert Taxonomy(terms).spot("chours")
    assert Taxonomy(terms, known_words=frozenset({"Chours"})).spot("chours") == ()
    assert Taxonomy(terms).spot("chours", sides="listing") == ()


def test_weights_tell_words_slips_and_hints_apart() -> None:
    term = Term(code="activity.music", facet="activity", label="Music", words=("ukulele",), hints=("rhythm",))
    taxonomy = Taxonomy((term,))
    assert [one.weight for one in taxonomy.spot("ukulele ukelele rhythm")] == [1.0, 0.8, 0.5]


def test_the_longest_phrase_wins_and_keeps_the_texts_own_words() -> None:
    found = TAXONOMY.spot("Some Walking Football, please")
    assert [(one.code, one.words) for one in found if one.code.startswith("activity")] == [
        ("activity.sport.walking_football", "Walking Football")
    ]


def test_accents_case_elision_and_apostrophes_do_not_matter() -> None:
    assert said("LE CHŒUR") == said("le choeur") == said("le chœur")
    assert said("men’s shed") == said("mens sheds") == said("Men's Sheds")


def test_closeness_is_as_documented() -> None:
    wanted, family = "activity.movement.yoga", "activity.movement"
    assert TAXONOMY.closeness(wanted, wanted) == SAME
    assert TAXONOMY.closeness(family, wanted) == NARROWER
    assert TAXONOMY.closeness(wanted, family) == BROADER
    assert TAXONOMY.closeness(wanted, "activity.movement.tai_chi") == SIBLING
    assert TAXONOMY.closeness(wanted, "activity.music.singing") == UNRELATED
    assert TAXONOMY.closeness("life.carer", "life.retired") == UNRELATED
    assert TAXONOMY.closeness("no.such", "no.such") == UNRELATED
    assert SAME > NARROWER > BROADER > SIBLING > UNRELATED


def test_the_tree_is_walked_both_ways() -> None:
    singing = TAXONOMY.term("activity.music.singing")
    above = TAXONOMY.broader(singing.code)
    assert above is not None
    assert singing in TAXONOMY.children(above.code)
    assert singing in TAXONOMY.narrower(above.code)
    assert TAXONOMY.broader(above.code) is None
    assert TAXONOMY.get("activity.no_such") is None


def test_mappings_name_terms_of_the_standard_lists() -> None:
    active = [term for term in TAXONOMY.terms if term.open_active]
    eligible = [term for term in TAXONOMY.terms if term.open_eligibility]
    assert len(active) >= 40
    assert len(eligible) >= 60
    assert all((term.open_active or "").startswith("https://openactive.io/activity-list#") for term in active)
    assert all((term.open_eligibility or "").isdigit() for term in eligible)
    exact = [term.open_active for term in active if term.open_active_match == "exactMatch"]
    assert len(exact) == len(set(exact))


TERMS = '["activity.music"]\nlabel = "Music"\n'


@pytest.mark.parametrize(
    ("terms", "languages", "mappings"),
    [
        (TERMS, {"de": '"activity.no_such" = ["x"]'}, ""),
        (TERMS, {}, '["activity.no_such"]\nopen_eligibility = { id = "1", match = "exactMatch" }'),
        (TERMS, {}, '["activity.music"]\nopen_eligibility = { id = "1", match = "alike" }'),
        ('["colour.red"]\nlabel = "Red"\n', {}, ""),
    ],
)
def test_files_that_contradict_themselves_are_refused(terms: str, languages: dict[str, str], mappings: str) -> None:
    with pytest.raises(TaxonomyMistake):
        parse_terms(terms, languages, mappings)


def test_a_code_twice_or_a_missing_family_is_refused() -> None:
    term = Term(code="activity.music", facet="activity", label="Music")
    orphan = Term(code="activity.art.ink", facet="activity", label="Ink", broader="activity.art")
    for terms in ((term, term), (orphan,)):
        with pytest.raises(TaxonomyMistake):
            Taxonomy(terms)


def test_the_digest_changes_with_any_word() -> None:
    one = Term(code="activity.music", facet="activity", label="Music", words=("tunes",))
    two = Term(code="activity.music", facet="activity", label="Music", words=("songs",))
    assert Taxonomy((one,)).digest == Taxonomy((one,)).digest != Taxonomy((two,)).digest


def test_kin_are_written_out() -> None:
    for kin in KIN:
        assert "activity.support.bereavement" in said(f"I lost my {kin}") | said(f"my {kin} died"), kin


def test_a_very_long_text_is_read_whole() -> None:
    found = TAXONOMY.spot("I like singing. " * 700)
    assert sum(one.code == "activity.music.singing" for one in found) == 700


@given(st.text(max_size=400), st.sampled_from(["person", "listing"]))
def test_any_text_is_read_without_fail_and_finds_lie_inside_it(text: str, side: str) -> None:
    for one in TAXONOMY.spot(text, sides="person" if side == "person" else "listing"):
        assert 0 <= one.start < one.end <= len(text)
        assert one.words == text[one.start : one.end]
        assert 0 < one.weight <= 1


@given(
    st.lists(st.sampled_from(["no", "not", "don't", "like", "football", ",", ".", "or", "walking", "my"]), max_size=20)
)
def test_any_mix_of_refusals_is_read_without_fail(words: list[str]) -> None:
    TAXONOMY.spot(" ".join(words))


@given(st.text(max_size=60))
def test_any_typed_interest_is_resolved_or_unknown(text: str) -> None:
    assert all(TAXONOMY.get(code) for code in TAXONOMY.spot_exact(text))


def test_a_spotter_of_nothing_finds_nothing() -> None:
    assert Spotter(()).spot("singing") == ()


def test_the_stems_written_down_are_the_stems_and_nearly_all_are_written_down() -> None:
    stems = load_stems(FOLDER)
    assert {word: stem(word) for word in stems} == stems
    missing = english(TAXONOMY) - set(stems)
    assert len(missing) <= 0.05 * len(stems), "python -m tests.catalog.stems"


def test_a_taxonomy_reads_the_same_without_stems_written_down() -> None:
    terms = (Term(code="activity.music", facet="activity", label="Music", words=("singing songs",)),)
    assert Taxonomy(terms).spot("I sang and sing a song") == Taxonomy(terms, stems={"singing": "sing"}).spot(
        "I sang and sing a song"
    )
    assert Taxonomy(terms).spot("I sing a song")
