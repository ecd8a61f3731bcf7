"""What may be asked of each list of the open data: names, kinds, limits; read from an address or from a body."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from service.api.reading import Unreadable
from service.errors import Problem

LONGEST_SEARCH = 200  # characters
LONGEST_POSTCODE = 20
MOST_ON_A_PAGE = 500
ON_A_PAGE = 50
LAST_PAGE = 999_999
FARTHEST = 1_000_000  # metres
OLDEST = 999  # years; nobody is, but others ask so
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
NAMES_OF_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NAMED_AT_MOST = 20  # unknown parameters that an answer names
Schema = dict[str, Any]
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+ -]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
_NAME = re.compile(r"[\w.\[\]-]{1,40}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One thing that may be asked: how its text is read (a ValueError refuses it), and its schema."""

    read: Callable[[str], Any]
    schema: Schema
    says: str


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,9}", text, re.ASCII) or not low <= int(text) <= high:
            raise ValueError
        return int(text)

    return read


def _text(longest: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) > longest or any(ord(letter) < 32 for letter in text):
            raise ValueError
        return text.strip()

    return read


def _choice(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.casefold() not in choices:
            raise ValueError
        return text.casefold()

    return read


def _truth(text: str) -> bool:
    return _choice("true", "false")(text) == "true"


def _id(text: str) -> UUID:
    if not _ID.fullmatch(text):
        raise ValueError
    return UUID(text)


def _moment(text: str) -> datetime:
    """Read a moment (RFC 3339), or a day, which begins at midnight UTC; a plus may have become a space on its way."""
    if _DAY.fullmatch(text):
        return datetime.combine(date.fromisoformat(text), time.min, UTC)
    if not _MOMENT.fullmatch(text):
        raise ValueError
    plain = text[:10] + "T" + text[11:].replace(" ", "+").upper()
    plain = re.sub(r"(\.\d{6})\d+", r"\1", plain.replace(":60", ":59", 1) if plain[17:19] == "60" else plain)
    try:
        return datetime.fromisoformat(plain).astimezone(UTC)
    except OverflowError:
        raise ValueError from None


def _clock(text: str) -> time:
    if not _CLOCK.fullmatch(text):
        raise ValueError
    return time.fromisoformat(text)


def _weekday(text: str) -> int:
    plain = text.casefold()
    return NAMES_OF_DAYS.index(plain) if len(plain) > 2 else DAYS.index(plain.upper())


def _metres(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,6})?", text, re.ASCII) or float(text) > FARTHEST:
        raise ValueError
    return float(text)


def _number(low: int, high: int) -> Schema:
    return {"type": "integer", "minimum": low, "maximum": high}


_UUID = {"type": "string", "format": "uuid", "pattern": f"^{_ID.pattern}$"}
_TRUTH = {"type": "boolean"}
_HOURS = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}
_WHEN = {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]}
_DAYS = {"type": "string", "enum": [*DAYS, *(name.capitalize() for name in NAMES_OF_DAYS)]}
_SEARCH = {"type": "string", "maxLength": LONGEST_SEARCH, "pattern": "^[^\\x00-\\x1f]*$"}
_PAGE = Parameter(
    read=_whole(1, MOST_ON_A_PAGE), schema=_number(1, MOST_ON_A_PAGE) | {"default": ON_A_PAGE}, says="Rows on a page."
)

PARAMETERS: Mapping[str, Parameter] = {
    "search": Parameter(read=_text(LONGEST_SEARCH), schema=_SEARCH, says="Words that must all be there."),
    "page": Parameter(read=_whole(1, LAST_PAGE), schema=_number(1, LAST_PAGE) | {"default": 1}, says="Which page."),
    "per_page": _PAGE,
    "perPage": _PAGE,
    "format": Parameter(
        read=_choice("json", "ndjson"),
        schema={"type": "string", "enum": ["json", "ndjson"]},
        says="ndjson: every row, one a line, without pages.",
    ),
    "taxonomy_term_id": Parameter(read=_id, schema=_UUID, says="This term, or a narrower one."),
    "taxonomy_id": Parameter(read=_id, schema=_UUID, says="Any term of this list."),
    "organization_id": Parameter(read=_id, schema=_UUID, says="Of this organization."),
    "modified_after": Parameter(read=_moment, schema=_WHEN, says="Changed then or later, closed ones too."),
    "minimal": Parameter(read=_truth, schema=_TRUTH, says="One page of ids and last changes."),
    "full": Parameter(read=_truth, schema=_TRUTH, says="With everything that belongs to each."),
    "full_service": Parameter(read=_truth, schema=_TRUTH, says="With its services and everything of them."),
    "minimum_age": Parameter(read=_whole(0, OLDEST), schema=_number(0, OLDEST), says="Youngest age at least this."),
    "maximum_age": Parameter(read=_whole(0, OLDEST), schema=_number(0, OLDEST), says="Oldest age at most this."),
    "start_time": Parameter(read=_clock, schema=_HOURS, says="Begins at this time or later."),
    "end_time": Parameter(read=_clock, schema=_HOURS, says="Is over at this time or sooner."),
    "day": Parameter(read=_weekday, schema=_DAYS, says="Meets on this day of the week."),
    "postcode": Parameter(
        read=_text(LONGEST_POSTCODE),
        schema={"type": "string", "maxLength": LONGEST_POSTCODE, "pattern": "^[^\\x00-\\x1f]*$"},
        says="Serves this place; with proximity, meets near it.",
    ),
    "proximity": Parameter(
        read=_metres,
        schema={"type": "number", "minimum": 0, "maximum": FARTHEST},
        says="Metres from the postcode, which must be there too.",
    ),
    "for": Parameter(
        read=_choice("excel"),
        schema={"type": "string", "enum": ["excel"]},
        says="excel: as Excel reads it best; cells that it would take for a formula are marked as text.",
    ),
    "top_only": Parameter(read=_truth, schema=_TRUTH, says="Only terms without a broader one."),
    "parent_id": Parameter(read=_id, schema=_UUID, says="Only terms directly below this one."),
}
_PAGED = ("search", "page", "per_page", "perPage", "format")
_MEETING = ("minimum_age", "maximum_age", "start_time", "end_time", "day")
_TERMS = ("taxonomy_term_id", "taxonomy_id")
OF_LIST: Mapping[str, tuple[str, ...]] = {
    "services": (*_PAGED, *_TERMS, "organization_id", "modified_after", "minimal", "full", *_MEETING),
    "service_at_locations": (
        *(*_PAGED, *_TERMS, "organization_id", "modified_after", "full", *_MEETING),
        *("postcode", "proximity"),
    ),
    "organizations": (*_PAGED, *_TERMS, "full", "full_service"),
    "taxonomies": _PAGED,
    "taxonomy_terms": (*_PAGED, "taxonomy_id", "top_only", "parent_id"),
}
PACKAGE = LISTINGS = ("for",)
OF_ONE: Mapping[str, tuple[str, ...]] = {"organizations": ("full_service",)}
KINDS: Mapping[str, tuple[type, ...]] = {
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "string": (str,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked, read; and the names of what there is not, as far as they may be repeated."""

    values: Mapping[str, Any]
    ignored: tuple[str, ...]

    def get(self, name: str, default: Any = None) -> Any:
        """Return one value."""
        return self.values.get(name, default)

    @property
    def page(self) -> int:
        """Which page."""
        return int(self.get("page", 1))

    @property
    def size(self) -> int:
        """Rows on a page."""
        return int(self.get("per_page", self.get("perPage", ON_A_PAGE)))


def of_address(given: Iterable[tuple[str, list[str]]], names: tuple[str, ...]) -> Asked:
    """Read the parameters of an address.

    Raises
    ------
    Unreadable
        `parameters`, with a problem for each that cannot be used.
    """
    texts: dict[str, str] = {}
    problems: dict[str, Problem] = {}
    ignored: list[str] = []
    for name, values in given:
        if name not in names:
            ignored.append(name)
        elif len(values) > 1:
            problems[name] = Problem("too_many")
        else:
            texts[name] = values[0]
    return _read(texts, problems, ignored)


def of_body(body: Mapping[str, Any], names: tuple[str, ...]) -> Asked:
    """Read the same from the fields of a body; raises as `of_address`."""
    texts: dict[str, str] = {}
    problems: dict[str, Problem] = {}
    for name, value in body.items():
        if name not in names:
            continue
        kind = PARAMETERS[name].schema.get("type", "string")
        if not isinstance(value, KINDS[kind]) or (isinstance(value, bool) and kind != "boolean"):
            problems[name] = Problem("wrong_type")
        else:
            texts[name] = str(value).lower() if isinstance(value, bool) else str(value)
    return _read(texts, problems, [name for name in body if name not in names])


def _read(texts: Mapping[str, str], problems: dict[str, Problem], ignored: list[str]) -> Asked:
    values: dict[str, Any] = {}
    for name, text in texts.items():
        try:
            values[name] = PARAMETERS[name].read(text)
        except ValueError:
            problems[name] = Problem("parameter")
    if "proximity" in values and not values.get("postcode"):
        problems.setdefault("postcode", Problem("missing"))
    if problems:
        raise Unreadable("parameters", fields=problems)
    named = sorted({name for name in ignored if _NAME.fullmatch(name)})[:NAMED_AT_MOST]
    return Asked(values=values, ignored=tuple(named))
