"""What an editor is promised of what they typed and did not save: it waits for them alone, and changes nothing."""

import re
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from service.catalog import drafts
from service.catalog.changes import GroupChanges
from service.clock import now
from service.db import committing
from tests.catalog.editing import ADA, save
from tests.people import Cast
from tests.web.test_admin import form_of, group_now, opened, page_of


def kept(ada: FlaskClient, cast: Cast, **more: str) -> dict[str, str]:
    typed = opened(ada, cast) | {"description": "Half a thought"} | more
    assert ada.post(page_of(cast, "/draft"), data=typed).status_code in (204, 303)
    return typed


def decide(ada: FlaskClient, cast: Cast, step: str) -> str:
    token = opened(ada, cast)["csrf_token"]
    answer = ada.post(page_of(cast, "/draft/decide"), data={"csrf_token": token, "step": step})
    return answer.text


def test_what_was_kept_is_offered_and_gone_on_with_and_no_visitor_sees_it(
    app: Flask, ada: FlaskClient, cast: Cast
) -> None:
    before = group_now(app, cast)
    kept(ada, cast)
    assert "that are not saved." in ada.get(page_of(cast)).text
    assert form_of(decide(ada, cast, "go_on"))["description"] == "Half a thought"
    assert group_now(app, cast) == before


def test_a_script_keeps_quietly_and_the_newest_stands(ada: FlaskClient, cast: Cast) -> None:
    kept(ada, cast, quiet="1")
    kept(ada, cast, quiet="1", description="A whole thought")
    assert form_of(decide(ada, cast, "go_on"))["description"] == "A whole thought"


def test_what_is_thrown_away_or_saved_is_offered_no_more(ada: FlaskClient, cast: Cast) -> None:
    kept(ada, cast)
    decide(ada, cast, "throw")
    assert "that are not saved." not in ada.get(page_of(cast)).text
    typed = kept(ada, cast)
    assert ada.post(page_of(cast, "/save"), data=typed).status_code == 303
    assert "that are not saved." not in ada.get(page_of(cast)).text


def test_a_draft_is_its_editor_s_alone(app: Flask, ada: FlaskClient, cast: Cast) -> None:
    kept(ada, cast)
    with app.app_context(), committing() as unit:
        assert drafts.find(unit, group_id=cast.eli_group, actor=ADA, now=now()) is None


def test_a_draft_on_what_somebody_else_changed_shows_both(app: Flask, ada: FlaskClient, cast: Cast) -> None:
    old = kept(ada, cast)
    seen = group_now(app, cast)
    with app.app_context(), committing() as unit:
        save(unit, seen, GroupChanges(fields={"description": "Theirs"}), now=now())
    going_on = form_of(decide(ada, cast, "go_on"))
    assert going_on["version"] == old["version"]
    conflict = ada.post(page_of(cast, "/check"), data=going_on)
    assert conflict.status_code == 409
    assert re.search("Theirs.*Half a thought", conflict.text, re.DOTALL)


def test_a_draft_is_forgotten_after_a_month(app: Flask, ada: FlaskClient, cast: Cast) -> None:
    kept(ada, cast)
    with app.app_context(), committing() as unit:
        assert drafts.forget_old(unit, now=now() + drafts.KEPT - timedelta(minutes=5), kept=drafts.KEPT) == 0
        assert drafts.forget_old(unit, now=now() + drafts.KEPT + timedelta(minutes=5), kept=drafts.KEPT) == 1


def test_a_draft_that_is_far_too_large_is_not_kept(ada: FlaskClient, cast: Cast) -> None:
    typed = opened(ada, cast) | {"description": "x" * drafts.LARGEST}
    assert ada.post(page_of(cast, "/draft"), data=typed).status_code == 422
    assert "that are not saved." not in ada.get(page_of(cast)).text
