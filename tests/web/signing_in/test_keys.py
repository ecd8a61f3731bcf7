"""Programs that hold a key, beside browsers that are signed in: neither passes for the other."""

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.accounts.models import ApiKey
from service.accounts.permissions import GRANTS, VISITOR, Actor, Permission, Role
from service.accounts.programs import keys
from service.clock import now
from service.db import committing
from tests.web.signing_in.acting import audit, sign_in

ADMIN = Actor(role=Role.ADMIN, permissions=GRANTS[Role.ADMIN])


@pytest.fixture
def key(app: Flask, organisation_id: UUID) -> str:
    with app.app_context(), committing() as session:
        return keys.create_api_key(
            session,
            organisation_id=organisation_id,
            name="Desk",
            scopes=["refer"],
            actor=VISITOR,
            now=now(),
        ).key


def call_with(client: FlaskClient, key: str, permission: str = "refer", **more: str) -> TestResponse:
    return client.get(f"/keyed/{permission}", headers={"Authorization": f"Bearer {key}", **more})


def test_a_key_opens_its_doors_for_its_organisation(client: FlaskClient, key: str, organisation_id: UUID) -> None:
    answer = call_with(client, key, **{"X-Acting-For": "staff-17"})
    assert answer.get_json() == {"role": "api_client", "for": "staff-17", "organisation": str(organisation_id)}
    assert client.get("/keyed/public").get_json()["role"] == "visitor"


def test_a_key_without_the_scope_is_refused_and_that_is_kept(app: Flask, client: FlaskClient, key: str) -> None:
    for permission in (Permission.READ_REFERRALS, Permission.MANAGE, Permission.EDIT_CATALOG):
        assert call_with(client, key, permission).status_code == 403
        assert audit(app)[-1] == (permission, f"/keyed/{permission}", "denied")


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer ", "Bearer made-up", "Basic YTpi", "Bearer kith_" + "x" * 5000])
def test_without_a_key_that_works_the_answer_is_401(client: FlaskClient, sent: str) -> None:
    answer = client.get("/keyed/refer", headers={"Authorization": sent})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_key_is_refused_at_the_next_call(app: Flask, client: FlaskClient, key: str) -> None:
    assert call_with(client, key).status_code == 200
    with app.app_context(), committing() as session:
        key_id = session.scalars(select(ApiKey.id)).one()
        keys.revoke_api_key(session, key_id=key_id, actor=ADMIN, now=now())
    assert call_with(client, key).status_code == 401


@pytest.mark.usefixtures("eli")
def test_a_browser_session_is_no_key_and_a_key_no_session(client: FlaskClient, key: str) -> None:
    assert client.get("/en/refer", headers={"Authorization": f"Bearer {key}"}).status_code == 303
    sign_in(client)
    assert client.get("/keyed/answer").status_code == 401
