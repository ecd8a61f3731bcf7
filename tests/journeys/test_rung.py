"""A link worker rings a group that has no e-mail, and writes down what it said, from the desk and back."""

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
from service.referrals.models import Referral
from tests import stores
from tests.journeys.conftest import Visit
from tests.journeys.serving import Demo
from tests.referrals.cast import Post, add_group, refer, request

pytestmark = pytest.mark.browser


def settle(demo: Demo) -> None:
    """Make a house of its own, with somebody who waits for a group that cannot be written to."""
    with (
        stores.opened(f"sqlite:///{demo.folder / 'kith.sqlite'}") as engine,
        Session(engine.execution_options(writes=True), expire_on_commit=False) as session,
    ):
        clinic = Organisation(id=uuid4(), name="Hazel Clinic", vetting="checked")
        session.add(clinic)
        session.flush()
        group = add_group(session, clinic.id, "Hazel Singers (example)", is_example=True, email=None)
        group.phone = "01632 960124"
        user: UUID = accounts.make_user(
            session,
            email="isa@example.org",
            name="Isa",
            role=Role.LINK_WORKER,
            organisation_id=clinic.id,
            password_hash=None,
            now=now(),
        )
        isa = Actor(
            role=Role.LINK_WORKER, user_id=user, organisation_id=clinic.id, permissions=GRANTS[Role.LINK_WORKER]
        )
        made = refer(session, Post(), isa, request(group.id), now=now())
        session.get_one(Referral, made.id).owner_user_id = user
        session.commit()


def test_a_group_is_rung_and_its_answer_written_down(visit: Visit, signed_in: Callable[[str], Any], demo: Demo) -> None:
    settle(demo)
    worker = visit(state=signed_in("Isa"))
    page = worker.page
    page.goto("/en/desk")
    expect(page.get_by_role("main")).to_contain_text("The group has no e-mail: ring them")
    worker.look()
    page.get_by_role("link", name="Ring the group").first.click()
    expect(page.get_by_role("main")).to_contain_text("01632 960124")
    worker.look()
    page.get_by_label("Who meets them?").fill("Robin")
    page.get_by_role("button", name="can come").last.click()
    expect(page.get_by_role("main")).to_contain_text("The group said yes")
    worker.look()
