"""What somebody wants, read from what they chose and wrote: wishes, words and meaning. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from service.catalog.taxonomy import Taxonomy
from service.matching.asked import Wish
from service.matching.lexical import Words, query_stems
from service.matching.meaning import I8
from service.matching.profile import Profile

SPOTTED_SHARE = 0.85  # a wish read from free text weighs a little less than one that was chosen
TEXT_WORD = 0.6  # a word of the story against a word of a chosen interest
# What a thing does for one, and its form, are wished for beside an activity and say less about which group is meant.
FACET_SHARE = {"activity": 1.0, "mechanism": 0.6, "format": 0.5}
MOST_PARTS = 4  # of a story, each encoded for itself
SHORT = 30  # letters: a shorter sentence is read together with the next
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
EncodeOne = Callable[[str], I8 | None]


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
    corrected : mapping of stem to stem
    vectors : ndarray of int8, shape (n_parts, n_dimensions), or None
        Meaning of the question, part by part; None: it is not asked by meaning.
    """

    spotted: tuple[Wish, ...]
    avoided: tuple[Wish, ...]
    wishes: tuple[Wish, ...]
    query: Mapping[str, float]
    corrected: Mapping[str, str]
    vectors: I8 | None

    @property
    def asks(self) -> bool:
        """Whether anything was wished for, in any way."""
        return bool(self.wishes) or bool(self.query)


def read(profile: Profile, taxonomy: Taxonomy, own: Words, encode: EncodeOne | None = None) -> Reading:
    """Read a profile.

    Parameters
    ----------
    profile : Profile
    taxonomy : Taxonomy
    own : Words
        The words of the catalogue: a word that none of its listings has is read as the nearest one they have.
    encode : callable or None
        A text to its vector.
    """
    spotted, avoided = read_wishes(profile, taxonomy)
    labels = [term.label for code in profile.interests if (term := taxonomy.get(code)) is not None]
    query, corrected = query_stems(own, [*((label, 1.0) for label in labels), (profile.text, TEXT_WORD)])
    wishes = (*(Wish(code=code, weight=_share(code)) for code in profile.interests), *spotted)
    return Reading(
        spotted=spotted,
        avoided=avoided,
        wishes=wishes,
        query=query,
        corrected=corrected,
        vectors=_encoded(asked_parts(profile.text, labels), encode)
        if encode is not None and (query or wishes)
        else None,
    )


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


def read_wishes(profile: Profile, taxonomy: Taxonomy) -> tuple[tuple[Wish, ...], tuple[Wish, ...]]:
    """Read wishes from the person's words; what they chose themselves is not read again."""
    wanted: dict[str, Wish] = {}
    avoided: dict[str, Wish] = {}
    for found in taxonomy.spot(profile.text):
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


def _share(code: str) -> float:
    return FACET_SHARE.get(code.partition(".")[0], 0.0)
