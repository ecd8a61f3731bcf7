"""One page in other words: in each language, easy to read, and its one public address. It keeps nothing."""

import tomllib
from functools import lru_cache
from urllib.parse import quote

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.config import Settings
from service.web import languages

READERS = languages.TRANSLATIONS / "readers.toml"
Link = dict[str, object]


def rest_of_path() -> str:
    """Return this page's path behind the language; one that was not found, or answers a form, stands for the start."""
    here = request.path if request.method in ("GET", "HEAD") and request.url_rule else "/"
    segment = languages.of_path(here)
    return quote(here).removeprefix(f"/{segment}") if segment else "/"


def language_links() -> list[Link]:
    """Return this page in each language, easy where this one is; nothing where there is but one."""
    offered = languages.offered()
    if len(offered) == 1:
        return []
    current, easy, rest = languages.current_language(), languages.is_easy(), rest_of_path()
    return [
        {
            "code": code,
            "name": languages.NAMES[code],
            "href": f"/{languages.in_language(code, easy=easy)}{rest}",
            "current": code == current,
        }
        for code in offered
    ]


def easy_link() -> dict[str, str]:
    """Return the way to this page in easy words, or back."""
    easy = languages.is_easy()
    text = _("Back to the usual words") if easy else _("Easy to read")
    return {
        "text": text,
        "href": f"/{languages.in_language(languages.current_language(), easy=not easy)}{rest_of_path()}",
    }


def base_address(settings: Settings) -> str:
    """Return how the whole addresses of our pages begin; a demonstration is wherever it was opened."""
    return request.url_root.rstrip("/") if settings.demo else settings.public_url


def usual_href() -> str:
    """Return the address of this page in full."""
    return f"/{languages.current_language()}{rest_of_path()}"


def head_links(settings: Settings) -> list[dict[str, str]]:
    """Return what a public page tells search engines: its one address, and itself in each language."""
    base, rest = base_address(settings), rest_of_path()
    here = f"{base}/{languages.current_language()}{rest}"
    others = [{"rel": "alternate", "hreflang": code, "href": f"{base}/{code}{rest}"} for code in languages.offered()]
    default = {"rel": "alternate", "hreflang": "x-default", "href": f"{base}/{languages.DEFAULT}{rest}"}
    return [{"rel": "canonical", "hreflang": "", "href": here}, *others, default]


def in_offered() -> ResponseReturnValue | None:
    """Lead from a page in a language that is not offered here to the same page in English."""
    rule = request.url_rule
    if rule is None or "<lang>" not in rule.rule or request.method not in ("GET", "HEAD"):
        return None
    segment = languages.current_segment()
    if languages.current_language() in languages.offered():
        return None
    english = languages.in_language(languages.DEFAULT, easy=languages.is_easy())
    there = quote(request.path).replace(f"/{segment}/", f"/{english}/", 1)
    asked = request.query_string.decode("ascii", "replace")
    return redirect(f"{there}?{asked}" if asked else there, 302)


def unread_note() -> dict[str, str] | None:
    """Return what a page says that no native reader has checked, with the way to English; None where one has."""
    language = languages.current_language()
    if language == languages.DEFAULT or is_read(language):
        return None
    english = languages.in_language(languages.DEFAULT, easy=languages.is_easy())
    return {
        "text": _("No native speaker has read this translation yet. Tell us if something sounds wrong."),
        "english": languages.NAMES[languages.DEFAULT],
        "href": f"/{english}{rest_of_path()}",
    }


def is_read(language: str) -> bool:
    """Tell whether a native reader has checked the translation."""
    return bool(_readers()[language].get("read_on"))


@lru_cache(maxsize=1)
def _readers() -> dict[str, dict[str, str]]:
    return tomllib.loads(READERS.read_text(encoding="utf-8"))
