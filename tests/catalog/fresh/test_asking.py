"""A question about what nobody has confirmed goes to the group, and the answer is everybody's, with its day."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.accounts.record.audit import NOWHERE
from service.accounts.record.telling import Post
from service.catalog import leader_links
from service.catalog import models as m
from service.catalog.facts import Value
from service.catalog.fresh import asking
from service.catalog.models_links import AskedFact
from service.catalog.queries import group_by_id
from service.catalog.views import GroupView
from service.db.sealing import Sealer
from service.errors import Gone, Invalid, NotFound
from service.notifications.models import OutboxMessage
from tests.catalog.making import NOW, TODAY, fact, group

OUTBOX = Sealer("only-for-tests-0123456789-0123456789", "outbox")
POST = Post(channel="console", sealer=OUTBOX, public_url="http://127.0.0.1:8000")
OLD = date(2020, 1, 3)


@pytest.fixture
def made(store: Session) -> m.Group:
    return group(store, email="tables@example.org", facts=[fact("bsl", "no"), fact("hearing_loop", "yes", on=OLD)])


def view(store: Session, made: m.Group) -> GroupView:
    return group_by_id(store, made.id, today=TODAY, public=False)


def ask(store: Session, made: m.Group, code: str = "accessible_toilet", later: timedelta = timedelta()) -> bool:
    return asking.ask(store, POST, group=view(store, made), code=code, now=NOW + later)


def token(store: Session) -> str:
    newest = store.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at.desc())).first()
    assert newest
    return (
        OUTBOX.open(f"outbox_message:{newest.id}:params", newest.params_sealed or b"").decode().split("/asked/")[1][:43]
    )


@pytest.mark.parametrize(("code", "said"), [("accessible_toilet", Value.YES), ("hearing_loop", Value.YES)])
def test_the_answer_stands_on_the_page_with_its_day_and_source(
    store: Session, made: m.Group, code: str, said: Value
) -> None:
    assert ask(store, made, code)
    asking.answer(store, token=token(store), said=said, now=NOW, origin=NOWHERE)
    found = view(store, made).fact(code)
    assert found
    assert (found.value, found.source, found.confirmed_on) == (said, "leader", TODAY)
    saved = select(m.Revision.actor_role).where(m.Revision.entity_id == made.id).distinct()
    assert store.scalars(saved).all() == ["group_leader"]


def test_a_group_that_does_not_know_is_asked_no_more_for_a_while_and_nothing_changes(
    store: Session, made: m.Group
) -> None:
    ask(store, made)
    before = view(store, made).version
    asking.answer(store, token=token(store), said=Value.NOT_CONFIRMED, now=NOW, origin=NOWHERE)
    assert view(store, made).version == before
    assert not ask(store, made)
    assert ask(store, made, later=asking.AGAIN)


def test_the_same_question_of_many_people_is_one_mail(store: Session, made: m.Group) -> None:
    assert [ask(store, made) for _ in range(3)] == [True, False, False]
    assert store.scalar(select(func.count()).select_from(OutboxMessage)) == 1
    assert store.scalar(select(func.count()).select_from(AskedFact)) == 1


@pytest.mark.parametrize("code", ["bsl", "no_such_fact", "confidential_location", ""])
def test_what_is_known_or_is_nobody_s_business_is_not_asked(store: Session, made: m.Group, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        ask(store, made, code)
    assert set(refused.value.fields) == {"fact"}


def test_a_group_without_an_address_is_not_asked(store: Session) -> None:
    made = group(store, email=None)
    with pytest.raises(Invalid) as refused:
        ask(store, made)
    assert refused.value.fields["email"].code == "needed"


def test_a_link_answers_once_and_ends(store: Session, made: m.Group) -> None:
    ask(store, made)
    link = token(store)
    for _ in range(3):
        assert asking.opened(store, token=link, now=NOW).code == "accessible_toilet"
    with pytest.raises(Gone, match="link_expired"):
        asking.opened(store, token=link, now=NOW + asking.LIVES)
    asking.answer(store, token=link, said=Value.NO, now=NOW, origin=NOWHERE)
    with pytest.raises(Gone, match="link_used"):
        asking.answer(store, token=link, said=Value.YES, now=NOW, origin=NOWHERE)
    with pytest.raises(NotFound, match="link_unknown"):
        asking.opened(store, token=link + "x", now=NOW)
    assert view(store, made).value("accessible_toilet") is Value.NO
    assert leader_links.forget_old(store, now=NOW + asking.LIVES * 3, kept=asking.LIVES) == 1
