"""Whoever runs an organisation sees what was done there and nowhere else; everybody sees what their account did."""

import re
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from service.accounts import operations
from service.accounts.models import AuditEntry
from service.accounts.permissions import Actor, Permission, Role
from service.accounts.record import audit
from service.accounts.record.activity import FAMILIES
from service.accounts.record.audit import Purpose
from service.clock import now
from service.db import committing, db
from service.web import deeds
from tests.people import LONG_AGO, Cast, signed_in

ROOM = "/en/organisation/audit"


@pytest.fixture
def manager(app: Flask, cast: Cast) -> FlaskClient:
    """The browser of Mo, who runs Bo's surgery."""
    with app.app_context(), committing() as session:
        mo = operations.make_user(
            session,
            email="mo@example.org",
            name="Mo",
            role=Role.ORG_MANAGER,
            organisation_id=cast.surgery,
            password_hash=None,
            now=LONG_AGO,
        )
    return signed_in(app, mo)


def did(app: Flask, actor: Actor, action: str, outcome: audit.Outcome = "done", about: UUID | None = None) -> None:
    with app.app_context(), committing() as session:
        audit.record(
            session,
            actor=actor,
            action=action,
            subject="referral",
            subject_id=about,
            outcome=outcome,
            columns=("needs",),
            purpose=Purpose.FOLLOW_UP,
            now=now(),
        )


@pytest.fixture
def bo(cast: Cast) -> Actor:
    return Actor(role=Role.REFERRER, user_id=cast.bo, organisation_id=cast.surgery)


@pytest.fixture
def dee(cast: Cast) -> Actor:
    return Actor(role=Role.LINK_WORKER, user_id=cast.dee, organisation_id=cast.elsewhere)


def whats(page: str) -> list[str]:
    return re.findall(r'kith-queue__name">([^<]*)<', page)


def ask(client: FlaskClient, **fields: str) -> str:
    token = re.findall(r'name="csrf_token" value="([^"]+)"', client.get(ROOM).text)[-1]
    sent = client.post(ROOM, data={"csrf_token": token, **fields})
    return client.get(sent.headers["Location"]).text if sent.status_code == 303 else sent.text


def test_a_manager_sees_their_own_people_s_deeds_and_no_other_s(
    app: Flask, manager: FlaskClient, bo: Actor, dee: Actor
) -> None:
    did(app, bo, "read_referrals")
    did(app, dee, "decline")
    page = manager.get(ROOM).text
    assert "Read referrals" in whats(page)
    assert "To see what became of it" in page
    assert "Say no for a group" not in page
    assert "Dee" not in page
    assert "needs" not in page, "columns are not told, and values are kept nowhere"


def test_an_administrator_sees_all(app: Flask, cast: Cast, bo: Actor, dee: Actor) -> None:
    did(app, bo, "read_referrals")
    did(app, dee, "decline")
    assert {"Read referrals", "Say no for a group"} <= set(whats(signed_in(app, cast.ada).get(ROOM).text))


def test_what_was_refused_is_shown_as_refused(app: Flask, cast: Cast, manager: FlaskClient) -> None:
    signed_in(app, cast.bo).get("/en/admin")
    page = manager.get(ROOM).text
    assert re.search(r'Change a listing</span><span class="kith-tag kith-tag--urgent">Refused', page)


def test_a_part_can_be_asked_for_by_codes_alone(app: Flask, cast: Cast, manager: FlaskClient, bo: Actor) -> None:
    thing = UUID(int=77)
    did(app, bo, "read_referrals", about=thing)
    did(app, bo, "sign_in", "failed")
    assert whats(ask(manager, what="people")) == ["Read referrals"]
    assert whats(ask(manager, outcome="failed")) == ["Sign in"]
    assert whats(ask(manager, about=str(thing))) == ["Read referrals"]
    assert set(whats(ask(manager, who=str(cast.bo)))) == {"Read referrals", "Sign in"}
    assert whats(ask(manager, since="2001-01-01", until="2001-12-31")) == []
    today = now().date().isoformat()
    assert "Read referrals" in whats(ask(manager, since=today, until=today))


@pytest.mark.parametrize("typed", [{"about": "Cai Example"}, {"since": "yesterday"}, {"who": "Bo"}, {"what": "x"}])
def test_words_are_never_put_into_an_address(manager: FlaskClient, typed: dict[str, str]) -> None:
    page = ask(manager, **typed)
    assert "That did not work" in page


def test_each_look_is_kept_itself(app: Flask, manager: FlaskClient) -> None:
    for _ in range(2):
        manager.get(ROOM)
    with app.app_context():
        looks = select(func.count()).where(AuditEntry.action == Permission.READ_AUDIT.value)
        assert db.session.scalar(looks.select_from(AuditEntry)) == 2


def test_pages_follow_on_without_losing_or_repeating(app: Flask, manager: FlaskClient, bo: Actor) -> None:
    for number in range(120):
        did(app, bo, "decline" if number % 2 else "accept")
    seen, page = list[str](), ask(manager, what="people")
    while True:
        seen += whats(page)
        older = re.search(r'href="([^"]+)" rel="next"', page)
        if older is None:
            break
        did(app, bo, "accept")  # something is done meanwhile
        page = manager.get(older[1].replace("&amp;", "&")).text
    assert seen == ["Say no for a group", "Say yes for a group"] * 60


def test_an_account_sees_what_it_did_and_who_changed_it(app: Flask, cast: Cast, bo: Actor, dee: Actor) -> None:
    did(app, bo, "read_referrals")
    did(app, dee, "decline")
    did(app, Actor(role=Role.ADMIN, user_id=cast.ada), "reset_second_factor", about=cast.bo)
    page = signed_in(app, cast.bo).get("/en/account/activity").text
    assert {"Read referrals", "Change the second step"} <= set(whats(page))
    assert "Say no for a group" not in page
    assert "Ada" not in page, "a role is told, no name of staff"
    assert "Administrator" in page


def test_every_permission_has_words_and_every_family_a_name() -> None:
    assert set(FAMILIES) == set(deeds.FAMILIES)
    assert set(deeds.PURPOSES) == set(Purpose)
    assert {one.value for one in Permission} - set(deeds.ACTIONS) == {"public"}, (
        "a link is also what ties one's account to one's organisation"
    )
