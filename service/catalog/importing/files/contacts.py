"""A cell that names somebody with their number: the number, the address and the website alone are taken. Pure.

Whose number it is stays out: a name in a list was never given to be shown to everybody.
"""

import re
from dataclasses import dataclass

from service.catalog.importing.files.values import line

LEAST_DIGITS = 9
_EMAIL = re.compile(r"[^\s@,;:<>()\[\]/]{1,64}@[^\s@,;:<>()\[\]/]{1,200}\.[a-z]{2,20}", re.I)
_URL = re.compile(r"(?:https?://|www\.)[^\s,;<>]{3,500}", re.I)
_PHONE = re.compile(r"\+?\(?\d[\d\s().–-]{7,30}\d", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """What a cell says of how to reach a group; None where it says nothing of the kind."""

    phone: str | None = None
    email: str | None = None
    url: str | None = None


def contact(value: object) -> Contact:
    """Return the first number, the first address and the first website of a cell.

    Examples
    --------
    >>> contact("Jean on 01632 960102 (eves) or jean@example.org")
    Contact(phone='01632 960102', email='jean@example.org', url=None)
    >>> contact("ask Mary, flat 12")
    Contact(phone=None, email=None, url=None)
    """
    said = line(value) or ""
    email = _EMAIL.search(said)
    rest = _EMAIL.sub(" ", said)
    url = _URL.search(rest)
    numbers = (found[0].strip() for found in _PHONE.finditer(_URL.sub(" ", rest)))
    phone = next((one for one in numbers if sum(sign.isdigit() for sign in one) >= LEAST_DIGITS), None)
    return Contact(
        phone=" ".join(phone.split()) if phone else None,
        email=email[0].rstrip(".") if email else None,
        url=url[0].rstrip(".)") if url else None,
    )
