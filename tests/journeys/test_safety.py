"""A link worker tells that they are worried; the safeguarding lead whom the manager named reads it and closes it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from service.accounts import operations as accounts
from service.accounts.permissions import GRANTS, Actor, Role
from service.catalog.models import Organisation
from service.clock import now
from tests import stores
from tests.journeys.conftest import Visit
from tests.journeys.serving import Demo
from tests.referrals.cast import Post, add_group, refer, request

pytestmark = pytest.mark.browser

SignedIn = Callable[[str], Any]


def settle(demo: Demo) -> None:
    """Make a house of its own, so that no other journey meets what is told here."""
    with (
        stores.opened(f"sqlite:///{demo.folder / 'kith.sqlite'}") as engine,
        Session(engine.execution_options(writes=True), expire_on_commit=False) as session,
    ):
        clinic = Organisation(id=uuid4(), name="Rowan Clinic", vetting="checked")
        session.add(clinic)
        session.flush()
        group = add_group(session, clinic.id, "Rowan Singers (example)", is_example=True)
        for name, role in (("Hanna", Role.ORG_MANAGER), ("Ines", Role.LINK_WORKER), ("Joost", Role.LINK_WORKER)):
            user = _account(session, name, role, clinic.id)
        worker = Actor(
            role=Role.LINK_WORKER, user_id=user, organisation_id=clinic.id, permissions=GRANTS[Role.LINK_WORKER]
        )
        for _ in range(2):
            refer(session, Post(), worker, request(group.id), now=now())
        session.commit()


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


def test_a_worry_is_told_and_read_by_the_lead_alone(visit: Visit, signed_in: SignedIn, demo: Demo) -> None:
    settle(demo)
    manager = visit(state=signed_in("Hanna"))
    manager.page.goto("/en/organisation/members")
    manager.look()
    manager.page.get_by_role("link", name="Name somebody").click()
    manager.look()
    manager.page.get_by_label("Name somebody").select_option(label="Joost")
    manager.page.get_by_role("button", name="Save").click()
    expect(manager.page.get_by_role("main")).to_contain_text("Since")
    manager.look()
    manager.page.get_by_role("link", name="Team").click()
    expect(manager.page.get_by_role("main")).to_contain_text("Nobody helps yet")
    manager.look()
    worker = visit(state=signed_in("Ines"))
    page = worker.page
    page.goto("/en/safety")
    worker.look()
    page.get_by_role("link", name="I am worried about somebody").click()
    worker.look()
    page.get_by_label("Somebody who is helped").check()
    page.get_by_label("What did you see or hear?").fill("She flinched when he came in.")
    page.get_by_role("button", name="Tell the safeguarding lead").click()
    expect(page.get_by_role("main")).to_contain_text("You told the safeguarding lead on")
    worker.look()
    lead = visit(state=signed_in("Joost"))
    page = lead.page
    page.goto("/en/desk")
    lead.look()
    page.get_by_role("link", name="Read it").click()
    lead.look()
    page.get_by_role("link", name="Open").click()
    expect(page.get_by_role("main")).to_contain_text("She flinched when he came in.")
    lead.look()
    page.get_by_label("What came of it").fill("I rang the GP.")
    page.get_by_role("button", name="Close it").click()
    expect(page.get_by_role("main")).to_contain_text("I rang the GP.")
    lead.look()
