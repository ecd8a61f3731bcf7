"""How old one must be to read an English text: Flesch and Kincaid's grade, and five years. Pure.

Grade = 0.39 * words / sentences + 11.8 * syllables / words - 15.59 (Kincaid, Fishburne, Rogers and Chissom, Derivation
of new readability formulas for Navy enlisted personnel, 1975). A pupil of grade n is n + 5 years old.

Syllables are counted as groups of vowels, y among them. A silent e at the end, in -es and -ed makes none; -le behind a
consonant makes one, and so do -ted, -ded and -ses. A word of up to three letters has one. For some words this is one
more or less than a dictionary says. What stands between colons, semicolons and full stops is a sentence: a reader may
pause there. A placeholder counts as a word of one syllable; addresses and tags are not read.
"""

import re

YEARS_BEFORE_SCHOOL = 5
TAG, PLACE = re.compile(r"<[^>]+>"), re.compile(r"%\(\w+\)[sd]|\{\w+\}")
ADDRESS = re.compile(r"\b[\w.+-]+@[\w.-]+|\bhttps?://\S*")
WORD, VOWELS = re.compile(r"[a-z]+(?:[’'][a-z]+)*", re.IGNORECASE), re.compile(r"[aeiouy]+")
END = re.compile(r"[.!?…:;]+(?=\s|[”\")]|$)")
SILENT = re.compile(
    r"(?<=[^aeiouyl])e$|(?<=[aeiouyr]l)e$|(?<=[^aeiouystzxdhl])es$|(?<=[aeiouyr]l)es$|(?<=[^aeiouytd])ed$"
)


def syllables(word: str) -> int:
    """Count the syllables of a word.

    Examples
    --------
    >>> [syllables(word) for word in ("choir", "tables", "asked", "wanted", "people", "nearby", "don’t", "confirmed")]
    [1, 2, 1, 2, 2, 2, 1, 2]
    """
    letters = re.sub(r"[^a-z]", "", word.lower())
    if len(letters) <= 3:
        return 1
    return max(1, len(VOWELS.findall(SILENT.sub("", letters))))


def sentences(text: str) -> list[list[str]]:
    """Return the words of each sentence."""
    plain = PLACE.sub("it", TAG.sub(" ", ADDRESS.sub(" ", text)))
    return [found for part in END.split(plain) if (found := WORD.findall(part))]


def words(text: str) -> int:
    """Count the words."""
    return sum(map(len, sentences(text)))


def age(text: str) -> float:
    """Return the age at which a text can be read; 0 where there is nothing to read.

    Examples
    --------
    >>> round(age("The group meets in the hall. You can just turn up."), 1)
    3.4
    """
    found = [word for sentence in sentences(text) for word in sentence]
    if not found:
        return 0.0
    long, heavy = len(found) / len(sentences(text)), sum(map(syllables, found)) / len(found)
    return 0.39 * long + 11.8 * heavy - 15.59 + YEARS_BEFORE_SCHOOL
