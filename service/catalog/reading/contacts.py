"""Telephone numbers, pages and how many people, read out of a text; only the group's own. Pure."""

import re
from collections.abc import Iterator

from service.catalog.reading.suggestion import LIKELY, SURE, Suggestion, suggestion

PHONE = re.compile(
    r"(?<![\w./-])(?:(?:\+44\s?(?:\(0\)\s?)?|\(?0)\d{2,4}\)?[ -]?\d{3,4}[ -]?\d{3,4}(?:[ -]?\d{1,3})?"
    r"|0800 ?1111|116 ?123|(?:\+?1[-. ])?\(?\d{3}\)?[-./ ]\d{3}[-.]\d{4})(?![\w-])"
)
URL = re.compile(
    r"(?:\bhttps?://|(?<=(?-i:[A-Z]):)https?://|(?<![\w@/.-])www\.|(?<=(?-i:[A-Z]):)www\.)"
    r"(?:(?!(?-i:[A-Z]{4,20}):(?:www\.|http))(?!https?://)[^\s<>\"'()]){3,300}"
    r"|(?<![\w@/.:-])(?:[a-z0-9][a-z0-9-]{0,60}\.){1,3}(?:org\.uk|co\.uk|gov\.uk|ac\.uk|nhs\.uk|org|com|net|uk|info"
    r"|coop|cafe)\b"
    r"(?!@)(?:/[^\s<>\"'()]{0,300})?",
    re.I,
)
TRAILING = ".,;:!?)]}*’"
GLUED = re.compile(r"(?<=[a-z/])[A-Z]{3,20}$")  # "…/LETS RIDE:": the next line's label, its line break lost
LABEL = re.compile(r" [A-Z]{2,20}:")
# A page is taken for the group's own where it is called so, or where one is sent there to come or to know more.
OWN_PAGE = re.compile(
    r"\b(?:our|my)\b[^.!?\n]{0,50}$|\b(?:web ?sites?|web ?pages?|home ?page|web|facebook(?: page| group)?|site|page"
    r"|visit(?:ing)?|link|see|more (?:info(?:rmation)?|details?)|further (?:info(?:rmation)?|details?)"
    r"|information here|details"
    r"|find out more|find us|follow us|contact(?: us)?|join(?: us)?|register|apply|book(?:ing)?|sign up|available"
    r"|email|tel\w{0,6}|online|go to|look (?:at|on))\b[^.!?\n]{0,45}$|(?:^|\n|[:|(,;/–-] ?|[.!?] |\b(?:at|via|on) )$",
    re.I,
)
# Standing by itself: a line or sentence of its own, or behind a number or an address, with nothing behind it.
ALONE = re.compile(r"(?:^|[.!?)\n]\s{0,2}|\d[ ,;]{1,3}|@[\w.-]{3,60}[ ,;]{1,3})$")
ENDS = re.compile(r"[ .;,]{0,3}(?:\n|$)")
CALLED = re.compile(
    r"(?:\b(?:at|via|on|visit|see|is|(?:web ?)?site|web|page|to|email|or|and)|[:(|,;–-]|^|\n)\s?$", re.I
)
OUR_PAGE = re.compile(r"\bour (?:[\w'-]{1,14} ){0,2}(?:web ?site|site|(?:web ?)?page|facebook)[^.!?\n]{0,30}$", re.I)
NOT_OWN_PAGE = re.compile(
    r"(?:caf[eé]|tea ?rooms?|pub|restaurant|coffee|bakery|stop|lunch|routes?|maps?|gpx|strava|program\w*|campaign"
    r"|parking|car park|sponsor\w*|funded|funders?|supported by|partners?|affiliated|member of|part of|run by"
    r"|hosted (?:at|by)|posting|advert\w*|venue|version|breeze|weather|download|app|survey|questionnaire|recipes?"
    r"|video|donat\w{1,3}"
    r"|parks?|gardens?|museum|reserve|castle|farm|brewery|inn|hotel|reservoir|national trust|destination|visitors?"
    r"|(?:meeting|start|starting) (?:point|place)|fundrais\w{1,3}|charity commission|other (?:rides?|groups?"
    r"|services?|organisations?)|such as|e\.g\.?)\b"
    r"[^.!?\n]{0,50}$",
    re.I,
)
NOT_OWN_HOST = re.compile(
    r"strava|ridewithgps|plotaroute|mapmyride|garmin|goo\.gl|bit\.ly|google\.|gov\.uk/(?!.*(?:group|service))"
    r"|letsride|goskyride|"
    r"britishcycling|\.cafe\b|bikehub|komoot|what3words|w3w|breeze|viewranger|mapometer|gmap|weather|youtube|youtu\.be"
    r"|sustrans|forms\.(?:gle|office)|docs\.|surveymonkey|typeform|jotform|justgiving|gofundme|paypal|zoom\.us"
    r"|wikipedia"
    r"|openstreetmap|maps\.|wikiloc|alltrails|tripadvisor|charitycommission|amazon\.|apple\.com|eventbrite\.\w{2,3}"
    r"(?:\.uk)?/?$|facebook\.com/?$",
    re.I,
)
NOT_OWN_NUMBER = re.compile(
    r"\bfax\W{0,3}$|\b(?:samaritans|childline|emergenc\w{1,3}|police|nhs|council|ambulance|crisis line"
    r"|charity (?:no|number)"
    r"|reg\w{0,9} (?:no|number)|company (?:no|number))\b[^.!?;\n]{0,30}$",
    re.I,
)
_MANY = (
    r"(?:people|places|riders?|participants?|members|women|men|adults|children"
    r"|cyclists|spaces|persons|attendees|students)"
)
SIZE = re.compile(
    r"\b(?:max(?:imum)?(?: of| number(?: of)?| group size(?: of)?| class size(?: of)?)?:?|limited to|no more than"
    r"|limit of"
    rf"|space for|room for|(?:small )?groups? of(?: up to)?|group size:?(?: of)?) (\d{{1,3}})\s?{_MANY}\b"
    r"|\b(?:up to|only) (\d{1,3}) (?:places|riders?|participants?|spaces|in (?:a|the|each) (?:group|class)|per"
    r" (?:group|class))"
    r"|\bmax(?:imum)?(?: of| group size| class size)?:? (\d{1,3})\b(?!\s?(?:miles|mph|km|hours|%|minutes|weeks"
    r"|[:.]\d))"
    r"|(?<![\d£$-])\b(\d{1,3}) (?:places(?: (?:available|only|per|each))?(?=[.,;:)!\n]| (?:available|only|per|each|a"
    r"|on)\b|$)"
    r"|(?:clients|people) are served)\b",
    re.I,
)


def contacts(text: str) -> Iterator[Suggestion]:
    """Yield numbers to ring and pages to look at."""
    for found in PHONE.finditer(text):
        digits = sum(letter.isdigit() for letter in found[0])
        if 6 <= digits <= 13 and not NOT_OWN_NUMBER.search(text[max(0, found.start() - 50) : found.start()]):
            yield suggestion("phone", found[0], text, found.span(), SURE)
    for found in URL.finditer(text):
        glued = LABEL.match(text, found.end()) is not None
        page = (GLUED.sub("", found[0]) if glued else found[0]).rstrip(TRAILING)
        before = text[max(0, found.start() - 70) : found.start()]
        if _is_own(page, before, text[found.start() + len(page) :][:10]):
            span = (found.start(), found.start() + len(page))
            yield suggestion("url", page, text, span, SURE if page.startswith(("http", "www")) else LIKELY)


def _is_own(page: str, before: str, after: str) -> bool:
    """Tell whether a page is the group's own; a bare name glued to a word in front needs to be called a page."""
    alone = ALONE.search(before) is not None and ENDS.match(after) is not None
    bare = not alone and not page.lower().startswith(("http", "www"))
    if NOT_OWN_HOST.search(page) or (bare and not CALLED.search(before)):
        return False
    named = alone or OUR_PAGE.search(before) is not None
    return named or (OWN_PAGE.search(before) is not None and not NOT_OWN_PAGE.search(before))


def sizes(text: str) -> Iterator[Suggestion]:
    """Yield how many people a meeting takes."""
    for found in SIZE.finditer(text):
        number = int(next(group for group in found.groups() if group))
        if 2 <= number <= 500:
            yield suggestion("size", number, text, found.span(), LIKELY)
