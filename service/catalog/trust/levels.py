"""Which level of trust the things that were seen bear, and until when. Pure.

Listed: nothing was seen. Contacted: somebody spoke to them. Checked: papers were seen. Trusted: papers and a visit.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

LEVELS = ("listed", "contacted", "checked", "trusted")
SPOKEN = frozenset({"phoned", "visited", "referee"})
PAPERS = frozenset({"legal_form", "safeguarding_policy", "record_checks", "insurance", "risk_assessment"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One thing that was seen; `until` is the last day on which it counts, None where it has no end."""

    kind: str
    until: date | None


def counting(seen: Iterable[Seen], today: date) -> tuple[Seen, ...]:
    """Return what still counts on a day."""
    return tuple(one for one in seen if one.until is None or today <= one.until)


def highest(kinds: Collection[str]) -> str:
    """Return the highest level that these kinds of things bear.

    >>> highest({"phoned"}), highest({"insurance"}), highest({"insurance", "visited"}), highest(())
    ('contacted', 'checked', 'trusted', 'listed')
    """
    if PAPERS.intersection(kinds):
        return "trusted" if "visited" in kinds else "checked"
    return "contacted" if SPOKEN.intersection(kinds) else "listed"


def bears(level: str, seen: Iterable[Seen], today: date) -> bool:
    """Tell whether what counts on a day bears this level. To be listed needs nothing, and calls leave no paper."""
    best = highest({one.kind for one in counting(seen, today)})
    return level in ("listed", "contacted") or LEVELS.index(level) <= LEVELS.index(best)


def lasts_until(level: str, seen: Iterable[Seen], today: date) -> date | None:
    """Return the last day on which what was seen bears a level; None: it does not end."""
    known = tuple(seen)
    ends = sorted({one.until for one in counting(known, today) if one.until is not None})
    for end in ends:
        after = {one.kind for one in known if one.until is None or one.until > end}
        if LEVELS.index(highest(after)) < LEVELS.index(level):
            return None if level in ("listed", "contacted") else end
    return None


def settled(level: str, seen: Iterable[Seen], today: date) -> str:
    """Return the level that is left once things ran out: what is still borne, at least that they were spoken to."""
    best = highest({one.kind for one in counting(seen, today)})
    left = LEVELS[max(LEVELS.index(best), LEVELS.index("contacted"))]
    return LEVELS[min(LEVELS.index(level), LEVELS.index(left))]
