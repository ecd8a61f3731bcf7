"""Opening times in words to repeating sessions, where they can be read safely. Pure: else the words stay words."""

import re
from datetime import time

from service.catalog.importing.drafts import DraftSession

LONGEST = 600  # characters that are read: lists of days cost the square of their length
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAY = r"(?:mon|tues?|weds?|wednes|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?s?"
TIME = r"\d{1,2}(?:[:.]\d{2})?\s?(?:am|pm|noon)?|noon|midday"
DAY_LIST = rf"(?:{DAY}(?:\s*(?:,|&|and|/|-|–|to|\.)+\s*{DAY})*|daily|weekdays|every day)"
SLOT = re.compile(
    rf"(?P<nth>(?:first|second|third|fourth|last|1st|2nd|3rd|4th)\s+)?(?P<days>{DAY_LIST})"
    rf"(?P<month>\s+(?:of|in)\s+(?:the|every|each)?\s*month)?"
    rf"\s*(?:,|:|from|at|between)?\s*(?P<from>{TIME})(?:\s*(?:-|–|to|=|until)\s*(?P<to>{TIME}))?"
    rf"(?P<more>\s*(?:and|&)\s*(?:from )?(?P<from2>{TIME})\s*(?:-|–|to)\s*(?P<to2>{TIME}))?",
    re.I,
)
NTH = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": -1}
NOT_WEEKLY = re.compile(
    r"\b(alternate|every other|fortnight|term|except|closed|appointment|bank holiday|tbc|limited)\b", re.I
)
IN_TEXT = re.compile(
    r"\b(meets?|meet-up|drop[- ]?in|available|held|last|every|sessions?|group|rehears\w+|\bon)\b", re.I
)
ONLY_SEPARATORS = re.compile(r"[\s,.;:&+•]*(?:\band\b[\s,.;&]*)*")


def sessions(stated: str | None, text: str) -> tuple[DraftSession, ...]:
    """Return the sessions that a timetable states, or that a text names in one plain phrase.

    Examples
    --------
    >>> [(s.rule, str(s.begins), str(s.ends)) for s in sessions("Wednesday 10am - 4pm", "")]
    [('FREQ=WEEKLY;BYDAY=WE', '10:00:00', '16:00:00')]
    >>> sessions("One morning per week", "")[0].rule is None
    True
    """
    if stated:
        return _timetable(stated[:LONGEST]) or (DraftSession(words=stated),)
    return () if NOT_WEEKLY.search(text) else _phrase(text[:LONGEST])


def _timetable(stated: str) -> tuple[DraftSession, ...]:
    """Read a timetable only when every word of it is understood."""
    words = re.sub(
        r"^(weekly|open)\s+", "", re.sub(r"12\s+noon", "12noon", " ".join(stated.split()), flags=re.I), flags=re.I
    )
    slots = list(SLOT.finditer(words))
    rest = SLOT.sub("", words)
    if not slots or NOT_WEEKLY.search(words) or not ONLY_SEPARATORS.fullmatch(rest):
        return ()
    read = [session for slot in slots for session in _read(slot, stated)]
    return tuple(read) if len(read) >= len(slots) else ()


def _phrase(text: str) -> tuple[DraftSession, ...]:
    """Read the one phrase of a text that says when the group meets."""
    words = re.sub(r"12\s+noon", "12noon", text, flags=re.I)
    slots = [
        slot
        for slot in SLOT.finditer(words)
        if slot["nth"] or IN_TEXT.search(words[max(0, slot.start() - 40) : slot.start()])
    ]
    if len(slots) != 1:
        return ()
    before = words.rfind(". ", 0, slots[0].start()) + 1
    sentence = words[before:].split(". ")[0].strip(" .")
    return tuple(_read(slots[0], sentence))


def _read(slot: re.Match[str], words: str) -> list[DraftSession]:
    days = _days(slot["days"])
    found = []
    pairs = [(slot["from"], slot["to"])] + ([(slot["from2"], slot["to2"])] if slot["more"] else [])
    for begins, ends in (_times(a, b) for a, b in pairs):
        nth = NTH[slot["nth"].strip().lower()] if slot["nth"] else 0
        if begins is None or not days or (nth and len(days) > 1) or (slot["month"] and not nth):
            return []
        rule = f"FREQ=MONTHLY;BYDAY={nth}{days[0]}" if nth else f"FREQ=WEEKLY;BYDAY={','.join(days)}"
        found.append(DraftSession(words=words, rule=rule, begins=begins, ends=ends))
    return found


def _days(words: str) -> list[str]:
    """Return the days of a list such as "Mon, Wed - Fri"; nothing when it runs backwards."""
    lower = words.lower()
    if lower in ("daily", "every day"):
        return list(DAYS)
    if lower == "weekdays":
        return list(DAYS[:5])
    found: list[int] = []
    for link, day in re.findall(r"(^|(?<=[a-z])[^a-z]*(?:\b(?:and|to)\b[^a-z]*)?)([a-z]+)", lower):
        number = DAYS.index(day[:2].upper())
        if found and re.search(r"-|–|to", link):
            if number <= found[-1]:
                return []
            found += range(found[-1] + 1, number + 1)
        else:
            found.append(number)
    return [DAYS[number] for number in dict.fromkeys(found)]


def _times(begins: str, ends: str | None) -> tuple[time | None, time | None]:
    """Return both times of day; (None, None) when it cannot be told whether morning or afternoon is meant."""
    last = _clock(ends) if ends else None
    first = _clock(begins)
    if last is None or (half := _half(ends or "")) is None:
        return (first, None) if ends is None and _half(begins) else (None, None)
    if _half(begins) is None and first is not None and half == "pm" and first.hour < 12:
        later = first.replace(hour=first.hour + 12)
        first = later if later < last else first
    if first is None or first >= last:
        return None, None
    return first, last


def _half(words: str) -> str | None:
    found = re.search("am|pm|noon|midday", words.lower())
    return None if found is None else "pm" if found[0] in ("noon", "midday", "pm") else "am"


def _clock(words: str) -> time | None:
    """Return a time of day as written; without am or pm as on the clock's face."""
    numbers = re.findall(r"\d+", words)
    hour, minute = (int(numbers[0]), int(numbers[1]) if len(numbers) > 1 else 0) if numbers else (12, 0)
    if hour > 23 or minute > 59:
        return None
    if "pm" in words.lower() and hour < 12:
        hour += 12
    if "am" in words.lower() and hour == 12:
        hour = 0
    return time(hour, minute)
