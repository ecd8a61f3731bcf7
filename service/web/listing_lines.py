"""The main lines of a listing, as they are stated: shown to whoever leads the group, and read out on the telephone."""

from flask_babel import gettext as _

from service.catalog.views import GroupView, PlaceView
from service.web import rhythm
from service.web.figures import Figures
from service.web.own_words import joined, theirs

Line = dict[str, str]


def lines(group: GroupView, figures: Figures) -> list[Line]:
    """Return what a visitor goes by: when, where, cost, how to join, who it is for. What is not known is said so."""
    told = (
        ("clock", _("When"), _when(group, figures)),
        ("pin", _("Where"), _where(group)),
        ("coin", _("Cost"), _cost(group, figures)),
        ("door", _("How to join"), _join(group)),
        ("person", _("Who is it for?"), _who(group)),
    )
    return [
        {"icon": icon, "what": str(what), "text": text or str(_("Nobody has told us"))} for icon, what, text in told
    ]


def _when(group: GroupView, figures: Figures) -> str:
    stated = rhythm.often(group, figures)
    once = [each.meeting.starts_at for each in group.sessions if each.meeting.rule is None and not each.words]
    days = [figures.long_day(at.date()) for at in once if at is not None]
    return joined("; ", [stated, *days])


def _where(group: GroupView) -> str:
    places = [_place(place) for place in group.places]
    return theirs("; ".join(dict.fromkeys(filter(None, places or [area.name for area in group.areas]))), group)


def _place(place: PlaceView) -> str:
    parts = (place.name, *place.address, place.city, place.postal_code)
    return ", ".join(dict.fromkeys(part for part in parts if part))


def _cost(group: GroupView, figures: Figures) -> str:
    if group.price_pence is None:
        price = ""
    else:
        price = figures.money(group.price_pence, group.currency) if group.price_pence else str(_("Free"))
    return joined(" · ", [price, theirs(group.price_note, group)])


def _join(group: GroupView) -> str:
    ways = (group.phone, group.email or group.organisation.email, group.url)
    return joined(" · ", [theirs(group.how_to_join, group), ", ".join(way for way in ways if way)])


def _who(group: GroupView) -> str:
    return joined(" · ", dict.fromkeys(theirs(text, group) for text in (group.who_for, group.eligibility) if text))
