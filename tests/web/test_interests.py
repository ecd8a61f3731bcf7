"""Editors look at interests that texts speak of: one listing, or all that is sure at once, and back again."""

import re
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.reading import tagging
from service.catalog.reading.learnt import Reader
from service.clock import now
from service.db import committing, db
from tests.catalog.making import group
from tests.catalog.reading.judging_interests import TAXONOMY, add_terms
from tests.people import settle, signed_in
from tests.web.seeking import said
from tests.web.test_same import press

LIST = "/en/admin/interests"


@pytest.fixture
def ada(app: Flask) -> FlaskClient:
    return signed_in(app, settle(app).ada)


def listed(app: Flask, name: str, text: str) -> UUID:
    """Make a listing, with every term there is, and look at it as the job does."""
    with app.app_context(), committing() as session:
        add_terms(session)
        made = group(session, name, description=text)
        made.terms = []
        session.flush()
        look(session)
        return made.id


def look(session: Session) -> None:
    """Look at all listings that wait, as the job does."""
    reader = Reader(TAXONOMY)
    tagging.put(session, {one: one.proposals(reader) for one in tagging.waiting(session)}, now=now())


def terms(app: Flask, group_id: UUID) -> set[str]:
    with app.app_context():
        return set(db.session().scalars(select(m.GroupTerm.code).where(m.GroupTerm.group_id == group_id)))


def test_what_a_name_and_text_speak_of_is_listed_with_its_words_and_how_sure(app: Flask, ada: FlaskClient) -> None:
    made = listed(app, "Plover Tennis Club", "We play tennis on four courts.")
    page = ada.get(LIST)
    assert "Plover Tennis Club" in said(page)
    assert re.search(r"“ play tennis · Tennis Club ” · 9\d in 100 sure", said(page))
    assert "activity.sport.tennis" not in terms(app, made)
    assert "Interests to look at" in said(ada.get("/en/admin"))
    html = ada.get(f"/en/admin/groups/{made}/suggested").get_data(as_text=True)
    assert "<mark>play tennis</mark>" in html


def test_all_that_is_sure_is_shown_then_saved_then_taken_back(app: Flask, ada: FlaskClient) -> None:
    made = [listed(app, f"{name} Tennis Club", "We play tennis on four courts.") for name in ("Dunlin", "Knot")]
    before = [terms(app, one) for one in made]
    page = ada.get(f"{LIST}/sure")
    assert "Dunlin Tennis Club" in said(page)
    assert [terms(app, one) for one in made] == before
    done = press(ada, page, "/sure")
    assert done.status_code == 303
    assert [terms(app, one) for one in made] == [have | {"activity.sport.tennis"} for have in before]
    assert "Dunlin Tennis Club" not in said(ada.get(LIST))
    assert press(ada, ada.get(done.location), "/undo").status_code == 303
    assert [terms(app, one) for one in made] == before


def test_what_changed_since_it_was_shown_is_shown_again_and_not_saved(app: Flask, ada: FlaskClient) -> None:
    made = listed(app, "Sanderling Tennis Club", "We play tennis on four courts.")
    page = ada.get(f"{LIST}/sure")
    other = listed(app, "Turnstone Golf Club", "Golf on nine holes.")
    answer = press(ada, page, "/sure")
    assert answer.status_code == 409
    assert "Turnstone Golf Club" in said(answer)
    assert "activity.sport.tennis" not in terms(app, made)
    assert "activity.sport.golf" not in terms(app, other)


def test_a_no_stays_and_a_yes_is_saved(app: Flask, ada: FlaskClient) -> None:
    made = listed(app, "Curlew Tennis and Squash Club", "Tennis and squash for all.")
    there = f"/en/admin/groups/{made}/suggested"
    page = ada.get(there)
    html = page.get_data(as_text=True)
    keys = re.findall(r'name="(answer-t[^"]+)" type="radio" value="yes"', html)
    assert len(keys) == 2
    assert press(ada, page, "/suggested", **{keys[0]: "yes", keys[1]: "no"}, step="some").status_code == 303
    kept = terms(app, made) & {"activity.sport.tennis", "activity.sport.squash"}
    assert len(kept) == 1
    with app.app_context(), committing() as session:
        look(session)
    assert "Curlew" not in said(ada.get(LIST))
    assert not re.findall(r'name="answer-t', ada.get(there).get_data(as_text=True))


def test_nobody_but_editors_sees_it(app: Flask, client: FlaskClient) -> None:
    assert client.get(LIST).status_code in (302, 303, 401, 403)
    assert client.get(f"{LIST}/sure").status_code in (302, 303, 401, 403)
