"""A link worker refers somebody to a group that has no e-mail, rings it, and writes down what it said."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from service.accounts import operations as accounts
from service.accounts.permissions import Role
from service.catalog.models import Organisation
from service.clock import now
from tests import stores
from tests.journeys.conftest import Visit
from tests.journeys.serving import Demo
from tests.referrals.cast import add_group

pytestmark = pytest.mark.browser


def settle(demo: Demo) -> str:
    """Make a house of its own with a group that cannot be written to; return the group's name in addresses."""
    with (
        stores.opened(f"sqlite:///{demo.folder / 'kith.sqlite'}") as engine,
        Session(engine.execution_options(writes=True), expire_on_commit=False) as session,
    ):
        clinic = Organisation(id=uuid4(), name="Hazel Clinic", vetting="checked")
        session.add(clinic)
        session.flush()
        group = add_group(session, clinic.id, "Hazel Singers (example)", is_example=True, email=None)
        group.phone = "01632 960124"
        accounts.make_user(
            session,
            email="isa@example.org",
            name="Isa",
            role=Role.LINK_WORKER,
            organisation_id=clinic.id,
            password_hash=None,
            now=now(),
        )
        session.commit()
        return group.slug


def test_a_group_is_rung_and_its_answer_written_down(visit: Visit, signed_in: Callable[[str], Any], demo: Demo) -> None:
    slug = settle(demo)
    worker = visit(state=signed_in("Isa"))
    page = worker.page
    page.goto(f"/en/refer?group={slug}")
    page.get_by_label("What shall we call them?").fill("Hester Rung")
    page.get_by_label("Number or address").fill("01632 960 178")
    page.get_by_label("Lonely or cut off").check()
    page.get_by_label("You may share my name").check()
    page.get_by_role("button", name="Send referral").last.click()
    expect(page.get_by_role("main")).to_contain_text("This group has no e-mail. Please ring them:")
    worker.look()
    page.get_by_role("link", name="Write down what they say").click()
    expect(page.get_by_role("main")).to_contain_text("01632 960124")
    worker.look()
    page.get_by_label("Who meets them?").fill("Robin")
    page.get_by_role("button", name="can come").last.click()
    expect(page.get_by_role("main")).to_contain_text("The group said yes")
    worker.look()
