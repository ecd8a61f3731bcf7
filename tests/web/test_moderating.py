"""What editors do with suggestions: all, a part, or none of it; nothing of somebody else's work is overwritten."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.accounts import operations
from service.accounts.models import AuditEntry, Invitation
from service.accounts.permissions import VISITOR, Role
from service.catalog import models as m
from service.catalog.models_proposals import Proposal
from service.clock import now
from service.db import committing
from service.notifications.models import OutboxMessage
from tests.people import LONG_AGO, Cast, signed_in
from tests.rows import rows
from tests.web.seeking import NOW, said

MAIL = "quokka@example.org"
CHANGE = {"name": "Zebra Table", "cost": "£2.50", "how_to_join": "Ring first", "place": "Yew Hall", "your_email": MAIL}


@pytest.fixture(autouse=True)
def later(clock: time_machine.Traveller) -> time_machine.Traveller:
    return clock


@pytest.fixture
def una(app: Flask, cast: Cast) -> FlaskClient:
    """Una is an editor who may give nobody a role."""
    with app.app_context(), committing() as session:
        made = operations.make_user(
            session,
            email="una@example.org",
            name="Una",
            role=Role.EDITOR,
            organisation_id=None,
            password_hash=None,
            actor=VISITOR,
            now=LONG_AGO,
        )
    return signed_in(app, made)


def tell(app: Flask, form: str, later: time_machine.Traveller, wait: Any = 20, **typed: str) -> str:
    """Suggest something as a visitor; return the address of its page."""
    client = app.test_client()
    [once] = re.findall(r'name="once" value="([^"]+)"', client.get(form).text)
    later.shift(timedelta(seconds=wait))
    assert client.post(form, data={**typed, "once": once}).status_code == 303
    newest = max(rows(app, Proposal), key=lambda row: row.created_at)
    return f"/en/admin/suggestions/{newest.id}"


def fields(page: TestResponse, action: str) -> dict[str, str]:
    """Return what the form of one button would send, without what is ticked."""
    found = re.search(rf'<form[^>]*action="[^"]*/{action}".*?</form>', page.text, re.DOTALL)
    assert found, action
    typed = dict(re.findall(r'<input[^>]*name="((?!take)[^"]+)"[^>]*value="([^"]*)"', found[0]))
    return typed | dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\s*([^<]*)</textarea>', found[0]))


def press(client: FlaskClient, there: str, action: str, **more: Any) -> TestResponse:
    return client.post(f"{there}/{action}", data={**fields(client.get(there), action), **more})


def listing(app: Flask, cast: Cast) -> Any:
    [row] = [row for row in rows(app, m.Group) if row.id == cast.eli_group]
    return row


def letters(app: Flask) -> list[str]:
    return sorted(row.template for row in rows(app, OutboxMessage))


def right(cast: Cast) -> str:
    return f"/en/groups/{cast.eli_slug}/right"


def test_the_list_shows_what_may_harm_first_what_is_doubtful_last_and_nothing_that_was_written(
    app: Flask, cast: Cast, ada: FlaskClient, later: time_machine.Traveller
) -> None:
    doubtful = tell(app, right(cast), later, wait=1, description="Somebody hits me there")
    old, new = (tell(app, right(cast), later, cost=cost, your_email=MAIL) for cost in ("4", "5"))
    harm = tell(app, right(cast), later, closed="yes")
    page = ada.get("/en/admin/suggestions")
    places = [page.text.index(there) for there in (harm, old, new, doubtful)]
    assert places == sorted(places)
    assert "Doubtful" in said(page)
    assert "3 suggestions wait" in said(page)
    assert MAIL not in page.text
    assert "hits me" not in page.text
    assert "/en/admin/suggestions" in ada.get("/en/admin").text


def test_a_part_is_taken_as_the_editor_left_it_and_whoever_asked_is_told_and_forgotten(
    app: Flask, cast: Cast, ada: FlaskClient, later: time_machine.Traveller
) -> None:
    there = tell(app, right(cast), later, **CHANGE)
    before = listing(app, cast)
    page = ada.get(there)
    assert before.name in said(page)
    assert "Zebra Table" in page.text
    done = press(ada, there, "take", take=["cost", "how_to_join"], **{"value-how_to_join": "Ring two days before"})
    assert done.status_code == 303
    after = listing(app, cast)
    assert (after.name, after.price_pence, after.how_to_join) == (before.name, 250, "Ring two days before")
    [row] = rows(app, Proposal)
    assert (row.state, row.contact) == ("partly", None)
    assert letters(app) == ["suggestion_partly"]
    [kept] = [one for one in rows(app, m.Revision) if one.entity_id == cast.eli_group]
    assert kept.reason == "Suggested by a visitor"
    assert MAIL not in ada.get(there).text
    assert "A part of it was taken" in said(ada.get(there))
    read = [one for one in rows(app, AuditEntry) if one.action == "read_proposal"]
    assert {one.user_id for one in read} == {cast.ada}


def test_all_of_it_taken_also_by_hand_is_all(
    app: Flask, cast: Cast, ada: FlaskClient, later: time_machine.Traveller
) -> None:
    there = tell(app, right(cast), later, **CHANGE)
    assert press(ada, there, "take", take=["name", "cost", "how_to_join", "place"]).status_code == 303
    assert listing(app, cast).name == "Zebra Table"
    assert letters(app) == ["suggestion_taken"]
    assert press_again(ada, there).status_code == 409


def press_again(client: FlaskClient, there: str) -> TestResponse:
    page = client.get("/en/account")
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)
    return client.post(f"{there}/refuse", data={"csrf_token": token[0], "version": "1", "reason": "already"})


def test_what_somebody_else_saved_meanwhile_is_shown_and_not_overwritten(
    app: Flask, cast: Cast, ada: FlaskClient, later: time_machine.Traveller
) -> None:
    there = tell(app, right(cast), later, **CHANGE)
    typed = fields(ada.get(there), "take")
    with app.app_context(), committing() as session:
        row = session.get(m.Group, cast.eli_group)
        assert row is not None
        row.how_to_join = "Just come"
    late = ada.post(f"{there}/take", data={**typed, "take": ["how_to_join"], "value-how_to_join": "Ring Bev"})
    assert late.status_code == 409
    assert "Somebody else changed this first" in said(late)
    assert "Just come" in said(late)
    assert 'value="Ring Bev"' in late.text or ">Ring Bev<" in late.text.replace("\n", "")
    assert listing(app, cast).how_to_join == "Just come"
    assert press(ada, there, "take", take=["how_to_join"]).status_code == 303
    assert listing(app, cast).how_to_join == "Ring first"


@pytest.mark.parametrize(
    ("more", "sentence"),
    [({"take": []}, "This is needed"), ({"take": ["name"], "value-name": "x" * 201}, "at most 200")],
)
def test_a_mistake_of_the_editor_s_loses_nothing(
    app: Flask, cast: Cast, ada: FlaskClient, later: time_machine.Traveller, more: dict[str, Any], sentence: str
) -> None:
    there = tell(app, right(cast), later, **CHANGE)
    answer = press(ada, there, "take", **more)
    assert answer.status_code == 422
    assert sentence in said(answer)
    assert rows(app, Proposal)[0].state == "open"


def test_none_of_it_is_taken_with_a_reason_and_the_letter_says_it(
    app: Flask, cast: Cast, ada: FlaskClient, later: time_machine.Traveller
) -> None:
    there = tell(app, right(cast), later, **CHANGE)
    before = listing(app, cast)
    assert press(ada, there, "refuse").status_code == 422
    assert press(ada, there, "refuse", reason="other").status_code == 422
    assert press(ada, there, "refuse", reason="not_so", outcome="Rang on Friday").status_code == 303
    assert listing(app, cast).version == before.version
    assert letters(app) == ["suggestion_not_taken"]
    assert "The group says otherwise. Rang on Friday" in said(ada.get(there))


def test_a_closed_group_is_archived_and_a_doubtful_suggestion_writes_to_nobody(
    app: Flask, cast: Cast, ada: FlaskClient, later: time_machine.Traveller
) -> None:
    there = tell(app, right(cast), later, wait=1, closed="yes", your_email=MAIL)
    assert press(ada, there, "take", take=["closed"]).status_code == 303
    assert listing(app, cast).status == "archived"
    assert letters(app) == []


def test_a_new_group_becomes_a_draft_once(
    app: Flask, cast: Cast, ada: FlaskClient, later: time_machine.Traveller
) -> None:
    new = {
        "name": "Zebra Knitters",
        "description": "We knit.",
        "place": "Yew Hall",
        "when": "Fridays at 2",
        "cost": "1",
    }
    there = tell(app, "/en/add-a-group", later, **new, runs="Yew Trust")
    assert "Yew Hall" in said(ada.get(there))
    done = press(ada, there, "take", take=["name", "description", "when", "cost", "runs"])
    assert done.status_code == 303
    made = UUID(done.headers["Location"].rpartition("/")[2])
    [group] = [row for row in rows(app, m.Group) if row.id == made]
    assert (group.name, group.status, group.price_pence) == ("Zebra Knitters", "draft", 100)
    [body] = [row for row in rows(app, m.Organisation) if row.id == group.organisation_id]
    assert (body.name, body.vetting) == ("Yew Trust", "listed")
    assert [row.words for row in rows(app, m.Session) if row.group_id == made] == ["Fridays at 2"]
    assert ada.get(done.headers["Location"]).status_code == 200
    assert app.test_client().get(f"/en/groups/{group.slug}").status_code == 404


def test_what_may_harm_is_off_the_list_with_one_press(
    app: Flask, cast: Cast, ada: FlaskClient, later: time_machine.Traveller
) -> None:
    there = tell(app, right(cast), later, description="Somebody hits me there")
    assert press(ada, there, "hold", hold="yes").status_code == 303
    assert app.test_client().get(f"/en/groups/{cast.eli_slug}").status_code != 200
    assert "off the list" in said(ada.get(there))


def test_a_claim_is_proved_by_a_call_and_only_who_gives_roles_invites(
    app: Flask, cast: Cast, ada: FlaskClient, una: FlaskClient, later: time_machine.Traveller
) -> None:
    with app.app_context(), committing() as session:
        group = session.get(m.Group, cast.eli_group)
        assert group is not None
        group.phone = "01632 960 114"
    claim = {"your_name": "Zeb Wombat", "your_email": MAIL, "role": "I lead it", "proof": "phone"}
    there = tell(app, f"/en/groups/{cast.eli_slug}/yours", later, **claim)
    page = una.get(there)
    assert "Zeb Wombat" in said(page)
    assert "Not proved yet" in said(page)
    assert "/invite" not in page.text
    assert press(una, there, "rang").status_code == 303
    proved = una.get(there)
    assert "ask an administrator" in said(proved)
    token = fields(proved, "refuse")
    assert una.post(f"{there}/invite", data=token).status_code == 403
    assert "Proved" in said(ada.get("/en/admin/suggestions"))
    assert press(ada, there, "invite").status_code == 303
    [invited] = rows(app, Invitation)
    assert (invited.email, invited.role, invited.organisation_id) == (
        MAIL,
        "group_leader",
        listing(app, cast).organisation_id,
    )
    [row] = rows(app, Proposal)
    assert (row.state, row.contact, row.proved_how) == ("accepted", None, "phone")
    assert letters(app) == ["invitation"]


def test_a_claim_without_proof_invites_nobody(
    app: Flask, cast: Cast, ada: FlaskClient, later: time_machine.Traveller
) -> None:
    claim = {"your_name": "Zeb Wombat", "your_email": MAIL, "role": "I lead it", "proof": "other"}
    there = tell(app, f"/en/groups/{cast.eli_slug}/yours", later, **claim)
    token = fields(ada.get(there), "refuse")
    assert ada.post(f"{there}/invite", data=token).status_code == 409
    assert rows(app, Invitation) == []


def test_a_professional_reads_no_suggestion(app: Flask, cast: Cast, later: time_machine.Traveller) -> None:
    there = tell(app, right(cast), later, **CHANGE)
    bo = signed_in(app, cast.bo)
    for path in (there, "/en/admin/suggestions"):
        assert bo.get(path).status_code == 403
    assert now() > NOW
