"""Accounts as people use them: sign in and out, one-time links, keys, and nothing created twice."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from service.accounts import audit, operations, queries
from service.accounts.audit import Origin
from service.accounts.credentials import Hasher
from service.accounts.limits import Limits
from service.accounts.models import ApiKey, AuditEntry, Idempotency, Membership, SignedInSession, User
from service.accounts.operations import Fresh, Replay
from service.accounts.permissions import VISITOR, Actor, Permission, Role
from service.errors import Conflict, Gone, Invalid, NotFound, ServiceError, TooMany
from tests.accounts.conftest import NOW, PASSWORD, Unit, at_once, bytes_of

ADA = "ada@example.org"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ada(unit: Unit, hasher: Hasher) -> UUID:
    """An administrator with a password."""
    kept = hasher.hash(PASSWORD)
    with unit() as session:
        return operations.make_administrator(session, email=ADA, name="Ada", password_hash=kept, now=NOW)


def authenticate(
    unit: Unit, limits: Limits, hasher: Hasher, *, email: str = ADA, password: str = PASSWORD, now: datetime = NOW
) -> UUID:
    with unit() as session:
        return operations.authenticate(
            session, email=email, password=password, address="203.0.113.7", limits=limits, hasher=hasher, now=now
        )


def sign_in(unit: Unit, user_id: UUID, *, now: datetime = NOW, replaces: str | None = None) -> str:
    with unit() as session:
        return operations.open_session(session, user_id=user_id, now=now, replaces=replaces)


def actor_of(unit: Unit, token: str, *, now: datetime = NOW) -> Actor | None:
    with unit() as session:
        known = queries.signed_in(session, token=token, now=now)
    return known.actor if known is not None else None


def audited(unit: Unit) -> Sequence[tuple[str, str]]:
    with unit() as session:
        rows = select(AuditEntry.action, AuditEntry.outcome).order_by(AuditEntry.sequence)
        return [(action, outcome) for action, outcome in session.execute(rows)]


def refused_as(error: ServiceError) -> tuple[str, object, object]:
    return error.code, error.fields, error.params


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


def test_wrong_unknown_and_disabled_look_the_same(unit: Unit, ada: UUID, limits: Limits, hasher: Hasher) -> None:
    refusals = []
    for email, password in ((ADA, "not her password"), ("nobody@example.org", PASSWORD), ("no address", PASSWORD)):
        with pytest.raises(Invalid) as refusal:
            authenticate(unit, limits, hasher, email=email, password=password)
        refusals.append(refused_as(refusal.value))
    with unit() as session:
        operations.disable_user(session, user_id=ada, actor=VISITOR, now=NOW)
    with pytest.raises(Invalid) as refusal:
        authenticate(unit, limits, hasher)
    refusals.append(refused_as(refusal.value))
    assert refusals == [("sign_in_refused", {}, {})] * 4


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


def test_failed_tries_are_kept_without_what_was_typed(unit: Unit, ada: UUID, database_url: str) -> None:
    origin = Origin(request_id="r1", address="203.0.113.77")
    for email in (ADA, "zqaxtypedk7@example.org"):
        with unit() as session:
            operations.refuse_sign_in(session, email=email, now=NOW, origin=origin)
    with unit() as session:
        rows = session.scalars(select(AuditEntry).where(AuditEntry.outcome == "failed").order_by(AuditEntry.sequence))
        kept = [(row.subject_id, row.request_id, row.network) for row in rows]
    assert kept == [(ada, "r1", "203.0.113.0/24"), (None, "r1", "203.0.113.0/24")]
    assert b"zqaxtypedk7" not in bytes_of(database_url)


# ---- sessions ----


def test_a_session_token_is_kept_only_as_a_hash(unit: Unit, ada: UUID, database_url: str) -> None:
    token = sign_in(unit, ada)
    assert len(token) >= 43
    assert token.encode() not in bytes_of(database_url)
    assert actor_of(unit, token + "x") is None
    assert actor_of(unit, "") is None


def test_after_signing_out_the_old_token_is_worth_nothing(unit: Unit, ada: UUID) -> None:
    token, other = sign_in(unit, ada), sign_in(unit, ada)
    for _ in range(2):
        with unit() as session:
            operations.end_session(session, token=token, now=NOW)
    assert actor_of(unit, token) is None
    assert actor_of(unit, other) is not None
    assert audited(unit).count(("sign_out", "done")) == 1


def test_signing_in_again_ends_the_session_it_replaces(unit: Unit, ada: UUID) -> None:
    old = sign_in(unit, ada)
    new = sign_in(unit, ada, replaces=old)
    assert new != old
    assert actor_of(unit, old) is None
    assert actor_of(unit, new) is not None


def test_a_session_ends_after_thirty_idle_minutes(unit: Unit, ada: UUID) -> None:
    token = sign_in(unit, ada)
    assert actor_of(unit, token, now=NOW + 29 * MINUTE) is not None
    assert actor_of(unit, token, now=NOW + 30 * MINUTE) is None


def test_a_session_in_use_ends_after_twelve_hours(unit: Unit, ada: UUID) -> None:
    token, at = sign_in(unit, ada), NOW
    while at < NOW + timedelta(hours=11, minutes=50):
        at += 10 * MINUTE
        with unit() as session:
            known = queries.signed_in(session, token=token, now=at)
            assert known is not None
            assert known.ends_at == min(at + 20 * MINUTE, NOW + timedelta(hours=12))
            operations.touch_session(session, session_id=known.session_id, now=at)
    assert actor_of(unit, token, now=NOW + timedelta(hours=12)) is None


def test_a_session_is_touched_once_a_minute_at_most(unit: Unit, ada: UUID) -> None:
    token = sign_in(unit, ada)
    with unit() as session:
        stale = [queries.signed_in(session, token=token, now=NOW + timedelta(seconds=s)) for s in (0, 59, 60)]
    assert [known is not None and known.stale for known in stale] == [False, False, True]


def test_rights_end_at_the_next_request(unit: Unit, ada: UUID) -> None:
    token = sign_in(unit, ada)
    with unit() as session:
        session.execute(update(Membership).values(valid_until=NOW + MINUTE))
    actor = actor_of(unit, token, now=NOW + MINUTE)
    assert actor is not None
    assert actor.role is Role.PERSON
    assert not actor.may(Permission.EDIT_CATALOG)
    with unit() as session:
        operations.disable_user(session, user_id=ada, actor=VISITOR, now=NOW)
    assert actor_of(unit, token) is None
    with pytest.raises(Invalid):
        sign_in(unit, ada)


# ---- sign-in links ----


def make_link(unit: Unit) -> str:
    with unit() as session:
        return operations.create_sign_in_link(session, email=ADA, now=NOW)


def use_link(unit: Unit, token: str, *, now: datetime = NOW) -> UUID:
    with unit() as session:
        return operations.use_sign_in_link(session, token=token, now=now)


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
        return operations.create_api_key(
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
        operations.revoke_api_key(session, key_id=key_id, actor=VISITOR, now=NOW)
    assert holder(unit, key) is None


def test_the_day_of_last_use_is_noted(unit: Unit, organisation_id: UUID) -> None:
    key = make_key(unit, organisation_id, "refer")
    with unit() as session:
        found = queries.key_holder(session, key=key, acting_for=None, now=NOW)
        assert found is not None
        assert found.stale
        assert found.actor.key_id is not None
        operations.touch_api_key(session, key_id=found.actor.key_id, now=NOW)
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


# ---- audit ----


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
        return operations.idempotent(
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


def test_fifty_at_once_create_one(unit: Unit) -> None:
    claims = at_once(50, lambda: claim(unit))
    assert sum(isinstance(found, Fresh) for found in claims) == 1
    assert len({found.resource_id for found in claims}) == 1


def test_a_claim_whose_work_failed_may_be_tried_again(unit: Unit) -> None:
    def claim_and_fail() -> None:
        with unit() as session:
            operations.idempotent(session, actor=VISITOR, route="r", key="key-00001", body={}, now=NOW)
            raise Conflict("stopped")

    with pytest.raises(Conflict):
        claim_and_fail()
    with unit() as session:
        again = operations.idempotent(session, actor=VISITOR, route="r", key="key-00001", body={}, now=NOW)
    assert isinstance(again, Fresh)


def count(session: Session, table: type[Idempotency] | type[SignedInSession]) -> int | None:
    return session.scalar(select(func.count()).select_from(table))


def test_keys_are_kept_for_a_week(unit: Unit, ada: UUID) -> None:
    claim(unit)
    sign_in(unit, ada)
    with unit() as session:
        operations.tidy(session, now=NOW + timedelta(days=1))
        assert (count(session, Idempotency), count(session, SignedInSession)) == (1, 1)
        operations.tidy(session, now=NOW + timedelta(days=8))
        assert (count(session, Idempotency), count(session, SignedInSession)) == (0, 0)
