"""Which interests a listing's words may stand for, and how sure that is. Pure: nothing here is true before a yes.

The taxonomy's own words are looked for, and some twenty numbers of what was found tell how often such a find is what
an editor would put. What editors of this installation put and refused is learnt on top: see `learning`.
"""

import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from service.catalog.reading.interest_weights import ALONE, BIAS, BIAS_ALONE, WEIGHTS
from service.catalog.words.objects import without_objects
from service.catalog.words.spotting import Spotted
from service.catalog.words.taxonomy import Taxonomy

FACET = "activity."
CLEAR = 0.95  # weight of a find from which its words mean the term
MOST = 4  # interests proposed for one listing
LONGEST = 4000  # characters of a text that are read
LONG_ENOUGH = 150  # characters from which it tells something where a text names a thing
SHOWN_WORDS = 3
FAMILIES = ("support", "sport", "faith", "learning", "families", "helping")
# A body that gives money has nothing to join, whatever it gives it for.
GIVES = re.compile(
    r"\b(?:grants?|grant[- ]making|trustees|donat\w+|distribut\w+|bequests?|endow\w+|funding|foundation"
    r"|charitable (?:trust|purposes?|fund)|(?:trust|relief|benevolent) fund|makes? payments?)\b",
    re.I,
)
JOINED = re.compile(
    r"\b(?:club|group|society|association|church|choir|band|library|team|circle|class(?:es)?|weekly|meet(?:s|ings?)?"
    r"|sessions?|activities|members?)\b",
    re.I,
)
# The name of a school or of a fund tells whom it is for, not what one does there.
SCHOOL = re.compile(r"\b(?:schools?|college|academy|nursery|p\.?t\.?f?\.?a|parents?'?|pupils?)\b", re.I)
FUND = re.compile(
    r"\b(?:trust|funds?|foundation|charit(?:y|ies)|almshouses?|endowment|settlement|memorial|bequest|homes?|buildings?"
    r"|hall|holdings?|developments?)\b",
    re.I,
)
# What parents of a school do together is to raise money for it, whatever they call themselves.
PARENTS = re.compile(
    r"\b(?:parents?'?,?(?: (?:and|&))? ?(?:(?:teachers?|staff|friends)'?,?(?: (?:and|&))? ){1,2}association"
    r"|parents'? association|home school association|p\.?[ts]\.?f?\.?a|friends of [^()]{2,60}"
    r" (?:school|academy|primary|college|infants?|juniors?))\b",
    re.I,
)
RAISING, RUNNING = "activity.helping.fundraising", "activity.helping.trustee"
FEATURES = (
    *("in_name", "hinted_in_name", "of_name", "in_text", "hinted_in_text", "ways", "phrase", "early"),
    *("narrower", "is_family", "of_kin", "others", "name_says_else"),
    *("no_text", "length", "gives", "joined", "school", "fund"),
    *FAMILIES,
)
HOPE = 0.5  # by the words alone; below, no meaning makes a find sure enough, and encoding a text takes longest
NEAR = "near"  # cosine of the meanings of listing and term, where there is what tells meanings
Meaning = Callable[[str], "NDArray[np.int8] | None"]  # a text's vector, times a number that is the same for all


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a listing says of itself."""

    name: str
    text: str = ""
    body: str = ""  # the organisation's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A term whose words stand in a listing: the numbers of FEATURES, each in [0, 1], the words, and how near it is."""

    code: str
    numbers: tuple[float, ...]
    words: tuple[str, ...]
    near: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """A term that a listing probably has: `sure` in (0, 1]; without `words` where others like it have it."""

    code: str
    sure: float
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Finds:
    name: tuple[Spotted, ...]
    text: tuple[Spotted, ...]

    def all(self) -> tuple[Spotted, ...]:
        return (*self.name, *self.text)


class Nearness:
    """How near in meaning a listing is to terms; without what tells meanings it knows of none."""

    def __init__(self, taxonomy: Taxonomy, meaning: Meaning | None = None) -> None:
        self._taxonomy, self._meaning = taxonomy, meaning
        self._of: dict[str, NDArray[np.float32] | None] = {}

    def of(self, told: Told, codes: Iterable[str]) -> dict[str, float]:
        """Return the cosine of each term; empty where texts have no meaning here."""
        name = told.name.title() if told.name.isupper() else told.name
        here = self._vector(f"{name}. {without_objects(told.text[:LONGEST])}")
        terms = {code: self._term(code) for code in codes} if here is not None else {}
        return {code: float(here @ term) for code, term in terms.items() if here is not None and term is not None}

    def _term(self, code: str) -> NDArray[np.float32] | None:
        if code not in self._of:
            term = self._taxonomy.term(code)
            self._of[code] = self._vector(f"{term.label}. {term.definition or ''}")
        return self._of[code]

    def _vector(self, text: str) -> NDArray[np.float32] | None:
        made = self._meaning(text) if self._meaning else None
        if made is None:
            return None
        vector = made.astype(np.float32)
        return vector / (float(np.sqrt(vector @ vector)) or 1.0)


def found(
    taxonomy: Taxonomy,
    told: Told,
    nearness: Nearness | None = None,
    *,
    skip: Collection[str] = (),
    hope: float = HOPE,
) -> tuple[Found, ...]:
    """Return the terms whose words a listing says, by code; what it says it is not is none.

    How near they are in meaning is asked only of those that have a hope by their words, and are not to be skipped.
    """
    finds = _said(taxonomy, told)
    hoped = [one.code for one in finds if chance(logit(one)) >= hope and one.code not in skip]
    near = nearness.of(told, hoped) if nearness and hoped else {}
    return tuple(replace(one, near=near.get(one.code)) for one in finds)


def _said(taxonomy: Taxonomy, told: Told) -> tuple[Found, ...]:
    text = without_objects(told.text[:LONGEST])
    names, texts = _of_name(taxonomy, told.name), _by_code(taxonomy, text)
    finds = {code: _Finds(names.get(code, ()), texts.get(code, ())) for code in sorted({*names, *texts})}
    named = {code for code, one in finds.items() if _clear(one.name)}
    whole = _of_listing(told.name, text)
    return tuple(
        Found(
            code=code,
            numbers=(
                *_of_words(one, told.name, text),
                *_beside(code, finds),
                float(bool(named - {code}) and code not in named),
                *whole,
                *(float(code.startswith(f"{FACET}{family}")) for family in FAMILIES),
            ),
            words=_shown(one),
        )
        for code, one in finds.items()
    )


def _of_name(taxonomy: Taxonomy, name: str) -> dict[str, tuple[Spotted, ...]]:
    finds, parents = _by_code(taxonomy, name), PARENTS.search(name)
    if parents is None or taxonomy.get(RAISING) is None:
        return finds
    start, end = parents.span()
    said = Spotted(code=RAISING, weight=1.0, words=parents[0], start=start, end=end, negated=False)
    return {**{code: one for code, one in finds.items() if code != RUNNING}, RAISING: (said,)}


def _by_code(taxonomy: Taxonomy, text: str) -> dict[str, tuple[Spotted, ...]]:
    finds: dict[str, tuple[Spotted, ...]] = {}
    for one in taxonomy.spot(text, sides="listing") if text else ():
        if one.code.startswith(FACET) and not one.negated:
            finds[one.code] = (*finds.get(one.code, ()), one)
    return finds


def _clear(finds: Iterable[Spotted]) -> list[Spotted]:
    return [one for one in finds if one.weight >= CLEAR]


def _of_words(finds: _Finds, name: str, text: str) -> tuple[float, ...]:
    """Return what the words themselves tell: where they stand, how often, in how many ways."""
    named, said = _clear(finds.name), _clear(finds.text)
    share = sum(len(one.words.split()) for one in finds.name) / max(len(name.split()), 1)
    early = 1.0 if said else 0.0
    if said and len(text) > LONG_ENOUGH:
        early = 1 - said[0].start / len(text)
    return (
        float(bool(named)),
        float(len(named) < len(finds.name)),
        min(share, 1.0),
        min(len(said), 3) / 3,
        min(len(finds.text) - len(said), 3) / 3,
        min(len({one.words.casefold() for one in said}), 3) / 3,
        float(any(" " in one.words.strip() for one in (*named, *said))),
        early,
    )


def _beside(code: str, finds: Mapping[str, _Finds]) -> tuple[float, ...]:
    """Return what else was found: a narrower term, others of its family, others at all."""
    kin = sum(1 for other in finds if other != code and other.split(".")[1] == code.split(".")[1])
    return (
        float(any(other.startswith(f"{code}.") for other in finds)),
        float(code.count(".") == 1),
        min(kin, 4) / 4,
        min(math.log1p(len(finds) - 1) / 2.5, 1.0),
    )


def _of_listing(name: str, text: str) -> tuple[float, ...]:
    return (
        float(not text),
        min(len(text), 400) / 400,
        min(len(GIVES.findall(f"{name} . {text}")), 3) / 3,
        *(float(sign.search(name) is not None) for sign in (JOINED, SCHOOL, FUND)),
    )


def _shown(finds: _Finds) -> tuple[str, ...]:
    """Return the words that made it, the longest first, each once."""
    ranked = sorted(finds.all(), key=lambda one: (-one.weight, -len(one.words), one.start))
    return tuple({one.words.casefold(): one.words for one in reversed(ranked)}.values())[::-1][:SHOWN_WORDS]


def logit(find: Found) -> float:
    """Return the log-odds that a find is what an editor would put, by the weights that stand in the code."""
    bias, weights = (BIAS_ALONE, ALONE) if find.near is None else (BIAS, WEIGHTS)
    near = 0.0 if find.near is None else weights[NEAR] * find.near
    return bias + near + sum(weights[name] * value for name, value in zip(FEATURES, find.numbers, strict=True))


def chance(odds: float) -> float:
    """Return the chance of log-odds.

    Examples
    --------
    >>> chance(0.0), round(chance(2.0), 3)
    (0.5, 0.881)
    """
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def chosen(interests: Iterable[Interest], least: float) -> tuple[Interest, ...]:
    """Return what is proposed: the surest, never a family beside a term of it; ties by code."""
    ranked = sorted((one for one in interests if one.sure >= least), key=lambda one: (-one.sure, one.code))[:MOST]
    codes = {one.code for one in ranked}
    return tuple(one for one in ranked if not any(other.startswith(f"{one.code}.") for other in codes))
