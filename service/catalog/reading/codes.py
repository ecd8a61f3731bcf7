"""Facts by their codes, read out of a text with the phrases of `cues`. Pure."""

import re
from collections.abc import Iterator

from service.catalog.reading.cues import NO, YES
from service.catalog.reading.frames import FRAMES, Frame
from service.catalog.reading.refusing import refused
from service.catalog.reading.suggestion import LIKELY, Suggestion, suggestion

_BOUND = r"(?<![\w'])"
YES_PATTERNS, NO_PATTERNS = (
    {code: re.compile(f"{_BOUND}(?:{'|'.join(phrases)})", re.I) for code, phrases in cues.items()} for cues in (YES, NO)
)
# Where the other half of mankind is named too, nobody is kept out.
BOTH = {
    "women_only": re.compile(
        r"(?<!no )\b(?:men|boys|male|males|gentlemen|husbands|mixed|both sexes|all genders)\b", re.I
    ),
    "men_only": re.compile(r"(?<!no )\b(?:women|girls|ladies|female|females|wives|mixed|both sexes)\b", re.I),
}
# Who may drop in need not book; who may refer themselves need not be referred.
INSTEAD_OF = (("drop_in", "booking_needed"), ("self_referral", "referral_only"))
NOT_REFUSABLE = {"faith_based", "alcohol_free", "gentle_pace", "seated_option"}
SENTENCE = re.compile(r"[.!?\n]")
FAR = 160  # letters of a sentence that are looked at on either side
TEXT_OF_GIVERS = re.compile(
    r"\b(?:grants?|grant[- ]making|general charitable purposes|raise funds|fund[- ]?rais\w+|make donations|financial"
    r" assistance)\b",
    re.I,
)
GIVEN_AWAY = {"children_welcome", "carer_welcome", "dementia_friendly", "women_only", "men_only", "transport_provided"}


def codes(text: str) -> list[Suggestion]:
    """Return the facts a text states; where it says both of one fact, yes, unless by one phrase."""
    no = [
        suggestion(code, "no", text, found.span(), LIKELY)
        for code, pattern in NO_PATTERNS.items()
        for found in pattern.finditer(text)
        if code not in FRAMES or not _has(FRAMES[code].before, _sentence_before(text, found))
    ]
    taken = {(one.kind, place) for one in no for place in range(one.start, one.end)}
    said = [one for one in _yes(text) if not any((one.kind, place) in taken for place in range(one.start, one.end))]
    yes = {one.kind for one in said if one.value == "yes"}
    out = {less for more, less in INSTEAD_OF if more in yes}
    said = [one for one in said if not (one.kind in out and one.value == "yes")]
    yes -= out
    return [one for one in (*no, *said) if one.value == "yes" or one.kind not in yes]


def _yes(text: str) -> Iterator[Suggestion]:
    giver = TEXT_OF_GIVERS.search(text) is not None
    for code, pattern in YES_PATTERNS.items():
        if not (giver and code in GIVEN_AWAY):
            for found in pattern.finditer(text):
                yield from _said(code, found, text)


def _said(code: str, found: re.Match[str], text: str) -> Iterator[Suggestion]:
    near = found[0] if found[0].lower().endswith("only") else text
    if code in BOTH and BOTH[code].search(near):
        return
    if code in FRAMES and not _fits(FRAMES[code], found, text):
        return
    plain = (False, found.start())
    read = plain if code in NOT_REFUSABLE else refused(text, found.start(), found.end())
    if read is not None:
        yield suggestion(code, "no" if read[0] else "yes", text, (read[1], found.end()), LIKELY)


def _fits(frame: Frame, found: re.Match[str], text: str) -> bool:
    """Tell whether the sentence around some words lets them be a fact."""
    before = _sentence_before(text, found)
    after = SENTENCE.split(text[found.end() : found.end() + FAR])[0]
    if _has(frame.before, before) or (frame.after is not None and frame.after.match(after)):
        return False
    whole = f"{before}{found[0]}{after}"
    plain = not _has(frame.unsure, before) and not _has(frame.among, whole)
    near = text[max(0, found.start() - FAR) : found.end() + FAR]
    return _has(frame.firm, found[0]) or (plain and (frame.needs is None or _has(frame.needs, near)))


def _sentence_before(text: str, found: re.Match[str]) -> str:
    return SENTENCE.split(text[max(0, found.start() - FAR) : found.start()])[-1]


def _has(pattern: re.Pattern[str] | None, text: str) -> bool:
    return pattern is not None and pattern.search(text) is not None
