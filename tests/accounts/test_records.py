"""What is recorded goes with the deed, and nothing is created twice."""

import ast
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.accounts import once, operations
from service.accounts.models import AuditEntry, Idempotency, SignedInSession, User
from service.accounts.once import Fresh, Replay
from service.accounts.permissions import VISITOR, Actor, Role
from service.accounts.privacy import forgetting
from service.accounts.record import audit
from service.errors import Conflict, Invalid
from service.referrals import retention
from tests.accounts.acting import ADA, sign_in
from tests.accounts.conftest import NOW, Unit, at_once

# ---- audit ----


@pytest.mark.asvs("V2.3.3")
def test_the_audit_row_is_kept_or_lost_with_the_deed(unit: Unit) -> None:
    def write_and_fail() -> None:
        with unit() as session:
            operations.make_administrator(session, email=ADA, name="Ada", password_hash=None, now=NOW)
            raise Conflict("stopped")

    with pytest.raises(Conflict):
        write_and_fail()
    with unit() as session:
        assert session.scalar(select(func.count()).select_from(User)) == 0
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0


@pytest.mark.asvs("V16.2.1")
def test_an_audit_row_says_who_did_what_to_which(unit: Unit) -> None:
    key, thing = uuid4(), uuid4()
    actor = Actor(role=Role.API_CLIENT, key_id=key, organisation_id=uuid4(), acting_for="staff-17")
    with unit() as session:
        audit.record(
            session,
            actor=actor,
            action="refer",
            subject="referral",
            subject_id=thing,
            columns=("needs",),
            now=NOW,
            request_id="r9",
        )
    with unit() as session:
        row = session.scalars(select(AuditEntry)).one()
        assert (row.role, row.key_id, row.acting_for, row.organisation_id) == (
            "api_client",
            key,
            "staff-17",
            actor.organisation_id,
        )
        assert (row.action, row.subject, row.subject_id, row.columns) == ("refer", "referral", thing, ["needs"])
        assert (row.outcome, row.at, row.request_id, row.network) == ("done", NOW, "r9", None)


# ---- creating once ----

BODY = {"group": "walkers", "needs": ["step_free"]}


def claim(
    unit: Unit, key: str | None = "key-00001", *, actor: Actor = VISITOR, body: dict[str, object] | None = None
) -> Fresh | Replay:
    with unit() as session:
        return once.idempotent(
            session, actor=actor, route="/api/v1/referrals", key=key, body=BODY if body is None else body, now=NOW
        )


def test_the_same_key_and_body_is_the_same_thing(unit: Unit) -> None:
    first, second = claim(unit), claim(unit, body=dict(reversed(BODY.items())))
    assert isinstance(first, Fresh)
    assert isinstance(second, Replay)
    assert second.resource_id == first.resource_id


def test_the_same_key_for_something_else_is_refused(unit: Unit) -> None:
    claim(unit)
    with pytest.raises(Invalid) as refusal:
        claim(unit, body={"group": "singers"})
    assert refusal.value.code == "idempotency_reused"
    assert refusal.value.status == 422


def test_keys_of_others_do_not_meet(unit: Unit) -> None:
    bo = Actor(role=Role.REFERRER, user_id=uuid4())
    assert isinstance(claim(unit), Fresh)
    assert isinstance(claim(unit, actor=bo), Fresh)
    assert isinstance(claim(unit, "key-00002"), Fresh)


@pytest.mark.parametrize("key", [None, "", "short", "x" * 201, "with\nnewline", "with\0nothing"])
def test_a_key_must_be_usable(unit: Unit, key: str | None) -> None:
    with pytest.raises(Invalid) as refusal:
        claim(unit, key)
    assert refusal.value.code == "idempotency_key"


@pytest.mark.asvs("V2.3.4", "V15.4.2")
def test_fifty_at_once_create_one(unit: Unit) -> None:
    claims = at_once(50, lambda: claim(unit))
    assert sum(isinstance(found, Fresh) for found in claims) == 1
    assert len({found.resource_id for found in claims}) == 1


def test_a_claim_whose_work_failed_may_be_tried_again(unit: Unit) -> None:
    def claim_and_fail() -> None:
        with unit() as session:
            once.idempotent(session, actor=VISITOR, route="r", key="key-00001", body={}, now=NOW)
            raise Conflict("stopped")

    with pytest.raises(Conflict):
        claim_and_fail()
    with unit() as session:
        again = once.idempotent(session, actor=VISITOR, route="r", key="key-00001", body={}, now=NOW)
    assert isinstance(again, Fresh)


def count(session: Session, table: type[Idempotency] | type[SignedInSession]) -> int | None:
    return session.scalar(select(func.count()).select_from(table))


def test_keys_are_kept_for_a_week(unit: Unit, ada: UUID) -> None:
    claim(unit)
    sign_in(unit, ada)
    with unit() as session:
        forgetting.forget_old(session, now=NOW + timedelta(days=1), kept=retention.timed())
        assert (count(session, Idempotency), count(session, SignedInSession)) == (1, 1)
        forgetting.forget_old(session, now=NOW + timedelta(days=8), kept=retention.timed())
        assert (count(session, Idempotency), count(session, SignedInSession)) == (0, 0)


@pytest.mark.asvs("V16.2.1")
def test_every_act_about_an_account_says_what_for() -> None:
    """Read from the code itself: a row without a purpose cannot be written by accounts."""
    calls = [
        (path.as_posix(), node.lineno, {keyword.arg for keyword in node.keywords})
        for path in sorted(Path("service/accounts").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record"
    ]
    assert len(calls) > 30
    assert [(path, line) for path, line, named in calls if "purpose" not in named] == []
