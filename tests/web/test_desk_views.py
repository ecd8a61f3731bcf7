"""A desk is narrowed by codes, and a way to look at it is kept under a name by whoever looks, for nobody else."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from service.accounts.models import User
from service.accounts.permissions import Actor
from service.clock import now
from service.referrals.desk import views
from service.referrals.models import Introduction, Person, Referral
from service.referrals.models_desk import DeskView
from tests.referrals.cast import World
from tests.web.test_caseload import Make, browse, case, clinic, fields  # noqa: F401  # fixtures
from tests.web.test_planning import lin  # noqa: F401  # fixtures

KEEP, FORGET = "/en/desk/views", "/en/desk/views/remove"
Place = tuple[World, Actor]


def keep(browser: FlaskClient, name: str, where: str = "/en/desk?view=everyone&due=late") -> tuple[int, str]:
    page = browser.get(where).get_data(as_text=True)
    answer = browser.post(KEEP, data={**fields(page, KEEP), "name": name})
    return answer.status_code, answer.get_data(as_text=True)


def kept(page: str) -> list[tuple[str, str]]:
    """Return the address and the name of each view that the desk offers."""
    _before, _label, rest = page.partition('aria-label="Views you keep"')
    found = re.findall(r'<a href="([^"]+)".*?<bdi>(.*?)</bdi>', rest.partition("</nav>")[0])
    return [(href.replace("&amp;", "&"), name) for href, name in found]


@pytest.fixture
def people(engine: Engine, clinic: Place, case: Make) -> None:  # noqa: F811
    """Ann is late, Ben waits for the singers, Cho speaks through an interpreter."""
    world, today = clinic[0], now().date()
    case("accepted", owner=world.lin, name="Ann", need="first_call", need_rank=2, due_on=today - timedelta(days=2))
    ben = case("introduced", owner=world.lin, name="Ben", need="await_answer", due_on=today + timedelta(days=3))
    cho = case("planned", owner=world.lin, name="Cho", need="introduce", due_on=today + timedelta(days=30))
    with Session(engine.execution_options(writes=True)) as unit:
        unit.add(Introduction(id=uuid4(), referral_id=ben, group_id=world.group, state="sent", sent_at=now()))
        unit.get_one(Person, unit.get_one(Referral, cho).person_id).interpreter = "ur"
        unit.commit()


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("", "Ann Ben Cho"),
        ("state=planned", "Cho"),
        ("waits=group", "Ben"),
        ("waits=me", "Ann Cho"),
        ("waits=person", ""),
        ("due=late", "Ann"),
        ("due=week", "Ann Ben"),
        ("interpreter=yes", "Cho"),
        ("group=%(group)s", "Ben"),
        ("due=week&waits=me", "Ann"),
        ("state=nonsense&group=x&due=", "Ann Ben Cho"),
    ],
)
def test_the_list_is_narrowed_by_what_is_asked(
    lin: FlaskClient,  # noqa: F811
    clinic: Place,  # noqa: F811
    people: None,
    asked: str,
    shown: str,
) -> None:
    query = asked.replace("%(group)s", clinic[0].group.hex)
    page = lin.get(f"/en/desk?view=everyone&{query}").get_data(as_text=True)
    there = page.partition('<ol class="kith-queue">')[2].partition("</ol>")[0]
    assert [name for name in ("Ann", "Ben", "Cho") if f"<bdi>{name}</bdi>" in there] == shown.split()


def test_a_view_is_kept_found_and_removed_by_whoever_made_it_alone(
    app: Flask,
    engine: Engine,
    lin: FlaskClient,  # noqa: F811
    clinic: Place,  # noqa: F811
    people: None,
) -> None:
    assert keep(lin, "  Too   late ")[0] == 303
    [(href, name)] = kept(lin.get("/en/desk").get_data(as_text=True))
    assert (href, name) == ("/en/desk?view=everyone&due=late", "Too late")
    assert "Ann" in lin.get(href).get_data(as_text=True)
    lou = browse(app, clinic[1])
    assert kept(lou.get("/en/desk").get_data(as_text=True)) == []
    page = lin.get("/en/desk?narrow=yes").get_data(as_text=True)
    form = fields(page, FORGET)
    assert keep(lou, "Mine")[0] == 303
    own = fields(lou.get("/en/desk?narrow=yes").get_data(as_text=True), FORGET)
    assert lou.post(FORGET, data={**own, "kept": form["kept"]}).status_code == 303
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(DeskView)) == 2, "a colleague's stays"
    assert [lin.post(FORGET, data=form).status_code for _ in range(2)] == [303, 303]
    assert kept(lin.get("/en/desk").get_data(as_text=True)) == []


def test_eight_are_enough_and_what_was_typed_stays(
    engine: Engine,
    lin: FlaskClient,  # noqa: F811
    clinic: Place,  # noqa: F811
) -> None:
    states = ("sent", "on_hold", "accepted", "in_contact", "planned", "introduced", "attending", "settled")
    for state in states:
        assert keep(lin, f"View {state}", f"/en/desk?view=everyone&state={state}")[0] == 303
    assert keep(lin, "View sent", "/en/desk?view=new&due=today")[0] == 303, "one of the same name is replaced"
    status, page = keep(lin, "A ninth", "/en/desk?view=going&due=week")
    assert status == 422
    assert "Eight are enough" in page
    assert 'value="A ninth"' in page
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(DeskView)) == views.MOST
    for wrong in ("", "x" * (views.LONGEST_NAME + 1), "a\x07b"):
        assert keep(lin, wrong, "/en/desk?view=going&due=week")[0] == 422


def test_the_address_and_the_row_hold_codes_only(
    engine: Engine,
    lin: FlaskClient,  # noqa: F811
    clinic: Place,  # noqa: F811
) -> None:
    keep(lin, "Singers", f"/en/desk?view=everyone&group={clinic[0].group}&q=Cai&state=Cai")
    with Session(engine) as session:
        assert session.scalars(select(DeskView.query)).all() == [f"view=everyone&group={clinic[0].group.hex}"]


def test_they_go_with_the_account(
    engine: Engine,
    lin: FlaskClient,  # noqa: F811
    clinic: Place,  # noqa: F811
) -> None:
    keep(lin, "Too late")
    who: UUID | None = clinic[0].lin.user_id
    with Session(engine.execution_options(writes=True)) as unit:
        unit.delete(unit.get_one(User, who))
        unit.flush()
        assert unit.scalars(select(DeskView)).all() == []
        unit.rollback()
