"""What a source says, what it said last, what stands there now: what to write, and what an editor put right. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from service.catalog.changes import Difference

DAYS = ("exceptions", "moved")  # of a meeting
Said = Mapping[str, object]  # field -> plain JSON value; as `changes.snapshot`, and `places`, `prices`


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What follows for one group.

    Attributes
    ----------
    changes : mapping
        field -> [now, then]: will be written.
    kept : mapping
        field -> [said, now]: an editor put it right, the source says what it always said; stays.
    conflicts : mapping
        field -> [said, now]: an editor changed it and the source says something new; stays, and somebody must look.
    """

    changes: Difference = field(default_factory=dict)
    kept: Difference = field(default_factory=dict)
    conflicts: Difference = field(default_factory=dict)


def weigh(base: Said, now: Said, said: Said) -> Decision:
    """Weigh field by field; a field that the source has no place for is not in `said` and stays.

    Examples
    --------
    >>> found = weigh({"name": "Tea", "phone": "1"}, {"name": "Tea", "phone": "2"}, {"name": "Teas", "phone": "1"})
    >>> found.changes, found.kept, found.conflicts
    ({'name': ['Tea', 'Teas']}, {'phone': ['1', '2']}, {})
    """
    decision = Decision()
    for name in sorted(said):
        was, stands, says = base.get(name), now.get(name), said[name]
        if says == stands:
            continue
        if stands == was:
            decision.changes[name] = [stands, says]
        elif (merged := _days_apart(was, stands, says)) not in (None, stands):
            decision.changes[name] = [stands, merged]
        elif says == was or merged is not None:
            decision.kept[name] = [says, stands]
        else:
            decision.conflicts[name] = [says, stands]
    return decision


def _days_apart(was: object, stands: object, says: object) -> dict[str, object] | None:
    """Return a meeting of which here only single days were called off or moved, with what the source says of the rest.

    Each day is weighed by itself: who calls one meeting off here has not taken the whole meeting from its source. None
    where anything else of it was changed here.
    """
    if not (isinstance(was, dict) and isinstance(stands, dict) and isinstance(says, dict)):
        return None
    if _but_days(was) != _but_days(stands):
        return None
    made = _but_days(says)
    for name in DAYS:
        old, here, new = ({_first(one): one for one in each.get(name) or ()} for each in (was, stands, says))
        kept = {day: one for day, one in here.items() if day not in old or day in new}
        kept |= {day: one for day, one in new.items() if old.get(day) != one and here.get(day) == old.get(day)}
        if kept == here and name in stands:
            made[name] = stands[name]  # as they are written there
        elif kept:
            made[name] = [kept[day] for day in sorted(kept)]
    return made


def _but_days(meeting: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in meeting.items() if name not in DAYS}


def _first(one: object) -> str:
    return str(one[0] if isinstance(one, list) else one)


def with_taken_back(said: Said, base: Said, *, complete: bool, sessions: bool) -> dict[str, object]:
    """Return what a source says, with None for what it said before and says no more."""
    made = dict(said)
    for name in base:
        if name in said or name == "status":
            continue
        if complete or (sessions and name.startswith("sessions.")):
            made[name] = None
    return made


def kept_of(said: Said) -> dict[str, object]:
    """Return what is remembered of what was said: what is empty is left out."""
    return {name: value for name, value in said.items() if value is not None}
