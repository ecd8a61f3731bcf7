"""The pages of somebody who looks for a group. They need no account, set no cookie and keep nothing."""

from datetime import datetime

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from service.accounts.permissions import Permission
from service.catalog.fresh import sample
from service.clock import now
from service.db import db
from service.errors import Invalid
from service.web import kept_words
from service.web.access import allow
from service.web.forgery import without_token
from service.web.rendering import easy_first, operator, services
from service.web.rendering import private as _private
from service.web.self_service import (
    choosing,
    counting,
    following,
    form,
    notices,
    questions,
    reading,
    search,
    small_steps,
    sources,
    suggested,
    true_share,
)
from service.web.self_service.lighter import small_changes, without


@allow(Permission.PUBLIC)
def start() -> ResponseReturnValue:
    """Show the empty form."""
    return render_template(easy_first("self_service/start.html"), **form.page({}))


@allow(Permission.PUBLIC)
def begin() -> ResponseReturnValue:
    """Lead somebody who reloads or shares the address of the form's answer to the form."""
    return redirect(url_for(".start"), 303)


@allow(Permission.PUBLIC)
@without_token
def find() -> ResponseReturnValue:
    """Turn what was typed into an address, or show the form again with every word kept.

    What was typed counts even when the search that is being changed ran out while somebody was typing.
    """
    before, earlier = search.before(request.form)
    try:
        sealed = search.begin(request.form, earlier)
    except Invalid as refusal:
        typed = reading.typed(request.form)
        short = not before and typed.keys() <= form.EASY
        page = easy_first("self_service/start.html") if short else "self_service/start.html"
        return _private(render_template(page, **form.page(typed, refusal, sealed=before)), 422)
    answer = redirect(url_for(".results", sealed=sealed), 303)
    listed = before and earlier.get(reading.WAY) != questions.STEPWISE
    return answer if listed else counting.counted(answer, sealed)


@allow(Permission.PUBLIC)
def results(sealed: str) -> ResponseReturnValue:
    """Show the list. Whoever brings no cookie and comes back in the same minute is shown the same page again."""
    typed, moment = search.typed_of(sealed), now()

    def made() -> bytes:
        return _list(search.read(sealed, typed), moment).encode()

    try:
        own = bool(request.cookies)
        page = made() if own else services().matching.again(("page", request.url), made, now=moment)
    except Invalid as refusal:
        return _private(
            render_template("self_service/start.html", **form.page(typed, refusal, sealed=sealed, stale=True)), 422
        )
    return _private(page)


def _list(asked: search.Search, moment: datetime) -> str:
    answer = services().matching.match(asked.question, now=moment)
    named = notices.needed(answer) | following.needed(asked)
    groups = services().shown.groups(db.session(), named, today=moment.date())
    voice = search.voice()
    shown = notices.page(asked, answer, groups, voice, now=moment)
    shown["small_steps"] = small_steps.box(answer, groups, asked, voice, now=moment)
    shown["small_changes"] = small_changes(asked, answer, lambda other: services().matching.match(other, now=moment))
    shown["check_href"] = asked.address("check_beside")
    shown["for_you_href"] = asked.address("for_you") if asked.for_someone else ""
    return render_template(easy_first("self_service/results.html"), **shown)


@allow(Permission.PUBLIC)
def change(sealed: str) -> ResponseReturnValue:
    """Show the form with the answers so far."""
    return _private(render_template("self_service/start.html", **form.page(search.typed_of(sealed), sealed=sealed)))


@allow(Permission.PUBLIC)
def lighter(sealed: str, wish: str) -> ResponseReturnValue:
    """Lead to the list without one wish."""
    return redirect(url_for(".results", sealed=search.seal(without(search.typed_of(sealed), wish))), 303)


@allow(Permission.PUBLIC)
@without_token
def own_words(sealed: str) -> ResponseReturnValue:
    """Take a yes or a no to what was read from their words, and lead to the list again."""
    typed = search.typed_of(sealed)
    try:
        asked = search.read(sealed, typed)
        sealed = search.seal(suggested.answered(typed, asked.suggested, request.form))
    except Invalid as refusal:
        return _private(
            render_template("self_service/start.html", **form.page(typed, refusal, sealed=sealed, stale=True)), 422
        )
    return redirect(url_for(".results", sealed=sealed, _anchor=suggested.PLACE_ON_PAGE), 303)


@allow(Permission.PUBLIC)
def how_we_choose() -> ResponseReturnValue:
    """Say what rules a group out, and what counts how much."""
    return render_template("about.html", weights=choosing.weights(), gates=choosing.gates(), numbers=[])


@allow(Permission.PUBLIC)
def privacy() -> ResponseReturnValue:
    """Say what happens to what is typed."""
    return render_template("privacy.html", operator=operator(), search_days=_("one day"), times=kept_words.times())


@allow(Permission.PUBLIC)
def where_from() -> ResponseReturnValue:
    """Name every source with its licence, and how true the list was found to be."""
    truth = true_share.told(sample.truth(db.session(), now=now()), search.figures_of_reader())
    return render_template("sources.html", sources=sources.every(), parts=sources.PARTS, truth=truth)
