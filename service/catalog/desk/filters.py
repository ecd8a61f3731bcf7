"""Which listings somebody wants to see: a filter, read from an address and written back into one. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from service.catalog.freshness import CHASE_MONTHS, FRESH_MONTHS, STALE_MONTHS

LONGEST = 100  # characters of one field
MOST_WORDS = 6
STATUSES = ("draft", "submitted", "published", "paused", "held", "archived")
CONFIRMED = ("fresh", "ageing", "soon", "stale", "never")
MISSING = ("times", "position", "cost", "contact")
SORTS = ("name", "confirmed", "changed")
TEXTS = ("q", "organisation", "area", "term", "source")
WHOSE = ("mine", "all")
CHOICES: Mapping[str, Sequence[str]] = {"status": STATUSES, "confirmed": CONFIRMED, "sort": SORTS, "whose": WHOSE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What must hold of a listing; what is empty asks for nothing.

    Attributes
    ----------
    q : str
        Words that each stand in its name or in its organisation's.
    status : str
        One of STATUSES.
    organisation : str
        A part of its organisation's name.
    area : str
        The town, the region or the beginning of the postcode of one of its places.
    term : str
        A term's code or label; narrower terms count too.
    confirmed : str
        One of CONFIRMED: within six months, six to twelve, in its last month, longer ago or never, never.
    source : str
        Where it came from.
    missing : tuple of str
        Of MISSING; all of them are missing.
    reported : bool
        Somebody says that something is wrong, and nobody has looked into it.
    sort : str
        One of SORTS.
    whose : str
        Of WHOSE: those that whoever asks keeps, or all on purpose.
    """

    q: str = ""
    status: str = ""
    organisation: str = ""
    area: str = ""
    term: str = ""
    confirmed: str = ""
    source: str = ""
    missing: tuple[str, ...] = ()
    reported: bool = False
    sort: str = "name"
    whose: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """The words that are looked for."""
        return tuple(self.q.split()[:MOST_WORDS])

    @property
    def asks(self) -> bool:
        """Whether anything at all is asked for."""
        return self.whose == "mine" or self.asks_more

    @property
    def asks_more(self) -> bool:
        """Whether anything is asked for beside whose they are."""
        return any(getattr(self, one.name) for one in fields(self) if one.name not in ("sort", "whose"))


def read(typed: Mapping[str, Sequence[str]]) -> Filter:
    """Read a filter of an address; what cannot be read asks for nothing."""
    said = {name: _plain(typed[name][0]) for name in (*TEXTS, *CHOICES) if typed.get(name)}
    chosen = {name: text for name, text in said.items() if name not in CHOICES or text in CHOICES[name]}
    return Filter(
        **chosen,
        missing=tuple(one for one in MISSING if one in typed.get("missing", ())),
        reported="yes" in typed.get("reported", ()),
    )


def written(wanted: Filter) -> list[tuple[str, str]]:
    """Return what stands in the address of a filter, in a fixed order.

    Examples
    --------
    >>> written(Filter(status="draft", missing=("times",)))
    [('status', 'draft'), ('missing', 'times')]
    """
    found = [(name, getattr(wanted, name)) for name in ("q", "status", "organisation", "area", "term", "confirmed")]
    found += [("source", wanted.source), *(("missing", one) for one in wanted.missing)]
    found += [("reported", "yes" if wanted.reported else ""), ("sort", wanted.sort if wanted.sort != "name" else "")]
    return [(name, text) for name, text in [*found, ("whose", wanted.whose)] if text]


def oldest(months: int, today: date) -> date:
    """Return the first day of which `freshness.within` says that it is at most so many months ago.

    Examples
    --------
    >>> oldest(6, date(2026, 8, 31))
    datetime.date(2026, 3, 1)
    """
    day = today - relativedelta(months=months)
    while day + relativedelta(months=months) < today:
        day += timedelta(days=1)
    return day


def span(confirmed: str, today: date) -> tuple[date | None, date | None]:
    """Return from which day on, and before which day, a listing was confirmed; None for no bound."""
    spans: Mapping[str, tuple[date | None, date | None]] = {
        "fresh": (oldest(FRESH_MONTHS, today), None),
        "ageing": (oldest(STALE_MONTHS, today), oldest(FRESH_MONTHS, today)),
        "soon": (oldest(STALE_MONTHS, today), oldest(CHASE_MONTHS[1], today)),
        "stale": (None, oldest(STALE_MONTHS, today)),
    }
    return spans[confirmed]


def _plain(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:LONGEST].strip()
