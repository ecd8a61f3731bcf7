"""A search in one address segment: what was typed, sealed for a day. Nothing of it is readable, kept or logged."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from service.db.sealing import Sealer
from service.errors import Invalid, Problem
from service.web import sealed as addresses

PURPOSE = PLACE = "search"
VALID = timedelta(hours=24)
SKEW, LONGEST = addresses.SKEW, addresses.LONGEST


def seal(sealer: Sealer, typed: Mapping[str, object], *, now: datetime) -> str:
    """Return a search as one segment of an address.

    Raises
    ------
    Invalid
        `profile` with `too_much` for the field text: more was written than an address can hold.
    """
    sealed = addresses.seal(sealer, PLACE, "typed", typed, at=now, longest=LONGEST)
    if sealed is None:
        raise Invalid("profile", fields={"text": Problem("too_much")})
    return sealed


def unseal(sealer: Sealer, sealed: str, *, now: datetime) -> dict[str, object]:
    """Return what was typed.

    Raises
    ------
    Gone
        `unsealable`: damaged, made elsewhere, or more than a day old.
    """
    return addresses.unseal(sealer, PLACE, "typed", sealed, now=now, valid=VALID).held
