"""A proposal beside the listing as it is now, field by field; and what taking some of it changes. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from service.catalog.changes import FieldValue, GroupChanges, SessionChange, Snapshot, read_session
from service.catalog.proposals.saying import pence

PLAIN = ("name", "description", "how_to_join", "phone", "email", "url")
CLOSED = "closed"
RUNS = "runs"  # who runs a new group: no field of a listing
REACH = "reach"  # how whoever leads it can be asked: for editors only, never in a listing


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One field of a proposal.

    Attributes
    ----------
    field : str
        Of the proposal.
    target : str
        Which field of a snapshot it would change; empty where none.
    before : object
        What is there now.
    value : str
        What was proposed.
    by_hand : bool
        Taking it changes nothing by itself.
    """

    field: str
    target: str
    before: object
    value: str
    by_hand: bool = False


def offers(values: Mapping[str, str], now: Snapshot) -> tuple[Offer, ...]:
    """Return what a proposal would change of a listing; what is so already is left out."""
    found = (_offer(name, text, now) for name, text in values.items())
    return tuple(one for one in found if one is not None)


def _offer(name: str, text: str, now: Snapshot) -> Offer | None:
    if name in PLAIN:
        return None if now.get(name) == text else Offer(field=name, target=name, before=now.get(name), value=text)
    if name == REACH:
        return None
    if name == "cost":
        return _cost(text, now)
    if name == "when":
        return _when(text, now)
    if name == CLOSED:
        status = now.get("status")
        return None if status == "archived" else Offer(field=name, target="status", before=status, value=text)
    # Where it meets is put in elsewhere: an editor ticks that it was done.
    return Offer(field=name, target="", before=None, value=text, by_hand=name != RUNS)


def _cost(text: str, now: Snapshot) -> Offer | None:
    target = price_field(text)
    value: object = text if target == "price_note" else pence(text)
    return None if now.get(target) == value else Offer(field="cost", target=target, before=now.get(target), value=text)


def price_field(text: str) -> str:
    """Tell which field of a listing a price goes to: an amount, or words about it."""
    return "price_note" if pence(text) is None else "price_pence"


def _when(text: str, now: Snapshot) -> Offer | None:
    """Words for when it meets: of a group with one meeting that is known in words only, or with none; else by hand."""
    known = [name for name in sorted(now) if name.startswith("sessions.")]
    one = read_session(now[known[0]]) if len(known) == 1 else None
    if one is not None and one.rule is None and one.starts_at is None:
        return None if one.words == text else Offer(field="when", target=known[0], before=now[known[0]], value=text)
    if not known:
        return Offer(field="when", target="", before=None, value=text)
    return Offer(field="when", target=known[0] if one else "", before=one and now[known[0]], value=text, by_hand=True)


def changes(wanted: Sequence[Offer], now: Snapshot, *, new_session: UUID, time_zone: str) -> GroupChanges:
    """Return what taking these offers changes; what is done by hand, and a closing, changes no field."""
    fields: dict[str, FieldValue] = {}
    sessions: dict[UUID, SessionChange | None] = {}
    for one in wanted:
        if one.by_hand or one.field in (CLOSED, RUNS):
            continue
        if one.field == "when":
            key = UUID(one.target.removeprefix("sessions.")) if one.target else new_session
            sessions[key] = in_words(one.value, read_session(now.get(one.target)), time_zone)
        elif one.field == "cost":
            target = price_field(one.value)
            fields[target] = pence(one.value) if target == "price_pence" else one.value
        else:
            fields[one.target] = one.value
    return GroupChanges(fields=fields, sessions=sessions)


def in_words(text: str, before: SessionChange | None, time_zone: str) -> SessionChange:
    """Return a meeting known in words only, where it was."""
    if before is None:
        return SessionChange(words=text, time_zone=time_zone)
    return SessionChange(
        words=text, location_id=before.location_id, time_zone=before.time_zone, level=before.level, note=before.note
    )
