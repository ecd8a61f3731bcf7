"""The attributes of HSDS: terms, facts with their days, and what is told like a fact. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from service.catalog.facts import CODES, Value
from service.catalog.importing.files import values
from service.catalog.importing.files.hsds_reading import Json, Seen

FACT = "fact"
FORMAT = "format"
FACETS = ("activity", "mechanism", "life", FORMAT)
ON = "confirmed_on"


@dataclass(slots=True)
class Stated:
    """What the attributes of one thing say.

    Attributes
    ----------
    facts : dict
        Code -> yes or no.
    days : dict
        Code -> the day, or the year, as written.
    more : dict
        What is no fact and told like one: code -> values.
    terms : list
        With its list in front where that is one of ours.
    """

    facts: dict[str, Value] = field(default_factory=dict)
    days: dict[str, str] = field(default_factory=dict)
    more: dict[str, list[str]] = field(default_factory=dict)
    terms: list[str] = field(default_factory=list)

    def one(self, code: str) -> str | None:
        """Return the only value of something told like a fact."""
        return next(iter(self.more.get(code, ())), None)

    def day(self, code: str) -> date | None:
        """Return the day on which a fact was confirmed; None where only the year is told, or nothing."""
        try:
            return values.day(self.days.get(code))
        except values.UnreadableError:
            return None

    def by_year(self) -> set[str]:
        """Return the facts of which only the year is told."""
        return {code for code, said in self.days.items() if len(said) == len("2026") and said.isdigit()}


def stated(seen: Seen, record: Json) -> Stated:
    """Return what the attributes of a record say."""
    found, ids, days = Stated(), dict[str, str](), dict[str, str]()
    for one in seen.parts(record, "attributes"):
        term = one.get("taxonomy_term")
        code = values.line(term.get("code")) if isinstance(term, Mapping) else None
        if one.get("link_type") == FACT and code == ON:
            days[str(one.get("link_id"))] = values.line(one.get("value")) or ""
        elif one.get("link_type") == FACT and code in CODES:
            found.facts[code] = seen.read(f"attributes.{code}", one.get("value"), values.yes_or_no, Value.NOT_CONFIRMED)
            ids[str(one.get("id"))] = code
        elif one.get("link_type") == FACT and code:
            found.more.setdefault(code, []).append(values.line(one.get("value")) or "")
        elif isinstance(term, Mapping) and (said := code or values.line(term.get("name"))):
            facet = one.get("link_type")
            found.terms.append(f"{facet}.{said}" if facet in FACETS and not said.startswith(f"{facet}.") else said)
    found.days = {ids[key]: said for key, said in days.items() if key in ids and said}
    return found


def number(text: str | None, low: int, high: int) -> int | None:
    """Return a whole number between two others, else None."""
    return int(text) if text and text.isascii() and text.isdigit() and low <= int(text) <= high else None
