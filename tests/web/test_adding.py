"""New editors are promised: a listing is made from nothing, said in full, found and shown, and what groups share."""

import re
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.catalog.changes import PriceChange, snapshot
from service.catalog.editing.organisations import search_organisations
from service.catalog.editing.places import search_places
from service.catalog.history import revisions
from service.catalog.queries import group_by_id
from service.catalog.views import GroupView
from service.clock import now
from service.db import db
from tests.people import Cast
from tests.web.test_admin import form_of, group_now, opened, page_of, session_field

NEW = "/en/admin/new"


def seen(app: Flask, group_id: str) -> GroupView:
    with app.app_context():
        return group_by_id(db.session(), UUID(group_id), today=now().date(), public=False)


def begun(ada: FlaskClient, **more: str) -> str:
    """Make a draft and return its id."""
    typed = form_of(ada.get(NEW).text) | {
        "name": "Zebra Stitchers",
        "description": "We sew and talk.",
        "new_organisation": "Zebra Club",
        "new_place_name": "Old Mill",
        "new_place_street": "1 Mill Lane",
        "new_place_where": "M33 4ND",
        **more,
    }
    answer = ada.post(NEW, data=typed | {"step": "make"})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].rsplit("/", 1)[1]


def saved(ada: FlaskClient, group_id: str, **more: str) -> str:
    """Change a listing from its form as a browser would, check and all; return the last page."""
    here = f"/en/admin/groups/{group_id}"
    checked = ada.post(f"{here}/check", data=form_of(ada.get(here).text) | more)
    assert checked.status_code == 200, checked.text
    answer = ada.post(f"{here}/save", data=form_of(checked.text), follow_redirects=True)
    assert answer.status_code == 200
    return str(answer.text)


def test_a_draft_is_made_with_its_organisation_and_place(app: Flask, ada: FlaskClient) -> None:
    made = seen(app, begun(ada))
    assert (made.name, made.status, made.organisation.name, made.mode) == (
        "Zebra Stitchers",
        "draft",
        "Zebra Club",
        "in_person",
    )
    (place,) = made.places
    assert (place.name, place.address, place.city, place.precision) == ("Old Mill", ("1 Mill Lane",), "Sale", "sector")
    assert place.latitude is not None
    assert abs(place.latitude - 53.42) < 0.05


def test_sent_twice_it_is_made_once(ada: FlaskClient, app: Flask) -> None:
    typed = form_of(ada.get(NEW).text) | {"name": "Zebra", "new_organisation": "Zebra Club", "step": "make"}
    first, second = (ada.post(NEW, data=typed).headers["Location"] for _ in range(2))
    assert first == second
    with app.app_context():
        assert len(search_organisations(db.session(), "Zebra")) == 1


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"name": ""}, "This is needed"),
        ({"new_organisation": ""}, "This is needed"),
        ({"new_organisation": "Oak Surgery"}, "There is one with this name"),
        ({"new_place_where": "Zzyzxville"}, "We don’t know “Zzyzxville”"),
        ({"new_place_where": "", "new_place_name": "Zebra Hall"}, "This is needed"),
        ({"mode": "by horse"}, "Choose one of the list"),
    ],
)
def test_a_mistake_makes_nothing_and_loses_nothing(
    app: Flask, ada: FlaskClient, more: dict[str, str], sentence: str
) -> None:
    typed = form_of(ada.get(NEW).text) | {"name": "Zebra Stitchers", "new_organisation": "Zebra Club", **more}
    answer = ada.post(NEW, data=typed | {"step": "make"})
    assert (answer.status_code, sentence in answer.text) == (422, True)
    again = form_of(answer.text)
    assert {name: again[name] for name in typed if name not in ("csrf_token", "mode")} == {
        name: text for name, text in typed.items() if name not in ("csrf_token", "mode")
    }
    with app.app_context():
        assert search_organisations(db.session(), "Zebra") == ()
        assert search_places(db.session(), "Zebra") == ()


def test_who_runs_it_and_where_are_looked_up_without_losing_a_word(app: Flask, ada: FlaskClient, cast: Cast) -> None:
    typed = form_of(ada.get(NEW).text) | {"name": "Zebra", "find_organisation": "sale tab", "find_place": "lantern"}
    page = ada.post(NEW, data=typed)
    assert form_of(page.text)["name"] == "Zebra"
    with app.app_context():
        (body,) = search_organisations(db.session(), "sale tab")
        places = search_places(db.session(), "lantern")
    assert str(body.id) in page.text
    chosen = form_of(page.text) | {"organisation": str(body.id), "place": str(places[0].id), "step": "make"}
    made = seen(app, ada.post(NEW, data=chosen).headers["Location"].rsplit("/", 1)[1])
    assert (made.organisation.id, [place.id for place in made.places]) == (body.id, [places[0].id])


def test_from_nothing_to_the_list(app: Flask, ada: FlaskClient, client: FlaskClient) -> None:
    group_id = begun(ada)
    here = f"/en/admin/groups/{group_id}"
    found = ada.get(f"{here}/found").text
    assert "Before it can be shown" in found
    assert "When it meets" in found
    assert "Show it on the list" not in found
    refused = ada.post(f"{here}/page", data=form_of_state(ada, here) | {"status": "published"})
    assert (refused.status_code, "It does not say: When it meets and How to join, or whom to ask" in refused.text) == (
        422,
        True,
    )
    typed = form_of(ada.get(here).text)
    words = next(name for name in typed if re.fullmatch(r"session-.*-words", name))
    page = saved(
        ada,
        group_id,
        how_to_join="Just come.",
        **{words: "Mondays at two", words.replace("-words", "-freq"): "words"},
    )
    assert "Nobody sees it yet." in page
    assert client.get(f"/en/groups/{seen(app, group_id).slug}").status_code == 404
    assert "Everything it needs is there." in ada.get(f"{here}/found").text
    shown = ada.post(f"{here}/page", data=form_of_state(ada, here) | {"status": "published"})
    assert shown.status_code == 303
    assert "Zebra Stitchers" in client.get(f"/en/groups/{seen(app, group_id).slug}").text


def form_of_state(ada: FlaskClient, here: str) -> dict[str, str]:
    version = form_of(ada.get(here).text)["version"]
    token = form_of(ada.get(here).text).get("csrf_token", "")
    return {"what": "state", "version": version, "csrf_token": token}


def test_a_draft_is_seen_as_a_visitor_would_by_editors_only(app: Flask, ada: FlaskClient, client: FlaskClient) -> None:
    group_id = begun(ada)
    preview = f"/en/admin/groups/{group_id}/preview"
    assert preview in ada.get(f"/en/admin/groups/{group_id}").text
    page = ada.get(preview)
    assert (page.status_code, "Only editors see this page." in page.text, "We sew and talk." in page.text) == (
        200,
        True,
        True,
    )
    assert page.headers["Cache-Control"] == "no-store"
    assert client.get(preview).status_code in (302, 303, 401, 403)


def test_interests_are_found_by_everyday_words_kept_and_taken_away(app: Flask, ada: FlaskClient, cast: Cast) -> None:
    typed = opened(ada, cast) | {"find_term": "puzzle", "name": "Typed and kept"}
    page = ada.post(page_of(cast, "/check"), data=typed)
    again = form_of(page.text)
    assert again["name"] == "Typed and kept"
    assert "term_activity.making.jigsaw" in page.text
    kept = {name for name in again if name.startswith("term_")}
    assert kept == {name for name in typed if name.startswith("term_")}, "what was found is not ticked by itself"
    dropped = {name: text for name, text in again.items() if not name.startswith("term_")}
    checked = ada.post(page_of(cast, "/check"), data=dropped)
    ada.post(page_of(cast, "/save"), data=form_of(checked.text))
    assert group_now(app, cast).terms == ()


def test_more_than_twelve_interests_are_refused(ada: FlaskClient, cast: Cast) -> None:
    typed = opened(ada, cast) | {f"term_activity.made.up{n}": "yes" for n in range(13)}
    answer = ada.post(page_of(cast, "/check"), data=typed)
    assert (answer.status_code, "That is too many: at most 12" in answer.text) == (422, True)


def test_languages_prices_and_room_are_kept(app: Flask, ada: FlaskClient, cast: Cast) -> None:
    before = group_now(app, cast)
    typed = {
        "language_pl": "yes",
        "language-more": "Tigrinya, so",
        "price-0-option": "Under 18",
        "price-0-amount": "1.50",
        "capacity_state": "full",
        "capacity_until": "2099-01-31",
    }
    page = saved(ada, str(cast.eli_group), **typed)
    assert "Under 18: £1.50" in page
    after = group_now(app, cast)
    assert set(after.languages) == {*before.languages, "pl", "so", "ti"}
    assert PriceChange(option="Under 18", amount_pence=150) in [
        PriceChange(option=one.option, amount_pence=one.amount_pence) for one in after.prices
    ]
    assert (after.capacity_state, str(after.capacity_until)) == ("full", "2099-01-31")


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("capacity_until", "", "Say until which day this holds"),
        ("capacity_until", "2020-01-01", "Say until which day this holds"),
        ("language-more", "Klingonish", "We do not know this language"),
        ("price-0-amount", "lots", "Write an amount"),
        ("new_place_where", "Zzyzxville", "We don’t know “Zzyzxville”"),
    ],
)
def test_what_is_wrong_is_said_at_the_new_fields_too(
    ada: FlaskClient, cast: Cast, field: str, text: str, sentence: str
) -> None:
    typed = opened(ada, cast) | {"capacity_state": "waiting_list", "capacity_until": "2099-01-01", field: text}
    answer = ada.post(page_of(cast, "/check"), data=typed)
    assert (answer.status_code, sentence in answer.text, f'href="#{field}"' in answer.text) == (422, True, True)
    assert form_of(answer.text)[field] == text


def test_a_meeting_is_moved_to_a_new_place_and_the_change_names_both(app: Flask, ada: FlaskClient, cast: Cast) -> None:
    page = saved(ada, str(cast.eli_group), new_place_name="Owl House", new_place_where="Altrincham")
    assert "Owl House" in page
    new = next(place for place in group_now(app, cast).places if place.name == "Owl House")
    assert (new.city, new.precision) == ("Altrincham", "town")
    typed = opened(ada, cast)
    page = saved(ada, str(cast.eli_group), **{session_field(typed, "place"): str(new.id)})
    assert "Owl House" in page
    assert group_now(app, cast).sessions[0].location_id == new.id


def test_two_editors_keep_each_others_ticks(app: Flask, ada: FlaskClient, cast: Cast) -> None:
    mine, theirs = opened(ada, cast) | {"language_pl": "yes"}, {"language_ur": "yes", "name": "Theirs"}
    saved(ada, str(cast.eli_group), **theirs)
    conflict = ada.post(page_of(cast, "/check"), data=mine)
    assert conflict.status_code == 409
    again = ada.post(page_of(cast, "/check"), data=form_of(conflict.text) | {"step": "again"})
    merged = form_of(again.text)
    assert (merged["name"], merged.get("language_pl"), merged.get("language_ur")) == ("Theirs", "yes", "yes")


def test_an_organisation_is_put_right_and_nobody_overwrites_another(app: Flask, ada: FlaskClient, cast: Cast) -> None:
    here = f"/en/admin/organisations/{group_now(app, cast).organisation.id}"
    assert here in ada.get("/en/admin/organisations?q=sale").text
    typed = form_of(ada.get(here).text)
    page = ada.post(here, data=typed | {"summary": "Tables for all."}, follow_redirects=True)
    assert ("Saved." in page.text, group_now(app, cast).organisation.summary) == (True, "Tables for all.")
    conflict = ada.post(here, data=typed | {"summary": "Mine.", "website": "https://example.org"})
    assert (conflict.status_code, "Tables for all." in conflict.text, "Mine." in conflict.text) == (409, True, True)
    again = form_of(ada.post(here, data=form_of(conflict.text) | {"step": "again"}).text)
    assert (again["summary"], again["website"]) == ("Mine.", "https://example.org")
    wrong = ada.post(here, data=again | {"email": "nobody"})
    assert (wrong.status_code, form_of(wrong.text)["summary"]) == (422, "Mine.")
    made = ada.post("/en/admin/organisations/new", data=typed | {"name": "Zebra Club"})
    assert made.status_code == 303


def test_a_place_is_put_right_found_by_its_postcode_pinned_and_kept_private(
    app: Flask, ada: FlaskClient, client: FlaskClient, cast: Cast
) -> None:
    place = group_now(app, cast).places[0]
    here = f"/en/admin/places/{place.id}"
    typed = form_of(ada.get(here).text)
    assert typed["position"] == "keep"
    moved = typed | {"postal_code": "WA14 1EN", "position": "code", "fact_step_free": "no"}
    assert ada.post(here, data=moved).status_code == 303
    found = group_now(app, cast).places[0]
    assert (found.precision, found.latitude != place.latitude, found.facts[0].code) == ("sector", True, "step_free")
    pinned = form_of(ada.get(here).text) | {"position": "pin", "latitude": "53,39", "longitude": "-2.35"}
    assert ada.post(here, data=pinned).status_code == 303
    found = group_now(app, cast).places[0]
    assert (found.latitude, found.longitude, found.precision) == (53.39, -2.35, "exact")
    wrong = ada.post(here, data=form_of(ada.get(here).text) | {"position": "pin", "latitude": "north"})
    assert (wrong.status_code, "Write degrees" in wrong.text) == (422, True)
    secret = form_of(ada.get(here).text) | {"confidential": "yes"}
    assert ada.post(here, data=secret).status_code == 303
    assert "Lantern" not in client.get(f"/en/groups/{cast.eli_slug}").text
    assert "Lantern" in ada.get(here).text
    with app.app_context():
        assert len(revisions(db.session(), "place", place.id)) == 3


def test_how_people_find_it_names_everyday_words_and_what_is_not_said(ada: FlaskClient) -> None:
    group_id = begun(ada)
    here = f"/en/admin/groups/{group_id}"
    assert "Only its name, so far." in ada.get(f"{here}/found").text
    looked = ada.post(f"{here}/check", data=form_of(ada.get(here).text) | {"find_term": "sewing"})
    code = re.findall(r'name="term_(activity[a-z_.]+)"', looked.text)[0]
    saved(ada, group_id, **{f"term_{code}": "yes"})  # there is no row of it yet: nobody loaded the vocabulary
    page = ada.get(f"{here}/found").text
    assert f'name="interests" value="{code}"' in page
    assert 'name="place" value="Sale"' in page
    assert f"{here}#age_min" in page
    assert f"{here}#fact_step_free" in page


def test_a_form_that_nobody_touched_saves_nothing(app: Flask, ada: FlaskClient, cast: Cast) -> None:
    before = group_now(app, cast)
    assert "You changed nothing" in ada.post(page_of(cast, "/check"), data=opened(ada, cast)).text
    assert snapshot(group_now(app, cast)) == snapshot(before)
