"""Figures in a story: age, money, distance. Only what is stated, never worked out. Pure; every pattern is linear."""

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from service.catalog.words.lookalikes import word_set
from service.catalog.words.taxonomy import KIN
from service.matching.profile import MAX_PRICE, MAX_REACH_KM
from service.matching.story.words import Reading

OLDEST, YOUNGEST = 110, 10  # years that somebody says of themselves
KM_PER_MILE: Final = 1.609344
NUMBERS: Final = {
    word: float(number)
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), start=1
    )
} | {"half a": 0.5, "a": 1.0, "a couple of": 2.0}


class Figure(NamedTuple):
    """A figure with the field it belongs to and the piece of the text that states it."""

    field: str
    value: str | int | float
    start: int
    end: int


Read = Callable[[re.Match[str]], str | int | float | None]
Pattern = tuple[str, re.Pattern[str], Read]


def figures(reading: Reading, patterns: tuple[Pattern, ...]) -> Iterator[Figure]:
    """Yield every figure that a story states about its own person."""
    flat = flattened(reading.text)
    for field, pattern, read in patterns:
        for found in pattern.finditer(flat):
            value = read(found)
            if value is not None and not reading.of_others(reading.span(found.start(), found.end())[0]):
                yield Figure(field, value, found.start(), found.start() + len(found[0].rstrip()))


def flattened(text: str) -> str:
    """Return a text in small letters and plain apostrophes, letter for letter as long as it was.

    >>> flattened("I’m IN İzmir")
    "i'm in İzmir"
    """
    small = "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)
    return small.translate({0x2019: "'", 0x2BC: "'", 0xA0: " "})


def behind(found: re.Match[str], letters: int) -> str:
    """Return the few letters in front of a find."""
    return found.string[max(0, found.start() - letters) : found.start()]


def _number(text: str) -> int | float:
    amount = round(NUMBERS[text] if text in NUMBERS else float(text.replace(",", ".")), 2)
    return int(amount) if amount == int(amount) else amount


# ---- age -------------------------------------------------------------------------------------------------------------

_NOT_YEARS = (
    r"(?!\d|\+|\s?(?:%|per ?cent|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|miles?|km|kilomet\w+|met\w+|m\b|stone"
    r"|st\b|kilos?|kg|lbs?|pounds?|foot|feet|ft|inch\w*|cm|stops?|streets?|doors?|floors?|times?|and a half|of\b|quid"
    r"|years? (?!old)|yrs? (?!old)|pm\b|am\b|:|/|[.,]\d|-\d|euros?|(?:and|or) over|to \d))"
)
_AGE = re.compile(
    r"(?<![\w'.,£$€-])(?:(?:i'?m|i am|i'?ve (?:just |recently )?turned|i (?:just |recently )?turned|just turned"
    r"|my age is|age:?|aged)\s+(?:only |already |now |just )?(\d{2,3})" + _NOT_YEARS + r"(?:\s+years? old)?"
    r"|(\d{2,3})[ -]?(?:years?|yrs?)[ -]old\b|(\d{2,3})\s?(?:yo|y/o)(?!\w)"
    r"|(?:tengo|j'ai|ho|tenho|mam)\s+(\d{2,3})\s+(?:años|anos|ans|anni|lat|lata)\b"
    r"|ich bin\s+(\d{2,3})(?=\s*(?:jahre|[.,;!?]|$|und\b))|(?:rwy'n|dw i'n|dwi'n)\s+(\d{2,3})\s+(?:oed|mlwydd)\b"
    r"|میری عمر\s+(\d{2,3})\s+سال)"
)
_NOT_MINE: Final = KIN | word_set(
    "he she his her our they dog cat horse kids children child boy girl baby who people adults"
)


def _age(found: re.Match[str]) -> int | None:
    years = int(next(group for group in found.groups() if group))
    near = {*re.findall(r"\w+", behind(found, 30))[-3:], *re.findall(r"\w+", found.string[found.end() :][:20])[:1]}
    own = found[0].startswith(("i", "my age", "tengo", "j'ai"))
    counted = found[2] is not None and behind(found, 4).strip().endswith(("my", "our"))
    return None if not YOUNGEST <= years <= OLDEST or counted or (near & _NOT_MINE and not own) else years


# ---- money -----------------------------------------------------------------------------------------------------------

_AMOUNT = r"(\d{1,3}(?:[.,]\d{1,2})?)"
_SUM = rf"(?:[£$€]\s?{_AMOUNT}|{_AMOUNT}\s?(?:pounds?|quid|euros?|dollars?|€|zł|złotych|livres)\b)"
_LIMIT = (
    r"(?:more than|over|above|up to|under|less than|max(?:imum)?(?: of)?|at most|afford|below|only pay|can pay"
    r"|can spend|only spend|spend|limit(?: is)?|más de|hasta|máximo|jusqu'à|plus de|höchstens|bis zu|maximal|mehr als"
    r"|al massimo|fino a|più di|no máximo|até|mais de|maksymalnie|najwyżej)"
)
_LONGER = r"(?!\d|\s?(?:a|per|each|every|/|pro|al|par|por|na)?\s?(?:month|year|annum|monat|mois|mes\b|mese|miesi|yr\b))"
_MONEY = re.compile(
    rf"\b{_LIMIT}\s+(?:about |around |maybe )?{_SUM}{_LONGER}"
    rf"|(?<![\d.,£$€]){_SUM}\s?(?:max\b|maximum|at (?:the )?most|tops\b|or less|or under|höchstens|maximal)"
)
_EARNS = re.compile(r"\b(?:i|we) (?:get|earn|have|make|pay|paid|spent|owe|save|won|win|got)\W+(?:\w+\W+)?$")
_FREE = re.compile(
    r"\b(?:(?:must|has to|have to|needs to|need to|got to|should) be (?:completely |totally )?free"
    r"(?: of charge)?\b(?! from\b)"
    r"|(?:something|anything|somewhere|ideally|preferably|completely|totally) free\b(?! (?:of|from|on|in|at|time|to)\b)"
    r"|(?:for free|free of charge|free only|costs? nothing|no cost|doesn'?t cost anything|free ones?)\b"
    r"|free (?:groups?|activit\w+|class(?:es)?|things?|stuff|clubs?|events?|sessions?|entry|places to go)\b"
    r"|(?:can'?t|cannot|can not) (?:pay|afford) (?:anything|for anything|a penny)\b"
    r"|(?:tiene que ser|algo) gratis|(?:doit être|quelque chose de) gratuit|muss kostenlos|etwas kostenloses"
    r"|(?:deve essere|qualcosa di) gratuito|(?:tem de ser|algo) (?:grátis|gratuito)|de graça|za darmo)"
)


def _money(found: re.Match[str]) -> float | int | None:
    amount = _number(next(group for group in found.groups() if group))
    return None if amount > MAX_PRICE or _EARNS.search(behind(found, 30)) else amount


# ---- distance --------------------------------------------------------------------------------------------------------

_FAR = (
    r"(half a|a couple of|a|one|two|three|four|five|six|seven|eight|nine|ten|twelve|\d{1,2}(?:[.,]\d)?)\s?"
    r"(miles?|kms?|kilomet(?:er|re)s?|kilómetros|quilómetros|chilometri|kilomètres|kilometrów|milltir)\b"
)
_DISTANCE = re.compile(
    r"\b(?:within|up to|under|less than|(?:no|not|n't \w{2,6}) (?:more|further|farther) than|at most"
    r"|max(?:imum)?(?: of)?|(?:further|farther) than|beyond|only (?:go|travel)|can (?:go|travel)|radius of"
    r"|menos de|hasta|moins de|jusqu'à|bis zu|höchstens|maximal|weniger als|meno di|fino a|até|o fewn|w promieniu)\s+"
    rf"(?:about |around |maybe )?{_FAR}(?! (?:long|walks?|runs?|race))"
    rf"|(?<![\d.,]){_FAR}\s+(?:max\b|maximum|at (?:the )?most|tops\b|radius|or less|is my limit)"
)
_SPORT = re.compile(r"\b(?:walk|run|ran|cycl|swim|hik|rid|jog|row)\w*\s+(?:\w+\s+)?$")


def _distance(found: re.Match[str]) -> float | None:
    if _SPORT.search(behind(found, 30)):
        return None  # what somebody likes to walk is not how far they would go
    number, unit = (group for group in found.groups() if group)
    km = round(_number(number) * (KM_PER_MILE if unit.startswith(("mile", "milltir")) else 1), 1)
    return km if 0 < km <= MAX_REACH_KM else None


STATED: Final[tuple[Pattern, ...]] = (
    ("age", _AGE, _age),
    ("cost_max", _FREE, lambda _found: 0),
    ("cost_max", _MONEY, _money),
    ("max_km", _DISTANCE, _distance),
)
