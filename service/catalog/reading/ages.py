"""Ages of those who may come, read out of a text: "18 and over", "under 25s", "8-12 year olds". Pure."""

import re
from collections.abc import Iterator

from service.catalog.reading.suggestion import LIKELY, SURE, Suggestion, suggestion

OLDEST = 99
_N = r"(\d{1,2}|eleven|twelve|thirteen|sixteen|eighteen|twenty[- ]?five|fifty|sixty)"
_YEARS = r"(?:\s?(?:years?|yrs?)(?:\s|-)?(?:olds?|of age)?'?s?)?"
NUMBERS = {
    "birth": 0,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "sixteen": 16,
    "eighteen": 18,
    "twenty-five": 25,
    "twenty five": 25,
    "twentyfive": 25,
    "fifty": 50,
    "sixty": 60,
}
_TO = r"\s?(?:-|–|—|to|and|until|through)\s?"
_NOT_AN_AGE = r"(?!\d|\s?(?:am\b|pm\b|%|[:.]\d|weeks?|hours?|months?|minutes?|miles?|mph|km|places|people|items))"
RANGE = re.compile(
    rf"\b(?:aged|ages?|age group|age range|aged from|aged between|ages? from|people|girls|boys|children|adults|men"
    rf"|women)"
    rf"[ :(]{{1,2}}(?:from |between |the ages of )?({_N[1:-1]}|birth|0){_YEARS}{_TO}{_N}{_NOT_AN_AGE}"
    rf"|\b(?:between|from) (?:the )?ages? of {_N}{_YEARS}{_TO}{_N}{_NOT_AN_AGE}"
    rf"|\b(?:between|from) (\d{{1,2}}) (?:and|to) (\d{{1,2}})\s?(?:years? (?:old|of age)|yrs old)"
    rf"|(?<![\d£$:.-])(\d{{1,2}}|birth)\s?(?:-|–|—|to)\s?(\d{{1,2}})\s?-?(?:year(?:s)?[ -]?olds?|years? of age|yrs?\b"
    rf"|years\b"
    rf"(?! (?:ago|later|experience|in|since)))"
    rf"|(?<![\d£$:.-])(\d{{2}})\s?(?:-|–)\s?(\d{{2}})'?s\b|\(\s?(\d{{1,2}})\s?(?:-|–)\s?(\d{{1,2}})\s?\)",
    re.I,
)
LEAST = re.compile(
    rf"\b(?:aged|age|over the age of|age of|ages)\s{_N}{_YEARS}\s?(?:\+|plus\b|(?:and|or|&) (?:over|above|older"
    rf"|up(?:wards?)?)\b)"
    rf"|\b(?:over|above) the age of {_N}|\b(?:aged|age|ages) (?:over|above|from) {_N}\b"
    rf"|(?<![\d£$:.-]){_N}{_YEARS}\s(?:and|or|&) (?:over|above|older)\b(?! \d)"
    rf"|\bover[- ]{_N}'?s|(?<![\d£$:.])(\d{{2}}){_YEARS}\s?\+(?![\d\w])"
    rf"|\b(?:women|men|people|adults|those|anyone|ladies|persons|everyone) (?:who are )?over {_N}\b(?!\s?(?:years(?!"
    rf" (?:old|of))|miles|%))"
    rf"|\bover {_N} years (?:old|of age)|\b(?:minimum age(?: is| of)?|from (?:the )?age(?: of)?|at least) {_N}(?="
    rf" years (?:old|of age)|\b(?! (?:years|week|\w)))"
    rf"|\b(?:minimum age|from (?:the )?age(?: of)?):? (?:is |of )?{_N}\b|\b(?:not suitable for|no|strictly no)"
    rf" under[- ]{_N}'?s?\b"
    rf"|\bunder[- ]{_N}'?s not (?:allowed|admitted|permitted)|\b(?:must be|be aged?) (?:over )?{_N}\b(?= |\.|$)(?!"
    rf" (?:minutes|people|miles))"
    rf"|\({_N}\s?\+\)|\bover {_N} age group|(?:^|(?<=[.;(\n] )|(?<=[.;(\n]))over {_N}(?=[.,;)]|$)"
    rf"|\baged {_N}{_YEARS} to adults?\b",
    re.I,
)
MOST = re.compile(
    rf"(?<!no )(?<!for )\bunder[- ]{_N}'?s\b|\b(?:for|to|of|aged|people|children|girls|boys|adults|those|is) under"
    rf" {_N}\b(?!\s?(?:miles|people|minutes|%))(?:'?s\b)?"
    rf"|\bunder the age of {_N}|\bup to (?:the )?(?:age(?: of)? {_N}|{_N} (?:years (?:old|of age)|yrs old))"
    rf"|\bunder age {_N}\b"
    rf"|\b(?:aged|age|ages) (?:up to|under) {_N}\b|\b(?:aged|age|ages) {_N}{_YEARS} (?:and|or|&) (?:under|below"
    rf"|younger)"
    rf"|(?<![\d£$:.-]){_N}{_YEARS} (?:and|or|&) (?:under|younger)\b(?! \d)|\bU(\d{{1,2}})'?s?\b|\bfor"
    rf" under[- ]{_N}'?s\b",
    re.I,
)
_AT_MOST = re.compile(r"\b(?:up to|and under|or under|younger|below)\b|& under", re.I)
# Somebody else's age, or only a condition for some.
OTHERS_BEFORE = re.compile(
    r"\b(?:parents?|carers?|families|mothers|mums|mothers?-to-be|home)\b[^.!?;\n]{0,50}$"
    r"|\b(?:majority|most|mostly|average|mainly|many|some|half|currently|\d{1,4} members|members are|custody|minors?"
    r"|dependants?|guardian\w{0,8}|grants?|bursar(?:y|ies)|scholarships?|including|e\.?g\.?|such as)\b"
    r"[^.!?;\n]{0,45}$",
    re.I,
)
CONDITION_AFTER = re.compile(
    r"\s?(?:\w{1,10} )?(?:with (?:an? (?:adult|parent|carer|grown-up)|mum|dad)|must|need|accompan|free\b|£|go free"
    r"|half|\(free|are free|should be|(?:may|can) (?:come|attend|join|enter|stay|take part) (?:with|free|if|only)"
    r"|(?:discount|concession|reduced|get|pay|have to)\b)",
    re.I,
)
AMONG_AGES = re.compile(r"\(aged? \d", re.I)  # "Cubs (aged 8-10) and Scouts (10-14)"
SCHOOL_YEARS = re.compile(r"\b(?:school )?years? (?:groups? )?(?:\d{1,2}\s?(?:-|to)\s?)?$", re.I)


def ages(text: str) -> Iterator[Suggestion]:
    """Yield the lowest and the highest age that the text states."""
    lows: list[tuple[int, tuple[int, int]]] = []
    highs: list[tuple[int, tuple[int, int]]] = []
    taken: list[tuple[int, int]] = []
    for found in RANGE.finditer(text):
        low, high = (_number(group) for group in [group for group in found.groups() if group][:2])
        if low < high <= OLDEST + 1 and _of_comers(found, text) and _is_age(found, text):
            lows.append((low, found.span()))
            highs.append((high, found.span()))
            taken.append(found.span())
    for pattern, kept in ((LEAST, lows), (MOST, highs)):
        for found in pattern.finditer(text):
            inside = any(start < found.end() and found.start() < end for start, end in taken)
            if inside or not _of_comers(found, text):
                continue
            number = next(_number(group) for group in found.groups() if group)
            kept.append((number - (pattern is MOST and not _AT_MOST.search(found[0])), found.span()))
            taken.append(found.span())
    yield from _bound("age_min", lows, text, min)
    yield from _bound("age_max", highs, text, max)


def _bound(
    kind: str, kept: list[tuple[int, tuple[int, int]]], text: str, choose: type | object
) -> Iterator[Suggestion]:
    numbers = {number for number, _ in kept}
    if numbers:
        best = min(numbers) if kind == "age_min" else max(numbers)
        where = next(span for number, span in kept if number == best)
        yield suggestion(kind, best, text, where, SURE if len(numbers) == 1 else LIKELY)


def _number(text: str) -> int:
    return NUMBERS[text.lower()] if text.lower() in NUMBERS else int(text)


def _of_comers(found: re.Match[str], text: str) -> bool:
    if CONDITION_AFTER.match(text[found.end() : found.end() + 30]):
        return False
    return OTHERS_BEFORE.search(text[max(0, found.start() - 60) : found.start()]) is None


def _is_age(found: re.Match[str], text: str) -> bool:
    """Tell a bare "(10-12)" that is hours or school years from ages."""
    if not found[0].startswith("("):
        return SCHOOL_YEARS.search(text[max(0, found.start() - 20) : found.start()]) is None
    near = text[max(0, found.start() - 24) : found.start()].lower()
    return AMONG_AGES.search(text) is not None or bool(
        re.search(
            r"(?:years? \d{1,2}(?:-| to )\d{1,2}|people|youth|children|juniors?|teens?|kids|boys"
            r"|girls) ?$",
            near,
        )
    )
