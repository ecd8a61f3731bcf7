"""One plain group and one plain person, to be changed in one thing at a time."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from service.catalog.facts import FactValue, Source, Value
from service.catalog.schedule import Meeting
from service.catalog.views import ListedGroup, ListedPlace, SessionView, TermView
from service.matching.profile import Profile, Where

TODAY = date(2026, 11, 22)
SALE = Where(label="M33 4", latitude=53.4180, longitude=-2.3500)
TEN_ON_TUESDAYS = datetime(2026, 1, 6, 10)  # noqa: DTZ001  # wall time
SEVEN_ON_TUESDAYS = datetime(2026, 1, 6, 19)  # noqa: DTZ001


def person(**wishes: Any) -> Profile:
    return Profile(**{"place": SALE, **wishes})


def stated(codes: Iterable[str], value: Value, on: date = date(2026, 11, 1)) -> dict[str, FactValue]:
    return {code: FactValue(code=code, value=value, source=Source.EDITOR_CALL, confirmed_on=on) for code in codes}


def meets(starts: datetime, rule: str | None = "FREQ=WEEKLY", level: int | None = None) -> SessionView:
    meeting = Meeting(rule=rule, starts_at=starts, minutes=90, time_zone="Europe/London", level=level)
    return SessionView(id=UUID(int=9), location_id=None, words=None, note=None, meeting=meeting)


def place(north_km: float = 1.0, number: int = 5, **changes: Any) -> ListedPlace:
    """A place so many km north of the person."""
    made = ListedPlace(
        location_id=UUID(int=number),
        latitude=SALE.latitude + north_km / 111.195,
        longitude=SALE.longitude,
        precision="exact",
        label="Sale",
    )
    return replace(made, **changes)


def group(number: int = 1, *, terms: Iterable[str] = (), **changes: Any) -> ListedGroup:
    """A free weekly group 1 km away of which nothing else is known; `changes` overrides any field."""
    facts = changes.get("facts", {})
    made = ListedGroup(
        id=UUID(int=number),
        slug=f"group-{number}",
        name=f"Group {number} (example)",
        also_known_as=None,
        description=None,
        what_happens=None,
        who_for=None,
        eligibility=None,
        organisation_id=UUID(int=99),
        organisation_name="Neighbours (example)",
        vetting="listed",
        vetting_until=None,
        status="published",
        joinable=True,
        mode="in_person",
        age_min=None,
        age_max=None,
        restriction=None,
        price_pence=None,
        currency="GBP",
        group_size=None,
        capacity_state=None,
        capacity_until=None,
        is_enabler=False,
        removes=(),
        nationwide=False,
        last_confirmed_on=date(2026, 11, 1),
        confirmed_precision="day",
        source="local",
        source_year=None,
        is_example=True,
        changed_sequence=1,
        terms=tuple(TermView(code=code, weight=1.0, source="editor") for code in terms),
        languages=(),
        facts=facts,
        places=(place(facts=facts),),
        sessions=(),
        areas=(),
    )
    return replace(made, **changes)
