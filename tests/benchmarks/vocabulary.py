"""Made-up words with the frequencies of a language: a short head of common ones and a long tail of rare forms.

Frequencies follow Zipf's law with Mandelbrot's offset, as in any large collection of texts (Mandelbrot, B. (1953). An
informational theory of the statistical structure of language).
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


def apart(words: str, by: str | None = None) -> tuple[str, ...]:
    """Return the words of a line."""
    return tuple(words.split(by))


FORMS = 80_000
OFFSET, SLOPE = 2.7, 1.1
COMMON = apart(
    "the and a to of in for we with you are is our on at or all your from as can it will be have who people come each "
    "every week us join local there welcome meet if not they by more do an this that time day what also home help free "
    "new group about some up out one friends tea community where their make friendly place fun no small open each hall "
    "morning afternoon evening session members run volunteers been has how learn enjoy chat support coffee together "
    "life always easy bring room great weekly centre other need own look any just hour take usually start please get "
    "warm first back through well good over many after before next later quiet gentle slow steady outside indoors"
)
STARTS = apart("b br c ch cl cr d dr f fl fr g gl gr h j k l m n p pl pr qu r s sh sk sl sp st str t th tr v w wh")
MIDDLES = apart("a e i o u ai ea ee oa oo ou")
ENDS = apart("b ck d dge ft g ke ld ll lt m mb mp n nd ng nk nt p pe r rd rk rm rn rt s se sh ss st t tch te th ve x")
ENDINGS = ("", "s", "ing", "ed", "er", "ly")  # a root and its forms: what stemming brings together


@lru_cache(maxsize=1)
def forms() -> tuple[str, ...]:
    """Return `FORMS` different words, the most common first: English words, then invented roots with their endings."""
    dice = np.random.default_rng(1953)
    found = dict.fromkeys(COMMON)
    invented: dict[str, None] = {}
    while len(invented) < FORMS:
        for root in _roots(dice, 4096):
            for ending in ENDINGS[: 2 + int(root[-1] in "dknt") * 4]:
                invented[root + ending] = None
    tail = [word for word in invented if word not in found]
    dice.shuffle(tail)
    return (*found, *tail)[:FORMS]


def _roots(dice: np.random.Generator, many: int) -> list[str]:
    syllables = dice.choice([1, 2, 2, 2, 3], many)
    parts = [dice.choice(part, (3, many)) for part in (STARTS, MIDDLES, ENDS)]
    return [
        "".join(
            f"{start[n]}{middle[n]}" for start, middle in list(zip(parts[0], parts[1], strict=True))[: syllables[n]]
        )
        + str(parts[2][0][n])
        for n in range(many)
    ]


def running(many: int, seed: int) -> list[str]:
    """Return so many words as they follow one another in running text, each drawn by its frequency."""
    shares = 1 / (np.arange(FORMS) + OFFSET) ** SLOPE
    steps: NDArray[np.float64] = np.cumsum(shares / shares.sum())
    drawn = np.searchsorted(steps, np.random.default_rng(seed).random(many) * steps[-1])
    words: list[str] = np.array(forms(), dtype=object)[drawn].tolist()
    return words
