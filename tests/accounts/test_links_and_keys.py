"""One-time links sign in once; keys act for an organisation within their scopes."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from service.accounts import keys, operations, proving, queries
from service.accounts.models import ApiKey
from service.accounts.permissions import VISITOR, Actor, Permission, Role
from service.errors import Gone, Invalid, NotFound
from tests.accounts.acting import ADA, MINUTE
from tests.accounts.conftest import NOW, Unit, at_once, bytes_of

# ---- sign-in links ----


def make_link(unit: Unit) -> str:
    with unit() as session:
        return proving.create_sign_in_link(session, email=ADA, now=NOW)


def use_link(unit: Unit, token: str, *, now: datetime = NOW) -> UUID:
    with unit() as session:
        return proving.use_sign_in_link(session, token=token, now=now).user_id


def test_looking_at_a_link_does_not_use_it(unit: Unit, ada: UUID, database_url: str) -> None:
    token = make_link(unit)
    assert token.encode() not in bytes_of(database_url)
    for _ in range(3):
        with unit() as session:
            queries.check_link(session, token=token, now=NOW)
    assert use_link(unit, token) == ada


@pytest.mark.usefixtures("ada")
def test_a_link_works_once(unit: Unit) -> None:
    token = make_link(unit)
    use_link(unit, token)
    for attempt in (lambda: use_link(unit, token), lambda: queries_check(unit, token, NOW)):
        with pytest.raises(Gone) as refusal:
            attempt()
        assert refusal.value.code == "link_used"


def test_a_link_works_for_ten_minutes(unit: Unit, ada: UUID) -> None:
    token, late = make_link(unit), NOW + 10 * MINUTE
    for attempt in (lambda: use_link(unit, token, now=late), lambda: queries_check(unit, token, late)):
        with pytest.raises(Gone) as refusal:
            attempt()
        assert refusal.value.code == "link_expired"
    assert use_link(unit, token, now=late - timedelta(seconds=1)) == ada


def queries_check(unit: Unit, token: str, now: datetime) -> None:
    with unit() as session:
        queries.check_link(session, token=token, now=now)


def test_a_link_nobody_made_is_not_found(unit: Unit, ada: UUID) -> None:
    with pytest.raises(NotFound):
        use_link(unit, "made-up")
    with unit() as session:
        operations.disable_user(session, user_id=ada, actor=VISITOR, now=NOW)
    with pytest.raises(NotFound):
        make_link(unit)


@pytest.mark.usefixtures("ada")
def test_of_fifty_who_press_at_once_one_gets_in(unit: Unit) -> None:
    token = make_link(unit)

    def press() -> bool:
        try:
            use_link(unit, token)
        except Gone:
            return False
        return True

    assert sum(at_once(50, press)) == 1


# ---- API keys ----


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
        keys.revoke_api_key(session, key_id=key_id, actor=VISITOR, now=NOW)
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
