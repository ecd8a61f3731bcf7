"""What editors changed in the taxonomy, laid over its files: one act after another, each checked. Pure.

A change that does not fit, as when a new release brings other files, is left out and told; nothing is guessed.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from service.catalog.words.spotting import fold, key, surfaces
from service.catalog.words.taxonomy import MATCHES, Term

LANGUAGES: Final = ("en", "cy", "de", "es", "fr", "it", "pl", "pt", "ur")
ENGLISH: Final = "en"
KINDS: Final = ("words", "hints", "said", "situations", "not_words")  # lists of English entries of a term
MOVABLE: Final = "activity"  # the facet whose tree may be changed; the codes of others stand in our rules
LONGEST: Final[Mapping[str, int]] = {"code": 60, "label": 60, "word": 80, "definition": 500, "map": 200}
# As they are kept: a code longer than that of a count of searches could never be counted.
_CODE: Final = re.compile(r"activity(\.[a-z0-9]+(_[a-z0-9]+)*){2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One act of an editor.

    Attributes
    ----------
    number : int
        Its place in the order of acts.
    code : str
        The term it is about.
    act : str
        One of `ACTS`.
    value : str
        A label, a definition, a word, or an outside list's kind of match and id.
    language : str
        Of a label or a word.
    under : str
        A second term: the broader one, or the one that stands for it from now on.
    undone : bool
        It was taken back.
    """

    number: int
    code: str
    act: str
    value: str = ""
    language: str = ENGLISH
    under: str = ""
    undone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlaid:
    """The tree as it is now.

    Attributes
    ----------
    terms : tuple of Term
        Those of the files in their order, then those that were added.
    retired : mapping of str to str
        A code that is a term no more to the one that stands for it.
    left_out : mapping of int to str
        Number of a change that does not fit to the reason.
    """

    terms: tuple[Term, ...]
    retired: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    left_out: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(slots=True)
class _Tree:
    terms: dict[str, Term]
    retired: dict[str, str]

    def children(self, code: str) -> list[Term]:
        return [term for term in self.terms.values() if term.broader == code]

    def under(self, code: str, above: str) -> bool:
        """Whether one term is another, or below it."""
        at: str | None = code
        while at is not None and at != above:
            at = self.terms[at].broader
        return at == above

    def named(self, label: str) -> str | None:
        """Return the term of this English label."""
        return next((term.code for term in self.terms.values() if fold(term.label) == fold(label)), None)


def overlaid(ground: Sequence[Term], changes: Iterable[Change]) -> Overlaid:
    """Lay changes over the terms of the files, in the order of their numbers."""
    tree = _Tree({term.code: term for term in ground}, {})
    left_out: dict[int, str] = {}
    gone: dict[str, str] = {}
    for change in sorted(changes, key=lambda one: one.number):
        if change.undone:
            if change.act == "add":
                gone[change.code] = change.under  # an address may still name it
        elif problem := _apply(tree, change):
            left_out[change.number] = problem
    standing = {**gone, **tree.retired}
    retired = {old: new for old in standing if old not in tree.terms and (new := _now(tree.terms, standing, old))}
    return Overlaid(terms=tuple(tree.terms.values()), retired=retired, left_out=left_out)


def _now(terms: Mapping[str, Term], standing: Mapping[str, str], code: str) -> str:
    seen: set[str] = set()
    while code not in terms:
        if code in seen or code not in standing:
            return ""
        seen.add(code)
        code = standing[code]
    return code


def _apply(tree: _Tree, change: Change) -> str | None:
    act = ACTS.get(change.act)
    if act is None:
        return "unknown_act"
    if change.act != "add" and change.code not in tree.terms:
        return "no_term"
    return act(tree, change)


def tidy(text: str) -> str:
    """Return a text in one line, without space around it."""
    return " ".join(text.split())


def new_code(label: str, under: str, taken: Iterable[str]) -> str:
    """Return a free code in the family of `under`, made of the label's letters.

    >>> new_code("Tai chi & qigong", "activity.movement.yoga", ["activity.movement.tai_chi_and_qigong"])
    'activity.movement.tai_chi_and_qigong_2'
    """
    family = ".".join(under.split(".")[:2])
    plain = "_".join(word for word in re.split("[^a-z0-9]+", " ".join(surfaces(label))) if word) or "term"
    base, held, number = f"{family}.{plain}"[: LONGEST["code"] - 4].rstrip("_"), set(taken), 1
    code = base
    while code in held:
        number += 1
        code = f"{base}_{number}"
    return code


def _add(tree: _Tree, change: Change) -> str | None:
    above = tree.terms.get(change.under)
    if change.code in tree.terms or change.code in tree.retired:
        return "code_taken"
    if above is None or above.facet != MOVABLE or not _CODE.fullmatch(change.code):
        return "no_broader"
    if problem := _label_problem(tree, change.value, ENGLISH, None):
        return problem
    tree.terms[change.code] = Term(
        code=change.code,
        facet=above.facet,
        label=tidy(change.value),
        broader=above.code,
        pictogram=above.pictogram,
    )
    return None


def _label_problem(tree: _Tree, text: str, language: str, own: str | None) -> str | None:
    if problem := _word_problem(text, language, LONGEST["label"]):
        return problem
    return "label_taken" if language == ENGLISH and tree.named(text) not in (None, own) else None


def _word_problem(text: str, language: str, longest: int = LONGEST["word"]) -> str | None:
    plain = tidy(text)
    if language not in LANGUAGES:
        return "no_language"
    if not plain:
        return "needed"
    if len(plain) > longest:
        return "word_too_long"
    usable = plain.isprintable() and not set(plain) & set("{}") and not plain.startswith("=")
    return None if usable and key(surfaces(plain), None) else "no_word"


def _label(tree: _Tree, change: Change) -> str | None:
    term = tree.terms[change.code]
    if problem := _label_problem(tree, change.value, change.language, term.code):
        return problem
    label = tidy(change.value)
    if change.language != ENGLISH:
        tree.terms[term.code] = replace(term, labels=MappingProxyType({**term.labels, change.language: label}))
        return None
    words = term.words if _same(term.label) in map(_same, term.words) else (*term.words, f"={term.label}")
    named = replace(term, label=label, known_as=term.known_as or term.label)
    tree.terms[term.code] = replace(named, words=words if fold(label) != fold(term.label) else term.words)
    return None


def _definition(tree: _Tree, change: Change) -> str | None:
    text = tidy(change.value)
    if len(text) > LONGEST["definition"]:
        return "word_too_long"
    if not text.isprintable():
        return "no_word"
    tree.terms[change.code] = replace(tree.terms[change.code], definition=text or None)
    return None


def _move(tree: _Tree, change: Change) -> str | None:
    if problem := _stays(tree, change):
        return problem
    tree.terms[change.code] = replace(tree.terms[change.code], broader=change.under)
    return None


def _stays(tree: _Tree, change: Change) -> str | None:
    """Tell why a term cannot go to, or into, another."""
    term, other = tree.terms[change.code], tree.terms.get(change.under)
    if term.broader is None or term.facet != MOVABLE:
        return "family_stays"
    if other is None or other.facet != term.facet:
        return "no_broader"
    return "circle" if tree.under(other.code, term.code) else None


def _same(entry: str) -> tuple[str, ...]:
    return tuple(surfaces(entry.removeprefix("=")))


def _lists(term: Term, language: str) -> dict[str, tuple[str, ...]]:
    """Return the lists of one language that a word may stand in."""
    if language == ENGLISH:
        return {kind: getattr(term, kind) for kind in KINDS}
    return {language: term.synonyms.get(language, ())}


def _with(term: Term, language: str, lists: Mapping[str, tuple[str, ...]]) -> Term:
    if language == ENGLISH:
        return replace(term, **lists)  # type: ignore[arg-type]  # the keys are of KINDS
    return replace(term, synonyms=MappingProxyType({**term.synonyms, **lists}))


def _word_add(tree: _Tree, change: Change) -> str | None:
    term, word = tree.terms[change.code], tidy(change.value)
    if problem := _word_problem(word, change.language):
        return problem
    lists = _lists(term, change.language)
    into = "words" if change.language == ENGLISH else change.language
    own = term.label if change.language == ENGLISH else term.labels.get(change.language, "")
    if _same(word) in (_same(own), *map(_same, lists[into])):
        return "word_there"
    if _same(word) in map(_same, lists.get("not_words", ())):
        return "word_refused"
    lists = {name: tuple(one for one in entries if _same(one) != _same(word)) for name, entries in lists.items()}
    tree.terms[term.code] = _with(term, change.language, {**lists, into: (*lists[into], word)})
    return None


def _word_remove(tree: _Tree, change: Change) -> str | None:
    term = tree.terms[change.code]
    lists = _lists(term, change.language)
    left = {name: tuple(one for one in found if _same(one) != _same(change.value)) for name, found in lists.items()}
    if left == lists:
        return "no_such_word"
    tree.terms[term.code] = _with(term, change.language, left)
    return None


def _word_refuse(tree: _Tree, change: Change) -> str | None:
    term, word = tree.terms[change.code], tidy(change.value)
    if problem := _word_problem(word, ENGLISH):
        return problem
    lists = _lists(term, ENGLISH)
    if any(_same(word) in map(_same, entries) for entries in lists.values()):
        return "word_there"
    tree.terms[term.code] = replace(term, not_words=(*term.not_words, word))
    return None


def mapped(value: str) -> tuple[str, str]:
    """Return the kind of match and the id of a mapping's value; empty for none."""
    kind, _, identifier = tidy(value).partition(" ")
    return kind, identifier


def _map(tree: _Tree, change: Change) -> str | None:
    kind, identifier = mapped(change.value)
    if change.value and (kind not in MATCHES or not identifier):
        return "no_match"
    if len(identifier) > (LONGEST["map"] if change.act == "map_open_active" else 40) or not identifier.isprintable():
        return "word_too_long"
    named = {"open_active": identifier or None, "open_active_match": kind or None}
    if change.act == "map_open_eligibility":
        named = {"open_eligibility": identifier or None, "open_eligibility_match": kind or None}
    tree.terms[change.code] = replace(tree.terms[change.code], **named)  # type: ignore[arg-type]
    return None


def _retire(tree: _Tree, change: Change) -> str | None:
    """Leave a term out; what was below it, and its listings, go to the broader one."""
    if problem := _stays(tree, replace(change, under=tree.terms[change.code].broader or "")):
        return problem
    if change.under != tree.terms[change.code].broader:
        return "no_broader"
    _take_out(tree, change)
    return None


def _merge(tree: _Tree, change: Change) -> str | None:
    """Leave a term out; its words go with what was below it."""
    if problem := _stays(tree, change):
        return problem
    tree.terms[change.under] = _joined(tree.terms[change.under], tree.terms[change.code])
    _take_out(tree, change)
    return None


def _take_out(tree: _Tree, change: Change) -> None:
    for child in tree.children(change.code):
        tree.terms[child.code] = replace(child, broader=change.under)
    del tree.terms[change.code]
    tree.retired[change.code] = change.under


def _joined(into: Term, other: Term) -> Term:
    held = {_same(entry) for kind in KINDS for entry in getattr(into, kind)} | {_same(into.label)}
    more = {kind: getattr(other, kind) for kind in KINDS} | {"words": (f"={other.label}", *other.words)}
    lists = {}
    for kind in KINDS:
        fresh = {_same(entry): entry for entry in more[kind] if _same(entry) not in held}
        held |= set(fresh)
        lists[kind] = (*getattr(into, kind), *fresh.values())
    joined = _with(into, ENGLISH, lists)
    for language in sorted({*other.synonyms, *other.labels}):
        known = joined.synonyms.get(language, ())
        own = (*((other.labels[language],) if language in other.labels else ()), *other.synonyms.get(language, ()))
        fresh = {_same(entry): entry for entry in own if _same(entry) not in map(_same, known)}
        joined = _with(joined, language, {language: (*known, *fresh.values())})
    return joined


ACTS: Final[Mapping[str, Callable[[_Tree, Change], str | None]]] = {
    "add": _add,
    "label": _label,
    "definition": _definition,
    "move": _move,
    "word_add": _word_add,
    "word_remove": _word_remove,
    "word_refuse": _word_refuse,
    "map_open_active": _map,
    "map_open_eligibility": _map,
    "retire": _retire,
    "merge_into": _merge,
}
GIVES_WAY: Final = ("retire", "merge_into")  # acts that take listings along
