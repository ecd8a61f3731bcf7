"""How one takes part, read out of a text: in person, online or by telephone. Pure."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from service.catalog.reading.suggestion import LIKELY, Suggestion, suggestion

NEAR = 60  # letters in front that are looked at


class Mode(NamedTuple):
    """Words for one way of taking part, and what in front or behind shows that they speak of something else."""

    value: str
    words: re.Pattern[str]
    other_before: re.Pattern[str]
    other_after: re.Pattern[str]


ONLINE = re.compile(
    r"\bon-?line (?:courses?|sessions?|class(?:es)?|groups?|support|meetings?|meet-?ups?|therapy|counselling|chats?"
    r"|forums?|communit(?:y|ies)|programmes?|workshops?|events?|lessons?|only|and in|or in|and at|via zoom|too"
    r"|every)\b"
    r"|\b(?:meets?|meeting|held|delivered|runs?|takes? place|joins?|sessions?|class(?:es)?|groups?|support|and|or|is"
    r"|are|all|also|courses?|now|entirely|fully|live|take part)[ /](?:via |held |delivered )?on-?line\b"
    r"|(?:^|(?<=[.!?;(:] ))on-?line\b"
    r"|\b(?:via|on|by|over|using) zoom\b|\bvirtual(?:ly)?\b(?! reality)|\bby video (?:call|link)|\bvideo calls?\b"
    r"|\bon-?line (?:[\"“'‘]?[\w'’-]{1,14}[\"”'’]? ){0,4}(?:search )?tool\b"
    r"|\bzoom\b(?! in\b| out\b)|\bon (?:ms |microsoft )?teams\b|\bskype\b|\bwebinars?\b",
    re.I,
)
# What is only bought, booked or read there.
ONLINE_FOR = re.compile(
    r"\b(?:book(?:ing|ings|ed)?|appl(?:y|ies|ication|ications)|regist(?:er|ration)|shop(?:ping)?|pay(?:ment|able)?"
    r"|donat(?:e|ions?)|available|found|find|forms?|visit|info\w{0,9}|sign(?:ing)? up|referr?als?|complet\w{1,4}|refer"
    r"|buy|go|order(?:s|ed|ing)?|purchase|tickets?|details|maps?|read|download\w{0,3}|resources?|us)"
    r"(?: [\w'-]{1,12}){0,4} $",
    re.I,
)
PHONE = re.compile(
    r"\b(?:help ?-?line|hot ?-?line|phone ?line|(?:listening|crisis|advice|support|information|warm) line"
    r"|telephone (?:[\w'-]{1,14} ){0,4}(?:support|advice|counselling|helpline|befriending|service)s?"
    r"|phone (?:support|advice|counselling)"
    r"|(?:advice|support|counselling|help|chats?|listening|services?|group|club|hour|circle|quiz|sessions?"
    r"|class|calls?)"
    r" (?:is |are )?(?:\w{1,10} ){0,2}(?:by|over the) (?:tele)?phone"
    r"|(?:over|on) the (?:tele)?phone"
    r"|(?:by|over the) (?:tele)?phone (?:or|and) (?:in person|online|by (?:e-?mail|video))"
    r"|(?:chat|talk|meet|listen|counsel\w{0,6}|befriend\w{0,3})[^.!?\n]{0,45} (?:over|on|by) (?:the )?(?:tele)?phone"
    r"|we(?: can| will|'ll)? (?:ring|phone) you|weekly (?:phone )?calls?|regular phone calls?|in person or by phone"
    r"|(?:tele)?phone (?:groups?|chats?|friends?|befriend\w*|budd(?:y|ies)|conversations?|counsell\w*))\b",
    re.I,
)
# Somebody else's line, or only how one gets in touch.
PHONE_FOR = re.compile(
    r"\b(?:call|ring|phone|contact|dial) (?:the|a|an) (?:[\w'-]{1,14} ){0,3}$"
    r"|\b(?:samaritans|childline|national|nhs|council|police|another|other|crisis) (?:[\w'-]{1,14} ){0,2}$"
    r"|\b(?:contact|book(?:ing)?|apply|register|email|e-mail|reach|enquir\w{1,4}|order|in touch|intake)\b"
    r"[^.!?\n]{0,40}$",
    re.I,
)
IN_PERSON = re.compile(r"\b(?:face[- ]to[- ]face|in[- ]person|in the room|one[- ]to[- ]one in person)\b", re.I)
IN_PERSON_FOR = re.compile(
    r"\b(?:appl(?:y|ications?)|regist(?:er|ration)|book(?:ing)?|pay|collect\w{0,3}|come|call|visit|sign up"
    r"|return\w{0,3}"
    r"|hand\w{0,3}|enquir\w{1,4}|schedule|request\w{0,3}|intake)\b[^.!?\n]{0,40}$",
    re.I,
)
MODES = (
    Mode("online", ONLINE, ONLINE_FOR, re.compile(r" (?:shop|forms?|booking|registration|donation|payment|banking)")),
    Mode("phone", PHONE, PHONE_FOR, re.compile(r" (?:numbers?|of other|box)\b", re.I)),
    Mode(
        "in_person",
        IN_PERSON,
        IN_PERSON_FOR,
        re.compile(r" (?:intake|appointments?|to (?:register|collect|pay))", re.I),
    ),
)


def modes(text: str) -> Iterator[Suggestion]:
    """Yield how one takes part."""
    for mode in MODES:
        for found in mode.words.finditer(text):
            before = text[max(0, found.start() - NEAR) : found.start()]
            after = text[found.end() : found.end() + NEAR]
            if not mode.other_before.search(before) and not mode.other_after.match(after):
                yield suggestion("mode", mode.value, text, found.span(), LIKELY)
