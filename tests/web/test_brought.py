"""What a list of others brought stands in a listing's history in words, never as the program calls it."""

from typing import Any

import pytest
from flask import Flask

from service.catalog.importing.files.hsds import BODY
from service.catalog.importing.runs.saying import MORE
from service.web.admin import words
from service.web.admin.listing.pages import told

KEYS = (*(f"organisation.{name}" for name in BODY), "facts_on.step_free", "place_facts", "areas", "places", *MORE)
PLACE = {"id": "b4ddb752-c698-5c8a-b230-4019ea40f25f", "name": "Larch Hall", "postal_code": "M33 7AA", "latitude": 53.4}


@pytest.mark.parametrize("key", KEYS)
def test_every_key_has_a_name(app: Flask, key: str) -> None:
    with app.test_request_context("/en/"):
        named = words.label(key)
    assert named[0].isupper()
    assert not {"_", "."} & set(named)


def test_what_it_brought_is_told_in_words(app: Flask) -> None:
    changed: dict[str, list[Any]] = {
        "facts_on.step_free": [None, "2026-09-02"],
        "place_facts": [None, {PLACE["id"]: {"step_free": ["yes", "2026-09-02"]}}],
        "places": [None, [PLACE]],
        "areas": [[{"id": "a", "name": "Sale"}], None],
        "organisation.website": [None, "https://larch.example.org"],
    }
    with app.test_request_context("/en/"):
        lines = [(line["what"], line["before"], line["after"]) for line in told(changed)]
    assert lines == [
        ("A way in without steps: Last confirmed", "", "2 September 2026"),
        ("What is known of the place", "", "A way in without steps: Yes"),
        ("Where it meets", "", "Larch Hall, M33 7AA"),
        ("People from which area", "Sale", ""),
        ("Organisation: Website", "", "https://larch.example.org"),
    ]
