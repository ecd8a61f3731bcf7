"""What somebody presses on the list: not for me, back again, more like this, a small change. Nothing of it is kept.

Each press makes a new sealed address from the old one and leads there; the old one still shows what it showed.
"""

from dataclasses import replace
from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from service.accounts.permissions import Permission
from service.catalog.queries import load_groups
from service.catalog.views import GroupView
from service.clock import now
from service.db import db
from service.errors import Invalid, NotFound
from service.matching import Answer
from service.matching.answer import Match
from service.matching.profile import DEFAULT_LIMIT, MAX_LIMIT
from service.web.access import allow
from service.web.forgery import without_token
from service.web.rendering import services
from service.web.self_service import adjusting, aside, following, notices, reading, search
from service.web.self_service.reading import Typed
from service.web.self_service.search import Search


@allow(Permission.PUBLIC)
@without_token
def put_aside(sealed: str) -> ResponseReturnValue:
    """Put one group aside, for a reason that may change the search."""
    why, _, group_id = request.form.get("why", "").partition(":")
    asked = _asked(sealed)
    if asked is None:
        return _back(sealed)
    answer = services().matching.match(replace(asked.question, limit=MAX_LIMIT), now=now())
    match = next((one for one in answer.matches if one.group_id == group_id), None)
    group = _group(group_id) if match else None
    if match is None or group is None or why not in aside.REASONS:
        return _back(sealed)  # an old page, or pressed twice
    typed = aside.put(asked.typed, group_id, why, _changes(why, match, group, asked, answer))
    return _to(_but_like(typed, group_id), following.PLACE_ON_PAGE, sealed)


@allow(Permission.PUBLIC)
@without_token
def bring_back(sealed: str) -> ResponseReturnValue:
    """Take one group, or all, into the list again."""
    typed = aside.brought_back(search.typed_of(sealed), request.form.get("group", ""))
    return _to(typed, following.PLACE_ON_PAGE, sealed)


@allow(Permission.PUBLIC)
@without_token
def more_like(sealed: str) -> ResponseReturnValue:
    """Look for groups like one, in place of what was wished for."""
    group_id, typed = request.form.get("group", ""), search.typed_of(sealed)
    if _group(group_id) is None:
        return _back(sealed)
    return _to({**typed, reading.LIKE: group_id}, "", sealed)


@allow(Permission.PUBLIC)
@without_token
def adjust(sealed: str) -> ResponseReturnValue:
    """Change how far, which days or how much, and keep all else."""
    return _to(adjusting.adjusted(search.typed_of(sealed), request.form), "", sealed)


@allow(Permission.PUBLIC)
def more(sealed: str) -> ResponseReturnValue:
    """Lead to the same list with the next groups on it, at the first of them."""
    typed = search.typed_of(sealed)
    shown = typed.get(reading.SHOWN)
    before = shown if isinstance(shown, int) else DEFAULT_LIMIT
    return _to({**typed, reading.SHOWN: min(before + DEFAULT_LIMIT, MAX_LIMIT)}, notices.anchor(before + 1), sealed)


def _asked(sealed: str) -> Search | None:
    try:
        return search.read(sealed, search.typed_of(sealed))
    except Invalid:
        return None


def _group(group_id: str) -> GroupView | None:
    try:
        wanted = UUID(group_id)
    except ValueError as error:
        raise NotFound("group") from error
    return load_groups(db.session(), {wanted}, today=now().date()).get(wanted)


def _changes(why: str, match: Match, group: GroupView, asked: Search, answer: Answer) -> Typed:
    wanted = frozenset((*asked.profile.interests, *answer.like, *(wish.code for wish in answer.understood)))
    disliked = aside.disliked(group, notices.picture(group), wanted)
    return aside.changes(why, match, group, asked.profile, disliked, search.figures_of_reader())


def _but_like(typed: Typed, group_id: str) -> Typed:
    """Return the answers; a group that is put aside is not one to find others like."""
    return {name: value for name, value in typed.items() if (name, value) != (reading.LIKE, group_id)}


def _to(typed: Typed, anchor: str, sealed: str) -> ResponseReturnValue:
    """Lead to the list of changed answers; where these fit no address, or cannot be used, to the list as it was."""
    try:
        changed = search.seal(typed)
        search.read(changed, typed)
    except Invalid:
        return _back(sealed)
    return redirect(url_for(".results", sealed=changed, _anchor=anchor or None), 303)


def _back(sealed: str) -> ResponseReturnValue:
    return redirect(url_for(".results", sealed=sealed), 303)
