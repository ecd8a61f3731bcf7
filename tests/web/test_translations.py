"""Whoever reads another language has the whole interface in it: nothing missing, nothing stale, nothing broken."""

import re
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo, write_mo
from babel.messages.plurals import get_plural

from service.web import versions
from tests.web.interface_words import FOREIGN, TEMPLATE, Key, in_the_code, po, read, sides, told, words

PLACE = re.compile(r"%\(\w+\)[sd]|%%|\{\w+\}")
TAG = re.compile(r"</?[a-z][^>]*>")
LEFT_ALIKE = 4  # words: a longer text that reads as in English was not translated
NUMBER = "%(num)s"
MAKE = "run `make languages`"


def test_the_list_of_words_is_that_of_the_code() -> None:
    written, coded = set(words(read(TEMPLATE))), set(words(in_the_code()))
    assert written == coded, (
        f"{MAKE}; new: {sorted(map(str, coded - written))}; gone: {sorted(map(str, written - coded))}"
    )


@pytest.mark.parametrize("language", FOREIGN)
def test_nothing_is_untranslated_unsure_or_obsolete(language: str) -> None:
    found = read(po(language), language)
    known, wanted = words(found), words(read(TEMPLATE))
    empty = [key for key, message in known.items() if not all(text.strip() for text in told(message))]
    assert not empty, f"{len(empty)} without words: {empty[:5]}"
    assert set(known) == set(wanted), f"{MAKE} and translate"
    assert not [key for key, message in known.items() if message.fuzzy]
    assert not found.obsolete


@pytest.mark.parametrize("language", FOREIGN)
def test_every_plural_form_is_there(language: str) -> None:
    forms = get_plural(language)[0]
    for message in words(read(po(language), language)).values():
        assert len(told(message)) == (1 if isinstance(message.id, str) else forms), message.id


def wrong(message: Message) -> str:
    """Return what a translation would break on a page; empty where it is sound."""
    english = sides(message)
    for text in told(message):
        wanted = {frozenset(PLACE.findall(side)) for side in english}
        has = frozenset(PLACE.findall(text))
        if has not in wanted and has | {NUMBER} not in wanted:  # "one group" need not say 1
            return f"places differ: {text}"
        if sorted(TAG.findall(text)) != sorted(TAG.findall(english[0])):
            return f"tags differ: {text}"
        if (text[:1].isspace(), text[-1:].isspace()) != (english[0][:1].isspace(), english[0][-1:].isspace()):
            return f"spaces at the ends differ: {text!r}"
        if len(english[0].split()) >= LEFT_ALIKE and text == english[0]:
            return f"as in English: {text}"
    return ""


@pytest.mark.parametrize("language", FOREIGN)
def test_a_translation_holds_what_the_english_holds(language: str) -> None:
    assert not [mistake for message in words(read(po(language), language)).values() if (mistake := wrong(message))]


@pytest.mark.parametrize(
    ("english", "other"),
    [
        ("%(name)s can come.", "Kommt."),
        ("%(name)s can come.", "%(nam)s kommt."),
        ("Free <b>now</b>", "Jetzt frei"),
        (" and ", "und"),
        ("Ask before you go", "Ask before you go"),
        (("%(num)s group near %(place)s", "%(num)s groups near %(place)s"), ("Eine Gruppe", "%(num)s Gruppen")),
    ],
)
def test_a_broken_translation_would_be_found(english: str | tuple[str, str], other: str | tuple[str, str]) -> None:
    assert wrong(Message(english, other))


def held(catalogue: Catalog) -> dict[Key, list[str]]:
    return {key: told(message) for key, message in words(catalogue).items()}


@pytest.mark.parametrize("language", ["en", *FOREIGN])
@pytest.mark.parametrize("domain", ["messages", "easy"])
def test_what_is_served_is_what_is_written(language: str, domain: str) -> None:
    path = po(language, domain)
    if not path.exists():
        assert not path.with_suffix(".mo").exists()
        return
    served, fresh = path.with_suffix(".mo"), BytesIO()
    write_mo(fresh, read(path, language))
    fresh.seek(0)
    with served.open("rb") as file:
        assert held(read_mo(file)) == held(read_mo(fresh)), MAKE


def test_each_language_says_whether_a_native_reader_has_read_it() -> None:
    assert set(versions._readers()) == set(FOREIGN)
    for language, about in versions._readers().items():
        assert bool(about["read_by"]) == bool(about["read_on"]), language
        assert not about["read_on"] or re.fullmatch(r"\d{4}-\d{2}-\d{2}", about["read_on"]), language
