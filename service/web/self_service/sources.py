"""Where listings come from, and under which licence they may be shown: the attribution each source asks for."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from service.catalog.views import GroupView
from service.web.own_words import in_english, joined

OGL = "Open Government Licence v3.0"
OGL_HREF = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
CONTAINS = "Contains public sector information licensed under the Open Government Licence v3.0: {}."
TRAFFORD_HREF = "https://github.com/traffordDataLab/open_data"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceWords:
    """One list that listings come from; `seeds/SOURCES.md` tells the rest."""

    name: LazyString
    publisher: str
    year: str
    attribution: str
    href: str = TRAFFORD_HREF
    licence: str = OGL
    licence_href: str = OGL_HREF


SOURCES: dict[str, SourceWords] = {
    "trafford-charities": SourceWords(
        name=_("Charities that work in Trafford"),
        publisher="Charity Commission for England and Wales",
        year="2023",
        attribution=CONTAINS.format("Charity Commission for England and Wales; Trafford Council"),
    ),
    "trafford-sports-clubs": SourceWords(
        name=_("Sports clubs in Trafford"),
        publisher="Trafford Council",
        year="2018",
        attribution=CONTAINS.format("Trafford Council"),
    ),
    "trafford-mental-health": SourceWords(
        name=_("Mental health services in Trafford"),
        publisher="Trafford Council",
        year="2018",
        attribution=CONTAINS.format("Trafford Council"),
    ),
    "gm-libraries": SourceWords(
        name=_("Libraries of Greater Manchester"),
        publisher="Trafford Council",
        year="2018, 2023",
        attribution=CONTAINS.format("Trafford Council"),
    ),
    "gm-food-banks": SourceWords(
        name=_("Food banks, pantries and food clubs of Greater Manchester"),
        publisher="GM Poverty Action",
        year="2018",
        attribution=CONTAINS.format("GM Poverty Action; Trafford Council"),
    ),
    "trafford-sport-sites": SourceWords(
        name=_("Sport sites in Trafford"),
        publisher="Sport England, Trafford Council",
        year="2025",
        attribution=f"{CONTAINS.format('Trafford Council')} Contains Data © Sport England.",
    ),
    "casc-sports-clubs": SourceWords(
        name=_("Community amateur sports clubs"),
        publisher="HM Revenue & Customs",
        year="2023",
        attribution=CONTAINS.format("HM Revenue & Customs"),
        href="https://www.gov.uk/government/publications/community-amateur-sports-clubs-casc-registered-with-hmrc--2",
    ),
}
# What is served to the browser and was made by others.
PARTS = (
    {"name": "govuk-frontend", "licence": "MIT", "text": "© Crown Copyright (Government Digital Service)"},
    {"name": "Atkinson Hyperlegible Next", "licence": "OFL 1.1", "text": "© Braille Institute of America"},
)


def of(group: GroupView) -> dict[str, str] | None:
    """Return the source of a real listing that came from a list; None for what was written here."""
    known = SOURCES.get(group.source)
    if known is None:
        return None
    year = group.source_year or known.year
    return {
        "text": joined(", ", (str(known.name), in_english(known.publisher), str(year))),
        "href": known.href,
        "licence": in_english(known.licence),
        "licence_href": known.licence_href,
    }


def every() -> list[dict[str, object]]:
    """Return all sources for the page that lists them."""
    return [
        {
            "name": str(source.name),
            "publisher": in_english(source.publisher),
            "year": source.year,
            "count": None,
            "licence": in_english(source.licence),
            "licence_href": source.licence_href,
            "href": source.href,
            "text": in_english(source.attribution),
        }
        for source in SOURCES.values()
    ]
