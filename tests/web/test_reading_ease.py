"""A child of eleven can read whatever the interface says in English."""

from collections import defaultdict

import pytest

from tests.web.interface_words import LABELS, in_the_code, sides
from tests.web.reading_ease import age, sentences, words

OLDEST = 11  # years
RUNNING = 4  # words: a shorter text is a label
LONG = 8  # words: from here on a text is judged alone; a shorter one, with the others of its page
LONGEST = 25  # words a sentence
UNJUDGED: set[str] = set()  # texts that may be harder, by name; it only shrinks


def texts() -> list[tuple[str, list[str]]]:
    """Return each running text of the interface with the files it stands in."""
    found = []
    for message in in_the_code():
        places = [path for path, _line in message.locations if path != LABELS]
        found += [(text, places) for text in sides(message) if places and words(text) >= RUNNING]
    return found


def test_every_text_can_be_read_by_a_child() -> None:
    hard = {text: round(age(text), 1) for text, _places in texts() if words(text) >= LONG and age(text) > OLDEST}
    assert {text: years for text, years in hard.items() if text not in UNJUDGED} == {}
    assert set(hard) >= UNJUDGED


def test_every_page_can_be_read_by_a_child() -> None:
    pages: dict[str, list[str]] = defaultdict(list)
    for text, places in texts():
        for place in places:
            pages[place].append(text if text.endswith((".", "?", "!", "…", ":")) else f"{text}.")
    assert len(pages) > 40
    hard = {page: round(age(" ".join(said)), 1) for page, said in pages.items() if age(" ".join(said)) > OLDEST}
    assert hard == {}


def test_no_sentence_goes_on_and_on() -> None:
    assert not [text for text, _places in texts() if any(len(sentence) > LONGEST for sentence in sentences(text))]


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("The cat sat on the mat.", 3.55),  # by hand: 0.39 * 6 + 11.8 * 6 / 6 - 15.59 + 5
        ("We ask for nothing. You can go home.", 4.25),
        ("Eligibility is determined by the administrative organisation.", 29.23),
    ],
)
def test_the_formula_is_that_of_the_paper(text: str, years: float) -> None:
    assert age(text) == pytest.approx(years, abs=0.01)
