"""What somebody wants, read from what they chose and wrote: wishes, words and meaning. Pure.

A text in another language is never compared with English listings by a model that reads English only. Where no model
reads it, the words that the taxonomy knows in that language are looked for, and its other words count for little: a
listing that has one of them has it by chance, save a name.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from service.catalog.words.spotting import tokens
from service.catalog.words.taxonomy import Taxonomy
from service.matching.asked import Wish
from service.matching.lexical import Words, query_stems
from service.matching.meaning.nearness import I8, EncodeOne, Polyglot
from service.matching.profile import Profile
from service.matching.text_language import ENGLISH, OTHER, language_of, small_words, vocabulary

SPOTTED_SHARE = 0.85  # a wish read from free text weighs a little less than one that was chosen
TEXT_WORD = 0.6  # a word of the story against a word of a chosen interest
FOREIGN_WORD = 0.15  # a word of a story in another language that the taxonomy does not know (proposed)
MISSPELT = 0.5  # share of the words of a strange text that are nearly words of listings, from which it is English
UNDERSTOOD = 0.5  # share of the words of a foreign text that we must know to be sure what is wanted (proposed)
# What a thing does for one, and its form, are wished for beside an activity and say less about which group is meant.
FACET_SHARE = {"activity": 1.0, "mechanism": 0.6, "format": 0.5}
MOST_PARTS = 4  # of a story, each encoded for itself
SHORT = 30  # letters: a shorter sentence is read together with the next
Wishes = tuple[Wish, ...]
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read of one question, whatever the catalogue holds.

    Attributes
    ----------
    spotted, avoided : tuple of Wish
        Read from the text: wanted, and not wanted.
    wishes : tuple of Wish
        What was chosen, then what was read.
    query : mapping of stem to float
        Words to look for, with their weights.
    corrected : mapping of typed word to stem
    vectors : ndarray of int8, shape (n_parts, n_dimensions), or None
        Meaning of the question, part by part; None: it is not asked by meaning.
    multilingual : bool
        The vectors are by the multilingual model, and to be compared with vectors by that.
    language : str
        Of the text; ``en`` where there is none.
    by_meaning : bool
        The vectors are of the text itself: in another language, not only of the choices and of the words we know.
    understood : float
        Share of the words of a text in another language, small ones apart, that the taxonomy knows; in [0, 1].
    """

    spotted: tuple[Wish, ...]
    avoided: tuple[Wish, ...]
    wishes: tuple[Wish, ...]
    query: Mapping[str, float]
    corrected: Mapping[str, str]
    vectors: I8 | None
    multilingual: bool = False
    language: str = ENGLISH
    by_meaning: bool = False
    understood: float = 1.0

    @property
    def is_foreign(self) -> bool:
        """Whether the text is in another language."""
        return self.language != ENGLISH

    @property
    def is_guessed(self) -> bool:
        """Whether too little of the text is known to be sure of what it asks for."""
        return self.is_foreign and self.understood < UNDERSTOOD

    @property
    def asks(self) -> bool:
        """Whether anything was wished for, in any way."""
        return bool(self.wishes) or bool(self.query)


def read(
    profile: Profile,
    taxonomy: Taxonomy,
    own: Words,
    encode: EncodeOne | None = None,
    multilingual: Polyglot | None = None,
) -> Reading:
    """Read a profile.

    Parameters
    ----------
    profile : Profile
    taxonomy : Taxonomy
    own : Words
        The words of the catalogue: a word that none of its listings has is read as the nearest one they have.
    encode : callable or None
        An English text to its vector.
    multilingual : Polyglot or None
        What reads other languages.
    """
    language = text_language(profile, taxonomy, own)
    spotted, avoided = without(profile.avoid, *read_wishes(profile, taxonomy, language))
    labels = _labels(profile.interests, taxonomy)
    foreign = _foreign_texts(profile.text, language, spotted, taxonomy) if language != ENGLISH else None
    story = [(profile.text, TEXT_WORD)] if foreign is None else foreign
    query, corrected = query_stems(own, [*((label, 1.0) for label in labels), *story], correct=foreign is None)
    wishes = (*(Wish(code=code, weight=_share(code)) for code in profile.interests), *spotted)
    reading = Reading(
        spotted=spotted,
        avoided=avoided,
        wishes=wishes,
        query=query,
        corrected=corrected,
        vectors=None,
        language=language,
        understood=_understood(profile.text, language, (*spotted, *avoided)) if foreign is not None else 1.0,
    )
    return _with_meaning(reading, profile.text, labels, taxonomy, encode, multilingual) if reading.asks else reading


def _with_meaning(
    reading: Reading,
    text: str,
    labels: list[str],
    taxonomy: Taxonomy,
    encode: EncodeOne | None,
    multilingual: Polyglot | None,
) -> Reading:
    """Add the vectors by the model that reads the text; where none does, of what we know in English of the wishes."""
    whole = asked_parts(text, labels)
    if reading.language == ENGLISH and encode is not None and (made := _encoded(whole, encode)) is not None:
        return replace(reading, vectors=made, by_meaning=True)
    if multilingual is not None and reading.language in multilingual.speaks:
        made = _encoded(whole, multilingual.one)
        if made is not None:
            return replace(reading, vectors=made, by_meaning=True, multilingual=True)
    if reading.language == ENGLISH or encode is None:
        return reading
    known = [*labels, *_labels((wish.code for wish in reading.spotted), taxonomy)]
    return replace(reading, vectors=_encoded(asked_parts("", known), encode))


def text_language(profile: Profile, taxonomy: Taxonomy, own: Words) -> str:
    """Return the language of a person's words; words that are only misspelt are not strange."""
    known = vocabulary(taxonomy)
    found = language_of(profile.text, known, lambda stem: own.number(stem) is not None, profile.text_language)
    if found == OTHER and profile.text.isascii():
        words, read = tokens(profile.text), taxonomy.spot(profile.text)
        nearly = sum(
            own.nearest(word.stem) is not None or any(one.start <= word.start < one.end for one in read)
            for word in words
        )
        return ENGLISH if nearly >= MISSPELT * len(words) else OTHER
    return found


def _foreign_texts(text: str, language: str, spotted: tuple[Wish, ...], taxonomy: Taxonomy) -> list[tuple[str, float]]:
    """Return what is looked for of a text in another language: what the taxonomy understood as in English, the rest
    with little weight, and words that say nothing in that language not at all.
    """
    small = small_words(language)
    rest = " ".join(text[word.start : word.end] for word in tokens(text) if word.surface not in small)
    understood = [*_labels((wish.code for wish in spotted), taxonomy), *(wish.words for wish in spotted)]
    return [*((words, TEXT_WORD) for words in understood), (rest, FOREIGN_WORD)]


def _understood(text: str, language: str, found: tuple[Wish, ...]) -> float:
    small = small_words(language)
    said, known = (
        {word.surface for word in tokens(words) if word.surface not in small and not word.surface.isdigit()}
        for words in (text, " . ".join(wish.words for wish in found))
    )
    return len(said & known) / max(1, len(said))


def _labels(codes: Iterable[str], taxonomy: Taxonomy) -> list[str]:
    return [term.label for code in codes if (term := taxonomy.get(code)) is not None]


def _encoded(parts: list[str], encode: EncodeOne) -> I8 | None:
    made = [vector for vector in map(encode, parts) if vector is not None]
    return np.stack(made) if made else None


def asked_parts(text: str, labels: list[str]) -> list[str]:
    """Return what is asked, for the encoder: the story by sentences, short ones together, at most `MOST_PARTS`.

    Without a story, what was chosen.

    Examples
    --------
    >>> asked_parts("I miss singing. Evenings are long. Very. I can walk a mile or so", [])
    ['I miss singing. Evenings are long.', 'Very. I can walk a mile or so']
    """
    sentences = [one.strip() for one in _SENTENCE.findall(text) if one.strip()]
    if not sentences:
        return [", ".join(labels)] if labels else []
    least = max(SHORT, -(-len(text) // MOST_PARTS))
    parts = [""]
    for sentence in sentences:
        if len(parts[-1]) >= least:
            parts.append("")
        parts[-1] = f"{parts[-1]} {sentence}".strip()
    return parts


def read_wishes(profile: Profile, taxonomy: Taxonomy, language: str = ENGLISH) -> tuple[Wishes, Wishes]:
    """Read wishes from the person's words; what they chose themselves is not read again."""
    wanted: dict[str, Wish] = {}
    avoided: dict[str, Wish] = {}
    for found in taxonomy.spot(profile.text, language=language):
        share = _share(found.code)
        if share == 0.0 or found.code in profile.interests:
            continue
        into = avoided if found.negated else wanted
        wish = Wish(code=found.code, weight=SPOTTED_SHARE * share * found.weight, words=found.words)
        if found.code not in into or into[found.code].weight < wish.weight:
            into[found.code] = wish
    for code in wanted:
        avoided.pop(code, None)
    return tuple(wanted.values()), tuple(avoided.values())


def without(codes: Iterable[str], wanted: Wishes, avoided: Wishes) -> tuple[Wishes, Wishes]:
    """Return what was read as wanted and as not wanted, with what they said outright that they do not want."""
    refused = {code: Wish(code=code, weight=_share(code)) for code in codes if _share(code)}
    left = tuple(wish for wish in wanted if wish.code not in refused)
    return left, (*refused.values(), *(wish for wish in avoided if wish.code not in refused))


def _share(code: str) -> float:
    return FACET_SHARE.get(code.partition(".")[0], 0.0)
