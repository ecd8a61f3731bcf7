"""Passwords, tokens and addresses: kept as hashes only, one form for all spellings, nothing weak."""

import pytest
from argon2 import extract_parameters
from argon2.low_level import Type

from service.accounts import credentials, guessable
from service.accounts.credentials import Hasher
from service.errors import Invalid
from tests.accounts.conftest import PASSWORD


@pytest.mark.asvs("V11.4.2")
def test_passwords_are_hashed_at_the_promised_cost() -> None:
    kept = extract_parameters(credentials.standard_hasher().hash(PASSWORD))
    assert kept.type is Type.ID
    assert kept.memory_cost >= 19 * 1024
    assert kept.time_cost >= 2
    assert kept.parallelism == 1


@pytest.mark.asvs("V6.2.8")
def test_a_password_matches_its_own_hash_only(hasher: Hasher) -> None:
    kept = hasher.hash(PASSWORD)
    assert PASSWORD not in kept
    assert hasher.hash(PASSWORD) != kept
    assert hasher.matches(kept, PASSWORD)
    assert not hasher.matches(kept, PASSWORD + "x")
    assert not hasher.matches(None, PASSWORD)
    assert not hasher.matches("not a hash", PASSWORD)


def test_letters_typed_in_another_way_are_the_same_password(hasher: Hasher) -> None:
    assert hasher.matches(hasher.hash("caf\u00e9 au lait noir"), "cafe\u0301 au lait noir")
    assert not hasher.matches(hasher.hash(PASSWORD), "\ud800" * 12)


@pytest.mark.asvs("V6.2.1", "V6.2.4", "V6.2.11", "V6.2.12")
@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("elevenchars", "password_too_short"),
        ("x" * 300, "password_too_long"),
        ("PasswordPassword", "password_common"),
        ("aaaaaaaaaaaaaaaa", "password_common"),
        ("ada@example.org", "password_common"),
    ],
)
def test_weak_passwords_are_refused_with_the_reason(password: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        credentials.check_password(password, email="Ada@Example.org")
    assert refusal.value.fields["password"].code == code


@pytest.mark.asvs("V6.2.4", "V6.2.12")
def test_thousands_that_are_known_from_breaches_are_refused_without_asking_anybody() -> None:
    assert len(guessable.known()) >= 3_000
    for known in sorted(guessable.known()):
        assert guessable.guessable(known, []), known
        if len(known) >= 12:
            with pytest.raises(Invalid):
                credentials.check_password(known, email="ada@example.net")


@pytest.mark.asvs("V6.2.1", "V6.2.5")
def test_good_passwords_pass_whatever_letters_they_have() -> None:
    for password in (PASSWORD, "quiet otters", "дванадцять слів", "correct battery horse", "Zażółć gęślą jaźń"):
        credentials.check_password(password, email="ada@example.org")


@pytest.mark.parametrize("typed", ["ada@example.org", " Ada@EXAMPLE.org ", "\uff21da@example\uff0eorg"])
def test_spellings_of_one_address_are_one_account(typed: str) -> None:
    assert credentials.normal_email(typed) == "ada@example.org"
    assert credentials.limit_email(typed) == "ada@example.org"


def test_a_plus_part_is_another_account_but_the_same_limit() -> None:
    assert credentials.normal_email("ada+news@example.org") == "ada+news@example.org"
    assert credentials.limit_email("ada+1@example.org") == credentials.limit_email("Ada+2@example.org")


@pytest.mark.parametrize("typed", ["", "ada", "ada@", "@example.org", "a b@example.org", "a\0@example.org", "x" * 999])
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        credentials.normal_email(typed)
    assert list(refusal.value.fields) == ["email"]


@pytest.mark.asvs("V11.2.3", "V7.2.3", "V11.6.1", "V6.5.4")
def test_tokens_have_256_bits_and_never_repeat() -> None:
    made = {credentials.new_token() for _ in range(1000)}
    assert len(made) == 1000
    assert {len(token) for token in made} == {43}  # 32 bytes in base64 without padding
    prefix, key = credentials.new_api_key()
    assert key.startswith(f"{prefix}_")
    assert prefix.startswith("kith_")
    assert len(key) == len(prefix) + 44


def test_secrets_are_compared_whole() -> None:
    assert credentials.same(b"abc", b"abc")
    assert not credentials.same(b"abc", b"abd")
