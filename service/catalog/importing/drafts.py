"""What a row of somebody else's list says, in our words, before it becomes a group. Pure."""

from dataclasses import dataclass, field
from datetime import date, time
from typing import Literal

Mode = Literal["in_person", "online", "hybrid", "phone"]
Precision = Literal["exact", "sector", "district", "town", "named"]
Restriction = Literal["women_only", "men_only"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFact:
    """One statement. `suggested` facts were read out of text: not confirmed until a person says so."""

    code: str
    value: bool
    suggested: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftTerm:
    """A term of the taxonomy; `weight` in (0, 1], 1 for what the category or name says."""

    code: str
    weight: float
    source: Literal["import", "extracted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSession:
    """A repeating meeting. Without `rule` only the words are known; without `ends` only when it begins."""

    words: str
    rule: str | None = None
    begins: time | None = None
    ends: time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPlace:
    """Where it is, no more exactly than may be shown. `named`: read from the group's name, venue not confirmed."""

    latitude: float
    longitude: float
    precision: Precision
    name: str | None = None
    address: str | None = None
    city: str | None = None
    postal_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftArea:
    """Whom it takes, by area, as a circle."""

    name: str
    latitude: float
    longitude: float
    radius_km: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftGroup:
    """One listing, read as far as it can be read safely. None means that the source does not say.

    Attributes
    ----------
    joinable : bool
        False for a row nobody can join or be helped by; `not_joinable_reason` is then a code.
    nationwide : bool
        Takes people from the whole country.
    price_pence : int or None
        The most that one visit may cost; 0 is free.
    confirmed_on : date or None
        The source's own date; `confirmed_precision` says whether its day or only its year is known.
    """

    source: str
    source_id: str
    name: str
    source_name: str
    description: str | None
    category: str | None
    joinable: bool
    not_joinable_reason: str | None
    mode: Mode
    place: DraftPlace | None
    area: DraftArea | None
    nationwide: bool
    age_min: int | None
    age_max: int | None
    restriction: Restriction | None
    price_pence: int | None
    price_note: str | None
    url: str | None
    phone: str | None
    charity_number: str | None
    company_number: str | None
    legal_form: str | None
    year: int | None
    confirmed_on: date | None
    confirmed_precision: Literal["day", "year"]
    removes: tuple[str, ...] = ()
    facts: tuple[DraftFact, ...] = ()
    terms: tuple[DraftTerm, ...] = ()
    sessions: tuple[DraftSession, ...] = field(default=())
