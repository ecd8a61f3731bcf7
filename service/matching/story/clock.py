"""Times of the day in a story: not before, and over by. Pure; every pattern is linear."""

import re
from typing import Final

from service.matching.story.amounts import NUMBERS, Pattern, behind

SCHOOL = ("09:00", "15:00")  # what "school hours" stands for until the person says otherwise; proposed
AFTERNOON_EARLIEST = 7  # "after 7" is in the evening, "after 8" may be either: taken as it stands
AFTERNOON_LATEST = 9  # "home by 9" is in the evening
FIRST, LAST = (6, 0), (8, 0)  # nobody means an earliest time before six, or a latest before eight

_HOUR = (
    r"(\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|noon|midday|half (?:past )?\w{1,6})"
    r"(?:[:.h](\d{2})\b)?\s?(am\b|pm\b|a\.m\.|p\.m\.|o'?clock(?: (?:at night|in the evening))?|uhr\b|h\b|heures\b"
    r"|in the (?:morning|evening|afternoon))?"
)
_THEN = (
    r"(?=\s*(?:$|[.;:!?,)\n\u2013-]|(?:i|i'm|im|i'd|i'll|on|at|and|or|but|because|as|so|when|if|since|please|only|every"
    r"|most|is|would|works?|suits|best|it|we|my|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|week(?:days|ends)?|onwards|during"
    r"|y|et|und|e|i|oder)\b))"
)
_ABOUT = r"\s+(?:about |around )?"
_BETWEEN = re.compile(rf"\b(?:between|from){_ABOUT}{_HOUR}\s*(?:and|to|till|until|-|\u2013){_ABOUT}{_HOUR}{_THEN}")
_EARLIEST = re.compile(
    r"(?<!look )(?<!looking )(?<!looks )\b(?:after|from|not before|no earlier than|nothing before"
    r"|never before|only after|earliest(?: is)?|later than"
    r"|(?:can'?t|don'?t) (?:do |come |make it |get up |get going )?before"
    r"|work(?:ing)? (?:until|till|til)|finish (?:work )?(?:at|around)|get home (?:at|around)"
    r"|nach|ab|nicht vor|après|à partir de|dès|pas avant|después de las?|a partir de las?|dopo le|depois das"
    rf"|a partir das|po godzinie|po){_ABOUT}{_HOUR}{_THEN}"
)
_LATEST = re.compile(
    r"\b(?:before|until|till|til|no later than|not after|nothing after|never after|not past|over by|finish(?:ed)? by"
    r"|(?:home|back|done|gone|away) (?:by|before)|be (?:home|back) for|leave by|ends? by"
    r"|(?:can'?t|don'?t) (?:do |come |go out |be out |stay )?(?:after|past)|busy after|not free after"
    r"|(?:pick|picking|collect|collecting|fetch|fetching) (?:\w{1,12} ){1,4}at|bis|vor|avant|antes de las?|hasta las?"
    rf"|prima delle|fino alle|antes das|até às|przed|do godziny){_ABOUT}{_HOUR}{_THEN}"
)
_SCHOOL = re.compile(
    r"\bschool hours\b|\bduring school\b|\bin school time\b|\bschool drop[- ]?off\b"
    r"|\b(?:while|when|whilst) (?:the |my )?(?:kids|children|they|he|she|girls|boys) (?:are|is) (?:at|in) school\b"
)
_DENIED = re.compile(r"(?:\b(?:no|not|nothing|never|nicht|pas|busy|can'?t|don'?t)(?: \w+){0,2}\s*)$")
_WORKS = re.compile(r"\bwork(?:ing|s)?(?: \w+)? $")
_AFTERNOON = ("p", "in the evening", "in the afternoon", "o'clock at", "o'clock in", "oclock at", "oclock in")
_AS_IT_STANDS = ("a", "in the morning", "uhr", "h")


def _clock(hour: str, minutes: str | None, half: str | None, *, turn: int) -> tuple[int, int] | None:
    """Return hour and minute; up to `turn` o'clock, somebody who says no more means the afternoon."""
    past, half = int(minutes or 0), half or ""
    if hour.startswith("half "):
        hour, past = hour.removeprefix("half ").removeprefix("past "), 30
    number = 12 if hour in ("noon", "midday") else NUMBERS.get(hour, float(hour) if hour.isdecimal() else -1.0)
    if not 0 <= number <= 23 or past > 59:
        return None
    plain = half.startswith(_AS_IT_STANDS) or hour.startswith("0")
    later = half.startswith(_AFTERNOON) or (not plain and number <= turn)
    return int(number) + 12 * (number < 12 and later), past


def _written(at: tuple[int, int] | None, least: tuple[int, int]) -> str | None:
    return None if at is None or at < least else f"{at[0]:02}:{at[1]:02}"


def _earliest(found: re.Match[str]) -> str | None:
    if _DENIED.search(behind(found, 25)) and found[0].startswith("after"):
        return None  # "nothing after 9" is the latest
    return _written(_clock(found[1], found[2], found[3], turn=AFTERNOON_EARLIEST), FIRST)


def _latest(found: re.Match[str]) -> str | None:
    front = behind(found, 25)
    if _WORKS.search(front) or (_DENIED.search(front) and found[0].startswith(("before", "vor", "avant"))):
        return None  # "nothing before 10" is the earliest
    return _written(_clock(found[1], found[2], found[3], turn=AFTERNOON_LATEST), LAST)


def _opens(found: re.Match[str]) -> str | None:
    return _written(_clock(found[1], found[2], found[3] or found[6], turn=AFTERNOON_EARLIEST), FIRST)


def _closes(found: re.Match[str]) -> str | None:
    return _written(_clock(found[4], found[5], found[6], turn=AFTERNOON_LATEST), LAST)


TIMES: Final[tuple[Pattern, ...]] = (
    ("earliest", _SCHOOL, lambda _found: SCHOOL[0]),
    ("latest", _SCHOOL, lambda _found: SCHOOL[1]),
    ("earliest", _BETWEEN, _opens),
    ("latest", _BETWEEN, _closes),
    ("earliest", _EARLIEST, _earliest),
    ("latest", _LATEST, _latest),
)
