"""What a listing must say before it is published: its name, what it is, when, where, and how to join. Pure."""

from service.catalog.views import GroupView

ALL = ("name", "what", "when", "where", "contact")
PLACELESS = ("online", "phone")


def missing(view: GroupView) -> tuple[str, ...]:
    """Return which of ALL a listing does not say yet, in their order.

    When it meets may be said in words only; what meets online or by phone needs no place.
    """
    said = {
        "name": bool(view.name),
        "what": bool(view.description or view.what_happens),
        "when": any(each.words or each.meeting.starts_at for each in view.sessions),
        "where": view.mode in PLACELESS or view.nationwide or bool(view.places or view.areas),
        "contact": any((view.how_to_join, view.phone, view.email, view.url)),
    }
    return tuple(name for name in ALL if not said[name])
