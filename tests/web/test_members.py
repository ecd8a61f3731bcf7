"""The pages of whoever runs an organisation: invited, joined, changed, ended; and what nobody learns on the way."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.accounts import membership, operations
from service.accounts.limits import INVITE_ADDRESS
from service.accounts.models import AuditEntry, Invitation, User
from service.accounts.permissions import OPEN, Permission, Role
from service.accounts.signing_in import sessions
from service.clock import now
from service.db import committing, db
from service.notifications import outbox
from service.web.access import COOKIE_KEY
from tests.people import Cast, signed_in
from tests.walk import address, rules
from tests.web.seeking import said

MEMBERS = "/en/organisation/members"
PASSWORD = "seven quiet otters"


@pytest.fixture
def mia(app: Flask, cast: Cast) -> FlaskClient:
    """The browser of a manager of the surgery."""
    return signed_in(app, person(app, "mia", Role.ORG_MANAGER, cast.surgery))


def person(app: Flask, name: str, role: Role, where: UUID | None) -> UUID:
    with app.app_context(), committing() as unit:
        return operations.make_user(
            unit,
            email=f"{name}@example.org",
            name=name.title(),
            role=role,
            organisation_id=where,
            password_hash=None,
            now=now(),
        )


def member_of(app: Flask, user_id: UUID) -> UUID:
    with app.app_context(), committing() as unit:
        return membership.held(unit, user_id=user_id, now=now())[0].id


def token(page: TestResponse) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found
    return found[1]


def act(browser: FlaskClient, address: str, *, page: str = "", **form: str) -> TestResponse:
    """Send a form as its page would."""
    return browser.post(address, data={"csrf_token": token(browser.get(page or address)), **form})


def invite(browser: FlaskClient, email: str, *, role: str = "referrer", at: str = MEMBERS) -> TestResponse:
    return act(browser, at, name="New Person", email=email, role=role, once=uuid4().hex)


def letters(app: Flask) -> list[str]:
    """Return the paths of the links in the letters that wait, and take the letters away."""
    with app.app_context(), committing() as unit:
        taken = outbox.take_due(unit, now=now(), sealer=app.extensions["kith"].sealer(outbox.PURPOSE))
    return [str(one.params["link"]).removeprefix("http://127.0.0.1:8000") for one in taken]


def plain(page: TestResponse) -> str:
    """Return a page without what is new each time."""
    hidden = re.sub(r'name="(?:csrf_token|once)" value="[^"]*"|invitations/[0-9a-f-]{36}', "", page.text)
    return re.sub(r"(?:dee|nobody)@example\.org", "", hidden)


def _role(page: TestResponse) -> str:
    """Return what the head of a page says somebody acts as, and for whom."""
    return re.sub(r"<[^>]+>", "", page.text.partition('class="kith-who"')[2].partition("</a></span>")[0])


def test_a_manager_invites_and_the_invited_joins(app: Flask, mia: FlaskClient) -> None:
    sent = invite(mia, "new@example.org", role="link_worker")
    assert sent.status_code == 303
    assert "Invited, not here yet" in said(mia.get(sent.headers["Location"]))
    (link,) = letters(app)
    newcomer = app.test_client()
    page = newcomer.get(link)
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "Link worker" in said(page)
    assert "Oak Surgery" in said(page)
    assert "New Person" not in page.text, "whoever finds the link learns nobody's name"
    for _ in range(20):
        assert newcomer.get(link).status_code == newcomer.head(link).status_code == 200
    short = act(newcomer, link, password="short")
    assert short.status_code == 422
    assert "Use at least" in said(short)
    joined = act(newcomer, link, password=PASSWORD)
    assert joined.status_code == 303
    assert newcomer.get("/en/referrals").status_code == 303, "first a second factor is set up"
    assert app.test_client().get(link).status_code == 410
    assert "Invited, not here yet" not in said(mia.get(MEMBERS))
    assert "New Person" in said(mia.get(MEMBERS))


def test_the_inviter_sees_the_same_whether_or_not_the_address_has_an_account(
    app: Flask, cast: Cast, mia: FlaskClient
) -> None:
    pages = []
    with time_machine.travel(now(), tick=False):
        for email in ("dee@example.org", "nobody@example.org"):  # Dee works elsewhere
            sent = invite(mia, email)
            shown = mia.get(sent.headers["Location"])
            pages.append((sent.status_code, sent.headers["Location"], plain(shown)))
            known = re.search(r"/en/organisation/invitations/[0-9a-f-]{36}", shown.text)
            assert known
            act(mia, known[0], page=MEMBERS, act="revoke")
    assert pages[0] == pages[1]


@pytest.mark.asvs("V7.2.4")
def test_whoever_has_an_account_signs_in_first_and_then_acts_in_the_new_role(
    app: Flask, cast: Cast, mia: FlaskClient
) -> None:
    invite(mia, "dee@example.org", role="org_manager")
    (link,) = letters(app)
    stranger = app.test_client()
    shown = stranger.get(link)
    assert 'type="password"' not in shown.text
    assert "/en/sign-in?next=" in shown.text
    assert act(stranger, link, page="/en/sign-in", password=PASSWORD).status_code == 200
    bo = signed_in(app, cast.bo)
    assert "You are signed in with another account" in said(bo.get(link))
    dee = signed_in(app, cast.dee)
    with dee.session_transaction() as cookie:
        before = cookie[COOKIE_KEY]
    assert act(dee, link).status_code == 303
    with dee.session_transaction() as cookie:
        assert cookie[COOKIE_KEY] != before, "a new role begins under a new token"
    page = dee.get(MEMBERS)
    assert page.status_code == 200
    assert "Manager, Oak Surgery" in _role(page)


@pytest.mark.asvs("V7.2.4")
def test_a_role_is_chosen_and_the_session_begins_anew(app: Flask, cast: Cast) -> None:
    person(app, "bo", Role.ORG_MANAGER, cast.elsewhere)
    bo = signed_in(app, cast.bo)
    assert bo.get(MEMBERS).status_code == 403
    page = bo.get("/en/account/role")
    choices = re.findall(r'name="role" type="radio" value="([^"]+)"( checked)?', page.text)
    assert [chosen for _, chosen in choices] == [" checked", ""]
    with bo.session_transaction() as cookie:
        before = cookie[COOKIE_KEY]
    assert act(bo, "/en/account/role", role=str(uuid4())).status_code == 422
    assert act(bo, "/en/account/role", role=choices[1][0]).status_code == 303
    with bo.session_transaction() as cookie:
        assert cookie[COOKIE_KEY] != before
    assert "Manager, Elm Surgery" in _role(bo.get(MEMBERS))
    assert bo.get("/en/referrals").status_code == 403, "one role at a time"
    old = app.test_client()
    with old.session_transaction() as cookie:
        cookie[COOKIE_KEY] = before
    assert old.get(MEMBERS).status_code == 303


def test_a_stronger_role_asks_for_what_guards_it(app: Flask, cast: Cast) -> None:
    """Choosing a role proves nothing: who showed no second factor shows one first."""
    leader = person(app, "lea", Role.GROUP_LEADER, cast.surgery)
    person(app, "lea", Role.LINK_WORKER, cast.surgery)
    with app.app_context(), committing() as unit:
        weak = sessions.open_session(unit, user_id=leader, now=now())
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie[COOKIE_KEY] = weak
    choices = re.findall(r'name="role" type="radio" value="([^"]+)"', browser.get("/en/account/role").text)
    assert act(browser, "/en/account/role", role=choices[1]).status_code == 303
    assert browser.get("/en/referrals").status_code == 303


@pytest.mark.asvs("V8.3.2")
@pytest.mark.parametrize(
    ("what", "form"), [("ended", {"act": "end"}), ("changed", {"act": "role", "role": "group_leader"})]
)
def test_a_role_taken_away_opens_nothing_at_the_next_request(
    app: Flask, cast: Cast, mia: FlaskClient, what: str, form: dict[str, str]
) -> None:
    bo = signed_in(app, cast.bo)
    assert bo.get("/en/referrals").status_code == 200
    done = act(mia, f"{MEMBERS}/{member_of(app, cast.bo)}", **form)
    assert done.status_code == 303, what
    assert "Done" in said(mia.get(done.headers["Location"]))
    assert bo.get("/en/referrals").status_code == 303
    assert "/sign-in" in bo.get("/en/referrals").headers["Location"]


def test_a_dangerous_act_wants_a_proof_of_the_last_five_minutes(app: Flask, cast: Cast, mia: FlaskClient) -> None:
    one = f"{MEMBERS}/{member_of(app, cast.bo)}"
    form = {"csrf_token": token(mia.get(one)), "act": "end"}
    with time_machine.travel(now() + timedelta(minutes=6)):
        asked = mia.post(one, data=form)
        assert asked.status_code == 303
        assert asked.headers["Location"].startswith("/en/sign-in/again?next=")
        assert mia.get(one).status_code == 200, "nothing was done"


@pytest.mark.asvs("V8.4.1")
def test_what_is_another_organisation_s_is_as_if_not_there(app: Flask, cast: Cast, mia: FlaskClient) -> None:
    for kind, known in (("members", member_of(app, cast.dee)), ("members/in", cast.elsewhere)):
        answers = [mia.get(f"/en/organisation/{kind}/{one}") for one in (known, uuid4())]
        assert {answer.status_code for answer in answers} == {404}
        same = {re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}", "", plain(answer)) for answer in answers}
        assert len(same) == 1


def test_letters_to_one_address_are_limited(app: Flask, mia: FlaskClient) -> None:
    spelt = ["new@example.org", "NEW@example.org", "new+a@example.org", "new+b@example.org"]
    answers = [invite(mia, email).status_code for email in spelt]
    assert answers == [303] * INVITE_ADDRESS.most + [429]
    assert len(letters(app)) == INVITE_ADDRESS.most


def test_the_last_administrator_is_told_why_not(app: Flask, cast: Cast, ada: FlaskClient) -> None:
    answer = act(ada, f"{MEMBERS}/{member_of(app, cast.ada)}", act="end")
    assert answer.status_code == 422
    assert "last person who runs Kith" in said(answer)
    refused = act(ada, f"/en/organisation/people/{cast.ada}", act="disable")
    assert refused.status_code == 422
    assert "last person who runs Kith" in said(refused)


@pytest.mark.asvs("V7.4.2", "V7.4.5")
def test_an_administrator_finds_disables_and_enables(app: Flask, cast: Cast, ada: FlaskClient) -> None:
    found = act(ada, "/en/organisation/people", search="BO@")
    assert "Bo" in said(found)
    assert "dee@example.org" not in found.text
    bo, one = signed_in(app, cast.bo), f"/en/organisation/people/{cast.bo}"
    assert "In 1 place" in said(ada.get(one))
    assert act(ada, one, act="sign_out").status_code == 303
    assert bo.get("/en/referrals").status_code == 303
    bo = signed_in(app, cast.bo)
    assert act(ada, one, act="disable").status_code == 303
    assert bo.get("/en/referrals").status_code == 303
    assert "Account off" in said(ada.get(one))
    assert act(ada, one, act="enable").status_code == 303
    assert signed_in(app, cast.bo).get("/en/referrals").status_code == 200


def test_an_administrator_makes_an_organisation_and_says_what_it_does(app: Flask, ada: FlaskClient) -> None:
    there = "/en/organisation/organisations"
    wrong = act(ada, there, act="make", name="Oak Surgery", acts_as="referring")
    assert wrong.status_code == 422
    assert "There is one with this name" in said(wrong)
    assert act(ada, there, act="make", name="Ash Surgery", acts_as="everything").status_code == 422
    made = act(ada, there, act="make", name="Ash  Surgery ", acts_as="referring")
    assert made.status_code == 303
    place = made.headers["Location"]
    assert "Nobody works here yet" in said(ada.get(place))
    assert invite(ada, "max@example.org", role="org_manager", at=place).status_code == 303
    assert "Ash Surgery" in said(ada.get(there))
    assert "Oak Surgery" not in said(ada.get(there)), "it runs groups, it does not refer"
    assert "Oak Surgery" in said(act(ada, there, act="find", search="oak"))
    one = place.replace("members/in", "organisations")
    version = re.search(r'name="version" value="(\d+)"', ada.get(one).text)
    assert version
    assert act(ada, one, version=version[1]).status_code == 422
    assert act(ada, one, version=version[1], acts_as="providing").status_code == 303
    assert act(ada, one, version=version[1], acts_as="referring").status_code == 409, "somebody changed it meanwhile"


@pytest.mark.asvs("V14.2.1", "V16.2.5")
def test_no_address_and_no_log_line_holds_a_name(
    app: Flask, ada: FlaskClient, mia: FlaskClient, capfd: pytest.CaptureFixture[str]
) -> None:
    sent = invite(mia, "zebra@example.org")
    act(ada, "/en/organisation/people", search="zebra")
    (link,) = letters(app)
    act(app.test_client(), link, password=PASSWORD)
    out = "".join(capfd.readouterr())
    for word in ("zebra", link.rpartition("/")[2]):
        assert word not in out
        assert word not in sent.headers["Location"]
    with app.app_context():
        rows = db.session.scalars(select(AuditEntry)).all()
        assert "zebra" not in repr([vars(row) for row in rows])
        assert db.session.scalars(select(User.email).where(User.email == "zebra@example.org")).one()
        db.session.rollback()


@pytest.mark.asvs("V8.2.3", "V8.3.1")
def test_what_a_page_does_not_offer_is_refused_or_not_read(app: Flask, cast: Cast, mia: FlaskClient) -> None:
    """Whatever is sent beside the fields of a form changes nothing; a role that is not offered is not given."""
    beyond = {
        "organisation_id": str(cast.elsewhere),
        "user_id": str(cast.ada),
        "accepted_at": "2026-01-01",
        "id": str(uuid4()),
    }
    with app.app_context(), committing() as unit:
        before = unit.scalars(select(Invitation.id)).all()
    form = {"name": "New", "email": "new@example.org", "role": "referrer", "once": uuid4().hex}
    assert act(mia, MEMBERS, **form, **beyond).status_code == 303
    with app.app_context(), committing() as unit:
        (made,) = unit.scalars(select(Invitation).where(Invitation.id.not_in(before))).all()
        assert (made.organisation_id, made.accepted_at, str(made.id) == beyond["id"]) == (cast.surgery, None, False)
    for role in ("admin", "editor", "insight", "api_client", ""):
        assert invite(mia, "else@example.org", role=role).status_code == 422
        one = f"{MEMBERS}/{member_of(app, cast.bo)}"
        assert act(mia, one, act="role", role=role).status_code == 422
    form = {"csrf_token": token(mia.get(MEMBERS))}
    for beyond_reach in (
        "/en/organisation/people",
        "/en/organisation/organisations",
        f"/en/organisation/people/{cast.bo}",
    ):
        assert mia.get(beyond_reach).status_code == 403
        assert mia.post(beyond_reach, data={**form, "act": "disable"}).status_code == 403
    assert signed_in(app, cast.bo).get("/en/referrals").status_code == 200


@pytest.mark.asvs("V7.4.4")
def test_every_page_for_people_at_work_has_a_way_out(
    app: Flask, cast: Cast, ada: FlaskClient, mia: FlaskClient
) -> None:
    seen = 0
    for browser in (ada, mia, signed_in(app, cast.bo)):
        for rule in rules(app):
            view = app.view_functions[rule.endpoint]
            if "GET" not in (rule.methods or set()) or getattr(view, "permission", Permission.PUBLIC) in OPEN:
                continue
            page = browser.get(address(app, rule))
            if page.status_code == 200 and page.mimetype == "text/html":
                assert 'action="/en/sign-out"' in page.text, rule.rule
                seen += 1
    assert seen > 20
