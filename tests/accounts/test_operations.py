"""Accounts as people use them: who there is, signing in and out, and how long a session lasts."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from service.accounts import operations, queries
from service.accounts.credentials import Hasher
from service.accounts.limits import Limits
from service.accounts.models import AuditEntry, Membership, User
from service.accounts.permissions import Permission, Role
from service.accounts.record.audit import Origin
from service.accounts.signing_in import proving, sessions
from service.errors import Invalid, TooMany
from tests.accounts.acting import ADA, MINUTE, actor_of, audited, authenticate, disable, refused_as, sign_in
from tests.accounts.conftest import NOW, PASSWORD, Unit, at_once, bytes_of

# ---- people ----


def test_an_administrator_may_manage_and_edit(unit: Unit, ada: UUID) -> None:
    actor = actor_of(unit, sign_in(unit, ada))
    assert actor is not None
    assert actor.role is Role.ADMIN
    assert actor.may(Permission.MANAGE)
    assert actor.may(Permission.EDIT_CATALOG)
    assert audited(unit) == [("give_role", "done"), ("sign_in", "done")]


def test_making_the_administrator_again_changes_nothing(unit: Unit, ada: UUID) -> None:
    token = sign_in(unit, ada)
    with unit() as session:
        again = operations.make_administrator(session, email="ADA@example.org", name="A", password_hash=None, now=NOW)
        assert session.scalar(select(func.count()).select_from(Membership)) == 1
    assert again == ada
    assert actor_of(unit, token) is not None


@pytest.mark.asvs("V7.4.3")
def test_a_new_password_ends_every_session(unit: Unit, ada: UUID, hasher: Hasher) -> None:
    token = sign_in(unit, ada)
    kept = hasher.hash("another quiet otter")
    with unit() as session:
        operations.make_administrator(session, email=ADA, name="Ada", password_hash=kept, now=NOW)
    assert actor_of(unit, token) is None


@pytest.mark.parametrize("role", [Role.VISITOR, Role.PERSON, Role.API_CLIENT])
def test_roles_without_membership_cannot_be_given(unit: Unit, role: Role) -> None:
    with pytest.raises(Invalid), unit() as session:
        operations.make_user(
            session, email=ADA, name="Ada", role=role, organisation_id=None, password_hash=None, now=NOW
        )
    with unit() as session:
        assert session.scalar(select(func.count()).select_from(User)) == 0


def test_a_referrer_acts_for_the_organisation(unit: Unit, organisation_id: UUID) -> None:
    with unit() as session:
        bo = operations.make_user(
            session,
            email="bo@example.org",
            name="Bo",
            role=Role.REFERRER,
            organisation_id=organisation_id,
            password_hash=None,
            now=NOW,
        )
    actor = actor_of(unit, sign_in(unit, bo))
    assert actor is not None
    assert actor.organisation_id == organisation_id
    assert actor.may(Permission.REFER)
    assert not actor.may(Permission.EDIT_CATALOG)


# ---- signing in by password ----


def test_the_right_password_signs_in(unit: Unit, ada: UUID, limits: Limits, hasher: Hasher) -> None:
    assert authenticate(unit, limits, hasher) == ada
    assert authenticate(unit, limits, hasher, email=" Ada@EXAMPLE.org ") == ada


@pytest.mark.asvs("V6.3.8")
def test_wrong_unknown_and_disabled_look_the_same(unit: Unit, ada: UUID, limits: Limits, hasher: Hasher) -> None:
    refusals = []
    for email, password in ((ADA, "not her password"), ("nobody@example.org", PASSWORD), ("no address", PASSWORD)):
        with pytest.raises(Invalid) as refusal:
            authenticate(unit, limits, hasher, email=email, password=password)
        refusals.append(refused_as(refusal.value))
    disable(unit, ada)
    with pytest.raises(Invalid) as refusal:
        authenticate(unit, limits, hasher)
    refusals.append(refused_as(refusal.value))
    assert refusals == [("sign_in_refused", {}, {})] * 4


@pytest.mark.asvs("V6.3.8")
def test_an_unknown_address_costs_one_hash_too(
    unit: Unit, limits: Limits, hasher: Hasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str | None] = []

    def matches(self: Hasher, kept: str | None, password: str) -> bool:
        seen.append(kept)
        return real(self, kept, password)

    real = Hasher.matches
    monkeypatch.setattr(Hasher, "matches", matches)
    with pytest.raises(Invalid):
        authenticate(unit, limits, hasher, email="nobody@example.org")
    assert seen == [None]


@pytest.mark.asvs("V6.3.1")
def test_ten_wrong_tries_an_hour_then_even_the_right_one_waits(
    unit: Unit, ada: UUID, limits: Limits, hasher: Hasher
) -> None:
    spellings = [ADA, "ADA@example.org", "ada+1@example.org", "\uff21da@example.org"]
    for number in range(10):
        with pytest.raises(Invalid):
            authenticate(unit, limits, hasher, email=spellings[number % 4], password="wrong wrong wrong")
    with pytest.raises(TooMany) as refusal:
        authenticate(unit, limits, hasher)
    assert refusal.value.retry_after == 3600
    assert authenticate(unit, limits, hasher, now=NOW + timedelta(hours=1)) == ada


@pytest.mark.asvs("V6.3.1", "V2.3.4")
@pytest.mark.usefixtures("ada")
def test_forty_guesses_side_by_side_get_ten_answers(unit: Unit, limits: Limits, hasher: Hasher) -> None:
    def guess() -> str:
        try:
            authenticate(unit, limits, hasher, password="wrong wrong wrong")
        except TooMany:
            return "stopped"
        except Invalid:
            return "answered"
        return "let in"

    answers = at_once(40, guess)
    assert (answers.count("answered"), answers.count("stopped")) == (10, 30)


@pytest.mark.asvs("V6.3.1")
def test_one_address_tries_twenty_accounts_an_hour(unit: Unit, limits: Limits, hasher: Hasher) -> None:
    for number in range(20):
        with pytest.raises(Invalid):
            authenticate(unit, limits, hasher, email=f"{number}@example.org")
    with pytest.raises(TooMany):
        authenticate(unit, limits, hasher, email="another@example.org")


@pytest.mark.usefixtures("ada")
def test_an_office_signs_in_as_often_as_it_likes(unit: Unit, limits: Limits, hasher: Hasher) -> None:
    known = {authenticate(unit, limits, hasher) for _ in range(25)}
    assert len(known) == 1


@pytest.mark.asvs("V16.3.1")
def test_failed_tries_are_kept_without_what_was_typed(unit: Unit, ada: UUID, database_url: str) -> None:
    origin = Origin(request_id="r1", address="203.0.113.77")
    for email in (ADA, "zqaxtypedk7@example.org"):
        with unit() as session:
            proving.refuse_sign_in(session, email=email, now=NOW, origin=origin)
    with unit() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.outcome == "failed").order_by(AuditEntry.sequence))
        kept = [(row.subject_id, row.request_id, row.network) for row in rows]
    assert kept == [(ada, "r1", "203.0.113.0/24"), (None, "r1", "203.0.113.0/24")]
    assert b"zqaxtypedk7" not in bytes_of(database_url)


# ---- sessions ----


@pytest.mark.asvs("V7.2.3")
def test_a_session_token_is_kept_only_as_a_hash(unit: Unit, ada: UUID, database_url: str) -> None:
    token = sign_in(unit, ada)
    assert len(token) >= 43
    assert token.encode() not in bytes_of(database_url)
    assert actor_of(unit, token + "x") is None
    assert actor_of(unit, "") is None


@pytest.mark.asvs("V7.4.1", "V7.2.1")
def test_after_signing_out_the_old_token_is_worth_nothing(unit: Unit, ada: UUID) -> None:
    token, other = sign_in(unit, ada), sign_in(unit, ada)
    for _ in range(2):
        with unit() as session:
            sessions.end_session(session, token=token, now=NOW)
    assert actor_of(unit, token) is None
    assert actor_of(unit, other) is not None
    assert audited(unit).count(("sign_out", "done")) == 1


@pytest.mark.asvs("V7.2.4")
def test_signing_in_again_ends_the_session_it_replaces(unit: Unit, ada: UUID) -> None:
    old = sign_in(unit, ada)
    new = sign_in(unit, ada, replaces=old)
    assert new != old
    assert actor_of(unit, old) is None
    assert actor_of(unit, new) is not None


@pytest.mark.asvs("V7.3.1")
def test_a_session_ends_after_thirty_idle_minutes(unit: Unit, ada: UUID) -> None:
    token = sign_in(unit, ada)
    assert actor_of(unit, token, now=NOW + 29 * MINUTE) is not None
    assert actor_of(unit, token, now=NOW + 30 * MINUTE) is None


@pytest.mark.asvs("V7.3.2")
def test_a_session_in_use_ends_after_twelve_hours(unit: Unit, ada: UUID) -> None:
    token, at = sign_in(unit, ada), NOW
    while at < NOW + timedelta(hours=11, minutes=50):
        at += 10 * MINUTE
        with unit() as session:
            known = queries.signed_in(session, token=token, now=at)
            assert known is not None
            assert known.ends_at == min(at + 20 * MINUTE, NOW + timedelta(hours=12))
            sessions.touch_session(session, session_id=known.session_id, now=at)
    assert actor_of(unit, token, now=NOW + timedelta(hours=12)) is None


def test_a_session_is_touched_once_a_minute_at_most(unit: Unit, ada: UUID) -> None:
    token = sign_in(unit, ada)
    with unit() as session:
        stale = [queries.signed_in(session, token=token, now=NOW + timedelta(seconds=s)) for s in (0, 59, 60)]
    assert [known is not None and known.stale for known in stale] == [False, False, True]


@pytest.mark.asvs("V8.3.2", "V7.4.2")
def test_rights_end_at_the_next_request(unit: Unit, ada: UUID) -> None:
    token = sign_in(unit, ada)
    with unit() as session:
        session.execute(update(Membership).values(valid_until=NOW + MINUTE))
    actor = actor_of(unit, token, now=NOW + MINUTE)
    assert actor is not None
    assert actor.role is Role.PERSON
    assert not actor.may(Permission.EDIT_CATALOG)
    disable(unit, ada)
    assert actor_of(unit, token) is None
    with pytest.raises(Invalid):
        sign_in(unit, ada)
