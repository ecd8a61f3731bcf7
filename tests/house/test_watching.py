"""What watches a whole run sees each thing that tells of a person, however it is written, in each place."""

import json
import logging
from pathlib import Path

import pytest

from tests.house.spelling import spellings
from tests.house.watching import Watch

SAID = ("Cai would like to sing & knit", "cai@example.org", "01632 960 123", "zqaxname")


@pytest.mark.parametrize("said", SAID)
def test_what_was_learned_is_found_in_each_spelling(said: str) -> None:
    for form in spellings(said):
        watch = Watch()
        watch.learn(said)
        watch.tell("log", b"before it " + form + b" after it")
        assert watch.look(), form
        assert watch.look() == [], "once"


def test_words_that_anything_may_hold_are_not_looked_for() -> None:
    watch = Watch()
    for text in ("Sale", "referrer", "11111111-2222-3333-4444-555555555555", "https://example.org/a b", None, 7):
        watch.learn(text)
    assert watch.words == set()


def test_a_file_of_the_service_is_read_and_a_letter_box_is_not(tmp_path: Path) -> None:
    watch = Watch()
    watch.learn(SAID[0])
    for name in ("kept.txt", "outbox.log"):
        (tmp_path / name).write_text(json.dumps({"story": SAID[0]}))
        watch.files.add(str(tmp_path / name))
    assert [one.partition(":")[0] for one in watch.look()] == ["file"]


def test_each_line_of_a_text_is_looked_for() -> None:
    watch = Watch()
    watch.learn("I am alone a lot\nand I like jigsaws")
    watch.tell("log", logging.makeLogRecord({"msg": "and I like jigsaws"}).getMessage().encode())
    assert len(watch.look()) == 1
