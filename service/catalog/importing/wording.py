"""Tidies names and texts of open data: capitals, broken characters, glued sentences. Pure: never adds a word."""

import html
import re
import unicodedata
from collections.abc import Collection

SMALL = frozenset(
    {"a", "and", "at", "by", "de", "for", "from", "in", "of", "on", "or", "the", "to", "under", "upon", "with", "cum"}
)
WORD = re.compile(r"\d+\w*|[^\W\d_](?:[\w]|['’](?=\w))*")
SHOUTING = 0.7  # share of capitals from which a text is taken to be in capitals throughout

# Words that a fixed-width list broke in two, and bodies written letter by letter.
BROKEN = (
    (re.compile(r"\bC ?L ?U ?B\b", re.I), "CLUB"),
    (re.compile(r"\bLIMI ?TED\b", re.I), "LIMITED"),
    (re.compile(r"\bJ\.? ?F\.? ?C\b\.?", re.I), "JFC"),
    (re.compile(r"\bA\.? ?F\.? ?C\b\.?", re.I), "AFC"),
    (re.compile(r"\bR\.? ?U\.? ?F\.? ?C\b\.?", re.I), "RUFC"),
    (re.compile(r"\bR\.? ?F\.? ?C\b\.?", re.I), "RFC"),
    (re.compile(r"\bF\.? ?C\b\.?", re.I), "FC"),
    (re.compile(r"\bP\.T\.A\.", re.I), "PTA"),
)
LEGAL_ENDING = re.compile(
    r"(?<![\s,(])[\s,(]+(?:(?:company|co\.?)\s+)?(?:limited|ltd\.?|cio|c\.i\.o\.|charitable incorporated organisation"
    r"|community interest company)\)?\.?$",
    re.I,
)
# UTF-8 that was once read as code page 850, as it stands in the registers.
MOJIBAKE = {"ÔÇÖ": "’", "ÔÇô": "–", "ÔÇó": "•", "ÔÇÓ": "•", "ÔÇ£": "“", "ÔÇØ": "”", "+¿": "è", "+®": "é", "-ú": "£"}
# Signs that a register could not keep and wrote as question marks: quotes, pounds, an apostrophe, a dash.
ASKED = (
    (re.compile(r"(?<!\S)-?\?{1,2}(?=\d)"), "£"),
    (re.compile(r"(?<![^\s(\[])\?(?=\w)([^?.!]{1,80})(?<=\w)\?(?=[\s,.;:)\]]|$)"), r"“\1”"),
    (re.compile(r"(?<=[a-z])\?(?=s\b)"), "’"),
    (re.compile(r"(?<=[^\s?!.]) \? (?=[a-z0-9])"), " – "),
)
GLUED = re.compile(r"\b([a-z]{4,})([A-Z][a-z]{2,})")
STOP = re.compile(r"(?<=[a-z)]{2})([.;!?])(?=[A-Z])")
REMOVED = re.compile(r"(?<!\s)\s*\[(?:email|phone) removed\]")
TAG = re.compile(r"<[^<>]{0,200}>")


def plain_text(text: str | None) -> str:
    """Return a text on one line, without markup, control characters and broken characters.

    Examples
    --------
    >>> plain_text("Drop-ins;<br> cr+¿ches &amp; courses")
    'Drop-ins; crèches & courses'
    """
    clean = html.unescape(TAG.sub(" ", text or ""))
    for wrong, right in MOJIBAKE.items():
        clean = clean.replace(wrong, right)
    clean = REMOVED.sub("", clean).replace("�", "")
    clean = " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in clean).split())
    for sign, meant in ASKED:
        clean = sign.sub(meant, clean)
    return clean


def tidy_text(text: str | None, proper: Collection[str] = (), acronyms: Collection[str] = ()) -> str | None:
    """Return a description fit to be read: sentences apart, not in capitals. None when there is nothing.

    Examples
    --------
    >>> tidy_text("TO PROMOTE DRAMA IN SALE. OPEN TO ALL.", proper=["Sale"])
    'To promote drama in Sale. Open to all.'
    """
    clean = STOP.sub(r"\1 ", GLUED.sub(r"\1. \2", plain_text(text)))
    if _shouts(clean):
        clean = sentence_case(clean, proper, acronyms)
    return clean[:1].upper() + clean[1:] if clean else None


def _shouts(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return len(letters) > 3 and sum(c.isupper() for c in letters) > SHOUTING * len(letters)


def sentence_case(text: str, proper: Collection[str] = (), acronyms: Collection[str] = ()) -> str:
    """Return a text in capitals as ordinary sentences; names in `proper` keep their capital."""
    known = {word.casefold(): word for word in (*proper, *acronyms)}
    lower = WORD.sub(lambda found: known.get(found[0].casefold(), found[0].lower()), text)
    return re.sub(r"(^|[.!?•]\s+)([a-z])", lambda found: found[1] + found[2].upper(), lower)


def tidy_name(name: str, acronyms: Collection[str] = ()) -> str:
    """Return a group's name as its members would write it.

    Examples
    --------
    >>> tidy_name("SALE AND ALTRINCHAM SEA CADETS")
    'Sale and Altrincham Sea Cadets'
    >>> tidy_name("THE SALE U3A", ["U3A"])
    'The Sale U3A'
    >>> tidy_name("17TH SALE SCOUT GROUP")
    '17th Sale Scout Group'
    >>> tidy_name("Winton Bowling,Tennis CL UB LIMITED")
    'Winton Bowling, Tennis Club'
    """
    clean = re.sub(r"(?<!\s)\s+([),.])", r"\1", re.sub(r",(?=\S)", ", ", plain_text(name)))
    shouts = _shouts(clean)
    for broken, whole in BROKEN:
        clean = broken.sub(whole, clean)
    while (shorter := LEGAL_ENDING.sub("", clean)) != clean and len(shorter) > 2:
        clean = shorter
    known = {word.casefold(): word for word in (*acronyms, "FC", "AFC", "JFC", "RUFC", "RFC", "PTA")}
    first = True

    def cased(found: re.Match[str]) -> str:
        nonlocal first
        before = clean[max(0, found.start() - 2) : found.start()].strip()
        word, begins, first = found[0], first or before in ("(", ":", "-", "/"), False
        if shouts or word == "CLUB" or word.lower() in SMALL:
            return known.get(word.casefold()) or _cased(word, begins=begins)
        return known.get(word.casefold(), word)

    return WORD.sub(cased, clean).strip(" ,-")


def _cased(word: str, *, begins: bool) -> str:
    """Return one word of a name in capitals as it is usually written."""
    lower = word.lower()
    if lower in SMALL and not begins:
        return lower
    spelt = len(word) < 5 and not re.search("[aeiouy]", lower) and lower not in ("st", "mr", "dr")
    if word[0].isdigit() or spelt:
        return lower if re.fullmatch(r"\d+(st|nd|rd|th|s)", lower) else word.upper()
    if re.match(r"[a-z]['’][a-z]{2}", lower):
        return lower[:2].upper() + lower[2:].capitalize()
    return lower[:1].upper() + lower[1:]
