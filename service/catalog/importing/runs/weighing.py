"""What a source says, what it said last, what stands there now: what to write, and what an editor put right. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from service.catalog.changes import Difference

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
        elif says == was:
            decision.kept[name] = [says, stands]
        else:
            decision.conflicts[name] = [says, stands]
    return decision


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
