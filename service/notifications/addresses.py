"""E-mail addresses as text: one form for all spellings, and what may stand on an envelope. Pure."""

import re
import unicodedata

from service.errors import Invalid

LONGEST = 254  # characters, RFC 5321, 4.5.3.1.3
# A name without quotes and signs that mean something on an envelope (RFC 5322, 3.2.3; RFC 6532 lets other letters in).
NAME = re.compile(r"[^\s\x00-\x1f\x7f()<>\[\]:;@\\,.\"]+(?:\.[^\s\x00-\x1f\x7f()<>\[\]:;@\\,.\"]+)*")


def normal(address: str) -> str:
    """Give one form to all spellings of an address: NFKC, small letters, no blanks around. Never refuses.

    >>> normal(" Ada@Example.org ")
    'ada@example.org'
    """
    return unicodedata.normalize("NFKC", address).casefold().strip()


def for_envelope(address: str) -> str:
    """Return an address as mail servers take it: its host in ASCII, one recipient and nothing else.

    Raises
    ------
    Invalid
        `address`: no mail server could be told it, or it could say more to one than where to.

    >>> for_envelope("zoë@bücher.example")
    'zoë@xn--bcher-kva.example'
    """
    name, at, host = address.strip().rpartition("@")
    try:
        plain = host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise Invalid("address") from error
    usable = re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?", plain)
    if not at or not usable or not NAME.fullmatch(name) or len(name.encode()) > 64 or len(address) > LONGEST:
        raise Invalid("address")
    return f"{name}@{plain}"
