"""A text as the numbers of its word pieces, as BERT's uncased models count them. Pure.

The steps are those of the WordPiece tokenizer that the model was trained with; `VERSION` goes into the encoder's name,
so that a change here makes old vectors strangers.

References
----------
Devlin, J. et al. (2019). BERT: Pre-training of Deep Bidirectional Transformers. NAACL-HLT. Wu, Y. et al. (2016).
Google's Neural Machine Translation System, section 4.1 (word pieces).
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice
from pathlib import Path

VERSION = 1  # raise it when the same text may give other numbers
LONGEST_WORD = 100  # characters; a longer word is unknown as a whole
_BLANKS = "\t\n\r"
_DROPPED = {code: None for code in (*range(32), *range(127, 160), 0xFFFD) if chr(code) not in _BLANKS}
_UNSEEN = frozenset(("Cc", "Cf", "Co", "Cs"))  # a letter younger than this Python's tables is kept, and unknown
# Ideographs stand alone. From U+2B820 on the trained tokenizer leaves a gap up to U+2B91F; so do we.
_IDEOGRAPH = re.compile(
    "([\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002a6df\U0002a700-\U0002b81f\U0002b920-\U0002ceaf"
    "\U0002f800-\U0002fa1f])"
)


class WordPiece:
    """Counts word pieces by one vocabulary.

    Parameters
    ----------
    vocabulary : mapping of piece to number
        Holds [UNK], [CLS] and [SEP]; pieces that continue a word begin with ``##``.

    Raises
    ------
    KeyError
        One of the three is missing.
    """

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        self._numbers = vocabulary
        self._unknown, self._first, self._last = (vocabulary[name] for name in ("[UNK]", "[CLS]", "[SEP]"))

    @classmethod
    def read(cls, path: Path) -> "WordPiece":
        """Read a vocabulary of one piece a line; the first has number 0."""
        return cls.parse(path.read_bytes())

    @classmethod
    def parse(cls, vocabulary: bytes) -> "WordPiece":
        """Read a vocabulary as `read` does, from what is in its file."""
        lines = vocabulary.decode("utf-8").removesuffix("\n").split("\n")
        return cls({piece: number for number, piece in enumerate(lines)})

    def numbers(self, text: str, limit: int) -> list[int]:
        """Return the numbers of a text's pieces between the marks of its begin and end, `limit` numbers at most.

        No piece beyond the limit is looked at. A mark that is written out in the text is text.
        """
        return [self._first, *islice(self._pieces(text), limit - 2), self._last]

    def _pieces(self, text: str) -> Iterator[int]:
        for chunk in text.translate(_DROPPED).split():
            for word in _words(chunk):
                yield from self._word(word)

    def _word(self, word: str) -> list[int]:
        """Cut a word into the longest pieces that the vocabulary knows, from its begin; unknown if any is left."""
        if len(word) > LONGEST_WORD:
            return [self._unknown]
        found: list[int] = []
        start, mark = 0, ""
        while start < len(word):
            for end in range(len(word), start, -1):
                number = self._numbers.get(mark + word[start:end])
                if number is not None:
                    break
            else:
                return [self._unknown]
            found.append(number)
            start, mark = end, "##"
        return found


def _words(chunk: str) -> list[str]:
    """Fold a chunk without blanks, and part it at each punctuation mark and ideograph, which stay as words."""
    if chunk.isascii():
        plain = chunk.lower()
        if plain.isalnum():
            return [plain]
    else:
        shown = "".join(letter for letter in chunk if unicodedata.category(letter) not in _UNSEEN)
        parted = _IDEOGRAPH.sub(r" \1 ", shown)
        bare = (letter for letter in unicodedata.normalize("NFD", parted) if unicodedata.category(letter) != "Mn")
        plain = "".join(letter.lower() for letter in bare)  # one by one: no rule for the last letter of a word
    return "".join(f" {letter} " if _is_punctuation(letter) else letter for letter in plain).split()


@lru_cache(maxsize=4096)
def _is_punctuation(letter: str) -> bool:
    """Say whether this is a mark; signs of ASCII such as $ and + count, which Unicode calls symbols."""
    return unicodedata.category(letter)[0] == "P" or (letter.isascii() and not letter.isalnum() and letter > " ")
