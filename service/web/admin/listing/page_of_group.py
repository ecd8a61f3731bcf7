"""A listing's public page: whether it is shown, under which address, and pictures of its door and room."""

from uuid import UUID

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from service.accounts.permissions import Permission
from service.catalog import approving, pictures
from service.catalog.editing.keeping import Save
from service.catalog.editing.publishing import publish
from service.catalog.fresh import calling_off
from service.catalog.keepers import check
from service.catalog.operations import MOVES, readdress, set_status
from service.catalog.queries import group_by_id
from service.catalog.short_codes import written
from service.catalog.views import GroupView
from service.clock import now
from service.db import db, writes
from service.errors import Forbidden, Invalid, Problem
from service.web.access import allow, current_actor, origin
from service.web.admin import rooms, words
from service.web.admin.listing import elsewhere, pages
from service.web.posting import post_office
from service.web.rendering import services
from service.web.versions import base_address

SHOWS = {"door": _l("The door"), "room": _l("The room")}
TO = {
    "draft": _l("Make it a draft"),
    "submitted": _l("Hand it in"),
    "published": _l("Show it on the list"),
    "paused": _l("Say that it rests"),
    "held": _l("Take it off the list"),
    "archived": _l("Say that it is no more"),
}
REASON_LENGTH = 500  # characters


@allow(Permission.EDIT_CATALOG)
def show(group_id: UUID) -> Response:
    """Show all three."""
    group = _group(group_id)
    return elsewhere.instead(group) or _page(group, {})


@allow(Permission.EDIT_CATALOG)
@writes
def change(group_id: UUID) -> ResponseReturnValue:
    """Change one of the three; what cannot be kept is said beside its field."""
    group, what = _group(group_id), request.form.get("what", "")
    try:
        DEEDS.get(what, _nothing)(group)
    except Invalid as refused:
        if refused.code == "incomplete":
            gaps = pages.figures().all_of(str(words.MISSING[gap]) for gap in refused.fields)
            return _page(group, {"reason": str(_("It cannot be shown yet. It does not say: %(what)s", what=gaps))})
        shows = request.form.get("shows", "")
        return _page(group, {_field(name, shows): words.problem(one) for name, one in refused.fields.items()})
    except Forbidden as refused:
        if refused.code not in ("second_person", "second_pair"):
            raise
        return _page(group, {"reason": words.problem(Problem(refused.code))})
    return redirect(url_for(".admin_page", group_id=group.id, sent=1 if what == "off_link" else None), 303)


@allow(Permission.EDIT_CATALOG)
@writes
def hold(group_id: UUID) -> ResponseReturnValue:
    """Take a listing off the list with one press, until somebody else has looked into it."""
    _group(group_id)
    if request.form.get("hold") == "yes":
        set_status(
            db.session(),
            group_id=group_id,
            status="held",
            expected_version=None,
            actor=current_actor(),
            reason=str(words.STATUSES["held"]),
            now=now(),
            origin=origin(),
        )
    return redirect(url_for(".admin_page", group_id=group_id), 303)


def _field(name: str, shows: str) -> str:
    """Return the field of the page: there are two of each for pictures."""
    return f"{name}-{shows}" if name in ("file", "alternative") and shows in SHOWS else name


def _nothing(_group: GroupView) -> None:
    """A form that names nothing changes nothing."""


def _state(group: GroupView) -> None:
    if request.form.get("status") == "published":
        save = Save(actor=current_actor(), reason=_reason(), now=now(), origin=origin())
        publish(db.session(), group_id=group.id, expected_version=_version(), save=save)
        return
    set_status(
        db.session(),
        group_id=group.id,
        status=request.form.get("status", ""),
        expected_version=_version(),
        actor=current_actor(),
        reason=_reason(),
        now=now(),
        origin=origin(),
    )


def _address(group: GroupView) -> None:
    readdress(
        db.session(),
        group_id=group.id,
        words=request.form.get("slug", ""),
        expected_version=_version(),
        actor=current_actor(),
        reason=_reason(),
        now=now(),
        origin=origin(),
    )


def _picture(group: GroupView) -> None:
    sent = request.files.get("file")
    pictures.set_picture(
        db.session(),
        group_id=group.id,
        shows=request.form.get("shows", ""),
        alternative=request.form.get("alternative", ""),
        data=sent.read() if sent else b"",
        actor=current_actor(),
        now=now(),
        origin=origin(),
    )


def _no_picture(group: GroupView) -> None:
    shows = request.form.get("shows", "")
    pictures.remove_picture(
        db.session(), group_id=group.id, shows=shows, actor=current_actor(), now=now(), origin=origin()
    )


def _off_link(group: GroupView) -> None:
    check.listing(db.session(), group.id, current_actor())
    calling_off.send(db.session(), post_office(), group=group, now=now())


DEEDS = {"off_link": _off_link, "state": _state, "address": _address, "picture": _picture, "no_picture": _no_picture}


def _version() -> int:
    return request.form.get("version", -1, type=int)


def _reason() -> str | None:
    return request.form.get("reason", "").strip()[:REASON_LENGTH] or None


def _group(group_id: UUID) -> GroupView:
    return group_by_id(db.session(), group_id, today=pages.around().today, public=False)


def _page(group: GroupView, errors: dict[str, str]) -> Response:
    known = pictures.pictures_of(db.session(), group.id)
    home = base_address(services().settings).partition("://")[2]
    shown = rooms.page(
        "page_of_group.html",
        "",
        group=group,
        form_action=url_for(".admin_page_post", group_id=group.id),
        back_href=url_for(".admin_group", group_id=group.id),
        trust_href=url_for(".admin_trust", body_id=group.organisation.id),
        view_href=pages.as_visitor(group),
        life_href=url_for(".admin_life", group_id=group.id),
        calendar_href=url_for(".admin_calendar", group_id=group.id),
        needs_other=_needs_other(group),
        state=str(words.STATUSES[group.status]),
        moves=[(code, str(TO[code])) for code in MOVES[group.status]],
        before=f"{home}/…/groups/",
        slug=request.form.get("slug", group.slug),
        short=f"{home}/g/{written(group.short_code or '')}",
        pictures=[_pictured(shows, known.get(shows)) for shows in SHOWS],
        sent=request.args.get("sent") == "1",
        mails_to=group.email or group.organisation.email or "",
        largest=pictures.LARGEST // 1000,
        reason=request.form.get("reason", ""),
        errors=errors,
    )
    shown.status_code = 422 if errors else 200
    return shown


def _needs_other(group: GroupView) -> str:
    """Say so where whoever looks may not publish it: they wrote it, and a second pair of eyes is asked for."""
    is_new = group.status in approving.UNPUBLISHED
    barred = is_new and not approving.may_publish(db.session(), group.id, current_actor())
    return words.problem(Problem("second_pair")) if barred else ""


def _pictured(shows: str, known: pictures.PictureView | None) -> dict[str, object]:
    """Return one picture with its words, as they were sent where they could not be kept."""
    words_kept = known.alternative if known else ""
    return {
        "shows": shows,
        "title": str(SHOWS[shows]),
        "src": url_for("picture", picture_id=known.id) if known else "",
        "alternative": request.form.get("alternative", "") if request.form.get("shows") == shows else words_kept,
        "width": known.width if known else 0,
        "height": known.height if known else 0,
    }
