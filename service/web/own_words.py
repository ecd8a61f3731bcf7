"""A group's own words on a page in another language: marked as such, so that they are spoken and set as they should be.

What is marked is markup, all else plain text; `joined` and `filled` put both together. It translates nothing.
"""

from collections.abc import Iterable

from markupsafe import Markup, escape

from service.catalog.views import GroupView
from service.web.languages import current_language, direction

ENGLISH = "en"


def foreign(group: GroupView) -> str:
    """Return the language of a group's own words where it is not the page's."""
    return "" if group.language_of_text == current_language() else group.language_of_text


def theirs(text: str | None, group: GroupView) -> str:
    """Return a text of a group, marked where the page is in another language."""
    return marked(text or "", foreign(group))


def in_english(text: str) -> str:
    """Return a text that stands in English on every page: a licence, an attribution."""
    return marked(text, "" if current_language() == ENGLISH else ENGLISH)


def marked(text: str, language: str) -> str:
    """Mark a text with its language; one that is the page's own, empty or marked already stays as it is."""
    if not text or not language or isinstance(text, Markup):
        return text
    return Markup('<span lang="{}" dir="auto">{}</span>').format(language, text)


def without_marks(text: str) -> str:
    """Return a text that may be marked as it reads."""
    return text.striptags() if isinstance(text, Markup) else text


def isolated(text: str) -> str:
    """Keep what somebody typed, or a name, in its own order inside a sentence that runs from right to left."""
    return f"\u2068{text}\u2069" if text and direction(current_language()) == "rtl" else text


def joined(between: str, parts: Iterable[str]) -> str:
    """Join texts of which some may be marked; what is empty is left out."""
    kept = [part for part in parts if part]
    some = any(isinstance(part, Markup) for part in kept)
    return escape(between).join(kept) if some else between.join(kept)


def filled(sentence: object, **values: str) -> str:
    """Put texts, of which some may be marked, into a sentence of the interface."""
    some = any(isinstance(value, Markup) for value in values.values())
    return Markup(sentence) % values if some else str(sentence) % values  # noqa: S704  # the sentence is ours
