"""The language of a few words is told well enough to choose how to understand them, and English is never lost."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from service.catalog.words.spotting import fold
from service.catalog.words.taxonomy import Taxonomy
from service.matching.lexical import Document
from service.matching.profile import Profile
from service.matching.reading import text_language
from service.matching.text_language import OTHER, SMALL_WORDS, language_of, vocabulary
from service.matching.weighing import Weighing

JUDGED = Path(__file__).parents[1] / "judged"
PAGES = ("de", "es", "pt", "fr", "it", "pl", "ur")
WORDS = (
    Weighing.of([Document(name="Knitting club", body="Knitting, crochet and sewing on Tuesdays")])
    .finish(np.arange(1))
    .words
)


def told(text: str, taxonomy: Taxonomy, page: str | None = None) -> str:
    return language_of(text, vocabulary(taxonomy), lambda _stem: False, page)


def texts(path: Path) -> list[str]:
    return [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("choir", "en"),
        ("chór", "pl"),
        ("me gusta cantar", "es"),
        ("canu", "cy"),
        ("cantar", "es"),
        ("szachy", "pl"),
        ("شطرنج", "ur"),
        ("گانا اور موسیقی پسند ہے", "ur"),
        ("dwi'n unig", "cy"),
        ("Ich bin einsam", "de"),
        ("je suis seul", "fr"),
        ("sono solo", "it"),
        ("sou sozinho", "pt"),
        ("lubie spiewac", "pl"),
        ("yoga", "en"),
        ("sitar", "en"),
        ("tai chi", "en"),
        ("bingo", "en"),
        ("crochet", "en"),
        ("Repair café", "en"),
        ("Spanish conversation", "en"),
        ("somthing to do. not church not bingo. cant afford much", "en"),
        ("", "en"),
        ("11-16 🙂", "en"),
        ("Ik wil graag zingen in een koor", OTHER),
        ("barátok keresek énekelni", OTHER),
        ("Я хочу петь в хоре", OTHER),
        ("我想唱歌", OTHER),
        ("أريد أن أغني في جوقة", OTHER),
    ],
)
def test_a_few_words_tell_their_language(text: str, language: str, taxonomy: Taxonomy) -> None:
    assert told(text, taxonomy) == language


def test_the_page_decides_where_the_words_do_not(taxonomy: Taxonomy) -> None:
    assert told("Kaczka", taxonomy) == "en"
    assert told("Kaczka", taxonomy, "pl") == "pl"
    assert told("solista", taxonomy, "it") == "it"
    assert told("choir", taxonomy, "pl") == "en"
    assert told("I like to sing with other people", taxonomy, "ur") == "en"
    assert told("хор", taxonomy, "uk") == "uk"
    assert told("хор", taxonomy, "pl") == OTHER


@pytest.mark.parametrize("page", [None, *PAGES])
def test_an_english_word_we_know_is_english_on_every_page(page: str | None, taxonomy: Taxonomy) -> None:
    known = [word.removeprefix("=") for term in taxonomy.terms for word in (term.label, *term.words) if "{" not in word]
    lost = [word for word in known if told(word, taxonomy, page) != "en"]
    assert len(lost) <= 0.005 * len(known), lost[:20]


def test_a_word_we_know_in_a_language_is_told_on_a_page_in_that_language(taxonomy: Taxonomy) -> None:
    english = vocabulary(taxonomy).english
    for language in SMALL_WORDS.keys() - {"en"}:
        own = [word for term in taxonomy.terms for word in term.synonyms.get(language, ())]
        own = [word for word in own if not {fold(part) for part in word.split()} & english]
        strange = [word for word in own if told(word, taxonomy, language) != language]
        assert len(strange) <= 0.02 * len(own), (language, strange[:20])


@pytest.mark.parametrize("page", [None, "es", "pl"])
def test_what_english_people_write_is_english_on_every_page(page: str | None, taxonomy: Taxonomy) -> None:
    assert [text for text in texts(JUDGED / "own" / "people.jsonl") if told(text, taxonomy, page) != "en"] == []


@pytest.mark.parametrize("language", ["es", "pl", "ur", "cy"])
def test_what_people_write_in_other_languages_is_told(language: str, taxonomy: Taxonomy) -> None:
    written = texts(JUDGED / "languages" / f"{language}.jsonl")
    assert [text for text in written if told(text, taxonomy) != language] == []


def test_misspelt_english_stays_english(taxonomy: Taxonomy) -> None:
    assert text_language(Profile(text="kniting crochett sewingg"), taxonomy, WORDS) == "en"
    assert text_language(Profile(text="barátok keresek énekelni"), taxonomy, WORDS) == OTHER


def small() -> Iterator[tuple[str, str]]:
    return ((language, word) for language, words in SMALL_WORDS.items() for word in words)


def test_small_words_are_written_as_they_are_compared() -> None:
    assert [(language, word) for language, word in small() if fold(word) != word] == []
