"""Two listings of one group as one: the chosen values, and all that either has. Pure."""

from collections.abc import Collection, Mapping
from uuid import UUID, uuid5

from service.catalog.snapshots import FIELDS, GroupChanges, Snapshot, undo

UNITED = ("terms", "languages", "places")


def differing(kept: Snapshot, other: Snapshot) -> list[str]:
    """Return the fields in which both say something, and not the same."""
    return [name for name in FIELDS if kept.get(name) and other.get(name) and kept[name] != other[name]]


def united(group_id: UUID, kept: Snapshot, other: Snapshot, chosen: Collection[str]) -> GroupChanges:
    """Return what changes of the kept one: fields named in `chosen` are the other's, empty ones are filled.

    Facts, interests, languages, places, prices and meetings are what either has; where both state a fact, the kept
    one's stays. A meeting of the other gets an id of its own, so that the other keeps its own too.
    """
    after: dict[str, object] = dict(kept)
    for name in FIELDS:
        if other.get(name) is not None and (name in chosen or kept.get(name) is None):
            after[name] = other[name]
    after |= {name: value for name, value in other.items() if name.startswith("facts.") and name not in kept}
    for name in UNITED:
        if both := sorted({*_list(kept, name), *_list(other, name)}):
            after[name] = both
    after |= _meetings(group_id, kept, other)
    if "prices" in other:
        mine, theirs = _prices(kept), _prices(other)
        options = {price["option"] for price in mine}
        after["prices"] = [*mine, *(price for price in theirs if price["option"] not in options)]
    changed = {name: [value, kept.get(name)] for name, value in after.items() if value != kept.get(name)}
    return undo(changed)


def _list(of: Snapshot, name: str) -> list[str]:
    value = of.get(name)
    return [str(one) for one in value] if isinstance(value, list) else []


def _prices(of: Snapshot) -> list[dict[str, object]]:
    value = of.get("prices")
    return list(value) if isinstance(value, list) else []


def _meetings(group_id: UUID, kept: Snapshot, other: Snapshot) -> Mapping[str, object]:
    """Return the other's meetings that the kept one does not have yet."""
    mine = [_when(value) for name, value in kept.items() if name.startswith("sessions.")]
    return {
        f"sessions.{uuid5(group_id, name)}": value
        for name, value in other.items()
        if name.startswith("sessions.") and _when(value) not in mine
    }


def _when(session: object) -> tuple[object, ...]:
    if not isinstance(session, dict):
        return ()
    begins = str(session.get("starts_at") or "")
    return session.get("rule"), begins[11:], session.get("minutes"), "" if begins else session.get("words")
