"""What became of people, looked at as figures by whoever runs an organisation, and by a leader of one's own group."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from service.accounts import operations as accounts
from service.accounts.permissions import GRANTS, Actor, Role
from service.catalog.models import Group, Organisation
from service.clock import now
from service.referrals.history import step
from service.referrals.lifecycle import Part
from service.referrals.models import Introduction
from tests import stores
from tests.journeys.conftest import Visit
from tests.journeys.serving import Demo
from tests.referrals.cast import Post, add_group, refer, request

pytestmark = pytest.mark.browser

SignedIn = Callable[[str], Any]
CAME = {
    22: (),
    14: ("accepted",),
    16: ("accepted", "booked", "attended"),
    31: ("accepted", "booked", *["attended"] * 3),
}


def settle(demo: Demo) -> UUID:
    """Make a house of its own, with people who came far and people who did not; return its group."""
    with (
        stores.opened(f"sqlite:///{demo.folder / 'kith.sqlite'}") as engine,
        Session(engine.execution_options(writes=True), expire_on_commit=False) as session,
    ):
        clinic, hall = Organisation(id=uuid4(), name="Alder Clinic"), Organisation(id=uuid4(), name="Alder Hall")
        hall.vetting = "checked"
        session.add_all([clinic, hall])
        session.flush()
        group = add_group(session, hall.id, "Alder Singers (example)", is_example=True)
        fenna = _account(session, "Fenna", Role.ORG_MANAGER, clinic.id)
        _account(session, "Gwen", Role.GROUP_LEADER, hall.id)
        actor = Actor(
            role=Role.LINK_WORKER, user_id=fenna, organisation_id=clinic.id, permissions=GRANTS[Role.LINK_WORKER]
        )
        for many, states in CAME.items():
            for _ in range(many):
                _send(session, group, actor, states)
        session.commit()
        return group.id


def _account(session: Session, name: str, role: Role, organisation: UUID) -> UUID:
    return accounts.make_user(
        session,
        email=f"{name.lower()}@example.org",
        name=name,
        role=role,
        organisation_id=organisation,
        password_hash=None,
        now=now(),
    )


def _send(session: Session, group: Group, actor: Actor, states: tuple[str, ...]) -> None:
    made = refer(session, Post(), actor, request(group.id), now=now())
    row = session.get_one(Introduction, made.introductions[0].id)
    for state in states:
        row.attended += state == "attended"
        step(session, row, state, Part.LEADER, actor, now())


def test_figures_are_read_by_whoever_runs_a_house_and_by_a_leader(
    visit: Visit, signed_in: SignedIn, demo: Demo
) -> None:
    group = settle(demo)
    manager = visit(state=signed_in("Fenna"))
    page = manager.page
    page.goto("/en/figures")
    expect(page.locator(".kith-plot")).to_contain_text("83 of 83, 100 in 100 (96 to 100)")
    expect(page.locator(".kith-plot")).to_contain_text("31 of 83, 37 in 100")
    manager.look()
    page.get_by_role("link", name="By group").click()
    expect(page.get_by_role("region", name="By group")).to_contain_text("Alder Singers")
    manager.look()
    page.goto(f"/en/figures/groups/{group}")
    expect(page.locator(".kith-plot")).to_contain_text("47 of 83")
    manager.look()
    leader = visit(state=signed_in("Gwen"))
    leader.page.goto("/en/figures/own")
    expect(leader.page.locator(".kith-plot")).to_contain_text("31 of 83")
    leader.look()
