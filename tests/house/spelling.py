"""How a program may write a text: as it is, escaped, quoted, in two bytes a letter, in hex, in base64. Pure."""

import base64
import json
from collections.abc import Iterator
from html import escape
from urllib.parse import quote, quote_plus


def spellings(text: str) -> Iterator[bytes]:
    """Yield each way, in small letters: what it is looked for in must be so, too."""
    for form in (text, escape(text), quote(text), quote(text, safe=""), quote_plus(text), json.dumps(text)[1:-1]):
        yield form.lower().encode()
    raw = text.encode()
    yield text.encode("utf-16-le").lower()
    yield raw.hex().encode()
    for offset in range(3):
        coded = base64.b64encode(b"\0" * offset + raw)
        yield coded[-(-offset * 8 // 6) : (offset + len(raw)) * 8 // 6].lower()
