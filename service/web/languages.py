"""The reader's language, and whether they want it easy: the first segment of every page's path. No cookie, no account.

`/de/…` is German, `/de-easy/…` is German with less on a page, in larger letters and simpler words. The words lie in
`translations/`: `messages` holds the interface, `easy` what is said more simply.
"""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations
from flask import Flask, current_app, g, request
from flask_babel import Babel, Domain, get_locale
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
EASY = "-easy"  # behind the language: easy read
OFFERED = "kith-offered"  # in app.extensions: says which languages the pages have here
SEGMENTS = (*LANGUAGES, *(f"{language}{EASY}" for language in LANGUAGES))
TRANSLATIONS = Path(__file__).parent / "translations"


def _request() -> Any:
    try:
        return g._get_current_object()
    except RuntimeError:  # nobody is asking
        return None


class Spoken(Domain):  # type: ignore[misc]  # flask_babel brings no types
    """The words of the page's language; on an easy page the simpler ones come first."""

    def get_translations(self) -> NullTranslations:
        """Return the catalogue of this request; what it does not hold is said in English.

        A page asks for some six hundred sentences, so that what was found is noted beside the locale that it is for.
        """
        here = _request()
        known = getattr(getattr(here, "_flask_babel", None), "kith_words", None)
        if known is not None and known[0] is here._flask_babel.babel_locale and known[1] == here.get("segment"):
            found: NullTranslations = known[2]
            return found
        locale = get_locale()
        words = catalogue(str(locale) if locale else DEFAULT, easy=locale is not None and is_easy())
        if here is not None and locale is not None:
            here._flask_babel.kith_words = (locale, here.get("segment"), words)
        return words


@lru_cache(maxsize=len(SEGMENTS))
def catalogue(language: str, *, easy: bool) -> NullTranslations:
    """Read the words of a language, once a process."""
    usual = Translations.load(TRANSLATIONS, [language], "messages")
    if not easy:
        return usual
    simple = Translations.load(TRANSLATIONS, [language], "easy")
    simple.add_fallback(usual)
    return simple


def init_app(app: Flask) -> None:
    """Have dates, numbers and sentences follow the path."""
    babel = Babel(app, default_locale=DEFAULT, locale_selector=current_language)
    babel.domain_instance = spoken = Spoken()

    def found() -> NullTranslations:
        return spoken.get_translations()

    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of Jinja's own extension
        gettext=lambda text: found().gettext(text),
        ngettext=lambda one, many, number: found().ngettext(one, many, number),
        newstyle=True,
        pgettext=lambda about, text: found().pgettext(about, text),
        npgettext=lambda about, one, many, number: found().npgettext(about, one, many, number),
    )


def of_path(path: str) -> str | None:
    """Return the language segment a path begins with, or None."""
    first = path.lstrip("/").split("/", 1)[0]
    return first if first in SEGMENTS else None


def take(_endpoint: str | None, values: dict[str, object] | None) -> None:
    """Take the language out of a matched address; an unknown one is an unknown page."""
    segment = str((values or {}).pop("lang", ""))
    if segment not in SEGMENTS:
        raise NotFound("page")
    g.segment = segment


def give(_endpoint: str, values: dict[str, object]) -> None:
    """Put the reader's language into an address that is being made."""
    values.setdefault("lang", current_segment())


def current_segment() -> str:
    """Return how this page's path begins; an answer outside the pages follows the reader's browser."""
    if "segment" not in g:
        g.segment = of_path(request.path) or best(request.accept_languages)
    return str(g.segment)


def current_language() -> str:
    """Return the language of this page."""
    return current_segment().removesuffix(EASY)


def is_easy() -> bool:
    """Tell whether this page is to be easy to read."""
    return current_segment().endswith(EASY)


def in_language(language: str, *, easy: bool) -> str:
    """Return how the paths of a language begin."""
    return f"{language}{EASY}" if easy else language


def best(accepted: LanguageAccept) -> str:
    """Return the language a browser asks for that our pages have, else English."""
    return accepted.best_match(offered()) or DEFAULT


def offered() -> tuple[str, ...]:
    """Return the languages that whoever runs this installation chose for its pages."""
    said: Callable[[], tuple[str, ...]] | None = current_app.extensions.get(OFFERED)
    return said() if said else LANGUAGES


def direction(language: str) -> str:
    """Return which way a language is written."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"
