"""One search of one visitor: what was typed, its address, and the profile it stands for. Nothing is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from werkzeug.datastructures import MultiDict

from service.clock import now
from service.matching import Profile
from service.web.figures import Figures, locale_of
from service.web.languages import current_language
from service.web.rendering import country_pack, services
from service.web.self_service import reading, state
from service.web.self_service.reading import Typed
from service.web.self_service.scene import Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A search that has an address."""

    sealed: str
    typed: Typed
    profile: Profile

    def address(self, page: str, **values: Any) -> str:
        """Return the address of one of its pages."""
        return url_for(f"web.{page}", sealed=self.sealed, **values)

    def change(self, field: str = "") -> str:
        """Return the address of the form, at one of its questions."""
        return url_for("web.change", sealed=self.sealed, _anchor=field or None)


def voice() -> Voice:
    """Return how this reader is spoken to."""
    taxonomy = services().matching.taxonomy

    def label(code: str) -> str:
        term = taxonomy.get(code)
        return term.label if term else code

    return Voice(figures=figures_of_reader(), label=label)


def figures_of_reader() -> Figures:
    """Return how this reader writes numbers."""
    pack = country_pack()
    return Figures(
        locale=locale_of(current_language(), pack.code),
        miles=pack.distance_unit == "mile",
        currency=pack.currency,
    )


def begin(form: MultiDict[str, str]) -> str:
    """Check what was typed and return its sealed form; raises Invalid with a problem for each field."""
    typed = reading.typed(form)
    _read(typed, reading.strangers(form))
    return seal(typed)


def seal(typed: Typed) -> str:
    """Return answers as one segment of an address."""
    return state.seal(services().sealer(state.PURPOSE), typed, now=now())


def typed_of(sealed: str) -> Typed:
    """Return what was typed; raises Gone when the address is damaged or older than a day."""
    return state.unseal(services().sealer(state.PURPOSE), sealed, now=now())


def read(sealed: str, typed: Typed) -> Search:
    """Read an opened search; raises Invalid when it was good once and is no longer: a term or a place has gone."""
    return Search(sealed=sealed, typed=typed, profile=_read(typed, ()))


def _read(typed: Mapping[str, object], unknown: tuple[str, ...]) -> Profile:
    made = services()
    return reading.profile(
        typed,
        matching=made.matching,
        resolve_place=reading.resolver(made.gazetteer, made.settings.country),
        figures=figures_of_reader(),
        unknown=unknown,
    )
