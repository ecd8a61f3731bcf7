"""One search of one visitor: what was typed, its address, and the profile it stands for. Nothing is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from flask import url_for
from werkzeug.datastructures import MultiDict

from service.clock import now
from service.errors import Gone
from service.matching import Profile
from service.matching.story import reader as story
from service.matching.story.reader import Suggestion
from service.web.figures import Figures, locale_of
from service.web.languages import current_language
from service.web.rendering import country_pack, services
from service.web.self_service import questions, reading, state
from service.web.self_service.reading import Typed
from service.web.self_service.scene import Voice
from service.web.term_words import label_of

UNASKED: Final = frozenset({"level_limit"})  # the form has no such question, so nobody could take it back
INTEREST: Final = "interests:"  # how the key of a suggested interest begins


@dataclass(frozen=True, kw_only=True)
class Search:
    """A search that has an address."""

    sealed: str
    typed: Typed
    profile: Profile

    @property
    def declined(self) -> tuple[str, ...]:
        """The keys of what was suggested from their words and is not so."""
        keys = self.typed.get(reading.DECLINED)
        return tuple(map(str, keys)) if isinstance(keys, list) else ()

    @property
    def refused(self) -> tuple[str, ...]:
        """The interests they said no to, and did not choose after all."""
        codes = (key.removeprefix(INTEREST) for key in self.declined if key.startswith(INTEREST))
        return tuple(code for code in codes if code not in self.profile.interests)

    @cached_property
    def question(self) -> Profile:
        """The profile that is matched: without the words for interests they said no to."""
        text = story.without(self.profile.text, self.refused, services().matching.taxonomy)
        return replace(self.profile, text=text)

    @cached_property
    def suggested(self) -> tuple[Suggestion, ...]:
        """What their words suggest for questions of the form they left open, and have not said no to."""
        made = services()
        find_place = reading.finder(made.gazetteer, made.settings.country)
        found = made.matching.read_story(self.profile, find_place).suggestions
        return tuple(one for one in found if one.field not in UNASKED and one.key not in self.declined)

    def address(self, page: str, **values: Any) -> str:
        """Return the address of one of its pages."""
        return url_for(f"web.{page}", sealed=self.sealed, **values)

    def change(self, field: str = "") -> str:
        """Return the address where an answer is changed: the form, or the question of the path they came by."""
        anchor = questions.anchor(field)
        if reading.WAY not in self.typed:
            return url_for("web.change", sealed=self.sealed, _anchor=anchor)
        code, to = questions.asking(field), questions.GROUPS if field else None
        return url_for("web.question", sealed=self.sealed, code=code, to=to, _anchor=anchor)

    @property
    def for_someone(self) -> bool:
        """Whether they look for somebody they care for."""
        return self.typed.get(reading.FOR_WHOM) == "someone"


def voice() -> Voice:
    """Return how this reader is spoken to."""
    taxonomy = services().matching.taxonomy

    def label(code: str) -> str:
        return label_of(taxonomy, code)

    return Voice(figures=figures_of_reader(), label=label)


def figures_of_reader() -> Figures:
    """Return how this reader writes numbers."""
    pack = country_pack()
    return Figures(
        locale=locale_of(current_language(), pack.code),
        miles=pack.distance_unit == "mile",
        currency=pack.currency,
    )


def begin(form: MultiDict[str, str], before: Typed | None = None) -> str:
    """Check what was typed and return its sealed form; raises Invalid with a problem for each field.

    What the search that is being changed (`before`) carries beside the form's answers stays with it.
    """
    typed = reading.typed(form)
    check(typed, reading.strangers(form))
    held = before or {}
    return seal(reading.by_own_wishes(held, {**reading.carried(held), **typed}))


def before(form: MultiDict[str, str]) -> tuple[str, Typed]:
    """Return the search that a form changes; nothing on a first visit, or when it ran out while somebody was typing."""
    sealed = form.get(reading.BEFORE, "")
    try:
        return (sealed, typed_of(sealed)) if sealed else ("", {})
    except Gone:
        return "", {}


def seal(typed: Typed) -> str:
    """Return answers as one segment of an address."""
    return state.seal(services().sealer(state.PURPOSE), typed, now=now())


def typed_of(sealed: str) -> Typed:
    """Return what was typed; raises Gone when the address is damaged or older than a day."""
    return state.unseal(services().sealer(state.PURPOSE), sealed, now=now())


def read(sealed: str, typed: Typed) -> Search:
    """Read an opened search; raises Invalid when it was good once and is no longer: a term or a place has gone."""
    return Search(sealed=sealed, typed=typed, profile=check(typed))


def check(typed: Mapping[str, object], unknown: tuple[str, ...] = ()) -> Profile:
    """Return the profile that answers stand for; raises Invalid with a problem for each field."""
    made = services()
    found = reading.profile(
        typed,
        matching=made.matching,
        resolve_place=reading.resolver(made.gazetteer, made.settings.country),
        figures=figures_of_reader(),
        unknown=unknown,
    )
    return replace(found, text_language=current_language())
