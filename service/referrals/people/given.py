"""What is kept of somebody, what they say yes to, and everything that can be wrong with either. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from service.errors import Problem
from service.referrals.consent import GIVEN_BY, MAX_MONTHS, METHODS
from service.referrals.intake import (
    CONTACT_RULES,
    MAIL,
    MAX_CONTACT,
    MAX_NAME,
    MAX_NEEDS,
    MAX_REPRESENTATIVE,
    NUMBER,
    text_problem,
)

WORDS_VERSION = "2026-11"  # of the sentences that are read out: service/web/professional/people/words.py
MAX_NOTES = 300  # characters, here and below
MAX_STORY = 2000
GROWN_UP = 18  # years
OLDEST = 125
FEWEST_FIGURES = 3  # of a number to ring: an extension
TEXTS = {
    "preferred_name": MAX_NAME,
    "contact": MAX_CONTACT,
    "contact_notes": MAX_NOTES,
    "needs": MAX_NEEDS,
    "story": MAX_STORY,
    "representative": MAX_REPRESENTATIVE,
}
LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)
# What a yes of each purpose may cover, and without what it would be for nothing.
COVERS = {
    "introduction": ("name", "contact", "needs", "access_needs"),
    "link_work": ("name", "contact", "needs", "access_needs"),
    "tell_referrer": ("outcome",),
    "measures": ("measures",),
}
NEEDS = {"introduction": "name", "link_work": "name", "tell_referrer": "outcome", "measures": "measures"}
NAME_LETTERS = re.compile(r"[^\w ]", re.UNICODE)
LAST_DIGITS = 9  # of a telephone number: the same with and without its country


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonGiven:
    """The least that is needed to help somebody. Empty where nothing was said."""

    preferred_name: str
    contact: str = ""
    contact_rule: str = "any"
    contact_notes: str = ""  # when and how it is safe
    language: str = "en"
    interpreter: str = ""
    born: str = ""  # an ISO date
    story: str = ""
    needs: str = ""
    under_18: bool = False
    safety: bool = False
    representative: str = ""  # who decides for them, and why

    def care(self, today: date) -> str:
        """Return what to take care of, as codes with spaces between; somebody born lately is under 18, ticked or not.

        Examples
        --------
        >>> PersonGiven(preferred_name="Cai", born="2012-05-01", safety=True).care(date(2026, 11, 23))
        'under_18 safety'
        """
        born = _day(self.born)
        young = self.under_18 or (born is not None and _years(born, today) < GROWN_UP)
        return " ".join(name for name, holds in (("under_18", young), ("safety", self.safety)) if holds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Yes:
    """What somebody said yes to: for whom, what, for what, and for how long. One recipient each."""

    purpose: str
    recipient: UUID
    items: frozenset[str]
    method: str
    words_version: str = WORDS_VERSION
    given: bool = True
    given_by: str = "self"
    representative: str = ""
    months: int = MAX_MONTHS


def problems(given: PersonGiven, today: date) -> dict[str, Problem]:
    """Everything that stands in the way of keeping this person, by field; empty when nothing does."""
    found: dict[str, Problem] = {}
    for name, limit in TEXTS.items():
        wrong = text_problem(getattr(given, name), limit)
        if wrong is not None:
            found[name] = wrong
    if not given.preferred_name.strip():
        found["preferred_name"] = Problem("missing")
    wrong = _contact_problem(given)
    if wrong is not None:
        found["contact_rule" if wrong.code == "unknown_choice" else "contact"] = wrong
    for name in ("language", "interpreter"):
        said = getattr(given, name)
        if not LANGUAGE.fullmatch(said) and (said or name == "language"):
            found[name] = Problem("unknown_choice")
    if given.born and not _may_be_born(given.born, today):
        found["born"] = Problem("no_day")
    return found


def _contact_problem(given: PersonGiven) -> Problem | None:
    """Why a contact and the way that was chosen do not go together: then no message would ever go."""
    contact = given.contact.strip()
    if given.contact_rule not in CONTACT_RULES:
        return Problem("unknown_choice")
    if not contact:
        return None if given.contact_rule == "none" else Problem("contact_needed")
    if given.contact_rule == "email" and not MAIL.fullmatch(contact):
        return Problem("no_email")
    if given.contact_rule == "text" and not NUMBER.fullmatch(contact):
        return Problem("no_text")
    if given.contact_rule == "phone" and sum(sign.isdigit() for sign in contact) < FEWEST_FIGURES:
        return Problem("no_phone")  # words beside a number are welcome: "ask for June"
    return None


def yes_problems(yes: Yes) -> dict[str, Problem]:
    """Everything that is wrong with what somebody said yes to; empty when nothing is."""
    if yes.purpose not in COVERS:
        return {"purpose": Problem("unknown_choice")}
    if not yes.given:
        return {"given": Problem("consent_needed")}
    held = {
        "items": NEEDS[yes.purpose] in yes.items and yes.items <= set(COVERS[yes.purpose]),
        "method": yes.method in METHODS,
        "given_by": yes.given_by in GIVEN_BY,
        "months": 1 <= yes.months <= MAX_MONTHS,
    }
    found = {name: Problem("unknown_choice") for name, holds in held.items() if not holds}
    if yes.words_version != WORDS_VERSION:
        found["given"] = Problem("words_changed")
    wrong = _decider_problem(yes)
    return found if wrong is None else {**found, "representative": wrong}


def _decider_problem(yes: Yes) -> Problem | None:
    """Why it is not clear who decided: a representative is named with the reason, and only a representative."""
    if (yes.given_by == "representative") != bool(yes.representative.strip()):
        return Problem("representative_needed")
    return text_problem(yes.representative, MAX_REPRESENTATIVE)


def name_key(name: str) -> str:
    """Give one form to all spellings of a name, by which the same person is known again.

    Examples
    --------
    >>> name_key(" José  O’Néill ") == name_key("jose oneill")
    True
    """
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    plain = "".join(sign for sign in letters if not unicodedata.combining(sign))
    return " ".join(NAME_LETTERS.sub("", plain).split())


def contact_key(contact: str) -> str:
    """Give one form to all spellings of an address or a number; empty where it is neither.

    Examples
    --------
    >>> contact_key("+44 1632 960187") == contact_key("(01632) 960-187")
    True
    >>> contact_key(" Cai@Example.org ")
    'cai@example.org'
    """
    if "@" in contact:
        return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", contact).casefold()).strip()
    digits = "".join(sign for sign in contact if sign.isascii() and sign.isdigit())
    return digits[-LAST_DIGITS:] if len(digits) >= LAST_DIGITS else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _may_be_born(text: str, today: date) -> bool:
    born = _day(text)
    return born is not None and born <= today and _years(born, today) <= OLDEST


def _years(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
