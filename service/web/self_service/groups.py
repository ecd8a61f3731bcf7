"""The page of one group, how to reach it, and where it has gone. It sets no cookie and keeps nothing but a count."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.accounts.limits import REACH_ADDRESS, limit_address
from service.accounts.permissions import Permission
from service.catalog import addresses
from service.catalog.discreet import without
from service.catalog.fresh import asking as asking_them
from service.catalog.pictures import pictures_of
from service.catalog.queries import group_as_shown, group_by_id, group_by_slug, load_groups
from service.catalog.short_codes import written
from service.catalog.views import GroupView
from service.clock import now
from service.db import db
from service.db.sealing import Sealer
from service.errors import Gone, Invalid, NotFound
from service.matching import Profile, Where
from service.matching.answer import Match
from service.matching.profile import MAX_LIMIT
from service.web import fact_words, own_words
from service.web import sealed as seals
from service.web.access import COOKIE_KEY, allow, current_actor
from service.web.forgery import without_token
from service.web.rendering import country_pack, easy_first, limits, private, services
from service.web.self_service import (
    group_page,
    helping,
    keep,
    naming,
    notices,
    reaching,
    search,
    structured,
    take_along,
)
from service.web.self_service.scene import coming_days, scene
from service.web.versions import base_address

PURPOSE = REACH = "reach"
REACH_VALID = timedelta(hours=1)
LONGEST_PASS = 400  # characters
NEAR_BY = 3
Answer = ResponseReturnValue


@allow(Permission.PUBLIC)
def group(slug: str) -> Answer:
    """Show one group to anybody."""
    moment = now()
    try:
        found = group_by_slug(db.session(), slug, today=moment.date())
    except NotFound:
        return _elsewhere(slug, moment)
    set_down = scene(found, Profile(), now=moment)
    page = group_page.page(set_down, None, search.voice(), country_pack(), now=moment)
    back = {"back_href": url_for(".start"), "back_text": _("Look for groups"), "supports": []}
    secret = structured.is_secret(found)
    told = {"secret": secret, "structured": None if secret else _structured(found, moment)}
    take = {"take": take_along.box(set_down, search.voice(), short_address(found))}
    return render_template(easy_first("self_service/group.html"), **{**page, **back, **_around(found), **told, **take})


@allow(Permission.EDIT_CATALOG)
def preview(group_id: UUID) -> Answer:
    """Show an editor a group that is not on the list as visitors would see it."""
    moment = now()
    found = group_as_shown(db.session(), group_id, today=moment.date())
    if found.status == "published":
        return redirect(url_for(".group", slug=found.slug), 303)
    set_down = scene(found, Profile(), now=moment)
    page = group_page.page(set_down, None, search.voice(), country_pack(), now=moment)
    page["alerts"] = [str(_("Only editors see this page.")), *page["alerts"]]
    back = {"back_href": url_for(".admin_group", group_id=group_id), "back_text": _("Back to the listing")}
    take = {"take": take_along.box(set_down, search.voice(), short_address(found)), "supports": []}
    return private(render_template("self_service/group.html", **{**page, **back, **_around(found), **take}))


@allow(Permission.PUBLIC)
def group_in_results(sealed: str, slug: str) -> Answer:
    """Show one group of a list: why it was shown, how far it is, who can help, and the way back."""
    typed, moment = search.typed_of(sealed), now()
    try:
        asked = search.read(sealed, typed)
    except Invalid:
        return redirect(url_for(".results", sealed=sealed), 303)
    try:
        found = group_by_slug(db.session(), slug, today=moment.date())
    except NotFound:
        return _elsewhere(slug, moment, sealed)
    match = _match(asked.question, found.id, moment)
    beside = services().shown.groups(db.session(), helping.helpers(match), today=moment.date())
    set_down = scene(found, asked.profile, now=moment, location_id=match.location_id if match else "")
    page = group_page.page(set_down, match, search.voice(), country_pack(), now=moment)
    back = {"back_href": asked.address("results"), "back_text": _("Back to the list")}
    slips = helping.slips(match, beside, asked, search.voice())
    take = take_along.box(set_down, search.voice(), short_address(found), typed, sealed)
    shown = {**page, **back, **_around(found, sealed), "supports": slips, "take": take}
    return private(render_template(easy_first("self_service/group.html"), **shown, nav_links=keep.nav(sealed, typed)))


@allow(Permission.PUBLIC)
@without_token
def reach(slug: str, sealed: str = "") -> Answer:
    """Count one question for a number, and lead to the page that shows it."""
    moment = now()
    found = group_by_slug(db.session(), slug, today=moment.date())
    limits().take(REACH_ADDRESS, limit_address(request.remote_addr), now=moment)
    return redirect(address("reached", found.slug, sealed, given=_pass(found.id, moment)), 303)


@allow(Permission.PUBLIC)
def reached(slug: str, given: str, sealed: str = "") -> Answer:
    """Show how to reach a group, to whoever asked within the hour. Nobody may keep the page."""
    moment = now()
    found = group_by_slug(db.session(), slug, today=moment.date())
    if _opened(given, moment) != str(found.id):
        raise Gone("pass_gone")
    shown = {
        "group": _named(found),
        "text": reaching.how_to_join(found, reached=True),
        "ways": list(reaching.ways(found)) if found.joinable else [],
        "sites": list(reaching.sites(found)),
        "host": found.host or "",
        "back_href": address("group", found.slug, sealed),
    }
    return private(render_template("self_service/reach.html", **shown))


def address(name: str, slug: str, sealed: str = "", *, given: str | None = None) -> str:
    """Return the address of something of a group, inside the list one comes from where there is one."""
    more: dict[str, Any] = {"given": given} if given else {}
    if sealed:
        return url_for(f".{name}_in_results", sealed=sealed, slug=slug, **more)
    return url_for(f".{name}", slug=slug, **more)


def _around(found: GroupView, sealed: str = "") -> dict[str, Any]:
    """Return what of a group's page is not in its words: pictures, addresses, what can be sent."""
    pictures = {
        shows: {
            "src": url_for("picture", picture_id=one.id),
            "alt": without(one.alternative, "…"),
            "width": one.width,
            "height": one.height,
        }
        for shows, one in pictures_of(db.session(), found.id).items()
    }
    return {
        "pictures": pictures,
        "reach_action": address("reach", found.slug, sealed),
        "ask_action": url_for(".ask_them", slug=found.slug) if asking_them.can_ask(found) else "",
        "report_href": address("wrong", found.slug, sealed),
        "yours_href": url_for(".yours", slug=found.slug),
        "refer_href": _refer_href(found),
        "ask_href": url_for(".ask_for_help", group=found.slug) if found.joinable else "",
        "short_address": short_address(found),
        "secret": True,
        "structured": None,
    }


def _refer_href(found: GroupView) -> str:
    """Return where whoever refers people sends somebody here; nobody else's cookie is looked at."""
    may = COOKIE_KEY in session and current_actor().may(Permission.REFER) and found.joinable
    return url_for("web.refer", group=found.slug) if may else ""


def short_address(found: GroupView) -> str:
    """Return the address of a group that one can type; it leads to the reader's own language."""
    return f"{base_address(services().settings)}/g/{written(found.short_code or '')}"


def _structured(found: GroupView, moment: datetime) -> Mapping[str, Any] | None:
    """Return what programs may read of a group."""
    days = coming_days(found, now=moment, limit=2 * structured.MOST) if found.times_confirmed else ()
    names = {code: fact_words.holds(code) for code in structured.ACCESS}
    home = base_address(services().settings) + url_for(".group", slug=found.slug)
    summary = without(str(notices.summary(found, search.voice())), "…")
    return structured.graph(found, [day.meets for day in days if not day.off], names, address=home, summary=summary)


def _elsewhere(slug: str, moment: datetime, sealed: str = "") -> Answer:
    """Lead from a former address to today's; say kindly when a group is no more, and what is like it near by."""
    known = addresses.by_slug(db.session(), slug)
    if known is None:
        raise NotFound("group")
    if known.status == "published":
        return redirect(address("group", known.slug, sealed), 308)
    gone = group_by_id(db.session(), known.group_id, today=moment.date(), public=False)
    shown = {"resting": known.status == "paused", "groups": [_line(one, sealed) for one in _near(gone, moment)]}
    back = url_for(".results", sealed=sealed) if sealed else ""
    page = render_template("self_service/group_gone.html", **shown, back_href=back)
    return private(page, 404 if shown["resting"] else 410)


def _near(gone: GroupView, moment: datetime) -> list[GroupView]:
    """Return the groups that are most like one that is no more, near where it was."""
    interests = tuple(term.code for term in gone.terms if term.code.startswith("activity."))
    known = next((place for place in gone.places if place.latitude is not None and not place.confidential), None)
    where = None
    if known is not None and known.latitude is not None and known.longitude is not None:
        label = known.city or ""
        where = Where(label=label, latitude=known.latitude, longitude=known.longitude, uncertainty_km=2.0)
    if not interests and where is None:
        return []
    asked = Profile(interests=interests, place=where, limit=NEAR_BY)
    ids = [UUID(match.group_id) for match in services().matching.match(asked, now=moment).matches[:NEAR_BY]]
    found = load_groups(db.session(), set(ids), today=moment.date())
    return [found[one] for one in ids if one in found]


def _line(found: GroupView, sealed: str) -> dict[str, Any]:
    summary = without(str(notices.summary(found, search.voice())), "…")
    return {**_named(found), "href": address("group", found.slug, sealed), "summary": summary}


def _named(found: GroupView) -> dict[str, Any]:
    return {
        "name": without(naming.display_name(found), "…"),
        "is_example": found.is_example,
        "lang": own_words.foreign(found),
        "picture": notices.picture(found),
    }


def _match(profile: Profile, group_id: UUID, moment: datetime) -> Match | None:
    """Return the line of one group; None when the list, at its longest, does not reach to it."""
    answer = services().matching.match(replace(profile, limit=MAX_LIMIT), now=moment)
    return next((match for match in answer.matches if match.group_id == str(group_id)), None)


def _sealer() -> Sealer:
    return services().sealer(PURPOSE)


def _pass(group_id: UUID, moment: datetime) -> str:
    made = seals.seal(_sealer(), REACH, "group", {"id": str(group_id)}, at=moment, longest=LONGEST_PASS)
    return made or ""


def _opened(given: str, moment: datetime) -> str:
    try:
        return str(seals.unseal(_sealer(), REACH, "group", given, now=moment, valid=REACH_VALID).held["id"])
    except Gone as error:
        raise Gone("pass_gone") from error
