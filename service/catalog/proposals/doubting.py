"""Whether a proposal may come from a program: then it is shown last, and nothing tells that. Pure."""

import re
from collections.abc import Mapping
from datetime import timedelta

FASTEST = timedelta(seconds=3)  # proposed: nobody reads and fills a form faster
MOST_LINKS = 1  # in texts that are not made for one
SAME_WITHIN = timedelta(days=1)
OWN_FIELDS = frozenset({"url", "email", "your_email"})
_LINK = re.compile(r"https?:|www\.|\[url|<a\s", re.IGNORECASE)


def links(values: Mapping[str, str]) -> int:
    """Count links in fields that are not made for them.

    >>> links({"url": "https://example.org", "description": "Buy at www.example.org or https://example.org"})
    2
    """
    return sum(len(_LINK.findall(text)) for name, text in values.items() if name not in OWN_FIELDS)


def doubt(values: Mapping[str, str], *, trapped: bool, age: timedelta | None, again: bool) -> str | None:
    """Say why a proposal may come from a program; None: nothing speaks for it.

    Parameters
    ----------
    trapped : bool
        Something was written where nobody sees a field.
    age : timedelta or None
        How long ago the form was made; None: it is none of ours.
    again : bool
        The same words came within a day.
    """
    if trapped:
        return "trap"
    if age is None:
        return "form"
    if age < FASTEST:
        return "fast"
    if links(values) > MOST_LINKS:
        return "links"
    return "same" if again else None


def fingerprinted(kind: str, subject: str, values: Mapping[str, str]) -> str:
    """Return the text by which the same proposal is known again, however it is spaced and spelled."""
    said = (" ".join(f"{name}={values[name]}".split()).casefold() for name in sorted(values))
    return "\n".join((kind, subject, *said))
