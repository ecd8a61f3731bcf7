"""The rooms of people at work: one list for all their pages, by what each person may open. It decides nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from flask import url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from service.accounts.permissions import Actor, Permission
from service.web.rendering import services

Way = dict[str, object]


class Area(Enum):
    """A few rooms that belong together: one page of them leads to all others."""

    CASES = auto()  # whom a link worker helps
    REFERRALS = auto()
    FIGURES = auto()
    SAFETY = auto()
    LISTINGS = auto()  # day by day
    CATALOGUE = auto()  # the whole of it: what is known, looked for, taken in and given out
    ORGANISATION = auto()
    ACCOUNT = auto()


@dataclass(frozen=True, slots=True)
class Room:
    """The first page of something one does here; `own` is about one's organisation, so for nobody who has none."""

    endpoint: str
    text: LazyString
    permission: Permission
    own: bool = False


EDIT, RUN, OWN = Permission.EDIT_CATALOG, Permission.MANAGE, Permission.ACCOUNT
ROOMS: Mapping[Area, tuple[Room, ...]] = {
    Area.CASES: (Room(".desk", _l("Desk"), Permission.WORK_CASES),),
    Area.REFERRALS: (
        Room(".inbox", _l("Waiting for an answer"), Permission.ANSWER),
        Room(".referrals", _l("Referrals"), Permission.READ_REFERRALS),
        Room(".refer", _l("Refer somebody"), Permission.REFER),
    ),
    Area.FIGURES: (
        Room(".figures", _l("Figures"), Permission.FIGURES),
        Room(".figures_own", _l("Figures"), Permission.ANSWER),  # of one's own groups
    ),
    Area.SAFETY: (Room(".safety", _l("Safety"), Permission.SAFETY),),
    Area.LISTINGS: (
        Room(".admin", _l("Listings"), EDIT),
        Room(".admin_reports", _l("Something is wrong"), EDIT),
        Room(".admin_suggestions", _l("Suggestions"), EDIT),
        Room(".admin_calls", _l("To confirm"), EDIT),
        Room(".admin_pairs", _l("Looks the same"), EDIT),
        Room(".admin_ring_back", _l("To ring"), Permission.RING_BACK),
    ),
    Area.CATALOGUE: (
        Room(".admin_coverage", _l("What is known"), EDIT),
        Room(".admin_interests", _l("Interests to look at"), EDIT),
        Room(".admin_unmet", _l("Asked for, not found"), EDIT),
        Room(".admin_lists", _l("Lists from others"), EDIT),
        Room(".admin_terms", _l("Words"), EDIT),
        Room(".admin_rule", _l("Who may publish"), RUN),
        Room(".admin_embed", _l("On other sites"), EDIT),
    ),
    Area.ORGANISATION: (
        Room(".organisations", _l("Organisations"), RUN),
        Room(".people", _l("People"), RUN),
        Room(".members", _l("Members"), Permission.MANAGE_MEMBERS),
        Room(".team", _l("Team"), Permission.LEAD_TEAM),
        Room(".safety_leads", _l("Safeguarding leads"), Permission.LEAD_TEAM),
        Room(".keys", _l("Programs"), Permission.MANAGE_KEYS),
        Room(".logins", _l("Own sign-in"), Permission.MANAGE_KEYS, own=True),
        Room(".person_data", _l("Privacy"), Permission.PRIVACY),
        Room(".licences", _l("Licences"), Permission.PRIVACY, own=True),
        Room(".audit", _l("What was done"), Permission.READ_AUDIT),
        Room(".set_up_steps", _l("Set up Kith"), RUN),
        Room(".admin_running", _l("How it runs"), RUN),
    ),
    Area.ACCOUNT: (
        Room(".account", _l("Where you are signed in"), OWN),
        Room(".account_password", _l("Password"), OWN),
        Room(".account_email", _l("E-mail address"), OWN),
        Room(".second_factor", _l("Second step"), OWN),
        Room(".passkeys", _l("Passkeys"), OWN),
        Room(".acting", _l("Your role"), OWN),
        Room(".own_data", _l("What is kept"), OWN),
        Room(".activity", _l("What you did"), OWN),
    ),
}
WORK = (Area.CASES, Area.REFERRALS, Area.LISTINGS, Area.CATALOGUE, Area.ORGANISATION, Area.FIGURES, Area.SAFETY)


def ways(actor: Actor, here: Area, room: str) -> tuple[list[Way], list[Way]]:
    """Return the areas this person works in, and the rooms of the one they are in.

    Each area is called after its first room, and leads there. One who works in a single area, and is there, needs no
    list of areas. `room` is the endpoint of the room whose first page is shown, empty inside a room.
    """
    first = {area: rooms[0] for area in WORK if (rooms := _open_to(actor, area))}
    areas = [_way(one, current=area is here) for area, one in first.items()] if set(first) != {here} else []
    rooms = _open_to(actor, here)
    alone = bool(areas) and len(rooms) == 1  # the area leads there already
    return areas, [] if alone else [_way(one, current=one.endpoint == room) for one in rooms]


def beginning(actor: Actor) -> str:
    """Return the address where somebody begins their work; without any, the page that says which role they hold."""
    open_rooms = [room for area in WORK for room in _open_to(actor, area)]
    if open_rooms:
        return url_for(open_rooms[0].endpoint)
    return url_for(".acting") if actor.may(OWN) else url_for(".start")


def _open_to(actor: Actor, area: Area) -> list[Room]:
    """Return the rooms somebody may open; where nobody rings, nobody is shown whom to ring."""
    rings = services().settings.ring_back
    return [
        room
        for room in ROOMS[area]
        if actor.may(room.permission)
        and (rings or room.permission is not Permission.RING_BACK)
        and (actor.organisation_id or not room.own)
    ]


def _way(room: Room, *, current: bool) -> Way:
    return {"text": str(room.text), "href": url_for(room.endpoint), "current": current}
