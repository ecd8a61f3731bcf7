"""Calendar files of a group and of a list: titles say "Appointment" unless somebody chose the groups' names."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from flask import Response, url_for
from flask_babel import gettext as _

from service.accounts.permissions import Permission
from service.catalog.discreet import discreet
from service.catalog.queries import group_by_slug, load_groups
from service.catalog.views import GroupView, PlaceView, SessionView
from service.clock import now
from service.db import db
from service.errors import NotFound
from service.interop import ical
from service.interop.ical import Entry
from service.matching import Profile
from service.web.access import allow
from service.web.languages import current_language
from service.web.own_words import without_marks
from service.web.rendering import private, services
from service.web.self_service.list_page import public
from service.web.self_service.naming import display_name
from service.web.self_service.notices import meets
from service.web.self_service.scene import scene
from service.web.self_service.shortlist import opened

TYPE = "text/calendar; charset=utf-8; method=PUBLISH"


@allow(Permission.PUBLIC)
def of_group(slug: str, *, named: bool) -> Response:
    """Send all coming meetings of a group, under its name only for whoever chose that."""
    return _file([group_by_slug(db.session(), slug, today=now().date())], named=named)


@allow(Permission.LINK)
def of_list(sealed: str, *, named: bool) -> Response:
    """Send all coming meetings of a list, under the groups' names only for whoever chose that."""
    moment = now()
    kept = opened(sealed, moment)
    groups = load_groups(db.session(), kept.groups, today=moment.date())
    return _file([groups[one] for one in kept.groups if one in groups], named=named)


def _file(groups: Iterable[GroupView], *, named: bool) -> Response:
    """Write the file; raises NotFound `no_dates` where no coming date is sure."""
    moment = now()
    entries = [entry for group in groups for entry in _entries(group, named=named)]
    if not any(ical.meets_again(entry.meeting, moment) for entry in entries):
        raise NotFound("no_dates")
    answer = private(ical.calendar(entries, language=current_language(), now=moment), mimetype=TYPE)
    answer.headers["Content-Disposition"] = 'attachment; filename="dates.ics"'
    return answer


def _entries(group: GroupView, *, named: bool) -> Iterator[Entry]:
    """Give an entry for each session whose times are sure enough to go by."""
    group = discreet(group, "…")  # a calendar of a public page tells no number either
    host = urlsplit(services().settings.public_url).hostname or "localhost"
    for session in group.sessions if group.times_confirmed else ():
        place = _place(group, session)
        yield Entry(
            uid=f"{session.id}@{host}",
            title=display_name(group) if named else str(_("Appointment")),
            meeting=session.meeting,
            place=_where(place),
            note=_note(group) if named else "",
            address=public(url_for("web.group", slug=group.slug)) if named else "",
            revision=group.version,
            position=_position(place),
        )


def _place(group: GroupView, session: SessionView) -> PlaceView | None:
    there = next((place for place in group.places if place.id == session.location_id), None)
    return there or (group.places[0] if len(group.places) == 1 else None)


def _where(place: PlaceView | None) -> str:
    """Say the place as far as it is known: never more than the pages do."""
    if place is None or place.confidential or place.precision not in ("exact", "sector"):
        return ""
    known = [place.name, *place.address, place.city, place.postal_code]
    return ", ".join(dict.fromkeys(part for part in known if part))


def _position(place: PlaceView | None) -> tuple[float, float] | None:
    if place is None or place.precision != "exact" or place.latitude is None or place.longitude is None:
        return None
    return place.latitude, place.longitude


def _note(group: GroupView) -> str:
    said = [without_marks(meets(scene(group, Profile(), now=now()))), group.how_to_join or ""]
    if group.is_example:
        said.append(str(_("This is an example. Please do not travel to it.")))
    return "\n".join(text for text in said if text)
