"""A group rests: everybody who waits for it is on one page, and another group is asked for each who is ticked."""

import re
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from service.accounts.models import AuditEntry
from service.accounts.permissions import Actor
from service.catalog import models as m
from service.clock import now
from service.db import db
from service.notifications.models import OutboxMessage
from service.referrals.models import Consent, Introduction, Referral
from service.referrals.models_plan import PlanGroup
from tests.catalog import making
from tests.referrals.cast import World, add_group
from tests.web.test_caseload import Make, browse, case, clinic, fields  # noqa: F401  # fixtures
from tests.web.test_next_best import nearest
from tests.web.test_planning import lin, send  # noqa: F401  # fixtures

ABOUT = "activity.gardening"
Place = tuple[World, Actor]


class Garden:
    """A first plot that rests, two more that garden, and a way to let people wait for the first."""

    def __init__(self, engine: Engine, case: Make, world: World) -> None:  # noqa: F811
        self.engine, self.case, self.world = engine, case, world
        with Session(engine.execution_options(writes=True)) as unit:
            unit.merge(m.Term(code=ABOUT, facet="activity", label="Gardening", definition="Growing things"))
            unit.flush()
            made = [add_group(unit, self.hall(unit), f"{name} plot") for name in ("First", "Second", "Third")]
            for group in made:
                unit.add(m.GroupTerm(group_id=group.id, code=ABOUT))
            self.first, self.second, self.third = (one.id for one in made)
            unit.commit()

    def hall(self, unit: Session) -> UUID:
        """Return the organisation of the singers, which was checked."""
        return unit.get_one(m.Group, self.world.group).organisation_id

    @property
    def path(self) -> str:
        return f"/en/desk/resting/{self.first}"

    def write(self, *rows: object) -> None:
        with Session(self.engine.execution_options(writes=True)) as unit:
            unit.add_all(rows)
            unit.commit()

    def close(self, status: str = "held") -> None:
        with Session(self.engine.execution_options(writes=True)) as unit:
            unit.execute(update(m.Group).where(m.Group.id == self.first).values(status=status))
            unit.commit()

    def planned(self, name: str, owner: Actor | None, state: str = "planned", **values: object) -> UUID:
        """Let somebody have the group on their plan."""
        made = self.case(state, owner=owner, name=name, **values)
        self.write(PlanGroup(id=uuid4(), referral_id=made, group_id=self.first, at=now()))
        return made

    def asked(self, name: str, owner: Actor | None, there: str = "sent", state: str = "introduced") -> UUID:
        """Let somebody have been introduced to the group."""
        made = self.case(state, owner=owner, name=name)
        self.write(Introduction(id=uuid4(), referral_id=made, group_id=self.first, state=there, sent_at=now()))
        return made

    def groups_of(self, made: UUID) -> set[UUID]:
        with Session(self.engine) as session:
            return set(session.scalars(select(Introduction.group_id).where(Introduction.referral_id == made)))


@pytest.fixture
def garden(app: Flask, engine: Engine, case: Make, clinic: Place) -> Garden:  # noqa: F811
    made = Garden(engine, case, clinic[0])
    with app.app_context():
        app.extensions["kith"].matching.rebuild()
    return made


def press(browser: FlaskClient, garden: Garden, *people: UUID, **typed: str) -> tuple[int, str]:
    """Send the form of the page with what was chosen."""
    page = browser.get(garden.path).get_data(as_text=True)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    sent = {"csrf_token": token[1], "person": [one.hex for one in people], **typed}
    answer = browser.post(garden.path, data=sent)
    return answer.status_code, answer.get_data(as_text=True)


def chosen(made: UUID, to: UUID, *, yes: bool = True) -> dict[str, str]:
    return {f"to_{made.hex}": to.hex, **({f"yes_{made.hex}": "yes"} if yes else {})}


def card(page: str, name: str) -> str:
    """Return what the page says of one person."""
    [found] = [one for one in page.split("<section")[1:] if name in one.split("</section>")[0]]
    return found.split("</section>")[0]


@pytest.mark.parametrize(
    ("status", "said"), [("held", "is off the list"), ("paused", "has a rest"), ("archived", "does not meet any more")]
)
def test_the_desk_says_which_group_rests_and_how_many_wait(
    lin: FlaskClient,  # noqa: F811
    clinic: Place,  # noqa: F811
    garden: Garden,
    status: str,
    said: str,
) -> None:
    garden.planned("Cai", clinic[0].lin)
    garden.asked("Femi", clinic[0].lin)
    garden.asked("Gil", clinic[0].lin, there="declined", state="planned")
    assert garden.path not in lin.get("/en/desk").get_data(as_text=True), "it is open"
    garden.close(status)
    desk = lin.get("/en/desk").get_data(as_text=True)
    assert said in desk
    assert f'{garden.path}">2 people to look after' in desk


def test_everybody_who_waits_is_on_one_page_with_the_groups_that_come_next(
    lin: FlaskClient,  # noqa: F811
    clinic: Place,  # noqa: F811
    garden: Garden,
) -> None:
    made = garden.planned("Cai", clinic[0].lin)
    garden.asked("Femi", clinic[0].lin)
    garden.asked("Gil", clinic[0].lin, there="attended", state="attending")
    garden.close()
    page = lin.get(garden.path).get_data(as_text=True)
    assert "3 people to look after" in page
    for name, there in (("Cai", "On their plan"), ("Femi", "Waiting for an answer")):
        assert there in card(page, name)
        for group in ("Second plot", "Third plot", "Leave it for now"):
            assert group in card(page, name)
    assert "Open their page first" in card(page, "Gil"), "somebody who goes along is asked before"
    assert garden.path in lin.get(f"/en/people/{made}").get_data(as_text=True)


def test_another_group_is_asked_for_whom_it_was_ticked_and_for_nobody_else(
    engine: Engine,
    lin: FlaskClient,  # noqa: F811
    clinic: Place,  # noqa: F811
    garden: Garden,
) -> None:
    one, two, left = (garden.asked(name, clinic[0].lin) for name in ("Cai", "Femi", "Gil"))
    garden.close()
    status, page = press(
        lin, garden, one, two, left, **chosen(one, garden.second), **chosen(two, garden.third, yes=False)
    )
    assert status == 422
    assert garden.groups_of(one) == {garden.first, garden.second}
    assert garden.groups_of(two) == garden.groups_of(left) == {garden.first}
    assert "Ask first. Tick this when they say yes" in card(page, "Femi")
    assert f'value="{garden.third.hex}" checked' in card(page, "Femi"), "what was chosen stays"
    assert "The group was asked" in card(page, "Cai")
    assert "Second plot" in card(page, "Cai")
    with Session(engine) as session:
        assert session.scalars(select(Consent.group_id)).all() == [garden.second]
        assert len(session.scalars(select(OutboxMessage)).all()) == 1
    assert "2 people to look after" in lin.get("/en/desk").get_data(as_text=True)


def test_pressing_twice_asks_once(
    engine: Engine,
    lin: FlaskClient,  # noqa: F811
    clinic: Place,  # noqa: F811
    garden: Garden,
) -> None:
    made = garden.planned("Cai", clinic[0].lin, "in_contact")
    garden.close()
    assert [press(lin, garden, made, **chosen(made, garden.second))[0] for _ in range(2)] == [303, 303]
    assert garden.groups_of(made) == {garden.second}
    status, page = press(lin, garden, made, **chosen(made, garden.third))
    assert (status, garden.groups_of(made)) == (422, {garden.second}), "a page that was open since asks no second one"
    assert "Another group was asked meanwhile" in page
    with Session(engine) as session:
        assert session.get_one(Referral, made).state == "introduced"
        assert len(session.scalars(select(Consent)).all()) == len(session.scalars(select(OutboxMessage)).all()) == 1


def test_a_full_plan_makes_room_and_a_group_nobody_checked_needs_a_reason(
    engine: Engine,
    lin: FlaskClient,  # noqa: F811
    clinic: Place,  # noqa: F811
    garden: Garden,
) -> None:
    made = garden.planned("Cai", clinic[0].lin)
    garden.write(
        *(
            PlanGroup(id=uuid4(), referral_id=made, group_id=one, at=now())
            for one in (clinic[0].group, clinic[0].unchecked)
        )
    )
    garden.close()
    assert press(lin, garden, made, **chosen(made, garden.second))[0] == 303
    with Session(engine) as session:
        kept = set(session.scalars(select(PlanGroup.group_id).where(PlanGroup.referral_id == made)))
    assert kept == {clinic[0].group, clinic[0].unchecked, garden.second}
    other = garden.planned("Femi", clinic[0].lin)
    status, page = press(lin, garden, other, **chosen(other, clinic[0].unchecked))
    assert status == 422
    assert "Nobody has checked this group" in card(page, "Femi")
    why = {f"why_{other.hex}": "Her sister goes there"}
    assert press(lin, garden, other, **chosen(other, clinic[0].unchecked), **why)[0] == 303


def test_a_colleagues_person_is_not_named_and_not_asked_for_before_a_reason(
    app: Flask,
    engine: Engine,
    lin: FlaskClient,  # noqa: F811
    clinic: Place,  # noqa: F811
    garden: Garden,
) -> None:
    lou = clinic[1]
    theirs, mine = garden.planned("Femi", lou), garden.planned("Cai", clinic[0].lin)
    foreign = garden.planned("Gil", clinic[0].dee, organisation_id=clinic[0].elsewhere)
    garden.close()
    assert "1 person to look after" in lin.get("/en/desk").get_data(as_text=True)
    page = lin.get(garden.path).get_data(as_text=True)
    assert "Femi" not in page
    assert "Gil" not in page
    assert "A colleague helps this person" in card(page, "Lou helps")
    ticked = {**chosen(theirs, garden.second), **chosen(foreign, garden.second), **chosen(mine, garden.second)}
    assert press(lin, garden, theirs, foreign, mine, **ticked)[0] == 422
    assert [garden.groups_of(one) for one in (theirs, foreign, mine)] == [set(), set(), {garden.second}]
    with Session(engine) as session:
        denied = select(AuditEntry.subject_id).where(AuditEntry.outcome == "denied")
        assert set(session.scalars(denied)) == {theirs, foreign}
    why = f"/en/people/{theirs}/why"
    lin.post(why, data={**fields(lin.get(f"/en/people/{theirs}").get_data(as_text=True), why), "why": "asked"})
    assert "Second plot" in card(lin.get(garden.path).get_data(as_text=True), "Femi")
    assert "Second plot" in card(browse(app, lou).get(garden.path).get_data(as_text=True), "Femi")


def test_whose_names_were_shown_is_kept(
    engine: Engine,
    lin: FlaskClient,  # noqa: F811
    clinic: Place,  # noqa: F811
    garden: Garden,
) -> None:
    mine, theirs = garden.planned("Cai", clinic[0].lin), garden.planned("Femi", clinic[1])
    garden.close()
    lin.get(garden.path)
    with Session(engine) as session:
        [columns] = session.scalars(select(AuditEntry.columns).where(AuditEntry.action == "read_caseload"))
    assert f"id:{mine}" in columns
    assert f"id:{theirs}" not in columns


def test_what_was_looked_for_together_leads(
    lin: FlaskClient,  # noqa: F811
    clinic: Place,  # noqa: F811
    garden: Garden,
    app: Flask,
    engine: Engine,
) -> None:
    with Session(engine.execution_options(writes=True)) as unit:
        add_group(unit, garden.hall(unit), "Chess table", description="We play chess")
        unit.commit()
    with app.app_context():
        app.extensions["kith"].matching.rebuild()
    one, _two = garden.planned("Cai", clinic[0].lin), garden.planned("Femi", clinic[0].lin)
    send(lin, one, "plan", text="chess")
    garden.close()
    page = lin.get(garden.path).get_data(as_text=True)
    assert "Chess table" in card(page, "Cai")
    assert "Chess table" not in card(page, "Femi")


def test_many_people_cost_no_more_questions_than_few(
    app: Flask,
    lin: FlaskClient,  # noqa: F811
    clinic: Place,  # noqa: F811
    garden: Garden,
) -> None:
    garden.close()

    def asked() -> list[str]:
        with app.app_context(), making.statements(db.engine) as said:
            assert lin.get(garden.path).status_code == 200
        by_the_clock = ("signed_in_session", "term_change")  # asked anew after a while
        read = [one for one in said if one.startswith("SELECT") and not any(name in one for name in by_the_clock)]
        assert any("introduction" in one for one in read)
        return [" ".join(one.split())[:150] for one in read]

    def more(many: int, make: Callable[[str, Actor], UUID]) -> None:
        for number in range(many):
            send(lin, make(f"Person {number}", clinic[0].lin), "plan", text="gardening")

    more(2, garden.planned)
    more(2, garden.asked)
    few = asked()
    more(6, garden.planned)
    more(6, garden.asked)
    assert asked() == few


def test_a_group_that_is_open_or_not_there_is_nobody_s_concern(
    lin: FlaskClient,  # noqa: F811
    clinic: Place,  # noqa: F811
    garden: Garden,
) -> None:
    made = garden.planned("Cai", clinic[0].lin)
    assert "Nobody is on this list." in lin.get(garden.path).get_data(as_text=True)
    assert lin.get(f"/en/desk/resting/{uuid4()}").status_code == 404
    assert press(lin, garden, made, **chosen(made, garden.second))[0] == 422
    assert garden.groups_of(made) == set()


def test_the_professional_s_page_offers_another_group_while_the_one_that_was_asked_rests(
    engine: Engine,
    lin: FlaskClient,  # noqa: F811
    clinic: Place,  # noqa: F811
    garden: Garden,
) -> None:
    made = garden.asked("Cai", clinic[0].lin)
    assert "Second plot" not in nearest(lin, made)
    garden.close()
    assert "Second plot" in nearest(lin, made)
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(Introduction)) == 1, "nothing is asked by itself"
