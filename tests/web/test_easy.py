"""Whoever asks for easy pages has three groups, short sentences, larger letters and signs, on every page they go to."""

import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from service.config import LANGUAGES
from tests.web.interface_words import TEMPLATE, po, read, sides, told, words
from tests.web.reading_ease import age, sentences
from tests.web.seeking import address, many
from tests.web.test_every_language import stored
from tests.web.test_translations import PLACE

MOST_WORDS = 10  # a sentence, in the mean (proposed)
OLDEST = 9  # years: easier than the usual pages (proposed)
INLINE = {"a", "b", "bdi", "i", "small", "span"}
SVG = "{http://www.w3.org/2000/svg}svg"


def page(client: FlaskClient, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return html5lib.parse(answer.get_data(as_text=True), namespaceHTMLElements=False)


def easy(path: str) -> str:
    return path.replace("/en/", "/en-easy/", 1)


def walked(client: FlaskClient) -> list[str]:
    """Return the easy pages somebody goes through: the form, the list, a group on it, a group alone, a question."""
    found = easy(address(client))
    return ["/en-easy/", found, f"{found}/groups/larks", "/en-easy/groups/owls", f"{found}/change", "/en-easy/privacy"]


def pieces(element: Element) -> Iterator[str]:
    """Yield what each part of a page says by itself."""
    said = element.text or ""
    for child in element:
        if child.tag in INLINE:
            said += " ".join(pieces(child))
        elif child.tag != SVG:
            yield from pieces(child)
            yield " ".join(said.split())
            said = ""
        said += child.tail or ""
    yield " ".join(said.split())


@pytest.mark.usefixtures("clock", "groups")
def test_sentences_are_short_and_plain(client: FlaskClient, store: Session) -> None:
    own = stored(store)
    for path in walked(client)[:4]:
        main = next(page(client, path).iter("main"))
        said = [text for text in pieces(main) if text and text not in own]
        found = [len(sentence) for text in said for sentence in sentences(text)]
        assert sum(found) / len(found) <= MOST_WORDS, path
        assert age(". ".join(said)) <= OLDEST, path


@pytest.mark.usefixtures("clock", "groups")
def test_every_page_is_large_and_stays_easy_wherever_one_goes(client: FlaskClient) -> None:
    for path in walked(client):
        found = page(client, path)
        assert (found.get("data-text"), found.get("class", "").split()[-1]) == ("large", "kith-easy")
        assert next(one for one in found.iter("meta") if one.get("name") == "robots").get("content") == "noindex"
        for element in found.iter():
            for name in ("href", "action", "formaction"):
                if re.match(r"/en(/|$)", element.get(name) or ""):
                    assert "easy" not in path or _leads_back(element, path), (path, element.get(name))


def _leads_back(element: Element, path: str) -> bool:
    """Tell whether a link is one of those that lead to the usual page on purpose."""
    return element.get("href") == path.replace("/en-easy", "/en", 1)


@pytest.mark.usefixtures("clock")
def test_the_list_holds_three_groups_and_the_way_to_all(client: FlaskClient, store: Session, groups: object) -> None:
    many(store, 12)
    path = address(client)
    assert len(list(page(client, path).iter("article"))) > 3
    found = page(client, easy(path))
    assert len(list(found.iter("article"))) == 3
    assert [one for one in found.iter("a") if one.get("href") == path]


@pytest.mark.usefixtures("clock", "groups")
def test_a_mistake_is_put_right_on_the_easy_form_with_every_answer_kept(client: FlaskClient) -> None:
    answer = client.post("/en-easy/find", data={"text": "choir", "place": "Sael", "interests": "activity.games"})
    assert answer.status_code == 422
    found = answer.get_data(as_text=True)
    assert "1. What do you like?" in found
    assert "When, how far and how much?" not in found
    assert 'value="Sael"' in found
    assert ">choir</textarea>" in found
    assert re.search(r'value="activity.games" checked', found)
    assert 'name="place_choice"' in found
    longer = client.post("/en-easy/find", data={"place": "Sael", "age": "70"}).get_data(as_text=True)
    assert 'value="70"' in longer, "what the easy form does not ask is not lost"


@pytest.mark.usefixtures("clock", "groups")
def test_each_line_of_a_group_has_a_sign_and_what_does_not_fit_is_said(client: FlaskClient) -> None:
    main = next(page(client, easy(address(client, age="40", place="M33 4ND", cost_max="1"))).iter("main"))
    lines = [line for one in main.iter("ul") if one.get("class") == "kith-signs" for line in one.iter("li")]
    assert len(lines) > 9
    assert all(next(line.iter(SVG), None) is not None for line in lines)
    assert "Not quite" in " ".join(main.itertext())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_an_easy_form_and_a_way_back(client: FlaskClient, language: str) -> None:
    for there, back in ((f"/{language}/", f"/{language}-easy/"), (f"/{language}-easy/", f"/{language}/")):
        links = [one.get("href") for one in page(client, there).iter("a")]
        assert back in links
    assert client.get(f"/{language}-hard/").status_code == 404
    assert client.get("/easy/").status_code == 404


def test_simpler_words_are_simpler_and_hold_the_same() -> None:
    usual = words(read(TEMPLATE))
    for key, message in words(read(po("en", "easy"), "en")).items():
        assert key in usual, f"nobody says this any more: {key}"
        (english,), (simple,) = sides(message), told(message)
        assert sorted(PLACE.findall(english)) == sorted(PLACE.findall(simple)), key
        assert max(map(len, sentences(simple))) < max(map(len, sentences(english))), simple
        assert max(map(len, sentences(simple))) <= MOST_WORDS, simple
        assert age(simple) <= OLDEST, simple


@pytest.mark.usefixtures("clock", "groups")
def test_easy_pages_say_the_simpler_words(client: FlaskClient) -> None:
    usual = "Nobody reads what you type here. If you need a person, these people are there."
    assert usual in client.get("/en/").text
    assert usual not in client.get("/en-easy/").text
    assert "Do you need a person?" in client.get("/en-easy/").text
