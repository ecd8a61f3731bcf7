"""What editors' answers taught of interests, as plain arrays, and its use: words of a text to how sure. Pure."""

import hashlib
import io
import math
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from service.catalog.reading.interests import LONGEST, Found, Interest, Meaning, Nearness, Told, chance, found, logit
from service.catalog.words.objects import without_objects
from service.catalog.words.spotting import tokens
from service.catalog.words.taxonomy import Taxonomy

FORMAT = 1  # raise it when the arrays change their meaning: an older file is then no model, and the words go on alone
WIDEST = 6.0  # log-odds beyond which a text tells no more
LIKELY = 0.0  # log-odds of the text alone from which a term is thought of whose words it does not say
SIGNS = 5  # numbers that are joined: see `signs`
Floats = NDArray[np.float32]


class DamagedModelError(ValueError):
    """A file of what was learnt cannot be used; never leaves those who keep it."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Learnt:
    """A linear model of texts, and how it is joined with the words of the taxonomy.

    Attributes
    ----------
    codes : tuple of str
    words : tuple of str
        Words and pairs of words, as `pieces` gives them.
    rarity : ndarray, shape (n_words,)
    weights : ndarray, shape (n_codes, n_words)
    bias : ndarray, shape (n_codes,)
    taken : mapping of str to float
        Log-odds with which editors took a find of a term.
    joined : ndarray, shape (SIGNS + 1,)
        Weights of the signs and their bias.
    """

    codes: tuple[str, ...]
    words: tuple[str, ...]
    rarity: Floats
    weights: Floats
    bias: Floats
    taken: Mapping[str, float]
    joined: NDArray[np.float64]


def pieces(told: Told) -> list[str]:
    """Return what a text is learnt by: stems of words, of two beside each other, and those of name and body apart.

    Examples
    --------
    >>> pieces(Told(name="Sale Choir", text="We sing."))
    ['n sale', 'n choir', 'we', 'sing', 'we sing']
    """
    name = [f"n {token.stem}" for token in tokens(told.name)]
    body = [f"b {token.stem}" for token in tokens(told.body)]
    text = [token.stem for token in tokens(without_objects(told.text[:LONGEST]))]
    return [*name, *body, *text, *(" ".join(two) for two in zip(text, text[1:], strict=False))]


class Reader:
    """Asks what was learnt, or the words alone; made once, then asked of many listings."""

    def __init__(self, taxonomy: Taxonomy, learnt: Learnt | None = None, meaning: Meaning | None = None) -> None:
        self._taxonomy, self._learnt = taxonomy, learnt
        self._nearness = Nearness(taxonomy, meaning)
        self._places = {word: place for place, word in enumerate(learnt.words)} if learnt else {}

    def interests(self, told: Told, skip: Collection[str] = ()) -> list[Interest]:
        """Return every term this listing may have, with how sure that is; of what is skipped roughly."""
        finds = found(self._taxonomy, told, self._nearness, skip=skip)
        if self._learnt is None:
            return [Interest(code=one.code, sure=chance(logit(one)), words=one.words) for one in finds]
        odds, said = self._odds(told, self._learnt), {one.code: one for one in finds}
        thought = {code for code, value in odds.items() if value >= LIKELY and self._taxonomy.get(code)}
        return [
            Interest(code=code, sure=self._sure(code, said.get(code), odds, self._learnt), words=_words(said, code))
            for code in sorted({*said, *thought})
        ]

    def _odds(self, told: Told, learnt: Learnt) -> dict[str, float]:
        counts = Counter(self._places[piece] for piece in pieces(told) if piece in self._places)
        places = np.fromiter(sorted(counts), dtype=np.int64, count=len(counts))
        times = np.array([1 + math.log(counts[int(place)]) for place in places])
        row = times * learnt.rarity[places]
        row = row / (float(np.sqrt(row @ row)) or 1.0)
        odds = learnt.weights[:, places] @ row + learnt.bias
        return dict(zip(learnt.codes, odds.tolist(), strict=True))

    @staticmethod
    def _sure(code: str, find: Found | None, odds: Mapping[str, float], learnt: Learnt) -> float:
        numbers = signs(find, odds.get(code), learnt.taken.get(code, 0.0))
        return chance(float(np.dot(learnt.joined[:-1], numbers) + learnt.joined[-1]))


def _words(said: Mapping[str, Found], code: str) -> tuple[str, ...]:
    return said[code].words if code in said else ()


def signs(find: Found | None, odds: float | None, taken: float) -> tuple[float, ...]:
    """Return what is joined: do words say it, how surely, is the text known, does it say it, was it taken before."""
    clipped = 0.0 if odds is None else max(-WIDEST, min(WIDEST, odds))
    words = 0.0 if find is None else logit(find)
    return (float(find is not None), words, float(odds is not None), clipped, taken if find is not None else 0.0)


def as_bytes(learnt: Learnt) -> bytes:
    """Write it down: plain arrays, with their sum in front."""
    file = io.BytesIO()
    np.savez_compressed(
        file,
        format=np.array([FORMAT]),
        codes=np.array(learnt.codes, dtype=np.str_),
        words=np.array(learnt.words, dtype=np.str_),
        rarity=learnt.rarity,
        weights=learnt.weights,
        bias=learnt.bias,
        taken_codes=np.array(sorted(learnt.taken), dtype=np.str_),
        taken=np.array([learnt.taken[code] for code in sorted(learnt.taken)]),
        joined=learnt.joined,
    )
    return hashlib.sha256(file.getvalue()).digest() + file.getvalue()


def from_bytes(data: bytes) -> Learnt:
    """Read it again. Raises DamagedModelError for anything but what `as_bytes` wrote; nothing in it is run."""
    start = hashlib.sha256().digest_size
    if hashlib.sha256(data[start:]).digest() != data[:start]:
        raise DamagedModelError("sum")
    try:
        with np.load(io.BytesIO(data[start:]), allow_pickle=False) as file:
            return _checked({name: file[name] for name in file.files})
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise DamagedModelError("arrays") from error


def _checked(arrays: Mapping[str, NDArray[Any]]) -> Learnt:
    codes, words = arrays["codes"].tolist(), arrays["words"].tolist()
    shapes = (arrays["weights"].shape, arrays["bias"].shape, arrays["rarity"].shape, arrays["joined"].shape)
    wanted = ((len(codes), len(words)), (len(codes),), (len(words),), (SIGNS + 1,))
    if arrays["format"].tolist() != [FORMAT] or shapes != wanted:
        raise DamagedModelError("shape")
    return Learnt(
        codes=tuple(codes),
        words=tuple(words),
        rarity=arrays["rarity"],
        weights=arrays["weights"],
        bias=arrays["bias"],
        taken=dict(zip(arrays["taken_codes"].tolist(), arrays["taken"].tolist(), strict=True)),
        joined=arrays["joined"],
    )
