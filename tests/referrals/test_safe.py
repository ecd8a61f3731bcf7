"""Somebody who is helped is written to by the way they chose, and by no other."""

from uuid import uuid4

import pytest

from service.referrals import safe
from service.referrals.intake import CONTACT_RULES
from service.referrals.models import Person
from service.referrals.queries import place
from tests.referrals.cast import SEALER

MAIL, NUMBER = "cai@example.org", "+44 7700 900 123"


def person(contact: str, rule: str) -> Person:
    made = Person(id=uuid4(), contact_rule=rule)
    made.contact = SEALER.seal(place("person", made.id, "contact"), contact.encode())
    return made


@pytest.mark.parametrize(
    ("contact", "rule", "kind"),
    [
        (MAIL, "any", "email"),
        (MAIL, "email", "email"),
        (NUMBER, "any", "text"),
        (NUMBER, "text", "text"),
        (MAIL, "text", None),
        (NUMBER, "email", None),
        (MAIL, "phone", None),
        (NUMBER, "phone", None),
        (NUMBER, "letter", None),
        ("12 Example Lane", "any", None),
        (MAIL, "none", None),
        (NUMBER, "none", None),
    ],
)
def test_the_way_is_the_one_they_chose(contact: str, rule: str, kind: str | None) -> None:
    found = safe.way_for(SEALER, person(contact, rule))
    assert (found.kind if found else None) == kind


@pytest.mark.parametrize("rule", CONTACT_RULES)
def test_without_an_address_nobody_is_written_to(rule: str) -> None:
    assert safe.way_for(SEALER, Person(id=uuid4(), contact_rule=rule)) is None
