"""Pieces of us inside another site's page: a search box, and a list of groups near a place. No cookie, no script.

What is near and what it is about stands in the frame's address: the other site wrote it, and it tells of no visitor.
"""

from dataclasses import replace

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.accounts.permissions import Permission
from service.clock import now
from service.db import db
from service.errors import Invalid, NotFound
from service.matching import Answer, Profile
from service.web import languages, rhythm
from service.web.access import allow
from service.web.headers import framed_by
from service.web.own_words import foreign
from service.web.rendering import services
from service.web.self_service import answer_words, notices, reading, search
from service.web.self_service.helping import Groups
from service.web.self_service.naming import display_name
from service.web.self_service.scene import scene

SHOWN, MOST = 6, 20  # groups
LONGEST = 100  # characters of a place or an interest
KEPT = "public, max-age=300, must-revalidate"  # the same for everybody: five minutes are soon enough for a listing


def pages() -> Blueprint:
    """Collect the pieces under the language segment."""
    made = Blueprint("embed", __name__, url_prefix="/embed/<lang>")
    made.url_value_preprocessor(languages.take)
    made.url_defaults(languages.give)
    made.add_url_rule("/search", "search", show_search)
    made.add_url_rule("/list", "list", show_list)
    return made


@allow(Permission.PUBLIC)
def show_search() -> ResponseReturnValue:
    """Show the box; its answer opens in the whole window."""
    return _piece("embed/search.html", form_action=url_for("web.find"), start_href=url_for("web.start"))


@allow(Permission.PUBLIC)
def show_list() -> ResponseReturnValue:
    """Show groups near a place, about an interest, or both, as the other site wrote it."""
    _sites()
    near, interest = (request.args.get(name, "").strip()[:LONGEST] for name in ("near", "interest"))
    show = min(max(request.args.get("show", SHOWN, type=int), 1), MOST)
    try:
        profile = replace(_profile(near, interest), limit=show)
    except Invalid:
        return _piece("embed/list.html", 422, known=False, near=near, groups=[], start_href=url_for("web.start"))
    moment = now()
    answer = services().matching.match(profile, now=moment)
    groups = services().shown.groups(db.session(), notices.needed(answer), today=moment.date())
    rows = _rows(answer, groups, profile)
    label = profile.place.label if profile.place else ""
    return _piece("embed/list.html", known=True, near=label, groups=rows, start_href=url_for("web.start"))


def _profile(near: str, interest: str) -> Profile:
    made = services()
    typed: reading.Typed = {}
    if near:
        typed["place"] = near
    if interest:
        typed["interests"] = [interest]
    return reading.profile(
        typed,
        matching=made.matching,
        resolve_place=reading.resolver(made.gazetteer, made.settings.country),
        figures=search.figures_of_reader(),
    )


def _rows(answer: Answer, groups: Groups, profile: Profile) -> list[dict[str, object]]:
    voice, moment = search.voice(), now()
    rows = []
    for match in answer.matches:
        group = next((found for key, found in groups.items() if str(key) == match.group_id), None)
        if group is None or not group.joinable:
            continue
        found = scene(group, profile, now=moment, location_id=match.location_id)
        when = rhythm.say(group, voice.figures) if group.times_confirmed else ""
        facts = (
            when or notices.next_date(found, voice),
            notices.place_line(found),
            answer_words.cost(group, voice.figures),
        )
        rows.append(
            {
                "href": url_for("web.group", slug=group.slug),
                "name": display_name(group),
                "lang": foreign(group),
                "is_example": group.is_example,
                "picture": notices.picture(group, match),
                "facts": [fact for fact in facts if fact],
            }
        )
    return rows


def _sites() -> tuple[str, ...]:
    """Return the sites that may show us; where there are none, nothing is here."""
    sites = services().settings.embed_sites
    if not sites:
        raise NotFound("page")
    return sites


def _piece(template: str, status: int = 200, **values: object) -> Response:
    answer = make_response(render_template(template, **values), status)
    answer.headers["Cache-Control"] = KEPT
    return framed_by(answer, _sites())
