"""How good a list is before anything is taken from it: how many rows say what a listing needs. Pure."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from service.catalog.importing.files.incoming import Incoming, IncomingGroup

TOO_OLD = timedelta(days=730)
# What is counted, in the order it is told.
ASKED = (
    *("described", "placed", "with_position", "with_times", "with_rule", "with_contact", "with_price", "with_age"),
    *("with_facts", "dated", "too_old", "own_id", "duplicates", "duplicate_ids"),
)


@dataclass(slots=True)
class Quality:
    """Counts rows one by one.

    Attributes
    ----------
    rows : int
        All that were read, refused ones too.
    counts : Counter
        One of `ASKED` -> rows. `duplicates`: the same name at the same place under another id.
    """

    today: date
    rows: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    _seen: set[int] = field(default_factory=set)

    def add(self, row: Incoming) -> None:
        """Count one row."""
        self.rows += 1
        if not isinstance(row, IncomingGroup):
            self.counts["duplicate_ids"] += any(remark.code == "duplicate_id" for remark in row.remarks)
            return
        for name, there in _looks(row, self.today):
            self.counts[name] += there
        place = row.places[0] if row.places else None
        where = (place.postal_code or place.address_1 or place.name) if place else row.organisation.key
        same = hash((str(row.fields["name"]).casefold(), (where or "").casefold(), _hours(row)))
        self.counts["duplicates"] += same in self._seen
        self._seen.add(same)


def _hours(row: IncomingGroup) -> tuple[str, ...]:
    return tuple(sorted(f"{one.words} {one.rule} {one.starts_at}" for one in row.sessions or ()))


def _looks(row: IncomingGroup, today: date) -> list[tuple[str, bool]]:
    places, sessions, said = row.places or (), row.sessions or (), row.fields
    return [
        ("described", bool(said.get("description"))),
        ("placed", any(place.city or place.postal_code or place.address_1 or place.name for place in places)),
        ("with_position", any(place.latitude is not None and place.longitude is not None for place in places)),
        ("with_times", bool(sessions)),
        ("with_rule", any(one.starts_at is not None for one in sessions)),
        ("with_contact", any(said.get(name) for name in ("phone", "email", "url"))),
        ("with_price", said.get("price_pence") is not None or bool(said.get("price_note"))),
        ("with_age", said.get("age_min") is not None or said.get("age_max") is not None),
        ("with_facts", any(value.value != "not_confirmed" for value in row.facts.values())),
        ("dated", row.confirmed_on is not None),
        ("too_old", row.confirmed_on is not None and today - row.confirmed_on > TOO_OLD),
        ("own_id", not row.source_id.startswith("made-")),
    ]
