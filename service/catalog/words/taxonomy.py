"""The tree of interests with its everyday words, and how near one term is to another; no words of the faces. Pure."""

import hashlib
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from types import MappingProxyType
from typing import Any, Final

from service.catalog.words.spelt_out import KIN, SPELT_OUT, TaxonomyMistake, names_in, spelt_out
from service.catalog.words.spotting import BLOCK, HINT, SITUATION, STRONG, Phrase, Side, Spotted, Spotter, fold, stemmer

__all__ = ["KIN", "SPELT_OUT", "Spotted", "Taxonomy", "Term", "TaxonomyMistake", "parse_terms"]

SAME: Final = 1.0  # exactly what was wanted
NARROWER: Final = 0.9  # wanted exercise, offered yoga
BROADER: Final = 0.6  # wanted yoga, offered exercise of some kind
SIBLING: Final = 0.35  # wanted yoga, offered tai chi
UNRELATED: Final = 0.0

FACETS: Final = ("activity", "mechanism", "life", "format")
MATCHES: Final = ("exactMatch", "broadMatch")


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
    labels : mapping of str to str
        Language to a name that an editor gave.
    known_as : str or None
        The label of the files where an editor changed it: translations are found by it.
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
    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    known_as: str | None = None

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
                for text in spelt_out(entry):
                    yield Phrase(code=self.code, words=text, weight=weight, person_only=person_only)
        for entry in chain(*self.synonyms.values(), self.labels.values()):
            yield Phrase(code=self.code, words=entry, weight=STRONG, english=False)

    def phrases_in(self, language: str) -> Iterator[Phrase]:
        """Yield what is looked for in a text that is known to be in another language.

        Those are its own words, and single English ones as they are written, since names of things are borrowed: a hint
        or a misspelling of one language is an ordinary word of another.
        """
        borrowed = (entry.removeprefix("=") for entry in (self.label, *self.words) if " " not in entry)
        named = (self.labels[language],) if language in self.labels else ()
        for entry in (*self.synonyms.get(language, ()), *named, *borrowed):
            yield Phrase(code=self.code, words=entry, weight=STRONG, english=False)


class Taxonomy:
    """The whole tree, ready to be asked; unchanging, so that threads may share it.

    Parameters
    ----------
    terms : sequence of Term
        In the order in which people shall see them.
    retired : mapping of str to str
        Codes that were terms once, to the terms that stand for them now.
    known_words : frozenset of str
        Words never taken for a misspelling, such as names of places.
    stems : mapping of str to str
        Stems of words known beforehand; what is not there is worked out.

    Raises
    ------
    TaxonomyMistake
        A code twice, a broader term or a replacement that does not exist, or a {name} that stands for nothing.
    """

    def __init__(
        self,
        terms: Sequence[Term],
        *,
        retired: Mapping[str, str] = MappingProxyType({}),
        known_words: frozenset[str] = frozenset(),
        stems: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._terms = {term.code: term for term in terms}
        self._retired = dict(retired)
        if strange := sorted(set(self._retired.values()) - set(self._terms)):
            raise TaxonomyMistake(f"no such replacement {strange[0]}")
        if len(self._terms) != len(terms):
            raise TaxonomyMistake("a code is there twice")
        self._children: dict[str, list[Term]] = defaultdict(list)
        for term in terms:
            for entry in (*term.words, *term.hints, *term.said, *term.situations, *term.not_words):
                names_in(entry)
            if term.broader is not None:
                if term.broader not in self._terms:
                    raise TaxonomyMistake(f"{term.code}: no such broader term {term.broader}")
                self._children[term.broader].append(term)
        self.stem = stemmer(stems)  # of a folded word of English
        self._labels = {fold(term.label): term.code for term in reversed(terms)}
        self._known_words, self._stems = known_words, stems
        self._abroad: dict[str, Spotter] = {}

    @cached_property
    def digest(self) -> str:
        """Sum of all of it: another word makes another."""
        return _sum([*map(repr, self.terms), *(f"{old} {new}" for old, new in sorted(self._retired.items()))])

    @cached_property
    def layout(self) -> str:
        """Sum of what listings are laid out by: codes in their order, with labels."""
        replaced = (f"{old} {new}" for old, new in sorted(self._retired.items()))
        return _sum([*(f"{term.code} {term.label}" for term in self.terms), *replaced])

    def with_terms(self, terms: Sequence[Term], retired: Mapping[str, str]) -> "Taxonomy":
        """Return one of other terms that knows the same stems."""
        return Taxonomy(terms, retired=retired, known_words=self._known_words, stems=self._stems)

    @cached_property
    def _spotter(self) -> Spotter:
        """Made when the first text is read: many a process, and each start, reads none."""
        phrases = (phrase for term in self.terms for phrase in term.phrases())
        return Spotter(phrases, self._known_words, self._stems)

    @property
    def terms(self) -> tuple[Term, ...]:
        """Every term, in the order given."""
        return tuple(self._terms.values())

    @property
    def retired(self) -> Mapping[str, str]:
        """Codes that were terms once, to those that stand for them."""
        return self._retired

    def get(self, code: str) -> Term | None:
        """Return a term, that which stands for it where it was retired, or None when there is none of this code."""
        return self._terms.get(self._retired.get(code, code))

    def term(self, code: str) -> Term:
        """Return the same; raises KeyError when there is none of this code."""
        return self._terms[self._retired.get(code, code)]

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
        wanted, offered = self._retired.get(wanted, wanted), self._retired.get(offered, offered)
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
        if (known := self.get(plain)) is not None:
            return (known.code,)
        label = self._labels.get(fold(plain))
        if label is not None:
            return (label,)
        means = self._spotter.meanings(plain)
        if not means:
            finds = self._spotter.spot(word)
            clear = [one for one in finds if one.weight > SITUATION and not one.negated]
            means = {one.code: one.weight for one in sorted(clear, key=lambda one: one.weight)}
        return tuple(sorted(means, key=lambda code: (-means[code], *self._rank(code))))

    def path(self, code: str) -> tuple[str, ...]:
        """Return the codes above a term, widest first; none for what is no term."""
        return tuple(self._above(code))[::-1] if code in self._terms else ()

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


def _sum(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
