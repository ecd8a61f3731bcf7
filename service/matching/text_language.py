"""Which language a text is written in: told from its small words, its letters and the words we know. Pure.

No more is asked of it than which way to understand a text. A few words are taken for English unless something speaks
for another language, since names and words of activities are alike in many.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from service.catalog.words.lookalikes import word_set
from service.catalog.words.spotting import Token, surfaces, tokens
from service.catalog.words.taxonomy import Taxonomy

ENGLISH: Final = "en"
OTHER: Final = "other"  # none of those we can tell
SMALL: Final = 1.0  # what a small word says for its language (proposed, as all here)
SYNONYM: Final = 1.0  # a word of the taxonomy in that language
LETTER: Final = 0.5  # a word with a letter of that language, or of none of ours
IN_TERMS: Final = 0.75  # a word of the taxonomy's English
IN_LISTINGS: Final = 0.25  # a word that listings have, most of them being English
EXPECTED: Final = 0.3  # the language of the page, or English where there is none
LEAST: Final = 0.2  # of all words, what must speak for a language for it to be that one
SHORTEST: Final = 3  # letters; shorter small words ("de", "y") are not English because a phrase of ours has them
FEW: Final = 3  # words; fewer of which nothing is known are what was expected

SMALL_WORDS: Final[Mapping[str, frozenset[str]]] = {
    "en": word_set("""
a the i im ive id to and of in my it its that for on you me but not so do dont didnt doesnt with have has had havent be
been at we or am was were are is isnt like want would could should can cant wont just if about from get got all some
one any anyone anybody someone somebody people who what there theres he she they his her our your their this these when
where because by as no an up out go going after before never again than then them him us will hello please thanks than
"""),
    "es": word_set("""
a al algo alguien aqui aunque cada como con cosa cosas cuando de del desde donde dos e el ella en entre era es esa ese
eso esta estan estar este esto estoy gente gusta gustan gustaria ha hacer hasta hay la las le les lo los mas me mi mis
mucho mujer muy nada nadie ni no nos o para pero poco por porque pues que quien quiero se ser si sin sobre solo sola
soy su sus tambien tengo tiene todo todos tu un una unos y ya yo busco hola ayuda
"""),
    "pl": word_set("""
a albo ale ani bez bo by byc byl byla bylo co cos czy dla do gdzie go i ich ile ja jak jako je jej jest jestem jego
juz kiedy kogos ktos ktora ktore ktory lat lub ma mam mi mnie moge moj moja moje mozna my na nad nie nic nikt nikogo o
od on ona oraz po pod potrzebuje przed przez przy sa sam sama samo sie sobie szukam ta tak takze tam te tego tej ten to
tu tylko w we wiec wszystko z za ze zeby chce chcialbym chcialabym lubie ludzi bardzo moze teraz tez jednym
"""),
    "fr": word_set("""
a ai aime au aussi aux avec bien ca car ce cest cette chez comme dans de des du elle en est et etre fait faire gens
il ils j jai je jaime la le les leur lui ma mais me meme mes moi mon ne nous on ou par pas personne peu plus pour pres
quand que quelque quelquun quelqu qui qu rien sa sans se ses si son suis sur tres trop tu un une vous voudrais
cherche bonjour aide seul seule depuis y
"""),
    "de": word_set("""
aber alle alles als am an auch auf aus bei bin bis bitte da das dass dem den der des die doch dort du ein eine einen
einem einer es etwas fur ganz gern gerne gibt habe haben hat hatte hier ich ihr im in ist ja jemand jemanden kann kein
keine keinen leute mag man mein meine meinen mich mir mit mochte nach nicht nichts niemand noch nur oder ohne sehr sein
seit sich sie sind so suche um und uns unter viel vom von vor war was weil wenn wer wie wieder will wir wo zu zum zur
"""),
    "it": word_set("""
a ai al alla anche che chi ci come con cosa cosi da dal degli dei del della delle di dove due e ed era fare gli ha
hanno ho i il in io la le lei lo lui ma mai me mi mia miei mio molto nel nella nessuno niente no noi non o ogni per
perche piace piu po poi qualche qualcuno quando quello questo qui se sei senza si siamo sola solo sono sta sto su sua
suo tra tutti tutto un una uno vorrei cerco ciao aiuto
"""),
    "pt": word_set("""
a ajuda alguem algo ao aos aqui as ate com como da das de depois do dos e ela ele em entre era essa esse esta estou eu
foi gente gosto gostaria ha isso isto ja la mais mas me mesmo meu meus minha minhas muito na nada nao nas nem ninguem
no nos o onde os ou para pela pelo pessoas por porque pra quando que quem quero se sem ser seu so sou sua tambem tem
tenho ter tudo um uma umas voce procuro ola sozinho sozinha
"""),
    "cy": word_set("""
a ac achos am angen ar ati au be bod byd chwaith chi cyn dal dan dim dw dwi dydi ddim dy ddwy e efo ei eisiau ein er
ers eto eu fawr fe fedra felly fi fo fod fy gan gen gyda gydag gwneud hefyd heb helo hi hoffi hoffwn hun i iawn in isio
iti lle llawer mae maen mewn mi mor mynd na neb neu ni nid nhw o oed oedd oes os pan pob pobl pwy rhai rhaid rhyw
rhywbeth rhywle rhywun roedd ro roeddwn rwan rwyf rydw rwyn sydd sy taswn tasa ti tra trwy un unig unrhyw wedi weithiau
wnaiff wrth wyf y ydi ydw ydy yma yn yng ym ymuno yr dwin ron
"""),
}
_LETTERS: Final[Mapping[str, str]] = {  # beside those of English
    "es": "áéíóúñü¿¡",
    "pl": "ąćęłńóśźż",
    "fr": "àâçèéêëîïôœùû",
    "de": "äöüß",
    "it": "àèéìòù",
    "pt": "ãõâêôáéíóúç",
    "cy": "âêîôûŵŷï",
}
_URDU: Final = frozenset("ٹڈڑںےۓہھ")  # letters that of the languages in Arabic script Urdu has
_NOT_URDU: Final = frozenset("ةكيىأإؤ")  # letters that are typed in Arabic

Knows = Callable[[str], bool]  # whether listings have the word of this stem


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of a taxonomy by language.

    Attributes
    ----------
    stems, english : frozenset of str
        Of its English: stems, and folded words as they are written.
    others : mapping of str to frozenset of str
        A folded word to the other languages that have it.
    """

    stems: frozenset[str]
    english: frozenset[str]
    others: Mapping[str, frozenset[str]]


@lru_cache(maxsize=2)
def vocabulary(taxonomy: Taxonomy) -> Vocabulary:
    """Return the words of a taxonomy by language; small words say nothing here."""
    english: dict[str, str] = {}
    others: dict[str, set[str]] = {}
    for term in taxonomy.terms:
        for phrase in term.phrases():
            if phrase.english:
                english.update((word, taxonomy.stem(word)) for word in surfaces(phrase.words))
        for language, phrases in term.synonyms.items():
            for word in (word for phrase in phrases for word in surfaces(phrase)):
                if word not in _HOLDERS:
                    others.setdefault(word, set()).add(language)
    return Vocabulary(
        frozenset(english.values()), frozenset(english), {word: frozenset(found) for word, found in others.items()}
    )


def _holders() -> Mapping[str, tuple[str, ...]]:
    """Return the languages that have each small word."""
    held: dict[str, tuple[str, ...]] = {}
    for language, small in SMALL_WORDS.items():
        for word in small:
            held[word] = (*held.get(word, ()), language)
    return held


_HOLDERS: Final = _holders()


def language_of(text: str, known: Vocabulary, knows: Knows, expected: str | None = None) -> str:
    """Tell the language of a text.

    Parameters
    ----------
    text : str
    known : Vocabulary
    knows : callable
        Whether listings have the word of an English stem.
    expected : str or None
        Language of the page or of the caller, if told: it decides where the text does not.

    Returns
    -------
    str
        ISO 639-1 code of a language of `SMALL_WORDS`, ``ur``, or `OTHER`. ``en`` where there is nothing to read.
    """
    script = _script(text)
    if script == "ARABIC":
        return _of_arabic(text, expected)
    if script not in ("", "LATIN"):
        return OTHER if expected is None or expected in SMALL_WORDS else expected
    votes = _Votes()
    for word in tokens(text):
        if not word.surface.isdigit():
            votes.hear(word, set(text[word.start : word.end].lower()), known, knows)
    return votes.decided(expected or ENGLISH)


def small_words(language: str) -> frozenset[str]:
    """Return the folded words of a language that say nothing of what is looked for."""
    return SMALL_WORDS.get(language, frozenset())


class _Votes:
    """What the words of a text say: for English, against it, and for each other language."""

    def __init__(self) -> None:
        self.words = 0
        self.english = self.foreign = self.shared = 0.0
        self.by_language = dict.fromkeys((*SMALL_WORDS, OTHER), 0.0)

    def hear(self, word: Token, letters: set[str], known: Vocabulary, knows: Knows) -> None:
        small, spoken = _HOLDERS.get(word.surface, ()), known.others.get(word.surface, frozenset())
        english = word.surface in known.english and (not small or len(word.surface) >= SHORTEST)
        self.words += 1
        if small or spoken:
            held = small or spoken
            self._speak({*held, ENGLISH} if english else held, SMALL if small else SYNONYM)
        elif word.stem in known.stems:
            self._speak((ENGLISH,), IN_TERMS)
        elif knows(word.stem):
            self._speak((ENGLISH,), IN_LISTINGS)
        marks = {letter for letter in letters if letter.isalpha() and not letter.isascii()}
        if marks and not english:
            self._speak([one for one, own in _LETTERS.items() if marks <= set(own)] or (OTHER,), LETTER)

    def _speak(self, languages: Iterable[str], weight: float) -> None:
        """Share a word between the languages that have it; one that English has too says nothing against it."""
        held = tuple(languages)
        if held == (ENGLISH,):
            self.english += weight
        elif ENGLISH in held:
            self.shared += weight
        else:
            self.foreign += weight
        for language in held:
            self.by_language[language] += weight / len(held)

    def decided(self, expected: str) -> str:
        understood = self.english + self.shared
        if not self.words:
            return ENGLISH
        if not understood and not self.foreign:
            return expected if self.words < FEW or expected != ENGLISH else OTHER
        prior = EXPECTED if expected == ENGLISH else -EXPECTED
        enough = self.words < FEW or understood >= LEAST * self.words
        if enough and (not self.foreign or self.english + prior >= self.foreign):
            return ENGLISH
        return self._other_than_english(expected)

    def _other_than_english(self, expected: str) -> str:
        order = [expected, *(language for language in self.by_language if language != expected)]
        best = max((one for one in order if one != ENGLISH), key=lambda one: self.by_language.get(one, 0.0))
        if self.words >= FEW and self.by_language.get(best, 0.0) < LEAST * self.words:
            return expected if expected != ENGLISH else OTHER
        return best


def _script(text: str) -> str:
    """Return the script of most letters by its Unicode name, '' without letters."""
    if text.isascii():
        return "LATIN"
    named = Counter(unicodedata.name(letter, "").partition(" ")[0] for letter in text if letter.isalpha())
    return max(named, key=lambda script: (named[script], script), default="")


def _of_arabic(text: str, expected: str | None) -> str:
    letters = set(text)
    if expected == "ur" or letters & _URDU:
        return "ur"
    return OTHER if letters & _NOT_URDU or len(tokens(text)) >= FEW else "ur"
