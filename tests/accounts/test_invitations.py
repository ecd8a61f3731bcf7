"""An invitation works once, for whom it was meant, until it is taken back; whoever sends it learns nothing."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from service.accounts import invitations
from service.accounts.invitations import Offer
from service.accounts.models import User
from service.accounts.permissions import Actor, Role
from service.db.sealing import Sealer
from service.errors import Forbidden, Gone, Invalid, NotFound
from service.notifications import outbox
from service.notifications.channels import words
from service.notifications.models import OutboxMessage
from tests.accounts.conftest import NOW, SECRET, Unit, at_once, bytes_of
from tests.accounts.membership import Letters, accept, accounts, acting, invite, organisation, person, roles

WEEK = timedelta(days=7)


@pytest.fixture
def manager(unit: Unit) -> Actor:
    oak = organisation(unit, "Oak Surgery")
    return acting(Role.ORG_MANAGER, person(unit, "mia", Role.ORG_MANAGER, oak), oak)


@pytest.fixture
def letters() -> Letters:
    return Letters()


def check(unit: Unit, token: str, *, later: timedelta = timedelta()) -> None:
    with unit() as session:
        invitations.check(session, token=token, now=NOW + later)


def waiting(unit: Unit, actor: Actor) -> list[UUID]:
    with unit() as session:
        found = invitations.waiting(session, organisation_id=actor.organisation_id, actor=actor, now=NOW)
    return [one.id for one in found]


def test_somebody_new_gets_an_account_and_the_role(unit: Unit, letters: Letters, manager: Actor) -> None:
    token = invite(unit, letters, manager, role=Role.LINK_WORKER)
    for _ in range(100):
        check(unit, token)  # a mail scanner looks
    new = accept(unit, token)
    assert roles(unit, new) == [Role.LINK_WORKER]
    with pytest.raises(Gone, match="link_used"):
        accept(unit, token)
    assert waiting(unit, manager) == []


@pytest.mark.asvs("V6.4.1", "V6.5.1")
def test_of_fifty_who_press_at_once_one_gets_in(unit: Unit, letters: Letters, manager: Actor) -> None:
    token, before = invite(unit, letters, manager), accounts(unit)

    def press() -> bool:
        try:
            accept(unit, token)
        except (Gone, Forbidden):
            return False
        return True

    assert at_once(50, press).count(True) == 1
    assert accounts(unit) == before + 1


def test_an_account_that_is_there_gets_nothing_until_its_person_signs_in(
    unit: Unit, letters: Letters, manager: Actor
) -> None:
    elm = organisation(unit, "Elm Surgery")
    dee, bo = person(unit, "dee", Role.REFERRER, elm), person(unit, "bo", Role.REFERRER, elm)
    token = invite(unit, letters, manager, email="Dee@Example.org")
    for user_id in (None, bo):
        with pytest.raises(Forbidden, match="sign_in_first"):
            accept(unit, token, user_id=user_id)
    with unit() as session:
        assert session.scalars(select(User.password_hash).where(User.id == dee)).one() is None
    assert accept(unit, token, user_id=dee, with_password=False) == dee
    assert roles(unit, dee) == [Role.REFERRER, Role.REFERRER]


def test_without_a_password_no_account_is_made(unit: Unit, letters: Letters, manager: Actor) -> None:
    token, before = invite(unit, letters, manager), accounts(unit)
    with pytest.raises(Forbidden):
        accept(unit, token, with_password=False)
    with pytest.raises(Invalid), unit() as session:
        invitations.check_new_password(session, token=token, password="short", now=NOW)
    assert accounts(unit) == before
    check(unit, token)


@pytest.mark.asvs("V6.4.1")
def test_it_ends_after_a_week_when_taken_back_and_when_sent_again(unit: Unit, letters: Letters, manager: Actor) -> None:
    first = invite(unit, letters, manager)
    check(unit, first, later=WEEK - timedelta(seconds=1))
    with pytest.raises(Gone, match="link_expired"):
        check(unit, first, later=WEEK)
    (known,) = waiting(unit, manager)
    with unit() as session:
        invitations.send_again(session, invitation_id=known, post=letters.post(), actor=manager, now=NOW)
    with pytest.raises(NotFound, match="link_unknown"):
        accept(unit, first)
    with unit() as session:
        invitations.revoke(session, invitation_id=known, actor=manager, now=NOW)
    with pytest.raises(Gone, match="link_revoked"):
        accept(unit, letters.tokens[-1])
    assert waiting(unit, manager) == []
    with pytest.raises(NotFound), unit() as session:
        invitations.send_again(session, invitation_id=known, post=letters.post(), actor=manager, now=NOW)


def test_another_organisation_s_invitation_is_as_if_not_there(unit: Unit, letters: Letters, manager: Actor) -> None:
    elm = organisation(unit, "Elm Surgery")
    other = acting(Role.ORG_MANAGER, person(unit, "max", Role.ORG_MANAGER, elm), elm)
    invite(unit, letters, manager)
    (known,) = waiting(unit, manager)
    assert waiting(unit, other) == []
    with unit() as session:
        assert invitations.waiting(session, organisation_id=manager.organisation_id, actor=other, now=NOW) == ()
    with pytest.raises(NotFound), unit() as session:
        invitations.revoke(session, invitation_id=known, actor=other, now=NOW)
    offer = Offer(name="N", email="n@example.org", role="referrer", organisation_id=manager.organisation_id)
    with pytest.raises(Forbidden):
        invitations.checked(offer, actor=other)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.EDITOR, Role.INSIGHT, Role.PERSON])
def test_nobody_is_invited_to_more_than_the_inviter_may_give(
    unit: Unit, letters: Letters, manager: Actor, role: Role
) -> None:
    with pytest.raises(Invalid) as refused:
        invite(unit, letters, manager, role=role)
    assert set(refused.value.fields) == {"role"}


def test_one_sending_of_the_form_invites_once(unit: Unit, letters: Letters, manager: Actor) -> None:
    for _ in range(2):
        invite(unit, letters, manager, key="the-same-form")
    assert len(letters.tokens) == 1
    with unit() as session:
        assert len(session.scalars(select(OutboxMessage.id)).all()) == 1


@pytest.mark.asvs("V6.5.2")
def test_the_link_is_in_the_letter_and_nowhere_else(
    unit: Unit, letters: Letters, manager: Actor, database_url: str
) -> None:
    token = invite(unit, letters, manager)
    with unit() as session:
        (message,) = outbox.take_due(session, now=NOW, sealer=Sealer(SECRET, "outbox"))
    assert token in str(message.params["link"])
    assert message.to == "new@example.org"
    said = words("invitation", "en")
    assert not said.subject.count("{"), "a subject says nothing of anybody"
    assert token.encode() not in bytes_of(database_url)
