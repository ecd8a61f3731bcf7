"""The text of one kind of message, and how parameters are put into it. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from string import Formatter

from babel.dates import format_date, format_time

KITH = "Kith"  # what the words call the service
LOCALES = {"en": "en_GB"}  # days before months; other languages have one form


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The text of one kind of message in one language, and for how long it is worth sending."""

    subject: str
    body: str
    lives: timedelta = timedelta(days=4)  # as long as mail servers try (RFC 5321, 4.5.4.1)

    @property
    def needs(self) -> frozenset[str]:
        """Names of the parameters these words ask for."""
        texts = (self.subject, self.body)
        return frozenset(name for text in texts for _, name, _, _ in Formatter().parse(text) if name)


def signed(words: Words, name: str) -> Words:
    """Put the name of the service where the words say Kith.

    >>> signed(Words(subject="A note from Kith", body="{what} at Kith"), "Salford {2}").body
    '{what} at Salford {{2}}'
    """
    if name == KITH:
        return words
    kept = name.replace("{", "{{").replace("}", "}}")  # of the body alone: nothing is put into a subject
    return replace(words, subject=_renamed(words.subject, name), body=_renamed(words.body, kept))


def _renamed(text: str, name: str) -> str:
    return re.sub(rf"\b{KITH}\b", lambda _: name, text)


def filled(text: str, params: Mapping[str, object], language: str = "en") -> str:
    """Put the parameters into the words of a message. Only `link` leads anywhere: what else somebody wrote is text.

    `at` is a day and time as ISO 8601 writes them, where the message is read, `day` a day: they are said in words.
    """
    return text.format_map({name: _said(name, said, language) for name, said in params.items()})


def _said(name: str, said: object, language: str) -> object:
    if name == "link":
        return said
    if name == "day":
        return _day(str(said), language) or in_one_line(said)
    return (name == "at" and _moment(str(said), language)) or in_one_line(said)


def _moment(said: str, language: str) -> str:
    """Say a day and time; nothing where it cannot be read.

    >>> _moment("2026-11-26T10:00", "en"), _moment("2026-11-26T10:00", "de"), _moment("soon", "en")
    ('Thursday, 26 November 2026, 10:00', 'Donnerstag, 26. November 2026, 10:00', '')
    """
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        return ""
    locale = LOCALES.get(language, language)
    day = str(format_date(at.date(), "full", locale=locale))
    return f"{day}, {format_time(at.time(), 'short', locale=locale)}"


def _day(said: str, language: str) -> str:
    """Say a day; nothing where it cannot be read.

    >>> _day("2026-11-26", "en"), _day("soon", "en")
    ('26 November 2026', '')
    """
    try:
        at = date.fromisoformat(said)
    except ValueError:
        return ""
    return str(format_date(at, "long", locale=LOCALES.get(language, language)))


def in_one_line(said: object) -> object:
    """Return a text without signs that end a line or turn it round, and without what a mail program makes a link of.

    >>> in_one_line("Oak\\r\\nSurgery, see https://example.org/x"), in_one_line(7)
    ('Oak Surgery, see https example. org/x', 7)
    """
    if not isinstance(said, str):
        return said
    shown = "".join(sign if sign.isprintable() else " " for sign in said).replace("://", " ")
    return re.sub(r"(?<=\w)\.(?=\w)", ". ", " ".join(shown.split()))
