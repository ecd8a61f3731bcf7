"""Whoever writes in a language of which we know words only is told so on the list, in plain words."""

from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.web.seeking import address, said

pytestmark = pytest.mark.usefixtures("clock")


def listed(client: FlaskClient, text: str, language: str = "en") -> str:
    return said(client.get(address(client, text=text).replace("/en/", f"/{language}/", 1)))


def test_the_list_says_that_we_looked_for_words_we_know(client: FlaskClient, groups: dict[str, UUID]) -> None:
    page = listed(client, "Hoffwn i ganu gyda phobl eraill")
    assert (
        "We looked for words we know in Welsh. For better answers try English words, or ask somebody to help." in page
    )
    assert "The Larks" in page


def test_a_language_we_do_not_know_is_owned_up_to(client: FlaskClient, groups: dict[str, UUID]) -> None:
    page = listed(client, "Я хочу петь в хоре")
    assert "We cannot read the language you wrote in." in page
    assert "good place" not in page


@pytest.mark.parametrize("text", ["", "choir", "I like singing", "chess"])
def test_english_is_not_remarked_on(text: str, client: FlaskClient, groups: dict[str, UUID]) -> None:
    assert "words we know in" not in listed(client, text)
    assert 'id="words-only"' not in client.get(address(client, text=text).replace("/en/", "/pl/", 1)).text


def test_one_word_is_in_the_language_of_the_page(client: FlaskClient, groups: dict[str, UUID]) -> None:
    assert "words we know in" not in listed(client, "Kaczka")
    page = client.get(address(client, text="خاموشی").replace("/en/", "/ur/", 1)).text
    assert "اردو" in page.partition('id="words-only"')[2].partition("</div>")[0]
