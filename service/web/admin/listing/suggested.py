"""What a listing's own text says and the listing does not: marked in the text, each for a yes or a no."""

from collections.abc import Iterator
from uuid import UUID

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.accounts.permissions import Permission
from service.catalog.queries import group_by_id
from service.catalog.reading import suggesting
from service.catalog.reading.proposed import text_of
from service.catalog.reading.suggesting import Offer
from service.catalog.views import GroupView
from service.clock import now
from service.db import committing, db
from service.errors import Conflict
from service.web.access import allow, current_actor, origin
from service.web.admin import rooms, words
from service.web.admin.listing import elsewhere, pages
from service.web.rendering import services
from service.web.term_words import label_of

ANSWER = "answer-"  # how the field of an answer begins


@allow(Permission.EDIT_CATALOG)
def show(group_id: UUID) -> Response:
    """Show the text with its words marked, and what they seem to say."""
    group = _group(group_id)
    return elsewhere.instead(group) or _page(group)


@allow(Permission.EDIT_CATALOG)
def answer(group_id: UUID) -> ResponseReturnValue:
    """Save what is right, and remember what is not."""
    group, typed = _group(group_id), request.form
    answers = {name.removeprefix(ANSWER): said for name, said in typed.items() if name.startswith(ANSWER)}
    everything = typed.get("step") == "all"
    try:
        with committing() as unit:
            suggesting.answer(
                unit,
                group,
                yes=[key for key, said in answers.items() if said == "yes" or (everything and said != "no")],
                no=[key for key, said in answers.items() if said == "no"],
                expected_version=typed.get("version", -1, type=int),
                time_zone=pages.around().time_zone,
                actor=current_actor(),
                reason=str(_("Read from its text")),
                now=now(),
                origin=origin(),
            )
    except Conflict:
        return _page(_group(group_id), stale=True)
    return redirect(url_for(".admin_suggested", group_id=group_id), 303)


def _group(group_id: UUID) -> GroupView:
    return group_by_id(db.session(), group_id, today=pages.around().today, public=False)


def _page(group: GroupView, *, stale: bool = False) -> Response:
    found = suggesting.offers(db.session(), group, now=now(), time_zone=pages.around().time_zone)
    shown = rooms.page(
        "suggested.html",
        "",
        group=group,
        lines=_marked(text_of(group), found),
        offers=[_row(one) for one in found],
        version=group.version,
        stale=stale,
        form_action=url_for(".admin_suggested_answer", group_id=group.id),
        back_href=url_for(".admin_group", group_id=group.id),
    )
    shown.status_code = 409 if stale else 200
    return shown


def _row(one: Offer) -> dict[str, object]:
    if one.code is not None:
        said = label_of(services().matching.taxonomy, one.code)
        made = " · ".join(one.words)
        percent = pages.percent(one.confidence)
        return {"key": one.key, "what": words.label("terms"), "said": said, "words": made, "percent": percent}
    name, (_before, after) = next(iter(one.changed.items()))
    said = words.said(name, after, pages.figures())
    if isinstance(after, list) and name == "prices":
        said = pages.figures().money(after[-1]["amount_pence"])
        name = "price_pence"
    made = one.fact.words if one.fact else ""
    return {"key": one.key, "what": words.label(name), "said": said, "words": made, "percent": 0}


def _marked(text: str, found: list[Offer]) -> list[list[tuple[str, bool]]]:
    """Return the lines of a text in pieces: the words, and whether they are marked."""
    marked = bytearray(len(text))
    for start, end in _places(text, found):
        marked[start:end] = b"\1" * (end - start)
    lines: list[list[tuple[str, bool]]] = [[]]
    begin = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or marked[place] != marked[begin] or text[begin] == "\n" or text[place] == "\n":
            if text[begin] == "\n":
                lines.append([])
            else:
                lines[-1].append((text[begin:place], bool(marked[begin])))
            begin = place
    return [line for line in lines if line]


def _places(text: str, found: list[Offer]) -> Iterator[tuple[int, int]]:
    for one in found:
        if one.fact:
            yield one.fact.start, one.fact.end
        for said in one.words:
            yield from _whole(said, text)


def _whole(said: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield where some words stand that are not a part of longer ones."""
    start = text.find(said) if said else -1
    while start >= 0:
        end = start + len(said)
        if not (text[max(0, start - 1) : start].isalnum() or text[end : end + 1].isalnum()):
            yield start, end
        start = text.find(said, end)
