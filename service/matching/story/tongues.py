"""Languages somebody says they speak or want spoken. Their own words only; a name or an accent says nothing. Pure."""

import re
from collections.abc import Iterator
from typing import Final

from service.catalog.words.lookalikes import word_set
from service.matching.story.amounts import behind, flattened
from service.matching.story.week import Wanted
from service.matching.story.words import Reading

CODES: Final = {
    "polish": "pl", "urdu": "ur", "welsh": "cy", "spanish": "es", "french": "fr", "german": "de", "italian": "it",
    "portuguese": "pt", "arabic": "ar", "bengali": "bn", "bangla": "bn", "punjabi": "pa", "panjabi": "pa",
    "gujarati": "gu", "hindi": "hi", "farsi": "fa", "persian": "fa", "dari": "fa", "romanian": "ro", "somali": "so",
    "tigrinya": "ti", "turkish": "tr", "ukrainian": "uk", "mandarin": "zh", "cantonese": "zh", "chinese": "zh",
    "russian": "ru", "kurdish": "ku", "tamil": "ta", "pashto": "ps", "bulgarian": "bg", "greek": "el",
    "hungarian": "hu", "lithuanian": "lt", "czech": "cs", "slovak": "sk", "albanian": "sq", "amharic": "am",
    "swahili": "sw", "yoruba": "yo", "nepali": "ne", "vietnamese": "vi", "dutch": "nl", "cymraeg": "cy",
    "polsku": "pl", "español": "es", "français": "fr", "deutsch": "de", "italiano": "it", "português": "pt",
}  # fmt: skip
_NAMES = "|".join(CODES)
_SPOKEN = re.compile(
    rf"\b(?:(?:i|we)(?: can)?(?: only| mainly| mostly| just| really)? (?:speak|talk)(?: only| mainly| mostly)?"
    r"|(?:who|that|someone|somebody|people|anyone|others|they|staff|to) (?:can |also )?(?:speaks?|talks?)|spoken in"
    r"|(?:language|tongue) (?:is|at home is)|(?:group|groups|talk|chat|meet|chats|speak|conversation|else) in"
    rf"|(?:other|with|fellow) (?={_NAMES})|hablo|hablan|parle|parlent|spreche|sprechen|parlo|falo|mówię po|siarad)"
    rf" ?(?P<name>{_NAMES})\b(?P<more> (?:and|or) (?:{_NAMES})\b)?(?! (?:class|course|lesson|cook|food|film))"
)
_SPEAKER = re.compile(rf"\b(?P<name>{_NAMES})[- ](?:speaking|speakers?)\b(?P<more>)")
_NOT_SPOKEN: Final = word_set("learn learning bit little some dont cant not no used improve practise practice never")


def tongues(reading: Reading) -> Iterator[Wanted]:
    """Yield the languages that somebody speaks and would like spoken, at the first words that say so."""
    flat = flattened(reading.text)
    codes: dict[str, None] = {}
    spans: list[tuple[int, int]] = []
    for found in sorted((*_SPOKEN.finditer(flat), *_SPEAKER.finditer(flat)), key=lambda one: one.start()):
        same_breath = re.split(r"[.,;:!?\n]", behind(found, 20))[-1] + found[0]
        near = re.findall(r"\w+", same_breath.replace("'", ""))
        if _NOT_SPOKEN & set(near) or reading.of_others(reading.span(found.start(), found.end())[0]):
            continue
        named = [found["name"], *(found["more"] or "").split()[1:]]
        codes.update(dict.fromkeys(CODES[name] for name in named))
        spans.append((found.start(), found.end()))
    if codes:
        yield Wanted("languages", tuple(codes), *spans[0])
