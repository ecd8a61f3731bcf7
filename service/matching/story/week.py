"""Days and parts of the day in a story, wanted or ruled out. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from service.catalog.words.lookalikes import word_set
from service.matching.profile import DAYS, PARTS
from service.matching.story.cues import week
from service.matching.story.words import Reading

LONGEST_QUOTE = 60  # characters that are quoted as one piece for several days
_MEANS: Final = {
    "weekend": DAYS[5:],
    "week": DAYS[:5],
    "day": PARTS[:2],
    "dark": PARTS[2:],
}
_OUT_BEFORE: Final = word_set("""
not no never cant cannot wont except excluding avoid busy isnt arent dont apart bar unavailable
work works working kein keine nicht nie sin pas sauf nao salvo oprocz dim
""")
_PAST: Final = word_set("used worked went last since until till this good yesterday next coffee black pancake")
_BUT: Final = word_set("day days time anything everything weekday weekdays anytime any")
_OUT_AFTER: Final = re.compile(
    r"(?:(?:is|are|im|am|would be|wouldnt be) )?(?:no good|no use|out|busy|taken|impossible|awkward|not good"
    r"|not possible|not free|i work|i have|ive got|i go|i look after|i mind|i help|i volunteer|i babysit|i see"
    r"|dont work|doesnt work|wont work|arent good|isnt good|dont suit|doesnt suit|excluded|off)\b"
)
_UNSURE_AFTER: Final = re.compile(r"(?:is|are|can be|get|seem|feel) (?:\w+ )?(?:hard|difficult|tough|tricky|bad)\b")
_JOINS: Final = word_set("and or nor y o et ou und oder e i lub a neu")
_RANGE: Final = word_set("to till until through bis a do")
_DARK: Final = "dark"  # nobody asks to go out in the dark; who speaks of it would rather not


class Named(NamedTuple):
    """A day or a part of the day that a story names."""

    kind: str
    code: str
    values: tuple[str, ...]
    first: int
    last: int
    start: int
    end: int


class Wanted(NamedTuple):
    """What a story says of days, or of parts of the day, with the piece that says so."""

    field: str
    values: tuple[str, ...]
    start: int
    end: int


def wanted(reading: Reading) -> Iterator[Wanted]:
    """Yield the days and the parts of the day that suit somebody; what they rule out is taken from all there are."""
    found = list(_named(reading))
    if _is_evenings_or_weekends(found):
        return  # the barrier of working hours says so, and days and parts would cross to weekend evenings
    for field, every in (("days", DAYS), ("parts", PARTS)):
        yield from _settled(reading, field, every, [one for one in found if one.kind == field])


def _named(reading: Reading) -> Iterator[Named]:
    for spotted in week().spot(reading.text, "listing"):
        kind, code = spotted.code.split(".")
        values = _MEANS.get(code, (code[:2],) if kind == "days" else (code,))
        yield Named(kind, code, tuple(values), *reading.span(spotted.start, spotted.end), spotted.start, spotted.end)


def _is_evenings_or_weekends(found: Sequence[Named]) -> bool:
    return {(one.kind, one.code) for one in found} == {("days", "weekend"), ("parts", "evening")} and len(found) == 2


def _settled(reading: Reading, field: str, every: Sequence[str], named: Iterable[Named]) -> Iterator[Wanted]:
    told: list[tuple[Named, bool]] = []
    before: tuple[Named, bool] | None = None
    for one in named:
        out = _ruled_out(reading, one, before)
        if out is None:
            before = None
            continue
        if before and not out and not before[1] and field == "days":
            one = _ranged(reading, before[0], one)
        if before and out and not before[1] and _follows(reading, before[0], one):
            told[-1] = (before[0], True)  # "Mondays and Tuesdays I work" rules out both
        before = (one, out)
        told.append(before)
    ins = {value for one, out in told if not out for value in one.values}
    outs = {value for one, out in told if out for value in one.values}
    keep = (ins or set(every)) - outs
    if told and keep and keep != set(every):
        quoted = [one for one, out in told if out is (not ins)]
        end = max((one.end for one in quoted if one.end - quoted[0].start <= LONGEST_QUOTE), default=quoted[0].end)
        yield Wanted(field, tuple(value for value in every if value in keep), _opened(reading, quoted[0]), end)


def _ruled_out(reading: Reading, one: Named, before: tuple[Named, bool] | None) -> bool | None:
    """Tell whether a day is ruled out; None when the story says nothing of when somebody can go."""
    near = reading.before(one.first, 8)
    if any(word in _PAST for word in near[:2]) or "used" in near or reading.of_others(one.first):
        return None
    after = " ".join(reading.after(one.last, 5))
    if _UNSURE_AFTER.match(after):
        return None
    if _OUT_AFTER.match(after) or _is_out(near):
        return True
    if near[:1] == ["but"] and set(near[1:2]) & _BUT:
        return True
    return one.code == _DARK or (before is not None and before[1] and _follows(reading, before[0], one))


def _is_out(near: Sequence[str]) -> bool:
    """Tell whether the words before a day rule it out: "I work Mondays", not "after work on Mondays"."""
    if "mind" in near:
        return False
    return any(word in _OUT_BEFORE and near[back + 1 : back + 2] != ["after"] for back, word in enumerate(near[:3]))


def _follows(reading: Reading, one: Named, other: Named) -> bool:
    """Tell whether only "and" or a comma stands between two days."""
    between = [word.surface for word in reading.words[one.last + 1 : other.first]]
    return all(word in _JOINS for word in between) and not re.search(r"[.;:!?\n]", reading.text[one.end : other.start])


def _ranged(reading: Reading, one: Named, other: Named) -> Named:
    """Read "Monday to Friday"."""
    between = [word.surface for word in reading.words[one.last + 1 : other.first]]
    dash = re.fullmatch(r"\s?[-\u2013]\s?", reading.text[one.end : other.start])
    if not dash and not (len(between) == 1 and between[0] in _RANGE) or len(one.values) > 1 or len(other.values) > 1:
        return other
    first, last = DAYS.index(one.values[0]), DAYS.index(other.values[0])
    return other._replace(values=DAYS[first : last + 1]) if first < last else other


def _opened(reading: Reading, one: Named) -> int:
    """Return where the quote begins: with the "not" in front of a day, if there is one."""
    near = reading.before(one.first, 3)
    place = next((one.first - 1 - back for back, word in enumerate(near) if word in _OUT_BEFORE), one.first)
    return reading.words[place].start
