"""An editor makes two listings that look the same one, and two again; and answers what a text seems to say."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.catalog import models as m
from service.catalog.models_reading import LikelyPair
from service.clock import now
from tests.catalog.making import location
from tests.journeys.conftest import Visit
from tests.journeys.ground import _store
from tests.journeys.serving import Demo

pytestmark = pytest.mark.browser
TEXT = "Reed bells on Thursdays 7-9pm. £3, free parking. We have a hearing loop. Not suitable for under 16s."


def listing(session: Session, name: str, **more: Any) -> m.Group:
    """Add a published group of the first organisation, with a hall of its own."""
    runs = session.scalars(select(m.Organisation.id).order_by(m.Organisation.id)).first()
    hall = location(name=more.pop("hall", "Lantern Hall"))
    known = {
        "id": uuid4(),
        "slug": f"reed-{uuid4().hex[:8]}",
        "created_at": now(),
        "changed_at": now(),
    }
    session.add(hall)
    session.flush()
    places = [m.GroupLocation(location_id=hall.id)]
    made = m.Group(name=name, status="published", organisation_id=runs, places=places, is_example=True, **known, **more)
    session.add(made)
    session.flush()
    return made


def settled(demo: Demo) -> tuple[str, str]:
    """Put in two listings of one choir, and one with a text that says much; return the pair and that listing."""
    with _store(demo) as session:
        one = listing(session, "Reed Bed Choir (example)", description="Songs by the water.", phone="01632 960177")
        other = listing(session, "The Reed Bed Choir (example)", hall="Boat House", description="Songs and tea.")
        bells = listing(session, "Reed Bells (example)", description=TEXT)
        first, second = sorted((one.id, other.id))
        known = {"id": uuid4(), "first_id": first, "second_id": second, "found_at": now()}
        pair = LikelyPair(score=0.999, why=["name", "place"], **known)
        session.add(pair)
        session.commit()
        return str(pair.id), str(bells.id)


def test_two_listings_are_made_one_and_two_again(visit: Visit, signed_in: Callable[[str], Any], demo: Demo) -> None:
    pair, bells = settled(demo)
    editor = visit(state=signed_in("Ada"))
    page = editor.page
    page.goto("/en/admin/same")
    editor.look()
    page.goto(f"/en/admin/same/{pair}")
    editor.look()
    page.get_by_label("Songs and tea.").check()
    page.get_by_role("button", name="Make them one").click()
    expect(page.locator("main")).to_contain_text("They are one listing now.")
    expect(page.locator("main")).to_contain_text("Archived")
    editor.look()
    page.get_by_role("button", name="Make them two again").click()
    expect(page.get_by_role("button", name="Make them one")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("Archived")

    page.goto(f"/en/admin/groups/{bells}")
    page.get_by_role("link", name="Read from its text").click()
    expect(page.locator("mark").first).to_contain_text("Thursdays 7-9pm")
    editor.look()
    page.get_by_role("button", name="All are right").click()
    expect(page.locator("main")).to_contain_text("Nothing waits")
    editor.look()
