"""The tree of interests with its everyday words, and how near one term is to another; no words of the faces. Pure."""

import hashlib
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from types import MappingProxyType
from typing import Any, Final

from service.catalog.words.lookalikes import phrase_list, word_set
from service.catalog.words.spotting import BLOCK, HINT, SITUATION, STRONG, Phrase, Side, Spotted, Spotter, fold, stemmer

__all__ = ["Spotted", "Taxonomy", "Term", "TaxonomyMistake", "parse_terms"]

SAME: Final = 1.0  # exactly what was wanted
NARROWER: Final = 0.9  # wanted exercise, offered yoga
BROADER: Final = 0.6  # wanted yoga, offered exercise of some kind
SIBLING: Final = 0.35  # wanted yoga, offered tai chi
UNRELATED: Final = 0.0

FACETS: Final = ("activity", "mechanism", "life", "format")
MATCHES: Final = ("exactMatch", "broadMatch")
KIN: Final = word_set("""
mum mam mom mother mummy dad father daddy husband hubby wife missus partner girlfriend boyfriend son daughter sister
brother twin nan nana nanna gran granny grandma grandad granddad grandpa grandmother grandfather parents friend aunt
auntie uncle cousin
""")
SPELT_OUT: Final[Mapping[str, tuple[str, ...]]] = {
    "kin": tuple(sorted(KIN)),
    "somebody": tuple(sorted(word_set("someone somebody anyone anybody people others friend mates pals folk company"))),
    "nobody": phrase_list("""
nobody; no one; noone; nobody ever; no one ever; not anyone; not anybody; not got anyone; never anyone; hardly anyone;
hardly anybody; don't have anyone; don't have anybody; haven't got anyone; haven't got anybody; haven't anyone;
ain't got anyone; without anyone; no friends; no mates; no company
"""),
    "liketo": phrase_list("""
like to; love to; used to; want to; wanna; learn to; learnt to; hope to; wish to; try to; start to; able to;
wish I could; back to
"""),
    "country": tuple(
        sorted(
            word_set("""
afghanistan albania algeria argentina bangladesh bolivia bosnia brazil bulgaria cameroon chile china colombia congo
croatia cuba cyprus egypt eritrea estonia ethiopia gambia georgia ghana greece guyana hungary india indonesia iran iraq
ireland italy jamaica japan kenya korea kosovo kurdistan latvia lebanon libya lithuania malaysia malawi mexico moldova
morocco mozambique myanmar nepal nigeria pakistan palestine peru philippines poland portugal romania russia rwanda
senegal serbia slovakia slovenia somalia spain sudan syria tanzania thailand trinidad tunisia turkey uganda ukraine
venezuela vietnam yemen zambia zimbabwe
""")
        )
    ),
}  # what {kin} and its like stand for in terms.toml
_SPELT: Final = re.compile(r"\{(\w+)\}")


class TaxonomyMistake(ValueError):
    """The taxonomy's own files contradict themselves; found when it is built, never by a visitor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One thing to do or to be helped with.

    Attributes
    ----------
    code : str
        Dotted: facet, family, term.
    facet : str
        One of FACETS.
    label : str
        Plain English name.
    definition : str or None
    broader : str or None
        The family; None at the top.
    words : tuple of str
        English; saying one means this term. A leading ``=`` takes the word as it stands, without stemming.
    hints : tuple of str
        English; saying one suggests this term.
    said : tuple of str
        English; as `words`, but heard from a person only, since a listing means something else or never says it.
    situations : tuple of str
        English; what a person goes through, from which this wish follows. Weighs less than a wish spoken out.
    not_words : tuple of str
        English; phrases with one of the above that mean something else.
    synonyms : mapping of str to tuple of str
        Language to everyday words, in the forms met in running speech.
    pictogram : str or None
        Name of a drawing.
    open_active, open_active_match : str or None
        Concept id of the OpenActive activity list, and exactMatch or broadMatch.
    open_eligibility, open_eligibility_match : str or None
        Number of an Open Eligibility 2.0 term, and exactMatch or broadMatch.
    """

    code: str
    facet: str
    label: str
    definition: str | None = None
    broader: str | None = None
    words: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    situations: tuple[str, ...] = ()
    not_words: tuple[str, ...] = ()
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    pictogram: str | None = None
    open_active: str | None = None
    open_active_match: str | None = None
    open_eligibility: str | None = None
    open_eligibility_match: str | None = None

    def phrases(self) -> Iterator[Phrase]:
        """Yield everything that is looked for in a text, the label included."""
        weak = {word.removeprefix("=").casefold() for word in (*self.hints, *self.not_words)}
        name = () if self.label.casefold() in weak else (f"={self.label}",)
        words = (*name, *self.words)
        for entries, weight, person_only in (
            (words, STRONG, False),
            (self.hints, HINT, False),
            (self.said, STRONG, True),
            (self.situations, SITUATION, True),
            (self.not_words, BLOCK, False),
        ):
            for entry in entries:
                for text in _spelt_out(entry):
                    yield Phrase(code=self.code, words=text, weight=weight, person_only=person_only)
        for entries in self.synonyms.values():
            for entry in entries:
                yield Phrase(code=self.code, words=entry, weight=STRONG, english=False)

    def phrases_in(self, language: str) -> Iterator[Phrase]:
        """Yield what is looked for in a text that is known to be in another language.

        Those are its own words, and single English ones as they are written, since names of things are borrowed: a hint
        or a misspelling of one language is an ordinary word of another.
        """
        borrowed = (entry.removeprefix("=") for entry in (self.label, *self.words) if " " not in entry)
        for entry in (*self.synonyms.get(language, ()), *borrowed):
            yield Phrase(code=self.code, words=entry, weight=STRONG, english=False)


class Taxonomy:
    """The whole tree, ready to be asked; unchanging, so that threads may share it.

    Parameters
    ----------
    terms : sequence of Term
        In the order in which people shall see them.
    known_words : frozenset of str
        Words never taken for a misspelling, such as names of places.
    stems : mapping of str to str
        Stems of words known beforehand; what is not there is worked out.

    Raises
    ------
    TaxonomyMistake
        A code twice, a broader term that does not exist, or a {name} that stands for nothing.
    """

    def __init__(
        self,
        terms: Sequence[Term],
        *,
        known_words: frozenset[str] = frozenset(),
        stems: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._terms = {term.code: term for term in terms}
        if len(self._terms) != len(terms):
            raise TaxonomyMistake("a code is there twice")
        self._children: dict[str, list[Term]] = defaultdict(list)
        for term in terms:
            for entry in (*term.words, *term.hints, *term.said, *term.situations, *term.not_words):
                _names_in(entry)
            if term.broader is not None:
                if term.broader not in self._terms:
                    raise TaxonomyMistake(f"{term.code}: no such broader term {term.broader}")
                self._children[term.broader].append(term)
        self.stem = stemmer(stems)  # of a folded word of English
        self._labels = {fold(term.label): term.code for term in reversed(terms)}
        self._known_words, self._stems = known_words, stems
        self._abroad: dict[str, Spotter] = {}
        self.digest = hashlib.sha256("\n".join(map(repr, terms)).encode()).hexdigest()[:16]

    @cached_property
    def _spotter(self) -> Spotter:
        """Made when the first text is read: many a process, and each start, reads none."""
        phrases = (phrase for term in self.terms for phrase in term.phrases())
        return Spotter(phrases, self._known_words, self._stems)

    @property
    def terms(self) -> tuple[Term, ...]:
        """Every term, in the order given."""
        return tuple(self._terms.values())

    def get(self, code: str) -> Term | None:
        """Return a term, or None when there is none of this code."""
        return self._terms.get(code)

    def term(self, code: str) -> Term:
        """Return a term; raises KeyError when there is none of this code."""
        return self._terms[code]

    def families(self) -> tuple[Term, ...]:
        """Return the families of activities."""
        return tuple(term for term in self.terms if term.facet == "activity" and term.broader is None)

    def children(self, code: str) -> tuple[Term, ...]:
        """Return the terms one step below."""
        return tuple(self._children.get(code, ()))

    def narrower(self, code: str) -> tuple[Term, ...]:
        """Return all terms below, nearest first."""
        below = self.children(code)
        return below + tuple(term for child in below for term in self.narrower(child.code))

    def broader(self, code: str) -> Term | None:
        """Return the term one step above, or None at the top; raises KeyError for an unknown code."""
        above = self._terms[code].broader
        return None if above is None else self._terms[above]

    def closeness(self, wanted: str, offered: str) -> float:
        """Tell how well an offered term answers a wanted one.

        Returns
        -------
        float
            In [0, 1], higher is nearer: 1 the same, .9 offered is narrower, .6 offered is broader, .35 both in one
            family, 0 otherwise and for unknown codes.
        """
        if wanted not in self._terms or offered not in self._terms:
            return UNRELATED
        if wanted == offered:
            return SAME
        if wanted in self._above(offered):
            return NARROWER
        if offered in self._above(wanted):
            return BROADER
        family = self._terms[wanted].broader
        return SIBLING if family is not None and family == self._terms[offered].broader else UNRELATED

    def spot(self, text: str, *, sides: Side = "person", language: str | None = None) -> tuple[Spotted, ...]:
        """Find the terms a free text of any language speaks of, in the order of the text.

        Finds of the facet `life` are the words of a person about themselves or of a listing about whom it serves;
        they may be offered as a choice, and are never to be taken as one.

        Parameters
        ----------
        text : str
        sides : 'person' or 'listing'
            Misspellings and dislikes are read on the person's side only.
        language : str or None
            ISO 639-1 of the text where it is told and not English: see `Term.phrases_in`.
        """
        if language is None or language == "en":
            return self._spotter.spot(text, sides)
        if language not in self._abroad:
            self._abroad[language] = Spotter(phrase for term in self.terms for phrase in term.phrases_in(language))
        return self._abroad[language].spot(text, sides)

    def spot_exact(self, word: str) -> tuple[str, ...]:
        """Resolve one interest somebody typed or another system sent: a code, a label, an everyday word.

        Returns
        -------
        tuple of str
            Codes, best first; empty when the word is unknown.
        """
        plain = word.strip().casefold()
        if plain in self._terms:
            return (plain,)
        label = self._labels.get(fold(plain))
        if label is not None:
            return (label,)
        means = self._spotter.meanings(plain)
        if not means:
            finds = self._spotter.spot(word)
            clear = [one for one in finds if one.weight > SITUATION and not one.negated]
            means = {one.code: one.weight for one in sorted(clear, key=lambda one: one.weight)}
        return tuple(sorted(means, key=lambda code: (-means[code], *self._rank(code))))

    def _above(self, code: str) -> Iterator[str]:
        above = self._terms[code].broader
        while above is not None:
            yield above
            above = self._terms[above].broader

    def _rank(self, code: str) -> tuple[int, int, str]:
        term = self._terms[code]
        return FACETS.index(term.facet), -code.count("."), code


def parse_terms(terms_toml_text: str, languages: Mapping[str, str], mappings_toml_text: str = "") -> tuple[Term, ...]:
    """Read the taxonomy's files.

    Parameters
    ----------
    terms_toml_text : str
        One table a code: label, definition, pictogram, words, hints, said, situations, not_words.
    languages : mapping of str to str
        Language to the text of its file: code = list of words.
    mappings_toml_text : str
        One table a code: open_active, open_eligibility, each {id, match}.

    Raises
    ------
    TaxonomyMistake
        A file names a code that is not a term, or a facet or kind of match that does not exist.
    """
    tables = tomllib.loads(terms_toml_text)
    spoken = {language: tomllib.loads(text) for language, text in languages.items()}
    mapped = tomllib.loads(mappings_toml_text)
    for name, codes in (*spoken.items(), ("mappings", mapped)):
        if strange := sorted(set(codes) - set(tables)):
            raise TaxonomyMistake(f"{name}: not terms: {', '.join(strange)}")
    return tuple(_term(code, tables, spoken, mapped.get(code, {})) for code in tables)


def _term(code: str, tables: Mapping[str, Any], spoken: Mapping[str, Any], mapped: Mapping[str, Any]) -> Term:
    facet, _, rest = code.partition(".")
    if facet not in FACETS or not rest:
        raise TaxonomyMistake(f"{code}: no such facet")
    table = tables[code]
    broader = code.rpartition(".")[0] if "." in rest else None
    family = tables[broader] if broader is not None and broader in tables else {}
    open_active = mapped.get("open_active", {})
    open_eligibility = mapped.get("open_eligibility", {})
    for kind in (open_active, open_eligibility):
        if kind and kind["match"] not in MATCHES:
            raise TaxonomyMistake(f"{code}: no such kind of match: {kind['match']}")
    return Term(
        code=code,
        facet=facet,
        label=table["label"],
        definition=table.get("definition"),
        broader=broader,
        words=tuple(table.get("words", ())),
        hints=tuple(table.get("hints", ())),
        said=tuple(table.get("said", ())),
        situations=tuple(table.get("situations", ())),
        not_words=tuple(table.get("not_words", ())),
        synonyms=MappingProxyType(
            {language: tuple(words[code]) for language, words in spoken.items() if code in words}
        ),
        pictogram=table.get("pictogram", family.get("pictogram")),
        open_active=open_active.get("id"),
        open_active_match=open_active.get("match"),
        open_eligibility=open_eligibility.get("id"),
        open_eligibility_match=open_eligibility.get("match"),
    )


def _spelt_out(entry: str) -> tuple[str, ...]:
    """Write an entry out for every relative and the like: "since my {kin} died"."""
    names = _names_in(entry)
    if not names:
        return (entry,)
    pattern = _SPELT.sub("{}", entry)
    return tuple(pattern.format(*choice) for choice in product(*(SPELT_OUT[name] for name in names)))


def _names_in(entry: str) -> list[str]:
    names = _SPELT.findall(entry) if "{" in entry else []
    if strange := [name for name in names if name not in SPELT_OUT]:
        raise TaxonomyMistake(f"{entry}: nothing stands for {strange[0]}")
    return names
