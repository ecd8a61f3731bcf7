"""What a reader is promised: every fact has words, and no two facts have the same."""

from flask import Flask

from service.catalog.facts import CODES
from service.web import fact_questions, fact_words


def test_every_fact_has_words_of_its_own(app: Flask) -> None:
    with app.test_request_context("/en/"):
        for say in (fact_words.holds, fact_words.missing, fact_questions.question):
            said = [say(code) for code in CODES]
            assert not set(said) & set(CODES)
            assert len(set(said)) == len(CODES)
