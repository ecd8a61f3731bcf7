"""What somebody keeps while they search: it travels in the sealed search. A press on Keep changes the address only."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from service.catalog.views import GroupView
from service.errors import Invalid
from service.web.keeping import MOST, new_id
from service.web.self_service.naming import display_name
from service.web.self_service.reading import Typed

KEPT = "kept"  # the key of a search under which the ids of kept groups stand
LIST = "list"  # and under which the id of their list stands
Button = dict[str, Any]


def kept_of(typed: Typed) -> tuple[UUID, ...]:
    """Return the groups that a search carries."""
    held = typed.get(KEPT)
    return tuple(UUID(str(one)) for one in held) if isinstance(held, list) else ()


def changed(typed: Typed, group_id: UUID, *, keep: bool) -> Typed:
    """Return the search with a group put on the list or taken off; raises Invalid `list_full`."""
    others = [one for one in kept_of(typed) if one != group_id]
    now_kept = [*others, group_id] if keep else others
    if len(now_kept) > MOST:
        raise Invalid("list_full")
    rest = {name: value for name, value in typed.items() if name != KEPT}
    return {LIST: new_id(), **rest, KEPT: [one.hex for one in now_kept]} if now_kept else rest


def button(group: GroupView, kept: Iterable[UUID] = (), *, sealed: str = "", back: str = "results") -> Button:
    """Return the button of one group: to keep it, or to take it off again.

    Parameters
    ----------
    kept : iterable of UUID
        What is on the list.
    sealed : str
        The search it stands in; empty on a page that anybody may open.
    back : {'results', 'group', 'list'}
        Which page follows.
    """
    action = url_for("web.keep_in_results", sealed=sealed) if sealed else url_for("web.keep_one", slug=group.slug)
    return {
        "action": action,
        "group": group.id.hex,
        "slug": group.slug,
        "name": display_name(group),
        "kept": group.id in kept,
        "back": back if sealed else "",
    }


def nav(sealed: str, typed: Typed) -> list[dict[str, object]]:
    """Return the link at the top of a page to the list of what was kept, once there is something on it."""
    return link(url_for("web.kept_in_results", sealed=sealed), len(kept_of(typed)), current=False)


def link(href: str, number: int, *, current: bool) -> list[dict[str, object]]:
    """Return the link to a list, as the frame shows it; an empty list has none."""
    text = str(_("My list (%(number)s)", number=number))
    return [{"text": text, "href": href, "current": current}] if number else []
