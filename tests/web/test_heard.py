"""A group that cannot be written to is rung, and what it says on the telephone is written down by whoever rang."""

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from service.accounts.models import AuditEntry
from service.catalog.models import Group, Organisation
from service.notifications.models import OutboxMessage
from service.referrals.models import Introduction, LeaderLink, Move, Referral
from tests.referrals import cast as referring
from tests.referrals.cast import CONTACT, NAME, NEEDS, Post, World
from tests.web.test_referring_pages import browse, hidden, one, refer

PHONE = "01632 960123"


@pytest.fixture
def cast(engine: Engine) -> World:
    with Session(engine.execution_options(writes=True)) as unit:
        made = referring.world(unit)
        group = unit.get_one(Group, made.group)
        group.email, group.phone = None, PHONE
        unit.get_one(Organisation, group.organisation_id).email = None
        unit.commit()
    return made


@pytest.fixture
def referral(app: Flask, engine: Engine, cast: World) -> UUID:
    return refer(app, engine, cast, Post())


@pytest.fixture
def bo(app: Flask, cast: World) -> FlaskClient:
    return browse(app, cast.bo)


def heard(referral: UUID) -> str:
    return f"/en/refer/heard/{referral}"


def test_whoever_referred_is_told_to_ring_and_no_mail_is_tried(engine: Engine, bo: FlaskClient, referral: UUID) -> None:
    page = bo.get(f"/en/refer/sent/{referral}").text
    assert "This group has no e-mail. Please ring them:" in page
    assert f'href="tel:{PHONE.replace(" ", "")}"' in page
    assert heard(referral) in page
    assert "ten days" not in page, "nothing was sent that they could answer"
    row = one(engine, Referral)
    assert (row.need, row.raised) == ("ring_group", "ring_group")
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(OutboxMessage)) == 0
        assert session.scalar(select(func.count()).select_from(LeaderLink)) == 0


def test_what_the_group_says_is_written_down_in_its_name_by_whoever_heard_it(
    engine: Engine, bo: FlaskClient, cast: World, referral: UUID
) -> None:
    page = bo.get(heard(referral))
    assert all(words in page.text for words in (PHONE, NAME, NEEDS, "Read this page to them"))
    assert CONTACT not in page.text, "nothing that the group gets with a yes alone"
    done = bo.post(heard(referral), data={**hidden(page), "answer": "accept", "host": "Robin"})
    assert (done.status_code, done.location) == (303, f"/en/referrals/{referral}")
    assert one(engine, Introduction).state == "accepted"
    row = one(engine, Referral)
    assert (row.need, row.raised) == ("agree_date", None)
    with Session(engine) as session:
        moved = session.scalars(select(Move).where(Move.to_state == "accepted", Move.entity == "introduction")).one()
        assert (moved.part, moved.by_role) == ("G", cast.bo.role.value)
        said = select(AuditEntry.user_id).where(AuditEntry.action == "accept")
        assert session.scalars(said).all() == [cast.bo.user_id]


def test_a_no_leads_back_to_another_group(engine: Engine, bo: FlaskClient, referral: UUID) -> None:
    page = bo.get(heard(referral))
    assert bo.post(heard(referral), data={**hidden(page), "answer": "decline"}).status_code == 422
    typed = {**hidden(page), "answer": "decline", "reason": "full"}
    assert bo.post(heard(referral), data=typed).status_code == 303
    assert one(engine, Introduction).state == "declined"
    row = one(engine, Referral)
    assert (row.raised, row.state) == (None, "planned")
    assert bo.get(heard(referral)).location == f"/en/referrals/{referral}", "nobody is left to be rung"


@pytest.mark.parametrize("typed", [{}, {"answer": "maybe"}, {"answer": "question", "question": "Who?"}])
def test_what_is_no_answer_changes_nothing(
    engine: Engine, bo: FlaskClient, referral: UUID, typed: dict[str, str]
) -> None:
    page = bo.get(heard(referral))
    again = bo.post(heard(referral), data={**hidden(page), **typed})
    assert again.status_code == 422
    assert "Choose one of the answers" in again.text
    assert one(engine, Introduction).state == "sent"


def test_two_who_write_it_down_at_once_see_what_is_so_now(engine: Engine, bo: FlaskClient, referral: UUID) -> None:
    page = bo.get(heard(referral))
    bo.post(heard(referral), data={**hidden(page), "answer": "waitlist"})
    again = bo.post(heard(referral), data={**hidden(page), "answer": "accept"})
    assert "Is a place free now?" in again.text
    assert one(engine, Introduction).state == "waitlisted"


@pytest.mark.parametrize(("status", "links"), [("published", 2), ("paused", 2), ("held", 0)])
def test_the_case_leads_to_writing_it_down_only_while_the_group_may_answer(
    app: Flask, engine: Engine, cast: World, referral: UUID, status: str, links: int
) -> None:
    with Session(engine.execution_options(writes=True)) as unit:
        unit.get_one(Group, cast.group).status = status
        unit.get_one(Referral, referral).service_organisation_id = cast.clinic
        unit.commit()
    page = browse(app, cast.lin).get(f"/en/people/{referral}").text
    assert NAME in page
    assert page.count(heard(referral)) == links


def test_nobody_writes_down_what_concerns_others(app: Flask, engine: Engine, cast: World, referral: UUID) -> None:
    beth = browse(app, cast.beth)
    assert beth.get(heard(referral)).status_code == 404
    assert beth.post(heard(referral), data=hidden(beth.get("/en/refer"))).status_code == 404
    with Session(engine) as session:
        denied = select(func.count()).select_from(AuditEntry).where(AuditEntry.outcome == "denied")
        assert session.scalar(denied) == 2
