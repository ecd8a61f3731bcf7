"""One group beside one person's wishes, with its coming dates: what sentences about it are made from. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from service.catalog.schedule import Occurrence, dated, next_dates
from service.catalog.views import GroupView, PlaceView, SessionView
from service.matching import Profile
from service.matching.asked import EVENINGS_AND_WEEKENDS
from service.web.figures import Figures

NOON, EVENING = 12, 17  # hours at which the afternoon and the evening begin


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """How one reader is spoken to: numbers in their manner, terms by their label, help lines never."""

    figures: Figures
    label: Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One group at one place.

    Attributes
    ----------
    profile : Profile
    group : GroupView
    place : PlaceView or None
        Where it was found; None for what has no place.
    dates : tuple of Occurrence
        The next meeting of each of its sessions there, soonest first. Empty where times are not confirmed.
    """

    profile: Profile
    group: GroupView
    place: PlaceView | None
    dates: tuple[Occurrence, ...]

    def free_date(self) -> Occurrence | None:
        """Return the soonest date at a wanted time, else the soonest."""
        fits = (coming for coming in self.dates if is_wanted(self.profile, coming))
        return next(fits, self.dates[0] if self.dates else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One line of the coming dates: `off` when the group does not meet on that day."""

    session: SessionView
    meets: Occurrence
    off: bool
    instead: Occurrence | None = None


def scene(group: GroupView, profile: Profile, *, now: datetime, location_id: str = "") -> Scene:
    """Lay a group beside a profile."""
    place = next((found for found in group.places if str(found.id) == location_id), None)
    if place is None and len(group.places) == 1 and not location_id:
        place = group.places[0]
    return Scene(profile=profile, group=group, place=place, dates=_dates(group, place, now))


def _dates(group: GroupView, place: PlaceView | None, now: datetime) -> tuple[Occurrence, ...]:
    if not group.times_confirmed:
        return ()
    here = [session for session in group.sessions if place is None or session.location_id in (None, place.id)]
    found = [coming for session in here for coming in next_dates(session.meeting, after=now, limit=1)]
    return tuple(sorted(found, key=lambda coming: coming.starts))


def coming_days(group: GroupView, *, now: datetime, limit: int) -> tuple[Day, ...]:
    """Return the next days of all sessions, those on which a session does not meet among them."""
    days = [day for session in group.sessions for day in _days(session, now, limit)]
    return tuple(sorted(days, key=lambda day: (day.meets.starts, day.session.id))[:limit])


def _days(session: SessionView, now: datetime, limit: int) -> list[Day]:
    found = dated(session.meeting, after=now, limit=limit)
    return [Day(session=session, meets=one.planned, off=one.off, instead=one.instead) for one in found]


def is_wanted(profile: Profile, coming: Occurrence) -> bool:
    """Tell whether a meeting lies in the times somebody asked for."""
    starts = coming.starts
    part = 0 if starts.hour < NOON else 1 if starts.hour < EVENING else 2
    slots = wanted_slots(profile)
    if slots and (starts.weekday(), part) not in slots:
        return False
    if profile.earliest is not None and _minute(starts) < profile.earliest:
        return False
    ends = coming.ends or starts
    return profile.latest is None or (ends.date() == starts.date() and _minute(ends) <= profile.latest)


def wanted_slots(profile: Profile) -> frozenset[tuple[int, int]]:
    """Return the wanted parts of the week, as the ranking reads them; empty: any."""
    if not profile.slots and profile.strength("work_hours") and profile.earliest is None:
        return EVENINGS_AND_WEEKENDS
    return profile.slots


def _minute(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute
