"""What somebody says who asks to be rung, what is wrong with it, and by when they are rung. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from service.catalog.telephone import Telephone, international
from service.errors import Invalid, Problem

RING_STATES = ("waiting", "reached", "ran_out")
SUITS = ("any", "morning", "afternoon", "evening")
LONGEST = {"name": 60, "about": 500}  # characters
SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class RingIn:
    """One wish to be rung, checked."""

    name: str
    number: str
    suits: str
    language: str
    may_leave_message: bool
    about: str


def read(typed: Mapping[str, str], telephone: Telephone, languages: Collection[str]) -> RingIn:
    """Read what was typed.

    Parameters
    ----------
    typed : mapping of str to str
        `name`, `number`, `suits`, `language`, `message` (``yes`` or ``no``) and `about`.
    telephone : Telephone
        Which numbers can be rung.
    languages : collection of str
        Codes of the languages that may be asked for.

    Raises
    ------
    Invalid
        `ring`, with a problem for each field: `needed`, `too_long`, `unknown_choice`, `phone_unreadable` or
        `phone_not_here`.
    """
    problems = _words(typed) | _number(typed, telephone)
    for field, choices in (("suits", SUITS), ("language", languages), ("message", ("yes", "no"))):
        if typed.get(field, "") not in choices:
            problems[field] = Problem("unknown_choice")
    if problems:
        raise Invalid("ring", fields=problems)
    return RingIn(
        name=" ".join(typed["name"].split()),
        number=" ".join(typed["number"].split()),
        suits=typed["suits"],
        language=typed["language"],
        may_leave_message=typed["message"] == "yes",
        about=typed.get("about", "").strip(),
    )


def _words(typed: Mapping[str, str]) -> dict[str, Problem]:
    found = {} if typed.get("name", "").strip() else {"name": Problem("needed")}
    for field, longest in LONGEST.items():
        if len(typed.get(field, "")) > longest:
            found[field] = Problem("too_long", {"longest": longest})
    return found


def _number(typed: Mapping[str, str], telephone: Telephone) -> dict[str, Problem]:
    number = typed.get("number", "").strip()
    if not number:
        return {"number": Problem("needed")}
    try:
        international(number, telephone)
    except Invalid as error:
        return {"number": Problem(error.code)}
    return {}


def rung_by(day: date, working_days: int, holidays: Collection[date]) -> date:
    """Return the last day of so many working days after a day.

    Examples
    --------
    >>> rung_by(date(2026, 11, 20), 2, ()), rung_by(date(2026, 12, 23), 2, {date(2026, 12, 25)})
    (datetime.date(2026, 11, 24), datetime.date(2026, 12, 28))
    """
    while working_days:
        day += timedelta(days=1)
        working_days -= day.weekday() < SATURDAY and day not in holidays
    return day
