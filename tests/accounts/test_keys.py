"""Keys act for an organisation within their scopes; who runs it makes, replaces and ends them, and nobody else."""

from contextlib import nullcontext
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from service.accounts import queries
from service.accounts.models import ApiKey
from service.accounts.permissions import GRANTS, VISITOR, Actor, Permission, Role
from service.accounts.programs import keys
from service.errors import Conflict, Invalid, NotFound
from tests.accounts.acting import MINUTE, audited
from tests.accounts.conftest import NOW, Unit, bytes_of


def make_key(unit: Unit, organisation_id: UUID, *scopes: str, lasts: timedelta = timedelta(days=30)) -> str:
    with unit() as session:
        return keys.create_api_key(
            session,
            organisation_id=organisation_id,
            name="Desk system",
            scopes=scopes,
            actor=VISITOR,
            now=NOW,
            lasts=lasts,
        ).key


def holder(unit: Unit, key: str, *, acting_for: str | None = None, now: datetime = NOW) -> Actor | None:
    with unit() as session:
        found = queries.key_holder(session, key=key, acting_for=acting_for, now=now)
    return found.actor if found is not None else None


def test_a_key_acts_for_its_organisation_within_its_scopes(unit: Unit, organisation_id: UUID) -> None:
    actor = holder(unit, make_key(unit, organisation_id, "refer"), acting_for=" staff-17\n" + "x" * 500)
    assert actor is not None
    assert actor.role is Role.API_CLIENT
    assert actor.organisation_id == organisation_id
    assert actor.may(Permission.REFER)
    assert not actor.may(Permission.READ_REFERRALS)
    assert actor.acting_for is not None
    assert actor.acting_for.startswith("staff-17x")
    assert len(actor.acting_for) == 200


@pytest.mark.asvs("V6.5.2")
def test_a_leaked_database_leaks_no_key(unit: Unit, organisation_id: UUID, database_url: str) -> None:
    key = make_key(unit, organisation_id, "refer", "refer.read")
    prefix, secret = key[:13], key[14:]
    kept = bytes_of(database_url)
    assert prefix.encode() in kept
    assert key.encode() not in kept
    assert secret.encode() not in kept
    assert secret[:12].encode() not in kept


def test_a_key_ends_when_it_expires_or_is_revoked(unit: Unit, organisation_id: UUID) -> None:
    key = make_key(unit, organisation_id, "refer")
    assert holder(unit, key, now=NOW + timedelta(days=29)) is not None
    assert holder(unit, key, now=NOW + timedelta(days=30)) is None
    assert holder(unit, key + "x") is None
    with unit() as session:
        key_id = session.scalars(select(ApiKey.id)).one()
        keys.revoke_api_key(session, key_id=key_id, actor=manager(organisation_id), now=NOW)
    assert holder(unit, key) is None


def test_the_day_of_last_use_is_noted(unit: Unit, organisation_id: UUID) -> None:
    key = make_key(unit, organisation_id, "refer")
    with unit() as session:
        found = queries.key_holder(session, key=key, acting_for=None, now=NOW)
        assert found is not None
        assert found.stale
        assert found.actor.key_id is not None
        keys.touch_api_key(session, key_id=found.actor.key_id, now=NOW)
    with unit() as session:
        found = queries.key_holder(session, key=key, acting_for=None, now=NOW)
        assert found is not None
        assert not found.stale


@pytest.mark.parametrize(
    ("scopes", "days", "field"),
    [((), 30, "scopes"), (("refer", "everything"), 30, "scopes"), (("refer",), 366, "lasts"), (("refer",), 0, "lasts")],
)
def test_keys_without_bounds_are_refused(
    unit: Unit, organisation_id: UUID, scopes: tuple[str, ...], days: int, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        make_key(unit, organisation_id, *scopes, lasts=timedelta(days=days))
    assert list(refusal.value.fields) == [field]


# ---- who may manage them, and replacing one ----


def manager(organisation_id: UUID | None, role: Role = Role.ORG_MANAGER) -> Actor:
    return Actor(role=role, user_id=uuid4(), organisation_id=organisation_id, permissions=GRANTS[role])


def lines(unit: Unit, actor: Actor, *, now: datetime = NOW) -> list[keys.KeyLine]:
    with unit() as session:
        return keys.keys_of(session, actor=actor, now=now)


@pytest.mark.parametrize(
    ("role", "of_theirs", "sees"),
    [
        (Role.ORG_MANAGER, True, True),
        (Role.ORG_MANAGER, False, False),
        (Role.ADMIN, False, True),
        (Role.LINK_WORKER, True, False),
        (Role.EDITOR, False, False),
        (Role.VISITOR, False, False),
    ],
)
def test_a_key_is_its_own_organisation_s_business(
    unit: Unit, organisation_id: UUID, role: Role, *, of_theirs: bool, sees: bool
) -> None:
    make_key(unit, organisation_id, "refer")
    whoever = manager(organisation_id if of_theirs else None if role is not Role.ORG_MANAGER else uuid4(), role)
    (kept,) = lines(unit, manager(organisation_id))
    assert bool(lines(unit, whoever)) is sees
    tries = (
        lambda session: keys.read_key(session, key_id=kept.id, actor=whoever, now=NOW),
        lambda session: keys.rotate_api_key(session, key_id=kept.id, actor=whoever, now=NOW, overlap=MINUTE),
        lambda session: keys.revoke_api_key(session, key_id=kept.id, actor=whoever, now=NOW),
    )
    for attempt in tries:
        with unit() as session, nullcontext() if sees else pytest.raises(NotFound):
            attempt(session)


def rotate(unit: Unit, key_id: UUID, actor: Actor, *, overlap: timedelta, now: datetime = NOW) -> keys.NewKey:
    with unit() as session:
        return keys.rotate_api_key(session, key_id=key_id, actor=actor, now=now, overlap=overlap)


def test_a_key_that_is_replaced_works_on_beside_the_new_one_for_as_long_as_was_said(
    unit: Unit, organisation_id: UUID
) -> None:
    old, mine = make_key(unit, organisation_id, "refer"), manager(organisation_id)
    (kept,) = lines(unit, mine)
    made = rotate(unit, kept.id, mine, overlap=timedelta(days=7))
    week = NOW + timedelta(days=7)
    for key, now, works in (
        (old, week - MINUTE, True),
        (old, week, False),
        (made.key, NOW, True),
        (made.key, NOW + timedelta(days=29), True),
        (made.key, NOW + timedelta(days=30), False),
    ):
        actor = holder(unit, key, now=now)
        assert (actor is not None) is works
        assert actor is None or actor.permissions == holder(unit, made.key).permissions  # type: ignore[union-attr]
    assert {line.replaced for line in lines(unit, mine)} == {True, False}
    with pytest.raises(Conflict):
        rotate(unit, kept.id, mine, overlap=MINUTE)


def test_replacing_a_key_never_lets_the_old_one_live_longer(unit: Unit, organisation_id: UUID) -> None:
    old, mine = make_key(unit, organisation_id, "refer", lasts=timedelta(days=2)), manager(organisation_id)
    (kept,) = lines(unit, mine)
    rotate(unit, kept.id, mine, overlap=timedelta(days=14))
    assert holder(unit, old, now=NOW + timedelta(days=2)) is None


def test_what_has_ended_is_not_replaced_and_no_overlap_is_long(unit: Unit, organisation_id: UUID) -> None:
    make_key(unit, organisation_id, "refer")
    mine = manager(organisation_id)
    (kept,) = lines(unit, mine)
    for days in (-1, 15):
        with pytest.raises(Invalid):
            rotate(unit, kept.id, mine, overlap=timedelta(days=days))
    with pytest.raises(Conflict):
        rotate(unit, kept.id, mine, overlap=MINUTE, now=NOW + timedelta(days=30))
    with unit() as session:
        keys.revoke_api_key(session, key_id=kept.id, actor=mine, now=NOW)
    with pytest.raises(Conflict):
        rotate(unit, kept.id, mine, overlap=MINUTE)


def test_what_happens_to_keys_is_recorded(unit: Unit, organisation_id: UUID) -> None:
    make_key(unit, organisation_id, "refer")
    mine = manager(organisation_id)
    (kept,) = lines(unit, mine)
    rotate(unit, kept.id, mine, overlap=MINUTE)
    with unit() as session:
        keys.revoke_api_key(session, key_id=kept.id, actor=mine, now=NOW)
    done = [action for action, _ in audited(unit)]
    assert done == ["make_key", "make_key", "replace_key", "revoke_key"]
