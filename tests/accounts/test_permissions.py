"""Who may do what is one table, and what is not in it is refused."""

from uuid import uuid4

import pytest

from service.accounts.permissions import GRANTS, SCOPES, VISITOR, Actor, Permission, Role, scope_permissions

PERSONAL = {Permission.REFER, Permission.READ_REFERRALS}


@pytest.mark.asvs("V8.1.1")
def test_every_role_has_a_row() -> None:
    assert set(GRANTS) == set(Role)


@pytest.mark.parametrize("role", Role)
def test_anybody_may_open_public_pages_and_signed_links(role: Role) -> None:
    assert GRANTS[role] >= {Permission.PUBLIC, Permission.LINK}


def test_only_those_who_refer_read_referrals() -> None:
    assert {role for role in Role if GRANTS[role] & PERSONAL} == {Role.REFERRER, Role.LINK_WORKER, Role.API_CLIENT}


def test_only_administrators_manage_and_they_see_no_case() -> None:
    assert {role for role in Role if Permission.MANAGE in GRANTS[role]} == {Role.ADMIN}
    assert not GRANTS[Role.ADMIN] & PERSONAL


def test_a_visitor_may_nothing_but_look() -> None:
    assert [permission for permission in Permission if VISITOR.may(permission)] == [Permission.PUBLIC, Permission.LINK]
    assert not VISITOR.signed_in


def test_a_key_has_its_scopes_and_no_more() -> None:
    assert scope_permissions(["refer.read"]) - GRANTS[Role.VISITOR] == {Permission.READ_REFERRALS}
    assert scope_permissions(["refer", "everything"]) - GRANTS[Role.VISITOR] == {Permission.REFER}
    assert set(SCOPES.values()) <= GRANTS[Role.API_CLIENT]


def test_an_actor_is_named_without_anything_personal() -> None:
    user, key = uuid4(), uuid4()
    assert Actor(role=Role.EDITOR, user_id=user).handle == f"user:{user}"
    assert Actor(role=Role.API_CLIENT, key_id=key, acting_for="Bo").handle == f"key:{key}"
    assert VISITOR.handle == "visitor"
