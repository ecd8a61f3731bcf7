"""More like this: what one group does takes the place of somebody's wishes; all else they said stays. Pure."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from service.matching.columns import TERM_WEIGHTS, halves
from service.matching.profile import Profile
from service.matching.snapshot import Snapshot

MOST = 3  # of its interests: a group that does everything is like every other
FACETS = ("activity", "mechanism", "format")  # what it does; else what it does for people; else its form


def liked(snapshot: Snapshot, profile: Profile) -> tuple[Profile, tuple[str, ...]]:
    """Return the profile with the wishes of the group it names, and these; as it was where nothing is known of that."""
    if not profile.like:
        return profile, ()
    codes = main_interests(terms_of(snapshot, profile.like))
    return (replace(profile, text="", interests=codes), codes) if codes else (profile, ())


def terms_of(snapshot: Snapshot, group_id: str) -> dict[str, float]:
    """Return the terms of a group with their weights; none where it is not in the catalogue."""
    found: dict[str, float] = {}
    for layer, gone in snapshot.layers():
        number = layer.find(*halves(UUID(group_id)))
        if number is not None and number not in gone:
            columns = layer.columns
            here = slice(int(columns.term_starts[number]), int(columns.term_starts[number + 1]))
            weights = (columns.term_weight[here] / TERM_WEIGHTS).tolist()
            found = dict(zip((snapshot.term_codes[n] for n in columns.term[here].tolist()), weights, strict=True))
    return found


def main_interests(terms: Mapping[str, float]) -> tuple[str, ...]:
    """Return the weightiest terms of the first facet that a group has, the finer first, none above another.

    Examples
    --------
    >>> main_interests({"activity.music": 1.0, "activity.music.singing": 1.0, "format.small": 1.0})
    ('activity.music.singing',)
    """
    for facet in FACETS:
        of_facet = [code for code in terms if code.startswith(f"{facet}.")]
        best = sorted(of_facet, key=lambda code: (-terms[code], -code.count("."), code))
        finest = [code for code in best if not any(other.startswith(f"{code}.") for other in of_facet)]
        if finest:
            return tuple(finest[:MOST])
    return ()
