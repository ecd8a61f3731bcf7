"""What every page needs: the frame's links and help lines, and the plain things the root hands to the faces."""

from collections.abc import Mapping
from typing import Any, Protocol, cast

from flask import Flask, Response, current_app, g, make_response
from flask_babel import gettext as _
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader, Template

from service.accounts.limits import Limits
from service.catalog.shown import Shown
from service.catalog.site.known import ByHeart, Here
from service.catalog.telephone import dialled
from service.catalog.where.packs import CountryPack, HelpLine, load_pack
from service.catalog.where.places import Gazetteer
from service.config import Helpline, Settings
from service.db.sealing import Sealer
from service.matching import Matching
from service.matching.counting import Counts
from service.web import languages, versions
from service.web.headers import asset

# Where "Leave this page" goes: large, dull, known everywhere, and the same for everybody.
EXIT_URL = "https://www.wikipedia.org/"
LIMITS = "kith-limits"  # in app.extensions


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

    @property
    def shown(self) -> Shown:
        """The groups that pages show."""

    @property
    def counts(self) -> Counts:
        """Counts what was asked for, and tells of nobody."""

    @property
    def by_heart(self) -> ByHeart:
        """Knows what an administrator set on the page."""

    def as_set(self, here: Here) -> "Services":
        """Return these with what an administrator set in the place of what the environment says."""

    @property
    def mail_channel(self) -> str:
        """The channel of messages to e-mail addresses."""

    def sealer(self, purpose: str) -> Sealer:
        """Seals and opens text for one purpose."""

    def openapi(self) -> Mapping[str, Any]:
        """Return the document of the JSON face."""


def given() -> Services:
    """Return what the root handed to the faces, as the environment says it."""
    return cast("Services", current_app.extensions["kith"])


def services() -> Services:
    """Return what the root handed to the faces, with what an administrator set; the same for the whole request."""
    return _today()[1]


def here() -> Here:
    """Return what an administrator set on the page; the same for the whole request."""
    return _today()[2]


def _today() -> tuple[Services, Services, Here]:
    made = given()
    known = cast("tuple[Services, Services, Here] | None", g.get("as_set"))
    if known is None or known[0] is not made:
        found = made.by_heart.here()
        g.as_set = known = (made, made.as_set(found), found)
    return known


def look_again() -> None:
    """Ask the database anew what an administrator set: it was saved just now, perhaps by another process."""
    given().by_heart.forget()
    g.pop("as_set", None)


def limits() -> Limits:
    """Return how often each thing may be done, as the root laid it out."""
    return cast("Limits", current_app.extensions[LIMITS])


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
    app.jinja_env.globals |= {"site_name": site_name, "site_language": site_language}
    app.extensions[languages.OFFERED] = lambda: here().languages
    app.context_processor(frame)


def frame() -> dict[str, Any]:
    """Return the values that layout.html names."""
    language = languages.current_language()
    return {
        "lang": language,
        "text_direction": languages.direction(language),
        "easy": languages.is_easy(),
        "usual_href": versions.usual_href(),
        "start_href": f"/{languages.current_segment()}/",
        "nav_links": [],
        "help_lines": [help_line(line) for line in country_pack().help_lines],
        "local_help": local_help(),
        "ring_href": f"/{languages.current_segment()}/ring-me" if services().settings.ring_back else "",
        "language_links": versions.language_links(),
        "easy_link": versions.easy_link(),
        "unread_note": versions.unread_note(),
        "sends_mail": services().settings.sends_mail,
        "head_links": lambda: versions.head_links(services().settings),
        "about_links": about_links(languages.current_segment()),
        **look(),
        "exit_url": EXIT_URL,
        "who": "",
        "sign_out_href": "",
    }


def site_name() -> str:
    """Return what the service is called here."""
    return here().name


def site_language() -> str:
    """Return the language of its name."""
    return languages.DEFAULT if here().own_name is None else country_pack().languages[0]


def look() -> dict[str, Any]:
    """Return the addresses of what makes this installation look like itself."""
    found = here()
    size = dict(zip(("width", "height"), found.logo, strict=True)) if found.logo else {}
    mark = f"/look/icon.svg?v={found.version}" if found.colour else asset("kith/icon.svg")
    return {
        "logo": {"href": f"/look/logo.webp?v={found.version}", **size} if size else None,
        "colours_href": f"/look/colours.css?v={found.version}" if found.colour else "",
        "icon_href": mark,
    }


def local_help() -> dict[str, Any] | None:
    """Return the operator's own telephone: what is written, what is dialled, and in whose language the hours are."""
    settings, pack = services().settings, country_pack()
    line = settings.helpline
    if line is None and settings.demo:
        line = Helpline(number=pack.telephone.example, is_example=True)
    if line is None:
        return None
    return {
        "name": line.name,
        "number": line.number.replace(" ", "\u00a0"),
        "href": f"tel:{dialled(line.number)}",
        "hours": line.hours or _("Monday to Friday, 9 am to 5 pm"),
        "hours_lang": pack.languages[0] if line.hours else languages.current_language(),
        "is_example": line.is_example,
    }


def operator() -> dict[str, str] | None:
    """Return who runs this installation, and where they are asked about what is kept; None where nobody said."""
    found = here()
    if not found.operator or not found.contact:
        return None
    begins = "mailto:" if "@" in found.contact else "" if found.contact.startswith("https://") else "tel:"
    leads_to = dialled(found.contact) if begins == "tel:" else found.contact
    return {"name": found.operator, "contact": found.contact, "contact_href": f"{begins}{leads_to}"}


def private(body: str | bytes, status: int = 200, *, mimetype: str = "") -> Response:
    """Send a page or a file that nobody else may keep or find: it shows what somebody typed, or is one person's."""
    answer = make_response(body, status)
    if mimetype:
        answer.headers["Content-Type"] = mimetype
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def easy_first(template: str) -> str | list[str | Template]:
    """Return the easy form of a page's template before the usual one, where somebody asked for easy pages."""
    return [template.replace("self_service/", "easy/"), template] if languages.is_easy() else template


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
        "accessibility": _("Can everyone use this?"),
        "sheet": _("What is on, on paper"),
        "add-a-group": _("Add a group"),
        "sources": _("Where it comes from"),
        "api": _("For developers"),
    }
    return [{"text": text, "href": f"/{segment}/{page}"} for page, text in pages.items()]
