"""By which way somebody who is helped may be written to: only by the one they chose, and never where they said no.

Asked where a message is put, and again where it is sent. Touches no row of others.
"""

from dataclasses import dataclass, field

from service.db.sealing import Sealer
from service.referrals.intake import MAIL, NUMBER
from service.referrals.models import Person
from service.referrals.queries import unseal

BY_MAIL, BY_TEXT, BY_POST = ("any", "email"), ("any", "text"), ("any", "letter")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a message may go to somebody: `email` or `text`, and the address."""

    kind: str
    address: str = field(repr=False)


def way_for(sealer: Sealer, person: Person) -> Way | None:
    """Return how this person may be written to, or None: then somebody rings, or writes a letter, or waits."""
    contact = (unseal(sealer, person, "contact") or "").strip()
    if person.contact_rule in BY_MAIL and MAIL.fullmatch(contact):
        return Way(kind="email", address=contact)
    if person.contact_rule in BY_TEXT and NUMBER.fullmatch(contact):
        return Way(kind="text", address=contact)
    return None


def by_post(person: Person) -> bool:
    """Tell whether a letter may go to this person: others may see it come."""
    return person.contact_rule in BY_POST


def address_of(sealer: Sealer, person: Person) -> str:
    """Return the address on paper, if that is what is kept of how to reach them; else nothing."""
    contact = (unseal(sealer, person, "contact") or "").strip()
    return "" if MAIL.fullmatch(contact) or NUMBER.fullmatch(contact) else contact
