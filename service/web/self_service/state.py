"""A search in one address segment: what was typed, sealed for a day. Nothing of it is readable, kept or logged."""

import base64
import json
import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from service.db.sealing import Sealer
from service.errors import Gone, Invalid, Problem

PURPOSE = PLACE = "search"
VALID = timedelta(hours=24)
SKEW = timedelta(minutes=5)  # how far the clocks of two servers may lie apart
LONGEST = 7000  # characters: with the rest of the address inside the 8,190 bytes a server takes on one line


def seal(sealer: Sealer, typed: Mapping[str, object], *, now: datetime) -> str:
    """Return a search as one segment of an address.

    Raises
    ------
    Invalid
        `profile` with `too_much` for the field text: more was written than an address can hold.
    """
    body = json.dumps({"at": int(now.timestamp()), "typed": typed}, ensure_ascii=False, separators=(",", ":"))
    sealed = _letters(sealer.seal(PLACE, zlib.compress(body.encode(), 9)))
    if len(sealed) > LONGEST:
        raise Invalid("profile", fields={"text": Problem("too_much")})
    return sealed


def unseal(sealer: Sealer, sealed: str, *, now: datetime) -> dict[str, object]:
    """Return what was typed.

    Raises
    ------
    Gone
        `unsealable`: damaged, made elsewhere, or more than a day old.
    """
    try:
        data = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        if (
            len(sealed) > LONGEST or _letters(data) != sealed
        ):  # one search has one address: no spare letters, no spare bits
            raise Gone("unsealable")
        held = json.loads(zlib.decompress(sealer.open(PLACE, data)))
    except (ValueError, Invalid) as error:
        raise Gone("unsealable") from error
    age = now.timestamp() - held["at"]
    if not -SKEW.total_seconds() <= age <= VALID.total_seconds():
        raise Gone("unsealable")
    typed: dict[str, object] = held["typed"]
    return typed


def _letters(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
