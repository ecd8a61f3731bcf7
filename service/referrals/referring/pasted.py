"""A name, a telephone and a day of birth read from text pasted from a record, by plain rules. Pure.

What it reads is shown to be checked before anything is sent. It reads nothing else, and keeps nothing.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from service.catalog.telephone import Telephone, international
from service.errors import Invalid

LONGEST = 20_000  # characters that are read
LONGEST_LINE = 300
LONGEST_NAME = 100
NAMED = ("preferred name", "known as", "full name", "patient name", "patient", "name")  # the best first
CALLED = ("mobile", "mob", "telephone", "tel", "phone", "home", "contact")
BORN = ("date of birth", "d.o.b.", "dob", "born")
TITLES = frozenset(("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev", "sir", "dame"))
_YEAR = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: number for number, name in enumerate(_YEAR, 1)}
_DAY = re.compile(r"\b(\d{1,2})[/.\- ](\d{1,2}|[A-Za-z]{3,9})[/.\- ](\d{4})\b", re.ASCII)
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b", re.ASCII)
_NUMBER = re.compile(r"(?:\+|\b0)[0-9][0-9 ()-]{7,18}[0-9]", re.ASCII)
_RECORD = re.compile(r"([^\W\d_][\w'’-]{0,40}), ?([^\W\d_][\w'’-]{0,40}(?: [\w'’-]{1,40})?)(?: ?\([\w. ]{2,6}\))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """What was found; empty where nothing was."""

    name: str = ""
    phone: str = ""
    born: str = ""  # an ISO date


def read(text: str, telephone: Telephone, today: date) -> Pasted:
    """Read a name, a telephone and a day of birth from a text.

    Examples
    --------
    >>> import re
    >>> gb = Telephone(calling_code="44", trunk="0", pattern=re.compile("[17][0-9]{8,9}"), example="")
    >>> read("WHITLOCK, Joan (Mrs)\\nDOB: 04-Mar-1955\\nTel: 01632 960187", gb, date(2026, 11, 23))
    Pasted(name='Joan Whitlock', phone='01632 960187', born='1955-03-04')
    """
    lines = [" ".join(line.split())[:LONGEST_LINE] for line in text[:LONGEST].splitlines()]
    parts = [part for line in lines for part in re.split(r"[|\t;]", line) if part.strip()]
    return Pasted(name=_name(parts), phone=_phone(parts, telephone), born=_born(parts, today))


def _labelled(parts: Iterable[str], labels: tuple[str, ...]) -> list[str]:
    """Return what stands behind a label, by the order of the labels."""
    known = [part.strip() for part in parts]
    found = []
    for label in labels:
        for part in known:
            rest = part[len(label) :]
            if part.casefold().startswith(label) and rest[:1] in (":", " ", "=", "."):
                found.append(rest.lstrip(" :=.-"))
    return found


def _name(parts: list[str]) -> str:
    for text in (*_labelled(parts, NAMED), *parts[:1]):
        found = _plain_name(text)
        if found:
            return found
    return ""


def _plain_name(text: str) -> str:
    """Return a name as one would say it; empty for what does not look like one."""
    before = re.split(r"\b(?:dob|born|d\.o\.b|nhs|tel|date)\b", text, maxsplit=1, flags=re.IGNORECASE)[0].strip(" ,.")
    turned = _RECORD.fullmatch(before)
    words = f"{turned[2]} {turned[1]}".split() if turned else before.split()
    said = [word for word in words if word.strip("().").casefold() not in TITLES]
    if not 1 <= len(said) <= 5 or not all(re.fullmatch(r"[^\W\d_][^\d@:/]*", word) for word in said):
        return ""
    return " ".join(word.title() if len(word) > 1 and word.isupper() else word for word in said)[:LONGEST_NAME]


def _phone(parts: list[str], telephone: Telephone) -> str:
    for text in (*_labelled(parts, CALLED), *parts):
        for found in _NUMBER.finditer(text):
            try:
                international(found[0], telephone)
            except Invalid:
                continue
            return found[0].strip()
    return ""


def _born(parts: list[str], today: date) -> str:
    behind = _labelled(parts, BORN)
    inside = [part[part.casefold().index(label) :] for part in parts for label in BORN if label in part.casefold()]
    for text in (*behind, *inside):
        found = day(text)
        if found is not None and found <= today:
            return found.isoformat()
    return ""


def day(text: str) -> date | None:
    """Return the first day written in a text, day before month; None where there is none.

    Examples
    --------
    >>> day("born 4 March 1955"), day("04/03/1955"), day("1955-03-04"), day("40.3.1955")
    (datetime.date(1955, 3, 4), datetime.date(1955, 3, 4), datetime.date(1955, 3, 4), None)
    """
    iso, usual = _ISO.search(text), _DAY.search(text)
    if iso:
        year, month, number = (int(one) for one in iso.groups())
    elif usual:
        number, year = int(usual[1]), int(usual[3])
        month = int(usual[2]) if usual[2].isdigit() else MONTHS.get(usual[2][:3].casefold(), 0)
    else:
        return None
    try:
        return date(year, month, number)
    except ValueError:
        return None
