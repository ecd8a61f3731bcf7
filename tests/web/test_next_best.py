"""After a no: what comes nearest is read from what was looked for together, else from what the group is about."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from service.accounts.permissions import Actor
from service.catalog import models as m
from service.clock import now
from service.referrals.models import Introduction
from tests.referrals.cast import World, add_group
from tests.web.test_caseload import Make, browse, case, clinic  # noqa: F401  # fixtures
from tests.web.test_planning import groups, lin, send  # noqa: F401  # fixtures

ABOUT = "activity.gardening"


@pytest.fixture
def refused(app: Flask, engine: Engine, case: Make, clinic: tuple[World, Actor]) -> UUID:  # noqa: F811
    """A case whose gardening group said no; another group gardens, and one far from that does not."""
    made = case("planned", owner=clinic[0].lin)
    with Session(engine.execution_options(writes=True)) as unit:
        unit.merge(m.Term(code=ABOUT, facet="activity", label="Gardening", definition="Growing things"))
        unit.flush()
        for name, term in (("First plot", ABOUT), ("Second plot", ABOUT), ("Choir", None)):
            group = add_group(unit, clinic[0].elsewhere, name)
            if term:
                unit.add(m.GroupTerm(group_id=group.id, code=term))
            if name == "First plot":
                asked = Introduction(id=uuid4(), referral_id=made, group_id=group.id, state="declined", sent_at=now())
                asked.reason = "wrong_time"
                unit.add(asked)
        unit.commit()
    with app.app_context():
        app.extensions["kith"].matching.rebuild()
    return made


def nearest(client: FlaskClient, referral: UUID) -> str:
    page = client.get(f"/en/referrals/{referral}").text
    return page.partition("What comes nearest")[2].partition("</section>")[0]


def test_without_a_plan_what_shares_its_interest_is_shown_and_nothing_else(lin: FlaskClient, refused: UUID) -> None:  # noqa: F811
    shown = nearest(lin, refused)
    assert "Second plot" in shown
    assert "Choir" not in shown
    assert "First plot" not in shown, "it said no"


def test_it_stands_where_the_person_is_helped_with_the_way_to_choose(lin: FlaskClient, refused: UUID) -> None:  # noqa: F811
    shown = lin.get(f"/en/people/{refused}").text.partition("What comes nearest")[2].partition("</section>")[0]
    assert "Second plot" in shown
    assert f"/en/people/{refused}/plan" in shown


def test_what_was_looked_for_together_comes_first(lin: FlaskClient, refused: UUID, groups: list[UUID]) -> None:  # noqa: F811
    send(lin, refused, "plan", text="chess")
    assert "Chess table" in nearest(lin, refused)


def test_a_colleagues_plan_is_not_read_for_it(
    app: Flask,
    lin: FlaskClient,  # noqa: F811
    refused: UUID,
    groups: list[UUID],  # noqa: F811
    clinic: tuple[World, Actor],  # noqa: F811
) -> None:
    send(lin, refused, "plan", text="chess")
    shown = nearest(browse(app, replace(clinic[1])), refused)
    assert "Chess table" not in shown
    assert "Second plot" in shown
