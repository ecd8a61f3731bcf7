"""What every object of HSDS is made with: stable ids, nothing that is empty, and no address of a person. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from service.catalog.telephone import Telephone
from service.interop.hsds.terms import Vocabulary

NAMESPACE = UUID("b1f0a6de-3c1d-5f0a-8d54-6e0b6f2f4c07")  # of rows that are derived from ours; never changes
Thing = dict[str, Any]
# What an address of a post, and not of a person, begins with or holds.
ROLES = frozenset(
    [
        "admin",
        "bookings",
        "chair",
        "chairman",
        "clerk",
        "club",
        "clubs",
        "coach",
        "committee",
        "communications",
        "contact",
        "contacts",
        "coordinator",
        "email",
        "enquiries",
        "enquiry",
        "events",
        "general",
        "group",
        "groups",
        "hello",
        "help",
        "helpline",
        "hi",
        "info",
        "information",
        "join",
        "library",
        "mail",
        "membership",
        "memberships",
        "office",
        "post",
        "press",
        "reception",
        "referral",
        "referrals",
        "secretary",
        "support",
        "team",
        "treasurer",
        "volunteer",
        "volunteering",
        "volunteers",
        "web",
        "webmaster",
        "welcome",
        "wellbeing",
    ]
)
_NAME, _HOST = re.compile(r"[\w.+'-]+", re.ASCII), re.compile(r"[\w.-]+", re.ASCII)
_LETTERS = re.compile(r"[^a-z]+")
LEAST = 4  # letters of a word that may stand for a name of a group inside an address


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """For whom and when it is written.

    Attributes
    ----------
    base : str
        How our own addresses begin, without a slash at the end.
    vocabulary : Vocabulary
    today : date
    uk : bool
        Open Referral UK: what its service has no field for is said in the description as well.
    telephone : Telephone or None
        How numbers of the country are written: those that people carry with them are left out.
    """

    base: str
    vocabulary: Vocabulary
    today: date
    uk: bool = False
    telephone: Telephone | None = None


def derived(kind: str, *parts: object) -> str:
    """Return the id of a row that is made from others: the same each time."""
    return str(uuid5(NAMESPACE, ":".join((kind, *map(str, parts)))))


def at_location_id(group_id: UUID, location_id: UUID | None) -> str:
    """Return the id of a group at a place; without a place, online."""
    return derived("service_at_location", group_id, location_id or virtual_id(group_id))


def virtual_id(group_id: UUID) -> str:
    """Return the id of the place online of a group."""
    return derived("location", group_id, "virtual")


def told(thing: Mapping[str, Any]) -> Thing:
    """Leave out what is not known or empty: no null, no "", no [] and no {}."""
    return {name: value for name, value in thing.items() if not (value is None or value in ("", [], {}, ()))}


def instant(moment: datetime) -> str:
    """Return a moment in UTC with milliseconds.

    >>> instant(datetime(2026, 10, 2, 9, 14, 3, 120999, tzinfo=UTC))
    '2026-10-02T09:14:03.120Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def web_address(text: str | None) -> str | None:
    """Return a whole address of the web, or None for anything else."""
    if not text or re.search(r"\s", text):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme in ("http", "https") and parts.hostname else None


def role_address(email: str | None, *names: str) -> str | None:
    """Return an e-mail address if it is a post's or the group's own, and None if it may be a person's.

    >>> role_address("info@example.org"), role_address("ann.smith@example.org", "Sale Choir")
    ('info@example.org', None)
    >>> role_address("salechoir@example.org", "Sale Choir")
    'salechoir@example.org'
    """
    name, _, host = (email or "").partition("@")
    if not (_NAME.fullmatch(name) and _HOST.fullmatch(host) and "." in host.strip(".")):
        return None
    words = [word for word in _LETTERS.split(name.casefold()) if word]
    own = {word for name in names for word in _LETTERS.split(name.casefold()) if len(word) >= LEAST}
    whole = "".join(words)
    known = ROLES.intersection(words) or any(word in whole for word in own)
    return email if known else None
