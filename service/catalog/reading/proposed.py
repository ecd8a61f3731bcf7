"""What a suggestion would change of a listing: a meeting, a price, an age, a fact. Pure."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid5

from service.catalog.facts import Value
from service.catalog.reading.suggestion import Hours, Price, Suggestion
from service.catalog.reading.week_tokens import WEEK
from service.catalog.schedule import rule_from_form
from service.catalog.snapshots import FieldValue, GroupChanges, PriceChange, SessionChange
from service.catalog.views import GroupView

READ = ("description", "what_happens", "who_for", "eligibility", "how_to_join", "price_note")
FIELDS = {"age_min": "age_min", "age_max": "age_max", "phone": "phone", "url": "url", "size": "group_size"}
LONGEST_OPTION = 200
DAY_MINUTES = 24 * 60


def text_of(group: GroupView) -> str:
    """Return all that is read of a listing, one piece a line."""
    return "\n".join(text for name in READ if (text := getattr(group, name)))


def key_of(one: Suggestion) -> str:
    """Return under what a suggestion is known again, whatever words say it."""
    return hashlib.sha256(f"{one.kind} {one.value}".encode()).hexdigest()[:16]


def changes_of(group: GroupView, found: Iterable[Suggestion], *, today: date, time_zone: str) -> GroupChanges:
    """Return what these suggestions would change; what is known already changes nothing."""
    fields: dict[str, FieldValue] = {}
    facts: dict[str, Value] = {}
    sessions: dict[UUID, SessionChange | None] = {}
    prices = [PriceChange(option=p.option, amount_pence=p.amount_pence, note=p.note) for p in group.prices]
    for one in found:
        if isinstance(one.value, Hours):
            if not _is_known(group, one.value):
                sessions[uuid5(group.id, key_of(one))] = _session(one, one.value, today, time_zone)
        elif isinstance(one.value, Price):
            _add_price(group, one, one.value, fields, prices)
        elif one.kind == "mode" or one.kind in FIELDS:
            _add_field(group, one, fields)
        elif not any(f.code == one.kind and f.value.value == one.value for p in group.places for f in p.facts):
            facts[one.kind] = Value(str(one.value))
    return GroupChanges(
        fields=fields, facts=facts, sessions=sessions, prices=tuple(prices) if len(prices) > len(group.prices) else None
    )


def _add_field(group: GroupView, one: Suggestion, fields: dict[str, FieldValue]) -> None:
    if one.kind == "mode":
        if group.mode != "hybrid" and one.value != group.mode:
            fields["mode"] = "hybrid" if {str(one.value), group.mode} == {"online", "in_person"} else str(one.value)
        return
    name = FIELDS[one.kind]
    if getattr(group, name) is None and isinstance(one.value, str | int):
        schemeless = one.kind == "url" and not str(one.value).lower().startswith("http")
        fields[name] = f"https://{one.value}" if schemeless else one.value


def _add_price(
    group: GroupView, one: Suggestion, price: Price, fields: dict[str, FieldValue], prices: list[PriceChange]
) -> None:
    """Take the first price of a visit as the ordinary one; any other is one more way to pay."""
    if price.currency != group.currency and price.pence:
        return
    ordinary = price.per in (None, "visit", "meal")
    if group.price_pence is None and "price_pence" not in fields and ordinary:
        fields["price_pence"] = price.pence
    elif price.pence not in {group.price_pence, fields.get("price_pence"), *(p.amount_pence for p in prices)}:
        prices.append(PriceChange(option=one.words[:LONGEST_OPTION], amount_pence=price.pence))


def _is_known(group: GroupView, hours: Hours) -> bool:
    """Tell whether some meeting already is on these days and begins then."""
    for session in group.sessions:
        meeting = session.meeting
        if meeting.rule is None or meeting.starts_at is None:
            continue
        days = {day for day in WEEK if day in meeting.rule} or {WEEK[meeting.starts_at.weekday()]}
        begins = f"{meeting.starts_at:%H:%M}"
        if set(hours.days) <= days and hours.start in (None, begins):
            return True
    return False


def _session(one: Suggestion, hours: Hours, today: date, time_zone: str) -> SessionChange:
    """Return the meeting a text states; without an hour only its words are known."""
    if hours.start is None:
        return SessionChange(words=one.words, time_zone=time_zone)
    days = [WEEK.index(day) for day in hours.days]
    nth = int(hours.every.partition(":")[2]) if hours.every.startswith("month") else None
    every = 2 if hours.every == "2weeks" else 1
    rule = rule_from_form(repeat="monthly" if nth else "weekly", weekdays=days, every=every, nth=nth)
    first = next(today + timedelta(days=n) for n in range(8) if (today + timedelta(days=n)).weekday() in days)
    begins, ends = _minutes(hours.start), _minutes(hours.end) if hours.end else None
    minutes = None if ends is None else (ends - begins) % DAY_MINUTES or DAY_MINUTES
    at = datetime.combine(first, time(begins // 60 % 24, begins % 60))
    return SessionChange(words=one.words, rule=rule, starts_at=at, minutes=minutes, time_zone=time_zone)


def _minutes(text: str) -> int:
    hour, _, minute = text.partition(":")
    return int(hour) * 60 + int(minute)
