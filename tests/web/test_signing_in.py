"""Signing in and out in a browser, and doors that open only for those who may."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from service import observability
from service.accounts import keys, operations, proving
from service.accounts.credentials import Hasher
from service.accounts.models import ApiKey, AuditEntry, Membership, SignedInSession
from service.accounts.permissions import GRANTS, OPEN, VISITOR, Permission, Role
from service.api import access as api_access
from service.catalog.models import Organisation
from service.catalog.places import Gazetteer
from service.clock import now
from service.config import Settings
from service.db import committing, db
from service.db import engine as engines
from service.errors import ServiceError, TooMany, Unauthenticated
from service.web import access, forgery, headers, languages, rendering, signing_in
from tests.pages import CheckedClient

PASSWORD = "seven quiet otters"
ADA, BO = "ada@example.org", "bo@example.org"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def refuse(error: ServiceError) -> ResponseReturnValue:
    answer_headers = {}
    if isinstance(error, TooMany):
        answer_headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, Unauthenticated):
        answer_headers["WWW-Authenticate"] = error.challenge
    return {"code": error.code}, error.status, answer_headers


def doors() -> tuple[Blueprint, Blueprint]:
    """Give one door of each kind, for browsers and for keys."""
    pages = Blueprint("web", "service.web", url_prefix="/<lang>")
    pages.url_value_preprocessor(languages.take)
    pages.url_defaults(languages.give)
    signing_in.register(pages)
    keyed = Blueprint("keyed", __name__, url_prefix="/keyed")
    for permission in Permission:
        pages.add_url_rule(f"/{permission}", permission, access.allow(permission)(page), methods=["GET", "POST"])
        keyed.add_url_rule(f"/{permission}", permission, api_access.allow(permission)(call), methods=["GET", "POST"])
    return pages, keyed


def page() -> ResponseReturnValue:
    return {"role": access.current_actor().role}


def call() -> ResponseReturnValue:
    actor = api_access.current_actor()
    return {"role": actor.role, "for": actor.acting_for, "organisation": str(actor.organisation_id)}


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The sign-in pages and some guarded ones, with form tokens checked as in the whole application."""
    made = Flask("service.web")
    made.config.update(
        SECRET_KEY=settings.secret,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engines.OPTIONS,
    )
    made.test_client_class = CheckedClient
    gazetteer = Gazetteer(settings.seeds_folder / "countries", None)
    made.extensions["kith"] = SimpleNamespace(settings=settings, gazetteer=gazetteer)
    made.extensions["kith-hasher"] = Hasher(memory_kib=64, passes=1)
    observability.init_app(made)
    db.init_app(made)
    for part in (languages, headers, rendering):
        part.init_app(made)
    forgery.init_app(made, "keyed")
    for blueprint in doors():
        made.register_blueprint(blueprint)
    made.register_error_handler(ServiceError, refuse)
    with made.app_context():
        engines.prepare(db.engine)
    yield made
    made.extensions[rendering.LIMITS].close()
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def ada(app: Flask) -> UUID:
    """An administrator with a password."""
    kept = app.extensions["kith-hasher"].hash(PASSWORD)
    with app.app_context(), committing() as session:
        return operations.make_administrator(session, email=ADA, name="Ada", password_hash=kept, now=now())


@pytest.fixture
def organisation_id(app: Flask) -> UUID:
    made = uuid4()
    with app.app_context(), committing() as session:
        session.add(Organisation(id=made, name="Willow Surgery (example)"))
    return made


def make_link(app: Flask) -> str:
    with app.app_context(), committing() as session:
        return proving.create_sign_in_link(session, email=ADA, now=now())


def post(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Load a page, and send its form."""
    form = client.get(path) if "sign-out" not in path else client.get("/en/sign-in")
    found = TOKEN.search(form.text)
    assert found
    return client.post(path, data={"csrf_token": found[1], **fields})


def sign_in(client: FlaskClient, email: str = ADA, password: str = PASSWORD, **fields: str) -> TestResponse:
    return post(client, "/en/sign-in", email=email, password=password, **fields)


def audit(app: Flask) -> list[tuple[str, str, str]]:
    with app.app_context():
        rows = db.session().scalars(select(AuditEntry).order_by(AuditEntry.sequence)).all()
        return [(row.action, row.subject, row.outcome) for row in rows]


def sessions(app: Flask) -> int:
    with app.app_context():
        return len(db.session().scalars(select(SignedInSession.id)).all())


# ---- the form ----


@pytest.mark.usefixtures("ada")
def test_signing_in_opens_the_doors_of_ones_role_and_no_other(client: FlaskClient) -> None:
    assert sign_in(client).status_code == 303
    opened = {permission for permission in Permission if client.get(f"/en/{permission}").status_code == 200}
    keeps = GRANTS[Role.ADMIN] - OPEN
    assert opened == OPEN | keeps
    assert client.get("/en/manage").get_json() == {"role": "admin"}


@pytest.mark.usefixtures("ada")
def test_unknown_address_and_wrong_password_get_the_same_answer(app: Flask) -> None:
    answers = []
    for email in (ADA, BO):
        client = app.test_client()
        answer = sign_in(client, email, "not the password")
        body = TOKEN.sub("", answer.text).replace(email, "")
        names = sorted((name, value) for name, value in answer.headers if name not in ("X-Request-Id", "Set-Cookie"))
        answers.append((answer.status_code, [n for n in names if n[0] != "Content-Length"], body))
    assert answers[0] == answers[1]
    assert answers[0][0] == 422
    assert audit(app)[1:] == [("sign_in", "user_account", "failed")] * 2


@pytest.mark.usefixtures("ada")
def test_the_address_stays_in_the_form_and_the_password_does_not(client: FlaskClient) -> None:
    answer = sign_in(client, password="not the password")
    assert f'value="{ADA}"' in answer.text
    assert "not the password" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("ada")
def test_the_eleventh_try_is_told_to_wait(client: FlaskClient) -> None:
    for _ in range(10):
        assert sign_in(client, password="not the password").status_code == 422
    answer = sign_in(client)
    assert answer.status_code == 429
    assert 3500 < int(answer.headers["Retry-After"]) <= 3600


@pytest.mark.usefixtures("ada")
def test_a_form_without_its_token_signs_nobody_in(app: Flask, client: FlaskClient) -> None:
    for fields in ({}, {"csrf_token": "made-up"}):
        answer = client.post("/en/sign-in", data={"email": ADA, "password": PASSWORD, **fields})
        assert answer.status_code == 403
    assert sessions(app) == 0


@pytest.mark.parametrize("sent", ["", "\0", "x" * 100_000, "\u202e\ufffd", "' OR 1=1 --"])
def test_odd_input_is_only_refused(client: FlaskClient, sent: str) -> None:
    assert sign_in(client, email=sent, password=sent).status_code == 422


# ---- sessions ----


@pytest.mark.usefixtures("ada")
def test_the_cookie_holds_a_random_token_and_nothing_about_the_person(client: FlaskClient) -> None:
    sign_in(client)
    with client.session_transaction() as cookie:
        assert set(cookie) - {"csrf_token"} == {"sid"}
        assert len(cookie["sid"]) >= 43


@pytest.mark.usefixtures("ada")
def test_a_cookie_kept_from_before_signing_out_opens_nothing(client: FlaskClient) -> None:
    sign_in(client)
    kept = client.get_cookie("session")
    assert kept
    answer = post(client, "/en/sign-out")
    assert (answer.status_code, answer.location) == (303, "/en/")
    client.set_cookie("session", kept.value)
    assert client.get("/en/manage").location == "/en/sign-in?next=%2Fen%2Fmanage"


@pytest.mark.usefixtures("ada")
def test_signing_in_gives_a_new_token_and_ends_the_old(client: FlaskClient) -> None:
    sign_in(client)
    old = client.get_cookie("session")
    assert old
    sign_in(client)
    assert client.get("/en/manage").status_code == 200
    client.set_cookie("session", old.value)
    assert client.get("/en/manage").status_code == 303


@pytest.mark.usefixtures("ada")
def test_a_token_planted_before_signing_in_is_not_taken_over(client: FlaskClient) -> None:
    with client.session_transaction() as cookie:
        cookie["sid"] = "planted"
    sign_in(client)
    with client.session_transaction() as cookie:
        assert cookie["sid"] != "planted"


@pytest.mark.usefixtures("ada")
def test_a_forged_cookie_opens_nothing(client: FlaskClient) -> None:
    for planted in ("planted", "", 7, ["x"], None):
        with client.session_transaction() as cookie:
            cookie["sid"] = planted
        assert client.get("/en/manage").status_code == 303


@pytest.mark.usefixtures("ada")
def test_a_session_lives_while_it_is_used(client: FlaskClient) -> None:
    began = now()
    sign_in(client)
    for minutes, status in ((25, 200), (50, 200), (81, 303)):
        with time_machine.travel(began + timedelta(minutes=minutes), tick=False):
            assert client.get("/en/manage").status_code == status


@pytest.mark.usefixtures("ada")
def test_a_role_that_ended_opens_nothing_at_the_next_request(app: Flask, client: FlaskClient) -> None:
    sign_in(client)
    assert client.get("/en/manage").status_code == 200
    with app.app_context(), committing() as session:
        session.execute(update(Membership).values(valid_until=now()))
    assert client.get("/en/manage").status_code == 403
    assert audit(app)[-1] == ("manage", "/<lang>/manage", "denied")


def test_visitors_write_nothing(app: Flask, client: FlaskClient) -> None:
    for permission in Permission:
        client.get(f"/en/{permission}")
    assert audit(app) == []
    assert sessions(app) == 0


# ---- links ----


@pytest.mark.usefixtures("ada")
def test_looking_never_signs_in_and_pressing_does_once(app: Flask, client: FlaskClient) -> None:
    path = f"/en/sign-in/{make_link(app)}"
    for _ in range(3):
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200
    assert client.get("/en/manage").status_code == 303
    assert sessions(app) == 0
    assert post(client, path).status_code == 303
    assert client.get("/en/manage").status_code == 200
    again = app.test_client()
    assert again.get(path).status_code == 410
    assert sessions(app) == 1


@pytest.mark.usefixtures("ada")
def test_the_link_page_names_nobody(app: Flask, client: FlaskClient) -> None:
    text = client.get(f"/en/sign-in/{make_link(app)}").text
    assert "Ada" not in text
    assert ADA not in text


@pytest.mark.usefixtures("ada")
def test_a_link_that_ran_out_signs_nobody_in(app: Flask, client: FlaskClient) -> None:
    path = f"/en/sign-in/{make_link(app)}"
    found = TOKEN.search(client.get(path).text)
    assert found
    with time_machine.travel(now() + timedelta(minutes=11), tick=False):
        assert client.get(path).status_code == 410
        assert client.post(path, data={"csrf_token": found[1]}).status_code == 410
    assert client.get("/en/sign-in/made-up").status_code == 404
    assert sessions(app) == 0


@pytest.mark.usefixtures("ada")
def test_a_link_leads_on_to_the_page_it_was_made_for(app: Flask, client: FlaskClient) -> None:
    path = f"/en/sign-in/{make_link(app)}"
    shown = client.get(f"{path}?next=/en/manage")
    action = re.search(r'<form method="post" action="([^"]+)"', shown.text)
    found = TOKEN.search(shown.text)
    assert action
    assert found
    assert client.post(action[1], data={"csrf_token": found[1]}).location == "/en/manage"


# ---- where one goes afterwards ----


@pytest.mark.usefixtures("ada")
def test_one_comes_back_to_the_page_one_asked_for(client: FlaskClient) -> None:
    sent = client.get("/pl/manage?page=2")
    assert sent.status_code == 303
    assert sent.location == "/pl/sign-in?next=%2Fpl%2Fmanage%3Fpage%3D2"
    assert 'value="/pl/manage?page=2"' in client.get(sent.location).text
    assert sign_in(client, next="/pl/manage?page=2").location == "/pl/manage?page=2"


FOREIGN_WORDS = r"""
//example.org ///example.org ////example.org /\example.org \/example.org \\example.org https://example.org
http:example.org https:/example.org javascript:alert(1) JAVASCRIPT:alert(1) data:text/html,x /en//example.org
/en/../../example.org /en/./manage /en/.. /..//example.org /%2f%2fexample.org /%5cexample.org /en/%2e%2e/x
/%09/example.org /en/manage\@example.org @example.org example.org /example.org en/manage ./en/manage ?next=//x
#x /en/manage#//example.org /en@example.org /en.example.org /english /xx/manage /EN/manage /en:80/manage
/en/manage;//example.org /en/manage?x=//example.org
/en/manage?x=https:x ftp://example.org mailto:ada@example.org
"""
FOREIGN_LETTERS = ("/en/\u3002example.org", "/\u2044example.org", "\uff0f\uff0fexample.org", "/en/\u202ex")
FOREIGN_BREAKS = ("/\t/example.org", "/\n/example.org", " //example.org", "/en/manage\r\nX-Bad: 1", "/en/\0", "/en/\n")
FOREIGN = [*FOREIGN_WORDS.split(), *FOREIGN_LETTERS, *FOREIGN_BREAKS, "", "/en/" + "x" * 2000]


def test_forty_ways_out_are_tried() -> None:
    assert len(set(FOREIGN)) >= 40


@pytest.mark.parametrize("address", FOREIGN)
def test_nobody_is_led_to_another_site(address: str) -> None:
    assert access.safe_next(address) is None


@pytest.mark.parametrize(
    "address", ["/en/", "/en", "/ur/groups/walking-friends", "/en/find/abc_-9/groups/x?a=1&b=c%20d"]
)
def test_pages_of_ours_are_fine(address: str) -> None:
    assert access.safe_next(address) == address


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize("address", ["//example.org", "https://example.org/en/", "/\\example.org"])
def test_a_foreign_address_is_dropped(client: FlaskClient, address: str) -> None:
    assert sign_in(client, next=address).location == "/en/"


def test_a_change_that_needs_signing_in_is_not_repeated_by_itself(app: Flask, client: FlaskClient) -> None:
    answer = post(client, "/en/sign-in", email=ADA, password="not the password")
    found = TOKEN.search(answer.text)
    assert found
    assert client.post("/en/manage", data={"csrf_token": found[1]}).location == "/en/sign-in"
    assert sessions(app) == 0


# ---- keys ----


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
        keys.revoke_api_key(session, key_id=key_id, actor=VISITOR, now=now())
    assert call_with(client, key).status_code == 401


@pytest.mark.usefixtures("ada")
def test_a_browser_session_is_no_key_and_a_key_no_session(client: FlaskClient, key: str) -> None:
    assert client.get("/en/refer", headers={"Authorization": f"Bearer {key}"}).status_code == 303
    sign_in(client)
    assert client.get("/keyed/manage").status_code == 401


# ---- roles ----


def test_a_referrer_reaches_referrals_and_not_the_catalogue(
    app: Flask, client: FlaskClient, organisation_id: UUID
) -> None:
    kept: Any = app.extensions["kith-hasher"].hash(PASSWORD)
    with app.app_context(), committing() as session:
        operations.make_user(
            session,
            email=BO,
            name="Bo",
            role=Role.REFERRER,
            organisation_id=organisation_id,
            password_hash=kept,
            now=now(),
        )
    sign_in(client, BO)
    assert client.get("/en/refer").status_code == 200
    assert client.get("/en/edit_catalog").status_code == 403


def test_limits_lie_in_a_file_of_their_own(app: Flask, settings: Settings) -> None:
    if not settings.database_url.startswith("sqlite"):
        pytest.skip("on PostgreSQL they lie in the one database")
    assert app.extensions[rendering.LIMITS]
    assert Path(settings.data_folder / "limits.sqlite").exists()
