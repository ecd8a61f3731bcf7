"""What somebody pays to come, read out of a text: sums, and what is free. Pure."""

import re
from collections.abc import Iterator

from service.catalog.reading.suggestion import LIKELY, SURE, Price, Suggestion, suggestion

MOST_PENCE = 100_000  # more is a grant, not a price
SUM = re.compile(
    r"(?P<sign>[£$])\s?(?P<low>\d{1,4}(?:\.\d\d)?)(?!\d|,\d|\.\d|\s?(?:k|m|bn|million|thousand)\b)"
    r"(?:\s?(?:-|–|to|/)\s?[£$]?(?P<high>\d{1,3}(?:\.\d\d)?)(?![\d,:]|\.\d|\s?(?:pm|am|%)))?"
    r"|(?<![\w.,£$])(?P<pence>\d{1,2})p\b|(?<![\w.,£$])(?P<pounds>\d{1,3}) pounds\b"
)
# Sums that are not what one pays: raised, granted, earned, owed, or for something else.
OTHER_BEFORE = re.compile(
    r"\b(?:grants?|rais(?:e|ed|ing)|funds?|funded|donated|donat(?:ing|ion of)|income|earn\w*|worth|valued?|budget"
    r"|turnover|award\w*|prizes?|bursar\w+|sp(?:ent|end|ending)|loans?|lent|bring\w*|money|snacks?|drinks?|pint"
    r"|tickets?|train|fare|deposit|debts?|sav(?:e|es|ed|ing)|parking|café|cafe|coffee|cake|spare|tubes?|gifts?|assets"
    r"|fines?|less than|exceed\w*|total\w*|stipend|scholarships?|benefits? of|net|gross|between|limit\w*|under|below"
    r"|household|distribut\w+|paid out|allowance|wage|salary|cash|courts?|filing|uscis|visas?|passports?|licen[cs]es?"
    r"|claims?|rent|taxe?s?)\b[^.!?\n]{0,40}$",
    re.I,
)
# What a shop asks for its goods, or what one gets for the sum before.
BOUGHT_BEFORE = re.compile(
    r"\b(?:sells?|selling|spares?|tubes?|repairs?|menus?|purchas\w{1,3}|buy(?:s|ing)?|shop|stall)\b[^.!?\n]{0,90}$"
    r"|[£$]\s?\d[\d.]{0,6} (?:\w{1,12} ){0,2}for $",
    re.I,
)
PER_HEAD = re.compile(
    r"\s?(?:per|a|each|/)\s?(?:ride|session|class|person|head|visit|week|month|year|lesson)\b|\s(?:weekly "
    r"|annual )?member",
    re.I,
)
OTHER_AFTER = re.compile(
    r"\s?(?:\w{1,12} ){0,2}(?:worth|grants?|raised|prize|income|donated|budget|vouchers?|bail|fine|off\b|loan|bond"
    r"|refund"
    r"|was |were |has been|(?:is |are )?(?:paid|covered|funded) (?:for )?by|baskets?|groceries|hampers?"
    r"|parcels?|or (?:less|more|under|over|below)\b|for (?:\w{1,12} ){0,2}(?:parking|coffee|lunch)\b"
    r"|in (?:assets|damages"
    r"|value|savings))|\s?of\b(?! the)|\s?parking\b",
    re.I,
)
SHORT_CLAUSE = 16  # letters in front of the sum, as in "Full English £5"
CLAUSE = re.compile(r"[.,;:!?()\n–-]\s?|\b(?:and|or|then)\b\s?")
PAYING = re.compile(
    r"\b(?:costs?|fees?|charg(?:e|es|ed)|prices?|priced|pay|paid|payment|per|membership|members?|entry|admission"
    r"|donations?|each|pp|p/p"
    r"|adults?|concessions?|conc|subs?|subscription|weekly|a (?:week|session|class|visit|year|time|month|head|person)"
    r"|course"
    r"|contribution|\d{1,2} (?:weeks|sessions|items|classes)|session|class|lesson|only|just)\b",
    re.I,
)
# Behind a sum that stands by itself.
ALONE = re.compile(
    r"\s?(?:$|[.,;:!?()/+&\n–-]|(?:per|an?|each|for|to|pp|every|on|if|incl\w*|at the|cash|and|or|then|first"
    r"|both|plus|with)\b"
    r"|\w{1,12} (?:is |are )?included"
    r"|\d|[A-Z(])"
)
FROM = re.compile(r"\b(?:from|starting at|starts at|minimum|at least)(?: (?:as little as|just|only|about))?\s$", re.I)
PER = (
    ("week", re.compile(r"\s?(?:(?:per|a|each|/|every) ?week\b|weekly)", re.I)),
    (
        "course",
        re.compile(
            r"\s?(?:for|per|a|each)?\s?(?:the )?(?:\d{1,2}|\w{3,6})?[ -]?(?:weeks?\b(?! )|weeks|course|term|block)\b",
            re.I,
        ),
    ),
    ("year", re.compile(r"\s?(?:per|a|each|/|every)?\s?(?:year|annum|p\.?a\.?\b|annual\w*|yearly)", re.I)),
    ("membership", re.compile(r"\s?(?:\w{1,12} )?membership", re.I)),
    (
        "once",
        re.compile(r"\s?(?:\w{1,14} ){0,2}(?:application|intake|registration|joining|processing|filing) fee", re.I),
    ),
    ("meal", re.compile(r"\s?(?:per|a|for|each)?\s?(?:\w{1,12} )?(?:meal|lunch|breakfast|dinner)", re.I)),
    ("purchase", re.compile(r"\s?for (?:\w{1,6} )?\d{1,2} items", re.I)),
)
NOT_FREE_OF = (
    r"parking|car park\w*|wi-?fi|transport|tea\b|teas|coffee|refreshments?|drinks?|hot drinks?|from|time|range|school"
    r" meals?"
    r"|church|movement|weights?|style|will|wheel\w*|trial|taster|phone|calls?|cake|biscuits|access|expression|speech"
    r"|bus"
    r"|play|gift|guide|tickets? for|up|of (?!charge|cost)|space|world|and (?:fair|reduced|low)|or (?:low|reduced)"
    r"|thinking"
    r"|society|press|standing|swim for|kit|choice|presbyterian|methodist|masons?|hold|helmets?|bike|mat\b|mats\b"
    r"|goody|bag|t-?shirts?|delivery|uniform|app\b|maps?|magazine|newsletter|ride guide|admission for|entry for|places"
    r"|for (?:under|children|carers|kids|members)|to choose|lunchtime|spirit|day\b|days\b|evening|exchange"
    r"|to (?:contact|call|ask|ring|bring|get|join us|drop|email|come and go)"
)
FREE = re.compile(
    r"\bfree of (?:all )?(?:charge|cost)|\bcosts? nothing\b|\b(?:at |with )?no (?:charge|cost"
    r"|fee)s?\b(?! to (?:the )?(?:school|taxpayer))"
    rf"|\bwithout charge\b|\bno (?:entry|admission|membership|joining) fee"
    rf"|(?<![\w'-])free(?![\w-])(?!\s(?:{NOT_FREE_OF}))",
    re.I,
)
# What is free is only a part of the offer, or free only for some.
FREE_PART = re.compile(
    r"\b(?:parking|car ?parks?|child ?care|cr[eè]che|teas?|coffee|refreshments?|drinks?|transport|minibus|wi-?fi"
    r"|delivery|helmets?|kit|first|1st|tasters?|trial|under[- ]?\d\w{0,3}|children|kids|carers?|companions?|goods"
    r"|medicines?|toll|if|for those|low[- ]income|benefits|students)\b[^.!?;,\n]{0,40}$",
    re.I,
)
_OFFERED = (
    r"(?:sessions?|class(?:es)?|events?|groups?|activit(?:y|ies)|workshops?|courses?|program(?:me)?s?|advice|support"
    r"|services?|counselling|counseling|lessons?|training|coaching|tuition|rides?|swim(?:ming)?|entry|entrance"
    r"|admission|membership|exhibitions?|concerts?|drop-ins?|clinics?|representation|assistance|information|help"
    r"|therap(?:y|ies)|advocacy|consultations?|food|meals?|exercise|walks?|clubs?|talks?|yoga|preparation|guidance"
    r"|tours?|meetings?|performances?|helpline|hire|befriending|mentoring)"
)
FREE_OFFER = re.compile(
    r"\s?(?:$|[.,;:!()\n–-])|\s(?:to (?:all|attend|join|everyone|use|anyone|enter|access|come (?:along|to)|local"
    r"|residents|members|take part)|for (?:all|everyone|everybody|anyone|local|residents|members|life|ever)|but|thanks"
    r"|(?:and|&) (?:friendly|fun|open|easy|welcoming|no|all|you|everyone|the|confidential|independent|impartial))\b"
    r"|\s(?:(?:and )?(?!for\b|at\b|from\b|of\b|with\b|to\b|in\b|on\b)[\w'/-]{1,16},? (?:and |or )?){0,3}"
    rf"{_OFFERED}\b",
    re.I,
)
BEFORE = re.compile(r"([\w']{1,20})[ \n]?$")
# Only behind these, or at the beginning of a clause, does "free" speak of money: "smoke free", "feel free".
_BEHIND = """
is are it's was all a an the our for completely totally absolutely entirely always and or with of to provide provides
providing provided offer offers offering offered deliver delivers delivering give gives giving get receive run runs
running have has include includes including through any local weekly these this charity's also both your regular own
of become arrange arranges that's its their access sessions classes lessons events activities membership entry admission
attendance service services advice courses everything workshops made mostly usually currently receives
"""
FREE_BEHIND = frozenset(_BEHIND.split())


def prices(text: str) -> Iterator[Suggestion]:
    """Yield the prices of a text, the free ones too."""
    for found in SUM.finditer(text):
        yield from _sums(found, text)
    for found in FREE.finditer(text):
        if _is_free(found, text):
            value = Price(pence=0, currency="GBP")
            yield suggestion("price", value, text, found.span(), SURE if len(found[0]) > 4 else LIKELY)


def _is_free(found: re.Match[str], text: str) -> bool:
    """Tell whether it is the group's offer that is free, and not a part of it or a word of another meaning."""
    if FREE_PART.search(text[max(0, found.start() - 60) : found.start()]):
        return False
    if len(found[0]) > len("free"):
        return True
    before = BEFORE.search(text[max(0, found.start() - 20) : found.start()])
    behind = before is None or before[1].lower() in FREE_BEHIND
    after = text[found.end() : found.end() + 110]
    return behind and (FREE_OFFER.match(after) is not None or (before is None and after.startswith((" and ", " but "))))


def _is_price(before: str, after: str) -> bool:
    """Tell whether a sum stands by itself, or with a word of paying; one in the middle of a sentence is seldom a"
    " price.
    """
    clause = CLAUSE.split(before)[-1]
    if OTHER_BEFORE.search(before) or OTHER_AFTER.match(after):
        return False
    if BOUGHT_BEFORE.search(before) and not PER_HEAD.match(after):
        return False
    alone = len(clause) <= SHORT_CLAUSE and ALONE.match(after) is not None
    return alone or PAYING.search(clause) is not None or PAYING.search(CLAUSE.split(after.strip())[0]) is not None


def _sums(found: re.Match[str], text: str) -> Iterator[Suggestion]:
    before, after = text[max(0, found.start() - 110) : found.start()], text[found.end() : found.end() + 30]
    if not _is_price(before, after):
        return
    currency = "USD" if found["sign"] == "$" else "GBP"
    at_least = FROM.search(before) is not None
    per = next((name for name, pattern in PER if pattern.match(after)), "visit")
    for pence in _pence(found):
        if 0 < pence <= MOST_PENCE:
            value = Price(pence=pence, currency=currency, per=per, at_least=at_least)
            yield suggestion("price", value, text, found.span(), SURE)


def _pence(found: re.Match[str]) -> list[int]:
    if found["pence"]:
        return [int(found["pence"])]
    if found["pounds"]:
        return [int(found["pounds"]) * 100]
    return [round(float(part) * 100) for part in (found["low"], found["high"]) if part]
