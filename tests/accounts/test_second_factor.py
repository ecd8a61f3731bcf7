"""The second factor: an app's codes work for a minute and once, recovery codes once, tries are counted."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from service.accounts import queries
from service.accounts.credentials import Hasher
from service.accounts.limits import Limits
from service.accounts.models import Authenticator, RecoveryCode
from service.accounts.permissions import Actor, Permission
from service.accounts.record.audit import NOWHERE
from service.accounts.signing_in import second_factor
from service.db.sealing import Sealer
from service.errors import Conflict, Invalid, NotFound, TooMany
from tests.accounts.acting import MINUTE, actor_of, audited, sign_in
from tests.accounts.conftest import NOW, SECRET, Unit, at_once, bytes_of

SEALER = Sealer(SECRET, second_factor.PURPOSE)
STEP = timedelta(seconds=30)


def enrol(unit: Unit, user_id: UUID) -> bytes:
    """Set an app up, with a code of a while ago, and return its secret."""
    actor = acting(unit, user_id)
    early = NOW - 10 * MINUTE
    with unit() as session:
        second_factor.begin_app(session, actor=actor, sealer=SEALER, now=early)
    with unit() as session:
        secret = second_factor.begun_app(session, actor=actor, sealer=SEALER)
        assert secret is not None
        code = second_factor.code_at(secret, early)
        second_factor.confirm_app(session, actor=actor, code=code, sealer=SEALER, now=early, origin=NOWHERE)
    return secret


def acting(unit: Unit, user_id: UUID) -> Actor:
    actor = actor_of(unit, sign_in(unit, user_id))
    assert actor is not None
    return actor


def use(unit: Unit, user_id: UUID, code: str, after: timedelta = timedelta()) -> bool:
    try:
        with unit() as session:
            second_factor.use_code(session, user_id=user_id, code=code, sealer=SEALER, now=NOW + after)
    except Invalid:
        return False
    return True


def test_codes_are_those_of_the_standard() -> None:
    """The first example of RFC 6238, appendix B, in six digits."""
    assert second_factor.code_at(b"12345678901234567890", datetime.fromtimestamp(59, UTC)) == "287082"


@pytest.mark.asvs("V6.5.5")
def test_a_code_works_while_clocks_differ_by_half_a_minute_and_no_longer(unit: Unit, ada: UUID) -> None:
    secret = enrol(unit, ada)
    for steps, good in ((-2, False), (-1, True), (0, True), (1, True), (2, False)):
        assert use(unit, ada, second_factor.code_at(secret, NOW + steps * STEP)) is good, steps


@pytest.mark.asvs("V6.5.1")
def test_a_code_works_once_and_none_before_it_works_afterwards(unit: Unit, ada: UUID) -> None:
    secret = enrol(unit, ada)
    before, code = (second_factor.code_at(secret, NOW + away * STEP) for away in (-1, 0))
    assert use(unit, ada, f" {code[:3]} {code[3:]} ")
    assert not use(unit, ada, code)
    assert not use(unit, ada, before)
    assert use(unit, ada, second_factor.code_at(secret, NOW + STEP), STEP)


def test_of_twenty_who_type_one_code_at_once_one_gets_in(unit: Unit, ada: UUID) -> None:
    code = second_factor.code_at(enrol(unit, ada), NOW)
    assert at_once(20, lambda: use(unit, ada, code)).count(True) == 1


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "\0", "\ud800" * 6, "１２３"])
def test_what_is_no_code_is_refused(unit: Unit, ada: UUID, typed: str) -> None:
    enrol(unit, ada)
    assert not use(unit, ada, typed)


@pytest.mark.asvs("V11.2.3", "V6.5.4")
def test_the_secret_is_kept_sealed_and_has_160_bits(unit: Unit, ada: UUID, database_url: str) -> None:
    secret = enrol(unit, ada)
    assert len(secret) == 20
    assert secret not in bytes_of(database_url)
    assert secret.hex().encode() not in bytes_of(database_url)
    assert re.fullmatch(r"([A-Z2-7]{4} ){7}[A-Z2-7]{4}", second_factor.in_words(secret))


def test_an_app_counts_only_once_it_showed_a_good_code(unit: Unit, ada: UUID) -> None:
    actor = acting(unit, ada)
    with unit() as session:
        second_factor.begin_app(session, actor=actor, sealer=SEALER, now=NOW)
    for code in ("000000", ""):
        with pytest.raises(Invalid), unit() as session:
            second_factor.confirm_app(session, actor=actor, code=code, sealer=SEALER, now=NOW, origin=NOWHERE)
    token = sign_in(unit, ada, strength=1)
    with unit() as session:
        assert second_factor.state(session, user_id=ada, now=NOW).app_since is None
        known = queries.signed_in(session, token=token, now=NOW)
    assert known is not None
    assert known.waits_for == "enrol"


def test_another_phone_takes_the_place_of_the_first(unit: Unit, ada: UUID) -> None:
    old, new = enrol(unit, ada), enrol(unit, ada)
    assert not use(unit, ada, second_factor.code_at(old, NOW))
    assert use(unit, ada, second_factor.code_at(new, NOW))
    with unit() as session:
        assert len(session.scalars(select(Authenticator.id)).all()) == 1


def test_once_set_up_it_is_asked_for_at_each_sign_in(unit: Unit, ada: UUID) -> None:
    enrol(unit, ada)
    actor = actor_of(unit, sign_in(unit, ada, strength=1))
    assert actor is not None
    assert not actor.may(Permission.ACCOUNT)
    assert not actor.may(Permission.MANAGE)


def test_whoever_needs_it_cannot_turn_it_off(unit: Unit, ada: UUID) -> None:
    enrol(unit, ada)
    with pytest.raises(Conflict), unit() as session:
        second_factor.turn_off(session, actor=acting(unit, ada), now=NOW, origin=NOWHERE)


@pytest.mark.asvs("V6.4.4")
def test_somebody_who_lost_it_is_let_set_it_up_anew_and_is_signed_out(unit: Unit, ada: UUID) -> None:
    enrol(unit, ada)
    token = sign_in(unit, ada)
    helper = acting(unit, ada)
    with unit() as session:
        second_factor.reset_second_factor(session, user_id=ada, actor=helper, now=NOW, origin=NOWHERE)
    assert actor_of(unit, token) is None
    assert audited(unit)[-1] == ("reset_second_factor", "done")
    token = sign_in(unit, ada, strength=1)
    with unit() as session:
        known = queries.signed_in(session, token=token, now=NOW)
    assert known is not None
    assert known.waits_for == "enrol"
    with pytest.raises(NotFound), unit() as session:
        second_factor.reset_second_factor(session, user_id=UUID(int=7), actor=helper, now=NOW, origin=NOWHERE)


# ---- recovery codes ----


def keep(unit: Unit, user_id: UUID, hasher: Hasher) -> list[str]:
    codes, actor = second_factor.new_recovery_codes(), acting(unit, user_id)
    hashes = [hasher.hash(code) for code in codes]
    with unit() as session:
        second_factor.keep_recovery_codes(session, actor=actor, hashes=hashes, now=NOW, origin=NOWHERE)
    return codes


def recover(unit: Unit, user_id: UUID, code: str, hasher: Hasher) -> bool:
    try:
        with unit() as session:
            found = second_factor.find_recovery_code(session, user_id=user_id, code=code, hasher=hasher)
        with unit() as session:
            second_factor.use_recovery_code(session, code_id=found, now=NOW)
    except Invalid:
        return False
    return True


@pytest.mark.asvs("V6.5.4")
def test_recovery_codes_have_fifty_bits_and_never_repeat() -> None:
    codes = [code for _ in range(100) for code in second_factor.new_recovery_codes()]
    assert len(set(codes)) == 1000
    assert {len(code) for code in codes} == {10}
    assert set("".join(codes)) == set(second_factor.RECOVERY_LETTERS)
    assert len(second_factor.RECOVERY_LETTERS) == 32


@pytest.mark.asvs("V6.5.1", "V6.5.2")
def test_each_recovery_code_works_once_and_is_kept_as_a_slow_hash(
    unit: Unit, ada: UUID, hasher: Hasher, database_url: str
) -> None:
    codes = keep(unit, ada, hasher)
    assert len(codes) == 10
    assert not any(code.encode() in bytes_of(database_url) for code in codes)
    with unit() as session:
        assert all(kept.startswith("$argon2id$") for kept in session.scalars(select(RecoveryCode.code_hash)))
    written = f"{codes[3][:5]}-{codes[3][5:]}".lower().replace("0", "o").replace("1", "l")
    assert second_factor.looks_like_recovery(written)
    assert recover(unit, ada, written, hasher)
    assert not recover(unit, ada, codes[3], hasher)
    assert recover(unit, ada, codes[4], hasher)
    with unit() as session:
        assert second_factor.state(session, user_id=ada, now=NOW).recovery_left == 8


def test_new_recovery_codes_end_the_old(unit: Unit, ada: UUID, hasher: Hasher) -> None:
    old, new = keep(unit, ada, hasher), keep(unit, ada, hasher)
    assert not recover(unit, ada, old[0], hasher)
    assert recover(unit, ada, new[0], hasher)


def test_of_ten_who_use_one_recovery_code_at_once_one_gets_in(unit: Unit, ada: UUID, hasher: Hasher) -> None:
    code = keep(unit, ada, hasher)[0]
    assert at_once(10, lambda: recover(unit, ada, code, hasher)).count(True) == 1


# ---- tries ----


def test_ten_tries_an_hour_for_an_account(limits: Limits, ada: UUID) -> None:
    for _ in range(10):
        second_factor.count_try(limits, user_id=ada, now=NOW)
    with pytest.raises(TooMany) as refusal:
        second_factor.count_try(limits, user_id=ada, now=NOW)
    assert refusal.value.retry_after == 3600
    second_factor.count_try(limits, user_id=UUID(int=7), now=NOW)
