"""Ada edits, Dee looks over: what both do to a group, in one line each."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from service.accounts.permissions import GRANTS, Actor, Role
from service.catalog import models as m
from service.catalog.changes import GroupChanges
from service.catalog.operations import edit_group
from service.catalog.queries import group_by_id
from service.catalog.views import GroupView
from service.errors import Invalid
from tests.catalog.making import NOW, TODAY, group

ADA = Actor(role=Role.EDITOR, user_id=uuid4(), permissions=GRANTS[Role.EDITOR])
DEE = Actor(role=Role.ADMIN, user_id=uuid4(), permissions=GRANTS[Role.ADMIN])


def save(store: Session, seen: GroupView | m.Group, changes: GroupChanges, **more: Any) -> GroupView:
    known: dict[str, Any] = {"actor": ADA, "reason": None, "now": NOW, "expected_version": seen.version, **more}
    return edit_group(store, group_id=seen.id, changes=changes, **known)


def read(store: Session, group_id: UUID) -> GroupView:
    return group_by_id(store, group_id, today=TODAY, public=False)


def refused(store: Session, changes: GroupChanges) -> dict[str, str]:
    made = group(store)
    with pytest.raises(Invalid) as refusal:
        save(store, made, changes)
    return {name: problem.code for name, problem in refusal.value.fields.items()}
