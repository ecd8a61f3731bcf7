"""The page of roles and permissions says what the table says, and leaves nothing out."""

from pathlib import Path

import pytest

from service.accounts.permissions import GRANTS, MEMBER_ROLES, OPEN, SECOND_FACTOR, Permission, Role
from service.cli import permissions


@pytest.mark.asvs("V8.1.1")
def test_the_page_is_what_the_command_prints() -> None:
    printed = "\n".join(permissions.page()) + "\n"
    assert Path("docs/permissions.md").read_text(encoding="utf-8") == printed, "kith permissions > docs/permissions.md"


def test_every_role_and_every_permission_has_words() -> None:
    assert set(permissions.ROLES) == set(Role)
    assert set(permissions.MAY) == set(Permission)
    assert len(set(permissions.ROLES.values())) == len(Role)
    assert len(set(permissions.MAY.values())) == len(Permission)


def test_whoever_sees_people_or_changes_what_they_rely_on_has_a_second_step() -> None:
    # A leader may tell of a worry; who reads it is a named lead, never a leader.
    ordinary = OPEN | {Permission.ACCOUNT, Permission.ANSWER, Permission.SAFETY}
    assert {role for role in MEMBER_ROLES if GRANTS[role] - ordinary} <= SECOND_FACTOR
