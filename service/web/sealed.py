"""What is kept in an address alone: sealed for one purpose, for a time. Nothing of it is readable or logged."""

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from service.db.sealing import Sealer
from service.errors import Gone, Invalid

SKEW = timedelta(minutes=5)  # how far the clocks of two servers may lie apart
LONGEST = 7000  # characters: with the rest of the address inside the 8,190 bytes a server takes on one line


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What an address held, and when it was sealed."""

    held: dict[str, Any]
    at: datetime


def seal(
    sealer: Sealer, place: str, name: str, held: Mapping[str, object], *, at: datetime, longest: int
) -> str | None:
    """Return something as one segment of an address; None: that would be longer than `longest`."""
    body = json.dumps({"at": int(at.timestamp()), name: held}, ensure_ascii=False, separators=(",", ":"))
    sealed = _letters(sealer.seal(place, zlib.compress(body.encode(), 9)))
    return sealed if len(sealed) <= longest else None


def unseal(sealer: Sealer, place: str, name: str, sealed: str, *, now: datetime, valid: timedelta) -> Opened:
    """Return what was sealed.

    Raises
    ------
    Gone
        `unsealable`: damaged, made elsewhere or for another purpose, or older than `valid`.
    """
    try:
        data = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        if len(sealed) > LONGEST or _letters(data) != sealed:  # one thing has one address: no spare letters or bits
            raise Gone("unsealable")
        body = json.loads(zlib.decompress(sealer.open(place, data)))
    except (ValueError, Invalid) as error:
        raise Gone("unsealable") from error
    at = datetime.fromtimestamp(body["at"], UTC)
    if not -SKEW <= now - at <= valid:
        raise Gone("unsealable")
    return Opened(held=body[name], at=at)


def _letters(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
