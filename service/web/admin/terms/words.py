"""What the pages of interests say: acts as sentences, kinds of words, and what is wrong. It decides nothing."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from service.catalog.words.overlay import Change, mapped
from service.catalog.words.taxonomy import Taxonomy
from service.errors import Problem
from service.web.admin import words
from service.web.figures import Figures
from service.web.term_words import called

KINDS: dict[str, LazyString] = {
    "label": _("Name"),
    "words": _("Means it"),
    "hints": _("Suggests it"),
    "said": _("Means it when a person says it"),
    "situations": _("What somebody goes through who may want it"),
    "not_words": _("Looks alike, means something else"),
}
LISTS = {"map_open_active": "OpenActive", "map_open_eligibility": "Open Eligibility"}
MATCHES: dict[str, LazyString] = {"": _("None"), "exactMatch": _("The same"), "broadMatch": _("A broader one")}
_DEEDS: dict[str, LazyString] = {
    "add": _("Add “%(value)s” below “%(under)s”"),
    "label": _("Call it “%(value)s” (%(language)s)"),
    "definition": _("Say what it is: %(value)s"),
    "move": _("Put it below “%(under)s”"),
    "word_add": _("Add the word “%(value)s” (%(language)s)"),
    "word_remove": _("Take the word “%(value)s” away (%(language)s)"),
    "word_refuse": _("“%(value)s” looks alike and means something else"),
    "map_open_active": _("In %(list)s: %(value)s"),
    "map_open_eligibility": _("In %(list)s: %(value)s"),
    "retire": _("Retire “%(code)s”: “%(under)s” stands for it"),
    "merge_into": _("Merge “%(code)s” into “%(under)s”"),
}
_PROBLEMS: dict[str, LazyString] = {
    "label_taken": _("Another interest has this name"),
    "circle": _("An interest cannot be below itself"),
    "family_stays": _("This one has to stay: our rules need it"),
    "no_broader": _("Choose one of the list"),
    "no_match": _("Choose one of the list"),
    "no_language": _("We do not know this language"),
    "word_there": _("It has this word already"),
    "word_refused": _("This word means something else here. Take it away there first"),
    "no_such_word": _("It does not have this word"),
    "word_too_long": _("This is too long"),
    "no_word": _("This has signs we cannot keep. Please type it again"),
}


def deed(change: Change, taxonomy: Taxonomy, figures: Figures) -> str:
    """Say an act."""
    kind, identifier = mapped(change.value) if change.act in LISTS else ("", "")
    value = f"{MATCHES.get(kind, kind)} {identifier}".strip() if change.act in LISTS else change.value
    named = {
        "value": value or str(gettext("(nothing)")),
        "language": figures.language(change.language),
        "list": LISTS.get(change.act, ""),
        "code": name(taxonomy, change.code),
        "under": name(taxonomy, change.under),
    }
    words_of_it = _DEEDS.get(change.act)
    return str(words_of_it) % named if words_of_it else change.act


def name(taxonomy: Taxonomy, code: str) -> str:
    """Return what a term is called; of one that was retired, the last part of its code."""
    term = taxonomy.get(code)
    if term is None or term.code != code:
        return code.rpartition(".")[2].replace("_", " ")
    return called(term)


def problem(found: Problem) -> str:
    """Say what is wrong."""
    known = _PROBLEMS.get(found.code)
    return str(known) if known else words.problem(found)
