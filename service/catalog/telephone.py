"""Telephone numbers that an operator can ring without extra cost, by the country's pack. Pure.

It looks at the shape alone: whether anybody answers, only ringing can tell.
"""

import re
from dataclasses import dataclass

from service.errors import Invalid

LONGEST_NUMBER = 40  # characters, with the signs between
_SIGNS = re.compile(r"[\s().\-–/·]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Telephone:
    """How numbers of one country are written.

    Attributes
    ----------
    calling_code, trunk : str
        What is dialled in front from abroad, and at home.
    pattern : Pattern
        The digits after either, of every number that costs an ordinary call.
    example : str
        One that is kept free for examples.
    own : Pattern or None
        The digits of numbers that people carry with them; None where they look like all others.
    """

    calling_code: str
    trunk: str
    pattern: re.Pattern[str]
    example: str
    own: re.Pattern[str] | None = None


def international(text: str, telephone: Telephone) -> str:
    """Return a number as it is dialled from anywhere.

    Raises
    ------
    Invalid
        `phone_unreadable` for what is no number, `phone_not_here` for one that is abroad or costs extra.

    Examples
    --------
    >>> gb = Telephone(calling_code="44", trunk="0", pattern=re.compile("1[0-9]{8,9}"), example="01632 960100")
    >>> international("(01632) 960-100", gb), international("+44 (0)1632 960100", gb)
    ('+441632960100', '+441632960100')
    """
    plain = _SIGNS.sub("", text.replace("(0)", ""))
    if len(text) > LONGEST_NUMBER or not re.fullmatch(r"\+?[0-9]{3,15}", plain, re.ASCII):
        raise Invalid("phone_unreadable")
    rest = _at_home(plain, telephone)
    if not telephone.pattern.fullmatch(rest):
        raise Invalid("phone_not_here")
    return f"+{telephone.calling_code}{rest}"


def dialled(text: str) -> str:
    """Return what of a number as it is written is dialled.

    Examples
    --------
    >>> dialled("+44 1632 960-100")
    '+441632960100'
    """
    return "".join(sign for sign in text if sign in "+0123456789")


def is_own(text: str, telephone: Telephone) -> bool:
    """Tell whether a number is one that somebody carries with them, and so may be a person's.

    Examples
    --------
    >>> gb = Telephone(calling_code="44", trunk="0", pattern=re.compile("."), example="", own=re.compile("7[0-9]{9}"))
    >>> is_own("+44 (0)7700 900123", gb), is_own("01632 960100", gb)
    (True, False)
    """
    plain = _SIGNS.sub("", text.replace("(0)", ""))
    return telephone.own is not None and telephone.own.fullmatch(_at_home(plain, telephone)) is not None


def _at_home(plain: str, telephone: Telephone) -> str:
    """Return the digits behind the trunk or the country's code."""
    if plain.startswith("00"):
        plain = f"+{plain[2:]}"
    return plain.removeprefix(f"+{telephone.calling_code}" if plain.startswith("+") else telephone.trunk)
