"""Whoever runs an organisation gives and takes its roles, and those alone; somebody always runs the whole."""

from functools import partial
from uuid import UUID, uuid4

import pytest

from service.accounts import membership, people
from service.accounts.permissions import GIVES, MEMBER_ROLES, WITHOUT_ORGANISATION, Actor, Role, gives
from service.errors import Invalid, NotFound
from tests.accounts.acting import actor_of, audited, sign_in
from tests.accounts.conftest import NOW, Unit, at_once
from tests.accounts.membership import acting, member_of, organisation, person, roles


@pytest.fixture
def oak(unit: Unit) -> UUID:
    return organisation(unit, "Oak Surgery")


@pytest.fixture
def elm(unit: Unit) -> UUID:
    return organisation(unit, "Elm Surgery")


@pytest.fixture
def manager(unit: Unit, oak: UUID) -> Actor:
    return acting(Role.ORG_MANAGER, person(unit, "mia", Role.ORG_MANAGER, oak), oak)


@pytest.fixture
def admin(unit: Unit, ada: UUID) -> Actor:
    return acting(Role.ADMIN, ada, None)


def change(unit: Unit, member_id: UUID, role: Role, actor: Actor) -> None:
    with unit() as session:
        membership.change_role(session, member_id=member_id, role=role.value, actor=actor, now=NOW)


def end(unit: Unit, member_id: UUID, actor: Actor) -> None:
    with unit() as session:
        membership.end_membership(session, member_id=member_id, actor=actor, now=NOW)


@pytest.mark.parametrize("role", MEMBER_ROLES)
def test_a_role_is_held_where_it_belongs(unit: Unit, oak: UUID, role: Role) -> None:
    wrong = oak if role in WITHOUT_ORGANISATION else None
    with pytest.raises(Invalid):
        person(unit, "bo", role, wrong)


def test_nobody_gives_a_role_that_is_not_theirs_to_give(oak: UUID) -> None:
    assert set(gives(Role.ORG_MANAGER, oak)) == GIVES[Role.ORG_MANAGER]
    assert gives(Role.ORG_MANAGER, None) == ()
    assert set(gives(Role.ADMIN, None)) == WITHOUT_ORGANISATION
    assert set(gives(Role.ADMIN, oak)) == set(MEMBER_ROLES) - WITHOUT_ORGANISATION
    for role in set(Role) - set(GIVES):
        assert gives(role, oak) == gives(role, None) == ()


def test_a_changed_role_counts_at_the_next_request(unit: Unit, oak: UUID, manager: Actor) -> None:
    bo = person(unit, "bo", Role.REFERRER, oak)
    token = sign_in(unit, bo)
    change(unit, member_of(unit, bo), Role.LINK_WORKER, manager)
    assert actor_of(unit, token) is None, "signed out: the new role is begun by signing in"
    assert roles(unit, bo) == [Role.LINK_WORKER]
    again = actor_of(unit, sign_in(unit, bo))
    assert again is not None
    assert again.role is Role.LINK_WORKER


def test_an_ended_role_opens_nothing_and_other_organisations_are_not_touched(
    unit: Unit, oak: UUID, elm: UUID, manager: Actor
) -> None:
    bo = person(unit, "bo", Role.REFERRER, oak)
    here, token = member_of(unit, bo), sign_in(unit, bo)
    person(unit, "bo", Role.LINK_WORKER, elm)
    end(unit, here, manager)
    assert actor_of(unit, token) is None
    assert roles(unit, bo) == [Role.LINK_WORKER]
    elsewhere = sign_in(unit, bo)
    acts = actor_of(unit, elsewhere)
    assert acts is not None
    assert acts.organisation_id == elm
    with pytest.raises(NotFound):
        end(unit, here, manager)
    with pytest.raises(NotFound), unit() as session:
        membership.sign_member_out(session, member_id=member_of(unit, bo), actor=manager, now=NOW)
    assert actor_of(unit, elsewhere) is not None


@pytest.mark.asvs("V8.2.2", "V8.4.1")
def test_another_organisation_s_member_is_as_if_not_there(unit: Unit, elm: UUID, manager: Actor) -> None:
    dee = person(unit, "dee", Role.LINK_WORKER, elm)
    said = []
    for member_id in (member_of(unit, dee), uuid4()):
        for act in (partial(end, unit, member_id), partial(change, unit, member_id, Role.REFERRER)):
            with pytest.raises(NotFound) as refused:
                act(manager)
            said.append((refused.value.code, refused.value.params, refused.value.fields))
    assert said == [("member", {}, {})] * 4
    with unit() as session:
        assert membership.read_members(session, organisation_id=elm, actor=manager, now=NOW) == ()
    assert roles(unit, dee) == [Role.LINK_WORKER]


@pytest.mark.parametrize("role", [Role.ADMIN, Role.EDITOR, Role.INSIGHT, Role.PERSON, Role.API_CLIENT])
def test_a_manager_makes_nobody_more_than_a_manager(unit: Unit, oak: UUID, manager: Actor, role: Role) -> None:
    bo = person(unit, "bo", Role.REFERRER, oak)
    with pytest.raises(Invalid):
        change(unit, member_of(unit, bo), role, manager)
    assert roles(unit, bo) == [Role.REFERRER]


@pytest.mark.parametrize("role", [Role.REFERRER, Role.LINK_WORKER, Role.EDITOR, Role.GROUP_LEADER])
def test_who_runs_nothing_reaches_no_member(unit: Unit, oak: UUID, role: Role) -> None:
    bo = person(unit, "bo", Role.REFERRER, oak)
    with pytest.raises(NotFound):
        end(unit, member_of(unit, bo), acting(role, bo, oak))


def test_the_last_administrator_stays(unit: Unit, admin: Actor, ada: UUID) -> None:
    with pytest.raises(Invalid, match="last_administrator"):
        end(unit, member_of(unit, ada), admin)
    with pytest.raises(Invalid, match="last_administrator"):
        change(unit, member_of(unit, ada), Role.EDITOR, admin)
    with pytest.raises(Invalid, match="last_administrator"), unit() as session:
        people.disable(session, user_id=ada, actor=admin, now=NOW)
    zed = person(unit, "zed", Role.ADMIN, None)
    with unit() as session:
        people.disable(session, user_id=zed, actor=admin, now=NOW)
    with pytest.raises(Invalid, match="last_administrator"):
        end(unit, member_of(unit, ada), admin)
    with unit() as session:
        people.enable(session, user_id=zed, actor=admin, now=NOW)
    end(unit, member_of(unit, ada), admin)
    assert roles(unit, ada) == []


def test_the_last_manager_does_not_lock_their_own_organisation(
    unit: Unit, oak: UUID, manager: Actor, admin: Actor
) -> None:
    assert manager.user_id
    mine = member_of(unit, manager.user_id)
    with pytest.raises(Invalid, match="last_manager"):
        end(unit, mine, manager)
    with pytest.raises(Invalid, match="last_manager"):
        change(unit, mine, Role.REFERRER, manager)
    person(unit, "max", Role.ORG_MANAGER, oak)
    change(unit, mine, Role.REFERRER, manager)
    end(unit, member_of(unit, person(unit, "max", Role.ORG_MANAGER, oak)), admin)


@pytest.mark.asvs("V7.4.2")
def test_disabling_signs_out_at_once_and_enabling_brings_the_roles_back(unit: Unit, oak: UUID, admin: Actor) -> None:
    bo = person(unit, "bo", Role.REFERRER, oak)
    token = sign_in(unit, bo)
    with unit() as session:
        people.disable(session, user_id=bo, actor=admin, now=NOW)
    assert actor_of(unit, token) is None
    with pytest.raises(Invalid):
        sign_in(unit, bo)
    with unit() as session:
        people.enable(session, user_id=bo, actor=admin, now=NOW)
    assert actor_of(unit, token) is None, "an ended session stays ended"
    assert actor_of(unit, sign_in(unit, bo)) is not None


def test_people_are_found_by_letters_and_signs_mean_themselves(unit: Unit, oak: UUID, admin: Actor) -> None:
    for name in ("bo", "per_cent", "zoe"):
        person(unit, name, Role.REFERRER, oak)

    def found(search: str) -> list[str]:
        with unit() as session:
            return [one.email for one in people.read_people(session, actor=admin, now=NOW, search=search)]

    assert found("BO") == ["bo@example.org"]
    assert found("_") == ["per_cent@example.org"]
    assert found("%") == []
    assert [email.partition("@")[0] for email in found("")] == ["ada", "bo", "per_cent", "zoe"]


def test_each_act_leaves_its_row_and_a_refused_one_none(unit: Unit, oak: UUID, manager: Actor) -> None:
    bo = person(unit, "bo", Role.REFERRER, oak)
    before = len(audited(unit))
    change(unit, member_of(unit, bo), Role.LINK_WORKER, manager)
    end(unit, member_of(unit, bo), manager)
    with pytest.raises(NotFound):
        end(unit, uuid4(), manager)
    assert [action for action, _ in audited(unit)[before:]] == ["take_role", "give_role", "take_role"]


def test_two_administrators_who_end_each_other_at_once_leave_one(unit: Unit, ada: UUID) -> None:
    zed = person(unit, "zed", Role.ADMIN, None)
    acts = [
        (member_of(unit, zed), acting(Role.ADMIN, ada, None)),
        (member_of(unit, ada), acting(Role.ADMIN, zed, None)),
    ]

    def press() -> bool:
        member_id, actor = acts.pop()
        try:
            end(unit, member_id, actor)
        except Invalid:
            return False
        return True

    assert sorted(at_once(2, press)) == [False, True]
    assert len([who for who in (ada, zed) if roles(unit, who)]) == 1
