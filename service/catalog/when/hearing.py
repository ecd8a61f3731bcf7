"""Hearing what is said of a meeting, phrase by phrase from the left; what no phrase fits is named. Pure."""

import re
from collections.abc import Callable

from service.catalog.when.clock_words import TIME, hours
from service.catalog.when.heard import DATE, DAY, MONTH, Heard, between, day, days_between, month, weekday
from service.catalog.when.plan import OUTSIDE_TERMS, PUBLIC_HOLIDAYS, NotRead

Match = re.Match[str]
Hear = Callable[[Heard, "Match"], None]
NUMBERS = {"one": 1, "a": 1, "an": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "half": 0}
NTHS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1, "other": 2, "alternate": 2}
NTH = r"(?:1st|2nd|3rd|4th|5th|first|second|third|fourth|fifth|last)\b"
COUNT = r"(?:\d{1,2}|one|two|three|four|five|six)\b"
UPON = r"(?:\s(?:for|on|in|during))?(?:\sthe)?\b"
TO = r"\s?(?:-|to|until|till|through)\s?"


def _count(words: str) -> int:
    digits = re.match(r"\d+", words)
    return int(digits[0]) if digits else NTHS.get(words) or NUMBERS[words]


def _off(heard: Heard, _: Match) -> None:
    heard.off = heard.dangling = True


def _or(heard: Heard, _: Match) -> None:
    """One or the other is no rule; without one or the other is."""
    if not heard.off:
        raise NotRead("not_understood")


def _one_holiday(_: Heard, __: Match) -> None:
    """One holiday of a month is neither all holidays nor the whole month."""
    raise NotRead("not_understood")


def _public(heard: Heard, _: Match) -> None:
    _only_off(heard, PUBLIC_HOLIDAYS)


def _school(heard: Heard, _: Match) -> None:
    _only_off(heard, OUTSIDE_TERMS)


def _only_off(heard: Heard, rest: str) -> None:
    """A meeting on nothing but holidays is not what a rule can say."""
    if not heard.off:
        raise NotRead("not_understood")
    heard.rests.append(rest)


def _term(heard: Heard, found: Match) -> None:
    if heard.off and not re.search("only|in |during", found[0]):
        raise NotRead("not_understood")
    heard.off = False
    heard.rests.append(OUTSIDE_TERMS)


def _until(heard: Heard, found: Match) -> None:
    heard.off, heard.until = False, day(found["date"], heard.first or heard.today)


def _first(heard: Heard, found: Match) -> None:
    heard.off, heard.first = False, day(found["date"], heard.today)
    heard.until = day(found["last"], heard.first) if found["last"] else heard.until
    if found["day"] and weekday(found["day"]) != heard.first.weekday():
        raise NotRead("weekday_differs")


def _days_off(heard: Heard, found: Match) -> None:
    if not heard.off:
        raise NotRead("not_understood")
    first = day(found["date"], heard.today)
    heard.days_off += days_between(first, day(found["last"], first))


def _day(heard: Heard, found: Match) -> None:
    said = day(found["date"], heard.today)
    if found["day"] and weekday(found["day"]) != said.weekday():
        raise NotRead("weekday_differs")
    (heard.days_off if heard.off else heard.days).append(said)


def _months(heard: Heard, found: Match) -> None:
    first = month(found["month"]) - 1
    last = month(found["last"]) - 1 if found["last"] else first
    wanted = heard.months_off if heard.off else heard.months_on
    wanted += [one + 1 for one in between(first, last, 12)]


def _weeks(heard: Heard, found: Match) -> None:
    heard.off = False
    count = found.groupdict().get("count")
    heard.every = _count(count) if count else 1


def _fortnight(heard: Heard, _: Match) -> None:
    heard.off, heard.every = False, 2


def _monthly(heard: Heard, found: Match) -> None:
    heard.off, heard.monthly = False, True
    count = found.groupdict().get("count")
    heard.every = _count(count) if count else heard.every


def _nth(heard: Heard, found: Match) -> None:
    if heard.off:
        raise NotRead("not_understood")
    heard.nths.append(_count(found[0]) if found[0] != "last" else -1)


def _every(heard: Heard, _: Match) -> None:
    heard.off, heard.said_every = False, True


def _all_days(*days: int) -> Hear:
    def take(heard: Heard, _: Match) -> None:
        (heard.weekdays_off if heard.off else heard.weekdays).extend(days)

    return take


def _weekdays(heard: Heard, found: Match) -> None:
    first = weekday(found["day"])
    last = weekday(found["last"]) if found["last"] else first
    (heard.weekdays_off if heard.off else heard.weekdays).extend(between(first, last, 7))


def _hours(heard: Heard, found: Match) -> None:
    if heard.hours:
        raise NotRead("second_time")
    heard.off, heard.hours = False, hours(found["begins"], found["ends"])
    if not heard.hours:
        raise NotRead("no_such_time")


def _length(heard: Heard, found: Match) -> None:
    number = float(found["count"]) if found["count"][0].isdigit() else _count(found["count"])
    more = 0.5 if found["half"] or found["more"] or found["count"] == "half" else 0
    heard.minutes = round((number + more) * (60 if found["unit"].startswith("h") else 1))


def _pass(_: Heard, __: Match) -> None:
    """A word that changes nothing."""


CLOCK = rf"(?!{DATE}){TIME}"
EVERY = rf"every (?P<count>{COUNT}|{NTH}|other\b)"
# The first that fits is taken, so what is longer stands before what is shorter.
PHRASES = (
    (re.compile(r"[\s,.;:()&+/]+"), _pass),
    (re.compile(r"or\b"), _or),
    (re.compile(rf"{MONTH} (?:public|bank) \w+"), _one_holiday),
    (
        re.compile(
            r"(?:but )?(?:except(?:ing)?|excluding|apart from|not|never|closed|without|no (?:meetings?|sessions?))"
            rf"{UPON}"
        ),
        _off,
    ),
    (re.compile(r"(?:public|bank)\s?(?:holidays?|hols?)\b"), _public),
    (re.compile(r"school (?:holidays?|hols)\b"), _school),
    (re.compile(r"(?:only )?(?:(?:in|during) )?(?:the )?(?:school )?term[ -]?(?:times?|s)?(?: only)?\b"), _term),
    (re.compile(rf"(?P<date>{DATE}){TO}(?P<last>{DATE})"), _days_off),
    (re.compile(rf"(?:until|till?|ending|ends?|up to) (?:on )?(?:the )?(?:{DAY},? )?(?P<date>{DATE})"), _until),
    (
        re.compile(
            r"(?:from|start(?:s|ing)?(?: on| from)?|since|beginn?(?:s|ing)?(?: on)?) (?:the )?"
            rf"(?:(?P<day>{DAY}),? )?(?P<date>{DATE})(?:{TO}(?P<last>{DATE}))?"
        ),
        _first,
    ),
    (re.compile(rf"(?:(?P<day>{DAY}),? )?(?:the )?(?P<date>{DATE})"), _day),
    (re.compile(rf"(?:only )?(?:in |during |from )?(?P<month>{MONTH})(?:{TO}(?P<last>{MONTH}))?(?: only)?"), _months),
    (re.compile(r"(?:every (?:other|alternate)|alternate|alternating)\b(?: weeks?\b)?"), _fortnight),
    (re.compile(r"(?:every )?fortnight(?:ly)?\b"), _fortnight),
    (re.compile(rf"{EVERY} weeks?\b"), _weeks),
    (re.compile(r"(?:weekly|every week|each week|once a week)\b"), _weeks),
    (re.compile(rf"(?:(?:of|in) )?{EVERY} months?\b"), _monthly),
    (re.compile(r"(?:monthly|once a month|(?:(?:of|in) )?(?:a|the|every|each|per) month)\b"), _monthly),
    (re.compile(r"(?:daily|every ?day|each day)\b"), _all_days(*range(7))),
    (re.compile(r"(?:every )?week ?days?\b"), _all_days(*range(5))),
    (re.compile(r"(?:every )?week ?ends?\b"), _all_days(5, 6)),
    (re.compile(r"(?:every|each)\b"), _every),
    (re.compile(NTH), _nth),
    (re.compile(rf"(?P<day>{DAY})(?:{TO}(?P<last>{DAY}))?"), _weekdays),
    (
        re.compile(
            r"for (?:about )?(?P<count>\d{1,4}(?:\.5)?|half|an?|one|two|three|four) ?(?P<half>and a half )?(?:an )?"
            r"(?P<unit>minutes?|mins?|hours?|hrs?)\b(?P<more> and a half)?"
        ),
        _length,
    ),
    (re.compile(rf"between (?P<begins>{CLOCK}) and (?P<ends>{CLOCK})"), _hours),
    (re.compile(rf"(?:from |at )?(?P<begins>{CLOCK})(?:{TO}(?P<ends>{CLOCK}))?"), _hours),
    (re.compile(r"(?:and|on|at|in|the|of|we|it|meets?|meeting|o'clock|only|from|also|usually held|held)(?!\w)"), _pass),
)
OFF_DAYS = (_public, _school, _days_off, _day, _months, _weekdays)  # what may follow "except"


def hear(text: str, heard: Heard) -> None:
    """Take in a whole text, in small letters and with single blanks.

    Raises
    ------
    NotRead
        With the place of the words that were not understood.
    """
    at, off = 0, (0, 0)
    while at < len(text):
        found, take = _next(text, at)
        if heard.dangling and take not in (_pass, _off, *OFF_DAYS):
            raise NotRead("not_understood", found.start(), found.end())
        heard.dangling = heard.dangling and take not in OFF_DAYS
        try:
            take(heard, found)
        except NotRead as error:
            raise NotRead(error.code, found.start(), found.end()) from None
        at, off = found.end(), found.span() if take is _off else off
    if heard.dangling:
        raise NotRead("not_understood", *off)


def _next(text: str, at: int) -> tuple[Match, Hear]:
    for pattern, take in PHRASES:
        if found := pattern.match(text, at):
            return found, take
    word = re.compile(r"\w+|\S").match(text, at)
    raise NotRead("not_understood", at, word.end() if word else at + 1)
