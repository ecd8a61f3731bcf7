"""What the page of a group offers to take along: keeping, printing, dates, words to copy. It keeps nothing itself."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import url_for

from service.catalog.discreet import discreet
from service.web.self_service import keep, text_words
from service.web.self_service.scene import Scene, Voice


def box(
    found: Scene, voice: Voice, address: str, typed: Mapping[str, object] | None = None, sealed: str = ""
) -> dict[str, Any]:
    """Return what _take_along.html needs.

    Parameters
    ----------
    address : str
        The group's short address, to pass on.
    typed, sealed
        The search one comes from.
    """
    group = found.group
    slug, dated = group.slug, bool(found.dates)
    shown = replace(found, group=replace(discreet(group, "…"), phone=None))  # programs collect what stands on this page
    return {
        "keep": keep.button(group, keep.kept_of(dict(typed or {})), sealed=sealed, back="group"),
        "print_action": url_for("web.keep_one", slug=slug),
        "calendar": url_for("web.group_calendar", slug=slug) if dated else "",
        "calendar_named": url_for("web.group_calendar_named", slug=slug) if dated else "",
        "words": text_words.to_myself(shown, voice),
        "share": text_words.to_share(shown, voice, address),
    }
