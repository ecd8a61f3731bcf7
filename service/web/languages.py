"""The reader's language: the first segment of every page's path. It never looks at a cookie or an account."""

from flask import Flask, g, request
from flask_babel import Babel
from werkzeug.datastructures import LanguageAccept

from service.config import LANGUAGES
from service.errors import NotFound

# What each language calls itself.
NAMES = {
    "en": "English",
    "de": "Deutsch",
    "es": "Español",
    "pt": "Português",
    "fr": "Français",
    "it": "Italiano",
    "pl": "Polski",
    "ur": "اردو",
}
RIGHT_TO_LEFT = frozenset({"ur"})
DEFAULT = LANGUAGES[0]


def init_app(app: Flask) -> None:
    """Have dates, numbers and sentences follow the path."""
    Babel(app, default_locale=DEFAULT, locale_selector=current_language)


def of_path(path: str) -> str | None:
    """Return the language a path begins with, or None."""
    first = path.lstrip("/").split("/", 1)[0]
    return first if first in LANGUAGES else None


def take(_endpoint: str | None, values: dict[str, object] | None) -> None:
    """Take the language out of a matched address; an unknown one is an unknown page."""
    language = str((values or {}).pop("lang", ""))
    if language not in LANGUAGES:
        raise NotFound("page")
    g.lang = language


def give(_endpoint: str, values: dict[str, object]) -> None:
    """Put the reader's language into an address that is being made."""
    values.setdefault("lang", current_language())


def current_language() -> str:
    """Return the language of this page; an answer outside the pages follows the reader's browser."""
    if "lang" not in g:
        g.lang = of_path(request.path) or best(request.accept_languages)
    return str(g.lang)


def best(accepted: LanguageAccept) -> str:
    """Return the language a browser asks for that we have, else English."""
    return accepted.best_match(LANGUAGES) or DEFAULT


def direction(language: str) -> str:
    """Return which way a language is written."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"
