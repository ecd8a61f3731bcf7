"""Whoever works here comes from each room to every other one they may open, and from their account to their work."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.accounts import operations
from service.accounts.permissions import GRANTS, MEMBER_ROLES, WITHOUT_ORGANISATION, Role
from service.clock import now
from service.db import committing
from service.web.rooms import ROOMS, WORK, Area
from tests.people import settle, signed_in

WAYS = re.compile(r'<nav class="kith-nav.*?</nav>', re.DOTALL)
LINK = re.compile(r'<a href="([^"]+)"')
MOST = 8  # links of one list: more of them nobody takes in on a phone


def browser_of(app: Flask, role: Role) -> FlaskClient:
    where = None if role in WITHOUT_ORGANISATION else settle(app).surgery
    with app.app_context(), committing() as unit:
        user = operations.make_user(
            unit,
            email="mia@example.org",
            name="Mia",
            role=role,
            organisation_id=where,
            password_hash=None,
            now=now(),
        )
    return signed_in(app, user)


def ways(client: FlaskClient, address: str) -> list[str]:
    """Return where the links at the top of a page lead."""
    page = client.get(address)
    assert page.status_code == 200, address
    lists = [LINK.findall(part) for part in WAYS.findall(page.text)]
    assert all(0 < len(links) <= MOST for links in lists), (address, lists)
    return [link for links in lists for link in links]


def addresses(app: Flask, role: Role, areas: tuple[Area, ...]) -> set[str]:
    with app.test_request_context():
        known = {rule.endpoint: rule.rule for rule in app.url_map.iter_rules()}
    open_to = [room for area in areas for room in ROOMS[area] if room.permission in GRANTS[role]]
    open_to = [room for room in open_to if not (room.own and role in WITHOUT_ORGANISATION)]
    return {known[f"web{room.endpoint}"].replace("<lang>", "en") for room in open_to}


@pytest.mark.parametrize("role", MEMBER_ROLES)
def test_every_room_is_two_presses_away_from_every_other(app: Flask, role: Role) -> None:
    client = browser_of(app, role)
    work = addresses(app, role, WORK)
    for room in sorted(work):
        one_press = set(ways(client, room))
        assert work <= one_press.union(*(ways(client, each) for each in one_press)), room


@pytest.mark.parametrize("role", MEMBER_ROLES)
def test_one_s_account_leads_back_to_one_s_work(app: Flask, role: Role) -> None:
    client = browser_of(app, role)
    work = addresses(app, role, WORK)
    for page in ("/en/account", "/en/account/password", "/en/account/role"):
        shown = set(ways(client, page))
        assert addresses(app, role, (Area.ACCOUNT,)) <= shown
        assert bool(shown & work) is bool(work), "nobody is led to a room they may not open"


@pytest.mark.parametrize("role", [Role.EDITOR, Role.ORG_MANAGER])
def test_nobody_is_shown_a_room_they_may_not_open(app: Flask, role: Role) -> None:
    client = browser_of(app, role)
    for link in ways(client, "/en/account"):
        assert client.get(link).status_code in {200, 303}, link
