"""The accessibility statement: its facts are read from one file, which the tests compare with what is really so."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.dates import format_date
from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from service.accounts.permissions import Permission
from service.web.access import allow
from service.web.figures import locale_of
from service.web.languages import current_language, offered
from service.web.rendering import country_pack

FACTS = Path(__file__).with_name("accessibility.toml")
LIMITS = {
    "screen_readers": _l("No blind person has tried it with a screen reader yet. A program has looked at each page."),
    "real_phones": _l("It was tried in small windows on a computer, not on real phones."),
    "other_browsers": _l("It was tried in Chromium. Firefox and Safari should work, but we have not looked."),
    "native_readers": _l("No native speaker has read every language yet. Such pages say so at their foot."),
    "groups_words": _l("Groups write about themselves. We do not change their words, so some are hard to read."),
    "lists_are_long": _l("A list of groups is long on a phone. The first three come first, so you can stop there."),
}


def register(blueprint: Blueprint) -> None:
    """Add the page."""
    blueprint.add_url_rule("/accessibility", "accessibility", show)


@lru_cache(maxsize=1)
def facts() -> dict[str, Any]:
    """Return what the statement says."""
    return tomllib.loads(FACTS.read_text(encoding="utf-8"))


@allow(Permission.PUBLIC)
def show() -> ResponseReturnValue:
    """Show the statement."""
    said = facts()
    locale = locale_of(current_language(), country_pack().code)
    return render_template(
        "accessibility.html",
        said=said,
        checked_on=format_date(said["checked_on"], "long", locale=locale),
        limits=[LIMITS[code] for code in said["limits"]],
        languages=len(offered()),
    )
