"""A record system reads on and on what happened to its referrals, takes of a list what it needs, and nothing twice."""

from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from service.accounts.models import AuditEntry
from service.accounts.permissions import VISITOR
from service.accounts.programs.keys import create_api_key
from service.clock import now
from service.db import committing, db
from service.referrals.events import feed
from tests.api.test_referrals import body as referral_body
from tests.api.test_referrals import get, send
from tests.people import Cast, settle

ADDRESS = "/api/v1/events"


@pytest.fixture
def cast(app: Flask) -> Cast:
    return settle(app)


def refer(client: FlaskClient, key: str, cast: Cast) -> Any:
    made = send(client, key, referral_body(_World(cast.eli_group)))  # type: ignore[arg-type]
    assert made.status_code == 201
    return made.get_json()


class _World:
    """The one thing of the referrals' world that a body needs."""

    def __init__(self, group: object) -> None:
        self.group = group


def number(app: Flask) -> None:
    with app.app_context(), committing() as unit:
        feed.give_numbers(unit)


def test_steps_are_read_on_from_where_one_was(client: FlaskClient, app: Flask, cast: Cast) -> None:
    made = refer(client, cast.bo_key, cast)
    assert get(client, cast.bo_key, ADDRESS).get_json() == {"events": [], "after": 0, "more": False}
    number(app)
    first = get(client, cast.bo_key, f"{ADDRESS}?limit=4").get_json()
    rest = get(client, cast.bo_key, f"{ADDRESS}?after={first['after']}").get_json()
    assert ([one["number"] for one in first["events"]], first["after"], first["more"]) == ([1, 2, 3, 4], 4, True)
    assert ([one["number"] for one in rest["events"]], rest["after"], rest["more"]) == ([5, 6], 6, False)
    told = [*first["events"], *rest["events"]]
    assert {one["referral_id"] for one in told} == {made["id"]}
    assert [one["to_state"] for one in told if one["introduction_id"]] == ["sent"]
    assert get(client, cast.bo_key, f"{ADDRESS}?after=6").get_json() == {"events": [], "after": 6, "more": False}


def test_no_event_holds_a_word_of_the_person(client: FlaskClient, app: Flask, cast: Cast) -> None:
    refer(client, cast.bo_key, cast)
    number(app)
    text = get(client, cast.bo_key, ADDRESS).get_data(as_text=True)
    assert not {word for word in ("Cai", "01632", "Sits", "door") if word in text}


@pytest.mark.asvs("V8.4.1")
def test_another_organisation_hears_nothing_of_it(client: FlaskClient, app: Flask, cast: Cast) -> None:
    refer(client, cast.bo_key, cast)
    number(app)
    assert get(client, cast.dee_key, ADDRESS).get_json()["events"] == []
    assert get(client, None, ADDRESS).status_code == 401
    with app.app_context(), committing() as unit:
        only = create_api_key(
            unit, organisation_id=cast.surgery, name="writes", scopes=["refer"], actor=VISITOR, now=now()
        )
    assert get(client, only.key, ADDRESS).status_code == 403


@pytest.mark.parametrize("query", ["after=-1", "after=x", "after=2147483648", "limit=0", "limit=101", "since=1"])
def test_a_number_that_cannot_be_is_refused(client: FlaskClient, cast: Cast, query: str) -> None:
    assert get(client, cast.bo_key, f"{ADDRESS}?{query}").status_code == 422


def test_who_has_a_referral_as_it_is_gets_no_body_again(client: FlaskClient, app: Flask, cast: Cast) -> None:
    made = refer(client, cast.bo_key, cast)
    where = f"/api/v1/referrals/{made['id']}"
    first = get(client, cast.bo_key, where)
    headers = {"Authorization": f"Bearer {cast.bo_key}", "If-None-Match": first.headers["ETag"]}
    again = client.get(where, headers=headers)
    assert (again.status_code, again.get_data()) == (304, b"")
    other = client.get(where, headers={**headers, "If-None-Match": '"another"'})
    assert other.get_json() == first.get_json()
    assert client.get(f"/api/v1/referrals/{uuid4()}", headers=headers).status_code == 404
    with app.app_context():
        read = select(func.count()).where(AuditEntry.action == "read_referrals", AuditEntry.outcome == "done")
        assert db.session().scalar(read) == 3, "it was looked at all the same"


def test_of_a_list_only_what_is_asked_for_is_sent(client: FlaskClient, cast: Cast) -> None:
    made = refer(client, cast.bo_key, cast)
    address = "/api/v1/referrals"
    whole = get(client, cast.bo_key, address).get_json()["referrals"]
    assert whole == [{name: value for name, value in made.items() if name in whole[0]}]
    few = get(client, cast.bo_key, f"{address}?fields=state,changed_at&page=1").get_json()
    assert few == {
        "referrals": [{name: made[name] for name in ("id", "state", "changed_at")}],
        "next_page": None,
    }
    for wrong in ("preferred_name", "state,", ",", "state,contact", "state;id", ""):
        refused = get(client, cast.bo_key, f"{address}?fields={wrong}")
        assert refused.status_code == 422, wrong
        assert refused.get_json()["errors"][0]["code"] == "wrong_form"
