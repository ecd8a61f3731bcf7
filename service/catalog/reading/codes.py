"""Facts by their codes, read out of a text with the phrases of `cues`. Pure."""

import re
from collections.abc import Iterator

from service.catalog.reading.cues import NO, YES
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
    if code in BOTH and BOTH[code].search(_sentence(text, found)):
        return
    plain = (False, found.start())
    read = plain if code in NOT_REFUSABLE else refused(text, found.start(), found.end())
    if read is not None:
        yield suggestion(code, "no" if read[0] else "yes", text, (read[1], found.end()), LIKELY)


def _sentence(text: str, found: re.Match[str]) -> str:
    before = SENTENCE.split(text[max(0, found.start() - 200) : found.start()])[-1]
    return f"{before}{found[0]}{SENTENCE.split(text[found.end() : found.end() + 120])[0]}"


ONLINE = re.compile(
    r"\bon-?line (?:courses?|sessions?|class(?:es)?|groups?|support|meetings?|meet-?ups?|therapy|counselling|chats?"
    r"|forums?"
    r"|communit(?:y|ies)|programmes?|workshops?|events?|lessons?|only|and|or|via|too|option|every|from|on)\b"
    r"|\b(?:meets?|meeting|held|delivered|runs?|takes? place|joins?|sessions?|class(?:es)?|groups?|support|and|or|is"
    r"|are|all|also"
    r"|courses?|now|entirely|fully|live|take part)[ /](?:via |held |delivered )?on-?line\b|(?:^|(?<=[.!?;(:]"
    r" ))on-?line\b"
    r"|\b(?:via|on|by|over|using) zoom\b|\bvirtual(?:ly)?\b(?! reality)|\bby video (?:call|link)|\bvideo calls?\b"
    r"|\bzoom\b(?! in\b| out\b)|\bon (?:ms |microsoft )?teams\b|\bskype\b|\bwebinars?\b",
    re.I,
)
ONLINE_FOR = re.compile(
    r"\b(?:book|apply|register|shop|pay|donate|available|found|form|visit|info\w*|sign up|application|referral"
    r"|complete\w*|refer|buy|go)(?: \w{1,10}){0,3} $",
    re.I,
)
PHONE = re.compile(
    r"\b(?:help ?-?line|hot ?-?line|phone ?line|listening line|telephone (?:support|advice|counselling|helpline"
    r"|befriending|service)s?"
    r"|phone (?:support|advice|counselling)|(?:advice|support|counselling|help|chats?|listening|services?) (?:is |are"
    r" )?(?:\w{1,10} ){0,2}(?:by|over the) (?:tele)?phone"
    r"|(?:over|on) the (?:tele)?phone|phone calls?|we(?: can| will|'ll)? (?:ring|phone) you|by phone or|or by phone"
    r"|weekly calls?|(?:tele)?phone (?:groups?|chats?|friends?|befriend\w*|budd(?:y|ies)|conversations?"
    r"|counsell\w*))\b",
    re.I,
)
IN_PERSON = re.compile(r"\b(?:face[- ]to[- ]face|in[- ]person|in the room|one[- ]to[- ]one in person)\b", re.I)


def modes(text: str) -> Iterator[Suggestion]:
    """Yield how one takes part: in person, online, by telephone."""
    for found in ONLINE.finditer(text):
        if not ONLINE_FOR.search(text[max(0, found.start() - 45) : found.start()]):
            yield suggestion("mode", "online", text, found.span(), LIKELY)
    for value, pattern in (("phone", PHONE), ("in_person", IN_PERSON)):
        for found in pattern.finditer(text):
            yield suggestion("mode", value, text, found.span(), LIKELY)
