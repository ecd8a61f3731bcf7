"""What a reader is promised: every fact has words, and no two facts have the same."""

from flask import Flask

from service.catalog.facts import CODES, FAMILIES
from service.web.fact_words import fact_label, family_title


def test_every_fact_has_words_of_its_own(app: Flask) -> None:
    with app.test_request_context("/en/"):
        labels = [fact_label(code) for code in CODES]
        titles = [family_title(family) for family in FAMILIES]
    assert not set(labels) & set(CODES)
    assert len(set(labels)) == len(CODES)
    assert not set(titles) & set(FAMILIES)
