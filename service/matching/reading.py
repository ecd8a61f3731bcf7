"""What somebody wants, read from what they chose and wrote: wishes, words and meaning. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from service.catalog.taxonomy import Taxonomy
from service.matching.asked import Wish
from service.matching.lexical import Words, query_stems
from service.matching.meaning import I8
from service.matching.profile import Profile

SPOTTED_SHARE = 0.85  # a wish read from free text weighs a little less than one that was chosen
TEXT_WORD = 0.6  # a word of the story against a word of a chosen interest
# What a thing does for one, and its form, are wished for beside an activity and say less about which group is meant.
FACET_SHARE = {"activity": 1.0, "mechanism": 0.6, "format": 0.5}
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
    vector : ndarray of int8, shape (n_dimensions,), or None
        Meaning of the question; None: it is not asked by meaning.
    """

    spotted: tuple[Wish, ...]
    avoided: tuple[Wish, ...]
    wishes: tuple[Wish, ...]
    query: Mapping[str, float]
    corrected: Mapping[str, str]
    vector: I8 | None

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
        vector=encode(asked_text(profile.text, labels)) if encode is not None and (query or wishes) else None,
    )


def asked_text(text: str, labels: list[str]) -> str:
    """Return what is asked, for the encoder: what was chosen, then the story."""
    return ". ".join([*labels, text.strip()]).strip(". ")


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
