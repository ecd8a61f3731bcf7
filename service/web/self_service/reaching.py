"""How to reach a group: number and address, which no page shows unasked, and its websites. It counts nothing itself."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from flask_babel import gettext as _

from service.catalog.discreet import spoken_of
from service.catalog.views import GroupView
from service.web.own_words import theirs

Way = dict[str, str]


def can_be_reached(group: GroupView) -> bool:
    """Tell whether there is a number or an address behind the press."""
    return any(ways(group))


def press(group: GroupView) -> str:
    """Return what stands on the button; empty where there is nothing behind it."""
    if _numbers(group):
        both = _("Show the phone number and e-mail address") if _emails(group) else _("Show the phone number")
        return str(both)
    return str(_("Show the e-mail address")) if _emails(group) else ""


def ways(group: GroupView) -> Iterator[Way]:
    """Give the numbers and addresses of a group: its own, else its organisation's, and those in its own words."""
    for phone in _numbers(group):
        number = _digits(phone)
        yield _way(_("Phone"), phone, f"tel:{number}" if number else "")
    for email in _emails(group):
        yield _way(_("E-mail"), email, f"mailto:{email}" if "@" in email and " " not in email else "")


def sites(group: GroupView) -> Iterator[Way]:
    """Give the websites of a group and of its organisation: those are public anyway."""
    for site in dict.fromkeys((group.url, group.organisation.website)):
        if site:
            yield _way(_("Website"), host_of(site) or site, web(site))


def how_to_join(group: GroupView, *, reached: bool) -> str:
    """Say how to join, in the group's own words where it left some."""
    if not group.joinable:
        return str(_("You cannot join this one."))
    if not group.how_to_join and not reached:
        known = _("Nobody has told us how to join. Their website may say.")
        return str(known if any(sites(group)) else _("Nobody has told us how to reach them. Your library may know."))
    return theirs(group.how_to_join, group)


def picture_elsewhere(group: GroupView) -> Way | None:
    """Return the way to a picture that lies on another site: it is never loaded, only linked."""
    address = web(group.image)
    return {"href": address, "host": host_of(address)} if address else None


def web(address: str | None) -> str:
    """Return an address that is safe to follow; nothing else becomes a link."""
    try:
        parts = urlsplit(address or "")
    except ValueError:
        return ""
    return address or "" if parts.scheme in ("http", "https") and parts.hostname else ""


def host_of(address: str) -> str:
    """Return whose site an address is; empty where it is none."""
    return urlsplit(address).hostname or "" if web(address) else ""


def _emails(group: GroupView) -> list[str]:
    own = group.email or group.organisation.email or ""
    return list(dict.fromkeys(filter(None, (own, *spoken_of(group)[1]))))


def _numbers(group: GroupView) -> list[str]:
    """Return the telephone numbers of a group, each once however it is written."""
    known = {_digits(number): number for number in (*reversed(spoken_of(group)[0]), group.phone or "")}
    return [number for number in reversed(known.values()) if number]


def _digits(number: str) -> str:
    return "".join(letter for letter in number if letter.isdigit() or letter == "+")


def _way(label: object, value: str, href: str) -> Way:
    return {"label": str(label), "value": value, "href": href}
