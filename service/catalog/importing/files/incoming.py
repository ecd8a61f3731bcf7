"""What a file says of one group, in our words, and what could not be read of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from service.catalog.changes import FieldValue
from service.catalog.facts import Value

MOST_ROWS = 1_000_000
MOST_BYTES = 256_000_000  # of a file, and of what a packed one holds
MOST_JSON = 64_000_000  # read as a whole
LONGEST_CELL = 32_768  # characters, as in a spreadsheet
MOST_COLUMNS = 512
LONGEST_ID = 300
MOST_PARTS = 100  # sessions, places, prices or terms of one group
State = Literal["active", "paused", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing that was not taken as it stands: where, a code, and the beginning of what stood there.

    `refused`: the whole row was not taken for it.
    """

    row: int
    column: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    refused: bool = False
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingIdentifier:
    """What a register calls an organisation; `key` is the source's own id of that row."""

    scheme: str
    identifier: str
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingBody:
    """The organisation behind a group; `key` is what the source calls it, `told` what it has a place to say of it."""

    key: str
    name: str
    summary: str | None = None
    website: str | None = None
    email: str | None = None
    logo_url: str | None = None
    legal_form: str | None = None
    vetting: str | None = None
    identifiers: tuple[IncomingIdentifier, ...] = ()
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingPlace:
    """A place, as exactly as the source gives it; without a position it may be found by its postcode."""

    key: str
    kind: str = "physical"
    name: str | None = None
    description: str | None = None
    address_1: str | None = None
    address_2: str | None = None
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    precision: str = "exact"
    transportation: str | None = None
    facts: Mapping[str, tuple[Value, date | None]] = field(default_factory=dict)
    identifier: IncomingIdentifier | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingArea:
    """An area whose people a group takes: a name, and a circle where the source gives one."""

    key: str
    name: str
    code: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    radius_km: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingSession:
    """A repeating meeting; `place` is the key of one of the group's places, `own` the source's id of the meeting.

    `location` is a place that the group has here already, for a source that tells only times.
    """

    key: str
    own: str | None = None
    place: str | None = None
    words: str | None = None
    rule: str | None = None
    starts_at: datetime | None = None
    minutes: int | None = None
    time_zone: str | None = None
    exceptions: tuple[date, ...] = ()
    moved: tuple[tuple[date, datetime], ...] = ()
    rests: tuple[str, ...] = ()
    level: int | None = None
    note: str | None = None
    location: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingPrice:
    """One way to pay."""

    option: str
    amount_pence: int
    currency: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingGroup:
    """One listing of a source.

    Attributes
    ----------
    source_id : str
        What the source calls it; with the source's name it is the listing's identity for ever.
    row : int
        Line of a table, or number of a record, from 1.
    fields : mapping
        Keys of `changes.FIELDS`; None where the source has a place for it and says nothing.
    facts : mapping
        What it plainly says; `NOT_CONFIRMED` for an empty or unclear cell.
    sessions, places, prices, terms, languages : tuple or None
        None: this source has no place to say such a thing.
    areas : tuple or None
        As the other lists.
    fact_days : mapping
        When a fact was confirmed, where the source tells that for each.
    more : mapping
        Columns that no page changes: `funding`, `capacity_maximum`, `removes`, `confirmed_precision`.
    into : UUID or None
        The listing that is here already and that it tells of, though no import made it.
    complete : bool
        It says all it knows: what was said before and is not said now, is taken back.
    """

    source_id: str
    row: int
    organisation: IncomingBody
    fields: Mapping[str, FieldValue]
    facts: Mapping[str, Value] = field(default_factory=dict)
    sessions: tuple[IncomingSession, ...] | None = None
    places: tuple[IncomingPlace, ...] | None = None
    prices: tuple[IncomingPrice, ...] | None = None
    terms: tuple[str, ...] | None = None
    languages: tuple[str, ...] | None = None
    areas: tuple[IncomingArea, ...] | None = None
    fact_days: Mapping[str, date] = field(default_factory=dict)
    more: Mapping[str, object] = field(default_factory=dict)
    state: State = "active"
    confirmed_on: date | None = None
    into: UUID | None = None
    complete: bool = False
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row that cannot be taken, and why."""

    row: int
    source_id: str | None
    remarks: tuple[Remark, ...]


Incoming = IncomingGroup | RefusedRow


def refuse(
    row: int, column: str, code: str, *, source_id: str | None = None, said: str = "", **params: object
) -> RefusedRow:
    """Return a row refused for one reason."""
    remark = Remark(row=row, column=column, code=code, params=params, refused=True, said=said)
    return RefusedRow(row=row, source_id=source_id, remarks=(remark,))
