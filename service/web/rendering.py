"""What every page needs: the frame's links and help lines, and the plain things the root hands to the faces."""

from collections.abc import Mapping
from typing import Any, Protocol, cast

from flask import Flask, current_app
from flask_babel import gettext as _
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader

from service.catalog.packs import CountryPack, HelpLine, load_pack
from service.catalog.places import Gazetteer
from service.config import Settings
from service.db.sealing import Sealer
from service.matching import Matching
from service.web import languages, versions

# Where "Leave this page" goes: large, dull, known everywhere, and the same for everybody.
EXIT_URL = "https://www.wikipedia.org/"


class Services(Protocol):
    """What the root made once at start. `service.app.Services` is the one that fits."""

    @property
    def settings(self) -> Settings:
        """What differs between two installations."""

    @property
    def gazetteer(self) -> Gazetteer:
        """Places of every country there is a pack for."""

    @property
    def matching(self) -> Matching:
        """Finds groups that suit a person."""

    def sealer(self, purpose: str) -> Sealer:
        """Seals and opens text for one purpose."""

    def openapi(self) -> Mapping[str, Any]:
        """Return the document of the JSON face."""


def services() -> Services:
    """Return what the root handed to the faces."""
    return cast("Services", current_app.extensions["kith"])


def country_pack() -> CountryPack:
    """Return what is true of this installation's country only."""
    made = services()
    return load_pack(made.gazetteer.root, made.settings.country)


def init_app(app: Flask) -> None:
    """Teach the templates where the vendored parts lie and what the frame needs."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    own = app.jinja_env.loader or app.create_global_jinja_loader()
    vendored = {
        "govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja"),
        "govuk_frontend_wtf": PackageLoader("govuk_frontend_wtf"),
    }
    app.jinja_env.loader = ChoiceLoader([own, PrefixLoader(vendored)])
    app.context_processor(frame)


def frame() -> dict[str, Any]:
    """Return the values that layout.html names."""
    language = languages.current_language()
    return {
        "lang": language,
        "text_direction": languages.direction(language),
        "easy": languages.is_easy(),
        "start_href": f"/{languages.current_segment()}/",
        "nav_links": [],
        "help_lines": [help_line(line) for line in country_pack().help_lines],
        "local_help": None,
        "language_links": versions.language_links(),
        "easy_link": versions.easy_link(),
        "unread_note": versions.unread_note(),
        "head_links": lambda: versions.head_links(services().settings),
        "about_links": about_links(languages.current_segment()),
        "exit_url": EXIT_URL,
        "who": "",
        "sign_out_href": "",
    }


def help_line(line: HelpLine) -> Mapping[str, str]:
    """Say one help line in the reader's language."""
    words = {
        "help_line.emergency": _("Life in danger"),
        "help_line.mental_health": _("Mental health, day or night"),
        "help_line.listening": _("Someone to listen, day or night"),
    }
    note = _("choose option %(option)s", option=line.option) if line.option else ""
    # An emergency number is its own name: it is not said twice.
    who = "" if line.name == line.number else line.name
    return {"what": words.get(line.wording, line.name), "who": who, "number": line.number, "note": note}


def about_links(segment: str) -> list[dict[str, str]]:
    """Return the links at the foot of every page."""
    pages = {
        "how-we-choose": _("How we choose"),
        "privacy": _("Your privacy"),
        "sources": _("Where it comes from"),
        "api": _("For developers"),
    }
    return [{"text": text, "href": f"/{segment}/{page}"} for page, text in pages.items()]
